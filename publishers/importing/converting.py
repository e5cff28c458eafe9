"""One conversion from beginning to end: bytes of any known kind to Markdown, pictures and losses."""

from __future__ import annotations

from collections.abc import Callable

from publishers.importing import limits, plain
from publishers.importing.bundles import Bundle
from publishers.importing.docx import document
from publishers.importing.heads import says_nothing
from publishers.importing.lines import settled
from publishers.importing.mails import Held, Mail
from publishers.importing.markdown.blocks import written
from publishers.importing.pages import places
from publishers.importing.pieces import Text
from publishers.importing.results import Imported, Losses, Refused
from publishers.importing.sniffing import decoded, kind_of
from publishers.importing.sources import Pictures

_Reader = Callable[[bytes, Losses, Pictures], tuple[str, str]]
"""Bytes of one kind to Markdown and a title."""


def convert(content: bytes, name: str = "") -> Imported:
    """A file as Markdown. Raises Refused with a sentence for people."""
    return _CONVERTERS[kind_of(content, name)](content)


def convert_paste(html: str) -> Imported:
    """HTML from a clipboard as Markdown. Raises Refused."""
    losses = Losses()
    pictures = Pictures(losses)
    return _finished(places.pasted(_within(html), losses, pictures), losses, pictures)


def convert_page(content: bytes, address: str, charset: str = "") -> Imported:
    """A fetched page as Markdown; relative addresses lie under `address`. Raises Refused."""
    losses = Losses()
    pictures = Pictures(losses, base=address)
    return _finished(places.page(_within(decoded(content, charset)), losses, pictures), losses, pictures)


def _docx(content: bytes) -> Imported:
    return _alone(_docx_text, content)


def _html(content: bytes) -> Imported:
    return convert_page(content, "")


def _mail(content: bytes) -> Imported:
    losses = Losses()
    mail = Mail(content, losses)
    pictures = Pictures(losses, mail.find)
    bodies, titles = [], []
    for held in mail.held:
        if not (held.kind == "picture" and mail.stands_in_text(held)):
            body, title = _held(held, losses, pictures)
            bodies.append(body)
            titles.append(title)
    title = next(filter(None, titles), "") if says_nothing(mail.subject) else mail.subject
    return _imported(_joined(bodies), title, losses, pictures)


def _held(held: Held, losses: Losses, pictures: Pictures) -> tuple[str, str]:
    """One thing of a mail as Markdown, and its title if it has one of its own."""
    if held.kind == "html":
        text = places.pasted(_within(held.words), losses, pictures)
        return written(settled(text)), text.title
    if held.kind == "plain":
        return written(settled(plain.plain(_within(held.words)))), ""
    if held.kind == "picture":
        return _shown(pictures.kept(held.content, held.name)), ""
    return _enclosed(held, losses, pictures)


def _enclosed(held: Held, losses: Losses, pictures: Pictures) -> tuple[str, str]:
    """A document that came along, under its own title; one that cannot be read is named among the losses."""
    try:
        kind = kind_of(held.content, held.name)
        body, title = _ENCLOSED[kind](held.content, losses, pictures) if kind in _ENCLOSED else ("", "")
    except Refused:
        body = title = ""
    if not body.strip():
        losses.note("attachment", held.name)
        return "", ""
    return (f"## {title}\n\n{body}" if title else body), title


def _shown(ref: str) -> str:
    return f"![]({ref})" if ref else ""


def _joined(bodies: list[str]) -> str:
    return "\n\n".join(body.strip() for body in bodies if body.strip()) + "\n"


def _plain(content: bytes) -> Imported:
    return _alone(_plain_text, content)


def _markdown(content: bytes) -> Imported:
    return _alone(_markdown_text, content)


def _bundle(content: bytes) -> Imported:
    return _alone(_bundle_text, content)


def _alone(read: _Reader, content: bytes) -> Imported:
    losses = Losses()
    pictures = Pictures(losses)
    body, title = read(content, losses, pictures)
    return _imported(body, title, losses, pictures)


def _bundle_text(content: bytes, losses: Losses, pictures: Pictures) -> tuple[str, str]:
    """The main text of an archive with its pictures; those beside a text that cannot show them follow it by name."""
    bundle = Bundle(content, losses)
    pictures = pictures.finding(bundle.find)
    if not bundle.shows_pictures:
        body, title = _enclosed_text(bundle, losses, pictures)
        return _joined([body, *(_shown(pictures.kept(bundle.find(name), name)) for name in bundle.pictures)]), title
    if bundle.name.lower().endswith((".html", ".htm")):
        text = places.page(_within(decoded(bundle.text)), losses, pictures)
        return written(settled(text)), text.title
    return plain.markdown(_within(decoded(bundle.text)), pictures, losses)


def _enclosed_text(bundle: Bundle, losses: Losses, pictures: Pictures) -> tuple[str, str]:
    if not bundle.name:
        return "", ""
    if bundle.name.lower().endswith(".txt"):
        return _plain_text(bundle.text, losses, pictures)
    return _docx_text(bundle.text, losses, pictures)


def _docx_text(content: bytes, losses: Losses, pictures: Pictures) -> tuple[str, str]:
    text = document.read(content, losses, pictures)
    return written(settled(text)), text.title


def _plain_text(content: bytes, losses: Losses, pictures: Pictures) -> tuple[str, str]:
    return written(settled(plain.plain(_within(decoded(content))))), ""


def _html_text(content: bytes, losses: Losses, pictures: Pictures) -> tuple[str, str]:
    text = places.page(_within(decoded(content)), losses, pictures)
    return written(settled(text)), text.title


def _markdown_text(content: bytes, losses: Losses, pictures: Pictures) -> tuple[str, str]:
    return plain.markdown(_within(decoded(content)), pictures, losses)


def _finished(text: Text, losses: Losses, pictures: Pictures) -> Imported:
    return _imported(written(settled(text)), text.title, losses, pictures)


def _imported(body: str, title: str, losses: Losses, pictures: Pictures) -> Imported:
    return Imported(_of_a_length(body), title, tuple(pictures.assets), losses.listed(), tuple(pictures.outside))


def _within(text: str) -> str:
    return _no_longer(text, limits.HTML_CHARACTERS)


def _of_a_length(body: str) -> str:
    if not body.strip():
        raise Refused("There is nothing in it that could be imported.")
    return _no_longer(body, limits.MARKDOWN_CHARACTERS)


def _no_longer(text: str, limit: int) -> str:
    if len(text) > limit:
        raise Refused("The text is longer than {limit} characters. Import it in parts.", {"limit": f"{limit:,}"})
    return text


_CONVERTERS: dict[str, Callable[[bytes], Imported]] = {
    "docx": _docx, "html": _html, "mail": _mail, "plain": _plain, "markdown": _markdown, "bundle": _bundle,
}

_ENCLOSED: dict[str, _Reader] = {
    "docx": _docx_text, "html": _html_text, "plain": _plain_text, "markdown": _markdown_text, "bundle": _bundle_text,
}
"""What comes along with a mail; a mail within it is opened with it."""
