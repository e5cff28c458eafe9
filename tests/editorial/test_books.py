"""What the house keeps its books with: audit chain, vault, clock, differences, secrets (promises P9 and P10)."""

from __future__ import annotations

import sqlite3
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from app.engine import WRITES, open_engine
from editorial import accounts, audit, clock
from editorial.accounts import AccessToken, OfficialAccount
from editorial.articles.revisions import compare
from editorial.audit import AuditEntry, AuditHead, first_flaw
from editorial.errors import Invalid
from editorial.people import credentials
from editorial.people.people import Person
from editorial.vault import Vault, vault
from tests import factories
from tests.conftest import make_settings

CANARIES = {
    "app_secret": "canary-app-secret-5f1c", "callback_token": "canarycallbacktoken5f1c", "key": "canary-robot-key-5f1c",
    "token": "canary-access-token-5f1c", "password": "canary-password-5f1c",
}


def test_a_whole_chain_has_no_broken_link(session: Session, people: dict[str, Person]) -> None:
    factories.signed_off(session, people)
    assert first_flaw(session) is None


@pytest.mark.parametrize(("column", "value"), [
    ("verb", "something_else"), ("person_name", "别人"), ("details", {"revision": 9}), ("thing_id", 4711),
    ("at", datetime(2026, 1, 1, tzinfo=UTC)), ("digest", "0" * 64), ("previous", "1" * 64),
])
def test_a_changed_entry_is_found(session: Session, people: dict[str, Person], column: str, value: object) -> None:
    factories.in_review(session, people)
    middle = session.scalars(select(AuditEntry.id).order_by(AuditEntry.id)).all()[3]
    session.execute(update(AuditEntry).where(AuditEntry.id == middle).values({column: value}))
    session.expire_all()
    flaw = first_flaw(session)
    assert flaw is not None and flaw.entry in (middle, middle + 1)


def test_an_entry_taken_away_is_found(session: Session, people: dict[str, Person]) -> None:
    ids = session.scalars(select(AuditEntry.id).order_by(AuditEntry.id)).all()
    session.delete(session.get_one(AuditEntry, ids[2]))
    session.flush()
    flaw = first_flaw(session)
    assert flaw is not None and (flaw.entry, flaw.kind) == (ids[3], "removed")


def test_the_end_of_the_chain_is_missed_too(session: Session, people: dict[str, Person]) -> None:
    last = session.scalars(select(AuditEntry).order_by(AuditEntry.id.desc())).first()
    session.delete(last)
    session.flush()
    flaw = first_flaw(session)
    assert flaw is not None and flaw.kind == "shortened"


def test_an_entry_put_in_between_is_found(session: Session, people: dict[str, Person]) -> None:
    entries = session.scalars(select(AuditEntry).order_by(AuditEntry.id)).all()
    after, last = entries[2].digest, entries[-1].id
    moved = update(AuditEntry).where(AuditEntry.id == last).values(id=last + 1)
    session.execute(moved.execution_options(synchronize_session=False))
    session.expunge_all()
    forged = AuditEntry(
        id=last, at=clock.now(), person_id=None, person_name="", verb="sign_off", thing="article", thing_id=1, details={},
        previous=after,
    )
    forged.digest = forged.fingerprint()
    session.add(forged)
    session.flush()
    flaw = first_flaw(session)
    assert flaw is not None and (flaw.entry, flaw.kind) == (last, "removed")


def test_a_chain_written_anew_has_another_seal(session: Session, people: dict[str, Person]) -> None:
    previous = audit.FIRST
    for entry in session.scalars(select(AuditEntry).order_by(AuditEntry.id)):
        entry.person_name, entry.previous = "别人", previous
        entry.digest = previous = entry.fingerprint()
    head = session.get_one(AuditHead, 1)
    head.digest = previous
    session.flush()
    flaw = first_flaw(session)
    assert flaw is not None and (flaw.entry, flaw.kind) == (None, "seal")


def test_two_who_write_at_once_do_not_fork_the_chain(database_url: str, tmp_path: Path) -> None:
    engine = open_engine(make_settings(tmp_path, database_url=database_url))

    def write(number: int) -> None:
        for count in range(10):
            with Session(engine.execution_options(**WRITES)) as opened:
                audit.record(opened, "try", "trial", number * 100 + count)
                opened.commit()

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(write, range(4)))
    with Session(engine) as opened:
        assert first_flaw(opened) is None and audit.length(opened) == 40
    engine.dispose()


