"""Files that arrive piece by piece, because phones lose their connection: what has come lies in the instance folder.

Two files for each: `TOKEN.json` says whose it is, how long it will be and what became of it; `TOKEN.part` is as long as
what has arrived. Whoever lost the connection asks how far it got and goes on from there.
"""

from __future__ import annotations

import fcntl
import json
import re
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import IO

from editorial import clock
from editorial.errors import Invalid, NotFound, Problem

KEPT_SECONDS = 24 * 3600
MOST_OPEN = 40
"""Uploads that one person may have begun and not finished."""
PIECE = 64 * 1024
_TOKEN = re.compile(r"[0-9a-f]{32}", re.ASCII)


class OutOfStep(Exception):
    """The piece does not begin where the last one ended, or another one is just arriving."""


@dataclass(frozen=True)
class Part:
    """An upload under way. `asset_id` is set once it has become a picture."""

    token: str
    person_id: int
    size: int
    alt_text: str = ""
    asset_id: int | None = None


class Parts:
    """The uploads under way in one instance folder."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def begin(self, person_id: int, size: int, alt_text: str = "", *, most: int) -> Part:
        """Make room for a file of `size` bytes. Raises Invalid naming `file`."""
        if size < 1:
            raise Invalid(Problem("file", "This file is empty."))
        if size > most:
            raise Invalid(Problem("file", "At most {limit} MB.", {"limit": most // (1024 * 1024)}))
        if sum(part.person_id == person_id and part.asset_id is None for part in self._everything()) >= MOST_OPEN:
            raise Invalid(Problem("file", "Too many uploads are open. Wait for them, or try again tomorrow."))
        self._folder.mkdir(parents=True, exist_ok=True)
        part = Part(secrets.token_hex(16), person_id, size, alt_text[:300])
        self._path(part.token, "part").touch(mode=0o600)
        self._note(part)
        return part

    def find(self, token: str, person_id: int) -> Part:
        """This person's upload. Raises NotFound."""
        part = self._read(self._path(token, "json")) if _TOKEN.fullmatch(token) else None
        if part is None or part.person_id != person_id:
            raise NotFound()
        return part

    def offset(self, part: Part) -> int:
        """How many bytes have arrived."""
        if part.asset_id is not None:
            return part.size
        try:
            return self._path(part.token, "part").stat().st_size
        except FileNotFoundError:
            raise NotFound() from None

    def append(self, part: Part, offset: int, stream: IO[bytes]) -> int:
        """Take a piece that begins at `offset`; returns how far it got, also when the connection breaks off.

        Raises OutOfStep, Invalid.
        """
        with self._alone(part) as file:
            arrived = file.seek(0, 2)
            if arrived != offset:
                raise OutOfStep
            while piece := stream.read(PIECE):
                if arrived + len(piece) > part.size:
                    raise Invalid(Problem("file", "More has arrived than was announced."))
                arrived += file.write(piece)
            return arrived

    @contextmanager
    def whole(self, part: Part) -> Iterator[IO[bytes]]:
        """The file when all of it is there. Raises NotFound."""
        try:
            file = self._path(part.token, "part").open("rb")
        except FileNotFoundError:
            raise NotFound() from None
        with file:
            yield file

    def finish(self, part: Part, asset_id: int) -> None:
        """It became this picture: who asks again, because the answer was lost, is told so until the sweep."""
        self._note(Part(part.token, part.person_id, part.size, part.alt_text, asset_id))
        self._path(part.token, "part").unlink(missing_ok=True)

    def drop(self, part: Part) -> None:
        """Throw it away."""
        for suffix in ("json", "part"):
            self._path(part.token, suffix).unlink(missing_ok=True)

    def sweep(self) -> int:
        """Throw away what nobody has gone on with for a day. Returns how many files."""
        latest = clock.now().timestamp() - KEPT_SECONDS
        old = [path for path in self._folder.glob("*.*") if _modified_at(path) < latest]
        for path in old:
            path.unlink(missing_ok=True)
        return len(old)

    def _everything(self) -> Iterator[Part]:
        for path in self._folder.glob("*.json"):
            part = self._read(path)
            if part is not None:
                yield part

    @contextmanager
    def _alone(self, part: Part) -> Iterator[IO[bytes]]:
        try:
            file = self._path(part.token, "part").open("r+b", buffering=0)
        except FileNotFoundError:
            raise NotFound() from None
        with file:
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                raise OutOfStep from None
            yield file

    def _note(self, part: Part) -> None:
        path = self._path(part.token, "json")
        fresh = path.with_suffix(".new")
        fresh.write_text(json.dumps(asdict(part)), encoding="utf-8")
        fresh.replace(path)

    def _read(self, path: Path) -> Part | None:
        try:
            return Part(**json.loads(path.read_text(encoding="utf-8")))
        except (FileNotFoundError, ValueError, TypeError):
            return None

    def _path(self, token: str, suffix: str) -> Path:
        return self._folder / f"{token}.{suffix}"


def _modified_at(path: Path) -> float:
    try:
        return path.stat().st_mtime
    except FileNotFoundError:
        return float("inf")
