"""What the renderer has to say about an article: a rule, how bad it is, where, and what to do."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

Severity = Literal["blocker", "advice"]


@dataclass(frozen=True)
class Finding:
    """One remark. `where` is a piece of the author's text; `message` and `suggestion` are msgids for `params`."""

    rule: str
    severity: Severity
    where: str
    message: str
    suggestion: str = ""
    params: Mapping[str, str] = field(default_factory=dict)

    @property
    def text(self) -> str:
        """The message in English with its parameters filled in, for logs and commands."""
        return self.message.format_map(self.params)


_SAYINGS: dict[str, tuple[Severity, str, str]] = {
    "source_cut": (
        "blocker", "The text is longer than {limit} characters, so its end was not rendered.",
        "Split it into several articles.",
    ),
    "empty_body": ("blocker", "The article has no text and no picture.", "Write the body."),
    "visible_too_long": (
        "blocker", "The article has {count} visible characters; WeChat takes fewer than {limit}.",
        "Shorten the text or split it into two articles.",
    ),
    "source_long": (
        "advice", "The article takes {count} characters with its layout; WeChat may refuse more than {limit}.",
        "Use the plain theme or fewer tables and lists.",
    ),
    "too_many_bytes": (
        "blocker", "The article takes {count} bytes; WeChat takes fewer than {limit}.",
        "Shorten the text or use pictures instead of long tables.",
    ),
    "link_refused": (
        "advice", "A link was left out because its address is not a web address.",
        "Use an address that begins with https://.",
    ),
    "picture_refused": (
        "blocker", "A picture was left out because its address cannot be used.",
        "Upload the picture and insert it again.",
    ),
    "picture_without_alt": (
        "advice", "A picture has no description.",
        "Say in a few words what it shows, for readers who cannot see it.",
    ),
    "html_removed": (
        "advice", "The HTML element {tag} does not survive in WeChat and was left out.",
        "Use Markdown, or leave it out.",
    ),
    "attributes_removed": (
        "advice", "What {names} of {tag} asks for does not survive in WeChat and was left out.",
        "Let the theme give the looks; links to places inside the article do not work in WeChat.",
    ),
    "account_home": (
        "blocker", "A link leads to an account's home page, which WeChat does not allow in an article.",
        "Take the link out, or use a card of the account (::account) instead.",
    ),
    "footnote_missing": (
        "advice", "The footnote {name} is mentioned but not written.",
        "Add a line that begins with the footnote's mark and a colon.",
    ),
    "fence_open": ("advice", "A code block is opened but not closed.", "Add a closing fence after the code."),
    "nesting_flattened": (
        "advice", "Lists or quotes are nested deeper than {limit} levels; the deeper ones were put on one level.",
        "Use fewer levels; phones are narrow.",
    ),
    "markup_left": (
        "advice", "The signs {marks} are left in the text.", "Close the emphasis, or put a backslash before the signs.",
    ),
    "formula_wrong": (
        "blocker", "A formula cannot be set: {reason}.", "Correct its TeX, or insert it as a picture.",
    ),
    "formula_engine": (
        "blocker", "Formulas cannot be set, because this installation lacks the part that sets them.",
        "Run make setup, or insert the formulas as pictures.",
    ),
    "formulas_too_many": (
        "blocker", "Only {limit} different formulas of one article are set.",
        "Insert the longest formulas as pictures.",
    ),
    "formulas_too_large": (
        "blocker", "The {count} formulas make the article larger than WeChat takes.",
        "Insert the longest formulas as pictures.",
    ),
    "spacing_mixed": (
        "advice", "Between Chinese and Latin letters there is now a space, now none.",
        "Keep to one way; nothing is changed by itself.",
    ),
    "card_incomplete": (
        "blocker", "A card ({kind}) was left out because it lacks what WeChat needs.",
        "An account needs a name and id, a mini-program a title and appid, a video its vid.",
    ),
    "diagram_left": (
        "blocker", "A diagram is still written in {language}.", "Insert it as a picture, or remove it.",
    ),
}


def finding(rule: str, where: str = "", severity: Severity | None = None, **params: object) -> Finding:
    """The remark of a rule at a place, as bad as the rule has it or as given; `where` is cut to 60 characters."""
    usual, message, suggestion = _SAYINGS[rule]
    place = where if len(where) <= 60 else where[:59] + "…"
    return Finding(rule, severity or usual, place, message, suggestion, {name: str(value) for name, value in params.items()})


def sayings() -> list[str]:
    """Every msgid of this module, for the translation test."""
    return [sentence for _, message, suggestion in _SAYINGS.values() for sentence in (message, suggestion)]
