"""The listening process: whom it listens to, what it stores before it acknowledges, one listener of the house at a time."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import time_machine
from flask import Flask
from sqlalchemy import Engine, func, select
from sqlalchemy.orm import Session

from app import listening as process
from app.config import Settings
from app.engine import WRITES
from app.listening import Listener
from editorial import clock
from editorial.errors import Invalid
from editorial.intake import listening, receptions, silences
from editorial.intake.arrivals import Arrival
from editorial.intake.listening import Listening
from editorial.notices import Notice
from editorial.people.people import Person
from editorial.platform_applications import PlatformApplication
from editorial.vault import vault
from publishers.sandbox.running import Running
from tests import factories
from tests.app.browser import Browser
from tests.conftest import SECRET, make_settings
from tests.instances import wait_until
from tests.publishers.streams.listeners import hurry

WORDS = "钟楼上的钟停了九年。"


@pytest.fixture
def settings(database_url: str, tmp_path: Path, sandbox: Running) -> Settings:
    """The house on both kinds of database, its platforms simulated."""
    return make_settings(tmp_path, database_url=database_url, platform=sandbox.url)


@pytest.fixture(params=["dingtalk", "feishu"])
def application(request: pytest.FixtureRequest, session: Session, people: dict[str, Person]) -> PlatformApplication:
    """An application that is to be listened to."""
    factories.group(session, "readers")
    made = factories.application(session, request.param)
    _change(session, made, people, by_stream=True)
    session.expire_on_commit = False
    session.commit()
    return made


@pytest.fixture
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    hurry(monkeypatch)
    monkeypatch.setattr(process, "LOOK_SECONDS", 0.1)


def test_a_story_is_stored_once_however_often_it_is_told(
    settings: Settings, application: PlatformApplication, engine: Engine, sandbox: Running, quick: None
) -> None:
    with _listening(settings, engine, application):
        for _ in range(2):
            assert _said(sandbox, application, "k1")["taken"]
    with Session(engine) as session:
        [arrival] = session.scalars(select(Arrival).where(Arrival.kind == "message"))
        assert arrival.content["pieces"][0][1] == WORDS
        assert receptions.of(session, application.id).received_at is not None


def test_what_cannot_be_stored_now_is_tried_on_and_acknowledged_only_then(
    settings: Settings, application: PlatformApplication, engine: Engine, sandbox: Running, quick: None,
    monkeypatch: pytest.MonkeyPatch
) -> None:
    take, failures = process.receiving.take, [3]

    def failing(*words: Any) -> Any:
        failures[0] -= 1
        if failures[0] >= 0:
            raise process.SQLAlchemyError("locked")
        return take(*words)

    monkeypatch.setattr(process.receiving, "take", failing)
    monkeypatch.setattr(process, "AGAIN_SECONDS", 0.05)
    with _listening(settings, engine, application):
        assert _said(sandbox, application)["taken"]
    assert failures[0] == -1 and _stored(engine) == 1


def test_it_begins_ends_and_changes_with_the_settings(
    settings: Settings, application: PlatformApplication, engine: Engine, sandbox: Running, quick: None, people: dict[str, Person]
) -> None:
    with _listening(settings, engine, application):
        with _writing(engine) as session:
            _change(session, session.get_one(PlatformApplication, application.id), people, by_stream=False)
        sandbox.wait_for("stream_closed", 1)
        assert not _said(sandbox, application)["taken"]
        with _writing(engine) as session:
            _change(session, session.get_one(PlatformApplication, application.id), people, by_stream=True)
        sandbox.wait_for("stream_opened", 2)
        with _writing(engine) as session:
            row = session.get_one(PlatformApplication, application.id)
            row.secrets = {**row.secrets, "secret": "another"}
        sandbox.wait_for("stream_opened", 3)
        with _writing(engine) as session:
            session.get_one(PlatformApplication, application.id).active = False
        sandbox.wait_for("stream_closed", 3)


def test_of_two_listeners_one_listens_and_the_other_takes_over(
    settings: Settings, application: PlatformApplication, engine: Engine, sandbox: Running, quick: None
) -> None:
    with _listening(settings, engine, application), _listening(settings, engine, application):
        for number in range(4):
            assert _said(sandbox, application, f"k{number}")["taken"]
        assert len(sandbox.effects("stream_opened")) == 1
    with _listening(settings, engine, application):
        sandbox.wait_for("stream_opened", 2)
    assert _stored(engine) == 4


def test_a_refusal_is_told_to_the_administrators_at_once_and_once(
    settings: Settings, application: PlatformApplication, engine: Engine, quick: None, people: dict[str, Person]
) -> None:
    with _writing(engine) as session:
        row = session.get_one(PlatformApplication, application.id)
        row.secrets = {**row.secrets, "secret": "wrong"}
    with _listening(settings, engine, application, wait=False):
        wait_until(lambda: _row(engine, application).is_refused, 10)
    for _ in range(2):
        with _writing(engine) as session:
            session.get_one(Listening, application.id).is_refused = True
            silences.tell(session)
    with Session(engine) as session:
        [notice] = session.scalars(select(Notice).where(Notice.cause.like("stream:%")))
        assert (notice.person_id, notice.urgent, notice.params["name"]) == (people["admin"].id, True, application.name)


def test_a_connection_that_is_missing_for_two_minutes_is_told_of(session: Session, application: PlatformApplication) -> None:
    listening.note_connected(session, application.id)
    assert silences.tell(session) == 0
    now = clock.now()
    with time_machine.travel(now + timedelta(minutes=4), tick=False):
        row = session.get_one(Listening, application.id)
        assert (row.stands_since, silences.reason(row)) == (None, silences.NOBODY)
        assert silences.tell(session) == 1 and silences.tell(session) == 0
        listening.note_connected(session, application.id)
    with time_machine.travel(now + timedelta(minutes=5, seconds=30), tick=False):
        listening.note_lost(session, application.id, "The platform has fallen silent.")
        assert silences.tell(session) == 0
    with time_machine.travel(now + timedelta(minutes=7, seconds=20), tick=False):
        listening.note_lost(session, application.id, "The long connection could not be opened.")
    with time_machine.travel(now + timedelta(minutes=7, seconds=31), tick=False):
        assert silences.tell(session) == 1


def test_one_that_comes_and_goes_is_missing_since_it_went_first(session: Session, application: PlatformApplication) -> None:
    now = clock.now()
    for second in range(0, 130, 10):
        with time_machine.travel(now + timedelta(seconds=second), tick=False):
            listening.note_connected(session, application.id)
        with time_machine.travel(now + timedelta(seconds=second + 5), tick=False):
            listening.note_lost(session, application.id, "The long connection broke off.")
            told = silences.tell(session)
    assert told == 1


def test_only_some_platforms_can_be_listened_to(session: Session, people: dict[str, Person]) -> None:
    factories.group(session, "readers")
    made = factories.application(session, "wecom")
    with pytest.raises(Invalid) as refused:
        _change(session, made, people, by_stream=True)
    assert [problem.field for problem in refused.value.problems] == ["by_stream"]


def test_the_page_says_how_it_stands(
    app: Flask, session: Session, application: PlatformApplication, people: dict[str, Person]
) -> None:
    admin, address = Browser(app, people["admin"]), f"/settings/applications/{application.id}/messages"
    assert "起未连接" in admin.look(address)
    listening.note_connected(session, application.id)
    session.commit()
    assert "起已连接" in admin.look(address)
    admin.send(address, is_open="1", origin_group="readers", comes="callback")
    session.expire_all()
    assert not receptions.of(session, application.id).by_stream
    session.rollback()
    assert "起已连接" not in admin.look(address)


def _change(session: Session, made: PlatformApplication, people: dict[str, Person], *, by_stream: bool) -> None:
    admin = session.get_one(Person, people["admin"].id)
    receptions.change(session, made, is_open=True, origin_group="readers", stand_in="同事", by=admin, by_stream=by_stream)


def _said(sandbox: Running, application: PlatformApplication, key: str = "k1") -> dict[str, Any]:
    to = {"platform": application.platform, "app_id": application.app_id, "id": key}
    return sandbox.control("POST", "said", {**to, "msgtype": "text", "text": {"content": WORDS}, "again": 1})


def _stored(engine: Engine) -> int:
    with Session(engine) as session:
        return session.scalar(select(func.count()).select_from(Arrival).where(Arrival.kind == "message")) or 0


def _row(engine: Engine, application: PlatformApplication) -> Listening:
    with Session(engine) as session:
        return session.get_one(Listening, application.id)


@contextmanager
def _writing(engine: Engine) -> Iterator[Session]:
    with Session(engine.execution_options(**WRITES)) as session:
        yield session
        session.commit()


@contextmanager
def _listening(settings: Settings, engine: Engine, application: PlatformApplication, *, wait: bool = True) -> Iterator[None]:
    """A listening process, in a thread; ended at once."""
    vault.open_with(SECRET)
    listener = Listener(settings)
    thread = threading.Thread(target=listener.listen, daemon=True)
    thread.start()
    connected: Callable[[], Any] = lambda: _row(engine, application).stands_since  # noqa: E731
    try:
        if wait:
            wait_until(connected, 15, 0.05)
        yield
    finally:
        listener.stop()
        thread.join(6)
        assert not thread.is_alive()
