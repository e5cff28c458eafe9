"""Saving a text whose review may have begun: whatever changes then starts again at the first stage."""

from __future__ import annotations

from sqlalchemy.orm import Session

from editorial.articles import articles, suggestions
from editorial.articles.articles import Article, Saved
from editorial.articles.revisions import Content
from editorial.articles.workflow import State
from editorial.errors import Invalid, Problem
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


def take_suggestions(session: Session, article: Article, content: Content, wanted: set[int], *, base: int, by: Person) -> Saved:
    """Keep what `by` has typed, then a version with the wanted suggestions (their ids), all or nothing.

    Raises what `revise` raises; Invalid when none of them fits the text any more.
    """
    saved = revise(session, article, content, base=base, by=by)
    chosen = [row for row in suggestions.still_open(session, article.id) if row.id in wanted]
    content, made = suggestions.applied(saved.revision.content, chosen)
    if not made:
        raise Invalid(Problem("body", "The text has changed where this was suggested. Look at it and change it by hand."))
    taken = revise(session, saved.article, content, base=saved.revision.number, by=by)
    suggestions.take(session, taken.article, made, taken.revision, by=by)
    return taken
