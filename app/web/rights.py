"""The rights ledger: every picture with its licence, who is shown and agreed, its uses, and what a withdrawal leaves to decide."""

from __future__ import annotations

from datetime import date
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext
from sqlalchemy import select

from app.addresses import whole
from app.auth import can, guard, person_now, signed_in
from app.extensions import db, deciding
from app.web.words import field_errors
from editorial.articles import assets, picture_rights, picture_uses
from editorial.articles.articles import Article
from editorial.articles.assets import Asset
from editorial.articles.picture_rights import Wanted
from editorial.calendar import editions
from editorial.calendar.editions import EditionState
from editorial.errors import Invalid, NotFound, Problem
from editorial.people import people
from editorial.people.people import Person
from editorial.people.permissions import Action
from editorial.release import rights_tasks
from editorial.share_back import withdrawing

pages = Blueprint("rights", __name__, url_prefix="/rights")

PAGE = 48
LICENCES: dict[str, Any] = {
    "unknown": lazy_gettext("Unknown"), "own": lazy_gettext("Our own"), "licensed": lazy_gettext("Licensed"),
    "free": lazy_gettext("Free with attribution"),
}
STANDINGS: dict[str, Any] = {
    "": lazy_gettext("All"), **LICENCES, "minors": lazy_gettext("Shows minors"), "ai": lazy_gettext("Made with AI"),
    "ending": lazy_gettext("With an end"),
}
SCOPES: dict[str, Any] = {
    "internal": lazy_gettext("Inside the company"), "official_account": lazy_gettext("Official account"),
    "advertising": lazy_gettext("Advertising"),
}
CAUSES: dict[str, Any] = {
    "consent_withdrawn": lazy_gettext("Consent withdrawn"), "consent_ended": lazy_gettext("Consent has run out"),
    "licence_ended": lazy_gettext("Licence has run out"),
}
TASK_STATES: dict[str, Any] = {
    "open": lazy_gettext("To decide"), "taken_down": lazy_gettext("Take-down asked for"),
    "kept": lazy_gettext("Kept with a reason"),
}


@pages.get("")
@guard(Action.SEE_RIGHTS)
def ledger() -> ResponseReturnValue:
    """Pictures with their standing, filtered, the newest first."""
    session = db.session()
    standing, person = request.args.get("standing", ""), request.args.get("person", "").strip()[:80]
    wanted = Wanted(
        standing=standing if standing in STANDINGS else "", person=person, before=request.args.get("before", type=whole)
    )
    found = picture_rights.ledger(session, wanted, PAGE + 1)
    shown = found[:PAGE]
    consents: dict[int, list[str]] = {}
    for one in picture_rights.consents_of(session, [asset.id for asset in shown]):
        consents.setdefault(one.asset_id, []).append(one.name)
    older = url_for("rights.ledger", standing=wanted.standing, person=person, before=shown[-1].id) if len(found) > PAGE else None
    return render_template(
        "rights/ledger.html", pictures=shown, consents=consents, standing=wanted.standing, person=person, standings=STANDINGS,
        licences=LICENCES, older=older, waiting=rights_tasks.waiting_count(session),
    )


@pages.route("/<id:asset_id>", methods=["GET", "POST"])
@signed_in
def picture(asset_id: int) -> ResponseReturnValue:
    """One picture; POST keeps its licence. Who brought it may say where it comes from."""
    asset = _seen(asset_id)
    if request.method == "GET":
        return _page(asset, {}, {})
    typed, person_id = request.form.to_dict(), person_now().id
    try:
        said = {name: typed.get(name, "") for name in ("licence_status", "licence_source", "licensor", "attribution")}
        until = day_of(typed, "licensed_until")
        with deciding() as session:
            picture_rights.note(
                session(), assets.get(session(), asset_id), by=people.get(session(), person_id), **said, licensed_until=until,
                shows_minor="shows_minor" in typed,
            )
    except Invalid as error:
        return _page(assets.get(db.session(), asset_id), typed, field_errors(error)), 422
    flash(_("Kept in the ledger."))
    return redirect(url_for("rights.picture", asset_id=asset_id), 303)


