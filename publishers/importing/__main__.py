"""The child process: takes one request from standard input, closes every door, converts, answers, ends.

What was handed in may be made to harm. Behind the doors it meets a process that can open no file and no connection,
write nothing, start nothing, and has its own memory and time.
"""

from __future__ import annotations

import codecs
import contextlib
import encodings
import os
import resource
import signal
import sys
from pathlib import Path

from publishers.importing import convert, convert_page, convert_paste, limits
from publishers.importing.passing import Request, answer_bytes, read_request
from publishers.importing.results import Imported, Refused
from publishers.importing.sniffing import CHARSETS


def main() -> None:
    """Convert what stands on standard input."""
    request = read_request(sys.stdin.buffer.read())
    close_doors()
    sys.stdout.buffer.write(answer_bytes(_answer(request)))
    sys.stdout.buffer.flush()
    # Nothing is left to do; tearing a large tree down would only cost time.
    os._exit(0)


def close_doors() -> None:
    """From here on: no new file or connection, no written byte, no child, MEMORY_BYTES more memory, SECONDS of time."""
    for charset in (*CHARSETS, "raw_unicode_escape", "idna"):
        codecs.lookup(charset)
    # A charset that is named only now would have to be read from a file.
    codecs.unregister(encodings.search_function)
    codecs.register(_loaded_charset)
    allowed = {
        resource.RLIMIT_NOFILE: 3, resource.RLIMIT_FSIZE: 0, resource.RLIMIT_CORE: 0, resource.RLIMIT_NPROC: 0,
        resource.RLIMIT_CPU: limits.SECONDS, resource.RLIMIT_AS: _memory() + limits.MEMORY_BYTES,
    }
    for kind, most in allowed.items():
        # Not every system knows every limit; the parent's clock stands behind them.
        with contextlib.suppress(OSError, ValueError):
            resource.setrlimit(kind, (most, most))
    signal.alarm(limits.SECONDS + 2)


def _loaded_charset(name: str) -> codecs.CodecInfo | None:
    try:
        return encodings.search_function(name)
    except OSError:
        return None


def _memory() -> int:
    """The address space in use, in bytes."""
    try:
        return int(Path("/proc/self/statm").read_text().split()[0]) * os.sysconf("SC_PAGE_SIZE")
    except OSError:
        return limits.MEMORY_BYTES


def _answer(request: Request) -> Imported | Refused:
    try:
        if request.what == "paste":
            return convert_paste(request.content.decode("utf-8", "replace"))
        if request.what == "page":
            return convert_page(request.content, request.address, request.charset)
        return convert(request.content, request.name)
    except Refused as refused:
        return refused
    except (MemoryError, RecursionError):
        return Refused("This file unpacks to far more than it should hold.")


if __name__ == "__main__":
    main()
