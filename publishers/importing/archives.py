"""Archives read with distrust: everything is counted while it is unpacked, and nothing ever becomes a file."""

from __future__ import annotations

import io
import struct
import zipfile
import zlib
from typing import IO

from publishers.importing import limits
from publishers.importing.results import Refused

_END = b"PK\x05\x06"
_FAR_END = b"PK\x06\x07"
_METHODS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
_ENCRYPTED = 0x1
_UTF8_NAME = 0x800
_CHUNK = 1 << 18


class Archive:
    """The members of a zip by name. Names are only keys: no member is ever written anywhere."""

    def __init__(self, content: bytes) -> None:
        """Read the table of contents. Raises Refused."""
        _check_directory(content)
        try:
            self._zip = zipfile.ZipFile(io.BytesIO(content))
        except (zipfile.BadZipFile, OSError, ValueError, struct.error, UnicodeDecodeError, NotImplementedError):
            raise Refused("This file is damaged and cannot be opened.") from None
        members = self._zip.infolist()
        if len(members) > limits.ENTRIES:
            raise Refused("This archive holds more than {limit} files.", {"limit": limits.ENTRIES})
        self._members = {_name(member): member for member in members if not member.is_dir()}
        self._left = limits.UNPACKED_BYTES

    @property
    def names(self) -> list[str]:
        return list(self._members)

    def __contains__(self, name: str) -> bool:
        return name in self._members

    def read(self, name: str, most: int = limits.UNPACKED_BYTES) -> bytes:
        """The bytes of one member, none when there is no such one. Raises Refused when it grows beyond the limits."""
        member = self._members.get(name)
        if member is None:
            return b""
        if member.flag_bits & _ENCRYPTED:
            raise Refused("This file is protected by a password. Save it without one.")
        if member.compress_type not in _METHODS:
            raise Refused("This file is damaged and cannot be opened.")
        try:
            with self._zip.open(member) as stream:
                return self._unpacked(stream, member.compress_size, most)
        except (zipfile.BadZipFile, zlib.error, OSError, EOFError, ValueError, struct.error, NotImplementedError) as error:
            if isinstance(error, Refused):
                raise
            raise Refused("This file is damaged and cannot be opened.") from None

    def _unpacked(self, stream: IO[bytes], packed: int, most: int) -> bytes:
        chunks, size = [], 0
        while chunk := stream.read(_CHUNK):
            size += len(chunk)
            self._left -= len(chunk)
            swollen = size > limits.RATIO_FROM_BYTES and size > limits.RATIO * max(packed, 1)
            if self._left < 0 or size > most or swollen:
                raise Refused("This file unpacks to far more than it should hold.")
            chunks.append(chunk)
        return b"".join(chunks)


def _check_directory(content: bytes) -> None:
    """Refuse a table of contents that is long, or told twice, before anybody walks through it."""
    at = content.rfind(_END, max(0, len(content) - 66_000))
    if at < 0 or len(content) < at + 22:
        raise Refused("This file is damaged and cannot be opened.")
    entries, size = struct.unpack_from("<HI", content, at + 10)
    if content[max(0, at - 20) : at].startswith(_FAR_END) or entries > limits.ENTRIES or size > limits.DIRECTORY_BYTES:
        raise Refused("This archive holds more than {limit} files.", {"limit": limits.ENTRIES})


def _name(member: zipfile.ZipInfo) -> str:
    """The name as its maker meant it: Chinese Windows writes GBK where the zip format knows code page 437."""
    name = member.filename.replace("\\", "/")
    if member.flag_bits & _UTF8_NAME or name.isascii():
        return name
    raw = name.encode("cp437", "replace")
    for charset in ("utf-8", "gb18030"):
        try:
            return raw.decode(charset)
        except UnicodeDecodeError:
            continue
    return name
