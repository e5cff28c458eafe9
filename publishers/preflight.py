"""Would the platform take it? Its limits and what it strips, as findings that name the field. A door to editorial."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from editorial.articles import assets
from editorial.articles.revisions import NEWSPIC, Content
from editorial.errors import Problem
from publishers.connector import Article, Picture
from publishers.rendering import Rendered
from publishers.rendering.findings import Finding
from publishers.wechat import limits
from publishers.wechat.pictures import KEPT_BY_WECHAT

_ANY_COVER = Picture(sha256="", content=b"", content_type="image/png")
_OF_THE_BODY = ("picture", "cover")
_RENDERING_SAYS = tuple(limits.TAKEN_BY_THE_HOUSE.values())
"""Of these the rendering speaks, as strictly as the house takes them."""
ELSEWHERE = "The picture {address} lies elsewhere, and WeChat shows no pictures of other addresses. Upload it and insert it again."
_MOVING = "The picture {address} moves; WeChat promises to take only JPG and PNG."
_MOVING_REMEDY = "Where WeChat refuses it, its first frame goes instead; look at the draft."


@dataclass(frozen=True)
class Remark:
    """A finding about one field of the article, as the API names it."""

    field: str
    finding: Finding


def platform_remarks(content: Content, rendered: Rendered, digest: str) -> Iterator[Remark]:
    """Everything in one article that the official account would refuse or change, beside what the rendering says.

    Pictures are made to fit when they come in; the guard before the delivery measures them once more.
    """
    for address in rendered.images:
        params = {"address": address[:120]}
        if not assets.IN_TEXT.fullmatch(address) and not KEPT_BY_WECHAT.match(address):
            yield Remark("body", Finding("picture_elsewhere", "blocker", address[:60], ELSEWHERE, params=params))
        elif address.endswith(".gif"):
            yield Remark("body", Finding("picture_moves", "advice", address[:60], _MOVING, _MOVING_REMEDY, params))
    for excess in limits.excesses([_as_sent(content, rendered, digest)]):
        limit = excess.limit
        if limit.field not in _OF_THE_BODY and limit not in _RENDERING_SAYS:
            yield Remark(limit.field, Finding(
                f"{limit.field}_{limit.unit}".replace(" ", "_"), "blocker" if limit.blocking else "advice",
                _place(content, limit.field, digest)[:60], limit.message, limit.remedy,
                {"count": str(excess.found), "limit": str(limit.most)},
            ))


def platform_problems(content: Content, rendered: Rendered, digest: str) -> Iterator[Problem]:
    """Of the remarks those that stop the article, as problems."""
    for remark in platform_remarks(content, rendered, digest):
        finding = remark.finding
        if finding.severity == "blocker":
            yield Problem(remark.field, finding.message, dict(finding.params), finding.suggestion)


def _as_sent(content: Content, rendered: Rendered, digest: str) -> Article:
    return Article(
        title=content.title.strip(), html=rendered.html, cover=_ANY_COVER, author=content.author,
        digest=digest, source_url=content.source_url, kind=content.kind,
        pictures=tuple(_ANY_COVER for _ in rendered.images) if content.kind == NEWSPIC else (),
    )


def _place(content: Content, field: str, digest: str) -> str:
    """The words of a field, by which people find it."""
    words = {"title": content.title, "author": content.author, "digest": digest, "source_url": content.source_url}
    return words.get(field, "")
