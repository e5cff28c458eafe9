"""Picture files by content hash, in the instance folder or in any store that fsspec reaches."""

from __future__ import annotations

import hashlib
import os
import secrets
from pathlib import Path
from typing import Any

from app.config import Settings
from editorial.crash import crash_point


class Store:
    """Bytes by their SHA-256. A file is complete and synced before its name exists."""

    def __init__(self, settings: Settings) -> None:
        self._folder = settings.instance / "media"
        self._remote = _open_remote(settings.media_url) if settings.media_url else None

    def keep(self, content: bytes) -> str:
        """Store bytes and return their hash; the same bytes are stored once."""
        name = hashlib.sha256(content).hexdigest()
        if self._remote is not None:
            self._remote.keep(name, content)
            return name
        path = self._path(name)
        if not path.exists():
            _write_whole(path, content)
        return name

    def read(self, sha256: str) -> bytes:
        """The bytes of this hash. Raises FileNotFoundError."""
        return self._remote.read(sha256) if self._remote is not None else self._path(sha256).read_bytes()

    def _path(self, sha256: str) -> Path:
        return self._folder / sha256[:2] / sha256


class _Remote:
    def __init__(self, url: str) -> None:
        import fsspec

        self._files: Any
        self._files, self._root = fsspec.core.url_to_fs(url)

    def keep(self, name: str, content: bytes) -> None:
        path = f"{self._root.rstrip('/')}/{name[:2]}/{name}"
        if not self._files.exists(path):
            self._files.makedirs(path.rpartition("/")[0], exist_ok=True)
            self._files.pipe_file(path, content)

    def read(self, name: str) -> bytes:
        content: bytes = self._files.cat_file(f"{self._root.rstrip('/')}/{name[:2]}/{name}")
        return content


def _open_remote(url: str) -> _Remote:
    return _Remote(url)


def _write_whole(path: Path, content: bytes) -> None:
    """Write, sync, rename, sync the folder: after a crash the file is whole or not there."""
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
    with draft.open("wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    crash_point("media.before_rename")
    draft.rename(path)
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)
    crash_point("media.after_rename")
