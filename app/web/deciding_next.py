"""Which articles wait for a person's decision: by right, by name, or in somebody's place; the longest waiting first."""

from __future__ import annotations

from datetime import datetime
from functools import cache

from sqlalchemy import Select, bindparam, select
from sqlalchemy.orm import Session, aliased

from editorial.articles.articles import Article
from editorial.articles.revisions import Revision
from editorial.articles.workflow import State
from editorial.people.people import Person
from editorial.people.permissions import may
from editorial.review import deciders, routes
from editorial.review.rows import NAMED, OPEN, AskedPerson, Recusal, ReviewStage

OTHER = aliased(ReviewStage)
PERSON, NAMES = bindparam("person"), bindparam("names", expanding=True)


def to_decide(session: Session, person: Person, most: int) -> list[Article]:
    """Articles with an open stage this person may decide: not their text, no other stage of it decided, not stepped aside."""
    deciding = [person, *deciders.principals(session, person)]
    rights = sorted({right.value for right in routes.RIGHT_OF.values() if any(may(one, right) for one in deciding)})
    told = {"person": person.id, "names": [one.id for one in deciding]}
    found = sorted(tuple(row) for waiting in _runs(tuple(rights), most) for row in session.execute(waiting, told))
    ids = list(dict.fromkeys(article_id for _opened_at, article_id in found))[:most]
    rows = {article.id: article for article in session.scalars(select(Article).where(Article.id.in_(ids)))} if ids else {}
    return [rows[article_id] for article_id in ids]


@cache
def _runs(rights: tuple[str, ...], most: int) -> list[Select[tuple[datetime, int]]]:
    """One ordered run of the index for each right and state: the database stops at the first few instead of judging all that wait.

    Built once: putting these questions together costs more than asking them.
    """
    whole = _clear().order_by(ReviewStage.opened_at).limit(most)
    by_right = [whole.where(ReviewStage.asks == right, ReviewStage.state == state) for right in rights for state in OPEN]
    asked = select(AskedPerson.stage_id).where(AskedPerson.person_id.in_(NAMES))
    return [*by_right, whole.where(ReviewStage.asks == NAMED, ReviewStage.state.in_(OPEN), ReviewStage.id.in_(asked))]


def _clear() -> Select[tuple[datetime, int]]:
    wrote = select(Revision.id).where(Revision.article_id == Article.id, Revision.saved_by_id == PERSON)
    decided = select(OTHER.id).where(
        OTHER.article_id == Article.id, OTHER.decided_by_id == PERSON, OTHER.name != ReviewStage.name
    )
    aside = select(Recusal.id).where(Recusal.article_id == Article.id, Recusal.person_id == PERSON)
    return select(ReviewStage.opened_at, Article.id).select_from(Article).join(
        ReviewStage, (ReviewStage.article_id == Article.id) & (ReviewStage.round == Article.round)
    ).where(
        Article.state.in_([State.IN_REVIEW, State.IN_PROOF]), Article.contributor_id != PERSON,
        ~wrote.exists(), ~decided.exists(), ~aside.exists(),
    )
