"""After publishing: taking down, correcting; and before it what only WeChat's console can set."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.addresses import whole
from app.auth import guard, person_now
from app.errors import STATUS, say
from app.extensions import db, deciding
from app.typesetting import final_blockers, typeset
from app.web import comparing, knowing, meanings
from app.web.assisting import HINTS, SETTINGS
from app.web.readback import draft_of
from app.web.words import field_errors
from editorial.articles import articles, revisions
from editorial.articles.articles import Article
from editorial.articles.workflow import Move, after
from editorial.articles.workflow import State as ArticleState
from editorial.calendar import editions
from editorial.calendar.editions import Edition, EditionState, Mode
from editorial.errors import EditorialError, Invalid, NotFound
from editorial.outbox.deliveries import Delivery
from editorial.people import people
from editorial.people.permissions import Action, may
from editorial.release import console, corrections, given_links, take_downs
from editorial.release.console import ConsoleItem
from editorial.release.corrections import Correction
from editorial.release.given_links import GivenLink
from editorial.release.take_downs import TakeDown
from editorial.review import sign_offs
from editorial.share_back import withdrawing

pages = Blueprint("afterwards", __name__)


@dataclass(frozen=True)
class OnEdition:
    """What an edition's page shows of all this."""

    items: list[ConsoleItem]
    chosen: dict[str, str]
    open: bool
    passes_by: bool
    """Nobody will be in the console, because it goes out by itself."""
    wishes: list[TakeDown]
    links: dict[int, GivenLink]
    may_take_down: bool
    draft: Delivery | None
    """The draft that was read back, if one was."""


@pages.post("/editions/<id:edition_id>/console")
@guard(Action.PLAN)
def choose(edition_id: int) -> ResponseReturnValue:
    """Choose what has to be set in the console by hand."""
    person_id = person_now().id
    wanted = {name: request.form.get(f"note_{name}", "") for name in request.form.getlist("setting")}
    with deciding() as scoped:
        session = scoped()
        console.choose(session, editions.get(session, edition_id), wanted, by=people.get(session, person_id))
    flash(_("Kept. Whoever publishes it by hand finds the list among the steps."))
    return redirect(url_for("calendar.edition", edition_id=edition_id, _anchor="console"), 303)


@pages.route("/editions/<id:edition_id>/take-down", methods=["GET", "POST"])
@guard(Action.TAKE_DOWN)
def take_down(edition_id: int) -> ResponseReturnValue:
    """Take one article of an edition down, or all of it. Cannot be undone."""
    chosen = editions.get(db.session(), edition_id)
    if chosen.state != EditionState.PUBLISHED:
        raise NotFound()
    if request.method == "GET":
        return _take_down_page(chosen, {})
    person_id, position = person_now().id, request.form.get("position", -1, type=whole)
    try:
        with deciding() as scoped:
            session = scoped()
            wish = withdrawing.ask(
                session, editions.get(session, edition_id), position, reason=request.form.get("reason", ""),
                by=people.get(session, person_id),
            )
            delivery_id = wish.delivery_id
    except Invalid as error:
        return _take_down_page(editions.get(db.session(), edition_id), field_errors(error)), 422
    flash(_("It is being taken down. Here you see how far it is."))
    return redirect(url_for("deliveries.delivery", delivery_id=delivery_id), 303)


@pages.get("/articles/<id:article_id>/corrections")
@guard(Action.SEE_EDITIONS)
def corrected(article_id: int) -> ResponseReturnValue:
    """What was corrected of a published article, and what is under way."""
    return _corrections_page(articles.get(db.session(), article_id), {})


@pages.post("/articles/<id:article_id>/corrections", endpoint="correct")
@guard(Action.CORRECT)
def correct(article_id: int) -> ResponseReturnValue:
    """Propose a corrected text. Readers see nothing of it before it is signed and carried over."""
    person_id, form = person_now().id, request.form
    try:
        with deciding() as scoped:
            session = scoped()
            corrections.propose(
                session, articles.get(session, article_id), form.get("body", ""), base=form.get("base", 0, type=whole),
                reason=form.get("reason", ""), by=people.get(session, person_id),
            )
    except Invalid as error:
        return _corrections_page(articles.get(db.session(), article_id), field_errors(error)), 422
    flash(_("Kept. The editor-in-chief has been told and signs it or not."))
    return redirect(url_for("afterwards.corrected", article_id=article_id), 303)


