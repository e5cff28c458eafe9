"""An edition of real length, and a delivery that remembers as dispatch does."""

from __future__ import annotations

import struct
import time
import zlib
from dataclasses import dataclass, field, replace
from hashlib import sha256

from publishers.connector import Article, Connector, EditionParcel, Picture, Reading, Receipt

APP_ID, SECRET = "wx5f2b1c9d8e7a6b40", "0123456789abcdef0123456789abcdef"


def png(colour: int) -> bytes:
    """A real picture of one pixel in one of 256 colours."""
    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    header = struct.pack(">IIBBBBB", 1, 1, 8, 2, 0, 0, 0)
    pixels = zlib.compress(bytes([0, colour, colour, colour]))
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", pixels) + chunk(b"IEND", b"")


def picture(colour: int, src: str = "") -> Picture:
    content = png(colour)
    return Picture(sha256(content).hexdigest(), content, "image/png", src)


COVER = picture(1)
BOOKS, SHELF = picture(2, "/media/books.png?w=1&h=2"), picture(3, "/media/shelf.png")
LEAD = Article(
    title="把图书角搬进车间：三十个班组的两千册书",
    html=(
        "<section><p>去年冬天，工会在二号车间的更衣室旁放了一排旧书架。</p>"
        '<p><img alt="书架" src="/media/books.png?w=1&amp;h=2"></p>'
        "<p>如今三十个班组都有了自己的<strong>图书角</strong>，藏书两千余册。</p>"
        '<p><img src="/media/shelf.png" style="max-width:100%"/></p></section>'
    ),
    cover=COVER,
    author="工会宣传组",
    digest="更衣室旁的一排旧书架，长成了三十个班组的图书角。",
    source_url="https://news.example.com.cn/books",
    pictures=(BOOKS, SHELF),
)
SECOND = Article("羽毛球赛报名开始", "<p>本周五截止，各班组可报两队。</p>", COVER, "文体协会", "本周五截止报名。")


@dataclass
class Delivery:
    """One delivery as dispatch keeps it: every attempt sees what the earlier ones have left behind."""

    articles: tuple[Article, ...] = (LEAD, SECOND)
    marker: str = "a1b2c3d4e5f60718293a4b5c6d7e8f90"
    memory: dict[str, str] = field(default_factory=dict)

    @property
    def parcel(self) -> EditionParcel:
        return EditionParcel(self.marker, self.articles, dict(self.memory))

    def send(self, connector: Connector) -> Receipt:
        return connector.send(self.parcel, self.memory.__setitem__)

    def find_out(self, connector: Connector) -> Reading:
        return connector.find_out(self.parcel)

    def confirmed(self, connector: Connector, seconds: float = 5.0) -> Receipt:
        """Ask until the platform is done."""
        deadline = time.monotonic() + seconds
        while not (receipt := connector.confirm(self.parcel)).final:
            assert time.monotonic() < deadline, "the platform did not finish"
            time.sleep(0.02)
        return receipt

    def following(self) -> Delivery:
        """The delivery that takes over the draft, with what the first one has remembered."""
        return replace(self, memory=dict(self.memory))