def test_the_chain_holds_across_transactions(session: Session) -> None:
    for number in range(3):
        audit.record(session, "try", "trial", number)
        session.commit()
    assert first_flaw(session) is None


def test_p10_secrets_lie_sealed_in_the_database(session: Session, people: dict[str, Person], tmp_path: Path) -> None:
    account = accounts.add(
        session, name="澄江机电", account_type="subscription", app_id="wx0123456789abcdef", app_secret=CANARIES["app_secret"],
        callback_token=CANARIES["callback_token"],
    )
    factories.group(session, "ding", "wecom_robot", {"key": CANARIES["key"]})
    session.add(AccessToken(app_id="wx0123456789abcdef", sealed={"value": CANARIES["token"]}))
    credentials.set_password(session, people["admin"], CANARIES["password"], by=None)
    token = credentials.create_token(session, people["admin"])
    session.commit()
    session.expire_all()
    assert session.get_one(OfficialAccount, account.id).secrets["app_secret"] == CANARIES["app_secret"]
    with sqlite3.connect(tmp_path / "qunsheng.sqlite") as plain:
        dump = "\n".join(plain.iterdump())
    for secret in (*CANARIES.values(), token):
        assert secret not in dump
    shown = repr(session.get_one(OfficialAccount, account.id)) + repr(people["admin"])
    assert not any(secret in shown for secret in CANARIES.values())


def test_p10_a_vault_opens_with_its_own_key_only() -> None:
    ours, theirs = Vault(), Vault()
    ours.open_with("one key")
    theirs.open_with("another key")
    sealed = ours.cipher.encrypt(b"secret")
    assert ours.cipher.decrypt(sealed) == b"secret"
    with pytest.raises(Exception) as refused:  # noqa: B017, PT011
        theirs.cipher.decrypt(sealed)
    assert "secret" not in str(refused.value)
    with pytest.raises(RuntimeError):
        _ = Vault().cipher
    assert vault is not ours


@pytest.mark.parametrize(("zone", "wall", "utc"), [
    ("Asia/Shanghai", "2026-11-22T09:30:00", "2026-11-22T01:30:00"),
    ("Europe/Berlin", "2026-03-29T01:59:59", "2026-03-29T00:59:59"),
    ("Europe/Berlin", "2026-03-29T03:00:00", "2026-03-29T01:00:00"),
    ("Europe/Berlin", "2026-10-25T02:30:00", "2026-10-25T00:30:00"),
    ("America/New_York", "2026-11-01T01:30:00", "2026-11-01T05:30:00"),
    ("Australia/Lord_Howe", "2026-04-05T01:45:00", "2026-04-04T14:45:00"),
])
def test_wall_time_both_ways_and_the_first_of_two(zone: str, wall: str, utc: str) -> None:
    instant = clock.from_wall(datetime.fromisoformat(wall), zone)
    assert instant == datetime.fromisoformat(utc).replace(tzinfo=UTC)
    assert clock.to_wall(instant, zone).replace(tzinfo=None) == datetime.fromisoformat(wall)


@pytest.mark.parametrize(("zone", "wall"), [
    ("Europe/Berlin", "2026-03-29T02:30:00"), ("America/New_York", "2026-03-08T02:00:00"),
    ("Australia/Lord_Howe", "2026-10-04T02:15:00"),
])
def test_a_wall_time_that_the_zone_skips_is_refused(zone: str, wall: str) -> None:
    with pytest.raises(Invalid) as refused:
        clock.from_wall(datetime.fromisoformat(wall), zone)
    assert [problem.field for problem in refused.value.problems] == ["publish_at"]


def test_a_difference_marks_the_characters_that_differ() -> None:
    changes = compare("同一行\n试车台运转七十小时\n删去的", "同一行\n试车台运转七十二小时\n")
    assert [change.kind for change in changes] == ["same", "removed", "added", "removed"]
    assert [piece for piece, marked in changes[2].pieces if marked] == ["二"]


@pytest.mark.parametrize(("before", "after"), [
    ("", ""), ("一", ""), ("", "一"), ("甲\n乙\n丙", "丙\n乙\n甲"), ("a" * 500, "b" * 500), ("灯", "灯\n灯\n灯"),
])
def test_a_difference_holds_both_texts_whole(before: str, after: str) -> None:
    changes = compare(before, after)
    lines = {kind: ["".join(text for text, _ in one.pieces) for one in changes if one.kind in ("same", kind)]
             for kind in ("removed", "added")}
    assert lines == {"removed": before.splitlines(), "added": after.splitlines()}
