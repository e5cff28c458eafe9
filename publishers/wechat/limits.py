"""What the draft interface takes: the limits with the pages they come from, and what of an edition goes beyond them.

Each limit names its page. The pages do not say whether 字 means characters or bytes; Unicode characters are counted.
"""

from __future__ import annotations

import ipaddress
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from urllib.parse import urlsplit

from publishers.connector import Article, Refused, Told
from publishers.rendering.posts import post_text
from publishers.wechat.readback import visible_words

_DRAFT = "https://developers.weixin.qq.com/doc/subscription/api/draftbox/draftmanage/api_draft_add.html"
_NEWS = "https://developers.weixin.qq.com/doc/service/api/notify/message/api_uploadnewsmsg.html"
_PICTURE = "https://developers.weixin.qq.com/doc/subscription/api/material/permanent/api_uploadimage.html"
_MATERIAL = "https://developers.weixin.qq.com/doc/subscription/api/material/permanent/api_addmaterial.html"


@dataclass(frozen=True)
class Limit:
    """The platform takes at most `most` of `unit` in `field`. Not `blocking`: sources differ, so it is advice.

    `remedy` says what to do about it, with `{count}` found and `{limit}` as places to fill in.
    """

    field: str
    most: int
    unit: str
    message: str
    source: str
    blocking: bool = True
    remedy: str = ""


@dataclass(frozen=True)
class Excess:
    """Where a limit is broken: in the article at `position` (from 1; 0 is the whole edition), with how much."""

    limit: Limit
    found: int
    position: int


_SHORTEN = "It has {count} characters; shorten it to {limit}."
_SHORTER_LINK = "It has {count} bytes; give one of at most {limit}."
_LESS = "Shorten the text, or split it into two articles."
_SMALLER = "Give a smaller picture."
TITLE = Limit("title", 32, "characters", "The title is too long for WeChat.", _DRAFT, remedy=_SHORTEN)
AUTHOR = Limit("author", 16, "characters", "The author's name is too long for WeChat.", _DRAFT, remedy=_SHORTEN)
# An older state of the page said 128; the stricter of the two always passes.
DIGEST = Limit("digest", 120, "characters", "The digest is too long for WeChat.", _DRAFT, remedy=_SHORTEN)
TEXT = Limit("body", 19_999, "characters", "The body is too long for WeChat.", _DRAFT, remedy=_LESS)
# Published articles with longer source exist, so readers' characters block and source characters only advise.
SOURCE = Limit("body", 19_999, "source characters", "The body's markup is long; WeChat may refuse it.", _DRAFT, False, _LESS)
BODY = Limit("body", 1_048_575, "bytes", "The body with its markup is too large for WeChat.", _DRAFT, remedy=_LESS)
LINK = Limit("source_url", 1024, "bytes", "The link to the original is too long for WeChat.", _DRAFT, remedy=_SHORTER_LINK)
# The page of drafts gives no number; the older upload page gives 1 to 8.
ARTICLES = Limit(
    "articles", 8, "articles", "There are too many articles in one edition for WeChat.", _NEWS,
    remedy="There are {count}; leave at most {limit} in this edition.",
)
# The page says "2 KB" where it speaks of bodies; it can only mean picture posts, and is not settled.
POST = Limit("body", 2048, "bytes", "The text of a picture post is long; WeChat may refuse it.", _DRAFT, False, _LESS)
POST_PICTURES = Limit(
    "body", 20, "pictures", "There are too many pictures in a picture post for WeChat.", _DRAFT,
    remedy="There are {count}; leave at most {limit}.",
)
PICTURE = Limit("picture", 1_048_575, "bytes", "A picture in the body is too large for WeChat.", _PICTURE, remedy=_SMALLER)
COVER = Limit("cover", 10_485_760, "bytes", "The cover picture is too large for WeChat.", _MATERIAL, remedy=_SMALLER)

MARKER_BYTES = 32
"""The longest `clientmsgid`: the present page says 32 bytes, and a UUID of 36 was refused (api_sendall.html)."""

TAKEN_BY_THE_HOUSE = {"visible_limit": TEXT, "source_limit": SOURCE, "bytes_limit": BODY}
"""Limits on which reports differ, by the setting that says whether the house lets them block or only warn."""

LIMITS = (TITLE, AUTHOR, DIGEST, TEXT, SOURCE, BODY, LINK, ARTICLES, POST, POST_PICTURES, PICTURE, COVER)

