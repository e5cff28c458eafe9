"""Review routes as data: which stages an article passes, and whose right each stage is."""

from __future__ import annotations

from sqlalchemy.orm import Session

from editorial import house
from editorial.articles.articles import Article
from editorial.errors import Invalid, Problem
from editorial.people.people import Person
from editorial.people.permissions import Action

RIGHT_OF: dict[str, Action] = {
    "review_1": Action.REVIEW_1,
    "review_2": Action.REVIEW_2,
    "review_3": Action.REVIEW_3,
    "proof_1": Action.PROOFREAD,
    "proof_2": Action.PROOFREAD,
    "proof_3": Action.PROOFREAD,
}
REVIEWS = ("review_1", "review_2", "review_3")


def route_of(session: Session, article: Article) -> list[str]:
    """The stages `article` passes, in order."""
    return list(house.setting(session, "review_route"))


def change_route(session: Session, stages: list[str], *, by: Person) -> None:
    """Set the house's route. The three reviews are always part of it, in order; proofs may stand between or after."""
    unknown = [stage for stage in stages if stage not in RIGHT_OF]
    if unknown or [stage for stage in stages if stage in REVIEWS] != list(REVIEWS) or len(set(stages)) != len(stages):
        raise Invalid(Problem("review_route", "A route holds the three reviews in order, and proofs between or after them."))
    house.change(session, "review_route", stages, by=by)


def is_proof(stage: str) -> bool:
    """Proofs check that it is correct; reviews decide whether."""
    return stage.startswith("proof_")
