"""Words that Markdown would read as signs get a backslash, and only those: people read the source too."""

from __future__ import annotations

import re

_ALWAYS = re.compile(r"([`]|\\(?=[!-/:-@\[-`{-~])|\*(?=\S)|(?<=\S)\*|<(?=[A-Za-z/!?])|\{(?=[^{}|\n]{1,40}\|)|\{(?=\s*width))")
_UNDERLINE = re.compile(r"(?<![A-Za-z0-9_])_(?=\S)|(?<=\S)_(?![A-Za-z0-9_])")
_ENTITY = re.compile(r"&(?=(?:#\d{1,7}|#[xX][0-9a-fA-F]{1,6}|[a-zA-Z][a-zA-Z0-9]{1,31});)")
_BRACKET = re.compile(r"\[(?=\^|[^\[\]]*\][(\[:]|TOC\])")
_PAIRED = {"~": "~", "$": "$", "^": "^", "=": "=="}
_FIRST = re.compile(r"(?:#{1,6}(?=\s|$)|>|[-+](?=\s|$)|(?:[-=]{2,}|:{3,}|~{3,})|\|)")
_FIRST_NUMBER = re.compile(r"(\d{1,9})([.)])(?=\s|$)")
_FIRST_COMMA = re.compile(r"(\d{1,9}、)\s+")


def escaped(text: str, pairs: str = "") -> str:
    """Words within a line; the signs in `pairs` occur twice in it and would be read as an opening and a closing one."""
    text = _ALWAYS.sub(r"\\\1", text)
    if "_" in text:
        text = _UNDERLINE.sub(r"\\_", text)
    if "&" in text:
        text = _ENTITY.sub("&amp;", text)
    if "[" in text:
        text = _BRACKET.sub(r"\\[", text)
    for sign in pairs:
        text = text.replace(sign, "\\" + sign)
    return text


def pairs_in(text: str) -> str:
    """Which of the signs that only count in pairs the words of a line hold twice."""
    return "".join(sign for sign, shown in _PAIRED.items() if text.count(shown) > 1)


def first(line: str) -> str:
    """A line whose beginning would make it another block."""
    line = line.lstrip(" \t\u3000")
    if match := _FIRST_NUMBER.match(line):
        return f"{match[1]}\\{match[2]}{line[match.end():]}"
    if match := _FIRST_COMMA.match(line):
        return match[1] + line[match.end() :]
    return "\\" + line if _FIRST.match(line) else line
