"""Words for what the conduct pages show: measures, scopes, outcomes, aggravations, and items in the reader's language."""

from __future__ import annotations

from typing import Any

from flask_babel import get_locale, lazy_gettext

from editorial.conduct.convention import Item, ViolationClass
from editorial.conduct.versions import Convention

_ = lazy_gettext

MEASURES: dict[str, Any] = {
    "none": _("No penalty, the breach is named"),
    "mute_1": _("Muted for 1 day"),
    "mute_7": _("Muted for 7 days"),
    "mute_15": _("Muted for 15 days"),
    "mute_permanent": _("Muted permanently"),
    "suspension": _("Account suspended"),
}
SCOPES: dict[str, Any] = {
    "all": _("Handing in and commenting"), "submit": _("Handing in"), "comment": _("Commenting"),
}
OUTCOMES: dict[str, Any] = {
    "breach": _("A breach of the convention"), "no_breach": _("No breach"),
    "upheld": _("The objection is right"), "refused": _("The objection is not right"),
}
AGGRAVATIONS: dict[str, Any] = {
    "minors": _("Minors were bullied or harmed"),
    "false_registration": _("They cheated when they registered"),
    "several_accounts": _("Several accounts acted together"),
}
APPEALS: dict[str, Any] = {"stands": _("The decision stands"), "lifted": _("The penalty is lifted")}


def in_words(thing: Item | ViolationClass) -> str:
    """The name of a class or an item in the reader's language; one without English stays Chinese."""
    chinese = get_locale() is None or get_locale().language == "zh"
    return thing.chinese if chinese or not thing.english else thing.english


def item_choices(convention: Convention) -> list[tuple[str, str]]:
    """Every item for a `select`: its code, and its number with class and words."""
    return [
        (item.code, f"{one.number}.{item.number} {in_words(one)}：{in_words(item)}")
        for one in convention.classes for item in one.items
    ]
