"""Work that could end or swell a process is done in one beside it, over two pipes; here is our end of them."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TypeVar

ROOT = Path(__file__).resolve().parent.parent
T = TypeVar("T")
Read = Callable[[int], bytes]
"""Exactly so many bytes of the answer."""


class Rested(Exception):
    """The coprocess had ended by itself before the job reached it: nothing was done, ask another."""


class Died(Exception):
    """The coprocess did not outlive the job, or was ended because it took too long."""


class Coprocess:
    """`python -m module`: reads jobs from its standard input, writes answers to its output, ends when the input does.

    It sees nothing of our environment, since the settings there hold secrets. One job at a time; the caller sees to that.
    """

    def __init__(self, module: str, *, most_seconds: float) -> None:
        self._most_seconds = most_seconds
        self._owner = os.getpid()
        # Without buffers of ours: a forked copy of this object must not write the rest of a job a second time.
        self._process = subprocess.Popen(
            [sys.executable, "-m", module], cwd=ROOT, env={"PATH": os.defpath, "LANG": "C.UTF-8"}, bufsize=0,
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, start_new_session=True,
        )
        assert self._process.stdin is not None and self._process.stdout is not None
        self._jobs, self._answers = self._process.stdin, self._process.stdout

    def ask(self, job: Iterable[bytes], hear: Callable[[Read], T]) -> T:
        """Hand a job over and hear the answer, within `most_seconds` of real time. Raises Rested, Died."""
        if self._owner != os.getpid():
            raise Rested
        try:
            with self._limited():
                for piece in job:
                    self._hand_over(piece)
                return hear(self._exactly)
        except (EOFError, BrokenPipeError):
            self.end()
            raise (Rested if self._process.returncode == 0 else Died) from None
        except BaseException:
            self._process.kill()
            self.end()
            raise

    def end(self) -> None:
        """Let the coprocess go and clear it away."""
        self._jobs.close()
        self._answers.close()
        self._process.wait()

    def _hand_over(self, piece: bytes) -> None:
        rest = memoryview(piece)
        while rest:
            rest = rest[self._jobs.write(rest) :]

    def _exactly(self, count: int) -> bytes:
        content = bytearray()
        while len(content) < count:
            piece = self._answers.read(count - len(content))
            if not piece:
                raise EOFError
            content += piece
        return bytes(content)

    @contextmanager
    def _limited(self) -> Iterator[None]:
        timer = threading.Timer(self._most_seconds, self._process.kill)
        timer.daemon = True
        timer.start()
        try:
            yield
        finally:
            timer.cancel()
