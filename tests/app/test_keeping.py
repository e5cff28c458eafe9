"""Backup and restore on both kinds of database: nothing is lost, nothing is sent twice, nothing half is put in place."""

from __future__ import annotations

import hashlib
import time
from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import click
import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from app import generation
from app.config import Settings
from app.engine import WRITES, open_engine
from app.jobs import Works
from app.keeping import back_up, restore, tables, verify
from app.media import Store
from editorial import accounts, audit, clock
from editorial.articles import assets, search
from editorial.articles.articles import Article
from editorial.calendar.editions import Edition
from editorial.groups.groups import Group
from editorial.measuring import comments, figures, messages
from editorial.measuring.comments import Seen
from editorial.measuring.figures import Kind
from editorial.measuring.questions import Interface, Question
from editorial.measuring.rounds import Round
from editorial.outbox import attempts
from editorial.outbox.deliveries import Delivery, Purpose, State
from editorial.vault import vault
from publishers.sandbox.running import Running
from tests import factories
from tests.conftest import SECRET, make_settings

PICTURE = "不是图片，只是字节".encode()
ROBOT = {"key": "693a91f6-7xxx-4bc4-97a0-0ec2sifa5aaa"}


@pytest.fixture
def house(database_url: str, tmp_path: Path, sandbox: Running) -> Settings:
    """An instance with a little of everything: a picture, groups under groups, two editions, one of them due."""
    vault.open_with(SECRET)
    settings = make_settings(tmp_path, database_url=database_url, platform=sandbox.url)
    engine = open_engine(settings)
    with Session(engine.execution_options(**WRITES)) as session:
        everyone = factories.one_of_each(session)
        sha256 = Store(settings).keep(PICTURE)
        assets.keep(session, sha256=sha256, content_type="image/png", width=1, height=1, size=27)
        factories.group(session, "second")
        under = factories.group(session, "robot", "wecom_robot", ROBOT)
        under.parent = session.scalars(select(Group).where(Group.slug == "second")).one()
        session.flush()
        under.parent.parent = None
        account = factories.account(session)
        factories.scheduled(session, everyone, of=account)
        later = factories.scheduled(session, everyone, of=account, at=clock.now() + timedelta(days=2))
        _told_by_wechat(session, later)
        session.commit()
    engine.dispose()
    return settings


def _told_by_wechat(session: Session, edition: Edition) -> None:
    """Figures of a day, the question that brought them, and a reader's comment."""
    message, day = messages.of_place(session, edition.places[0]), date(2026, 3, 10)
    figures.note(session, edition.account_id, Kind.DAY, day, {"readers": 7.0}, sources={"朋友圈": 7})
    session.add(Question(account_id=edition.account_id, interface=Interface.ACCOUNT, day=day, answer={"list": []}))
    session.add(Round(account_id=edition.account_id, day=day, calls=3))
    comments.record(session, message, [Seen("1", "K7Q2", clock.now(), "图书角在几楼？", featured=True)], 1, whole=True)


def everything(settings: Settings) -> dict[str, list[tuple[object, ...]]]:
    engine = open_engine(settings)
    with engine.connect() as connection:
        found = {
            table.name: [tuple(row) for row in connection.execute(select(table).order_by(*table.primary_key.columns))]
            for table in tables.ours() if table.name not in ("delivery", "attempt", "audit_entry", "audit_head")
        }
    engine.dispose()
    return found


def states(settings: Settings) -> list[tuple[str, str]]:
    engine = open_engine(settings)
    with Session(engine) as session:
        found = [(row.purpose, row.state) for row in session.scalars(select(Delivery).order_by(Delivery.id))]
    engine.dispose()
    return found


def test_what_is_restored_is_what_was_backed_up(house: Settings, tmp_path: Path) -> None:
    file = tmp_path / "state.tar.gz"
    before = everything(house)
    back_up(house, file)
    assert "is whole" in verify(file)
    engine = open_engine(house)
    with Session(engine.execution_options(**WRITES)) as session:
        session.scalars(select(Group).where(Group.slug == "robot")).one().name = "改过的名字"
        session.commit()
    engine.dispose()
    restore(house, file)
    assert everything(house) == before
    engine = open_engine(house)
    with Session(engine.execution_options(**WRITES)) as session:
        assert audit.first_flaw(session) is None
        assert accounts.everyone(session)[0].secrets["app_secret"] == "right"
        assert factories.group(session, "third").id > len(before["community_group"])
        assert session.scalars(search.matching(session, select(Article), "手记", Article.__table__.c.id)).all()
    engine.dispose()


def test_a_backup_fits_the_other_kind_of_database(house: Settings, tmp_path: Path) -> None:
    file = tmp_path / "state.tar.gz"
    back_up(house, file)
    other = make_settings(tmp_path / "other", database_url=f"sqlite:///{tmp_path / 'other.sqlite'}")
    restore(other, file)
    assert everything(other) == everything(house)
    sha256 = hashlib.sha256(PICTURE).hexdigest()
    assert Store(other).read(sha256) == PICTURE


