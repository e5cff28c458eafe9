"""What a reader will see of a text: rendering, its findings as problems, the preview document. One renderer for all."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import lru_cache

from flask_babel import gettext
from markupsafe import escape
from sqlalchemy.orm import Session

from editorial import house
from editorial.articles import ai_uses, picture_rights, themes
from editorial.articles.revisions import NEWSPIC, Content
from editorial.errors import Problem
from editorial.review.sign_offs import Typeset
from publishers.preflight import platform_problems, platform_remarks
from publishers.rendering import THEMES, Limits, Rendered, Theme, ThemeUnusable, checker, proof, render
from publishers.rendering.darkmode import darkened
from publishers.rendering.findings import Finding, Severity
from publishers.rendering.posts import render_post

# Its own origin, so that its pictures come with the reader's session and the editor's page can keep its place;
# no script runs in it.
PREVIEW_POLICY = (
    "sandbox allow-same-origin; default-src 'none'; img-src 'self' data: blob:; style-src 'unsafe-inline'; frame-ancestors 'self'"
)
LONGEST_DIGEST = 120
UNNOTED = "Of {count} pictures nobody has noted where they come from and under which licence."
UNNOTED_REMEDY = "Note it in the rights ledger."
_SEVERITIES: dict[str, Severity] = {"block": "blocker", "warn": "advice"}
# What the platform's own style sheet says of articles, as far as ours build on it.
_PLATFORM = (
    "p,h1,h2,h3,h4,ul,ol,blockquote,section{margin:0}h2,h3,h4{font-size:16px;font-weight:400}ul,ol{padding-left:2.2em}"
    "table{width:100%;border-collapse:collapse}td,th{padding:5px 10px;border:1px solid #ddd;word-break:break-all}"
    "a{text-decoration:none}img{max-width:100%}"
)


def rendering(session: Session, content: Content) -> Rendered:
    """The rendering of a content's body in its theme; an unknown theme is the default one. A picture post has none."""
    if content.kind == NEWSPIC:
        return render_post(content.body, limits_of(session))
    return render(content.body, theme_of(session, content.theme) or "default", limits_of(session))


def limits_of(session: Session) -> Limits:
    """How the house takes WeChat's limits."""
    said = house.settings(session, "visible_limit", "source_limit", "bytes_limit")
    return Limits(**{name.removesuffix("_limit"): _SEVERITIES[value] for name, value in said.items()})


def theme_of(session: Session, name: str) -> str | Theme | None:
    """What a content names: one of our themes, or a version of the house's own (`spring@3`); None when there is none."""
    if name in THEMES:
        return name
    version = themes.referred(session, name) if "@" in name else None
    return _own_theme(version.reference, version.label, tuple(version.styles.items())) if version else None


def theme_choices(session: Session, present: str) -> list[tuple[str, str]]:
    """Name and words of every theme that may be chosen; the present one always among them."""
    ours = [(name, gettext(theme.label)) for name, theme in THEMES.items()]
    own = [(theme.reference, theme.label) for theme in themes.everyone(session) if not theme.retired]
    if present not in dict(ours + own):
        version = themes.referred(session, present)
        words = gettext("%(name)s (version %(number)s)", name=version.label, number=version.version) if version else present
        own.append((present, words))
    return ours + own


def digest_of(session: Session, content: Content) -> str:
    """The digest in force: the written one, else the beginning of the text."""
    return _digest(content, rendering(session, content))


def typeset(session: Session, content: Content) -> Typeset:
    """What a sign-off keeps and the publisher sends."""
    rendered = rendering(session, content)
    return Typeset(html=rendered.html, digest=_digest(content, rendered))


def findings(session: Session, content: Content) -> list[Finding]:
    """Every remark on a content, each with its place and what to do: the rendering's, and the platform's on the fields."""
    return _findings(session, content, rendering(session, content))


def blockers(session: Session, content: Content) -> list[Problem]:
    """What stands in the way of an article, each naming its field: the platform's limits included."""
    return list(_blockers(session, content, rendering(session, content)))


