"""The pictures of a document: where their bytes are, which of them may be used, in which order they come."""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Callable
from urllib.parse import unquote_to_bytes, urljoin, urlsplit

from publishers.importing import limits
from publishers.importing.results import Asset, Losses

_DATA = re.compile(r"data:([^,;]*)((?:;[^,;]*)*),", re.IGNORECASE)
_MAGIC = (b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n", b"GIF87a", b"GIF89a")
_BRANDS = (b"heic", b"heix", b"hevc", b"mif1", b"msf1", b"avif", b"avis", b"heim", b"heis")
_TOLD_BY_MACHINES = re.compile(
    r"(?:图片|圖片|图像|截图|照片|image|picture|img|graphic|screenshot|图形|对象|object|pic|photo|clip_image)[\s_\-()（）]*[\d\s_\-()（）]*|[\d_\-.\s]*",
    re.IGNORECASE,
)
_FILE_NAME = re.compile(r".*(?:[\\/]|\.(?:jpe?g|png|gif|webp|bmp|heic|tiff?|svg|emf|wmf)$).*", re.IGNORECASE | re.DOTALL)


class Pictures:
    """Collects the pictures of one text. `find` gives the bytes of what came along with it, by the name it is called by."""

    def __init__(self, losses: Losses, find: Callable[[str], bytes] | None = None, base: str = "") -> None:
        self.losses, self.base = losses, base
        self.assets: list[Asset] = []
        self.outside: list[str] = []
        self._find = find or (lambda name: b"")
        self._known: dict[str, str] = {}

    def finding(self, find: Callable[[str], bytes]) -> Pictures:
        """The same collection, for a part that calls its pictures by names of its own."""
        part = Pictures(self.losses, find, self.base)
        part.assets, part.outside = self.assets, self.outside
        return part

    def named(self, source: str, alt: str = "", where: str = "") -> str:
        """What stands for the picture of this address in the text, or nothing when there is none to show."""
        source = source.strip()
        if source in self._known:
            return self._known[source]
        ref = self._placed(source, alt, where)
        if len(source) < limits.ADDRESS_CHARACTERS:
            self._known[source] = ref
        return ref

    def kept(self, content: bytes, name: str = "", alt: str = "", where: str = "") -> str:
        """What stands for a picture given as bytes, or nothing when it is none we show."""
        if not is_picture(content):
            self.losses.note("picture_unreadable", where or name)
            return ""
        size = len(content) + sum(len(asset.content) for asset in self.assets)
        too_many = len(self.assets) >= limits.PICTURES or size > limits.ALL_PICTURES_BYTES
        if too_many or len(content) > limits.PICTURE_BYTES:
            self.losses.note("picture_too_large", where or name)
            return ""
        self.assets.append(Asset(content, plain_name(name), told(alt)))
        return f"asset:{len(self.assets) - 1}"

    def _placed(self, source: str, alt: str, where: str) -> str:
        if not source:
            return ""
        if source[:5].lower() == "data:":
            return self.kept(_inline_bytes(source), "", alt, where)
        content = self._find(source)
        if content:
            return self.kept(content, source, alt, where)
        address = web_address(source, self.base)
        if not address:
            self.losses.note("picture_missing", where)
            return ""
        if len(self.outside) >= limits.PICTURES:
            self.losses.note("picture_too_large", where)
            return ""
        self.outside.append(address)
        return f"outside:{len(self.outside) - 1}"


def is_picture(content: bytes) -> bool:
    """Whether the bytes begin like a picture of a kind that we can decode. SVG, HTML and office drawings are none."""
    webp = content[:4] == b"RIFF" and content[8:12] == b"WEBP"
    return content.startswith(_MAGIC) or webp or (content[4:8] == b"ftyp" and content[8:12] in _BRANDS)


def told(alt: str) -> str:
    """A description that a person wrote, else nothing: programs put file names and numbers there."""
    words = " ".join(alt.split())[:300]
    generated = words.startswith("AI 生成的内容可能不正确") or "Description automatically generated" in words
    return "" if generated or _TOLD_BY_MACHINES.fullmatch(words) or _FILE_NAME.fullmatch(words) else words


def plain_name(name: str) -> str:
    """The last part of a file's name without anything that is no letter of a name."""
    last = re.split(r"[\\/]", name)[-1]
    return re.sub(r"[\x00-\x1f\x7f-\x9f\u200b-\u200f\u202a-\u202e\u2066-\u2069\ufeff<>\"'&|:*?]", "", last).strip(" .")[:80]


def web_address(address: str, base: str = "") -> str:
    """The address as an http(s) one, relative ones under `base`; empty for any other."""
    joined = address
    try:
        if base:
            joined = urljoin(base, address)
        elif address.startswith("//"):
            joined = "https:" + address
        parts = urlsplit(joined)
        usable = parts.scheme.lower() in ("http", "https") and bool(parts.hostname)
    except ValueError:
        return ""
    clean = usable and len(joined) < limits.ADDRESS_CHARACTERS and not re.search(r"[\x00-\x20\x7f\\<>\"]", joined)
    return joined if clean else ""


def _inline_bytes(source: str) -> bytes:
    """The bytes of a `data:` address, none when it is no such."""
    head = _DATA.match(source[:200])
    if not head or len(source) > 2 * limits.PICTURE_BYTES:
        return b""
    raw = source[head.end() :]
    if "base64" not in head[2].lower():
        return unquote_to_bytes(raw)
    try:
        return base64.b64decode("".join(raw.replace("%2B", "+").replace("%2F", "/").replace("%3D", "=").split()))
    except (binascii.Error, ValueError):
        return b""
