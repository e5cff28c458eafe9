"""The public state of a story, told to whoever handed it in: neither days nor reviewers, nothing before it has come out."""

from __future__ import annotations

import re
import unicodedata

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.catalogue import Words
from editorial.articles.articles import Article, ArticleSource
from editorial.articles.workflow import State
from editorial.calendar.editions import Edition, EditionState, Place
from editorial.intake.submissions import Submission, SubmissionState

DASHES = dict.fromkeys(map(ord, "‐‑‒–—−"), "-")
ASKED = re.compile(r"(?P<word>状态|稿件状态|进度|status)?\s*:?\s*(?P<number>\d{4}-\d{4,8})?", re.IGNORECASE)


def asked(text: str) -> re.Match[str] | None:
    """Whether these words ask for a state and say nothing else; its groups are `word` and `number`."""
    found = ASKED.fullmatch(unicodedata.normalize("NFKC", text).translate(DASHES).strip())
    return found if found is not None and found.group() else None


def told(session: Session, gettext: Words, submission: Submission | None, number: str) -> str:
    """One sentence. `submission` is none while it is still being taken in."""
    if submission is None or submission.state == SubmissionState.RECEIVED:
        return gettext("{number} has arrived. An editor reads it soon.", number=number)
    if submission.state == SubmissionState.RETURNED:
        return gettext("{number} came back: {reason} You are welcome to send it again.", number=number, reason=submission.reason)
    if submission.state == SubmissionState.DECLINED:
        return gettext("{number} will not be used: {reason}", number=number, reason=submission.reason)
    if submission.state == SubmissionState.WITHDRAWN:
        return gettext("{number} was taken back.", number=number)
    if submission.state == SubmissionState.BANKED:
        return gettext("{number} was adopted and waits for its day.", number=number)
    article = session.scalar(
        select(Article).join(ArticleSource, ArticleSource.article_id == Article.id)
        .where(ArticleSource.submission_id == submission.id).order_by(Article.id).limit(1)
    )
    return _of_article(session, gettext, article, number)


def _of_article(session: Session, gettext: Words, article: Article | None, number: str) -> str:
    if article is not None and article.state in (State.PUBLISHED, State.CORRECTED):
        link = _permalink(session, article)
        if link:
            return gettext("{number} is published: {link}", number=number, link=link)
        return gettext("{number} is published.", number=number)
    if article is not None and article.state in (State.SIGNED_OFF, State.SCHEDULED):
        return gettext("{number} is ready and waits for its day.", number=number)
    if article is not None and article.state in (State.REJECTED, State.WITHDRAWN):
        return gettext("{number} will not be published.", number=number)
    if article is not None and article.state == State.TAKEN_DOWN:
        return gettext("{number} was published and has been taken down.", number=number)
    return gettext("{number} was adopted. The editors work on it.", number=number)


def _permalink(session: Session, article: Article) -> str:
    query = (
        select(Place.permalink).join(Edition, Edition.id == Place.edition_id)
        .where(Place.article_id == article.id, Edition.state == EditionState.PUBLISHED).order_by(Place.id.desc()).limit(1)
    )
    return session.scalar(query) or ""
