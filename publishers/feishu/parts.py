"""Events that Feishu cuts into several frames, put together again; nobody's endless parts fill our memory."""

from __future__ import annotations

import time
from collections.abc import Mapping

from publishers.streams.stream import Unreadable

LIVES_SECONDS = 10.0
MOST_PARTS, MOST_BYTES, MOST_AT_ONCE = 64, 2 * 1024 * 1024, 16


class Parts:
    """What has come of events so far. `now` in tests."""

    def __init__(self) -> None:
        self._begun: dict[str, tuple[float, list[bytes | None]]] = {}

    def whole(self, headers: Mapping[str, str], payload: bytes, now: float | None = None) -> bytes | None:
        """The whole payload once this frame completes it, else None. Raises Unreadable."""
        parts, place = _number(headers.get("sum", "1")), _number(headers.get("seq", "0"))
        if not (0 < parts <= MOST_PARTS and 0 <= place < parts):
            raise Unreadable("it is no part of anything")
        if parts == 1:
            return payload
        at, name = time.monotonic() if now is None else now, headers.get("message_id", "")
        self._forget(at)
        _until, held = self._begun.setdefault(name, (at + LIVES_SECONDS, [None] * parts))
        if len(held) != parts or len(payload) + sum(map(len, filter(None, held))) > MOST_BYTES or len(self._begun) > MOST_AT_ONCE:
            del self._begun[name]
            raise Unreadable("its parts do not fit together")
        held[place] = payload
        got = [part for part in held if part is not None]
        if len(got) < parts:
            return None
        del self._begun[name]
        return b"".join(got)

    def _forget(self, at: float) -> None:
        self._begun = {name: begun for name, begun in self._begun.items() if begun[0] > at}


def _number(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 5 else -1
