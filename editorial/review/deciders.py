"""Who may decide a stage: by right, by name, or as a substitute; never their own text, never a second stage."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from editorial import audit, clock
from editorial.articles import revisions
from editorial.articles.articles import Article
from editorial.errors import Invalid, NotAllowed, OwnText, Problem, Recused, SecondStage
from editorial.people.people import Person, with_role
from editorial.people.permissions import RIGHTS, Action, may
from editorial.review import routes
from editorial.review.rows import NAMED, AskedPerson, Recusal, ReviewStage, Substitution


def ensure_may_decide(session: Session, article: Article, stage: str, by: Person) -> Person | None:
    """Raise NotAllowed, OwnText, SecondStage or Recused unless `by` may decide `stage` of `article`.

    Returns the person whom `by` stands in for, or none when they decide in their own right.
    """
    row = session.scalar(select(ReviewStage).where(
        ReviewStage.article_id == article.id, ReviewStage.round == article.round, ReviewStage.name == stage,
    ))
    if row is None and stage not in routes.RIGHT_OF:
        raise Invalid(Problem("stage", "There is no stage called {stage}.", {"stage": stage}))
    asked = _asked(session, row)
    if _holds(by, stage, row, asked):
        _ensure_clear(session, article, stage, by)
        return None
    for principal in _stood_in_for(session, by):
        if _holds(principal, stage, row, asked) and _is_clear(session, article, stage, principal):
            _ensure_clear(session, article, stage, by)
            return principal
    raise NotAllowed()


def able(session: Session, row: ReviewStage) -> list[Person]:
    """Everybody who may decide this stage now: those asked, and the substitutes in force of them."""
    article, asked = row.article, _asked(session, row)
    if row.asks == NAMED:
        first = [person for person_id in sorted(asked) if (person := session.get(Person, person_id)) is not None]
    else:
        first = with_role(session, *sorted(RIGHTS[Action(row.asks)]))
    out = barred(session, article, row.name)
    clear = [person for person in first if person.active and person.id not in out and _holds(person, row.name, row, asked)]
    acting = _acting_for(session, [person.id for person in clear])
    more = [person for person in acting if person.id not in out and may(person, Action.SEE_ARTICLE)]
    return list({person.id: person for person in [*clear, *more]}.values())


def barred(session: Session, article: Article, stage: str) -> set[int]:
    """Ids of those who may not decide `stage`: they wrote the text, decided another stage of it, or stepped aside."""
    decided = session.scalars(select(ReviewStage.decided_by_id).where(
        ReviewStage.article_id == article.id, ReviewStage.decided_by_id.is_not(None), ReviewStage.name != stage,
    ))
    aside = session.scalars(select(Recusal.person_id).where(Recusal.article_id == article.id))
    return {article.contributor_id, *revisions.writers(session, article.id), *(one for one in decided if one), *aside}


def name_substitute(
    session: Session, person: Person, substitute: Person, *, begins_at: datetime, ends_at: datetime
) -> Substitution:
    """Let `substitute` decide what `person` could, from one instant to another. Raises Invalid naming the field."""
    if substitute.id == person.id or not may(substitute, Action.SEE_ARTICLE):
        raise Invalid(Problem("substitute", "Choose somebody else of the newsroom."))
    if not begins_at < ends_at or ends_at <= clock.now():
        raise Invalid(Problem("ends_at", "It ends before it begins, or is over already."))
    made = Substitution(person_id=person.id, substitute_id=substitute.id, begins_at=begins_at, ends_at=ends_at)
    session.add(made)
    session.flush()
    details = {"name": substitute.name, "begins_at": begins_at.isoformat(), "ends_at": ends_at.isoformat()}
    audit.record(session, "name_substitute", "person", person.id, by=person, details=details)
    return made


def end_substitution(session: Session, substitution: Substitution, *, by: Person) -> None:
    """It ends now. Raises NotAllowed for anybody but the person who named the substitute."""
    if substitution.person_id != by.id:
        raise NotAllowed()
    substitution.ends_at = min(substitution.ends_at, clock.now())
    audit.record(session, "end_substitution", "person", by.id, by=by, details={"name": substitution.substitute.name})


def substitutions(session: Session, person: Person) -> list[Substitution]:
    """Whom the person named, and for whom they act, now or later."""
    query = select(Substitution).where(Substitution.ends_at > clock.now())
    mine = query.where((Substitution.person_id == person.id) | (Substitution.substitute_id == person.id))
    return list(session.scalars(mine.order_by(Substitution.begins_at, Substitution.id)))


def principals(session: Session, person: Person) -> list[Person]:
    """For whom the person may act now."""
    return _stood_in_for(session, person)


def _asked(session: Session, row: ReviewStage | None) -> set[int]:
    if row is None or row.asks != NAMED:
        return set()
    return set(session.scalars(select(AskedPerson.person_id).where(AskedPerson.stage_id == row.id)))


def _holds(person: Person, stage: str, row: ReviewStage | None, asked: set[int]) -> bool:
    """Whether the stage is this person's by name or right. A named reviewer of the three reviews needs the right as well."""
    right = routes.right_of(stage)
    if row is not None and row.asks == NAMED:
        by_kind = Action.SEE_ARTICLE if row.kind in ("legal", "expert") else right
        return person.id in asked and by_kind is not None and may(person, by_kind)
    return right is not None and may(person, right)


def _ensure_clear(session: Session, article: Article, stage: str, by: Person) -> None:
    if by.id == article.contributor_id or by.id in revisions.writers(session, article.id):
        raise OwnText()
    other = select(ReviewStage.id).where(
        ReviewStage.article_id == article.id, ReviewStage.decided_by_id == by.id, ReviewStage.name != stage
    )
    if session.scalar(other.limit(1)) is not None:
        raise SecondStage()
    aside = select(Recusal.id).where(Recusal.article_id == article.id, Recusal.person_id == by.id)
    if session.scalar(aside) is not None:
        raise Recused()


def _is_clear(session: Session, article: Article, stage: str, person: Person) -> bool:
    return person.id not in barred(session, article, stage)


def _stood_in_for(session: Session, by: Person) -> list[Person]:
    if not may(by, Action.SEE_ARTICLE):
        return []
    now = clock.now()
    query = select(Substitution).where(
        Substitution.substitute_id == by.id, Substitution.begins_at <= now, Substitution.ends_at > now
    )
    return [row.person for row in session.scalars(query.order_by(Substitution.id)) if row.person.active]


def _acting_for(session: Session, person_ids: Iterable[int]) -> list[Person]:
    now = clock.now()
    query = select(Substitution).where(
        Substitution.person_id.in_(person_ids), Substitution.begins_at <= now, Substitution.ends_at > now
    )
    return [row.substitute for row in session.scalars(query.order_by(Substitution.id))]
