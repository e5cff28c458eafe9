"""The calendar out and in: a person's feed, files to take away, plans brought by a file; and the person's own zone."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import date
from typing import Any

from flask import Blueprint, Response, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.auth import everybody, guard, person_now, public_url
from app.extensions import db, deciding, limiter
from app.web import calendar_rows
from app.web.slots import house_zone
from app.web.words import field_errors
from editorial import accounts
from editorial.accounts import OfficialAccount
from editorial.calendar import feeds, planned_items
from editorial.errors import Invalid, Problem
from editorial.people import people
from editorial.people.permissions import Action
from publishers.importing import plans
from publishers.importing.plans import Row, Unreadable

pages = Blueprint("calendar_files", __name__)

N_ = str
MIME = {
    "ics": "text/calendar; charset=utf-8", "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
ZONES = (
    "Asia/Shanghai", "Asia/Hong_Kong", "Asia/Taipei", "Asia/Singapore", "Asia/Tokyo", "Asia/Seoul", "Asia/Bangkok", "Asia/Jakarta",
    "Asia/Kolkata", "Asia/Dubai", "Australia/Sydney", "Europe/Moscow", "Europe/Berlin", "Europe/Paris", "Europe/London",
    "Africa/Johannesburg", "America/Sao_Paulo", "America/New_York", "America/Chicago", "America/Los_Angeles", "Pacific/Auckland",
)


@dataclass(frozen=True)
class Read:
    """One row of a file that was brought: what stands in it, and by field what is wrong with it."""

    number: int
    fields: dict[str, str]
    problems: dict[str, str]


@pages.get("/calendar/export/<kind>")
@guard(Action.SEE_EDITIONS)
def export(kind: str) -> ResponseReturnValue:
    """The calendar as a file: ics, csv or xlsx."""
    if kind not in MIME:
        abort(404)
    return _file(kind)


@pages.get("/calendar/feed/<token>.ics")
@everybody
@limiter.limit("60 per minute")
def feed(token: str) -> ResponseReturnValue:
    """One person's feed, for a calendar program that cannot sign in."""
    if feeds.reader(db.session(), token) is None:
        abort(404)
    return _file("ics")


@pages.get("/calendar/mine")
@guard(Action.SEE_EDITIONS)
def mine() -> ResponseReturnValue:
    """The person's feed, the files, and the zone beside the house's."""
    return _mine_page("")


@pages.post("/calendar/feed")
@guard(Action.SEE_EDITIONS)
def make_feed() -> ResponseReturnValue:
    """A new address of the feed, shown this once."""
    person_id = person_now().id
    with deciding() as session:
        token = feeds.make(session(), people.get(session(), person_id))
    return _mine_page(public_url() + url_for("calendar_files.feed", token=token))


@pages.post("/calendar/feed/removal")
@guard(Action.SEE_EDITIONS)
def end_feed() -> ResponseReturnValue:
    """The address leads nowhere any more."""
    person_id = person_now().id
    with deciding() as session:
        feeds.end(session(), people.get(session(), person_id))
    flash(_("The address leads nowhere any more."))
    return redirect(url_for("calendar_files.mine"), 303)


@pages.post("/calendar/zone")
@guard(Action.SEE_EDITIONS)
def set_zone() -> ResponseReturnValue:
    """Where the person is."""
    person_id = person_now().id
    with deciding() as session:
        person = people.get(session(), person_id)
        people.set_zone(session(), person, request.form.get("zone", ""), by=person)
    flash(_("Kept. Times stay the house's; your own stand beside them."))
    return redirect(url_for("calendar_files.mine"), 303)


@pages.route("/calendar/import", methods=["GET", "POST"])
@guard(Action.WRITE_CALENDAR)
def bring() -> ResponseReturnValue:
    """Plans from a file: first what would come of it, row by row, then the rows that are right."""
    if request.method == "GET":
        return _import_page([])
    if request.form.get("rows"):
        return _put(_checked(_sent_rows()))
    file = request.files.get("file")
    try:
        rows = plans.read(file.read(plans.MOST_BYTES + 1) if file else b"", file.filename or "" if file else "", house_zone())
    except Unreadable as error:
        return _import_page([], {"file": _(str(error))}), 422
    return _import_page(_checked(rows))


