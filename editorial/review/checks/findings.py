"""Everything the rules find in one article as it stands, and what of it still stops it."""

from __future__ import annotations

from sqlalchemy.orm import Session

from editorial.articles.articles import Article
from editorial.errors import Problem
from editorial.review.checks.found import Found


def findings(session: Session, article: Article) -> list[Found]:
    """What the rules find in the newest version, in the order of the text, waived ones included."""
    return []


def open_blockers(session: Session, article: Article) -> list[Found]:
    """Of the findings those that stop the article: blockers that nobody let pass."""
    return [one for one in findings(session, article) if one.is_open_blocker]


def problems(session: Session, article: Article) -> list[Problem]:
    """The open blockers as problems of their fields."""
    stops = open_blockers(session, article)
    return [Problem(one.field, one.rule.message, {"quote": one.quote}, one.rule.suggestion) for one in stops]


def joining(session: Session, article: Article) -> set[str]:
    """Names of the stages that join the review of the article because a rule found something of theirs."""
    return {one.rule.joins for one in findings(session, article) if one.rule.joins}
