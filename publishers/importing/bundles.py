"""A zip of Markdown, of a saved page or of a Word document, with its pictures beside it."""

from __future__ import annotations

import posixpath
import unicodedata
from urllib.parse import unquote, urlsplit

from publishers.importing.archives import Archive
from publishers.importing.limits import PICTURE_BYTES, XML_BYTES
from publishers.importing.results import Losses, Refused

_TEXTS = (".md", ".markdown", ".mdown", ".mkd", ".html", ".htm")
_BLIND_TEXTS = (".docx", ".docm", ".txt")
"""Texts that cannot name a picture lying beside them."""
_PICTURES = (".jpg", ".jpeg", ".png", ".gif", ".webp", ".heic", ".heif", ".avif")
_NOISE = ("__macosx/", ".ds_store", "._")


class Bundle:
    """The main text of an archive (`name`, empty when it holds pictures alone), and what it calls its pictures by.

    `shows_pictures`: the text can name a picture; else `pictures` are those of the archive, by name.
    """

    def __init__(self, content: bytes, losses: Losses) -> None:
        """Choose the text. Raises Refused when there is none."""
        self._archive = Archive(content)
        names = [name for name in self._archive.names if not _is_noise(name)]
        texts = sorted((name for name in names if name.lower().endswith(_TEXTS)), key=_rank)
        self.shows_pictures = bool(texts)
        texts = texts or sorted((name for name in names if name.lower().endswith(_BLIND_TEXTS)), key=_rank)
        self.pictures = sorted(name for name in names if name.lower().endswith(_PICTURES))
        if not texts and not self.pictures:
            raise Refused("This archive holds no Markdown and no web page. Put the .md file and its pictures into one zip.")
        losses.note("other_texts", texts[1] if len(texts) > 1 else "", max(0, len(texts) - 1))
        self.name = texts[0] if texts else ""
        self._folder = posixpath.dirname(self.name) if self.shows_pictures else ""
        self._by_name: dict[str, str] = {}
        for name in names:
            self._by_name.setdefault(_key(name), name)

    @property
    def text(self) -> bytes:
        """The bytes of the main text."""
        return self._archive.read(self.name, XML_BYTES)

    def find(self, address: str) -> bytes:
        """The bytes a relative address of the text leads to; nothing outside of the archive is ever looked at."""
        try:
            parts = urlsplit(address)
        except ValueError:
            return b""
        if parts.scheme and parts.scheme.lower() != "file" or parts.netloc:
            return b""
        for path in (address, parts.path, unquote(parts.path)):
            name = self._by_name.get(_key(posixpath.join(self._folder, path.replace("\\", "/"))))
            if name is not None:
                return self._archive.read(name, 4 * PICTURE_BYTES)
        return b""


def _rank(name: str) -> tuple[bool, int, bool, str]:
    """Markdown before pages, the outermost first, a file called index before its neighbours."""
    lower = name.lower()
    stem = posixpath.splitext(posixpath.basename(lower))[0]
    return lower.endswith((".html", ".htm")), lower.count("/"), stem not in ("index", "readme", "main"), lower


def _is_noise(name: str) -> bool:
    lower = name.lower()
    return lower.startswith(_NOISE) or posixpath.basename(lower).startswith(_NOISE)


def _key(path: str) -> str:
    """Names as they are compared: one form of accents and case, without steps back."""
    return unicodedata.normalize("NFC", posixpath.normpath(path)).lower().lstrip("/")
