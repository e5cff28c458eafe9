"""The share kit of one delivery: words, link, code and posters, with the group's own contributor named."""

from __future__ import annotations

from dataclasses import dataclass, replace

from flask import current_app
from sqlalchemy.orm import Session

from app.auth import public_url
from app.group_posters import NO_FONT
from app.outfit import drawn, materials
from editorial import house
from editorial.articles import assets, revisions
from editorial.articles.articles import Article
from editorial.articles.revisions import Content
from editorial.errors import Invalid, NotFound, Problem
from editorial.outbox.deliveries import Delivery
from editorial.share_back.shares import Share
from publishers.connector import LinkParcel
from publishers.dispatch import parcels
from publishers.pictures.posters import NoFont, Poster, Shape, drawn_poster
from publishers.share_kit import Credit, Kit, make_kit

MADE_BY_AI = "封面由人工智能生成"


@dataclass(frozen=True)
class Cover:
    """The picture of an article's card, and whether a machine made it."""

    content: bytes
    content_type: str
    by_machine: bool = False


def kit_of(session: Session, delivery: Delivery, share: Share) -> Kit:
    """Everything to post one edition in one group by hand. Raises NotFound when nothing is to be posted any more."""
    return make_kit(parcel_of(session, delivery), share.group.name, credit_of(session, share))


def poster_of(session: Session, delivery: Delivery, share: Share, shape: Shape) -> bytes:
    """The kit's poster (JPEG). Raises Invalid where the machine has no Chinese font, NotFound as kit_of."""
    parcel, credit = parcel_of(session, delivery), credit_of(session, share)
    lead, cover = parcel.cards[0], cover_of(session, share.edition.lead, titled=False)
    kit = make_kit(parcel, share.group.name, credit)
    notes = ("扫码阅读全文", share.group.name, credit.words() if credit else "", str(house.setting(session, "name")))
    poster = Poster(
        cover=cover.content, code=kit.qr_png, title=lead.title, digest=lead.digest, notes=tuple(note for note in notes if note),
        remark=MADE_BY_AI if cover.by_machine else "",
    )
    try:
        return drawn_poster(poster, shape)
    except NoFont:
        raise Invalid(Problem("shape", NO_FONT)) from None


def parcel_of(session: Session, delivery: Delivery) -> LinkParcel:
    """The very parcel a robot would be given, with addresses the world can open. Raises NotFound."""
    base = public_url()
    stuff = replace(
        materials(current_app.extensions["settings"]),
        tracked_url=lambda code: f"{base}/s/{code}", cover_url=lambda code: f"{base}/s/{code}/cover",
    )
    try:
        parcel = parcels.build(session, delivery, stuff)
    except parcels.NothingToSend:
        raise NotFound() from None
    if not isinstance(parcel, LinkParcel):
        raise NotFound()
    return parcel


def credit_of(session: Session, share: Share) -> Credit | None:
    """Who is named, as printed: of the articles that came from this group the first, else the lead's by-line."""
    articles = [place.article for place in share.edition.places]
    own = [article for article in articles if article.group_id == share.group_id]
    for article, from_here in [*((one, True) for one in own), (share.edition.lead, False)]:
        name = _newest(session, article).author.strip()
        if name:
            return Credit(name, own=from_here)
    return None


def cover_of(session: Session, article: Article, *, titled: bool = True) -> Cover:
    """The cover of an article's card: the chosen one, the first picture, else one that is drawn, its title on it if `titled`."""
    newest = _newest(session, article)
    sha256 = newest.cover or next(iter(assets.shown_in(newest.body)), "")
    asset = assets.by_hash(session, sha256) if sha256 else None
    if asset is None:
        return Cover(drawn(newest.content_hash, newest.title.strip() if titled else "", newest.theme), "image/png")
    return Cover(current_app.extensions["media"].read(sha256), asset.content_type, asset.is_ai_made)


def _newest(session: Session, article: Article) -> Content:
    return revisions.numbered(session, article.id, article.revision).content
