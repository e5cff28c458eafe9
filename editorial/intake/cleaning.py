"""What a phone puts into a text without anybody wanting it, taken out: the cleaned text beside the unchanged original."""

from __future__ import annotations

import re
import unicodedata

INVISIBLE = dict.fromkeys(map(ord, "\u200b\u200c\u200d\u200e\u200f\u2060\ufeff\u00ad"))
KINDS = (
    ("heading", re.compile(r" {0,3}#{1,6}\s")), ("list", re.compile(r" {0,3}(?:[-*+]|\d+[.)])\s")),
    ("quote", re.compile(r" {0,3}>")), ("table", re.compile(r" {0,3}\|")), ("inner", re.compile(r"(?: {2,}|\t)\S")),
)


def cleaned(text: str) -> str:
    """The same words as Markdown: every line its own paragraph as on a phone; lists, tables and code are left alone."""
    lines = unicodedata.normalize("NFC", text).translate(INVISIBLE).replace("\r\n", "\n").replace("\r", "\n").split("\n")
    if any(line.lstrip().startswith(("```", "~~~")) for line in lines):
        return "\n".join(line.rstrip() for line in lines).strip()
    kept: list[str] = []
    for line in lines:
        line = line.rstrip().lstrip("\u3000\u00a0")
        if kept and line and kept[-1] and not _belong_together(kept[-1], line):
            kept.append("")
        if line or (kept and kept[-1]):
            kept.append(line)
    return "\n".join(kept).strip()


def _belong_together(before: str, line: str) -> bool:
    """Whether `line` goes on with what the line before it began: the next item, the next row, the rest of an item."""
    if before.endswith("\\"):
        return True
    above, here = _kind(before), _kind(line)
    return above == here and above in ("list", "quote", "table", "inner") or (above, here) in (("list", "inner"), ("inner", "list"))


def _kind(line: str) -> str:
    return next((kind for kind, pattern in KINDS if pattern.match(line)), "text")
