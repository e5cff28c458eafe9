"""Deliveries: what is on its way, what failed and why, and the acts of a person where one must decide."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from flask import Blueprint, current_app, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy import func, select
from sqlalchemy.orm import selectinload

from app import confirming
from app.addresses import is_id
from app.auth import allow, guard, person_now
from app.extensions import db, deciding
from app.web import application_messages, assisting, meanings
from app.web.words import field_errors
from editorial.calendar import editions, haste
from editorial.calendar.editions import Edition, EditionState
from editorial.errors import EditorialError, NotFound
from editorial.groups import groups
from editorial.groups.connectors import GroupConnector
from editorial.groups.groups import Group
from editorial.outbox import deliveries
from editorial.outbox.deliveries import TO_GROUPS, Delivery, Purpose, State
from editorial.people import people
from editorial.people.permissions import Action
from editorial.release import releases
from editorial.release.given_links import SeenLink
from editorial.share_back import spotlights
from editorial.story_calls import messages

pages = Blueprint("deliveries", __name__)

PAGE = 50
EDITIONS_A_PAGE = 20
MOST_TROUBLE = 20


@dataclass(frozen=True)
class EditionProgress:
    """How far the promises of one edition are kept."""

    edition: Edition
    title: str
    state: str
    to_account: list[Delivery]
    shares: dict[str, int]

    @property
    def shared(self) -> int:
        return self.shares.get(State.SENT, 0)

    @property
    def to_share(self) -> int:
        return sum(count for state, count in self.shares.items() if state != State.CALLED_OFF)


@pages.get("/deliveries")
@guard(Action.SEE_DELIVERIES)
def index() -> ResponseReturnValue:
    """By edition what is kept of its promises; with a filter, one delivery under the other."""
    wanted = {name: request.args.get(name, "") for name in ("edition", "group", "state")}
    if any(wanted.values()):
        return _listing(wanted)
    cursor = request.args.get("cursor", "")
    # What is left out, not what is taken: the database then walks the newest ids instead of sorting all that ever went out.
    query = select(Edition).where(Edition.state.not_in([EditionState.PLANNED, EditionState.CANCELLED]))
    if is_id(cursor):
        query = query.where(Edition.id < int(cursor))
    query = query.order_by(Edition.id.desc()).limit(EDITIONS_A_PAGE + 1).options(selectinload(Edition.places))
    found = list(db.session.scalars(query).unique())
    following = url_for("deliveries.index", cursor=found[EDITIONS_A_PAGE - 1].id) if len(found) > EDITIONS_A_PAGE else None
    return render_template(
        "deliveries/index.html", editions=_progress(found[:EDITIONS_A_PAGE]), next_url=following, **_words(),
        trouble=[] if cursor else _trouble(),
    )


@pages.get("/deliveries/<id:delivery_id>")
@guard(Action.SEE_DELIVERIES)
def delivery(delivery_id: int) -> ResponseReturnValue:
    """Everything known about one delivery."""
    return _delivery_page(delivery_id, {}, {})


@pages.post("/deliveries/<id:delivery_id>/retry")
@guard(Action.RESOLVE_DELIVERY)
def retry(delivery_id: int) -> ResponseReturnValue:
    """A new attempt of a refused delivery."""
    person_id = person_now().id
    with deciding() as session:
        deliveries.retry(session(), _get(delivery_id), by=people.get(session(), person_id))
    flash(_("It is tried again in a moment."))
    return redirect(url_for("deliveries.delivery", delivery_id=delivery_id), 303)


@pages.post("/deliveries/<id:delivery_id>/resolution")
@guard(Action.RESOLVE_DELIVERY)
def resolve(delivery_id: int) -> ResponseReturnValue:
    """A person decides what reading could not."""
    person_id, outcome = person_now().id, request.form.get("outcome", "")
    links = [link for link in request.form.getlist("permalinks") if link.strip()]
    try:
        seen = confirming.look_at(db.session(), _get(delivery_id), links if outcome == "sent" else [], required=False)
        with deciding() as session:
            confirming.resolve(
                session(), _get(delivery_id), outcome, by=people.get(session(), person_id),
                reason=request.form.get("reason", ""), seen=seen,
            )
    except EditorialError as error:
        return _delivery_page(delivery_id, request.form.to_dict(), field_errors(error)), _status(error)
    said = {
        "sent": _("Noted: it went out. Nothing is sent again."),
        "not_sent": _("Noted: it did not go out. It is sent in a moment."),
        "drop": _("Noted: it is dropped. Nothing is sent."),
    }
    flash(said[outcome])
    return redirect(url_for("deliveries.delivery", delivery_id=delivery_id), 303)


@pages.post("/deliveries/<id:delivery_id>/confirmation")
@guard(Action.CONFIRM_SHARE)
def confirm(delivery_id: int) -> ResponseReturnValue:
    """A person says it is posted; of an edition they bring the links of its articles."""
    _allow_confirming(_get(delivery_id))
    person_id = person_now().id
    reason = request.form.get("reason", "")
    seen: list[SeenLink] = []
    try:
        seen = confirming.look_at(db.session(), _get(delivery_id), request.form.getlist("permalinks"))
        with deciding() as session:
            chosen = _get(delivery_id)
            confirming.confirm(
                session(), chosen, by=people.get(session(), person_id), seen=seen, reason=reason, strict=True,
                settings=request.form.getlist("setting"),
            )
            purpose, edition_id = chosen.purpose, chosen.edition_id
    except EditorialError as error:
        if _get(delivery_id).purpose in confirming.LINKLESS:
            raise
        return assisting.page(_get(delivery_id), field_errors(error), ask_reason=bool(seen)), _status(error)
    if purpose in TO_GROUPS:
        flash(_("Thank you. The group counts as reached."))
        return redirect(url_for("share_back.index", edition=edition_id), 303)
    if purpose == Purpose.TAKE_DOWN:
        flash(_("Noted: it is gone."))
        return redirect(url_for("calendar.edition", edition_id=edition_id), 303)
    flash(_("Thank you. It is published; the links now go back into the groups."))
    return redirect(url_for("calendar.edition", edition_id=edition_id), 303)


@pages.get("/deliveries/<id:delivery_id>/assisted")
@guard(Action.CONFIRM_SHARE)
def assisted(delivery_id: int) -> ResponseReturnValue:
    """Publishing by hand, step by step."""
    allow(Action.CONFIRM_SHARE)
    return assisting.page(_get(delivery_id), {})


def _listing(wanted: dict[str, str]) -> str:
    query = select(Delivery).where(Delivery.purpose != Purpose.NOTICE).order_by(Delivery.id.desc()).limit(PAGE + 1)
    chosen_group = groups.by_slug(db.session(), wanted["group"]) if wanted["group"] else None
    chosen_edition = editions.get(db.session(), int(wanted["edition"])) if is_id(wanted["edition"]) else None
    if wanted["group"]:
        target_id = chosen_group.id if chosen_group else 0
        query = query.where(Delivery.target_kind == "group", Delivery.target_id == target_id)
    if chosen_edition is not None:
        query = query.where(Delivery.edition_id == chosen_edition.id)
    if wanted["state"] in set(State):
        query = query.where(Delivery.state == wanted["state"])
    cursor = request.args.get("cursor", "")
    if is_id(cursor):
        query = query.where(Delivery.id < int(cursor))
    found = list(db.session.scalars(query.options(selectinload(Delivery.attempts))))
    following = url_for("deliveries.index", **wanted, cursor=found[PAGE - 1].id) if len(found) > PAGE else None
    return render_template(
        "deliveries/listing.html", deliveries=found[:PAGE], wanted=wanted, group=chosen_group, next_url=following,
        titles=_titles(found), edition=chosen_edition, states=meanings.DELIVERY_STATES, heading=meanings.heading, **_words(),
    )


def _progress(found: Sequence[Edition]) -> list[EditionProgress]:
    ids = [edition.id for edition in found]
    counts: dict[int, dict[str, int]] = {}
    query = (
        select(Delivery.edition_id, Delivery.state, func.count())
        .where(Delivery.edition_id.in_(ids), Delivery.purpose == Purpose.SHARE).group_by(Delivery.edition_id, Delivery.state)
    )
    for edition_id, state, count in db.session.execute(query):
        counts.setdefault(edition_id, {})[state] = count
    others = select(Delivery).where(Delivery.edition_id.in_(ids), Delivery.purpose.not_in(TO_GROUPS)).order_by(Delivery.id)
    to_account: dict[int | None, list[Delivery]] = {}
    for one in db.session.scalars(others.options(selectinload(Delivery.attempts))):
        to_account.setdefault(one.edition_id, []).append(one)
    states = releases.shown_states(db.session(), found)
    return [
        EditionProgress(one, meanings.heading(one), states[one.id], to_account.get(one.id, []), counts.get(one.id, {}))
        for one in found
    ]


def _trouble() -> list[tuple[Delivery, str]]:
    """What needs a person now, the oldest first, with the edition it belongs to."""
    query = select(Delivery).where(deliveries.wants_person()).order_by(Delivery.id).limit(MOST_TROUBLE)
    found = list(db.session.scalars(query))
    titles = _titles(found)
    return [(one, titles.get(one.edition_id or 0, "")) for one in found]


def _titles(found: Sequence[Delivery]) -> dict[int, str]:
    ids = {one.edition_id for one in found if one.edition_id}
    query = select(Edition).where(Edition.id.in_(ids)).options(selectinload(Edition.places))
    return {edition.id: meanings.heading(edition) for edition in db.session.scalars(query).unique()} if ids else {}


def _delivery_page(delivery_id: int, typed: dict[str, Any], errors: dict[str, str]) -> str:
    chosen = _get(delivery_id)
    group = groups.get(db.session(), chosen.target_id) if chosen.target_kind == "group" else None
    edition = db.session.get(Edition, chosen.edition_id) if chosen.edition_id else None
    return render_template(
        "deliveries/delivery.html", delivery=chosen, group=group, edition=edition, typed=typed, errors=errors,
        heading=_heading(chosen, edition), needs_links=chosen.purpose in releases.FINAL_PURPOSES,
        emergency=haste.of_edition(db.session(), edition) if edition else None,
        lacks_link=_lacks_link(chosen, edition), acts=meanings.ACTS, tried=meanings.tried, **_words(),
        way=_way(chosen, group), **application_messages.on_delivery(chosen),
    )


def _way(chosen: Delivery, group: Group | None) -> GroupConnector | None:
    """The connector that a delivery into a group takes; none when it was taken away since."""
    if group is None or chosen.connector_id is None:
        return group.connector if group else None
    return next((one for one in group.connectors if one.id == chosen.connector_id), None)


def _heading(chosen: Delivery, edition: Edition | None) -> str:
    """What it is about."""
    if chosen.purpose == Purpose.STORY_CALL:
        return messages.of_delivery(db.session(), chosen).target.call.title
    if chosen.purpose == Purpose.SPOTLIGHT:
        return spotlights.of_delivery(db.session(), chosen).subject
    if chosen.purpose == Purpose.CLOSING:
        return meanings.word_of(meanings.PURPOSES, chosen.purpose)
    return meanings.heading(edition) if edition else ""


def _lacks_link(chosen: Delivery, edition: Edition | None) -> bool:
    """Whether it went out but nobody has brought the links yet."""
    return (
        edition is not None and chosen.state == State.SENT and chosen.purpose in releases.FINAL_PURPOSES
        and any(not place.permalink for place in edition.places)
    )


def _allow_confirming(chosen: Delivery) -> None:
    if chosen.purpose == Purpose.TAKE_DOWN:
        allow(Action.TAKE_DOWN)
    allow(Action.CONFIRM_SHARE, groups.get(db.session(), chosen.target_id) if chosen.target_kind == "group" else None)


def _get(delivery_id: int) -> Delivery:
    chosen = db.session.get(Delivery, delivery_id)
    if chosen is None:
        raise NotFound()
    return chosen


def _status(error: EditorialError) -> int:
    return 422 if error.family == "invalid" else 409


def _words() -> dict[str, Any]:
    return {
        "purposes": meanings.PURPOSES, "standing_of": meanings.standing,
        "sandbox": bool(current_app.extensions["settings"].sandbox_url),
    }
