"""A theme: which inline style each element carries. Data only; `themes` holds ours, a house may bring its own.

Every value is plain (no variables, no functions: quirk 2) and no text has a `font-family` (quirk 32).
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from publishers.rendering.declarations import LONGEST, unusable

_OPENING = re.compile(r"<[^>]*>")
_MARGIN = re.compile(r"(?<![\w-])margin:([^;\"]+)")
_MARGIN_TOP = re.compile(r"(?<![\w-])margin-top:[^;\"]+")


class ThemeUnusable(ValueError):
    """Styles hold something that does not survive in WeChat or would be dangerous. `flaws` says what, by element."""

    def __init__(self, name: str, flaws: Mapping[str, list[str]]) -> None:
        self.flaws = flaws
        told = "; ".join(f"{element} {', '.join(found)}" for element, found in flaws.items())
        super().__init__(f"theme {name} cannot be used: {told}")


@dataclass(frozen=True, eq=False)
class Theme:
    """Styles by element (`p`, `h2`, `blockquote`, `th`, …) as CSS declarations without spaces to spare.

    `lead` is the style of a paragraph that opens the article, `last` that of one that ends it; without them they are `p`.
    """

    name: str
    label: str
    """The msgid of the name people choose by."""
    styles: Mapping[str, str]
    attrs: Mapping[str, str] = field(init=False, repr=False)
    """The styles as ` style="…"`, ready to be put into a tag."""
    first_attrs: Mapping[str, str] = field(init=False, repr=False)
    """The same for an article's first block."""
    last_attrs: Mapping[str, str] = field(init=False, repr=False)
    """The same for an article's last block."""
    identity: tuple[object, ...] = field(init=False, repr=False)

    def __post_init__(self) -> None:
        flaws = {element: found for element, style in self.styles.items() if (found := _flaws(element, style))}
        if flaws:
            raise ThemeUnusable(self.name, flaws)
        attrs = {key: f' style="{style}"' for key, style in self.styles.items() if style}
        object.__setattr__(self, "attrs", attrs)
        object.__setattr__(self, "first_attrs", {**attrs, "p": attrs.get("lead", attrs.get("p", ""))})
        object.__setattr__(self, "last_attrs", {**attrs, "p": attrs.get("last", attrs.get("p", ""))})
        object.__setattr__(self, "identity", (self.name, *self.styles.items()))

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Theme) and self.identity == other.identity

    def __hash__(self) -> int:
        return hash(self.identity)


def flush_top(html: str) -> str:
    """A block of HTML with nothing above it, as an article's first one stands (quirk 28); its inside keeps its own."""
    return _OPENING.sub(lambda tag: _without_top(tag[0]), html, count=1)


def _flaws(element: str, style: str) -> list[str]:
    return unusable(element, style) if len(style) <= LONGEST else [style[:60]]


def _without_top(tag: str) -> str:
    """The tag with nothing above it, whichever way its margin is written."""
    return _MARGIN_TOP.sub("margin-top:0", _MARGIN.sub(lambda margin: f"margin:{_flush(margin[1].split(' '))}", tag))


def _flush(margin: list[str]) -> str:
    """A margin's one to four parts with the first side at nothing, in their shortest writing."""
    right, bottom, left = (margin[at] if len(margin) > at else margin[back] for at, back in ((1, 0), (2, 0), (3, 1 % len(margin))))
    parts = ["0", right, bottom] if right == left else ["0", right, bottom, left]
    return "0" if set(parts) == {"0"} else " ".join(parts)
