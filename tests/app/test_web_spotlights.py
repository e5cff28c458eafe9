"""The spotlight: one person, one group, one article, at most once in seven days; the words looked at are those that go out."""

from __future__ import annotations

import re
import threading
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from app.config import Settings
from app.engine import WRITES
from app.jobs import Works
from editorial import clock
from editorial.articles import articles
from editorial.articles.articles import Article
from editorial.articles.workflow import State as ArticleState
from editorial.audit import AuditEntry
from editorial.errors import AlreadyLeft, Invalid
from editorial.groups import groups
from editorial.notices import Notice
from editorial.outbox.deliveries import Delivery, Purpose, State
from editorial.people import people as persons
from editorial.people.people import Person
from editorial.share_back import group_habits, spotlights
from editorial.share_back.shares import Share
from editorial.share_back.spotlights import Author, Spotlight
from publishers.sandbox.running import Running
from tests import factories
from tests.app.browser import Browser
from tests.conftest import make_settings

SEEN = re.compile(r'name="seen" value="([^"]+)"')
KEY = {"key": "693a91f6-7xxx-4bc4-97a0-0ec2sifa5aaa"}
NOON = datetime(2026, 6, 3, 4, tzinfo=UTC)
WEEK = timedelta(days=7)
People = dict[str, Person]


@pytest.fixture
def settings(sqlite_url: str, tmp_path: Any, sandbox: Running) -> Settings:
    sandbox.chat("wecom", KEY["key"], name="装配群")
    return make_settings(tmp_path, database_url=sqlite_url, platform=sandbox.url)


@pytest.fixture
def out(session: Session, people: People) -> Article:
    """A published article from a group with a robot, whose link went nowhere yet."""
    group = factories.group(session, "assembly", "wecom_robot", KEY)
    group.steward = people["other"]
    edition = factories.scheduled(session, people, share_to=[])
    factories.publish(session, edition)
    session.commit()
    return edition.lead


def author_of(session: Session, article: Article) -> Author:
    (found,) = spotlights.authors(session, article.group, 1, article.id)
    return found


def promise(session: Session, article: Article, by: Person) -> Spotlight:
    return spotlights.promise(session, article.group, author_of(session, article), "本周聚光：甲", "《乙》", by=by)


def test_from_the_stewards_press_into_the_group_once(
    app: Flask, settings: Settings, sandbox: Running, session: Session, people: People, out: Article
) -> None:
    choice, title = f"{out.id}-{out.contributor_id}", out.title
    session.rollback()
    steward = Browser(app, people["other"])
    assert "看看这条消息" in steward.look("/groups/assembly/spotlight")
    looked = steward.send("/groups/assembly/spotlight", choice=choice, act="look")
    words = f"本周聚光：制造部 周小满\n《{title}》"
    assert looked.status_code == 200 and words in looked.text and "马上发出" in looked.text
    seen = SEEN.findall(looked.text)[0]
    session.expire_all()
    assert session.scalar(select(Spotlight)) is None, "looking promises nothing"
    session.rollback()
    other = steward.send("/groups/assembly/spotlight", choice=choice, act="send", seen="别的话")
    assert other.status_code == 200 and words in other.text, "only the very words that were looked at"
    assert steward.send("/groups/assembly/spotlight", choice=choice, act="send", seen=seen).status_code == 303
    again = steward.send("/groups/assembly/spotlight", choice=choice, act="send", seen=seen)
    assert again.status_code == 422 and "起可以发下一次" in again.text
    works = Works(settings)
    for _ in range(3):
        for lane in works.lanes_with_work():
            works.drain(lane)
    said = [str(effect) for effect in sandbox.effects("robot_message")]
    assert len(said) == 1 and "本周聚光：制造部 周小满" in said[0] and f"《{title}》" in said[0]
    lit = session.scalars(select(Spotlight)).one()
    assert lit.delivery is not None and lit.delivery.state == State.SENT
    assert f"/s/{lit.link.code}" in said[0] and lit.link.group_id == lit.group_id
    assert app.test_client().get(f"/s/{lit.link.code}").status_code == 302
    told = session.scalars(select(Notice.person_id).where(Notice.cause == f"spotlight:{lit.id}")).all()
    assert told == [lit.person_id]
    assert session.scalars(select(AuditEntry.verb).where(AuditEntry.verb == "promise_spotlight")).all() == ["promise_spotlight"]
    session.rollback()
    page = steward.look("/groups/assembly/spotlight")
    assert "起可以发下一次" in page and "撤回后" not in page


