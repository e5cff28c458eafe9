"""Two people's changes of one text put together: what only one of them changed is taken, what both changed is a question."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from editorial.articles.revisions import FIELDS, Content

Kind = Literal["same", "mine", "theirs", "conflict"]

_SENTENCE = re.compile(r"\n+|[^\n。！？!?；;]*[。！？!?；;]+[”’」』）)]*|[^\n。！？!?；;]+")


@dataclass(frozen=True)
class Part:
    """A stretch of the text in its three versions. `kind` says who changed it: nobody (or both alike), one, or each otherwise."""

    kind: Kind
    base: str
    mine: str
    theirs: str

    @property
    def text(self) -> str:
        """What is taken when nobody chooses: nothing of mine is dropped, since theirs stands in the history."""
        return self.theirs if self.kind == "theirs" else self.mine


@dataclass(frozen=True)
class Merged:
    """The body as parts, and a content in which every field that only they changed is theirs.

    `fields` are the names of the fields that both changed, each in another way; there mine stands.
    """

    parts: list[Part]
    content: Content
    fields: list[str]

    @property
    def conflicts(self) -> int:
        """How many questions are left."""
        return sum(part.kind == "conflict" for part in self.parts) + len(self.fields)


def merge(base: Content, mine: Content, theirs: Content) -> Merged:
    """My content and theirs, both made from `base`."""
    parts = merge_texts(base.body, mine.body, theirs.body)
    names = [name for name in FIELDS if name != "body"]
    taken = {name: getattr(theirs, name) for name in names if getattr(mine, name) == getattr(base, name)}
    asked = [
        name for name in names
        if name not in taken and getattr(theirs, name) not in (getattr(base, name), getattr(mine, name))
    ]
    return Merged(parts, mine.changed(body="".join(part.text for part in parts), **taken), asked)


def merge_texts(base: str, mine: str, theirs: str) -> list[Part]:
    """The parts of a text in order, sentence by sentence; joined they are each of the three texts."""
    pieces = [_SENTENCE.findall(text) for text in (base, mine, theirs)]
    found: list[Part] = []
    at = [0, 0, 0]
    for begins, length in _shared(*pieces):
        between = [pieces[side][at[side]:begins[side]] for side in range(3)]
        _add(found, *("".join(stretch) for stretch in between))
        same = "".join(pieces[0][begins[0]:begins[0] + length])
        _add(found, same, same, same)
        at = [begin + length for begin in begins]
    return found


def _add(found: list[Part], base: str, mine: str, theirs: str) -> None:
    if not (base or mine or theirs):
        return
    kind: Kind = "conflict"
    if mine == theirs:
        kind = "same"
    elif mine == base:
        kind = "theirs"
    elif theirs == base:
        kind = "mine"
    if found and found[-1].kind == kind == "same":
        last = found.pop()
        found.append(Part("same", last.base + base, last.mine + mine, last.theirs + theirs))
    else:
        found.append(Part(kind, base, mine, theirs))


def _shared(base: list[str], mine: list[str], theirs: list[str]) -> Iterator[tuple[tuple[int, int, int], int]]:
    """Where all three agree: the beginnings and the length, the ends of the texts last."""
    left = difflib.SequenceMatcher(None, base, mine, autojunk=False).get_matching_blocks()
    right = difflib.SequenceMatcher(None, base, theirs, autojunk=False).get_matching_blocks()
    one = other = 0
    while one < len(left) and other < len(right):
        a, b = left[one], right[other]
        begin, end = max(a.a, b.a), min(a.a + a.size, b.a + b.size)
        if begin < end:
            yield (begin, a.b + begin - a.a, b.b + begin - b.a), end - begin
        if a.a + a.size < b.a + b.size:
            one += 1
        else:
            other += 1
    yield (len(base), len(mine), len(theirs)), 0