_PRIVATE_NAMES = (".local", ".localhost", ".internal", ".lan", ".home.arpa", ".test", ".invalid")
_TYPES = frozenset({"image/jpeg", "image/png"})
_COVER_TYPES = _TYPES | {"image/gif", "image/bmp"}
_BODY_TYPE = Limit("picture", 0, "type", "WeChat does not take this kind of picture. Use JPG or PNG.", _PICTURE)
_COVER_TYPE = Limit("cover", 0, "type", "WeChat does not take this kind of cover. Use JPG or PNG.", _MATERIAL)
_NO_TITLE = Limit("title", 0, "missing", "An article needs a title.", _DRAFT, remedy="Write one of at most 32 characters.")
_NO_BODY = Limit("body", 0, "missing", "An article needs a body.", _DRAFT, remedy="Write the body.")
_NO_PICTURE = Limit("body", 0, "missing", "A picture post needs at least one picture.", _DRAFT, remedy="Put one in.")
_PRIVATE_LINK = Limit(
    "source_url", 0, "address", "Readers cannot open this link: it is not a public address. Give another one, or none.", _DRAFT
)
_NO_ARTICLE = Limit("articles", 0, "missing", "WeChat found no article in the edition.", _DRAFT)
# Taken in practice, though the page names only JPG and PNG.
_BODY_GIF = Limit(
    "picture", 0, "type", "A moving picture may be refused by WeChat. JPG and PNG are safe.", _PICTURE, blocking=False
)


def excesses(articles: Sequence[Article]) -> list[Excess]:
    """Everything in an edition that the platform would refuse (or, where not `blocking`, might)."""
    found = [] if articles else [Excess(_NO_ARTICLE, 0, 0)]
    if len(articles) > ARTICLES.most:
        found.append(Excess(ARTICLES, len(articles), 0))
    for position, article in enumerate(articles, start=1):
        found += [Excess(limit, much, position) for limit, much in _measures(article) if much > limit.most]
    return found


def refuse_excess(articles: Sequence[Article], allowed: Collection[Limit] = ()) -> None:
    """The guard before the first call. Raises Refused, naming the field, for what the platform would refuse.

    `allowed`: the limits that the house only warns of. A private source link is left out, not refused.
    """
    for excess in excesses(articles):
        limit = excess.limit
        if limit in allowed or limit is _PRIVATE_LINK or not (limit.blocking or limit in TAKEN_BY_THE_HOUSE.values()):
            continue
        refusal = Refused(limit.message, field=limit.field)
        refusal.told = Told.EDITOR
        raise refusal


def refuse_long_marker(marker: str) -> None:
    """Raises Refused for a `clientmsgid` that WeChat would answer with 45067."""
    if len(marker.encode()) > MARKER_BYTES:
        raise Refused("The mark of this mass send is too long for WeChat. This is a fault of this program.")


def is_public_address(url: str) -> bool:
    """Whether readers anywhere could open `url`; WeChat answers 41039 to others and they would help nobody."""
    try:
        parts = urlsplit(url)
        host = (parts.hostname or "").rstrip(".").lower()
    except ValueError:
        return False
    if parts.scheme not in ("http", "https") or not host:
        return False
    try:
        return ipaddress.ip_address(host).is_global
    except ValueError:
        return "." in host and not host.endswith(_PRIVATE_NAMES)


def _measures(article: Article) -> Iterator[tuple[Limit, int]]:
    yield TITLE, len(article.title)
    yield _NO_TITLE, int(not article.title.strip())
    yield from _post_measures(article) if article.kind == "newspic" else _news_measures(article)


def _post_measures(article: Article) -> Iterator[tuple[Limit, int]]:
    """The pictures of a picture post are kept as material, as covers are."""
    text = post_text(article.html)
    yield TEXT, len(text)
    yield POST, len(text.encode())
    yield _NO_PICTURE, int(not article.pictures)
    yield POST_PICTURES, len(article.pictures)
    for picture in article.pictures:
        yield COVER, len(picture.content)
        yield _COVER_TYPE, int(picture.content_type not in _COVER_TYPES)


def _news_measures(article: Article) -> Iterator[tuple[Limit, int]]:
    yield AUTHOR, len(article.author)
    yield DIGEST, len(article.digest)
    yield TEXT, len(visible_words(article.html))
    yield SOURCE, len(article.html)
    yield BODY, len(article.html.encode())
    yield _NO_BODY, int(not article.html.strip())
    yield LINK, len(article.source_url.encode())
    yield _PRIVATE_LINK, int(bool(article.source_url) and not is_public_address(article.source_url))
    yield COVER, len(article.cover.content)
    yield _COVER_TYPE, int(article.cover.content_type not in _COVER_TYPES)
    for picture in article.pictures:
        # A moving picture that is refused goes as its still one.
        yield PICTURE, len((picture.still or picture).content)
        yield _BODY_TYPE, int(picture.content_type not in _TYPES | {"image/gif"})
        yield _BODY_GIF, int(picture.content_type == "image/gif")
