"""Everything the rules find in one article as it stands, and what of it still stops it."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence

from sqlalchemy.orm import Session

from editorial.articles import articles, assets
from editorial.articles.articles import Article
from editorial.articles.revisions import Content
from editorial.errors import Problem
from editorial.review.checks import codes, engine, facts, records, rulebook, waivers
from editorial.review.checks.engine import Text
from editorial.review.checks.found import Found


def findings(session: Session, article: Article) -> list[Found]:
    """What the rules find in the newest version, in the order of the text, with what became of each."""
    content = articles.newest(session, article).content
    unsourced = tuple(fact.quote for fact in facts.of(session, article.id) if not fact.source)
    found = findings_of(session, content, unsourced=unsourced)
    asked = {one.place: one for one in reversed(waivers.of(session, article.id)) if one.granted is not False}
    return [
        dataclasses.replace(one, waiver_id=waiver.id if waiver.granted else None, asked=True) if waiver else one
        for one, waiver in ((one, asked.get(one.place)) for one in found)
    ]


def findings_of(session: Session, content: Content, *, unsourced: tuple[str, ...] = ()) -> list[Found]:
    """What the rules find in a content that need not be saved; nobody's waivers are known of it."""
    shown = [*assets.shown_in(content.body), *filter(None, [content.cover])]
    said = codes.of(session, shown)
    text = Text(
        content.title, content.body, content.digest, content.author, unsourced=unsourced,
        codes=tuple(code for picture in dict.fromkeys(shown) for code in said.get(picture, ())),
    )
    return list(engine.findings_in(rulebook.in_force(session), text))


def open_blockers(session: Session, article: Article) -> list[Found]:
    """Of the findings those that stop the article: blockers that nobody let pass."""
    return [one for one in findings(session, article) if one.is_open_blocker]


def problems(session: Session, article: Article) -> list[Problem]:
    """The open blockers as problems of their fields."""
    return as_problems(findings(session, article))


def as_problems(found: Sequence[Found]) -> list[Problem]:
    """Of these findings the open blockers, as problems of their fields."""
    return [Problem(one.field, one.rule.message, dict(one.params), one.rule.suggestion) for one in found if one.is_open_blocker]


def gate(session: Session, article: Article) -> list[Problem]:
    """The open blockers at a decision; what was found is kept, so that the decision keeps the rules it was made under."""
    found = findings(session, article)
    records.keep(session, article.id, articles.newest(session, article).content_hash, found)
    return as_problems(found)


def joining(session: Session, article: Article) -> set[str]:
    """Names of the stages that join the review of the article because a rule found something of theirs."""
    return {one.rule.joins for one in findings(session, article) if one.rule.joins}