def judged(session: Session, content: Content) -> tuple[list[Finding], list[Problem]]:
    """`findings` and `blockers` of one rendering."""
    rendered = rendering(session, content)
    return _findings(session, content, rendered), list(_blockers(session, content, rendered))


def final_blockers(session: Session, content: Content) -> list[Problem]:
    """What stops a text from leaving the desk: `blockers`, and the full passes over the very HTML that would be sent."""
    rendered = rendering(session, content)
    found = [*proof.flaws(rendered.html), *checker.lasting_flaws(rendered.html)]
    return [*_blockers(session, content, rendered), *(Problem("body", flaw.message, dict(flaw.params)) for flaw in found)]


def preview_document(session: Session, content: Content, *, account: str = "", dark: bool = False) -> str:
    """The page inside the phone frame: the very HTML that will be sent, under a head like WeChat's.

    In the dark its colours are changed as WeChat will change them on the reader's phone.
    """
    return phone_page(content.title, [content.author, account], rendering(session, content).html, dark=dark)


def phone_page(title: str, names: Iterable[str], html: str, *, dark: bool = False) -> str:
    """A phone's page around the HTML of an article; nothing in it runs."""
    page = "background:#191919;color:#a3a3a3" if dark else "background:#fff;color:#191919"
    faint, link = ("#8a8a8a", "#7d90a9") if dark else ("#737373", "#576b95")
    byline = " ".join(str(escape(name)) for name in names if name)
    return (
        "<!doctype html><html lang=zh-CN><meta charset=utf-8><meta name=viewport content='width=device-width'>"
        f"<style>{_PLATFORM}body{{margin:0 auto;padding:20px 16px 40px;max-width:677px;{page};"
        "font:17px/1.6 -apple-system,'PingFang SC','Microsoft YaHei','Noto Sans CJK SC',sans-serif;"
        "overflow-wrap:break-word}h1.t{font-size:22px;line-height:1.4;margin:0 0 14px}"
        f"p.m{{margin:0 0 22px;font-size:15px;color:{faint}}}a{{color:{link}}}</style>"
        f"<h1 class=t>{escape(title)}</h1><p class=m>{byline}</p>{darkened(html) if dark else html}"
    )


def _digest(content: Content, rendered: Rendered) -> str:
    return content.digest.strip() or rendered.digest


def _findings(session: Session, content: Content, rendered: Rendered) -> list[Finding]:
    remarks = platform_remarks(content, rendered, _digest(content, rendered))
    return [*rendered.findings, *(remark.finding for remark in remarks), *_rights_remarks(session, content)]


def _rights_remarks(session: Session, content: Content) -> Iterator[Finding]:
    """What the verbs of review and release will refuse, and pictures of unknown licence."""
    for problem in (*picture_rights.problems(session, content), *ai_uses.picture_problems(session, content)):
        params = {name: str(value) for name, value in problem.params.items()}
        where = params.get("picture", params.get("place", ""))
        yield Finding("picture_rights", "blocker", where, problem.message, problem.remedy, params)
    unnoted = picture_rights.unknown(session, content)
    if unnoted:
        yield Finding("licence_unknown", "advice", unnoted[0].alt_text[:60], UNNOTED, UNNOTED_REMEDY, {"count": str(len(unnoted))})


@lru_cache(maxsize=64)
def _own_theme(reference: str, label: str, styles: tuple[tuple[str, str], ...]) -> Theme | None:
    try:
        return Theme(reference, label, dict(styles))
    except ThemeUnusable:
        # Kept by an earlier release that allowed more: as good as none, and said so before anything goes out.
        return None


def _blockers(session: Session, content: Content, rendered: Rendered) -> Iterator[Problem]:
    if theme_of(session, content.theme) is None:
        yield Problem("theme", "There is no theme called {theme}.", {"theme": content.theme})
    for finding in rendered.blockers:
        yield Problem("body", finding.message, dict(finding.params), finding.suggestion)
    yield from platform_problems(content, rendered, _digest(content, rendered))
