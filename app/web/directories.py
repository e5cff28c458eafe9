"""Settings: the company's lists of people. First a look at what would change, then, once somebody says yes, the change."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, current_app, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app import listing
from app.addresses import is_id
from app.auth import guard, person_now
from app.extensions import db, deciding, limiter
from app.web.sign_in_ways import WAY_KINDS
from app.web.words import field_errors
from editorial import platform_applications
from editorial.errors import Invalid
from editorial.joining import directories, moves
from editorial.joining.directories import Directory, DirectoryKind, DirectoryMember
from editorial.joining.moves import Step
from editorial.people import people
from editorial.people.permissions import Action
from publishers.claims import ClaimRefused
from publishers.importing import people_lists
from publishers.importing.sheets import Unreadable

pages = Blueprint("directories", __name__)

SHOWN = 200
"""So many moves of each kind are shown; the rest is counted."""


@pages.route("/settings/directories", methods=["GET", "POST"])
@guard(Action.MANAGE_PEOPLE)
def index() -> ResponseReturnValue:
    """All directories; POST adds one. Adding changes nobody."""
    if request.method == "GET":
        return _list_page({}, {})
    person_id, typed = person_now().id, request.form.to_dict()
    kind, _colon, application = typed.get("source", "").partition(":")
    try:
        with deciding() as session:
            made = directories.add(
                session(), kind=kind, name=typed.get("name", ""), application_id=int(application) if is_id(application) else None,
                by=people.get(session(), person_id))
            directory_id = made.id
    except Invalid as error:
        return _list_page(typed, field_errors(error)), 422
    return redirect(url_for("directories.directory", directory_id=directory_id), 303)


@pages.get("/settings/directories/<id:directory_id>")
@guard(Action.MANAGE_PEOPLE)
def directory(directory_id: int) -> ResponseReturnValue:
    """One directory, and what the last look at it would change."""
    return _page(directory_id, {})


@pages.post("/settings/directories/<id:directory_id>/look")
@guard(Action.MANAGE_PEOPLE)
@limiter.limit("20 per hour", key_func=lambda: str(person_now().id))
def look(directory_id: int) -> ResponseReturnValue:
    """Read the list, from the file or from the platform, with no transaction open meanwhile. Nobody changes by it."""
    try:
        entries = _listed(directories.get(_database(), directory_id))
    except (Unreadable, ClaimRefused) as error:
        return _page(directory_id, {"file": _(str(error))}), 422
    with deciding() as session:
        directories.keep_look(session(), directories.get(session(), directory_id), directories.entries_of(entries))
    return redirect(url_for("directories.directory", directory_id=directory_id), 303)


@pages.post("/settings/directories/<id:directory_id>/look/removal")
@guard(Action.MANAGE_PEOPLE)
def forget(directory_id: int) -> ResponseReturnValue:
    """Do nothing with what was seen."""
    with deciding() as session:
        directories.forget_look(directories.get(session(), directory_id))
    flash(_("Nothing was changed."))
    return redirect(url_for("directories.directory", directory_id=directory_id), 303)


@pages.post("/settings/directories/<id:directory_id>/changes")
@guard(Action.MANAGE_PEOPLE)
def apply(directory_id: int) -> ResponseReturnValue:
    """Do exactly what was shown, all of it or nothing."""
    person_id, typed = person_now().id, request.form.to_dict()
    try:
        with deciding() as session:
            made = moves.apply(
                session(), directories.get(session(), directory_id), typed.get("plan", ""), by=people.get(session(), person_id),
                drastic=bool(typed.get("drastic")))
    except Invalid as error:
        return _page(directory_id, field_errors(error)), 422
    counts = made.counts
    flash(_("Done: %(joined)s joined, %(changed)s changed, %(left)s lost access.", joined=counts["join"] + counts["return"],
        changed=counts["change"] + counts["match"], left=counts["leave"]))
    return redirect(url_for("directories.directory", directory_id=directory_id), 303)


def _listed(row: Directory) -> list[dict[str, str]]:
    """Who is on the list now. Raises Unreadable or ClaimRefused with a sentence for people."""
    if row.kind == DirectoryKind.FILE:
        file = request.files.get("file")
        if file is None or not file.filename:
            raise Unreadable("Bring a CSV or XLSX file.")
        return people_lists.read(file.read(people_lists.MOST_BYTES + 1), file.filename)
    source = listing.source(current_app.extensions["wiring"], row)
    _database().rollback()
    return source()


def _list_page(typed: dict[str, Any], errors: dict[str, str]) -> str:
    session = _database()
    present = select(DirectoryMember.directory_id, func.count()).where(DirectoryMember.present)
    counts = dict(session.execute(present.group_by(DirectoryMember.directory_id)).all())
    applications = platform_applications.everyone(session)
    sources = [("file", _("A file that I bring")), *(
        (f"{row.platform}:{row.id}", f"{row.name}（{WAY_KINDS[row.platform]}）")
        for row in applications if row.platform in WAY_KINDS
    )]
    return render_template(
        "settings/directories.html", directories=directories.everyone(session), counts=counts, sources=sources, typed=typed,
        errors=errors, kinds=WAY_KINDS,
    )


def _page(directory_id: int, errors: dict[str, str]) -> str:
    session = _database()
    row = directories.get(session, directory_id)
    plan = moves.compare(session, row) if row.seen is not None else None
    return render_template(
        "settings/directory.html", directory=row, plan=plan, errors=errors, kinds=WAY_KINDS, shown=SHOWN,
        moves={step.value: plan.of(step) for step in Step} if plan else {},
    )


def _database() -> Session:
    found: Session = db.session()
    return found
