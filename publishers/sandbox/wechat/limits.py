"""What an article may be, each limit with its own code."""

from __future__ import annotations

import ipaddress
import re
from urllib.parse import urlsplit

from publishers.sandbox.calls import Json, Refusal
from publishers.sandbox.things import Account
from publishers.sandbox.wechat.html import visible_text
from publishers.sandbox.world import World

AUTHOR_CHARACTERS = 16
DIGEST_CHARACTERS = 128
CONTENT_CHARACTERS = 20_000
CONTENT_BYTES = 1024 * 1024
SOURCE_URL_BYTES = 1024
CROPS = ("pic_crop_235_1", "pic_crop_1_1")
"""`X1_Y1_X2_Y2`, fractions from the top left with at most six decimals (api_draft_add.html)."""
_CROP = re.compile(r"(?:0(?:\.\d{1,6})?|1(?:\.0{1,6})?)(?:_(?:0(?:\.\d{1,6})?|1(?:\.0{1,6})?)){3}")


def check_article(world: World, account: Account, article: Json) -> None:
    """Raise the platform's code for the first thing that is wrong with `article`."""
    title, content = article.get("title"), article.get("content")
    if not isinstance(title, str) or not title.strip() or len(title) > world.settings.title_characters:
        raise Refusal(45003, "title size out of limit")
    if len(str(article.get("author") or "")) > AUTHOR_CHARACTERS:
        raise Refusal(45110, "author size out of limit")
    if len(str(article.get("digest") or "")) > DIGEST_CHARACTERS:
        raise Refusal(45004, "description size out of limit")
    if not isinstance(content, str) or not content.strip():
        raise Refusal(44004, "empty content")
    _check_content(content, world.settings.source_characters)
    too_much = world.settings.newspic_bytes
    if article.get("article_type") == "newspic" and too_much and len(content.encode("utf-8")) > too_much:
        raise Refusal(45166, "invalid content")
    _check_source_url(str(article.get("content_source_url") or ""))
    if article.get("need_open_comment") and not account.rights["comment"]:
        raise Refusal(88000, "without comment privilege")
    if article.get("article_type", "news") not in ("news", "newspic", "", None):
        raise Refusal(40008, "invalid message type")
    for name in CROPS:
        if article.get(name) and not _is_crop(str(article[name])):
            raise Refusal(47001, "data format error")


def _is_crop(text: str) -> bool:
    if not _CROP.fullmatch(text):
        return False
    left, top, right, bottom = (float(part) for part in text.split("_"))
    return left < right and top < bottom


def _check_content(content: str, source_characters: int) -> None:
    if len(content.encode("utf-8")) >= CONTENT_BYTES or len(visible_text(content)) >= CONTENT_CHARACTERS:
        raise Refusal(45002, "content size out of limit")
    if source_characters and len(content) >= source_characters:
        raise Refusal(45002, "content size out of limit")


def _check_source_url(url: str) -> None:
    if len(url.encode("utf-8")) > SOURCE_URL_BYTES:
        raise Refusal(45005, "url size out of limit")
    if url and not _is_public(url):
        raise Refusal(41039, "invalid content_source_url")


def _is_public(url: str) -> bool:
    try:
        parts = urlsplit(url)
        host = parts.hostname or ""
    except ValueError:
        return False
    if parts.scheme not in ("http", "https") or "." not in host or host.endswith((".localhost", ".local")):
        return False
    try:
        return ipaddress.ip_address(host).is_global
    except ValueError:
        return True
