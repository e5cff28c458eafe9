"""What a phone puts into a text without anybody wanting it, taken out: the cleaned text beside the unchanged original."""

from __future__ import annotations

import re
import unicodedata

INVISIBLE = dict.fromkeys(map(ord, "\u200b\u200c\u200d\u200e\u200f\u2060\ufeff\u00ad"))
STRUCTURE = re.compile(r"^(?: {0,3}(?:[-*+>|#]|\d+[.、)]|```|~~~)| {4}|\t)")


def cleaned(text: str) -> str:
    """The same words as Markdown: every line its own paragraph as on a phone; lists, tables and code are left alone."""
    lines = unicodedata.normalize("NFC", text).translate(INVISIBLE).replace("\r\n", "\n").replace("\r", "\n").split("\n")
    if any(line.lstrip().startswith(("```", "~~~")) for line in lines):
        return "\n".join(line.rstrip() for line in lines).strip()
    kept: list[str] = []
    for line in lines:
        line = line.rstrip().lstrip("\u3000\u00a0")
        if kept and line and kept[-1] and not (STRUCTURE.match(line) or STRUCTURE.match(kept[-1])):
            kept.append("")
        if line or (kept and kept[-1]):
            kept.append(line)
    return "\n".join(kept).strip()