@pages.post("/<id:asset_id>/consents")
@signed_in
def add_consent(asset_id: int) -> ResponseReturnValue:
    """Keep a person shown, with what they agreed to."""
    _seen(asset_id)
    typed, person_id = request.form.to_dict(), person_now().id
    try:
        given_on, until = day_of(typed, "given_on"), day_of(typed, "until")
        with deciding() as session:
            picture_rights.add_consent(
                session(), assets.get(session(), asset_id), name=typed.get("name", ""), scopes=request.form.getlist("scopes"),
                given_on=given_on, until=until, is_minor="is_minor" in typed, guardian=typed.get("guardian", ""),
                evidence=typed.get("evidence", ""), by=people.get(session(), person_id),
            )
    except Invalid as error:
        return _page(assets.get(db.session(), asset_id), typed, field_errors(error)), 422
    flash(_("The person is kept with the picture."))
    return redirect(url_for("rights.picture", asset_id=asset_id), 303)


@pages.post("/consents/<id:consent_id>/withdrawal")
@guard(Action.MANAGE_RIGHTS)
def withdraw(consent_id: int) -> ResponseReturnValue:
    """A person takes their consent back: every use becomes a task."""
    person_id, reason = person_now().id, request.form.get("reason", "")
    with deciding() as session:
        consent = picture_rights.consent(session(), consent_id)
        asset_id = consent.asset_id
        made = rights_tasks.withdraw_consent(session(), consent, reason=reason, by=people.get(session(), person_id))
        count = len(made)
    flash(_("Withdrawn. %(count)s articles that are out or scheduled show the picture; each waits for a decision.", count=count))
    return redirect(url_for("rights.tasks") if count else url_for("rights.picture", asset_id=asset_id), 303)


@pages.get("/tasks")
@guard(Action.SEE_RIGHTS)
def tasks() -> ResponseReturnValue:
    """Articles that show a picture without the right to, each to be taken down or kept with a reason."""
    return _tasks_page({}, 0)


@pages.post("/tasks/<id:task_id>/decision")
@guard(Action.TAKE_DOWN)
def settle(task_id: int) -> ResponseReturnValue:
    """Take the article down wherever it is out, or keep it with a reason."""
    person_id, reason = person_now().id, request.form.get("reason", "")
    taken_down = request.form.get("outcome") == "taken_down"
    try:
        with deciding() as session:
            by, task = people.get(session(), person_id), rights_tasks.get(session(), task_id)
            rights_tasks.settle(session(), task, taken_down=taken_down, reason=reason, by=by)
            if taken_down:
                _take_down(task.article_id, reason, by)
    except Invalid as error:
        return _tasks_page(field_errors(error), task_id), 422
    asked, kept = _("The take-down is asked for; follow it in the deliveries."), _("The article stays; your reason is kept.")
    flash(asked if taken_down else kept)
    return redirect(url_for("rights.tasks"), 303)


def day_of(typed: dict[str, str], name: str) -> date | None:
    """A day of a form, none when it is empty. Raises Invalid naming the field."""
    try:
        return date.fromisoformat(typed[name]) if typed.get(name) else None
    except ValueError:
        raise Invalid(Problem(name, "This is not a day.")) from None


def _take_down(article_id: int, reason: str, by: Person) -> None:
    """Every edition in which readers have it. One that is only scheduled is stopped by the gate before it leaves."""
    session = db.session()
    for place in editions.standing_of(session, article_id):
        if place.edition.state == EditionState.PUBLISHED:
            withdrawing.ask(session, editions.get(session, place.edition_id), place.position, reason=reason, by=by)


def _seen(asset_id: int) -> Asset:
    """The picture, for the newsroom and for who brought it."""
    asset = assets.get(db.session(), asset_id)
    if not (can(Action.SEE_RIGHTS) or asset.brought_by_id == person_now().id):
        raise NotFound()
    return asset


def _page(asset: Asset, typed: dict[str, str], errors: dict[str, str]) -> str:
    session = db.session()
    uses = picture_uses.of_picture(session, asset.sha256)
    used_in = session.scalars(select(Article).where(Article.id.in_([use.article_id for use in uses])).order_by(Article.id.desc()))
    return render_template(
        "rights/picture.html", picture=asset, consents=picture_rights.consents_of(session, [asset.id]), typed=typed, errors=errors,
        articles=used_in.all() if can(Action.SEE_ARTICLE) else [], tasks=rights_tasks.of_asset(session, asset),
        licences=LICENCES, scopes=SCOPES, causes=CAUSES, states=TASK_STATES, day=picture_rights.today(),
        may_withdraw=can(Action.MANAGE_RIGHTS), newsroom=can(Action.SEE_RIGHTS),
    )


def _tasks_page(errors: dict[str, str], wrong: int) -> str:
    return render_template(
        "rights/tasks.html", tasks=rights_tasks.waiting(db.session()), causes=CAUSES, errors=errors, wrong=wrong,
        may_decide=can(Action.TAKE_DOWN),
    )
