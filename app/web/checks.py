"""What the rules find, beside the article: waivers asked and decided, facts with their sources."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from flask import Blueprint, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import get_locale
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from app.auth import allow, can, current_person, guard, person_now
from app.checking import found_at, found_in
from app.extensions import db, deciding
from app.web.words import field_errors
from editorial.articles import articles
from editorial.articles.articles import Article
from editorial.conduct.convention import CLASSES
from editorial.errors import EditorialError, NotAllowed
from editorial.people import people
from editorial.people.people import Person
from editorial.people.permissions import Action, may
from editorial.review.checks import facts, waivers
from editorial.review.checks.candidates import candidates, kind_of
from editorial.review.checks.facts import CheckFact
from editorial.review.checks.found import Found
from editorial.review.checks.waivers import CheckWaiver

pages = Blueprint("checks", __name__)

_CLASSES = {one.code: one for one in CLASSES}


@dataclass(frozen=True)
class Line:
    """A finding as the page shows it: `item` is the convention's, `waiver` what became of it, `refusal` why one may not decide."""

    found: Found
    item: str
    waiver: CheckWaiver | None
    refusal: str | None


@dataclass(frozen=True)
class Board:
    """Everything the rules and the fact list say of one article."""

    lines: list[Line]
    facts: list[CheckFact]
    candidates: list[tuple[str, str]]
    may_act: bool


@pages.app_context_processor
def _helpers() -> dict[str, Callable[..., Any]]:
    return {"house_findings": board_of}


def board_of(article: Article) -> Board:
    """What stands on the pages of an article; asked for by their templates."""
    session: Session = db.session()
    known: dict[str, CheckWaiver] = {}
    for one in waivers.of(session, article.id):
        known.setdefault(one.place, one)
    marked = facts.of(session, article.id)
    quotes = {fact.quote for fact in marked}
    body = articles.newest(session, article).body
    return Board(
        [_line(session, one, known.get(one.place)) for one in found_in(session, article)], marked,
        [pair for pair in candidates(body) if pair[0] not in quotes], can(Action.SEE_ARTICLE, article),
    )


@pages.post("/articles/<id:article_id>/waivers")
@guard(Action.SEE_ARTICLE)
def ask(article_id: int) -> ResponseReturnValue:
    """Ask that a finding be let pass."""
    place, reason = request.form.get("place", ""), request.form.get("reason", "")

    def verb(session: Session, article: Article, by: Person) -> None:
        waivers.ask(session, article, found_at(session, article, place), reason, by=by)

    return _done(article_id, verb, _("Asked. Somebody who did not write the text decides it."))


@pages.post("/waivers/<id:waiver_id>/decision")
@guard(Action.DECIDE_WAIVER)
def decide(waiver_id: int) -> ResponseReturnValue:
    """Let a finding pass, or not."""
    waiver = waivers.get(db.session(), waiver_id)
    article_id, granted = waiver.article_id, request.form.get("decision") == "grant"

    def verb(session: Session, article: Article, by: Person) -> None:
        answer = request.form.get("answer", "")
        waivers.decide(session, waivers.get(session, waiver_id), granted=granted, by=by, answer=answer)

    said = _("Let pass. It holds for this passage as long as it stands.") if granted else _("Not let pass. The finding stays.")
    return _done(article_id, verb, said)


@pages.post("/articles/<id:article_id>/facts")
@guard(Action.SEE_ARTICLE)
def mark(article_id: int) -> ResponseReturnValue:
    """Mark a piece of the text that needs a source."""
    quote = request.form.get("quote", "")

    def verb(session: Session, article: Article, by: Person) -> None:
        facts.mark(session, article, quote, kind=kind_of(quote), by=by)

    return _done(article_id, verb, _("Marked. The article waits for its source."))


@pages.post("/facts/<id:fact_id>/source")
@guard(Action.SEE_ARTICLE)
def give_source(fact_id: int) -> ResponseReturnValue:
    """Say where a marked fact can be looked up."""
    source = request.form.get("source", "")
    return _done(
        facts.get(db.session(), fact_id).article_id,
        lambda session, article, by: facts.give_source(session, facts.get(session, fact_id), source, by=by),
        _("The source is kept with the fact."),
    )


@pages.post("/facts/<id:fact_id>/removal")
@guard(Action.DECIDE_WAIVER)
def drop(fact_id: int) -> ResponseReturnValue:
    """Take the mark off a fact."""
    return _done(
        facts.get(db.session(), fact_id).article_id,
        lambda session, article, by: facts.drop(session, facts.get(session, fact_id), by=by),
        _("The mark is taken away."),
    )


def item_words(class_code: str, item: int) -> str:
    """Class and item of the convention in the reader's language; "" for none."""
    known = _CLASSES.get(class_code)
    if known is None:
        return ""
    chinese = str(get_locale() or "zh").startswith("zh")
    heads = known.chinese if chinese else known.english
    if not item:
        return heads
    one = known.items[item - 1]
    return f"{heads} {known.number}.{item} {one.chinese if chinese else one.english}"


def _line(session: Session, one: Found, waiver: CheckWaiver | None) -> Line:
    return Line(one, item_words(one.rule.class_code, one.rule.item), waiver, _refusal(session, waiver))


def _refusal(session: Session, waiver: CheckWaiver | None) -> str | None:
    """Why the reader may not decide this waiver; None when they may, or nothing waits."""
    if waiver is None or waiver.granted is not None:
        return None
    person = current_person()
    if person is None or not may(person, Action.DECIDE_WAIVER):
        return _("A desk editor, a department head or the editor-in-chief decides it.")
    try:
        waivers.ensure_may_decide(session, waiver, person)
    except NotAllowed as refusal:
        return _(refusal.message)
    return None


def _done(article_id: int, verb: Callable[[Session, Article, Person], None], said: str) -> ResponseReturnValue:
    """One act on an article, and back to where one came from."""
    allow(Action.SEE_ARTICLE, articles.get(db.session(), article_id))
    person_id = person_now().id
    try:
        with deciding() as scoped:
            session = scoped()
            verb(session, articles.get(session, article_id), people.get(session, person_id))
        flash(said)
    except EditorialError as error:
        flash(" ".join(field_errors(error).values()), "bad")
    back = "review.stage" if request.form.get("back") == "review" else "articles.article"
    return redirect(url_for(back, article_id=article_id, _anchor="house-findings"), 303)
