"""What can be reported, found by kind and number: only what the person may see. One table; a new kind is one more line."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import url_for
from flask_babel import lazy_gettext
from sqlalchemy.orm import Session

from app.auth import allow, can
from editorial.articles import annotations, articles
from editorial.conduct.cases import Case, Subject
from editorial.errors import NotFound
from editorial.intake import submissions
from editorial.measuring import comments
from editorial.people.permissions import Action
from editorial.topics import discussion, topics

_ = lazy_gettext


def _article(session: Session, number: int) -> Subject:
    found = articles.get(session, number)
    allow(Action.SEE_ARTICLE, found)
    return Subject("article", found.id, found.title, articles.newest(session, found).body, found.contributor)


def _submission(session: Session, number: int) -> Subject:
    found = submissions.get(session, number)
    allow(Action.SEE_SUBMISSION, found)
    return Subject("submission", found.id, found.title, found.body, found.contributor)


def _reader_comment(session: Session, number: int) -> Subject:
    allow(Action.SEE_COMMENTS)
    found = comments.get(session, number)
    return Subject("reader_comment", found.id, found.message.place.article.title, found.text)


def _remark(session: Session, number: int) -> Subject:
    thread, found = annotations.remark(session, number)
    article = articles.get(session, thread.article_id)
    allow(Action.SEE_ARTICLE, article)
    return Subject("remark", found.id, article.title, found.text, found.made_by)


def _topic_comment(session: Session, number: int) -> Subject:
    found = discussion.get_comment(session, number)
    topic = topics.get(session, found.topic_id)
    allow(Action.SEE_TOPICS, topic)
    return Subject("topic_comment", found.id, topic.title, found.text, found.person)


FOUND: dict[str, Callable[[Session, int], Subject]] = {
    "article": _article, "submission": _submission, "reader_comment": _reader_comment,
    "remark": _remark, "topic_comment": _topic_comment,
}
KINDS: dict[str, Any] = {
    "article": _("Article"), "submission": _("Submission"), "reader_comment": _("Reader comment"),
    "remark": _("Annotation"), "topic_comment": _("Comment on a topic"),
}


def subject(session: Session, kind: str, number: int) -> Subject:
    """The thing a report is about. Raises NotFound, also for what the present person may not see."""
    if kind not in FOUND:
        raise NotFound()
    return FOUND[kind](session, number)


def address_of(session: Session, case: Case) -> str | None:
    """Where the thing of a case can be looked at, for somebody who may."""
    if case.thing == "article" and can(Action.SEE_ARTICLE):
        return url_for("articles.article", article_id=case.thing_id)
    if case.thing == "submission" and can(Action.SEE_SUBMISSION):
        return url_for("intake.submission", number=submissions.get(session, case.thing_id or 0).number)
    if case.thing == "reader_comment" and can(Action.SEE_COMMENTS):
        place = comments.get(session, case.thing_id or 0).message.place
        return url_for("comments.article", article_id=place.article_id)
    if case.thing == "remark" and can(Action.SEE_ARTICLE):
        thread, found = annotations.remark(session, case.thing_id or 0)
        return url_for("articles.article", article_id=thread.article_id, _anchor=f"remark-{found.id}")
    if case.thing == "topic_comment" and can(Action.SEE_TOPICS):
        found = discussion.get_comment(session, case.thing_id or 0)
        return url_for("topics.topic", topic_id=found.topic_id, _anchor=f"comment-{found.id}")
    return None