def test_what_was_due_is_found_out_before_it_is_sent(house: Settings, tmp_path: Path, sandbox: Running) -> None:
    file = tmp_path / "state.tar.gz"
    back_up(house, file)
    restore(house, file)
    assert states(house) == [
        (Purpose.DRAFT, State.OUTCOME_UNKNOWN), (Purpose.RELEASE, State.OUTCOME_UNKNOWN),
        (Purpose.DRAFT, State.WAITING), (Purpose.RELEASE, State.WAITING),
    ]
    engine = open_engine(house)
    with Session(engine) as session:
        assert all(one.read_at and one.read_at > one.created_at for one in session.scalars(
            select(Delivery).where(Delivery.state == State.OUTCOME_UNKNOWN)))
    engine.dispose()
    assert sandbox.effects("publish_submitted") == []


def test_what_went_out_after_the_backup_does_not_go_out_again(house: Settings, tmp_path: Path, sandbox: Running) -> None:
    file = tmp_path / "state.tar.gz"
    back_up(house, file)
    finish(Works(house))
    assert seen(sandbox) == (1, 1)
    restore(house, file)
    works = Works(house)
    work_off(works, lambda session: session.get_one(Delivery, 1).state == State.NEEDS_PERSON)
    assert states(house)[1] == (Purpose.RELEASE, State.OUTCOME_UNKNOWN)
    assert seen(sandbox) == (1, 1)
    finish(works, lambda session: True)


def test_links_that_may_stand_in_their_groups_wait_for_a_person(house: Settings, tmp_path: Path, sandbox: Running) -> None:
    file = tmp_path / "state.tar.gz"
    sandbox.settings(publish_delay=3.0)
    works = Works(house)
    work_off(works, lambda session: session.get_one(Delivery, 2).state == State.ACCEPTED)
    back_up(house, file)
    finish(works)
    assert seen(sandbox) == (1, 1)
    restore(house, file)
    works = Works(house)
    work_off(works, lambda session: session.get_one(Edition, 1).state == "published")
    finish(works)
    assert states(house)[4:] == [(Purpose.SHARE, State.NEEDS_PERSON)]
    assert seen(sandbox) == (1, 1)


def test_an_old_database_copied_over_by_hand_is_noticed(house: Settings, tmp_path: Path) -> None:
    if not house.on_sqlite:
        pytest.skip("a file cannot be copied over PostgreSQL")
    path, old = Path(house.database_url.removeprefix("sqlite:///")), tmp_path / "old.sqlite"
    old.write_bytes(path.read_bytes())
    works = Works(house)
    finish(works)
    path.write_bytes(old.read_bytes())
    for part in ("-wal", "-shm"):
        path.with_name(path.name + part).unlink(missing_ok=True)
    with pytest.raises(generation.Older):
        Works(house)
    back_up(house, tmp_path / "again.tar.gz")
    restore(house, tmp_path / "again.tar.gz")
    Works(house)
    assert (Purpose.RELEASE, State.OUTCOME_UNKNOWN) in states(house)


@pytest.mark.parametrize("harm", ["cut", "flipped", "other"])
def test_a_damaged_backup_changes_nothing(settings: Settings, tmp_path: Path, harm: str) -> None:
    file = tmp_path / "state.tar.gz"
    back_up(settings, file)
    whole = file.read_bytes()
    file.write_bytes({"cut": whole[: len(whole) // 2], "other": b"x" * 500}.get(harm, whole[:200] + b"\x00\x01\x02" + whole[203:]))
    before = everything(settings)
    with pytest.raises(click.ClickException):
        restore(settings, file)
    assert everything(settings) == before


def test_nothing_is_restored_while_something_runs(settings: Settings, tmp_path: Path) -> None:
    file = tmp_path / "state.tar.gz"
    back_up(settings, file)
    works = Works(settings)
    with pytest.raises(click.ClickException, match="running"):
        restore(settings, file)
    finish(works)
    assert "Restored" in restore(settings, file)


def test_another_key_from_outside_is_refused(settings: Settings, tmp_path: Path) -> None:
    file = tmp_path / "state.tar.gz"
    back_up(settings, file)
    with pytest.raises(click.ClickException, match="QUNSHENG_SECRET_KEY"):
        restore(replace(settings, secret_key="quite another one"), file)


def work_off(works: Works, until: Callable[[Session], bool] | None = None) -> None:
    """Work until nothing of today is left, or until `until` holds."""
    deadline = time.monotonic() + 30
    while time.monotonic() < deadline:
        for lane in works.lanes_with_work():
            works.drain(lane)
        with Session(works.engine) as session:
            if (until or _nothing_left)(session):
                return
        time.sleep(0.02)
    raise AssertionError("it did not come to an end")


def finish(works: Works, until: Callable[[Session], bool] | None = None) -> None:
    """Work to the end, then leave as a process does that ends."""
    work_off(works, until)
    works.engine.dispose()
    works._presence.close()


def seen(sandbox: Running) -> tuple[int, int]:
    """How many publications and how many messages the world has seen."""
    return len(sandbox.effects("published")), len(sandbox.effects("robot_message"))


def _nothing_left(session: Session) -> bool:
    owed = attempts.next_instant(session)
    return not attempts.lanes_with_work(session) and (owed is None or owed > clock.now() + timedelta(hours=1))
