"""One conversion from beginning to end: bytes of any known kind to Markdown, pictures and losses."""

from __future__ import annotations

from collections.abc import Callable

from publishers.importing import limits, plain
from publishers.importing.bundles import Bundle
from publishers.importing.docx import document
from publishers.importing.lines import settled
from publishers.importing.mails import Mail
from publishers.importing.markdown.blocks import written
from publishers.importing.pages import places
from publishers.importing.pieces import Paragraph, Picture, Text
from publishers.importing.results import Imported, Losses, Refused
from publishers.importing.sniffing import decoded, kind_of
from publishers.importing.sources import Pictures


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
    losses = Losses()
    pictures = Pictures(losses)
    return _finished(document.read(content, losses, pictures), losses, pictures)


def _html(content: bytes) -> Imported:
    return convert_page(content, "")


def _mail(content: bytes) -> Imported:
    losses = Losses()
    mail = Mail(content, losses)
    pictures = Pictures(losses, mail.find)
    text = places.pasted(_within(mail.html), losses, pictures) if mail.html.strip() else plain.plain(mail.plain)
    for name, picture in mail.rest():
        ref = pictures.kept(picture, name)
        if ref:
            text.blocks.append(Paragraph([Picture(ref)]))
    text.title = mail.subject or text.title
    return _finished(text, losses, pictures)


def _plain(content: bytes) -> Imported:
    losses = Losses()
    return _finished(plain.plain(_within(decoded(content))), losses, Pictures(losses))


def _markdown(content: bytes) -> Imported:
    losses = Losses()
    return _from_markdown(content, losses, Pictures(losses))


def _bundle(content: bytes) -> Imported:
    losses = Losses()
    bundle = Bundle(content, losses)
    pictures = Pictures(losses, bundle.find)
    if bundle.name.lower().endswith((".html", ".htm")):
        return _finished(places.page(_within(decoded(bundle.text)), losses, pictures), losses, pictures)
    return _from_markdown(bundle.text, losses, pictures)


def _from_markdown(content: bytes, losses: Losses, pictures: Pictures) -> Imported:
    body, title = plain.markdown(_within(decoded(content)), pictures, losses)
    return Imported(_of_a_length(body), title, tuple(pictures.assets), losses.listed(), tuple(pictures.outside))


def _finished(text: Text, losses: Losses, pictures: Pictures) -> Imported:
    body = written(settled(text))
    return Imported(_of_a_length(body), text.title, tuple(pictures.assets), losses.listed(), tuple(pictures.outside))


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
