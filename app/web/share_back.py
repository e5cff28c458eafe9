"""Share-back: which groups an edition reached, which wait, and the kit for those that only a person can reach."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy import Select, func, or_, select
from sqlalchemy.orm import selectinload

from app import kits
from app.addresses import is_id
from app.auth import allow, can, guard, person_now
from app.extensions import db
from app.web import meanings
from editorial.articles import embargo
from editorial.calendar import editions
from editorial.calendar.editions import Edition, EditionState
from editorial.errors import NotFound
from editorial.groups.groups import Group
from editorial.outbox.deliveries import TO_GROUPS, Delivery, Purpose, State
from editorial.people.permissions import Action
from editorial.share_back import freezes, shares, spotlights
from editorial.share_back.shares import Share
from editorial.story_calls import messages
from publishers.pictures.lettering import font_file
from publishers.pictures.posters import Shape

pages = Blueprint("share_back", __name__)

PAGE = 50
EDITIONS_A_PAGE = 12
HEAPS = ("done", "by_hand", "waiting", "trouble")


@pages.get("/share-back")
@guard(Action.CONFIRM_SHARE)
def index() -> ResponseReturnValue:
    """What waits to be posted by hand, and how far each edition is back in its groups. Stewards see their own groups."""
    chosen, cursor = request.args.get("edition", ""), request.args.get("cursor", "")
    if is_id(chosen):
        return _edition_page(editions.get(db.session(), int(chosen)), cursor)
    found, following = _editions(cursor)
    return render_template(
        "share_back/index.html", editions=found, next_url=following, by_hand=_by_hand(), heading=meanings.heading,
        sees_all=_sees_all(),
    )


@pages.get("/share-back/<id:delivery_id>")
@guard(Action.CONFIRM_SHARE)
def kit(delivery_id: int) -> ResponseReturnValue:
    """Everything to post one edition in one group by hand."""
    delivery, share = _shared(delivery_id)
    waits = delivery.state == State.ACCEPTED and delivery.awaiting == "person"
    return render_template(
        "share_back/kit.html", delivery=delivery, share=share, kit=kits.kit_of(db.session(), delivery, share),
        waits=waits, may_confirm=can(Action.CONFIRM_SHARE, share.group), heading=meanings.heading(share.edition),
        standing=meanings.standing(delivery), draws=font_file() is not None, shapes=list(Shape),
        frozen=delivery.edition_id in freezes.frozen_editions(db.session()),
    )


@pages.get("/share-back/<id:delivery_id>/poster")
@guard(Action.CONFIRM_SHARE)
def poster(delivery_id: int) -> ResponseReturnValue:
    """The kit's poster, `shape` upright or square."""
    delivery, share = _shared(delivery_id)
    shape = request.args.get("shape", Shape.UPRIGHT)
    if shape not in set(Shape):
        raise NotFound()
    drawn = kits.poster_of(db.session(), delivery, share, Shape(shape))
    answer = Response(drawn, mimetype="image/jpeg", headers={"Cache-Control": "private, no-store"})
    if "save" in request.args:
        answer.headers["Content-Disposition"] = f'attachment; filename="{share.group.slug}-{share.edition_id}-{shape}.jpg"'
    return answer


def _shared(delivery_id: int) -> tuple[Delivery, Share]:
    """A share that this person may post, with nothing in it under embargo. Raises NotFound or refuses."""
    delivery = db.session.get(Delivery, delivery_id)
    share = shares.get(db.session(), delivery.owner_id) if delivery and delivery.purpose == Purpose.SHARE else None
    if delivery is None or share is None:
        raise NotFound()
    if not can(Action.SEE_DELIVERIES):
        allow(Action.CONFIRM_SHARE, share.group)
    embargo.check(place.article for place in share.edition.places)
    return delivery, share


def _sees_all() -> bool:
    return can(Action.SEE_DELIVERIES)


def _mine(query: Select[Any]) -> Select[Any]:
    """Stewards see the shares of their own groups only."""
    if _sees_all():
        return query
    person_id = person_now().id
    own = select(Group.id).where(or_(Group.steward_id == person_id, Group.deputy_id == person_id))
    return query.where(Delivery.target_id.in_(own))