def test_a_group_waits_seven_days_to_the_instant(session: Session, people: People, out: Article) -> None:
    with clock.at(NOON):
        first = promise(session, out, people["operator"])
        assert first.delivery_id is not None
        delivery = session.get_one(Delivery, first.delivery_id)
        delivery.state, delivery.settled_at = State.SENT, NOON
        session.flush()
    with clock.at(NOON + WEEK - timedelta(seconds=1)), pytest.raises(Invalid, match="2026-06-10 12:00"):
        promise(session, out, people["operator"])
    with clock.at(NOON + WEEK):
        promise(session, out, people["operator"])


def test_what_was_held_for_days_counts_from_when_it_left(session: Session, people: People, out: Article) -> None:
    with clock.at(NOON):
        delivery = session.get_one(Delivery, promise(session, out, people["operator"]).delivery_id)
        delivery.due_at = NOON + 3 * timedelta(days=1)
        session.flush()
        assert spotlights.free_from(session, out.group) == NOON + 10 * timedelta(days=1)


def test_taken_back_before_it_left_frees_the_week_afterwards_not(session: Session, people: People, out: Article) -> None:
    first = promise(session, out, people["operator"])
    spotlights.cancel(session, first, by=people["operator"])
    assert spotlights.free_from(session, out.group) is None
    second = promise(session, out, people["operator"])
    session.get_one(Delivery, second.delivery_id).state = State.SENT
    session.flush()
    with pytest.raises(AlreadyLeft):
        spotlights.cancel(session, second, by=people["operator"])
    assert session.scalars(select(AuditEntry.verb).where(AuditEntry.verb == "cancel_spotlight")).all() == ["cancel_spotlight"]


