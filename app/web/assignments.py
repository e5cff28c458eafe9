"""Assignments: asking somebody to write, their answer on a phone, and the article they begin from it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from app.addresses import is_id
from app.auth import can, guard, person_now
from app.extensions import db, deciding
from app.web.editions import house_zone
from app.web.words import field_errors
from editorial import clock
from editorial.articles import planning
from editorial.errors import Invalid, NotAllowed
from editorial.groups import groups
from editorial.people import people
from editorial.people.people import Person
from editorial.people.permissions import Action
from editorial.topics import assignments, duties, topics
from editorial.topics.assignments import UNDER_WAY, Assignment

pages = Blueprint("assignments", __name__)

USUAL_TIME = "18:00"


@pages.get("/assignments")
@guard(Action.PITCH)
def mine() -> ResponseReturnValue:
    """What I have been asked to write, the next deadline first."""
    return _mine_page({}, {})


@pages.post("/topics/<id:topic_id>/assignments")
@guard(Action.DECIDE_TOPICS)
def offer(topic_id: int) -> ResponseReturnValue:
    """Ask one person to write it until a time, with somebody to step in."""
    person_id, typed = person_now().id, request.form.to_dict()
    try:
        due_at = when(typed)
        with deciding() as scoped:
            session = scoped()
            assignments.offer(
                session, topics.get(session, topic_id), person=_person(session, typed.get("person", "")), due_at=due_at,
                by=people.get(session, person_id), substitute=_person(session, typed.get("substitute", "")),
                words=typed.get("words", ""),
            )
    except Invalid as error:
        for sentence in field_errors(error).values():
            flash(sentence, "error")
        return redirect(url_for("topics.topic", topic_id=topic_id, **_kept(typed), _anchor="ask"), 303)
    flash(_("Asked. The person accepts or declines, and you are told."))
    return redirect(url_for("topics.topic", topic_id=topic_id), 303)


@pages.post("/assignments/<id:assignment_id>/acceptance")
@guard(Action.PITCH)
def accept(assignment_id: int) -> ResponseReturnValue:
    """I take it."""
    return _answer(assignment_id, lambda session, one, by: assignments.accept(session, one, by=by), _("Accepted. Thank you."))


@pages.post("/assignments/<id:assignment_id>/refusal")
@guard(Action.PITCH)
def decline(assignment_id: int) -> ResponseReturnValue:
    """I cannot do it, and why."""
    typed = request.form.to_dict()
    try:
        return _answer(
            assignment_id, lambda session, one, by: assignments.decline(session, one, by=by, reason=typed.get("reason", "")),
            _("Declined. The editor who asked has been told."),
        )
    except Invalid as error:
        return _mine_page({"refused": str(assignment_id)}, field_errors(error)), 422


@pages.post("/assignments/<id:assignment_id>/article")
@guard(Action.PITCH)
def write(assignment_id: int) -> ResponseReturnValue:
    """Begin the article; it carries the topic, the column and its form."""
    person_id = person_now().id
    try:
        with deciding() as scoped:
            session = scoped()
            one = _own(assignments.get(session, assignment_id))
            saved = planning.begin(
                session, one, by=people.get(session, person_id), origin_group=request.form.get("origin_group", ""),
            )
            article_id = saved.article.id
    except Invalid as error:
        return _mine_page({"begun": str(assignment_id)}, field_errors(error)), 422
    flash(_("Begun. Write here; it is linked to its topic."))
    return redirect(url_for("articles.article", article_id=article_id), 303)


@pages.post("/assignments/<id:assignment_id>/hand-over")
@guard(Action.DECIDE_TOPICS)
def hand_over(assignment_id: int) -> ResponseReturnValue:
    """The substitute takes it over now."""
    return _editor(
        assignment_id, lambda session, one, by: assignments.hand_over(session, one, by=by), _("The substitute has been asked.")
    )


@pages.post("/assignments/<id:assignment_id>/cancellation")
@guard(Action.DECIDE_TOPICS)
def cancel(assignment_id: int) -> ResponseReturnValue:
    """It is no longer wanted of this person."""
    reason = request.form.get("reason", "")
    return _editor(
        assignment_id, lambda session, one, by: assignments.cancel(session, one, by=by, reason=reason),
        _("Taken back. The person has been told."),
    )


@pages.post("/assignments/<id:assignment_id>/due")
@guard(Action.DECIDE_TOPICS)
def postpone(assignment_id: int) -> ResponseReturnValue:
    """Another deadline."""
    typed = request.form.to_dict()
    return _editor(
        assignment_id, lambda session, one, by: assignments.postpone(session, one, when(typed), by=by),
        _("The deadline is changed. The person has been told."),
    )


def when(typed: dict[str, str]) -> datetime:
    """The deadline as the form gives it: a day and a time of the house. Raises Invalid naming `due_at`."""
    try:
        wall = datetime.strptime(f"{typed.get('due_on', '')} {(typed.get('due_time') or USUAL_TIME)[:5]}", "%Y-%m-%d %H:%M")
    except ValueError:
        raise Invalid(assignments.NO_DEADLINE) from None
    return clock.from_wall(wall, house_zone())


def _answer(assignment_id: int, verb: Callable[[Session, Assignment, Person], Any], sentence: str) -> ResponseReturnValue:
    person_id = person_now().id
    with deciding() as scoped:
        session = scoped()
        verb(session, _own(assignments.get(session, assignment_id)), people.get(session, person_id))
    flash(sentence)
    return redirect(url_for("assignments.mine"), 303)


def _editor(assignment_id: int, verb: Callable[[Session, Assignment, Person], Any], sentence: str) -> ResponseReturnValue:
    person_id, topic_id = person_now().id, assignments.get(_database(), assignment_id).topic_id
    try:
        with deciding() as scoped:
            session = scoped()
            verb(session, assignments.get(session, assignment_id), people.get(session, person_id))
    except Invalid as error:
        for told in field_errors(error).values():
            flash(told, "error")
    else:
        flash(sentence)
    return redirect(url_for("topics.topic", topic_id=topic_id), 303)


def _own(one: Assignment) -> Assignment:
    if not one.belongs_to(person_now().id):
        raise NotAllowed()
    return one


def _mine_page(typed: dict[str, str], errors: dict[str, str]) -> str:
    found = duties.mine(_database(), person_now())
    return render_template(
        "topics/assignments.html", found=found, under_way=UNDER_WAY, typed=typed, errors=errors,
        groups=groups.names(_database()) if any(one.topic.group_id is None for one in found) else [],
        may_hand_in=can(Action.HAND_IN), articles=planning.begun_of(_database(), [one.topic_id for one in found], person_now()),
    )


def _person(session: Session, said: str) -> Person | None:
    return session.get(Person, int(said)) if is_id(said) else None


def _kept(typed: dict[str, str]) -> dict[str, str]:
    return {name: typed[name] for name in ("person", "substitute", "due_on", "due_time", "words") if typed.get(name)}


def _database() -> Session:
    session: Session = db.session()
    return session
