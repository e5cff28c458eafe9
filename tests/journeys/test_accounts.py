"""One token for all processes, and a dead secret that costs next to nothing: real processes on both databases."""

from __future__ import annotations

import multiprocessing
import os
import sys
from collections.abc import Callable, Iterator
from datetime import timedelta
from multiprocessing.synchronize import Barrier
from pathlib import Path

import pytest
from sqlalchemy import Engine
from sqlalchemy.orm import Session

from app import account_checks
from app.config import Settings
from app.engine import WRITES, open_engine
from app.wiring import Wiring
from editorial import accounts, clock, pauses
from editorial.notices import latest
from editorial.outbox.deliveries import Delivery, Purpose, State
from editorial.people.people import Person
from editorial.release import releases
from editorial.vault import vault
from publishers.connector import Failure, SwitchedOff
from publishers.sandbox.running import Running
from tests import factories
from tests.conftest import SECRET, make_settings
from tests.instances import wait_until
from tests.trials.nursery import Nursery

APP_ID, OTHER = "wx0123456789abcdef", "wx9876543210fedcba"
ASKED = "/cgi-bin/stable_token"
PROCESSES = 10


@pytest.fixture
def house(database_url: str, tmp_path: Path, sandbox: Running) -> Settings:
    """A house on the simulated platforms, with two accounts that nobody has spoken to yet."""
    vault.open_with(SECRET)
    settings = make_settings(tmp_path, database_url=database_url, platform=sandbox.url)
    with _writing(settings) as session:
        factories.account(session, APP_ID)
        factories.account(session, OTHER)
        session.commit()
    return settings


@pytest.fixture(scope="module")
def nursery() -> Iterator[Nursery]:
    with Nursery() as made:
        yield made


def test_ten_processes_that_start_cold_ask_for_one_token(house: Settings, sandbox: Running) -> None:
    ends = _ten_at_once(house, _count_drafts)
    assert ends == ["0"] * PROCESSES
    assert len(sandbox.calls(ASKED)) == 1
    assert len(sandbox.calls("/cgi-bin/draft/count")) == PROCESSES


def test_ten_processes_whose_token_died_ask_for_one_more(house: Settings, sandbox: Running) -> None:
    _count_drafts(house)
    sandbox.control("POST", "tokens/expire", {"app_id": APP_ID})
    assert _ten_at_once(house, _count_drafts) == ["0"] * PROCESSES
    assert len(sandbox.calls(ASKED)) == 2


def test_ten_processes_with_a_dead_secret_ask_once_and_pause_the_account(house: Settings, sandbox: Running) -> None:
    sandbox.account(APP_ID, secret="another one")
    assert _ten_at_once(house, _count_drafts) == ["SwitchedOff 40125"] * PROCESSES
    assert _ten_at_once(house, _count_drafts) == ["SwitchedOff 40125"] * PROCESSES
    assert len(sandbox.calls(ASKED)) == 1
    with Session(open_engine(house)) as session:
        paused, other = (pauses.of(session, account) for account in accounts.everyone(session))
        assert paused is not None and paused.cause == "40125" and other is None


@pytest.mark.slow
def test_a_dead_secret_pauses_one_account_tells_its_owner_and_stops_nobody_else(
    house: Settings, sandbox: Running, nursery: Nursery
) -> None:
    sandbox.account(APP_ID, secret="another one")
    first, second, third = _due_editions(house)
    workers = [nursery.start(["worker"], _env(house, sandbox), house.instance / f"worker{number}.log") for number in range(3)]
    try:
        wait_until(lambda: _states(house, third) == {State.SENT}, 40)
        wait_until(lambda: State.REFUSED in _states(house, first) and State.REFUSED in _states(house, second), 40)
        refused = [call for call in sandbox.calls(ASKED) if call["code"] == 40125]
        assert len(refused) <= 2
        assert _told(house, "admin") >= 1 and _told(house, "publisher") >= 1

        with _writing(house) as session:
            account = accounts.everyone(session)[0]
            accounts.change_secret(session, account, "another one", by=None)
            session.commit()
        found = account_checks.check(open_engine(house), Wiring(house), 1)
        assert found.failure is None
        wait_until(lambda: _states(house, first) == _states(house, second) == {State.SENT}, 40)
        assert len([call for call in sandbox.calls(ASKED) if call["code"] == 40125]) == len(refused)
    finally:
        for worker in workers:
            worker.terminate()


@pytest.mark.slow
def test_an_account_that_loses_its_right_goes_on_by_hand_visibly(house: Settings, sandbox: Running, nursery: Nursery) -> None:
    sandbox.account(APP_ID, rights={"release": False, "mass_send": False})
    first, _second, third = _due_editions(house)
    worker = nursery.start(["worker"], _env(house, sandbox), house.instance / "worker.log")
    try:
        wait_until(lambda: _states(house, third) == {State.SENT}, 40)
        wait_until(lambda: State.ACCEPTED in _states(house, first), 40)
        wait_until(lambda: _level(house) == accounts.Level.DRAFT_ONLY, 20)
        with Session(open_engine(house)) as session:
            account = accounts.everyone(session)[0]
            assert pauses.of(session, account) is None and account.rights["draft"]
            waiting = releases.needs_hand(session, session.get_one(releases.Edition, first))
            assert waiting is not None and waiting.purpose == Purpose.RELEASE
        assert _told(house, "admin") >= 1
    finally:
        worker.terminate()


