"""Flash groups: opened and closed by the clock, one good-bye, visits until the end, a report, its steward opens it again."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.connecting import set_connector
from app.engine import WRITES
from app.jobs import Works, open_engine
from app.outfit import outfit_for
from app.reminding import remind
from editorial import clock
from editorial.errors import NotAllowed
from editorial.groups import flash, groups
from editorial.groups.flash import FlashRun
from editorial.groups.groups import GroupState
from editorial.intake import submissions
from editorial.members import memberships
from editorial.members.memberships import Membership, Way
from editorial.outbox.deliveries import Delivery, Purpose, State
from editorial.share_back import clicks, links, shares
from editorial.share_back.clicks import Click, Hit
from publishers.dispatch import drain
from tests import factories
from tests.app.browser import Browser
from tests.conftest import make_settings

ZONE = "Asia/Shanghai"
NOON = datetime(2026, 6, 18, 4, tzinfo=UTC)
HOUR = timedelta(hours=1)


@pytest.fixture
def settings(sqlite_url, tmp_path, sandbox):
    """An instance whose platforms are the simulated ones."""
    return make_settings(tmp_path, database_url=sqlite_url, platform=sandbox.url)


@pytest.fixture
def group(session, people, settings):
    """A group with a robot, a steward and a member."""
    made = factories.group(session, "sale")
    made.steward = people["contributor"]
    set_connector(session, made, "wecom_robot", {"key": "sale-key"}, by=people["operator"])
    memberships.begin(session, made, people["other"], Way.OPEN)
    session.commit()
    return made


def plan(session, group, people, begins=NOON, hours=2.0, by="operator"):
    run = flash.plan(session, group, begins, begins + hours * HOUR, by=people[by])
    session.commit()
    return run


def tick(session, at, settings=None):
    """What the worker does at this instant."""
    with clock.at(at):
        remind(session, ZONE)
    session.commit()
    if settings is not None:
        engine = open_engine(settings)
        session.rollback()
        works = Works(settings)
        with Session(works.engine.execution_options(**WRITES)) as own, clock.at(at):
            drain(own, shares.LANE, outfit_for(shares.LANE, settings, engine))
        works.engine.dispose()
        engine.dispose()
    session.expire_all()


def test_before_its_start_it_is_not_active_and_then_it_is(session, people, group):
    with clock.at(NOON - HOUR):
        run = plan(session, group, people)
    assert group.state == GroupState.PREPARING and run.opened_at is None
    assert group not in groups.reachable(session)
    session.commit()
    tick(session, NOON + timedelta(seconds=20))
    assert groups.by_slug(session, "sale").state == GroupState.ACTIVE
    assert session.get_one(FlashRun, run.id).opened_at is not None


def test_at_its_end_all_of_it_is_closed_at_once(session, people, group, settings, sandbox):
    with clock.at(NOON):
        run = plan(session, group, people)
    with clock.at(NOON + HOUR):
        submissions.receive(session, title="一小时售罄", body="文", origin_group="sale", by=people["contributor"])
    session.commit()
    run_id, group_id = run.id, group.id
    tick(session, NOON + 2 * HOUR - timedelta(seconds=1))
    assert groups.get(session, group_id).state == GroupState.ACTIVE
    session.commit()
    for later in (0, 20, 40, 200):
        tick(session, NOON + 2 * HOUR + timedelta(seconds=later), settings)
    run = session.get_one(FlashRun, run_id)
    assert groups.get(session, group_id).state == GroupState.CLOSED and run.final
    assert run.report == {"members": 1, "stories": 1, "sent": 0, "clicks": 0}
    [membership] = session.scalars(select(Membership)).all()
    assert membership.present is None and membership.reason == memberships.BY_END
    delivery = session.scalars(select(Delivery).where(Delivery.purpose == Purpose.CLOSING)).one()
    assert (delivery.id, delivery.state) == (run.delivery_id, State.SENT)
    [said] = sandbox.effects("robot_message")
    assert "到此结束" in str(said["bubble"]) and "1 篇来稿" in str(said["bubble"])


def test_visits_after_the_end_are_not_counted(session, people, group):
    with clock.at(NOON):
        run = plan(session, group, people)
    edition = factories.scheduled(session, people)
    made = links.make_all(session, edition.id, [(edition.places[0].article_id, "https://x.cn/")], [group.id])[0]
    at = [(NOON + minutes * timedelta(minutes=1)).timestamp() for minutes in (5, 119, 121, 500)]
    clicks.count(session, [Hit(made.code, instant, "people", f"v{instant}") for instant in at])
    session.flush()
    assert session.scalar(select(func.count()).select_from(Click)) == 2
    session.commit()
    for later in (1, 200):
        tick(session, NOON + 2 * HOUR + timedelta(seconds=later))
    assert session.get_one(FlashRun, run.id).report["clicks"] == 2


def test_only_its_steward_opens_it_again_with_a_new_end(app, session, people, group):
    with clock.at(NOON):
        plan(session, group, people)
    tick(session, NOON + 3 * HOUR)
    with clock.at(NOON + 4 * HOUR), pytest.raises(NotAllowed):
        flash.plan(session, groups.by_slug(session, "sale"), NOON + 4 * HOUR, NOON + 5 * HOUR, by=people["operator"])
    session.rollback()
    operator = Browser(app, people["operator"])
    operator.send("/groups/sale/reopening")
    assert groups.by_slug(session, "sale").state == GroupState.CLOSED
    session.rollback()
    with clock.at(NOON + 4 * HOUR):
        again = plan(session, groups.by_slug(session, "sale"), people, NOON + 4 * HOUR, 1.0, by="contributor")
    assert again.opened_at is not None and groups.by_slug(session, "sale").state == GroupState.ACTIVE
    assert flash.ends(session, [group.id]) == {group.id: NOON + 5 * HOUR}


def test_the_page_plans_it_and_says_what_is_wrong(app, session, people, group):
    session.rollback()
    steward = Browser(app, people["contributor"])
    wall = clock.to_wall(clock.now(), ZONE).replace(tzinfo=None, second=0, microsecond=0)
    said = {"starts_at": wall.isoformat(), "ends_at": (wall + 9 * HOUR).isoformat()}
    wrong = steward.send("/groups/sale/flash", **said)
    assert wrong.status_code == 422 and "快闪群最长 4 小时" in wrong.text and said["ends_at"][:16] in wrong.text
    assert steward.send("/groups/sale/flash", starts_at="soon", ends_at="later").status_code == 422
    answer = steward.send("/groups/sale/flash", **{**said, "ends_at": (wall + 2 * HOUR).isoformat()})
    assert answer.status_code == 303
    assert "到时在群里告别" in steward.look("/groups/sale")
    assert Browser(app, people["other"]).send("/groups/sale/flash", **said).status_code in (403, 404)


def test_a_dead_worker_leaves_nothing_half_closed(session, people, group, monkeypatch):
    with clock.at(NOON):
        run = plan(session, group, people)
    run_id = run.id

    def dies(*_args, **_more):
        raise KeyboardInterrupt

    with monkeypatch.context() as patch, pytest.raises(KeyboardInterrupt):
        patch.setattr("editorial.life_cycle.flashing.deliveries.promise", dies)
        tick(session, NOON + 3 * HOUR)
    session.rollback()
    session.expire_all()
    assert session.get_one(FlashRun, run_id).closed_at is None
    assert session.scalar(select(func.count()).select_from(Membership).where(Membership.present.is_(True))) == 1
    session.rollback()
    tick(session, NOON + 3 * HOUR)
    assert session.get_one(FlashRun, run_id).closed_at is not None
    assert session.scalar(select(func.count()).select_from(Delivery).where(Delivery.purpose == Purpose.CLOSING)) == 1
