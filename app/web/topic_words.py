"""Words of topics: what brings them up, what an article is and what it is for."""

from __future__ import annotations

from typing import Any

from flask_babel import gettext, lazy_gettext

_ = lazy_gettext

SOURCES: dict[str, tuple[str, Any]] = {
    "person": ("user", _("Own idea")),
    "reaction": ("message-circle", _("Reaction of a group")),
    "comment": ("star", _("Reader comment")),
    "search": ("search", _("Search and trends")),
    "poll": ("list-check", _("Poll")),
    "call": ("speakerphone", _("Call for stories")),
    "calendar": ("calendar", _("Day of the calendar")),
}
"""By code: icon and word."""
TYPES: dict[str, Any] = {
    "news": _("News item"),
    "portrait": _("Staff portrait"),
    "training_note": _("Training note"),
    "activity_report": _("Activity report"),
    "announcement": _("Announcement"),
    "year_review": _("Year review"),
}
GOALS: dict[str, Any] = {
    "culture": _("Culture"),
    "service": _("Service"),
    "recruiting": _("Recruiting"),
    "product": _("Product"),
    "dialogue": _("Dialogue"),
}
VIEWS: dict[str, Any] = {
    "open": _("To be decided"),
    "approved": _("Approved"),
    "under_way": _("In the making"),
    "done": _("Done"),
    "shelved": _("Shelved"),
    "rejected": _("Not taken up"),
}


def words_of(table: dict[str, Any]) -> list[tuple[str, str]]:
    """Codes and words for a choice."""
    return [(code, str(word[1] if isinstance(word, tuple) else word)) for code, word in table.items()]


def source_words(code: str) -> str:
    """What brought a topic up."""
    return str(SOURCES[code][1]) if code in SOURCES else code


def source_icon(code: str) -> str:
    """The sign of what brought a topic up."""
    return SOURCES[code][0] if code in SOURCES else "circle"


def type_words(code: str | None) -> str:
    """What an article is; an article nobody has sorted says so."""
    return str(TYPES.get(code, code)) if code else gettext("without a type")


def goal_words(code: str | None) -> str:
    """What an article is for; an article nobody has sorted says so."""
    return str(GOALS.get(code, code)) if code else gettext("without a goal")
