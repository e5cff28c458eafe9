"""Before and after publishing by hand: what only WeChat's console can set, taking down, corrections."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

from pydantic import Field
from sqlalchemy.orm import Session

from app.api.calls import Noun
from app.api.deliveries import DeliveryShown
from app.api.deliveries import shown as deliveries_shown
from app.api.idempotency import acting
from app.api.shapes import Body, Id, Nothing, Revision, Shape, Text
from app.auth import guard, person_now
from app.errors import say
from app.extensions import db
from app.typesetting import final_blockers, typeset
from editorial.articles import articles, revisions
from editorial.calendar import editions
from editorial.calendar.editions import Edition
from editorial.errors import Invalid, NotFound, Problem
from editorial.people.permissions import Action
from editorial.release import console, corrections, take_downs
from editorial.release.console import Setting
from editorial.release.corrections import Correction, CorrectionState
from editorial.share_back import withdrawing

noun = Noun("afterwards")


class SettingWanted(Body):
    """One setting of the console. `note` says which: the name of the collection, the words of the statement."""

    setting: Setting
    note: Text = ""


class ConsoleWanted(Body):
    """Everything that a person has to set in WeChat's console, because no interface does."""

    settings: Annotated[list[SettingWanted], Field(max_length=20)]


class SettingShown(Shape):
    """One setting, and who has ticked it off."""

    setting: Setting
    note: str
    done_at: datetime | None
    done_by: str | None


class ConsoleShown(Shape):
    """The list that stands among the steps of publishing by hand."""

    settings: list[SettingShown]


class Unwanted(Body):
    """What shall be taken down, and why."""

    article: Id | None = None
    """One article of the edition; all of them when left out."""
    reason: str


class Corrected(Body):
    """A corrected text over `revision`, the newest version."""

    body: str
    revision: Revision
    reason: str


class CorrectionShown(Shape):
    """A correction. `revision` holds the corrected text, `before` what readers see until it is carried over."""

    id: str
    article: str
    state: CorrectionState
    before: int
    revision: int
    reason: str
    proposed_by: str
    signed_by: str | None
    done_by: str | None
    done_at: datetime | None
    stops: list[str] = []
    """What keeps an open one from being signed or carried over now."""


class CorrectionsShown(Shape):
    """The corrections of an article, the newest first."""

    items: list[CorrectionShown]


@noun.get("/editions/<id:edition_id>/console", guard(Action.SEE_EDITIONS))
def console_settings(edition_id: int) -> ConsoleShown:
    """What a person has to set in WeChat's console for an edition."""
    return _console(db.session(), editions.get(db.session(), edition_id))


@noun.put("/editions/<id:edition_id>/console", guard(Action.PLAN))
def choose(edition_id: int, body: ConsoleWanted) -> ConsoleShown:
    """Choose what a person has to set in WeChat's console."""
    with acting() as act:
        edition = editions.get(act.session, edition_id)
        console.choose(act.session, edition, {one.setting: one.note for one in body.settings}, by=person_now())
        return act.done(_console(act.session, edition))


@noun.post("/editions/<id:edition_id>/take-down", guard(Action.TAKE_DOWN))
def take_down(edition_id: int, body: Unwanted) -> DeliveryShown:
    """Take one article of a published edition down, or all of it. Cannot be undone."""
    with acting() as act:
        edition = editions.get(act.session, edition_id)
        wish = withdrawing.ask(act.session, edition, _position(edition, body.article), reason=body.reason, by=person_now())
        assert wish.delivery is not None
        return act.done(deliveries_shown(act.session, [wish.delivery])[0])


@noun.get("/articles/<id:article_id>/corrections", guard(Action.SEE_EDITIONS))
def corrected(article_id: int) -> CorrectionsShown:
    """The corrections of an article."""
    session = db.session()
    return CorrectionsShown(items=[_shown(one) for one in corrections.of_article(session, articles.get(session, article_id))])


@noun.post("/articles/<id:article_id>/corrections", guard(Action.CORRECT), status=201)
def correct(article_id: int, body: Corrected) -> CorrectionShown:
    """Propose a corrected text of a published article. The editor-in-chief signs it, a person carries it over."""
    with acting() as act:
        made = corrections.propose(
            act.session, articles.get(act.session, article_id), body.body, base=body.revision, reason=body.reason,
            by=person_now(),
        )
        return act.done(_shown(made))


@noun.post("/corrections/<id:correction_id>/signature", guard(Action.REVIEW_3))
def sign(correction_id: int, body: Nothing) -> CorrectionShown:
    """Sign exactly this corrected version."""
    session = db.session()
    asked = _get(session, correction_id)
    content = revisions.numbered(session, asked.article_id, asked.revision).content
    stops = final_blockers(session, content)
    if stops:
        raise Invalid(*stops)
    ready = typeset(session, content)
    with acting() as act:
        one = _get(act.session, correction_id)
        corrections.sign(act.session, one, ready, by=person_now())
        return act.done(_shown(one))


@noun.post("/corrections/<id:correction_id>/completion", guard(Action.CORRECT))
def finish(correction_id: int, body: Nothing) -> CorrectionShown:
    """Say that a signed correction stands in WeChat now."""
    with acting() as act:
        one = _get(act.session, correction_id)
        corrections.finish(act.session, one, by=person_now())
        return act.done(_shown(one))


@noun.post("/corrections/<id:correction_id>/removal", guard(Action.CORRECT))
def drop(correction_id: int, body: Nothing) -> CorrectionShown:
    """Drop a correction and leave the article as it is."""
    with acting() as act:
        one = _get(act.session, correction_id)
        corrections.drop(act.session, one, by=person_now())
        return act.done(_shown(one))


def _position(edition: Edition, article_id: str | None) -> int:
    if article_id is None:
        return take_downs.ALL
    found = [place.position for place in edition.places if str(place.article_id) == article_id]
    if not found:
        raise Invalid(Problem("article", "This edition has no such article."))
    return found[0]


def _console(session: Session, edition: Edition) -> ConsoleShown:
    return ConsoleShown(settings=[
        SettingShown(
            setting=item.setting, note=item.note, done_at=item.done_at, done_by=item.done_by.name if item.done_by else None,
        )
        for item in console.items_of(session, edition)
    ])


def _shown(one: Correction) -> CorrectionShown:
    return CorrectionShown(
        id=str(one.id), article=str(one.article_id), state=one.state, before=one.before, revision=one.revision,
        reason=one.reason, proposed_by=one.proposed_by.name, signed_by=one.signed_by.name if one.signed_by else None,
        done_by=one.done_by.name if one.done_by else None, done_at=one.done_at,
        stops=[say(problem) for problem in corrections.stops(db.session(), one)],
    )


def _get(session: Session, correction_id: int) -> Correction:
    found = session.get(Correction, correction_id)
    if found is None:
        raise NotFound()
    return found
