"""Pictures are decoded in child processes: a hostile one costs a child, never the process that answers people."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

import publishers
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
ROOT = Path(publishers.__file__).resolve().parent.parent


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
                answer = child.ask(verb, file, size)
            except _Resting:
                file.seek(start)
                continue
            if child.jobs < JOBS_OF_A_CHILD:
                self._idle.append(child)
            else:
                child.end()
            return answer


class _Resting(Exception):
    """The child had ended for want of work before this job reached it."""


class _Child:
    def __init__(self) -> None:
        self.jobs = 0
        # Nothing of our environment: the settings there hold secrets.
        self._process = subprocess.Popen(
            [sys.executable, "-m", "publishers.pictures"], cwd=ROOT, env={"PATH": os.defpath, "LANG": "C.UTF-8"},
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, start_new_session=True,
        )
        assert self._process.stdin is not None and self._process.stdout is not None
        self._jobs, self._answers = self._process.stdin, self._process.stdout

    def ask(self, verb: bytes, file: IO[bytes], size: int) -> Said:
        """One job. Raises Unusable when the child does not outlive it, _Resting when it was gone before."""
        self.jobs += 1
        try:
            with _limited(self._process.kill):
                self._hand_over(verb, file, size)
                said = json.loads(self._exactly(HEAD.unpack(self._exactly(HEAD.size))[0]))
                return said, [self._exactly(one[1]) for one in said["files"]]
        except (EOFError, BrokenPipeError):
            self.end()
            if self._process.returncode == 0:
                raise _Resting from None
            raise Unusable("This picture takes too long or too much memory to read. It was not taken.") from None
        except BaseException:
            self._process.kill()
            self.end()
            raise

    def end(self) -> None:
        """Let the child go and clear it away."""
        for pipe in (self._jobs, self._answers):
            try:
                pipe.close()
            except OSError:
                # What was still to be written has nobody left to read it.
                continue
        self._process.wait()

    def _hand_over(self, verb: bytes, file: IO[bytes], size: int) -> None:
        self._jobs.write(JOB.pack(verb, size))
        while size > 0:
            piece = file.read(min(size, PIECE))
            if not piece:
                raise Unusable("The file is shorter than it said.")
            self._jobs.write(piece)
            size -= len(piece)
        self._jobs.flush()

    def _exactly(self, count: int) -> bytes:
        content = self._answers.read(count)
        if len(content) < count:
            raise EOFError
        return content


@contextmanager
def _limited(kill: Callable[[], None]) -> Iterator[None]:
    timer = threading.Timer(ANSWER_SECONDS, kill)
    timer.daemon = True
    timer.start()
    try:
        yield
    finally:
        timer.cancel()


darkroom = Darkroom()
