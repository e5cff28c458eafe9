"""Words on their way into a group: cleaned, unable to call everyone, and cut where the platform would cut."""

from __future__ import annotations

import json
import re
import unicodedata
from bisect import bisect_right
from collections.abc import Callable, Mapping

Body = Mapping[str, object]
"""A request body before it becomes JSON."""

ELLIPSIS = "…"
ZERO_WIDTH_JOINER = "\u200d"

_UNSEEN = re.compile(r"[\x00-\x08\x0b-\x1f\x7f\xad\u200b\u200c\u200e\u200f\u202a-\u202e\u2060-\u2069\ufeff]")
# WeCom reads <@all>, Feishu <at user_id="all">, people and clients read @all and @所有人.
_MENTION_MARK = re.compile(r"<(?=[\s\u200d]*(?:@|/?[\s\u200d]*at\b))", re.IGNORECASE)
_MENTION_WORD = re.compile(r"@(?=[\s\u200d]*(?:all|everyone|here|channel|所有人|全体成员|全员))", re.IGNORECASE)


def harmless(text: str) -> str:
    """`text` without characters nobody sees and without anything a platform could take for a call to everyone."""
    text = text.encode("utf-8", "replace").decode("utf-8").replace("\r\n", "\n")
    return _MENTION_WORD.sub("＠", _MENTION_MARK.sub("＜", _UNSEEN.sub("", text))).strip()


def one_line(text: str) -> str:
    """`harmless`, with line breaks and runs of spaces made one space."""
    return " ".join(harmless(text).split())


def cut_bytes(text: str, limit: int) -> str:
    """`text` in at most `limit` UTF-8 bytes; what is cut ends with `…` and never inside a character or an emoji."""
    if len(text.encode("utf-8")) <= limit:
        return text
    room = limit - len(ELLIPSIS.encode("utf-8"))
    kept = text.encode("utf-8")[: max(room, 0)].decode("utf-8", "ignore")
    return _shortened(text, len(kept)) if room >= 0 else ""


def cut_characters(text: str, limit: int) -> str:
    """`text` in at most `limit` characters, ending with `…` when it was cut."""
    return text if len(text) <= limit else _shortened(text, limit - 1)


def fitted(build: Callable[[str], Body], text: str, limit: int) -> Body:
    """`build(text)`, with `text` cut until the encoded body has at most `limit` bytes.

    The JSON is measured, not the text: quotation marks and line breaks grow on the way. A body that is too
    long without any text comes back too long.
    """
    body = build(text)
    if len(encoded(body)) <= limit:
        return body
    room = bisect_right(range(limit + 1), limit, key=lambda size: len(encoded(build(cut_bytes(text, size))))) - 1
    return build(cut_bytes(text, max(room, 0)))


def encoded(body: Body) -> bytes:
    """The body as it goes over the line: UTF-8 with real characters (WeCom refuses `\\uXXXX` escapes with 40033)."""
    return json.dumps(body, ensure_ascii=False).encode("utf-8")


def with_keyword(text: str, keyword: str) -> str:
    """`text` with the robot's keyword in it; a robot with the keyword rule stays silent otherwise."""
    return text if not keyword or keyword in text else f"{text} {keyword}".strip()


def _shortened(text: str, length: int) -> str:
    place = length
    while place > 0 and _inside_a_sign(text, place):
        place -= 1
    return text[: place or length].rstrip() + ELLIPSIS


def _inside_a_sign(text: str, place: int) -> bool:
    """Whether a cut before `place` splits what people see as one sign: an accent, a skin tone, a family, a flag."""
    if place >= len(text):
        return False
    following = text[place]
    if following == ZERO_WIDTH_JOINER or text[place - 1] == ZERO_WIDTH_JOINER:
        return True
    if unicodedata.combining(following) or _changes_the_look(following):
        return True
    return _is_flag_half(following) and _flag_halves_before(text, place) % 2 == 1


def _changes_the_look(sign: str) -> bool:
    return "\ufe00" <= sign <= "\ufe0f" or "\U0001f3fb" <= sign <= "\U0001f3ff"


def _flag_halves_before(text: str, place: int) -> int:
    count = 0
    while count < place and _is_flag_half(text[place - 1 - count]):
        count += 1
    return count


def _is_flag_half(sign: str) -> bool:
    return "\U0001f1e6" <= sign <= "\U0001f1ff"
