"""A rule that is made after the sign-off still stops what it forbids: at the calendar, and before it leaves."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy.orm import Session

from editorial import clock
from editorial.calendar import editions
from editorial.errors import Invalid
from editorial.people.people import Person
from editorial.release import releases
from editorial.review.checks import rulebook
from publishers.dispatch import gate
from tests import factories

STOPPED = "A rule of the house stops an article of this edition."


def forbid(session: Session, word: str, by: Person) -> None:
    """The house decides not to publish this word."""
    rule = rulebook.get(session, "house_blocked")
    rulebook.save(session, rule.changed(settings={"terms": [word]}), base=rule.version, by=by)


def test_what_was_scheduled_before_the_rule_waits_for_a_person(session: Session, people: dict[str, Person]) -> None:
    edition = factories.scheduled(session, people)
    delivery = releases.deliveries_of(session, edition)[0]
    assert gate.refusal_of(session, delivery) == ""
    forbid(session, edition.lead.title[:4], people["editor_in_chief"])
    assert gate.refusal_of(session, delivery) == STOPPED


def test_what_was_signed_off_before_the_rule_is_not_scheduled(session: Session, people: dict[str, Person]) -> None:
    article = factories.signed_off(session, people)
    account = factories.account(session)
    edition = editions.plan(session, account=str(account.id), mode="release", article_ids=[str(article.id)], by=people["publisher"])
    forbid(session, article.title[:4], people["editor_in_chief"])
    with pytest.raises(Invalid) as refused:
        releases.schedule(session, edition, clock.now() + timedelta(days=1), by=people["publisher"])
    assert {problem.field for problem in refused.value.problems} == {"articles.0.title", "articles.0.body"}
