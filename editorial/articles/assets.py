"""Pictures by content hash. The bytes lie in the media store; here is what they are and who brought them."""

from __future__ import annotations

import re
from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection, Date, ForeignKey, Index, String, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from editorial.articles import crops
from editorial.base import Base, Dated, Numbered
from editorial.errors import NotFound, Problem
from editorial.people.people import Person
from editorial.people.permissions import Action, may
from editorial.search import WordIndex

THUMB_WIDTH = 320
ALT_CHARACTERS = 300
WORDS = WordIndex("asset")
CAPTIONED = re.compile(r'!\[[^\]]*\]\(/assets/([0-9a-f]{64})\.(?:jpg|png|gif)\s+"([^"\n]*)"')
IN_TEXT = re.compile(r"/assets/([0-9a-f]{64})\.(?:jpg|png|gif)")


class Asset(Numbered, Dated, Base):
    """One picture. Its address names its content, so a text that shows it pins it."""

    __tablename__ = "asset"

    sha256: Mapped[str] = mapped_column(String(64), unique=True)
    content_type: Mapped[str] = mapped_column(String(40))
    width: Mapped[int]
    height: Mapped[int]
    size: Mapped[int]
    alt_text: Mapped[str] = mapped_column(String(ALT_CHARACTERS), default="")
    still: Mapped[str] = mapped_column(String(64), default="")
    """Hash of a still picture for platforms that refuse moving ones; empty for a picture that stands still."""
    thumb: Mapped[str] = mapped_column(String(64), default="")
    """Hash of the small variant for lists; empty while there is none."""
    focus: Mapped[list[float]] = mapped_column(default=lambda: [0.5, 0.5])
    """Where the eye goes, as fractions of width and height from the top left."""
    ai_generated: Mapped[bool] = mapped_column(default=False)
    """Whether its own metadata says that a machine made it."""
    licence: Mapped[str] = mapped_column(String(300), default="")
    """What its own metadata says of copyright and terms."""
    file_name: Mapped[str] = mapped_column(String(120), default="")
    """What the file was called where it came from."""
    caption: Mapped[str] = mapped_column(String(ALT_CHARACTERS), default="")
    """What stood under it in the text that was saved last."""
    brought_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    licence_status: Mapped[str] = mapped_column(String(8), default="unknown")
    """How the house has it, and the rest of the ledger; picture_rights.py keeps and judges it."""
    licence_source: Mapped[str] = mapped_column(String(200), default="")
    licensor: Mapped[str] = mapped_column(String(200), default="")
    licensed_until: Mapped[date | None] = mapped_column(Date)
    attribution: Mapped[str] = mapped_column(String(200), default="")
    shows_minor: Mapped[bool] = mapped_column(default=False)
    ai_use: Mapped[str] = mapped_column(String(10), default="")
    """What a person said of it: none, assisted or generated; empty while nobody was asked."""
    ai_tool: Mapped[str] = mapped_column(String(80), default="")
    marked: Mapped[str] = mapped_column(String(64), default="")
    """Hash of the same picture with the label of AI-generated content in its metadata; empty where none is needed."""
    rights_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    rights_at: Mapped[datetime | None]


    __table_args__ = (
        Index("ix_asset_created", "created_at", "id"), Index("ix_asset_brought_by", "brought_by_id", "id"),
        Index("ix_asset_licence_status", "licence_status", "id"), Index("ix_asset_licensed_until", "licensed_until"),
    )

    @property
    def is_ai_made(self) -> bool:
        """Whether its metadata or a person says that a machine made or changed it."""
        return self.ai_generated or self.ai_use in ("assisted", "generated")

    @property
    def url(self) -> str:
        extension = {"image/jpeg": "jpg", "image/png": "png", "image/gif": "gif"}[self.content_type]
        return f"/assets/{self.sha256}.{extension}"

    @property
    def small_url(self) -> str:
        """Its address in lists."""
        return f"{self.url}?w={THUMB_WIDTH}"