def test_rights_are_asked_anew_every_day_and_a_healed_account_goes_on(house: Settings, sandbox: Running) -> None:
    engine, wiring = open_engine(house), Wiring(house)
    account_checks.check(engine, wiring, 1)
    sandbox.account(APP_ID, rights={"release": False, "mass_send": False})
    assert _looks(engine, wiring, timedelta(hours=23)) == 0
    assert _looks(engine, wiring, timedelta(hours=25)) == 1
    assert _level(house) == accounts.Level.DRAFT_ONLY
    sandbox.account(APP_ID, rights=dict.fromkeys(("draft", "release", "mass_send", "statistics"), True), ips=["203.0.113.9"])
    account_checks.check(engine, wiring, 1)
    assert _cause(house) == "40164"
    sandbox.account(APP_ID, ips=[])
    assert _looks(engine, wiring, timedelta(minutes=11)) == 1
    assert _cause(house) is None and _level(house) == accounts.Level.AUTOMATIC


def test_a_dead_secret_is_not_asked_about_again_by_itself(house: Settings, sandbox: Running) -> None:
    engine, wiring = open_engine(house), Wiring(house)
    sandbox.account(APP_ID, secret="another one")
    account_checks.check(engine, wiring, 1)
    for days in (1, 2, 30):
        _looks(engine, wiring, timedelta(days=days))
    assert len(sandbox.calls(ASKED)) == 1


def _count_drafts(settings: Settings) -> str:
    engine = open_engine(settings)
    with Session(engine) as session:
        account = accounts.by_app_id(session, APP_ID)
        assert account is not None
        client = Wiring(settings).client(engine, account)
    try:
        return str(client.count_drafts())
    except Failure as failure:
        return f"{type(failure).__name__} {failure.code}" if isinstance(failure, SwitchedOff) else type(failure).__name__


def _ten_at_once(settings: Settings, work: Callable[[Settings], str]) -> list[str]:
    """What `work` says in ten processes that begin at the same moment."""
    forking = multiprocessing.get_context("fork")
    barrier, answers = forking.Barrier(PROCESSES), forking.SimpleQueue()

    def alone(gate: Barrier) -> None:
        gate.wait(30)
        answers.put(work(settings))

    children = [forking.Process(target=alone, args=(barrier,)) for _number in range(PROCESSES)]
    for child in children:
        child.start()
    said = [answers.get() for _child in children]
    for child in children:
        child.join(30)
    return said


def _due_editions(settings: Settings) -> tuple[int, int, int]:
    """Two editions of the first account and one of the other, all due now."""
    with _writing(settings) as session:
        everyone = factories.one_of_each(session)
        first, other = accounts.everyone(session)
        made = [
            factories.scheduled(session, everyone, at=clock.now() - timedelta(seconds=1), of=account, share_to=[]).id
            for account in (first, first, other)
        ]
        session.commit()
    return made[0], made[1], made[2]


def _states(settings: Settings, edition_id: int) -> set[State]:
    with Session(open_engine(settings)) as session:
        return {delivery.state for delivery in session.query(Delivery).filter(Delivery.edition_id == edition_id)}


def _told(settings: Settings, role: str) -> int:
    """How many urgent words about an account the person of `role` has."""
    with Session(open_engine(settings)) as session:
        person = session.query(Person).filter(Person.email == f"{role}@chengjiang.example").one()
        return len([notice for notice in latest(session, person) if notice.thing == "account" and notice.urgent])


def _looks(engine: Engine, wiring: Wiring, later: timedelta) -> int:
    """What the worker's sweep does about the first account so much later."""
    with clock.at(clock.now() + later), Session(engine.execution_options(**WRITES)) as session:
        lane = f"{account_checks.PREFIX}1"
        return account_checks.check_due(session, engine, wiring, lane) if lane in account_checks.lanes_with_work(session) else 0


def _level(settings: Settings) -> accounts.Level:
    with Session(open_engine(settings)) as session:
        return accounts.everyone(session)[0].level


def _cause(settings: Settings) -> str | None:
    with Session(open_engine(settings)) as session:
        standing = pauses.of(session, accounts.everyone(session)[0])
        return standing.cause if standing else None


def _writing(settings: Settings) -> Session:
    return Session(open_engine(settings).execution_options(**WRITES))


def _env(settings: Settings, sandbox: Running) -> dict[str, str]:
    bases = {f"QUNSHENG_{name}_API": sandbox.url for name in ("WECHAT", "WECOM", "DINGTALK", "DINGTALK_NEW", "FEISHU")}
    kept = {name: value for name, value in os.environ.items() if not name.startswith("QUNSHENG_")}
    return {
        **kept, **bases, "QUNSHENG_INSTANCE": str(settings.instance), "QUNSHENG_DATABASE_URL": settings.database_url,
        "QUNSHENG_SECRET_KEY": SECRET, "QUNSHENG_CALL_SECONDS": "20", "QUNSHENG_SETTLE_SECONDS": "0.2",
        "QUNSHENG_POLL_SECONDS": "0.1", "QUNSHENG_PUBLIC_URL": "http://127.0.0.1:8000", "PYTHONPATH": os.pathsep.join(sys.path),
    }
