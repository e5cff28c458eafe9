"""Saving a text whose review may have begun: whatever changes then starts again at the first stage."""

from __future__ import annotations

from sqlalchemy.orm import Session

from editorial.articles import articles
from editorial.articles.articles import Article, Saved
from editorial.articles.revisions import Content
from editorial.articles.workflow import State
from editorial.people.people import Person
from editorial.review import stages


def revise(session: Session, article: Article, content: Content, *, base: int, by: Person) -> Saved:
    """Keep a new version over version `base`; of a text under review or signed off the review begins anew.

    Every edge saves through here. Raises what `articles.save` raises: Stale, UnscheduleFirst, WrongState, Invalid.
    """
    saved = articles.save(session, article, content, base=base, by=by)
    if saved.revision.number > base and saved.article.state == State.IN_REVIEW:
        stages.reopen(session, saved.article)
    return saved
