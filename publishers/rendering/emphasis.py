"""Emphasis by CommonMark's rules, with Chinese punctuation taken for letters (quirk 40)."""

from __future__ import annotations

from dataclasses import dataclass

from publishers.rendering.cjk import is_cjk, is_punctuation
from publishers.rendering.draft import Draft

_TAGS_OF_SIGNS = {"~": "s", "=": "span"}
_MARK_ATTR = ' style="background:#fff3a3"'


@dataclass(slots=True)
class Run:
    """A run of emphasis signs that may open or close; `at` is its place in the pieces."""

    sign: str
    count: int
    at: int
    opens: bool
    closes: bool
    length: int
    before: str = ""
    after: str = ""


def run_of(token: str, before: str, after: str, at: int) -> Run | None:
    """The run of signs between two characters, or None when it neither opens nor closes anything."""
    opens = _flanks(after, before)
    closes = _flanks(before, after)
    if token[0] == "_":
        both = opens and closes
        opens = opens and (not both or is_punctuation(before))
        closes = closes and (not both or is_punctuation(after))
    if token[0] in "~=" and len(token) != 2 or token == "==" and _is_comparison(before, after):
        return None
    return Run(token[0], len(token), at, opens, closes, len(token)) if opens or closes else None


def write(draft: Draft, runs: list[Run], pieces: list[str], source: str) -> None:
    """Pair the runs and put what they become into their places."""
    openers: list[Run] = []
    floors: dict[tuple[str, bool, int], int] = {}
    for closer in runs:
        while closer.closes and closer.count:
            key = (closer.sign, closer.opens, closer.length % 3)
            at = _opener(openers, closer, floors.get(key, 0))
            if at < 0:
                floors[key] = len(openers)
                break
            del openers[at + 1 :]
            floors = {kept: min(floor, at + 1) for kept, floor in floors.items()}
            _match(draft, openers[at], closer)
            if not openers[at].count:
                openers.pop()
        if closer.opens and closer.count:
            openers.append(closer)
    for run in runs:
        left = run.sign * run.count
        if len(left) > 1 and run.opens and run.sign == "*":
            draft.remark("markup_left", source[:40], marks=left[:4])
        pieces[run.at] = run.before + left + run.after


def is_letter(char: str) -> bool:
    """Whether signs beside this character open or close whatever stands on their other side."""
    return not char.isspace() and not is_punctuation(char)


def _match(draft: Draft, opener: Run, closer: Run) -> None:
    width = 2 if opener.count >= 2 and closer.count >= 2 else 1
    tag = _TAGS_OF_SIGNS.get(opener.sign) or ("strong" if width == 2 else "em")
    opener.count -= width
    closer.count -= width
    attr = draft.attr("mark") or _MARK_ATTR if tag == "span" else draft.attr(tag)
    opener.after = f"<{tag}{attr}>{opener.after}"
    closer.before += f"</{tag}>"


def _is_comparison(before: str, after: str) -> bool:
    return before.isascii() and before.isalnum() and after.isascii() and after.isalnum()


def _opener(openers: list[Run], closer: Run, floor: int) -> int:
    for at in range(len(openers) - 1, floor - 1, -1):
        opener = openers[at]
        if opener.sign != closer.sign:
            continue
        both = opener.closes or closer.opens
        if both and (opener.length + closer.length) % 3 == 0 and (opener.length % 3 or closer.length % 3):
            continue
        return at
    return -1


def _flanks(inner: str, outer: str) -> bool:
    if inner.isspace():
        return False
    return not is_punctuation(inner) or outer.isspace() or is_punctuation(outer) or is_cjk(outer)
