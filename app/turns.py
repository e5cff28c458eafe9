"""Taking turns: of the requests under way few compute at once; threads that all want the interpreter only hinder each other."""

from __future__ import annotations

import threading
from collections.abc import Iterable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

AT_ONCE = 2
"""One computes while the other waits for the database. With eight at once a quarter fewer pages are answered in a second."""
PATIENCE_SECONDS = 0.25
"""Pages take a tenth of this. When the turn does not come so long, its holder waits for a platform or a slow line, not for us."""
SMALL = 64 * 1024
"""Bytes; what is larger is sent by somebody's line while we wait, and takes no turn."""


class Turns:
    """Lets `AT_ONCE` requests through to `onward` at a time; nobody waits longer than `PATIENCE_SECONDS` for somebody slow."""

    def __init__(self, onward: WSGIApplication) -> None:
        self._onward, self._turns = onward, threading.BoundedSemaphore(AT_ONCE)

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        held = not _is_large(environ) and self._turns.acquire(timeout=PATIENCE_SECONDS)
        try:
            return self._onward(environ, start_response)
        finally:
            if held:
                self._turns.release()


def _is_large(environ: WSGIEnvironment) -> bool:
    """Whether a body is on its way that may take its time; one of unknown length may."""
    length = environ.get("CONTENT_LENGTH") or "0"
    return "HTTP_TRANSFER_ENCODING" in environ or not length.isdecimal() or int(length) > SMALL
