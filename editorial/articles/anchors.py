"""Passages that stay where they belong while the text around them changes: pure functions over Markdown.

A passage is found again by what was kept of the text, and by its own words and their surroundings when it was moved.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

AROUND = 32
"""Characters kept of what stands before and after a passage."""
LEAST_KEPT = 0.3
"""So much of a passage must be left for it to be the same passage."""
MOSTLY = 0.5
LEAST_EVIDENCE = 6
"""So many characters of words and surroundings together must agree before a passage is found anew."""
CHARACTER_BY_CHARACTER = 400_000
"""Up to this product of lengths two texts are compared by characters, beyond it by lines."""

Kept = tuple[int, int, int]
"""A stretch that both texts have: where it begins in the old one, in the new one, its length."""


@dataclass(frozen=True)
class Anchor:
    """The characters from `begin` up to `end` of a text: their words, and what stands before and after them.

    With no words it is the place between two characters.
    """

    begin: int
    end: int
    quote: str
    before: str = ""
    after: str = ""


def at(text: str, begin: int, end: int) -> Anchor:
    """The passage from `begin` up to `end`; what lies outside the text is cut off."""
    begin = max(0, min(begin, len(text)))
    end = max(begin, min(end, len(text)))
    return Anchor(begin, end, text[begin:end], text[max(0, begin - AROUND):begin], text[end:end + AROUND])


def followed(anchors: Sequence[Anchor], old: str, new: str) -> list[Anchor | None]:
    """Each passage of `old` where it is in `new`; None for one that is gone."""
    kept = list(kept_of(old, new))
    return [_follow(anchor, kept, new) for anchor in anchors]


def found(text: str, anchor: Anchor) -> Anchor | None:
    """A passage looked for by its words and surroundings, the likeliest first, the nearest among equals."""
    if text[anchor.begin:anchor.end] == anchor.quote and _evidence(text, anchor.begin, anchor) >= LEAST_EVIDENCE:
        return at(text, anchor.begin, anchor.end)
    ranked = [
        (_evidence(text, begin, anchor), -abs(begin - anchor.begin), begin) for begin in _places(text, anchor)
    ]
    if not ranked or max(ranked)[0] < LEAST_EVIDENCE:
        return None
    begin = max(ranked)[2]
    return at(text, begin, begin + len(anchor.quote))


def kept_of(old: str, new: str) -> Iterator[Kept]:
    """The stretches both texts have, in order. Most changes are small and in one place, so the ends are taken first."""
    head = _alike(old, new)
    tail = _alike(old[head:][::-1], new[head:][::-1])
    if head:
        yield 0, 0, head
    for begin, there, length in _middle(old[head:len(old) - tail], new[head:len(new) - tail]):
        yield head + begin, head + there, length
    if tail:
        yield len(old) - tail, len(new) - tail, tail


def _follow(anchor: Anchor, kept: list[Kept], new: str) -> Anchor | None:
    if anchor.begin == anchor.end:
        place = _point(anchor.begin, kept)
        return at(new, place, place) if place is not None else found(new, anchor)
    share = sum(_shared(anchor, stretch) for stretch in kept) / (anchor.end - anchor.begin)
    if share < MOSTLY:
        moved = found(new, anchor)
        if moved is not None or share < LEAST_KEPT:
            return moved
    return at(new, _begin(anchor, kept), _end(anchor, kept))


def _point(place: int, kept: list[Kept]) -> int | None:
    for begin, there, length in kept:
        if begin <= place <= begin + length:
            return there + place - begin
    return None


def _begin(anchor: Anchor, kept: list[Kept]) -> int:
    inside = _held(anchor.begin, kept)
    if inside is not None:
        return inside
    beside = _held(anchor.begin - 1, kept)
    if beside is not None:
        return beside + 1
    return min(there + max(0, anchor.begin - begin) for begin, there, length in kept if _shared(anchor, (begin, there, length)))


def _end(anchor: Anchor, kept: list[Kept]) -> int:
    inside = _held(anchor.end - 1, kept)
    if inside is not None:
        return inside + 1
    beside = _held(anchor.end, kept)
    if beside is not None:
        return beside
    return max(
        there + min(length, anchor.end - begin) for begin, there, length in kept if _shared(anchor, (begin, there, length))
    )


def _held(place: int, kept: list[Kept]) -> int | None:
    """Where the character at `place` stands now, if it was kept."""
    for begin, there, length in kept:
        if begin <= place < begin + length:
            return there + place - begin
    return None


def _shared(anchor: Anchor, stretch: Kept) -> int:
    begin, _, length = stretch
    return max(0, min(anchor.end, begin + length) - max(anchor.begin, begin))


def _places(text: str, anchor: Anchor) -> Iterator[int]:
    """Where the words stand; for a place without words, where its surroundings do."""
    if anchor.quote:
        begin = text.find(anchor.quote)
        while begin >= 0:
            yield begin
            begin = text.find(anchor.quote, begin + 1)
        return
    for words, step in ((anchor.before[-LEAST_EVIDENCE:], LEAST_EVIDENCE), (anchor.after[:LEAST_EVIDENCE], 0)):
        if len(words) == LEAST_EVIDENCE and (begin := text.find(words)) >= 0:
            yield begin + step


def _evidence(text: str, begin: int, anchor: Anchor) -> int:
    """How many characters speak for the passage standing at `begin`: its words and the surroundings that agree."""
    end = begin + len(anchor.quote)
    before, after = text[max(0, begin - AROUND):begin], text[end:end + AROUND]
    return len(anchor.quote) + _alike(before[::-1], anchor.before[::-1]) + _alike(after, anchor.after)


def _alike(one: str, other: str) -> int:
    count = 0
    for left, right in zip(one, other, strict=False):
        if left != right:
            break
        count += 1
    return count


def _middle(old: str, new: str) -> Iterator[Kept]:
    if not old or not new:
        return
    if len(old) * len(new) > CHARACTER_BY_CHARACTER and (old.count("\n") or new.count("\n")):
        yield from _by_lines(old.splitlines(keepends=True), new.splitlines(keepends=True))
    elif len(old) * len(new) <= CHARACTER_BY_CHARACTER * 10:
        for block in difflib.SequenceMatcher(None, old, new, autojunk=False).get_matching_blocks():
            # One character alone, such as 的, is kept by chance.
            if block.size > 1:
                yield block.a, block.b, block.size


def _by_lines(old: list[str], new: list[str]) -> Iterator[Kept]:
    begins, theres = _starts(old), _starts(new)
    for tag, a, b, c, d in difflib.SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if tag == "equal":
            yield begins[a], theres[c], begins[b] - begins[a]
        elif tag == "replace" and (begins[b] - begins[a]) * (theres[d] - theres[c]) <= CHARACTER_BY_CHARACTER:
            for begin, there, length in kept_of("".join(old[a:b]), "".join(new[c:d])):
                yield begins[a] + begin, theres[c] + there, length


def _starts(lines: list[str]) -> list[int]:
    starts = [0]
    for line in lines:
        starts.append(starts[-1] + len(line))
    return starts