def _put(rows: list[Read]) -> ResponseReturnValue:
    """Every right row is put; the others are shown again with their reasons, so that nothing is lost."""
    person_id, right = person_now().id, [one for one in rows if not one.problems]
    with deciding() as session:
        by, known = people.get(session(), person_id), _accounts()
        for one in right:
            words = {name: one.fields.get(name, "") for name in ("title", "column", "department", "note")}
            planned_items.put(
                session(), on=date.fromisoformat(one.fields["date"]), at=one.fields.get("time", ""),
                account=known.get(one.fields.get("account", "")), uid=one.fields.get("uid") or None, by=by, **words,
            )
    left = [one for one in rows if one.problems]
    flash(_("%(count)s plans stand in the calendar now.", count=len(right)))
    return (_import_page(left), 422) if left else redirect(url_for("calendar.month"), 303)


def _checked(rows: list[Row]) -> list[Read]:
    known, seen, found = _accounts(), set[str](), []
    for row in rows:
        problems = [*_row_problems(row.fields, known)]
        uid = row.fields.get("uid", "")
        if uid and uid in seen:
            problems.append(Problem("uid", N_("This number stands in the file twice.")))
        seen.add(uid)
        found.append(Read(row.number, row.fields, field_errors(Invalid(*problems)) if problems else {}))
    return found


def _row_problems(fields: dict[str, str], known: dict[str, OfficialAccount]) -> list[Problem]:
    words = {name: fields.get(name, "") for name in ("title", "column", "department")}
    problems = list(planned_items.problems_of(at=fields.get("time", ""), **words))
    try:
        date.fromisoformat(fields.get("date", ""))
    except ValueError:
        problems.append(Problem("date", N_("A day is written as 2026-11-22.")))
    account = fields.get("account", "")
    if account and account not in known:
        problems.append(Problem("account", N_("There is no account called {name}."), {"name": account}))
    if len(fields.get("uid", "")) > 255:
        problems.append(Problem("uid", "At most {limit} characters, now {count}.", {"limit": 255, "count": len(fields["uid"])}))
    if fields.get("repeats"):
        problems.append(Problem("date", N_("It repeats. Bring its days one by one.")))
    return problems


def _sent_rows() -> list[Row]:
    """The rows as the page of the first step held them; whatever else comes is no row."""
    try:
        given: Any = json.loads(request.form["rows"])
        return [
            Row(int(one["number"]), {str(name): str(value) for name, value in one["fields"].items()})
            for one in given[:plans.MOST_ROWS]
        ]
    except (ValueError, KeyError, TypeError, AttributeError):
        raise Invalid(Problem("rows", N_("Bring the file once more."))) from None


def _accounts() -> dict[str, OfficialAccount]:
    return {account.name: account for account in accounts.everyone(db.session())}


def _file(kind: str) -> Response:
    writers = {"ics": calendar_rows.as_ics, "csv": calendar_rows.as_csv, "xlsx": calendar_rows.as_xlsx}
    answer = Response(writers[kind](calendar_rows.lines(db.session())), content_type=MIME[kind])
    answer.headers["Content-Disposition"] = f"attachment; filename=qunsheng-calendar.{kind}"
    answer.headers["Cache-Control"] = "private, no-store"
    return answer


def _import_page(rows: list[Read], errors: dict[str, str] | None = None) -> str:
    kept = json.dumps([{"number": one.number, "fields": one.fields} for one in rows], ensure_ascii=False)
    return render_template(
        "calendar/import.html", rows=rows, kept=kept, errors=errors or {}, right=sum(1 for one in rows if not one.problems),
    )


def _mine_page(address: str) -> str:
    return render_template(
        "calendar/mine.html", address=address, feed=feeds.of(db.session(), person_now()), zone=person_now().zone,
        zones=[("", _("the house's, %(zone)s", zone=house_zone())), *((one, one.replace("_", " ")) for one in ZONES)],
    )
