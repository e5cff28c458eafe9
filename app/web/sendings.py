"""The log of notices: who was told what, when, on which channel, and what became of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from flask import render_template, request, url_for
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.addresses import is_id
from editorial.notices import Notice
from editorial.notices.envelopes import NoticeEnclosure, NoticeEnvelope
from editorial.notices.kinds import Channel
from editorial.outbox.deliveries import Delivery
from editorial.people.people import Person

PAGE = 50
PRIVATE = ("reason", "text")
"""Values that were said to one person; whoever looks after the house reads that something was said."""


@dataclass(frozen=True)
class Line:
    """One notice with what was sent of it: by channel, the delivery that carries it."""

    notice: Notice
    name: str
    params: dict[str, Any]
    sent: list[tuple[Channel, Delivery]]


def page(session: Session, *, person: Person | None = None) -> str:
    """The log of one person, or of everybody for whoever looks after the house."""
    whose, cursor = request.args.get("person", ""), request.args.get("cursor", "")
    query = select(Notice).order_by(Notice.id.desc()).limit(PAGE + 1)
    if person is not None:
        query = query.where(Notice.person_id == person.id)
    elif is_id(whose):
        query = query.where(Notice.person_id == int(whose))
    if is_id(cursor):
        query = query.where(Notice.id < int(cursor))
    found = session.scalars(query).all()
    endpoint = "notices.sent" if person is not None else "notice_settings.log"
    further = url_for(endpoint, person=whose or None, cursor=found[PAGE - 1].id) if len(found) > PAGE else None
    return render_template(
        "notices/log.html", lines=_lines(session, found[:PAGE], hide=person is None), own=person is not None, next_url=further,
        whose=session.get(Person, int(whose)) if is_id(whose) and person is None else None,
    )


def _lines(session: Session, found: Sequence[Notice], *, hide: bool) -> list[Line]:
    ids = [notice.id for notice in found]
    names = {row.id: row.name for row in session.execute(
        select(Person.id, Person.name).where(Person.id.in_({notice.person_id for notice in found}))
    )}
    carried = (
        select(NoticeEnclosure.notice_id, NoticeEnvelope.channel, Delivery)
        .join(NoticeEnvelope, NoticeEnvelope.id == NoticeEnclosure.envelope_id)
        .join(Delivery, Delivery.id == NoticeEnvelope.delivery_id).where(NoticeEnclosure.notice_id.in_(ids))
    )
    sent: dict[int, list[tuple[Channel, Delivery]]] = {}
    for notice_id, channel, delivery in session.execute(carried):
        sent.setdefault(notice_id, []).append((Channel(channel), delivery))
    return [
        Line(notice, names[notice.person_id], _shown(notice.params, hide=hide), sent.get(notice.id, [])) for notice in found
    ]


def _shown(params: dict[str, Any], *, hide: bool) -> dict[str, Any]:
    return {name: "…" if hide and name in PRIVATE else value for name, value in params.items()}
