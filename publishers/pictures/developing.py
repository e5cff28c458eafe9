"""The child process: takes pictures on standard input, answers on standard output, holds no secret and opens no file.

A job is one byte (`F` fit, `T` thumbnail), eight bytes of length and the file; the answer four bytes of length, a JSON
object and the files it lists. Memory and processor time are limited by the kernel: whoever exceeds them loses only us.
"""

from __future__ import annotations

import json
import resource
import select
import signal
import struct
import sys
from typing import IO, Any

from publishers.pictures.encoding import Encoded
from publishers.pictures.fitting import Fitted, fit, thumbnail
from publishers.pictures.opening import Unusable

MEMORY_BYTES = 420 * 1024 * 1024
"""Above what we need to stand: a phone's 48 million pixels are 190 MB decoded, and HEIC holds them twice."""
PROCESSOR_SECONDS = 8.0
IDLE_SECONDS = 60.0
KEPT_BYTES = 64 * 1024 * 1024
"""A child that has grown by more than this ends after its answer; what malloc keeps is given back so."""
JOB = struct.Struct(">cQ")
HEAD = struct.Struct(">I")
FIT, THUMBNAIL = b"F", b"T"
NAMES = ("picture", "still", "thumb")


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
        answer = _answer(verb, content)
        signal.setitimer(signal.ITIMER_PROF, 0)
        answers.write(answer)
        answers.flush()


def confine(memory: int) -> None:
    """No more private memory than so many bytes, no files, no cores. What is loaded by now stays."""
    resource.setrlimit(resource.RLIMIT_DATA, (memory, memory))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def fitted_from(said: dict[str, Any], files: list[bytes]) -> Fitted:
    """What the child has answered to a `F`. Raises Unusable when it said so."""
    if "unusable" in said:
        raise Unusable(said["unusable"])
    known = {name: _encoded(one, content) for name, one, content in _named(said, files)}
    return Fitted(
        picture=known["picture"], still=known.get("still"), thumb=known.get("thumb"),
        focus=(said["focus"][0], said["focus"][1]), ai_generated=said["ai_generated"], licence=said["licence"],
    )


def thumbnail_from(said: dict[str, Any], files: list[bytes]) -> Encoded | None:
    """What the child has answered to a `T`. Raises Unusable when it said so."""
    if "unusable" in said:
        raise Unusable(said["unusable"])
    return next((_encoded(one, content) for _, one, content in _named(said, files)), None)


def _answer(verb: bytes, content: bytes) -> bytes:
    said: dict[str, Any] = {"files": []}
    files: list[Encoded] = []
    try:
        if verb == FIT:
            fitted = fit(content)
            parts = [(name, getattr(fitted, name)) for name in NAMES]
            said |= {"focus": fitted.focus, "ai_generated": fitted.ai_generated, "licence": fitted.licence}
        else:
            parts = [("thumb", thumbnail(content))]
        for name, one in parts:
            if one is not None:
                said["files"].append([name, len(one.content), one.content_type, one.width, one.height])
                files.append(one)
    except Unusable as error:
        said = {"files": [], "unusable": str(error)}
    head = json.dumps(said).encode()
    return b"".join([HEAD.pack(len(head)), head, *(one.content for one in files)])


def _named(said: dict[str, Any], files: list[bytes]) -> list[tuple[str, list[Any], bytes]]:
    return [(one[0], one, content) for one, content in zip(said["files"], files, strict=True)]


def _encoded(one: list[Any], content: bytes) -> Encoded:
    return Encoded(content, one[2], one[3], one[4])


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
