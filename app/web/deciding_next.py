"""Which articles wait for a person's decision: by right, by name, or in somebody's place; the longest waiting first."""

from __future__ import annotations

from sqlalchemy import Select, select
from sqlalchemy.orm import Session, aliased

from editorial.articles.articles import Article
from editorial.articles.revisions import Revision
from editorial.articles.workflow import State
from editorial.people.people import Person
from editorial.people.permissions import may
from editorial.review import deciders, routes
from editorial.review.rows import NAMED, OPEN, AskedPerson, Recusal, ReviewStage

OTHER = aliased(ReviewStage)

def to_decide(session: Session, person: Person, most: int) -> list[Article]:
    """Articles with an open stage this person may decide: not their text, no other stage of it decided, not stepped aside."""
    found: list[tuple[object, Article]] = []
    # One ordered run of the index for each right and state: the database stops at the first few instead of judging all that wait.
    for waiting in _runs(session, person):
        found.extend((opened_at, article) for article, opened_at in session.execute(waiting.limit(most)))
    found.sort(key=lambda one: one[0])  # type: ignore[arg-type,return-value]
    return list({article.id: article for _opened_at, article in found}.values())[:most]


def _runs(session: Session, person: Person) -> list[Select[tuple[Article, object]]]:
    acting = deciders.principals(session, person)
    rights = {right.value for right in routes.RIGHT_OF.values() if any(may(one, right) for one in [person, *acting])}
    whole = _clear(person).order_by(ReviewStage.opened_at)
    by_right = [whole.where(ReviewStage.asks == right, ReviewStage.state == state) for right in sorted(rights) for state in OPEN]
    names = [one.id for one in [person, *acting]]
    asked = select(AskedPerson.stage_id).where(AskedPerson.person_id.in_(names))
    by_name = whole.where(ReviewStage.asks == NAMED, ReviewStage.state.in_(OPEN), ReviewStage.id.in_(asked))
    return [*by_right, by_name]


def _clear(person: Person) -> Select[tuple[Article, object]]:
    wrote = select(Revision.id).where(Revision.article_id == Article.id, Revision.saved_by_id == person.id)
    decided = select(OTHER.id).where(
        OTHER.article_id == Article.id, OTHER.decided_by_id == person.id, OTHER.name != ReviewStage.name
    )
    aside = select(Recusal.id).where(Recusal.article_id == Article.id, Recusal.person_id == person.id)
    return select(Article, ReviewStage.opened_at).join(
        ReviewStage, (ReviewStage.article_id == Article.id) & (ReviewStage.round == Article.round)
    ).where(
        Article.state.in_([State.IN_REVIEW, State.IN_PROOF]), Article.contributor_id != person.id,
        ~wrote.exists(), ~decided.exists(), ~aside.exists(),
    )
