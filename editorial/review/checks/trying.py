"""A rule on trial: against its own examples, and against the articles the house already has."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from editorial.articles.articles import Article
from editorial.articles.revisions import Revision
from editorial.errors import Problem
from editorial.review.checks.engine import Engine, Text
from editorial.review.checks.found import Found
from editorial.review.checks.rule import Rule
from editorial.review.checks.rulebook import Rulebook

MOST_ARTICLES = 1000
TRIED_BY_ITSELF = ("terms", "patterns", "function", "title")


@dataclass(frozen=True)
class Trial:
    """What a rule would find: of `looked_at` articles those in which it finds something, the newest first."""

    looked_at: int
    hits: list[tuple[Article, list[Found]]]

    @property
    def passages(self) -> int:
        return sum(len(found) for _, found in self.hits)


def examples_of(rule: Rule) -> Iterator[Problem]:
    """Examples that do not hold: passages the rule must find and does not, or must leave and finds."""
    if rule.kind not in TRIED_BY_ITSELF:
        return
    engine = _engine(rule)
    for example in rule.examples:
        text = Text(example.text, "") if example.field == "title" else Text("", example.text)
        if bool(engine.findings(text)) == example.finds:
            continue
        if example.finds:
            yield Problem("finds", "It does not find: “{text}”", {"text": example.text})
        else:
            yield Problem("leaves", "It finds what it must leave alone: “{text}”", {"text": example.text})


def against_archive(session: Session, rule: Rule, last: int) -> Trial:
    """What the rule would find in the newest versions of the last articles, at most MOST_ARTICLES of them."""
    query = (
        select(Article, Revision).join(Revision, (Revision.article_id == Article.id) & (Revision.number == Article.revision))
        .order_by(Article.id.desc()).limit(min(last, MOST_ARTICLES))
    )
    engine, hits, looked_at = _engine(rule), [], 0
    for article, revision in session.execute(query):
        looked_at += 1
        found = engine.findings(Text(revision.title, revision.body, revision.digest, revision.author))
        if found:
            hits.append((article, found))
    return Trial(looked_at, hits)


def _engine(rule: Rule) -> Engine:
    return Engine(Rulebook((rule.changed(enabled=True),), "on trial"))
