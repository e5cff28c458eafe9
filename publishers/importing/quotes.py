"""What an answer repeats of the mail it answers, taken off: the mail before it is here already."""

from __future__ import annotations

import re

_BEFORE = re.compile(
    r"^\s*>?\s*[-_*\\\s]{0,12}(?:原始邮件|转发邮件信息|original message|forwarded message)[-_*\\\s]{0,12}$"
    r"|^.{0,200}(?:写道|wrote)\s*[:：][\s\\]*$"
    r"|^\s*\*{0,2}(?:发件人|from)\s*[:：]",
    re.IGNORECASE,
)


def without_quotes(markdown: str) -> str:
    """The words above the repeated mail; all of them when nothing would be left."""
    lines = markdown.split("\n")
    end = next((number for number, line in enumerate(lines) if _BEFORE.match(line)), len(lines))
    own = lines[:end]
    while own and (not own[-1].strip() or own[-1].lstrip().startswith(">")):
        own.pop()
    return "\n".join(own).strip() or markdown