def keep(
    session: Session, *, sha256: str, content_type: str, width: int, height: int, size: int, alt_text: str = "",
    by: Person | None = None, **known: Any,
) -> Asset:
    """Note a picture whose bytes are already stored; the same bytes are noted once, and then belong to nobody alone.

    `known`: its `still`, `thumb`, `focus`, `ai_generated`, `licence`, `file_name`.
    """
    asset = by_hash(session, sha256)
    if asset is not None and by is not None and asset.brought_by_id != by.id:
        asset.brought_by_id = None
    if asset is None:
        asset = Asset(
            sha256=sha256, content_type=content_type, width=width, height=height, size=size,
            alt_text=alt_text[:ALT_CHARACTERS], brought_by_id=by.id if by else None, **known,
        )
        session.add(asset)
        session.flush()
        index(session, asset)
    return asset


def describe(session: Session, asset: Asset, alt_text: str) -> None:
    """Say what the picture shows, in one line."""
    asset.alt_text = " ".join(alt_text.split())[:ALT_CHARACTERS]
    index(session, asset)


def note_captions(session: Session, text: str) -> None:
    """Keep what stands under the pictures of a text (Markdown), so that they are found by it."""
    captions = {sha256: caption.strip()[:ALT_CHARACTERS] for sha256, caption in CAPTIONED.findall(text)}
    if not captions:
        return
    for asset in session.scalars(select(Asset).where(Asset.sha256.in_(captions))):
        if asset.caption != captions[asset.sha256]:
            asset.caption = captions[asset.sha256]
            index(session, asset)


def index(session: Session, asset: Asset) -> None:
    """Make a picture findable by what it shows, its caption and the name of its file."""
    WORDS.put(session, asset.id, f"{asset.alt_text}\n{asset.caption}\n{asset.file_name}")


def by_hash(session: Session, sha256: str) -> Asset | None:
    """The picture with this hash."""
    return session.scalar(select(Asset).where(Asset.sha256 == sha256))


def get(session: Session, asset_id: int) -> Asset:
    """The picture with this id. Raises NotFound."""
    asset = session.get(Asset, asset_id)
    if asset is None:
        raise NotFound()
    return asset


def crop_problems(session: Session, sha256: str, wide: str, square: str) -> list[Problem]:
    """What is wrong with crops of this picture: numbers that make no rectangle, or another shape than the cards have."""
    asset = by_hash(session, sha256)
    found = []
    for text, ratio, sentence in (
        (wide, crops.WIDE, "The wide crop must be 2.35 times as wide as it is high, in pixels of the picture."),
        (square, crops.SQUARE, "The square crop must be as wide as it is high, in pixels of the picture."),
    ):
        try:
            crop = crops.read(text)
        except ValueError:
            return [Problem("cover_crops", crops.NO_CROP)]
        if crop and asset and not crops.has_shape(crop, asset.width, asset.height, ratio):
            found.append(Problem("cover_crops", sentence))
    return found


def stored(session: Session | Connection) -> list[str]:
    """Hashes of all files that the media store holds for us, variants included, each once."""
    rows = session.execute(select(Asset.sha256, Asset.still, Asset.thumb, Asset.marked).order_by(Asset.id))
    return list(dict.fromkeys(sha256 for row in rows for sha256 in row if sha256))


def may_use(person: Person, asset: Asset) -> bool:
    """Whether this person may put the picture into a text by its id: who brought it, and whoever sees the texts of others.

    Ids can be guessed, and a picture of a story that is not out yet must not be found so.
    """
    return asset.brought_by_id in (None, person.id) or may(person, Action.SEE_ARTICLE)


def shown_in(text: str) -> list[str]:
    """Hashes of the pictures a text (Markdown or HTML) shows, in order, each once."""
    return list(dict.fromkeys(IN_TEXT.findall(text)))
