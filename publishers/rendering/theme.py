"""A theme: which inline style each element carries. Data only; `themes` holds ours, a house may bring its own.

Every value is plain (no variables, no functions: quirk 2) and no text has a `font-family` (quirk 32).
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

_FORBIDDEN = re.compile(
    r"[\"<>&\\{}@(]|expression|position|!important|text-align:\s*(?:start|end)|opacity|line-height:\s*0", re.IGNORECASE
)
_FONT = re.compile(r"font(?:-family)?\s*:", re.IGNORECASE)
_TOP = re.compile(r"(?<![\w-])margin:[^ ;]+( [^;]+)")


class ThemeUnusable(ValueError):
    """A style holds something that does not survive in WeChat or would be dangerous."""


@dataclass(frozen=True)
class Theme:
    """Styles by element (`p`, `h2`, `blockquote`, `th`, …) as CSS declarations without spaces to spare."""

    name: str
    label: str
    """The msgid of the name people choose by."""
    styles: Mapping[str, str]
    attrs: Mapping[str, str] = field(init=False, compare=False, repr=False)
    """The styles as ` style="…"`, ready to be put into a tag."""
    first_attrs: Mapping[str, str] = field(init=False, compare=False, repr=False)
    """The same for an article's first block: no margin above it (quirk 28)."""

    def __post_init__(self) -> None:
        for key, style in self.styles.items():
            if _FORBIDDEN.search(style) or (_FONT.search(style) and key not in ("pre_code", "code")):
                raise ThemeUnusable(f"the style of {key} in theme {self.name} cannot be used")
        attrs = {key: f' style="{style}"' for key, style in self.styles.items() if style}
        object.__setattr__(self, "attrs", attrs)
        object.__setattr__(self, "first_attrs", {key: _TOP.sub(r"margin:0\1", attr) for key, attr in attrs.items()})
