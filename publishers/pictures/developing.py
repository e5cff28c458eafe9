"""The child process: takes pictures on standard input, answers on standard output, holds no secret and opens no file.

Memory and processor time are limited by the kernel: whoever exceeds them loses only us.
"""

from __future__ import annotations

import resource
import select
import signal
import sys
from typing import IO

from publishers.pictures import talk
from publishers.pictures.fitting import fit, thumbnail
from publishers.pictures.results import Unusable
from publishers.pictures.talk import JOB

MEMORY_BYTES = 420 * 1024 * 1024
"""Above what we need to stand: a phone's 48 million pixels are 190 MB decoded, and HEIC holds them twice."""
PROCESSOR_SECONDS = 8.0
IDLE_SECONDS = 60.0
KEPT_BYTES = 64 * 1024 * 1024
"""A child that has grown by more than this ends after its answer; what malloc keeps is given back so."""


def serve(jobs: IO[bytes], answers: IO[bytes]) -> None:
    """Develop one picture after the other until nobody asks any more."""
    before = _data_bytes()
    confine(before + MEMORY_BYTES)
    while _data_bytes() < before + KEPT_BYTES and select.select([jobs], [], [], IDLE_SECONDS)[0]:
        head = jobs.read(JOB.size)
        if len(head) < JOB.size:
            return
        verb, length = JOB.unpack(head)
        content = jobs.read(length)
        signal.setitimer(signal.ITIMER_PROF, PROCESSOR_SECONDS)
        answer = _developed(verb, content)
        signal.setitimer(signal.ITIMER_PROF, 0)
        answers.write(answer)
        answers.flush()


def confine(memory: int) -> None:
    """No more private memory than so many bytes, no files, no cores. What is loaded by now stays."""
    resource.setrlimit(resource.RLIMIT_DATA, (memory, memory))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def _developed(verb: bytes, content: bytes) -> bytes:
    try:
        return talk.fitted(fit(content)) if verb == talk.FIT else talk.thumbnail(thumbnail(content))
    except Unusable as error:
        return talk.unusable(str(error))


def _data_bytes() -> int:
    """Private memory that we hold already (the field `data` of /proc/self/statm, in pages)."""
    try:
        with open("/proc/self/statm", encoding="ascii") as file:
            return int(file.read().split()[5]) * resource.getpagesize()
    except OSError:
        return 64 * 1024 * 1024


def main() -> None:
    """Serve whoever has started us."""
    serve(sys.stdin.buffer, sys.stdout.buffer)