@pages.post("/corrections/<id:correction_id>/signature")
@guard(Action.REVIEW_3)
def sign(correction_id: int) -> ResponseReturnValue:
    """Sign exactly the version that was shown."""
    shown = _correction(correction_id)
    content = revisions.numbered(db.session(), shown.article_id, shown.revision).content
    stops = final_blockers(db.session(), content)
    if stops:
        return _corrections_page(shown.article, field_errors(Invalid(*stops))), 422
    ready = typeset(db.session(), content)
    return _step(correction_id, lambda session, one, by: corrections.sign(session, one, ready, by=by),
                 _("Signed. A publisher carries it over in WeChat's console."))


@pages.post("/corrections/<id:correction_id>/completion")
@guard(Action.CORRECT)
def finish(correction_id: int) -> ResponseReturnValue:
    """Say that the signed correction was carried over in the console."""
    return _step(correction_id, lambda session, one, by: corrections.finish(session, one, by=by),
                 _("Noted. The article counts as corrected."))


@pages.post("/corrections/<id:correction_id>/removal")
@guard(Action.CORRECT)
def drop(correction_id: int) -> ResponseReturnValue:
    """Leave the article as it is."""
    return _step(correction_id, lambda session, one, by: corrections.drop(session, one, by=by),
                 _("Dropped. The article stays as it is."))


@pages.app_context_processor
def words() -> dict[str, Any]:
    """What the pages of editions and articles say of all this."""
    return {
        **knowing.words(), "afterwards_of": _on_edition, "may_correct": _may_correct, "setting_words": SETTINGS,
        "setting_hints": HINTS,
    }


def _on_edition(chosen: Edition) -> OnEdition:
    session = db.session()
    items = console.items_of(session, chosen)
    return OnEdition(
        items=items, chosen={str(item.setting): item.note for item in items},
        open=chosen.state in (EditionState.PLANNED, EditionState.SCHEDULED),
        passes_by=meanings.way_of(chosen.account, chosen.mode) in (Mode.RELEASE, Mode.MASS_SEND),
        wishes=list(take_downs.of_edition(session, chosen)), links=given_links.of_edition(session, chosen.id),
        may_take_down=may(person_now(), Action.TAKE_DOWN) and chosen.state == EditionState.PUBLISHED
        and any(place.article.state != ArticleState.TAKEN_DOWN for place in chosen.places), draft=draft_of(chosen),
    )


def _may_correct(article: Article) -> bool:
    return after(article.state, Move.CORRECT) is not None


def _take_down_page(chosen: Edition, errors: dict[str, str]) -> str:
    standing = [place for place in chosen.places if place.article.state != ArticleState.TAKEN_DOWN]
    return render_template(
        "afterwards/take_down.html", edition=chosen, heading=meanings.heading(chosen), errors=errors, standing=standing,
        whole=len(standing) == len(chosen.places) and len(standing) > 1, typed=request.form,
        asked=take_downs.under_way(db.session(), chosen),
    )


def _corrections_page(article: Article, errors: dict[str, str]) -> str:
    session = db.session()
    under_way = corrections.open_of(session, article)
    standing = corrections.published_revision(session, article) if _may_correct(article) else articles.newest(session, article)
    proposed = revisions.numbered(session, article.id, under_way.revision) if under_way else None
    signed = sign_offs.latest(session, article.id) if under_way and under_way.signed_at else None
    return render_template(
        "afterwards/corrections.html", article=article, errors=errors, standing=standing, correction=under_way,
        pieces=comparing.pieces(standing.body, proposed.body) if proposed else [],
        html=signed.html if signed else "", typed=request.form, proposed=proposed,
        places=corrections.places_to_mend(session, article), open=_may_correct(article),
        stops=[say(problem) for problem in corrections.stops(session, under_way)] if under_way and under_way.signed_at else [],
        past=[one for one in corrections.of_article(session, article) if not one.is_open],
    )


def _step(correction_id: int, step: Callable[[Any, Correction, Any], None], said: str) -> ResponseReturnValue:
    person_id = person_now().id
    try:
        with deciding() as scoped:
            session = scoped()
            one = _correction(correction_id)
            step(session, one, people.get(session, person_id))
            article_id = one.article_id
    except EditorialError as error:
        if error.family not in ("not_allowed", "invalid"):
            raise
        return _corrections_page(_correction(correction_id).article, field_errors(error)), STATUS[error.family]
    flash(said)
    return redirect(url_for("afterwards.corrected", article_id=article_id), 303)


def _correction(correction_id: int) -> Correction:
    found = db.session.get(Correction, correction_id)
    if found is None:
        raise NotFound()
    return found
