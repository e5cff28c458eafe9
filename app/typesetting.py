"""What a reader will see of a text: rendering, its findings as problems, the preview document. One renderer for all."""

from __future__ import annotations

from collections.abc import Iterator

from markupsafe import escape

from editorial.articles.revisions import Content
from editorial.errors import Problem
from editorial.review.sign_offs import Typeset
from publishers.preflight import platform_problems
from publishers.rendering import THEMES, Rendered, proof, render

# Its own origin, so that its pictures come with the reader's session and the editor's page can keep its place;
# no script runs in it.
PREVIEW_POLICY = (
    "sandbox allow-same-origin; default-src 'none'; img-src 'self' data: blob:; style-src 'unsafe-inline'; frame-ancestors 'self'"
)
LONGEST_DIGEST = 120


def rendering(content: Content) -> Rendered:
    """The rendering of a content's body in its theme; an unknown theme is the default one."""
    return render(content.body, content.theme if content.theme in THEMES else "default")


def digest_of(content: Content) -> str:
    """The digest in force: the written one, else the beginning of the text."""
    return content.digest.strip() or rendering(content).digest


def typeset(content: Content) -> Typeset:
    """What a sign-off keeps and the publisher sends."""
    return Typeset(html=rendering(content).html, digest=digest_of(content))


def blockers(content: Content) -> list[Problem]:
    """What stands in the way of an article, each naming its field: the platform's limits included."""
    return list(_blockers(content))


def final_blockers(content: Content) -> list[Problem]:
    """What stops a text from leaving the desk: `blockers`, and the full pass over the very HTML that would be sent."""
    found = proof.flaws(rendering(content).html)
    return [*_blockers(content), *(Problem("body", flaw.message, dict(flaw.params)) for flaw in found)]


def preview_document(content: Content, *, account: str = "", dark: bool = False) -> str:
    """The page inside the phone frame: the very HTML that will be sent, under a head like WeChat's."""
    ground, ink, faint = ("#191919", "#d5d5d5", "#8a8a8a") if dark else ("#ffffff", "#191919", "#8a8a8a")
    byline = " ".join(str(escape(part)) for part in (content.author, account) if part)
    return (
        "<!doctype html><html lang=zh-CN><meta charset=utf-8><meta name=viewport content='width=device-width'>"
        f"<style>body{{margin:0 auto;padding:20px 16px 40px;max-width:677px;background:{ground};color:{ink};"
        "font:17px/1.6 -apple-system,'PingFang SC','Microsoft YaHei','Noto Sans CJK SC',sans-serif;"
        "overflow-wrap:break-word}h1.t{font-size:22px;line-height:1.4;margin:0 0 14px}"
        f"p.m{{margin:0 0 22px;font-size:15px;color:{faint}}}img{{max-width:100%}}</style>"
        f"<h1 class=t>{escape(content.title)}</h1><p class=m>{byline}</p>{rendering(content).html}"
    )


def _blockers(content: Content) -> Iterator[Problem]:
    rendered = rendering(content)
    if content.theme not in THEMES:
        yield Problem("theme", "There is no theme called {theme}.", {"theme": content.theme})
    for finding in rendered.blockers:
        yield Problem("body", finding.message, dict(finding.params))
    yield from platform_problems(content, rendered, digest_of(content))
