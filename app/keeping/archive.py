"""One tar.gz of members and a manifest with the SHA-256 of each; written beside its place and renamed when it is whole."""

from __future__ import annotations

import hashlib
import io
import json
import os
import secrets
import tarfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any

import click

MANIFEST = "manifest.json"
FORMAT = 1
Manifest = dict[str, Any]


class CannotKeep(click.ClickException):
    """A backup cannot be taken, read or put in place; the text says why and what to do."""


class Writer:
    """Adds members and remembers their hashes."""

    def __init__(self, tar: tarfile.TarFile) -> None:
        self._tar = tar
        self._hashes: dict[str, str] = {}

    def add(self, name: str, content: bytes) -> None:
        """A member from bytes."""
        self._hashes[name] = hashlib.sha256(content).hexdigest()
        self._put(name, len(content), io.BytesIO(content))

    def add_file(self, name: str, file: IO[bytes]) -> None:
        """A member from an open file, read from its beginning."""
        file.seek(0)
        self._hashes[name] = _sha256(file)
        size = file.tell()
        file.seek(0)
        self._put(name, size, file)

    def finish(self, about: Manifest) -> None:
        """Write the manifest last."""
        whole = json.dumps({"format": FORMAT, **about, "sha256": self._hashes}, ensure_ascii=False, indent=1).encode()
        self._put(MANIFEST, len(whole), io.BytesIO(whole))

    def _put(self, name: str, size: int, file: IO[bytes]) -> None:
        entry = tarfile.TarInfo(name)
        entry.size, entry.mode = size, 0o600
        self._tar.addfile(entry, file)


@contextmanager
def writing(file: Path) -> Iterator[Writer]:
    """Write an archive; `file` exists only once everything is in it and on the disk."""
    draft = file.with_name(f".{file.name}.{secrets.token_hex(4)}")
    try:
        with os.fdopen(os.open(draft, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600), "wb") as raw:
            with tarfile.open(fileobj=raw, mode="w:gz", compresslevel=6) as tar:
                yield Writer(tar)
            raw.flush()
            os.fsync(raw.fileno())
        draft.replace(file)
    except OSError as error:
        raise CannotKeep(f"{file} cannot be written ({error.strerror or type(error).__name__})") from None
    finally:
        draft.unlink(missing_ok=True)


def checked(file: Path) -> Manifest:
    """The manifest, after every member was compared with it. Raises CannotKeep."""
    found = {name: _sha256(member) for name, member in members(file) if name != MANIFEST}
    about = manifest(file)
    if about.get("format") != FORMAT:
        raise CannotKeep("this backup was made by another version; restore it with that one")
    if found != about.get("sha256"):
        wrong = sorted(name for name, _ in set(found.items()) ^ set(about.get("sha256", {}).items()))
        raise CannotKeep(f"the backup is damaged: {wrong[0]} is not as the manifest says")
    return about


def manifest(file: Path) -> Manifest:
    """What the backup says of itself. Raises CannotKeep."""
    for name, member in members(file):
        if name == MANIFEST:
            try:
                said: Manifest = json.load(member)
            except ValueError:
                break
            return said
    raise CannotKeep("this is no backup of ours, or it was cut short: its manifest is missing")


def members(file: Path) -> Iterator[tuple[str, IO[bytes]]]:
    """Names and contents in their order, each to be read before the next is asked for. Raises CannotKeep."""
    try:
        with tarfile.open(file, mode="r:gz") as tar:
            for entry in tar:
                content = tar.extractfile(entry)
                if not entry.isfile() or content is None:
                    raise CannotKeep("this is no backup of ours: it holds more than files")
                yield entry.name, content
    except (OSError, EOFError, tarfile.TarError, zlib.error):
        raise CannotKeep("the backup is damaged or cut short") from None


def _sha256(file: IO[bytes]) -> str:
    digest = hashlib.sha256()
    while block := file.read(1 << 20):
        digest.update(block)
    return digest.hexdigest()
