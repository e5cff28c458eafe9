"""Who will be told, shown before the act: the same persons whom the act then tells."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from enum import StrEnum

from sqlalchemy.orm import Session

from editorial.articles.articles import Article
from editorial.calendar.editions import Edition
from editorial.intake import triage
from editorial.intake.submissions import Submission
from editorial.people.people import Person, Role, with_role
from editorial.review import deciders, rounds, routes
from editorial.review.plans import PROOF_TRACK, Stage
from editorial.review.rows import ReviewStage, stages_of


class Act(StrEnum):
    """What somebody is about to do."""

    ANSWER = "answer"
    SUBMIT = "submit"
    APPROVE = "approve"
    SEND_BACK = "send_back"
    SCHEDULE = "schedule"
    TAKE_DOWN = "take_down"


def audience(
    session: Session, act: Act, thing: Submission | Article | ReviewStage | Edition, *, by: Person | None = None
) -> list[Person]:
    """Whom `act` on `thing` tells: at once, or of SCHEDULE when it is out. In the order of their names' first appearance."""
    if isinstance(thing, Submission):
        told: Iterable[Person | None] = (one.contributor for one in (thing, *triage.joined(session, thing)))
    elif isinstance(thing, Edition):
        told = _of_edition(session, act, thing)
    elif isinstance(thing, Article):
        told = _first_deciders(session, thing)
    elif act == Act.APPROVE:
        told = _after(session, thing, by)
    else:
        told = (person for person in (thing.article.contributor, thing.article.editor) if person != by)
    return list({person.id: person for person in told if person is not None}.values())


def _of_edition(session: Session, act: Act, edition: Edition) -> list[Person]:
    contributors = [place.article.contributor for place in edition.places]
    return contributors + (with_role(session, Role.EDITOR_IN_CHIEF) if act == Act.TAKE_DOWN else [])


def _first_deciders(session: Session, article: Article) -> list[Person]:
    """Those whom the stages that open first will ask, on the way that the article takes now."""
    plan = rounds.joined(routes.choose(session, article).version.plan, rounds.joining(session, article))
    first: dict[str, int] = {}
    for stage in plan.stages:
        if stage.track != PROOF_TRACK or not plan.proofs_after:
            first[stage.track] = min(first.get(stage.track, stage.step), stage.step)
    opening = [stage for stage in plan.stages if first.get(stage.track) == stage.step]
    return [person for stage in opening for person in _asked_by(session, article, stage)]


def _asked_by(session: Session, article: Article, stage: Stage) -> list[Person]:
    right = routes.right_of(stage.name)
    if stage.people or right is None:
        out = deciders.barred(session, article, stage.name)
        named = [session.get(Person, person_id) for person_id in stage.people if person_id not in out]
        return [person for person in named if person is not None and person.active]
    return deciders.able(session, ReviewStage(article=article, article_id=article.id, name=stage.name, asks=right.value))


def _after(session: Session, row: ReviewStage, by: Person | None) -> list[Person]:
    """Those who decide next, or the contributor when nothing is missing any more."""
    article = row.article
    present = stages_of(session, article)
    if rounds.is_last(present, row):
        return [article.contributor]
    together = [one for one in present if one.track == row.track and one.step == row.step]
    if any(one.is_open for one in together if one is not row) and not row.needed:
        return []
    following: Sequence[ReviewStage] = [one for one in present if one.track == row.track and one.step > row.step]
    step = min((one.step for one in following), default=0)
    asked = [person for one in following if one.step == step for person in deciders.able(session, one)]
    # Whoever decides this stage decides no other one of it.
    return [person for person in asked if by is None or person.id != by.id]
