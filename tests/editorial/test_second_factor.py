"""The second proof: the RFC's own examples, each code once, the clock's drift, the lock after wrong ones."""

from __future__ import annotations

import base64
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy.orm import Session

from editorial import audit, clock
from editorial.audit import AuditEntry
from editorial.errors import Invalid, WrongState
from editorial.people import second_factor
from editorial.people.people import Person
from editorial.people.second_factor import Proof, code_at, step_now

NOON = datetime(2026, 10, 12, 4, 0, tzinfo=UTC)


@pytest.fixture
def person(people: dict[str, Person]) -> Person:
    return people["desk_editor"]


@pytest.fixture
def noon() -> Iterator[None]:
    with clock.at(NOON):
        yield


def set_up(session: Session, person: Person) -> tuple[str, list[str]]:
    """The secret and the recovery codes of a person who has set it up."""
    secret = second_factor.begin(session, person).sealed["secret"]
    return secret, second_factor.confirm(session, person, code_at(secret, step_now()))


@pytest.mark.parametrize(("at", "code"), [
    (59, "94287082"), (1111111109, "07081804"), (1111111111, "14050471"), (1234567890, "89005924"), (2000000000, "69279037"),
    (20000000000, "65353130"),
])
def test_the_examples_of_rfc_6238(at: int, code: str) -> None:
    secret = base64.b32encode(b"12345678901234567890").decode()
    assert code_at(secret, at // 30) == code[-6:]


def test_it_counts_once_the_phone_has_shown_the_code(session: Session, person: Person, noon: None) -> None:
    epoch = person.session_epoch
    secret = second_factor.begin(session, person).sealed["secret"]
    assert not second_factor.is_on(session, person)
    with pytest.raises(Invalid):
        second_factor.confirm(session, person, "000000" if code_at(secret, step_now()) != "000000" else "000001")
    codes = second_factor.confirm(session, person, f" {code_at(secret, step_now())} ")
    assert len(set(codes)) == 10
    assert second_factor.is_on(session, person) and person.session_epoch == epoch + 1
    with pytest.raises(WrongState):
        second_factor.begin(session, person)


def test_a_code_counts_once_and_an_older_one_never_again(session: Session, person: Person, noon: None) -> None:
    secret, _codes = set_up(session, person)
    assert second_factor.prove(session, person, code_at(secret, step_now())) == Proof.WRONG
    newer = code_at(secret, step_now() + 1)
    assert second_factor.prove(session, person, newer) == Proof.RIGHT
    assert second_factor.prove(session, person, newer) == Proof.WRONG
    assert second_factor.prove(session, person, code_at(secret, step_now() - 1)) == Proof.WRONG


@pytest.mark.parametrize(("steps", "proof"), [(-2, Proof.WRONG), (-1, Proof.RIGHT), (1, Proof.RIGHT), (2, Proof.WRONG)])
def test_a_phone_may_be_off_by_one_step(session: Session, person: Person, steps: int, proof: Proof) -> None:
    with clock.at(NOON):
        secret, _codes = set_up(session, person)
    with clock.at(NOON + timedelta(minutes=10)):
        assert second_factor.prove(session, person, code_at(secret, step_now() + steps)) == proof


def test_a_recovery_code_lets_in_once(session: Session, person: Person, noon: None) -> None:
    _secret, codes = set_up(session, person)
    assert second_factor.prove(session, person, codes[3].upper().replace("-", " ")) == Proof.RIGHT
    assert second_factor.prove(session, person, codes[3]) == Proof.WRONG
    renewed = second_factor.renew_codes(session, person)
    assert second_factor.prove(session, person, codes[4]) == Proof.WRONG
    assert second_factor.prove(session, person, renewed[0]) == Proof.RIGHT


def test_a_recovery_code_is_of_one_person(session: Session, people: dict[str, Person], noon: None) -> None:
    _secret, codes = set_up(session, people["desk_editor"])
    set_up(session, people["admin"])
    assert second_factor.prove(session, people["admin"], codes[0]) == Proof.WRONG


def test_five_wrong_ones_shut_the_door_for_longer_each_time(session: Session, person: Person) -> None:
    with clock.at(NOON):
        secret, codes = set_up(session, person)
        assert [second_factor.prove(session, person, "x") for _ in range(5)] == [Proof.WRONG] * 5
        assert second_factor.prove(session, person, codes[0]) == Proof.SHUT
    with clock.at(NOON + timedelta(minutes=5)):
        assert [second_factor.prove(session, person, "x") for _ in range(6)] == [Proof.WRONG] * 5 + [Proof.SHUT]
    with clock.at(NOON + timedelta(minutes=14)):
        assert second_factor.prove(session, person, codes[0]) == Proof.SHUT
    with clock.at(NOON + timedelta(minutes=15)):
        assert second_factor.prove(session, person, code_at(secret, step_now())) == Proof.RIGHT
    verbs = [entry.verb for entry in session.query(AuditEntry).where(AuditEntry.thing_id == person.id)]
    assert verbs.count("miss_second_factor") == 2
    assert audit.first_flaw(session) is None


def test_the_rule_asks_editors_and_administrators_only(session: Session, people: dict[str, Person]) -> None:
    assert second_factor.is_missing(session, people["admin"], "staff")
    assert second_factor.is_missing(session, people["publisher"], "staff")
    assert not second_factor.is_missing(session, people["contributor"], "staff")
    assert not second_factor.is_missing(session, people["admin"], "off")
    before = second_factor.without(session)
    set_up(session, people["admin"])
    assert second_factor.without(session) == before - 1 == 5


def test_the_phone_reads_whose_code_it_is(session: Session, person: Person) -> None:
    row = second_factor.begin(session, person)
    said = second_factor.address(row, person, "澄江 机电")
    assert said.startswith("otpauth://totp/%E6%BE%84%E6%B1%9F%20%E6%9C%BA%E7%94%B5%3Adesk_editor%40")
    assert f"secret={row.sealed['secret']}" in said and "issuer=%E6%BE%84%E6%B1%9F%20" in said


def test_the_secret_is_sealed_in_the_database(session: Session, person: Person, noon: None) -> None:
    secret, codes = set_up(session, person)
    session.flush()
    stored = str(session.connection().exec_driver_sql("select * from second_factor").all())
    assert secret not in stored and codes[0] not in stored and codes[0].replace("-", "") not in stored
