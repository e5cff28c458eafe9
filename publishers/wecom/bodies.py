"""WeCom's messages: the same for robots, applications and application chats."""

from __future__ import annotations

from dataclasses import dataclass

from publishers.connector import Card, LinkParcel, NoteParcel
from publishers.robots.robot import note_words, with_address
from publishers.robots.words import Body, cut_bytes, harmless, one_line

BODY_BYTES = 64 * 1024


@dataclass(frozen=True)
class Limits:
    """WeCom's limits in UTF-8 bytes; what is longer WeCom cuts silently (news) or refuses (text, 45002)."""

    title: int = 128
    description: int = 512
    text: int = 2048


USUAL = Limits()


def news(parcel: LinkParcel, limits: Limits) -> Body:
    """A card with pictures for one to eight articles."""
    lead, *others = parcel.cards
    opening = "\n".join(part for part in (harmless(parcel.words), harmless(lead.digest)) if part)
    articles = [_article(lead, opening, limits), *(_article(card, harmless(card.digest), limits) for card in others)]
    return {"msgtype": "news", "news": {"articles": articles}}


def note(parcel: NoteParcel, limits: Limits) -> Body:
    """A text whose address is never cut."""
    room = limits.text - len(with_address("\n", parcel.url).encode("utf-8")) - 1
    words = cut_bytes(harmless(note_words(parcel)), room)
    return {"msgtype": "text", "text": {"content": with_address(words, parcel.url)}}


def _article(card: Card, description: str, limits: Limits) -> dict[str, str]:
    article = {
        "title": cut_bytes(one_line(card.title), limits.title), "description": cut_bytes(description, limits.description),
        "url": card.url, "picurl": card.picture_url,
    }
    return {name: value for name, value in article.items() if value}
