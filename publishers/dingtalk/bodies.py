"""DingTalk's messages, by the names that robots of groups give them; an application's robot wraps the same fields."""

from __future__ import annotations

import re
from dataclasses import dataclass

from publishers.connector import Card, LinkParcel
from publishers.robots.words import cut_bytes, cut_characters, harmless, one_line, with_keyword

READ = "阅读全文"
MORE = "同期还有："
FORMS = ("link", "action_card")
"""How one article is shown: a link with a small picture, or a card with a button."""
MARKS = re.compile(r"([\\`*_{}\[\]()#+!<>|~-])")


@dataclass(frozen=True)
class Limits:
    """Title in characters, texts and body in bytes. DingTalk documents none of them; these are known to pass."""

    title: int = 64
    text: int = 500
    body: int = 20_000


USUAL = Limits()


@dataclass(frozen=True)
class Bodies:
    """The fields of each kind of message. The keyword stands in the title: where else DingTalk looks is not documented."""

    limits: Limits = USUAL
    keyword: str = ""

    def link(self, card: Card, words: str) -> dict[str, str]:
        """link, sampleLink."""
        described = "\n".join(part for part in (harmless(words), harmless(card.digest)) if part) or one_line(card.title)
        return {
            "title": self.headline(one_line(card.title)), "text": cut_bytes(described, self.limits.text),
            "messageUrl": card.url, "picUrl": card.picture_url,
        }

    def action_card(self, parcel: LinkParcel) -> dict[str, str]:
        """actionCard, sampleActionCard: headline, picture and words, and one button; more articles stand below as links."""
        lead, *others = parcel.cards
        title = self.headline(one_line(lead.title))
        picture = f"![]({lead.picture_url})" if lead.picture_url and " " not in lead.picture_url else ""
        said = [cut_bytes(plain(words), self.limits.text) for words in (parcel.words, lead.digest) if words.strip()]
        more = [plain(MORE), *(f"- [{self._cut(card)}]({target(card.url)})" for card in others)] if others else []
        text = "\n\n".join(part for part in (picture, f"#### {plain(title)}", *said, "\n".join(more)) if part)
        return {"title": title, "text": text, "singleTitle": READ, "singleURL": lead.url}

    def feed(self, parcel: LinkParcel) -> list[dict[str, str]]:
        """feedCard."""
        lead, *others = parcel.cards
        opening = "｜".join(part for part in (one_line(lead.title), one_line(parcel.words)) if part)
        links = [(self.headline(opening), lead)]
        links += [(cut_characters(one_line(card.title), self.limits.title), card) for card in others]
        return [{"title": title, "messageURL": card.url, "picURL": card.picture_url} for title, card in links]

    def headline(self, title: str) -> str:
        """The title with the keyword."""
        room = self.limits.title - (len(self.keyword) + 1 if self.keyword else 0)
        return with_keyword(cut_characters(title, max(room, 1)), self.keyword)

    def _cut(self, card: Card) -> str:
        return plain(cut_characters(one_line(card.title), self.limits.title))


def plain(words: str) -> str:
    """Words that mark-up must leave as they are; nobody can be called by them."""
    return MARKS.sub(r"\\\1", harmless(words))


def target(url: str) -> str:
    """An address inside the round brackets of a link."""
    return url.replace("(", "%28").replace(")", "%29")
