"""The calendar as a file: what goes out, is planned and is written on days, as ICS, CSV or XLSX. Embargoed headlines stay in."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from flask import url_for
from sqlalchemy import select
from sqlalchemy.orm import Session, selectinload

from app.web import meanings
from app.web.day_words import KINDS
from app.web.signs import STATES
from app.web.slots import house_zone
from editorial import clock, special_days
from editorial.articles import embargo
from editorial.calendar import planned_items
from editorial.calendar.editions import Edition, EditionState, Place
from editorial.release import releases
from editorial.special_days import SpecialDay
from publishers.importing.plans import safe

HEADS = ("date", "time", "title", "account", "mode", "state", "column", "department", "note", "uid")
BEFORE, AFTER = timedelta(days=60), timedelta(days=400)
MOST = 5_000


@dataclass(frozen=True)
class Line:
    """One thing of the calendar. `at`: the instant, none for a whole day; `last`: the last of several days."""

    uid: str
    on: date
    at: datetime | None
    time: str
    title: str
    account: str = ""
    mode: str = ""
    state: str = ""
    column: str = ""
    department: str = ""
    note: str = ""
    url: str = ""
    last: date | None = None


def lines(session: Session) -> list[Line]:
    """Everything from two months ago to a year on, by time. Of what is under embargo only its number leaves the house."""
    now = clock.now()
    first, last = clock.to_wall(now - BEFORE, house_zone()).date(), clock.to_wall(now + AFTER, house_zone()).date()
    found = [*_editions(session, now), *_plans(session, first, last), *_days(session, first, last)]
    return sorted(found, key=lambda line: (line.on, line.time, line.uid))[:MOST]


def as_ics(found: list[Line]) -> bytes:
    """A calendar that calendar programs read."""
    import icalendar

    calendar = icalendar.Calendar()
    calendar.add("prodid", "-//Qunsheng//Calendar//ZH")
    calendar.add("version", "2.0")
    calendar.add("x-wr-timezone", house_zone())
    for line in found:
        event = icalendar.Event()
        event.add("uid", line.uid)
        event.add("dtstamp", clock.now())
        event.add("summary", " · ".join(filter(None, (line.title, line.account, line.state))))
        event.add("dtstart", line.at or line.on)
        if line.at is None:
            event.add("dtend", (line.last or line.on) + timedelta(days=1))
        if line.note:
            event.add("description", line.note)
        if line.url:
            event.add("url", line.url)
        calendar.add_component(event)
    return bytes(calendar.to_ical())


def as_csv(found: list[Line]) -> bytes:
    """A table that every spreadsheet opens, with the mark by which Excel knows UTF-8."""
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(HEADS)
    writer.writerows([safe(cell) for cell in _cells(line)] for line in found)
    return out.getvalue().encode("utf-8-sig")


def as_xlsx(found: list[Line]) -> bytes:
    """A workbook; every cell is text, so nothing in it is reckoned."""
    import openpyxl

    book = openpyxl.Workbook(write_only=True)
    sheet = book.create_sheet("calendar")
    sheet.append(list(HEADS))
    for line in found:
        sheet.append([safe(cell) for cell in _cells(line)])
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def _cells(line: Line) -> list[str]:
    return [
        line.on.isoformat(), line.time, line.title, line.account, line.mode, line.state, line.column, line.department, line.note,
        line.uid,
    ]


def _editions(session: Session, now: datetime) -> Iterator[Line]:
    query = (
        select(Edition).where(Edition.publish_at >= now - BEFORE, Edition.publish_at < now + AFTER)
        .where(Edition.state.in_([EditionState.SCHEDULED, EditionState.PUBLISHED]))
        .options(selectinload(Edition.places).joinedload(Place.article)).order_by(Edition.publish_at).limit(MOST)
    )
    rows = list(session.scalars(query).unique())
    states = releases.shown_states(session, rows)
    words = {code: str(word) for code, (_tone, _icon, word) in STATES["edition"].items()}
    for edition in rows:
        at = edition.publish_at or now
        wall = clock.to_wall(at, house_zone())
        title = meanings.headed(embargo.outward_title(edition.lead, now), len(edition.places))
        yield Line(
            f"edition-{edition.id}@qunsheng", wall.date(), at, f"{wall:%H:%M}", title, edition.account.name,
            meanings.word_of(meanings.MODES, edition.mode), words.get(states[edition.id], states[edition.id]),
            url=url_for("calendar.edition", edition_id=edition.id, _external=True),
        )


def _plans(session: Session, first: date, last: date) -> Iterator[Line]:
    for item in planned_items.between(session, first, last):
        at = None
        if item.at:
            readings = clock.readings(datetime.combine(item.on, time.fromisoformat(item.at)), house_zone())
            at = readings[0] if readings else None
        yield Line(
            item.uid or f"plan-{item.id}@qunsheng", item.on, at, item.at, item.title, item.account.name if item.account else "",
            column=item.column, department=item.department, note=item.note,
        )


def _days(session: Session, first: date, last: date) -> Iterator[Line]:
    for row in special_days.touching(session, first, last):
        for begins in _begins(row, first, last):
            yield Line(
                f"day-{row.id}-{begins:%Y}@qunsheng", begins, None, row.from_time, f"{KINDS[row.kind]}: {row.name}", note=row.note,
                last=begins + (row.ends_on - row.begins_on),
            )


def _begins(row: SpecialDay, first: date, last: date) -> list[date]:
    if not row.yearly:
        return [row.begins_on]
    on = (first + timedelta(days=number) for number in range((last - first).days + 1))
    return [day for day in on if (day.month, day.day) == (row.begins_on.month, row.begins_on.day)]