def _by_hand() -> list[dict[str, Any]]:
    query = _mine(select(Delivery).where(
        Delivery.purpose.in_(TO_GROUPS), Delivery.state == State.ACCEPTED, Delivery.awaiting == "person",
    ))
    waiting = list(db.session.scalars(query.order_by(Delivery.id).limit(PAGE)))
    titles = _titles({delivery.edition_id for delivery in waiting if delivery.edition_id})
    return [_handed(delivery, titles.get(delivery.edition_id or 0, "")) for delivery in waiting]


def _handed(delivery: Delivery, title: str) -> dict[str, Any]:
    """One thing to post by hand, and the page that helps with it."""
    if delivery.purpose == Purpose.SHARE:
        return {"delivery": delivery, "title": title, "url": url_for("share_back.kit", delivery_id=delivery.id)}
    kit = url_for("answering_calls.kit", delivery_id=delivery.id)
    if delivery.purpose == Purpose.SPOTLIGHT:
        return {"delivery": delivery, "title": spotlights.of_delivery(db.session(), delivery).subject, "url": kit}
    if delivery.purpose == Purpose.CLOSING:
        return {"delivery": delivery, "title": meanings.word_of(meanings.PURPOSES, delivery.purpose), "url": kit}
    call = messages.of_delivery(db.session(), delivery).target.call
    return {
        "delivery": delivery, "url": kit,
        "title": f"{meanings.word_of(meanings.PURPOSES, delivery.purpose)} · {call.title}",
    }


def _titles(edition_ids: set[int]) -> dict[int, str]:
    query = select(Edition).where(Edition.id.in_(edition_ids)).options(selectinload(Edition.places))
    return {edition.id: meanings.heading(edition) for edition in db.session.scalars(query).unique()} if edition_ids else {}


def _editions(cursor: str) -> tuple[list[dict[str, Any]], str | None]:
    query = select(Edition).where(Edition.state == EditionState.PUBLISHED)
    if is_id(cursor):
        query = query.where(Edition.id < int(cursor))
    query = query.order_by(Edition.id.desc()).limit(EDITIONS_A_PAGE + 1).options(selectinload(Edition.places))
    found = list(db.session.scalars(query).unique())
    counts = _counts([edition.id for edition in found])
    following = url_for("share_back.index", cursor=found[EDITIONS_A_PAGE - 1].id) if len(found) > EDITIONS_A_PAGE else None
    return [
        {"edition": edition, "title": meanings.heading(edition), **counts.get(edition.id, dict.fromkeys(HEAPS, 0))}
        for edition in found[:EDITIONS_A_PAGE] if _sees_all() or edition.id in counts
    ], following


def _counts(edition_ids: list[int]) -> dict[int, dict[str, int]]:
    """Groups done, to be posted by hand, waiting for a machine, in trouble; by edition."""
    query = _mine(
        select(Delivery.edition_id, Delivery.state, Delivery.awaiting, func.count())
        .where(Delivery.edition_id.in_(edition_ids), Delivery.purpose == Purpose.SHARE)
    ).group_by(Delivery.edition_id, Delivery.state, Delivery.awaiting)
    counts: dict[int, dict[str, int]] = {}
    for edition_id, state, awaiting, count in db.session.execute(query):
        if state != State.CALLED_OFF:
            known = counts.setdefault(edition_id, dict.fromkeys(HEAPS, 0))
            known[_heap(state, awaiting)] += count
    return counts


def _heap(state: str, awaiting: str) -> str:
    if state == State.SENT:
        return "done"
    if state == State.ACCEPTED and awaiting == "person":
        return "by_hand"
    return "trouble" if state in (State.NEEDS_PERSON, State.REFUSED) else "waiting"


def _edition_page(chosen: Edition, cursor: str) -> str:
    query = _mine(select(Delivery).where(Delivery.edition_id == chosen.id, Delivery.purpose == Purpose.SHARE))
    if is_id(cursor):
        query = query.where(Delivery.id > int(cursor))
    found = list(db.session.scalars(query.order_by(Delivery.id).limit(PAGE + 1).options(selectinload(Delivery.attempts))))
    following = (
        url_for("share_back.index", edition=chosen.id, cursor=found[PAGE - 1].id) if len(found) > PAGE else None
    )
    return render_template(
        "share_back/edition.html", edition=chosen, heading=meanings.heading(chosen), deliveries=found[:PAGE],
        counts=_counts([chosen.id]).get(chosen.id), next_url=following, standing_of=meanings.standing,
        groups_there=[group.name for group in shares.targets(db.session(), chosen)] if not found else [],
    )
