"""Pictures are decoded in child processes: a hostile one costs a child, never the process that answers people."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from typing import IO

from publishers.coprocess import Coprocess, Died, Read, Rested
from publishers.pictures import talk
from publishers.pictures.results import Encoded, Fitted, Unusable
from publishers.pictures.talk import HEAD, JOB, Said

AT_ONCE = 2
"""A picture of 50 million pixels takes 200 MB while it is decoded; more than two at a time wait."""
WAIT_SECONDS = 40.0
ANSWER_SECONDS = 30.0
"""Real time for one picture; the child's own limit is processor time."""
JOBS_OF_A_CHILD = 100
PIECE = 64 * 1024


class Darkroom:
    """At most two children, started when the first picture comes; they end by themselves when none comes for a minute."""

    def __init__(self) -> None:
        self._free = threading.BoundedSemaphore(AT_ONCE)
        self._idle: list[_Child] = []

    def fit(self, file: IO[bytes], size: int) -> Fitted:
        """`publishers.pictures.fitting.fit` of `size` bytes from `file`. Raises Unusable."""
        return talk.heard_fitted(self._developed(talk.FIT, file, size))

    def thumbnail(self, file: IO[bytes], size: int) -> Encoded | None:
        """`publishers.pictures.fitting.thumbnail` of `size` bytes from `file`. Raises Unusable."""
        return talk.heard_thumbnail(self._developed(talk.THUMBNAIL, file, size))

    def _developed(self, verb: bytes, file: IO[bytes], size: int) -> Said:
        if not self._free.acquire(timeout=WAIT_SECONDS):
            raise Unusable("Many pictures are being taken in right now. Please try again in a minute.")
        try:
            return self._asked(verb, file, size)
        finally:
            self._free.release()

    def _asked(self, verb: bytes, file: IO[bytes], size: int) -> Said:
        start = file.tell()
        while True:
            child = self._idle.pop() if self._idle else _Child()
            try:
                answer = child.ask(_job(verb, file, size), _said)
            except Rested:
                file.seek(start)
                continue
            except Died:
                raise Unusable("This picture takes too long or too much memory to read. It was not taken.") from None
            child.jobs += 1
            if child.jobs < JOBS_OF_A_CHILD:
                self._idle.append(child)
            else:
                child.end()
            return answer


class _Child(Coprocess):
    def __init__(self) -> None:
        super().__init__("publishers.pictures", most_seconds=ANSWER_SECONDS)
        self.jobs = 0


def _job(verb: bytes, file: IO[bytes], size: int) -> Iterator[bytes]:
    yield JOB.pack(verb, size)
    while size > 0:
        piece = file.read(min(size, PIECE))
        if not piece:
            raise Unusable("The file is shorter than it said.")
        yield piece
        size -= len(piece)


def _said(read: Read) -> Said:
    said = json.loads(read(HEAD.unpack(read(HEAD.size))[0]))
    return said, [read(one[1]) for one in said["files"]]


darkroom = Darkroom()
