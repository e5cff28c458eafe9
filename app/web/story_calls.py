"""Calls for stories at the desk: open one, see what came in, close it, tell the groups what became of it."""

from __future__ import annotations

import secrets
from datetime import datetime
from itertools import groupby
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.orm import Session

from app import call_notes
from app.addresses import is_id
from app.auth import can, guard, person_now, public_url
from app.extensions import db, deciding
from app.web import assignments, meanings
from app.web.words import field_errors
from editorial.errors import Invalid
from editorial.groups.connectors import GroupConnector
from editorial.groups.groups import Group, GroupState
from editorial.intake.submissions import Submission
from editorial.people import people
from editorial.people.permissions import Action
from editorial.story_calls import answers, calls, messages
from editorial.story_calls.calls import MOST_PROMPT, MOST_SUMMARY, MOST_TITLE, Wish
from editorial.story_calls.rows import CallState, StoryCall

pages = Blueprint("story_calls", __name__)

PAGE = 30
LIMITS = {"title": MOST_TITLE, "prompt": MOST_PROMPT, "summary": MOST_SUMMARY}


@pages.get("/story-calls")
@guard(Action.SEE_DESK)
def index() -> ResponseReturnValue:
    """Every call, the newest first."""
    query, before = select(StoryCall).order_by(StoryCall.id.desc()).limit(PAGE + 1), request.args.get("before", "")
    if is_id(before):
        query = query.where(StoryCall.id < int(before))
    found = list(_database().scalars(query).unique())
    older = url_for("story_calls.index", before=found[PAGE - 1].id) if len(found) > PAGE else None
    shown = found[:PAGE]
    return render_template(
        "story_calls/index.html", calls=shown, counts=answers.counts(_database(), [call.id for call in shown]), older=older,
    )


@pages.route("/story-calls/new", methods=["GET", "POST"])
@guard(Action.CALL_FOR_STORIES)
def new() -> ResponseReturnValue:
    """Open a call. The nonce makes a second press lead to the first one."""
    if request.method == "GET":
        return _form({"groups": request.args.getlist("group")}, {}, secrets.token_hex(16))
    person_id, nonce = person_now().id, request.form.get("nonce", "")[:64] or None
    typed = {**request.form.to_dict(), "groups": request.form.getlist("groups")}
    try:
        with deciding() as scoped:
            session = scoped()
            call_id = calls.open_call(session, _wish(typed), by=people.get(session, person_id), nonce=nonce).id
    except Invalid as error:
        return _form(typed, field_errors(error), nonce or secrets.token_hex(16)), 422
    flash(_("The call is open. Its groups are told now; what they hand in stands here."))
    return redirect(url_for("story_calls.call", call_id=call_id), 303)


@pages.get("/story-calls/<id:call_id>")
@guard(Action.SEE_DESK)
def call(call_id: int) -> ResponseReturnValue:
    """One call: which groups were told, what came in, and its summary."""
    return _call_page(call_id, None, {})


@pages.post("/story-calls/<id:call_id>/closing")
@guard(Action.CALL_FOR_STORIES)
def close(call_id: int) -> ResponseReturnValue:
    """End it before its deadline."""
    person_id = person_now().id
    with deciding() as session:
        calls.close(session(), calls.get(session(), call_id), by=people.get(session(), person_id))
    flash(_("The call is over. Look at the summary before it goes to the groups."))
    return redirect(url_for("story_calls.call", call_id=call_id, _anchor="summary"), 303)


@pages.post("/story-calls/<id:call_id>/deadline")
@guard(Action.CALL_FOR_STORIES)
def give_more_time(call_id: int) -> ResponseReturnValue:
    """Move its deadline to a later one, once."""
    person_id, typed = person_now().id, request.form.to_dict()
    try:
        with deciding() as session:
            calls.give_more_time(session(), calls.get(session(), call_id), _due(typed), by=people.get(session(), person_id))
    except Invalid as error:
        return _call_page(call_id, None, field_errors(error), typed), 422
    flash(_("The deadline is later now. Groups that knew the old one are told."))
    return redirect(url_for("story_calls.call", call_id=call_id), 303)


