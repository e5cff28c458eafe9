"""Would the platform take it? Its limits as problems that name the field. One of the two doors to editorial."""

from __future__ import annotations

from collections.abc import Iterator

from editorial.articles import assets
from editorial.articles.revisions import NEWSPIC, Content
from editorial.errors import Problem
from publishers.connector import Article, Picture
from publishers.rendering import Rendered
from publishers.wechat import limits
from publishers.wechat.pictures import KEPT_BY_WECHAT

_ANY_COVER = Picture(sha256="", content=b"", content_type="image/png")
_OF_THE_BODY = ("picture", "cover")
_RENDERING_SAYS = (limits.TEXT, limits.BODY)
"""Of these the rendering speaks, as strictly as the house takes them."""
ELSEWHERE = "The picture {address} lies elsewhere, and WeChat shows no pictures of other addresses. Upload it and insert it again."


def platform_problems(content: Content, rendered: Rendered, digest: str) -> Iterator[Problem]:
    """Everything in one article that the official account would refuse. Pictures are made to fit when they come in."""
    article = Article(
        title=content.title.strip(), html=rendered.html, cover=_ANY_COVER, author=content.author,
        digest=digest, source_url=content.source_url, kind=content.kind,
        pictures=tuple(_ANY_COVER for _ in rendered.images) if content.kind == NEWSPIC else (),
    )
    for address in rendered.images:
        if not assets.IN_TEXT.fullmatch(address) and not KEPT_BY_WECHAT.match(address):
            yield Problem("body", ELSEWHERE, {"address": address[:120]})
    for excess in limits.excesses([article]):
        if excess.limit.blocking and excess.limit.field not in _OF_THE_BODY and excess.limit not in _RENDERING_SAYS:
            yield Problem(excess.limit.field, excess.limit.message, {"count": excess.found, "limit": excess.limit.most})
