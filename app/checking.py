"""What the house's rules find in an article, as pages and programs are told: the engine's findings and the punctuation."""

from __future__ import annotations

from sqlalchemy.orm import Session

from editorial.articles import articles
from editorial.articles.articles import Article
from editorial.articles.revisions import Content
from editorial.errors import WrongState
from editorial.review.checks import findings, rulebook
from editorial.review.checks.found import Found
from publishers import wording
from publishers.rendering.findings import Finding

PUNCTUATION = "punctuation"
LONGEST_PLACE = 60


class NoLongerFound(WrongState):
    """This finding no longer stands in the text."""


def found_in(session: Session, article: Article) -> list[Found]:
    """Everything found in the newest version, blockers first, each with what became of it."""
    body = articles.newest(session, article).body
    return _blockers_first([*findings.findings(session, article), *_punctuation(session, body)])


def found_at(session: Session, article: Article, place: str) -> Found:
    """The finding at this place of the newest version. Raises NoLongerFound."""
    for one in found_in(session, article):
        if one.place == place:
            return one
    raise NoLongerFound()


def remarks(session: Session, article: Article) -> list[Finding]:
    """The same as the rendering's findings; what a second person let pass is only advice."""
    return [_told(one) for one in found_in(session, article)]


def remarks_on(session: Session, content: Content) -> list[Finding]:
    """What is found in a text that is not saved yet."""
    return [_told(one) for one in _blockers_first([*findings.findings_of(session, content), *_punctuation(session, content.body)])]


def _told(one: Found) -> Finding:
    severity = "blocker" if one.is_open_blocker else "advice"
    return Finding(one.rule.code, severity, one.quote[:LONGEST_PLACE], one.rule.message, one.rule.suggestion, one.params)


def _punctuation(session: Session, body: str) -> list[Found]:
    rule = rulebook.in_force(session).by_code.get(PUNCTUATION)
    if rule is None or not rule.enabled:
        return []
    return [
        Found(rule, "body", max(0, body.find(one.quote)), len(one.quote), one.quote, one.quote, line=one.line, right=one.right)
        for one in wording.remarks(body)
    ]


def _blockers_first(found: list[Found]) -> list[Found]:
    return sorted(found, key=lambda one: not one.is_open_blocker)