@pages.post("/story-calls/<id:call_id>/summary")
@guard(Action.CALL_FOR_STORIES)
def sum_up(call_id: int) -> ResponseReturnValue:
    """Send the summary to the groups, once."""
    person_id, text = person_now().id, request.form.get("summary", "")
    try:
        with deciding() as session:
            calls.send_summary(session(), calls.get(session(), call_id), text, by=people.get(session(), person_id))
    except Invalid as error:
        return _call_page(call_id, text, field_errors(error)), 422
    flash(_("The groups are told now what came of it."))
    return redirect(url_for("story_calls.call", call_id=call_id, _anchor="summary"), 303)


def _wish(typed: dict[str, Any]) -> Wish:
    return Wish(
        title=typed.get("title", ""), prompt=typed.get("prompt", ""), due_at=_due(typed), groups=typed["groups"],
        reminds=typed.get("reminds") == "1",
    )


def _due(typed: dict[str, Any]) -> datetime | None:
    """None for what is no time; the verb says so beside whatever else is wrong."""
    try:
        return assignments.when(typed)
    except Invalid:
        return None


def _form(typed: dict[str, Any], errors: dict[str, str], nonce: str) -> str:
    return render_template(
        "story_calls/new.html", typed=typed, errors=errors, nonce=nonce, groups=_choices(), limits=LIMITS,
    )


def _choices() -> list[tuple[str, str, str]]:
    """Slug, name and way of every group that can be asked, by name."""
    used = (GroupConnector.group_id == Group.id) & GroupConnector.for_calls & GroupConnector.active
    query = (
        select(Group.slug, Group.name, GroupConnector.kind).outerjoin(GroupConnector, used)
        .where(Group.state != GroupState.CLOSED).order_by(Group.name, Group.slug, GroupConnector.id)
    )
    return [
        (slug, name, "、".join(meanings.connector_words(kind or "share_kit") for _slug, _name, kind in rows))
        for (slug, name), rows in groupby(_database().execute(query), key=lambda row: (row[0], row[1]))
    ]


def _call_page(call_id: int, typed: str | None, errors: dict[str, str], deadline: dict[str, str] | None = None) -> str:
    session = _database()
    found = calls.get(session, call_id)
    told = answers.of_call(session, found)
    may = can(Action.CALL_FOR_STORIES)
    draft = call_notes.draft_summary(session, found) if may and typed is None and found.state == CallState.CLOSED else typed
    return render_template(
        "story_calls/call.html", call=found, told=told, may=may, draft=draft, errors=errors, limits=LIMITS, base=public_url(),
        deadline=deadline or {}, has_more_time=calls.has_more_time(session, found),
        sent={(one.target_id, one.kind): one.delivery for one in messages.of_call(session, found)},
        ways=_ways(found), hand_in_path=call_notes.hand_in_path, standing_of=meanings.standing,
    )


def _ways(found: StoryCall) -> dict[int, str]:
    """Of targets that have a connector of their own, its name; by the target's id."""
    wanted = {target.connector_id: target.id for target in found.targets if target.connector_id}
    query = select(GroupConnector.id, GroupConnector.kind).where(GroupConnector.id.in_(list(wanted)))
    known = dict(_database().execute(query).all()) if wanted else {}
    return {
        target_id: meanings.connector_words(known[connector_id]) if connector_id in known else _("a way that is gone")
        for connector_id, target_id in wanted.items()
    }


def _database() -> Session:
    session: Session = db.session()
    return session


@pages.app_template_global("story_call_of")
def _story_call_of(submission: Submission) -> StoryCall | None:
    """For the page of a submission: the call it answers."""
    return answers.call_of(_database(), submission)
