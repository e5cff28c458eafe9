"""One message in the look of its platform."""

from __future__ import annotations

from publishers.sandbox.things import Bubble
from publishers.sandbox.views.words import Words, link, markdown, plain, safe

Card = dict[str, str]


def bubble(item: Bubble, platform: str, words: Words) -> str:
    """The message's HTML, without sender and time."""
    if item.style == "cards" and len(item.cards) == 1:
        return _single(item.cards[0], platform)
    if item.style in ("cards", "feed"):
        return _feed(item.cards)
    if item.style == "card":
        return _card(item, platform, words)
    if item.style == "markdown":
        return f'<div class="say">{markdown(item.text)}</div>'
    return f'<div class="say">{plain(item.text)}</div>'


def _single(card: Card, platform: str) -> str:
    """WeCom shows one article with its picture on top, DingTalk a link with a small picture beside it."""
    text = f'<span class="text">{safe(card["text"])}</span>' if card["text"] else ""
    if platform == "wecom":
        inner = f'{_picture(card, "wide")}<span class="words"><b>{safe(card["title"])}</b>{text}</span>'
        return link(card["url"], inner, "card stacked")
    inner = f'<b>{safe(card["title"])}</b><span class="row">{text}{_picture(card, "small")}</span>'
    return link(card["url"], inner, "card beside")


def _feed(cards: list[Card]) -> str:
    """The lead with its title on the picture, the others in rows."""
    lead, *others = cards
    top = link(lead["url"], f'{_picture(lead, "wide")}<b>{safe(lead["title"])}</b>', "lead")
    rows = "".join(
        link(card["url"], f'<span>{safe(card["title"])}</span>{_picture(card, "small")}', "follow") for card in others
    )
    return f'<div class="card feed">{top}{rows}</div>'


def _card(item: Bubble, platform: str, words: Words) -> str:
    if platform == "wecom":
        return _notice(item)
    text = markdown(item.text)
    head = f'<div class="head">{safe(item.title)}</div>' if item.title else ""
    buttons = "".join(
        link(card["url"], safe(card["title"] or words["read"]), "button") for card in item.cards if card["url"]
    )
    return f'<div class="card action">{head}<div class="words">{text}</div><div class="buttons">{buttons}</div></div>'


def _notice(item: Bubble) -> str:
    """WeCom's template card: source, picture, title, lines, jumps."""
    main, *jumps = item.cards
    source = f'<span class="from">{safe(item.title)}</span>' if item.title else ""
    text = "<br>".join(safe(line) for line in main["text"].split("\n"))
    inner = f'{source}<b>{safe(main["title"])}</b>{_picture(main, "wide")}<span class="text">{text}</span>'
    rows = "".join(link(jump["url"], safe(jump["title"]), "jump") for jump in jumps)
    return f'<div class="card notice">{link(main["url"], inner, "words")}{rows}</div>'


def _picture(card: Card, css: str) -> str:
    url = card["picture"]
    if not url.startswith(("http://", "https://")):
        return f'<span class="picture {css} none"></span>' if css == "wide" else ""
    return f'<span class="picture {css}"><img src="{safe(url)}" alt="" loading="lazy"></span>'
