"""Before blocks are told apart: code fences, footnotes and front matter are lifted out of the source, line by line."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

_FENCE = re.compile(r"(?P<prefix>(?:[ ]|>|[-*+][ ]|\d{1,9}[.)][ ])*)(?P<fence>`{3,}(?=[^`]*$)|~{3,})[ ]*(?P<info>.*)")
_FOOTNOTE = re.compile(r" {0,3}\[\^([^\]\s]{1,60})\]:[ \t]*(.*)")
_FRONT_MATTER = re.compile(
    r"---[ \t]*\n(?:[A-Za-z_][\w-]*[ \t]*:.*\n|[ \t]+\S.*\n|-[ \t].*\n|[ \t]*\n){0,100}---[ \t]*(?:\n|$)"
)
_QUOTES = re.compile(r"(?:[ ]{0,3}>[ ]?)*")

LISTING = "\ue000"
"""Stands, followed by its number, where a lifted block of code was. Authors cannot write it."""


@dataclass
class Lifted:
    """What was lifted out: blocks of code as (language, code), footnotes by name, and the fence left open."""

    listings: list[tuple[str, str]] = field(default_factory=list)
    footnotes: dict[str, str] = field(default_factory=dict)
    open_fence: str = ""


def lift(source: str) -> tuple[str, Lifted]:
    """The source without front matter, fenced code and footnotes, and those."""
    lifted = Lifted()
    if source.startswith("---"):
        source = _FRONT_MATTER.sub("", source, count=1)
    if "```" in source or "~~~" in source:
        source = "\n".join(_without_fences(source.split("\n"), lifted))
    if "[^" in source:
        source = "\n".join(_without_footnotes(source.split("\n"), lifted))
    return source, lifted


def _without_fences(lines: list[str], lifted: Lifted) -> Iterator[str]:
    at = 0
    while at < len(lines):
        opening = _FENCE.match(lines[at]) if "```" in lines[at] or "~~~" in lines[at] else None
        if not opening or _is_indented_code(opening["prefix"], lines, at):
            yield lines[at]
            at += 1
            continue
        end = _closing(lines, at + 1, opening["fence"])
        if end == len(lines):
            lifted.open_fence = lines[at].strip()
        code = [_inside(line, opening["prefix"]) for line in lines[at + 1 : end]]
        lifted.listings.append((opening["info"].split(" ")[0].strip("{}.").lower(), "\n".join(code)))
        around = opening["prefix"].rstrip() if ">" in opening["prefix"] else ""
        marked = opening["prefix"].strip(" >") != ""
        if not marked:
            yield around
        yield f"{opening['prefix']}{LISTING}{len(lifted.listings) - 1}"
        yield around if not marked else ""
        at = end + 1


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
