"""The pieces of HTML that carry an address: every picture and link of an article is written here and nowhere else."""

from __future__ import annotations

import re

from publishers.rendering.draft import Draft
from publishers.rendering.limits import PICTURE_WIDTH
from publishers.rendering.urls import is_account_home, is_wechat_article, link_address, picture_address

_SIZE = re.compile(r"(\d{1,4})(%|px)?(?:x\d{0,4})?$")
_TAG = re.compile(r"<[^>]*>")
_SCHEME = re.compile(r"[a-zA-Z][\w+.-]*:")


def text(words: str) -> str:
    """Words as HTML."""
    return words.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def attribute(words: str) -> str:
    """Words as the inside of a double-quoted attribute."""
    return text(words).replace('"', "&quot;")


def picture(draft: Draft, src: str, alt: str, title: str = "", size: str = "") -> str:
    """A picture, or its description alone when the address cannot be used."""
    address = picture_address(src)
    if address is None:
        draft.remark("picture_refused", alt or src)
        return text(alt)
    if not alt.strip():
        draft.remark("picture_without_alt", address)
    draft.images.setdefault(address)
    draft.caption = title
    return f'<img src="{attribute(address)}" alt="{attribute(alt)}" style="{_picture_style(draft, size)}">'


def link(draft: Draft, raw: str, inner: str) -> tuple[str, str]:
    """What goes before and after a link's text: an anchor for WeChat's own articles, a number for all others."""
    url = link_address(raw)
    if url is None or not _SCHEME.match(url):
        draft.remark("link_refused", raw)
        return "", ""
    draft.links.setdefault(url)
    if is_wechat_article(url):
        if is_account_home(url):
            draft.remark("account_home", url)
        return f'<a href="{attribute(url)}"{draft.attr("a")}>', "</a>"
    words = _TAG.sub("", inner) if "<" in inner else inner
    open_, close = (f"<span{draft.attr('link')}>", "</span>") if draft.attr("link") else ("", "")
    if words in (text(raw), text(url), text(url.removeprefix("mailto:"))):
        return open_, close
    return open_, close + mark(draft, draft.references.link(url, words))


def mark(draft: Draft, number: int) -> str:
    """The raised number that points to the list at the end."""
    return f"<sup{draft.attr('sup')}>[{number}]</sup>"


def _picture_style(draft: Draft, size: str) -> str:
    style = draft.theme.styles.get("img", "max-width:100%")
    match = _SIZE.match(size)
    if not match or not int(match[1]):
        return style
    number, unit = int(match[1]), match[2] or "px"
    width = f"{min(number, 100)}%" if unit == "%" else f"{min(number, PICTURE_WIDTH)}px"
    return f"{style};width:{width};height:auto"
