"""Feishu's messages: a card with a button, or a post; robots and applications wrap the same content differently."""

from __future__ import annotations

from dataclasses import dataclass

from publishers.connector import Card, LinkParcel
from publishers.robots.words import cut_bytes, cut_characters, harmless, one_line, with_keyword

READ = "阅读全文"
MORE = "同期还有："
FORMS = ("interactive", "post")
"""How one article is shown; several are always a post, for whose headlines buttons are too narrow."""

PER_SECOND = 2
"""Messages that we send into one chat in any second: five are allowed, shared by all bots there, and calls are delayed."""

Content = dict[str, object]


@dataclass(frozen=True)
class Limits:
    """Titles in characters, texts and body in bytes. Only the body's limit is Feishu's; the others keep cards short."""

    title: int = 100
    text: int = 900
    body: int = 20 * 1024


USUAL = Limits()


@dataclass(frozen=True)
class Bodies:
    """The content of each kind of message. Plain text, never `lark_md`: mark-up in an article's words must stay words."""

    limits: Limits = USUAL
    keyword: str = ""
    form: str = FORMS[0]

    def is_card(self, parcel: LinkParcel) -> bool:
        """Whether the parcel is shown as a card."""
        return self.form == "interactive" and len(parcel.cards) == 1

    def card(self, parcel: LinkParcel) -> Content:
        """The one article of the parcel, with a button."""
        lead = parcel.cards[0]
        header = {"template": "blue", "title": {"tag": "plain_text", "content": self._title(lead)}}
        button = {"tag": "button", "type": "primary", "text": {"tag": "plain_text", "content": READ}, "url": lead.url}
        spoken: list[dict[str, object]] = [
            {"tag": "div", "text": {"tag": "plain_text", "content": words}} for words in self._paragraphs(parcel)
        ]
        elements = [*spoken, {"tag": "action", "actions": [button]}]
        return {"config": {"wide_screen_mode": True}, "header": header, "elements": elements}

    def post(self, parcel: LinkParcel) -> Content:
        """Words, and the headlines as links."""
        lead, *others = parcel.cards
        lines = [[_said(words)] for words in self._paragraphs(parcel)] + [[_link(READ, lead.url)]]
        if others:
            lines += [[_said(MORE)], *([_link(self._title(card), card.url)] for card in others)]
        return {"zh_cn": {"title": self._title(lead), "content": lines}}

    def _paragraphs(self, parcel: LinkParcel) -> list[str]:
        lead = parcel.cards[0]
        words = cut_bytes(harmless(parcel.words), self.limits.text)
        if self.keyword not in self._title(lead):
            words = with_keyword(words, self.keyword)
        return [part for part in (words, cut_bytes(harmless(lead.digest), self.limits.text)) if part]

    def _title(self, card: Card) -> str:
        return cut_characters(one_line(card.title), self.limits.title)


def _said(words: str) -> dict[str, str]:
    return {"tag": "text", "text": words}


def _link(words: str, url: str) -> dict[str, str]:
    return {"tag": "a", "text": words, "href": url}
