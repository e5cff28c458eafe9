"""The demo's columns, topic pool and assignments, and what its articles are for: by the real verbs, at past instants."""

from __future__ import annotations

import json
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import Any

from sqlalchemy.orm import Session

from app.demo import material
from app.demo.agenda import Agenda
from app.demo.company import Cast
from app.demo.stories import HOUR, Stories
from editorial import clock
from editorial.articles import planning, saved_views
from editorial.articles.planning import Plan
from editorial.topics import assignments, columns, discussion, topics
from editorial.topics.topics import Pitch

Said = dict[str, Any]
SAID = Path(__file__).parent / "topics.json"
COLUMNS_DAYS_AGO = 94


def plan(agenda: Agenda, stories: Stories, cast: Cast) -> None:
    """Put all of it on the agenda."""
    said: Said = json.loads(SAID.read_text(encoding="utf-8"))
    ids: dict[str, int] = {}
    agenda.add(stories.wall(-COLUMNS_DAYS_AGO, "10:00"), lambda session: _begin_columns(session, said["columns"], cast, ids))
    for one in said["topics"]:
        begun = clock.now() - timedelta(days=one["days_ago"])
        agenda.add(begun, partial(_pitch, said=one, agenda=agenda, cast=cast, ids=ids))
    agenda.add(clock.now() - HOUR, partial(_sort_articles, stories=stories, said=said["of_stories"], cast=cast, ids=ids))
    agenda.add(clock.now() - HOUR, partial(_keep_searches, cast=cast))


def _begin_columns(session: Session, said: list[Said], cast: Cast, ids: dict[str, int]) -> None:
    for one in said:
        ids[one["name"]] = columns.add(session, by=cast.first(session, "editor_in_chief"), **one).id


def _pitch(session: Session, *, said: Said, agenda: Agenda, cast: Cast, ids: dict[str, int]) -> None:
    wanted = clock.to_wall(clock.real()).date() + timedelta(days=said["in_days"]) if "in_days" in said else None
    made = topics.pitch(session, Pitch(
        title=said["title"], words=said["words"], source=said.get("source", "person"), source_words=said.get("source_words", ""),
        group=said["group"], column=str(ids.get(said["column"], "")), wanted_on=wanted,
    ), by=cast.get(session, said["by"]))
    agenda.add(clock.now() + 5 * HOUR, partial(_discuss, said=said, topic_id=made.id, cast=cast))
    if "decision" in said:
        agenda.add(clock.now() + 30 * HOUR, partial(_decide, said=said, topic_id=made.id, cast=cast))
    if "to" in said:
        agenda.add(clock.now() + 31 * HOUR, partial(_ask, said=said, topic_id=made.id, cast=cast))


def _discuss(session: Session, *, said: Said, topic_id: int, cast: Cast) -> None:
    topic = topics.get(session, topic_id)
    for vote in (discussion.FOR, discussion.AGAINST):
        for name in said[vote]:
            discussion.vote(session, topic, vote, by=cast.get(session, name))
    for name, words in said["say"]:
        discussion.comment(session, topic, words, by=cast.get(session, name))


def _decide(session: Session, *, said: Said, topic_id: int, cast: Cast) -> None:
    topics.decide(
        session, topics.get(session, topic_id), said["decision"], by=cast.first(session, "editor_in_chief"), reason=said["reason"],
    )


def _ask(session: Session, *, said: Said, topic_id: int, cast: Cast) -> None:
    person = cast.get(session, said["to"])
    asked = assignments.offer(
        session, topics.get(session, topic_id), person=person, due_at=clock.real() + timedelta(days=said["due_in"]),
        by=cast.first(session, "desk_editor"), words=said["brief"],
        substitute=cast.get(session, said["substitute"]) if said["substitute"] else None,
    )
    if said["answer"]:
        assignments.accept(session, asked, by=person)


def _sort_articles(session: Session, *, stories: Stories, said: dict[str, str], cast: Cast, ids: dict[str, int]) -> None:
    """Columns for the stories that have one; the others stay unsorted, as in a house that has just begun with it."""
    for story in material.stories():
        name = said.get(story.facts["story"])
        if name is not None and story.key in stories.articles:
            planning.plan(
                session, stories.article(session, story.key), Plan(column=str(ids[name])), by=cast.first(session, "desk_editor"),
            )


def _keep_searches(session: Session, *, cast: Cast) -> None:
    by = cast.first(session, "desk_editor")
    saved_views.keep(session, name="待写的人物", asked={"column": "1", "kind": "topics"}, shared=True, by=by)
    saved_views.keep(session, name="食堂", asked={"q": "食堂"}, shared=False, by=by)
