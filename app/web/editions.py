"""One edition: planning it, its order, its time, and what became of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from babel.dates import get_timezone_name
from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import get_locale
from flask_babel import gettext as _
from sqlalchemy import func, select

from app.addresses import is_id
from app.auth import guard, person_now
from app.errors import say
from app.extensions import db, deciding
from app.typesetting import blockers
from app.web import mass_sends, meanings
from app.web.slots import USUAL_HOUR, house_zone, instant_of, own_time, problems_of, readings_of
from app.web.speaking_against import spoken_against
from app.web.words import field_errors
from editorial import accounts, clock
from editorial.articles import articles
from editorial.articles.articles import Article
from editorial.articles.revisions import NEWSPIC
from editorial.articles.workflow import State as ArticleState
from editorial.calendar import editions
from editorial.calendar.editions import Edition, EditionState, Mode, Place
from editorial.errors import EditorialError
from editorial.groups import groups
from editorial.outbox.deliveries import Delivery, Purpose
from editorial.people import people
from editorial.people.permissions import Action, require
from editorial.release import releases
from editorial.review import sign_offs
from editorial.share_back import shares

pages = Blueprint("calendar", __name__)

MOST_CANDIDATES = 60
ORDER = (ArticleState.SIGNED_OFF, ArticleState.IN_PROOF, ArticleState.IN_REVIEW)


@dataclass(frozen=True)
class Standing:
    """One article of an edition: whether it is signed off as it stands, and what still stops it."""

    place: Place
    signed: bool
    problems: list[str]


@pages.route("/editions/new", methods=["GET", "POST"])
@guard(Action.PLAN)
def plan() -> ResponseReturnValue:
    """Put articles together for an account. Nothing is scheduled by this."""
    if request.method == "GET":
        return _plan_page(_first_choice(), {})
    person_id = person_now().id
    share_to = None if request.form.get("share", "all") == "all" else request.form.getlist("share_to")
    try:
        with deciding() as session:
            edition_id = editions.plan(
                session(), account=request.form.get("account", ""), mode=request.form.get("mode", ""),
                article_ids=request.form.getlist("articles"), share_to=share_to, by=people.get(session(), person_id),
            ).id
    except EditorialError as error:
        return _plan_page(request.form.to_dict() | {"chosen": request.form.getlist("articles"), "groups": share_to or []},
                          field_errors(error)), 422
    flash(_("The edition is planned. Set its time now, or leave it without one."))
    return redirect(url_for("calendar.edition", edition_id=edition_id), 303)


@pages.get("/editions/<id:edition_id>")
@guard(Action.SEE_EDITIONS)
def edition(edition_id: int) -> ResponseReturnValue:
    """The edition as a follower will see it, when it goes out, and what became of it."""
    return edition_page(edition_id, {}, {})


@pages.post("/editions/<id:edition_id>/slot")
@guard(Action.SCHEDULE)
def set_slot(edition_id: int) -> ResponseReturnValue:
    """Promise the edition for a time; of a scheduled one it moves the time."""
    person_id = person_now().id
    typed = {name: request.form.get(name, "") for name in ("day", "time", "which")}
    try:
        at = clock.now() if request.form.get("act") == "now" else instant_of(**typed)
        problems = problems_of(db.session(), editions.get(db.session(), edition_id))
        with deciding() as session:
            chosen = editions.get(session(), edition_id)
            releases.schedule(
                session(), chosen, at, by=people.get(session(), person_id), zone=house_zone(), blockers=problems)
    except EditorialError as error:
        status = 422 if error.family == "invalid" else 409
        return edition_page(edition_id, typed, field_errors(error)), status
    flash(_("Scheduled. Until then it can be moved or taken back here."))
    return redirect(url_for("calendar.edition", edition_id=edition_id), 303)


@pages.post("/editions/<id:edition_id>/slot/removal")
@guard(Action.SCHEDULE)
def remove_slot(edition_id: int) -> ResponseReturnValue:
    """Take the time away while nothing has left."""
    person_id = person_now().id
    with deciding() as session:
        releases.unschedule(session(), editions.get(session(), edition_id), by=people.get(session(), person_id))
    flash(_("Unscheduled. The edition is kept; set a new time when you like."))
    return redirect(url_for("calendar.edition", edition_id=edition_id), 303)


@pages.post("/editions/<id:edition_id>/articles")
@guard(Action.PLAN)
def rearrange(edition_id: int) -> ResponseReturnValue:
    """Change which articles stand in the edition and in what order."""
    person_id = person_now().id
    wanted = _moved(request.form.getlist("articles"), request.form.get("move", ""))
    if request.form.get("add"):
        wanted.append(request.form["add"])
    try:
        with deciding() as session:
            chosen = editions.get(session(), edition_id)
            editions.rearrange(session(), chosen, wanted, by=people.get(session(), person_id))
    except EditorialError as error:
        return edition_page(edition_id, {}, field_errors(error)), 422 if error.family == "invalid" else 409
    return redirect(url_for("calendar.edition", edition_id=edition_id, _anchor="order"), 303)


@pages.post("/editions/<id:edition_id>/cancellation")
@guard(Action.PLAN)
def cancel(edition_id: int) -> ResponseReturnValue:
    """Give the edition up; its articles are free for another one."""
    person_id = person_now().id
    with deciding() as session:
        chosen, by = editions.get(session(), edition_id), people.get(session(), person_id)
        if chosen.state == EditionState.PLANNED:
            editions.cancel(session(), chosen, by=by)
        else:
            require(by, Action.SCHEDULE)
            releases.give_up(session(), chosen, by=by)
    flash(_("The edition is given up. Its articles stay signed off and can stand in another one."))
    return redirect(url_for("calendar.month"), 303)


def _first_choice() -> dict[str, Any]:
    known = accounts.everyone(db.session())
    usual = next((account for account in known if account.rights.get("release")), known[0] if known else None)
    return {
        "account": str(usual.id) if usual else "", "mode": Mode.RELEASE.value if usual else Mode.MANUAL.value,
        "chosen": request.args.getlist("article"), "share": "all", "groups": [],
    }


def _plan_page(typed: dict[str, Any], errors: dict[str, str]) -> str:
    known = accounts.everyone(db.session())
    chosen = next((account for account in known if str(account.id) == typed.get("account")), known[0] if known else None)
    modes = [
        (str(mode), meanings.word_of(meanings.MODES, mode), meanings.consequence(chosen, mode, None)) for mode in meanings.MODES
    ] if chosen else []
    return render_template(
        "calendar/plan.html", accounts=known, modes=modes, typed=typed, errors=errors,
        candidates=_candidates(len(known), typed.get("chosen", [])),
        groups=[(group.slug, group.name) for group in groups.reachable(db.session())],
        account=chosen, limit=editions.MOST_ARTICLES,
    )


def _candidates(known_accounts: int, chosen: Sequence[str]) -> list[Article]:
    """Articles that can be planned, signed off ones first; those that stand in an edition of every account are left out."""
    placed = (
        select(func.count()).select_from(Place).where(Place.article_id == Article.id, Place.live.is_not(None)).scalar_subquery()
    )
    found: list[Article] = []
    for state in ORDER:
        query = select(Article).where(Article.state == state, placed < max(known_accounts, 1))
        query = query.order_by(Article.waiting_since.desc()).limit(MOST_CANDIDATES - len(found))
        found.extend(db.session.scalars(query))
    wanted = {int(article_id) for article_id in chosen if is_id(article_id)} - {article.id for article in found}
    extra = db.session.scalars(select(Article).where(Article.id.in_(wanted))).all() if wanted else []
    return [*extra, *found]


def edition_page(edition_id: int, typed: dict[str, str], errors: dict[str, str]) -> str:
    """The page of an edition, with what was typed and what is wrong with it."""
    session = db.session()
    chosen = editions.get(session, edition_id)
    state = releases.shown_state(session, chosen)
    at = _suggested(chosen)
    slot = {"day": at.strftime("%Y-%m-%d"), "time": at.strftime("%H:%M")} | typed
    return render_template(
        "calendar/edition.html", edition=chosen, state=state, typed=slot, errors=errors,
        standings=[_standing(place) for place in chosen.places], to_account=releases.deliveries_of(session, chosen),
        shared=_share_counts(chosen), targets=_targets(chosen), by_hand=releases.needs_hand(session, chosen),
        consequence=meanings.consequence(chosen.account, chosen.mode, chosen.publish_at, chosen.audience),
        mass=mass_sends.desk(session, chosen, at.astimezone(UTC)), weekdays=meanings.weekdays(),
        has_post=any(articles.newest(session, place.article).kind == NEWSPIC for place in chosen.places),
        today=clock.to_wall(clock.now(), house_zone()).strftime("%Y-%m-%d"),
        limits=meanings.limits_of(chosen.account, chosen.mode), heading=meanings.heading(chosen),
        mode=meanings.word_of(meanings.MODES, chosen.mode), purposes=meanings.PURPOSES, standing_of=meanings.standing,
        candidates=_others(chosen), zone=get_timezone_name(house_zone(), locale=get_locale() or "zh"),
        readings=readings_of(slot["day"], slot["time"]), against=spoken_against(chosen, slot["day"], slot["time"]),
        own=own_time(chosen.publish_at, person_now()),
    )


def _standing(place: Place) -> Standing:
    """Blockers are looked for only while they can still be mended before the edition leaves."""
    session = db.session()
    open_yet = place.edition.state == EditionState.PLANNED
    problems = [say(problem) for problem in blockers(session, articles.newest(session, place.article).content)] if open_yet else []
    signed = sign_offs.standing(session, place.article) is not None or not open_yet
    return Standing(place, signed, problems)


def _share_counts(chosen: Edition) -> dict[str, int]:
    query = (
        select(Delivery.state, func.count()).where(Delivery.edition_id == chosen.id, Delivery.purpose == Purpose.SHARE)
        .group_by(Delivery.state)
    )
    return dict(db.session.execute(query).all())


def _targets(chosen: Edition) -> list[str]:
    return [group.name for group in shares.targets(db.session(), chosen)]


def _others(chosen: Edition) -> list[Article]:
    """What could be added to a planned edition that has room."""
    if chosen.state != EditionState.PLANNED or len(chosen.places) >= editions.MOST_ARTICLES:
        return []
    standing = {place.article_id for place in chosen.places}
    return [article for article in _candidates(len(accounts.everyone(db.session())), []) if article.id not in standing]


def _moved(wanted: list[str], move: str) -> list[str]:
    """The order after a press on up, down or out of one article."""
    article_id, _colon, way = move.partition(":")
    if article_id not in wanted:
        return wanted
    place = wanted.index(article_id)
    wanted = [other for other in wanted if other != article_id]
    if way == "out":
        return wanted
    target = place - 1 if way == "up" else place + 1
    wanted.insert(min(max(target, 0), len(wanted)), article_id)
    return wanted


def _suggested(chosen: Edition) -> datetime:
    """The wall time the picker shows first: what is set, else tomorrow morning."""
    at = chosen.publish_at or clock.now() + timedelta(days=1)
    wall = clock.to_wall(at, house_zone())
    if chosen.publish_at is None:
        wall = wall.replace(hour=USUAL_HOUR, minute=0)
    return wall
