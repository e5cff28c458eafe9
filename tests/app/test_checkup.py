"""The doctor: what is well is said to be well, what is broken says what to do, and no secret stands in any line."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy.orm import Session

from app import generation
from app.checkup import Check, examine
from app.config import Settings
from app.engine import WRITES, open_engine
from editorial import clock
from editorial.outbox import holds, probes
from editorial.vault import vault
from publishers.sandbox.running import Running
from tests import factories
from tests.conftest import SECRET, make_settings


@pytest.fixture
def house(sqlite_url: str, tmp_path: Path, sandbox: Running) -> Settings:
    vault.open_with(SECRET)
    settings = make_settings(tmp_path, database_url=sqlite_url, platform=sandbox.url)
    with Session(open_engine(settings).execution_options(**WRITES)) as session:
        factories.account(session)
        factories.group(session, "robot", "wecom_robot", {"key": "693a91f6-7xxx-4bc4-97a0-0ec2sifa5aaa"})
        probes.place(session)
        session.commit()
        probes.answer(session)
    return settings


def broken(checks: list[Check]) -> dict[str, Check]:
    assert all(check.remedy for check in checks if not check.ok)
    return {check.name: check for check in checks if not check.ok}


def test_a_healthy_instance_is_said_to_be_healthy(house: Settings) -> None:
    checks = examine(house)
    assert broken(checks) == {}
    looked_at = {"settings", "instance folder", "redis", "database", "clock", "queue", "pictures", "groups"}
    assert looked_at <= {check.name for check in checks}


def test_an_address_that_is_not_allowed_is_named_by_the_platform(house: Settings, sandbox: Running) -> None:
    sandbox.account("wx0123456789abcdef", ips=["203.0.113.9"])
    found = broken(examine(house))
    assert set(found) == {"account 澄江机电 cdef: address", "account 澄江机电 cdef: pause"}
    address = found["account 澄江机电 cdef: address"]
    assert "127.0.0.1" in address.found and "IP" in address.remedy
    sandbox.account("wx0123456789abcdef", ips=[])
    assert broken(examine(house)) == {}


def test_what_is_broken_says_what_to_do(house: Settings) -> None:
    with Session(open_engine(house).execution_options(**WRITES)) as session:
        factories.group(session, "bad", "wecom_robot", {"key": "https://example.com/secret-key"})
        holds.hold(session, "group:1", "The robot was removed.")
        with clock.at(clock.now() + timedelta(minutes=5)):
            probes.place(session)
        probe = session.get_one(probes.Probe, 1)
        probe.answered_at = clock.now() - timedelta(hours=1)
        probe.placed_at = clock.now() + timedelta(minutes=5)
        session.commit()
    (house.instance / generation.FILE).write_text("99\n")
    checks = examine(replace(house, redis_url="redis://127.0.0.1:9/0"))
    assert set(broken(checks)) == {"redis", "clock", "queue", "generation", "group bad 群", "hold group:1"}
    assert not any("secret-key" in f"{check.found}{check.remedy}" or SECRET in f"{check}" for check in checks)


def test_without_a_database_the_rest_is_still_looked_at(tmp_path: Path) -> None:
    found = broken(examine(make_settings(tmp_path)))
    assert set(found) == {"database"} and "migrate" in found["database"].remedy
