"""What notices are about, for pages: where each leads, what a muted thing is called."""

from __future__ import annotations

from collections.abc import Sequence

from flask import url_for
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.auth import can
from editorial import clock
from editorial.articles.articles import Article
from editorial.groups.groups import Group
from editorial.intake.submissions import Submission
from editorial.notices import Notice
from editorial.notices.choices import NoticeMute
from editorial.people.permissions import Action

MUTABLE = ("article", "edition", "submission", "account")
"""Things that a person can mute."""


def see(notice: Notice) -> None:
    """It was opened."""
    notice.seen_at = notice.seen_at or clock.now()


def addresses(session: Session, found: Sequence[Notice]) -> dict[int, str]:
    """Where each notice leads, by its id."""
    submitted = {notice.thing_id for notice in found if notice.thing == "submission"}
    query = select(Submission.id, Submission.number).where(Submission.id.in_(submitted))
    numbers: dict[int, str] = {row.id: row.number for row in session.execute(query)}
    named = {notice.thing_id for notice in found if notice.thing == "group"}
    slugs: dict[int, str] = {row.id: row.slug for row in session.execute(select(Group.id, Group.slug).where(Group.id.in_(named)))}
    known: dict[int, str] = {}
    for notice in found:
        if notice.thing == "article":
            known[notice.id] = url_for("articles.article", article_id=notice.thing_id)
        elif notice.thing == "account" and can(Action.MANAGE_ACCOUNTS):
            known[notice.id] = url_for("accounts.account", account_id=notice.thing_id)
        elif notice.thing == "departure" and can(Action.MANAGE_PEOPLE):
            known[notice.id] = url_for("departures.departure", person_id=notice.thing_id)
        elif notice.thing == "directory" and can(Action.MANAGE_PEOPLE):
            known[notice.id] = url_for("directories.directory", directory_id=notice.thing_id)
        elif notice.thing == "author_request":
            asked = notice.cause.startswith("author_asked:") and can(Action.MANAGE_PEOPLE)
            known[notice.id] = url_for("author_requests.queue" if asked else "author_requests.mine")
        elif notice.thing == "groups":
            wanted = {"operator": notice.thing_id} if notice.thing_id else {"without": "deputy"}
            known[notice.id] = url_for("groups.tree", **wanted)
        elif notice.thing == "departure":
            known[notice.id] = url_for("groups.tree", without="steward")
        elif notice.thing == "admission":
            known[notice.id] = url_for("admission.one", request_id=notice.thing_id)
        elif notice.thing == "group" and notice.thing_id in slugs:
            known[notice.id] = url_for("groups.group", slug=slugs[notice.thing_id])
        elif notice.thing == "circle":
            known[notice.id] = url_for("circles.circle", circle_id=notice.thing_id)
        elif notice.thing == "asset" and can(Action.SEE_RIGHTS):
            known[notice.id] = url_for("rights.tasks")
        elif notice.thing == "case" and can(Action.MODERATE):
            known[notice.id] = url_for("cases.case", case_id=notice.thing_id)
        elif notice.thing in ("case", "report"):
            known[notice.id] = url_for("conduct.mine")
        elif notice.thing == "edition" and can(Action.SEE_EDITIONS):
            known[notice.id] = url_for("calendar.edition", edition_id=notice.thing_id)
        elif notice.thing == "story_call":
            desk = can(Action.SEE_DESK)
            known[notice.id] = url_for("story_calls.call", call_id=notice.thing_id) if desk else url_for("share_back.index")
        elif notice.thing == "submission" and notice.thing_id in numbers:
            known[notice.id] = url_for("intake.submission", number=numbers[notice.thing_id])
    return known


def names(session: Session, muted: Sequence[NoticeMute]) -> dict[tuple[str, int], str]:
    """What muted articles and submissions are called."""
    found: dict[tuple[str, int], str] = {}
    for thing, table in (("article", Article), ("submission", Submission)):
        ids = [row.thing_id for row in muted if row.thing == thing]
        if ids:
            query = select(table.id, table.title).where(table.id.in_(ids))
            found |= {(thing, row.id): row.title for row in session.execute(query)}
    return found
