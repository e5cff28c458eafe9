"""From a delivery to the parcel its connector sends. What leaves is the HTML that was signed off, byte for byte."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload, selectinload

from editorial.articles import assets, crops, revisions
from editorial.articles.revisions import Content
from editorial.articles.workflow import State as ArticleState
from editorial.calendar.editions import Edition, Place
from editorial.groups.groups import Group
from editorial.outbox.deliveries import Delivery, Purpose
from editorial.release import events
from editorial.release.take_downs import TakeDown
from editorial.review import sign_offs
from editorial.review.sign_offs import SignOff
from editorial.share_back import group_habits, noise, shares
from editorial.share_back.group_habits import Habits
from editorial.share_back.shares import Share
from publishers.connector import REMOTE_ID, Article, Card, EditionParcel, LinkParcel, NoteParcel, Parcel, Picture, WithdrawalParcel

TAKEN_AS_IS = "taken_as_is"
"""In the memory of a delivery: a person has seen what is missing and lets it go out so."""


@dataclass(frozen=True)
class Materials:
    """What building a parcel needs from outside: picture bytes by hash, tracked addresses, a cover where none is set."""

    read_picture: Callable[[str], bytes]
    tracked_url: Callable[[str], str]
    cover_url: Callable[[str], str]
    drawn_cover: Callable[[str, str, str], bytes]
    """Of a seed, a title and the name of a theme."""
    note_of: Callable[[Session, Delivery], NoteParcel]
    """What a notice says to its person, in their language, and a call to its group."""


@dataclass(frozen=True)
class Known:
    """What one round of claims has read for all its parcels: digests of articles by id, and the habits of its groups."""

    digests: dict[int, str]
    habits: Habits


class NothingToSend(Exception):
    """The promise no longer stands as it was made; the text says why."""


def shares_at_hand(session: Session, deliveries: Sequence[Delivery]) -> Sequence[Share]:
    """Read in few queries what building the parcels of these deliveries would ask for one by one.

    It stays at hand while the result is kept and the transaction lasts.
    """
    asked = [delivery.owner_id for delivery in deliveries if delivery.purpose == Purpose.SHARE]
    if not asked:
        return []
    query = select(Share).where(Share.id.in_(asked)).options(
        joinedload(Share.group).joinedload(Group.connector), selectinload(Share.links),
        joinedload(Share.edition).selectinload(Edition.places).joinedload(Place.article),
    )
    return session.scalars(query).unique().all()


def build(session: Session, delivery: Delivery, materials: Materials, known: Known | None = None) -> Parcel:
    """The parcel of a delivery. `known`: what others of the round have asked for already. Raises NothingToSend."""
    if delivery.purpose == Purpose.SHARE:
        known = known or Known({}, group_habits.at_hand(session, [delivery.target_id]))
        return _link_parcel(session, delivery, materials, known)
    if delivery.purpose in (Purpose.NOTICE, Purpose.STORY_CALL, Purpose.SPOTLIGHT, Purpose.CLOSING):
        return materials.note_of(session, delivery)
    if delivery.purpose == Purpose.TAKE_DOWN:
        return _withdrawal_parcel(session, delivery)
    return _edition_parcel(session, delivery, materials)


def memory_of(session: Session, delivery: Delivery) -> dict[str, str]:
    """Remote ids of this delivery and of those it comes after; its own win."""
    before = session.get(Delivery, delivery.after_id) if delivery.after_id else None
    return {**(memory_of(session, before) if before else {}), **delivery.memory}


def edition_articles(session: Session, edition: Edition, materials: Materials) -> tuple[Article, ...]:
    """The articles of an edition exactly as they were signed off."""
    return tuple(_article(session, place, materials) for place in edition.places)


def _edition_parcel(session: Session, delivery: Delivery, materials: Materials) -> EditionParcel:
    edition = session.get_one(Edition, delivery.edition_id)
    return EditionParcel(
        marker=delivery.marker, articles=edition_articles(session, edition, materials),
        memory=memory_of(session, delivery) | events.learned(session, delivery),
        tag_id=edition.tag_id, despite_reprint=edition.despite_reprint,
    )


def _article(session: Session, place: Place, materials: Materials) -> Article:
    signed = sign_offs.latest(session, place.article_id)
    if signed is None:
        raise NothingToSend("An article of this edition is not signed off as it stands.")
    content = revisions.numbered(session, place.article_id, signed.revision).content
    if content.content_hash != signed.content_hash:
        raise NothingToSend("An article of this edition is not signed off as it stands.")
    pictures = tuple(_picture(session, sha256, materials) for sha256 in assets.shown_in(signed.html))
    return Article(
        title=content.title.strip(), html=signed.html, cover=_cover(session, content, signed, pictures, materials),
        author=content.author, digest=signed.digest, source_url=content.source_url, pictures=pictures,
        comments_open=content.comments_open, comments_fans_only=content.comments_fans_only,
        cover_wide=crops.read(content.cover_wide), cover_square=crops.read(content.cover_square), kind=content.kind,
    )


def _picture(session: Session, sha256: str, materials: Materials) -> Picture:
    asset = assets.by_hash(session, sha256)
    if asset is None:
        raise NothingToSend("A picture of this article is missing.")
    still = None
    if asset.still:
        content = materials.read_picture(asset.still)
        still = Picture(sha256=asset.still, content=content, content_type="image/png" if content[:1] == b"\x89" else "image/jpeg")
    return Picture(
        sha256=sha256, content=materials.read_picture(asset.marked if asset.marked and asset.is_ai_made else sha256),
        content_type=asset.content_type, src=asset.url, still=still,
    )


def _cover(
    session: Session, content: Content, signed: SignOff, pictures: tuple[Picture, ...], materials: Materials
) -> Picture:
    """The chosen cover, else the first picture of the body, else one drawn from title and theme: always the same."""
    if content.cover:
        return _picture(session, content.cover, materials)
    if pictures:
        return pictures[0]
    drawn = materials.drawn_cover(signed.content_hash, content.title.strip(), content.theme)
    return Picture(sha256=signed.content_hash, content=drawn, content_type="image/png")


def _withdrawal_parcel(session: Session, delivery: Delivery) -> WithdrawalParcel:
    wish = session.get_one(TakeDown, delivery.owner_id)
    return WithdrawalParcel(
        marker=delivery.marker, way=wish.way, remote_id=wish.remote_id, position=wish.position,
        alone=len(wish.edition.places) == 1, memory=dict(delivery.memory),
    )


def _link_parcel(session: Session, delivery: Delivery, materials: Materials, known: Known) -> LinkParcel:
    share = session.get_one(Share, delivery.owner_id)
    others = noise.carried(session, delivery) if delivery.memory.get(noise.DIGEST) else []
    cards = _cards(session, share, materials, known.digests)
    cards += [card for one in others for card in _carried_cards(session, one, materials, known.digests)]
    if not cards:
        raise NothingToSend("This was taken down; nothing is posted any more.")
    words = known.habits.of(share.group_id).opening_words
    memory = {**delivery.memory, REMOTE_ID: delivery.remote_id} if delivery.remote_id else dict(delivery.memory)
    return LinkParcel(marker=delivery.marker, cards=tuple(cards), words=words, memory=memory)


def _carried_cards(session: Session, delivery: Delivery, materials: Materials, digests: dict[int, str]) -> list[Card]:
    """What stands in another's message: the articles of a share, or a call as one line with its link."""
    if delivery.purpose == Purpose.SHARE:
        return _cards(session, session.get_one(Share, delivery.owner_id), materials, digests)
    note = materials.note_of(session, delivery)
    return [Card(title=note.subject, url=note.url, digest=note.text)]


def _cards(session: Session, share: Share, materials: Materials, digests: dict[int, str]) -> list[Card]:
    """A card for each article of a share that still stands."""
    by_article = {link.article_id: link for link in share.links}
    cards = []
    for place in share.edition.places:
        if place.article.state == ArticleState.TAKEN_DOWN:
            continue
        link = by_article.get(place.article_id)
        if link is None:
            raise NothingToSend("A tracked link is missing.")
        if place.article_id not in digests:
            signed = sign_offs.latest(session, place.article_id)
            digests[place.article_id] = signed.digest if signed else ""
        cards.append(Card(
            title=place.article.title, url=materials.tracked_url(link.code), digest=digests[place.article_id],
            picture_url=materials.cover_url(link.code),
        ))
    return cards


def share_of(session: Session, delivery: Delivery) -> Share | None:
    """The share that made this delivery."""
    return shares.get(session, delivery.owner_id)