def test_of_two_who_press_at_once_one_is_refused(session: Session, engine: Engine, people: People, out: Article) -> None:
    article_id, by_id = out.id, people["operator"].id
    session.rollback()
    start, results = threading.Barrier(2), []

    def press() -> None:
        with Session(engine.execution_options(**WRITES)) as own:
            start.wait()
            try:
                promise(own, own.get_one(Article, article_id), persons.get(own, by_id))
                own.commit()
                results.append("promised")
            except Invalid:
                own.rollback()
                results.append("refused")

    threads = [threading.Thread(target=press) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(results) == ["promised", "refused"]
    assert len(session.scalars(select(Delivery).where(Delivery.purpose == Purpose.SPOTLIGHT)).all()) == 1


@pytest.mark.parametrize(("change", "why"), [
    (lambda source: setattr(source, "byline", "制造部"), spotlights.ONLY_DEPARTMENT),
    (lambda source: setattr(source, "byline", "周小"), spotlights.NOT_NAMED),
    (lambda source: setattr(source.contributor, "active", False), spotlights.HAS_LEFT),
])
def test_who_must_not_be_named_never_is(
    session: Session, people: People, out: Article, app: Flask, change: Callable[[Any], None], why: str
) -> None:
    change(out.sources[0].submission)
    session.flush()
    assert author_of(session, out).why_not == why
    with pytest.raises(Invalid) as refused:
        promise(session, out, people["operator"])
    assert [one.field for one in refused.value.problems] == ["person"]
    choice = f"{out.id}-{out.contributor_id}"
    session.commit()
    operator = Browser(app, people["operator"])
    page = operator.look("/groups/assembly/spotlight")
    assert "不能点名的" in page and f'value="{choice}"' not in page
    assert operator.send("/groups/assembly/spotlight", choice=choice, act="look").status_code == 422


def test_a_pen_name_is_not_given_away_by_the_department(session: Session, people: People, out: Article, app: Flask) -> None:
    out.sources[0].submission.byline = "秋水"
    articles.newest(session, out).author = "秋水"
    choice = f"{out.id}-{out.contributor_id}"
    session.commit()
    looked = Browser(app, people["operator"]).send("/groups/assembly/spotlight", choice=choice, act="look").text
    assert "本周聚光：秋水\n" in looked and "制造部" not in looked and "周小满" not in re.sub(r"<option.*?</option>", "", looked)


def test_it_counts_in_the_budget_and_keeps_quiet_hours(session: Session, people: People, out: Article) -> None:
    group_habits.change_rules(session, {
        "group_week_messages": "1", "group_quiet_from": "21:00", "group_quiet_until": "07:00", "digest_day": "3",
        "digest_at": "12:00",
    }, by=people["admin"])
    night, morning = datetime(2026, 6, 3, 14, tzinfo=UTC), datetime(2026, 6, 3, 23, tzinfo=UTC)
    with clock.at(night):
        held = spotlights.goes_at(session, out.group, clock.DEFAULT_ZONE)
    assert held is not None and held.until == morning
    with clock.at(datetime(2026, 6, 1, 4, tzinfo=UTC)):
        held = spotlights.goes_at(session, out.group, clock.DEFAULT_ZONE)
    assert held is not None and held.code == "over_budget"


def test_what_is_taken_down_or_not_out_is_not_put_in_the_light(
    settings: Settings, sandbox: Running, session: Session, people: People, out: Article
) -> None:
    author = author_of(session, out)
    lit = promise(session, out, people["operator"])
    out.state = ArticleState.TAKEN_DOWN
    delivery_id = lit.delivery_id
    session.commit()
    works = Works(settings)
    for lane in works.lanes_with_work():
        works.drain(lane)
    assert sandbox.effects("robot_message") == []
    assert session.get_one(Delivery, delivery_id, populate_existing=True).state == State.NEEDS_PERSON
    other = factories.group(session, "lean")
    with pytest.raises(Invalid, match="article"):
        spotlights.promise(session, other, author, "a", "b", by=people["operator"])


def test_where_no_robot_is_it_is_posted_by_hand(
    app: Flask, settings: Settings, session: Session, people: People, out: Article
) -> None:
    group = groups.by_slug(session, "assembly")
    assert group is not None
    group.connector = None
    session.commit()
    choice = f"{out.id}-{out.contributor_id}"
    steward = Browser(app, people["other"])
    session.rollback()
    (seen,) = SEEN.findall(steward.send("/groups/assembly/spotlight", choice=choice, act="look").text)
    assert steward.send("/groups/assembly/spotlight", choice=choice, act="send", seen=seen).status_code == 303
    works = Works(settings)
    for lane in works.lanes_with_work():
        works.drain(lane)
    delivery = session.scalars(select(Delivery).where(Delivery.purpose == Purpose.SPOTLIGHT)).one()
    assert (delivery.state, delivery.awaiting) == (State.ACCEPTED, "person")
    delivery_id = delivery.id
    session.rollback()
    assert "本周聚光" in steward.look("/share-back")
    assert f"/story-calls/messages/{delivery_id}" in Browser(app, people["operator"]).look(f"/deliveries/{delivery_id}")
    assert "本周聚光：制造部 周小满" in steward.look(f"/story-calls/messages/{delivery_id}")
    assert steward.send(f"/deliveries/{delivery_id}/confirmation").status_code == 303
    assert session.get_one(Delivery, delivery_id, populate_existing=True).state == State.SENT
    assert session.scalar(select(Share)) is None, "a spotlight is no share"
