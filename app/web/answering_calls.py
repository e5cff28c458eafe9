"""Calls for stories in the groups: what a group sees of its call, and what a person needs to post it, or a spotlight, there."""

from __future__ import annotations

from flask import Blueprint, current_app, render_template
from flask.typing import ResponseReturnValue

from app import call_notes
from app.auth import allow, can, guard, person_now, public_url
from app.extensions import db
from app.outfit import WRITERS
from app.web import meanings
from editorial.errors import NotFound
from editorial.groups import flash
from editorial.groups.groups import Group
from editorial.outbox.deliveries import Delivery, Purpose, State
from editorial.people.permissions import Action
from editorial.share_back import spotlights
from editorial.story_calls import answers, calls, messages
from editorial.story_calls.rows import StoryCall
from publishers.dispatch.parcels import NothingToSend
from publishers.share_kit import make_note_kit

pages = Blueprint("answering_calls", __name__)


@pages.get("/story-calls/through/<code>")
@guard(Action.SEE_GROUPS)
def through(code: str) -> ResponseReturnValue:
    """The call as one of its groups sees it: what is asked, until when, and which stories came from there."""
    target = calls.through(db.session(), code)
    if target is None:
        raise NotFound()
    told = answers.of_call(db.session(), target.call)
    return render_template(
        "story_calls/through.html", target=target, call=target.call, summary=call_notes.summary_of(db.session(), target.call),
        told=[one for one in told if one.target.group_id == target.group_id],
        others=sum(one.target.group_id != target.group_id for one in told), hand_in_url=call_notes.hand_in_path(target),
    )


@pages.get("/story-calls/messages/<id:delivery_id>")
@guard(Action.CONFIRM_SHARE)
def kit(delivery_id: int) -> ResponseReturnValue:
    """Everything to post what a call, or a spotlight, says in one group by hand."""
    delivery = db.session.get(Delivery, delivery_id)
    if delivery is None or delivery.purpose not in WRITERS:
        raise NotFound()
    group, call = _about(delivery)
    if not can(Action.SEE_DELIVERIES):
        allow(Action.CONFIRM_SHARE, group)
    try:
        note = WRITERS[delivery.purpose](db.session(), delivery, public_url(), current_app.extensions["settings"].zone)
    except NothingToSend:
        raise NotFound() from None
    return render_template(
        "story_calls/kit.html", delivery=delivery, group=group, call=call, title=call.title if call else note.subject,
        kit=make_note_kit(note, group.name), waits=delivery.state == State.ACCEPTED and delivery.awaiting == "person",
        may_confirm=can(Action.CONFIRM_SHARE, group), standing=meanings.standing(delivery),
    )


def _about(delivery: Delivery) -> tuple[Group, StoryCall | None]:
    """The group, and the call unless it is something else."""
    if delivery.purpose == Purpose.SPOTLIGHT:
        return spotlights.of_delivery(db.session(), delivery).group, None
    if delivery.purpose == Purpose.CLOSING:
        return flash.of_delivery(db.session(), delivery).group, None
    target = messages.of_delivery(db.session(), delivery).target
    return target.group, target.call


def concerning_me() -> dict[str, object]:
    """For pages of contributors: the open calls to groups of the present person."""
    return {"open_calls": calls.concerning(db.session(), person_now()), "hand_in_path": call_notes.hand_in_path}
