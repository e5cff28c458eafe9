"""Before blocks are told apart: code, formulas, footnotes and front matter are lifted out of the source, line by line."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from publishers.rendering.front_matter import front_matter

_PREFIX = r"(?P<prefix>(?:[ ]|>|[-*+][ ]|\d{1,9}[.)][ ])*)"
_SIGN = re.compile(r"```|~~~|\$\$|\\\[")
_FENCE = re.compile(_PREFIX + r"(?P<fence>`{3,}(?=[^`]*$)|~{3,})[ ]*(?P<info>.*)")
_FORMULA = re.compile(_PREFIX + r"(?P<sign>\$\$(?!\$)|\\\[)(?P<tex>.*)")
_FORMULA_ENDS = {"$$": "$$", "\\[": "\\]"}
LOOKS_LIKE_TEX = re.compile(r"[\\^_={}+*/<>|]|^\s*[A-Za-z0-9]\s*$")
"""What tells a formula between brackets from words in escaped brackets: a sign, or a single letter."""
_MOST_FORMULA_LINES = 60
_FOOTNOTE = re.compile(r" {0,3}\[\^([^\]\s]{1,60})\]:[ \t]*(.*)")
_QUOTES = re.compile(r"(?:[ ]{0,3}>[ ]?)*")

LISTING = "\ue000"
"""Stands, followed by its number, where a lifted block of code was. Authors cannot write it."""

FORMULA = "math"
"""The language of a lifted formula, and of a code fence that holds one."""

_Found = tuple[str, tuple[str, str], int]
"""What stands before a lifted block in its line, the block, and the line after it."""


@dataclass
class Lifted:
    """What was lifted out: blocks of code and formulas as (language, code), footnotes by name, and the fence left open."""

    listings: list[tuple[str, str]] = field(default_factory=list)
    footnotes: dict[str, str] = field(default_factory=dict)
    open_fence: str = ""
    ai: bool = False
    """Whether the text says of itself that it was made with the help of an AI, which readers must be told."""


def lift(source: str) -> tuple[str, Lifted]:
    """The source without front matter, fenced code and footnotes, and those."""
    lifted = Lifted()
    if source.startswith("---"):
        head = front_matter(source)
        source, lifted.ai = head.body, head.ai
    if "```" in source or "~~~" in source or "$$" in source or "\\[" in source:
        source = "\n".join(_without_fences(source.split("\n"), lifted))
    if "[^" in source:
        source = "\n".join(_without_footnotes(source.split("\n"), lifted))
    return source, lifted


def _without_fences(lines: list[str], lifted: Lifted) -> Iterator[str]:
    at = 0
    while at < len(lines):
        found = (_code(lines, at, lifted) or _formula(lines, at)) if _SIGN.search(lines[at]) else None
        if not found:
            yield lines[at]
            at += 1
            continue
        prefix, listing, at = found
        lifted.listings.append(listing)
        around = prefix.rstrip() if ">" in prefix else ""
        marked = prefix.strip(" >") != ""
        if not marked:
            yield around
        yield f"{prefix}{LISTING}{len(lifted.listings) - 1}"
        yield around if not marked else ""


def _code(lines: list[str], at: int, lifted: Lifted) -> _Found | None:
    opening = _FENCE.match(lines[at])
    if not opening or _is_indented_code(opening["prefix"], lines, at):
        return None
    end = _closing(lines, at + 1, opening["fence"])
    if end == len(lines):
        lifted.open_fence = lines[at].strip()
    code = [_inside(line, opening["prefix"]) for line in lines[at + 1 : end]]
    return opening["prefix"], (opening["info"].split(" ")[0].strip("{}.").lower(), "\n".join(code)), end + 1


def _formula(lines: list[str], at: int) -> _Found | None:
    """A formula on lines of its own, from `$$` or `\\[` to the line that ends with its counterpart."""
    opening = _FORMULA.match(lines[at])
    if not opening or _is_indented_code(opening["prefix"], lines, at):
        return None
    sign, first = _FORMULA_ENDS[opening["sign"]], opening["tex"].rstrip()
    end = at if sign in first else _formula_ends(lines, at + 1, sign, bool(first))
    if end is None:
        return None
    tex = "\n".join([first, *(_inside(line, opening["prefix"]).rstrip() for line in lines[at + 1 : end + 1])])
    words = tex.removesuffix(sign)
    whole = sign not in words and words.strip() and (sign == "$$" or LOOKS_LIKE_TEX.search(words))
    return (opening["prefix"], (FORMULA, words), end + 1) if whole else None


def _formula_ends(lines: list[str], start: int, sign: str, is_begun: bool) -> int | None:
    for at in range(start, min(start + _MOST_FORMULA_LINES, len(lines))):
        if sign in lines[at]:
            return at
        if is_begun and not lines[at].strip():
            return None
    return None


def _is_indented_code(prefix: str, lines: list[str], at: int) -> bool:
    indented = prefix.startswith("    ") and prefix.strip() == ""
    return indented and not any(_begins_list(line) for line in lines[max(0, at - 30) : at])


def _begins_list(line: str) -> bool:
    return bool(re.match(r"(?:[-*+]|\d{1,9}[.)])[ ]", line))


def _closing(lines: list[str], start: int, fence: str) -> int:
    for at in range(start, len(lines)):
        bare = lines[at].lstrip(" >").rstrip()
        if len(bare) >= len(fence) and bare == fence[0] * len(bare):
            return at
    return len(lines)


def _inside(line: str, prefix: str) -> str:
    if ">" in prefix:
        quotes = _QUOTES.match(line)
        line = line[quotes.end() :] if quotes else line
        prefix = prefix.rpartition(">")[2][1:]
    indent = len(line) - len(line.lstrip(" "))
    return line[min(indent, len(prefix)) :]


def _without_footnotes(lines: list[str], lifted: Lifted) -> Iterator[str]:
    name = ""
    for line in lines:
        definition = _FOOTNOTE.match(line) if "[^" in line else None
        if definition:
            name = definition[1]
            lifted.footnotes.setdefault(name, definition[2].strip())
            yield ""
        elif name and line[:2] == "  " and line.strip():
            lifted.footnotes[name] += "\n" + line.strip()
        else:
            name = name if not line.strip() else ""
            yield line
