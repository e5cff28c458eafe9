"""The verbs of the outbox: claim, give back, try later, recover, hold, pace; and the people who decide."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from hypothesis import given
from hypothesis import settings as effort
from hypothesis import strategies as some
from sqlalchemy import select
from sqlalchemy.orm import Session

from editorial import clock
from editorial.errors import AlreadyLeft, WrongState
from editorial.outbox import attempts, deliveries, holds
from editorial.outbox.attempts import MOST_DEATHS, MOST_TRIES, Ticket, Timing, Verdict
from editorial.outbox.deliveries import Attempt, Delivery, Promise, Purpose, State
from editorial.outbox.holds import Pace
from editorial.people.people import Person

TIMING = Timing(settle=0.2, poll=0.1)
LANE = "account:1"


def promised(session: Session, key: str = "one", *, after: Delivery | None = None, due: float = -1.0) -> Delivery:
    """A delivery that is due `due` seconds from now."""
    return deliveries.promise(session, Promise(
        purpose=Purpose.RELEASE, lane=LANE, key=key, owner_id=1, target_kind="account", target_id=1, target_name="澄江机电",
        due_at=clock.now() + timedelta(seconds=due), after=after,
    ))


def taken(session: Session, delivery: Delivery) -> Ticket:
    """The right to an attempt at it."""
    [(_, ticket)] = attempts.claim(session, [delivery])
    return ticket


def test_p3_the_same_promise_twice_is_one(session: Session) -> None:
    assert promised(session).id == promised(session).id


def test_p3_of_two_claims_one_is_granted(session: Session) -> None:
    delivery = promised(session)
    assert len(attempts.claim(session, [delivery])) == 1
    assert attempts.claim(session, [delivery]) == []
    assert len(session.scalars(select(Attempt)).all()) == 1


def test_nothing_is_ready_before_its_time_or_before_what_it_follows(session: Session) -> None:
    first, later = promised(session), promised(session, "later", due=60)
    second = promised(session, "second", after=first)
    ready = session.scalars(select(Delivery.id).where(attempts.ready_to_start(clock.now()))).all()
    assert ready == [first.id]
    attempts.settle(session, taken(session, first), State.SENT, Verdict("sent"))
    ready = session.scalars(select(Delivery.id).where(attempts.ready_to_start(clock.now()))).all()
    assert ready == [second.id]
    assert later.state == State.WAITING


def test_a_claim_given_back_leaves_no_doubt(session: Session) -> None:
    delivery = promised(session)
    attempts.give_back(session, taken(session, delivery))
    assert (delivery.state, delivery.tries, delivery.deaths) == (State.WAITING, 0, 0)
    assert session.scalars(select(Attempt.verdict)).all() == ["given_back"]


def test_p3_a_late_owner_changes_nothing_but_the_evidence(session: Session) -> None:
    delivery = promised(session)
    ticket = taken(session, delivery)
    attempts.recover(session, LANE, TIMING)
    assert not attempts.settle(session, ticket, State.SENT, Verdict("sent"))
    assert delivery.state == State.OUTCOME_UNKNOWN
    assert session.scalars(select(Attempt.verdict)).all() == ["sent"]


def test_tries_back_off_and_run_out(session: Session) -> None:
    delivery = promised(session)
    for tries in range(1, MOST_TRIES):
        attempts.try_later(session, taken(session, delivery), Verdict("try_later", "busy"), None)
        wait = (delivery.due_at - clock.now()).total_seconds()
        assert 0 < wait <= min(900.0, 5.0 * 2 ** (tries - 1)) + 1
        assert (delivery.state, delivery.tries) == (State.WAITING, tries)
    attempts.try_later(session, taken(session, delivery), Verdict("try_later", "busy"), None)
    assert delivery.state == State.REFUSED


def test_the_platforms_own_word_counts_before_ours(session: Session) -> None:
    delivery = promised(session)
    attempts.try_later(session, taken(session, delivery), Verdict("try_later"), 600.0)
    assert 595 < (delivery.due_at - clock.now()).total_seconds() <= 600


@given(some.integers(min_value=1, max_value=40))
@effort(max_examples=200, deadline=None)
def test_the_back_off_stays_within_its_bounds(tries: int) -> None:
    assert 1.0 <= attempts.backoff(tries) <= max(1.0, min(900.0, 5.0 * 2.0 ** (tries - 1)))


def test_what_a_dead_owner_left_is_unknown_and_after_three_deaths_a_persons(session: Session) -> None:
    delivery = promised(session)
    for deaths in range(1, MOST_DEATHS + 1):
        taken(session, delivery)
        assert attempts.recover(session, LANE, TIMING) == [delivery.id]
        session.refresh(delivery)
        assert delivery.deaths == deaths
        if deaths < MOST_DEATHS:
            assert delivery.state == State.OUTCOME_UNKNOWN
            deliveries.shift(session, delivery, State.OUTCOME_UNKNOWN, State.WAITING)
    assert delivery.state == State.NEEDS_PERSON
    assert set(session.scalars(select(Attempt.verdict))) == {"abandoned"}


def test_a_lane_recovers_only_its_own(session: Session) -> None:
    delivery = promised(session)
    taken(session, delivery)
    assert attempts.recover(session, "account:2", TIMING) == []
    assert delivery.state == State.IN_FLIGHT


@pytest.mark.parametrize(("outcome", "state"), [
    ("sent", State.SENT), ("not_sent", State.WAITING), ("drop", State.CALLED_OFF),
])
def test_p4_a_person_decides_what_reading_could_not(
    session: Session, people: dict[str, Person], outcome: str, state: State
) -> None:
    delivery = promised(session)
    delivery.state, delivery.deaths, delivery.tries = State.NEEDS_PERSON, 3, 8
    session.flush()
    fence = delivery.fence
    deliveries.resolve(session, delivery, outcome, by=people["publisher"], reason="看过后台")
    assert (delivery.state, delivery.fence) == (state, fence + 1)
    with pytest.raises(WrongState):
        deliveries.resolve(session, delivery, outcome, by=people["publisher"], reason="再点一次")


def test_a_refused_one_is_replayed_as_the_same_promise(session: Session, people: dict[str, Person]) -> None:
    delivery = promised(session)
    attempts.settle(session, taken(session, delivery), State.REFUSED, Verdict("refused"))
    deliveries.retry(session, delivery, by=people["publisher"])
    assert (delivery.state, delivery.tries, delivery.late_ok) == (State.WAITING, 0, True)
    with pytest.raises(WrongState):
        deliveries.retry(session, delivery, by=people["publisher"])


def test_p3_what_has_left_cannot_be_called_off(session: Session) -> None:
    delivery = promised(session)
    taken(session, delivery)
    with pytest.raises(AlreadyLeft):
        deliveries.call_off(session, delivery)
    fresh = promised(session, "fresh")
    deliveries.call_off(session, fresh)
    assert promised(session, "fresh").id != fresh.id


def test_a_pause_ends_and_a_hold_does_not(session: Session) -> None:
    holds.hold(session, "group:1", "too fast", until=clock.now() + timedelta(seconds=60))
    holds.hold(session, "group:2", "robot gone")
    session.flush()
    paused, held = holds.holding(session, "group:1"), holds.holding(session, "group:2", "group:1")
    assert paused is not None and held is not None and held.target == "group:2"
    with time_machine.travel(clock.now() + timedelta(minutes=2)):
        assert holds.holding(session, "group:1") is None
        assert holds.holding(session, "group:2") is not None
    holds.release_hold(session, "group:2")
    assert holds.holding(session, "group:2") is None


def test_a_hold_on_everything_holds_everything(session: Session) -> None:
    holds.hold(session, holds.EVERYTHING, "stop")
    session.flush()
    assert holds.holding(session, "account:7") is not None


KEYS = ("robot", "chat")


@given(
    some.lists(some.tuples(some.floats(min_value=-30, max_value=40), some.sampled_from(KEYS)), min_size=1, max_size=120),
    some.integers(min_value=1, max_value=20), some.integers(min_value=1, max_value=6),
)
@effort(max_examples=150, deadline=None)
def test_no_sliding_window_holds_more_sends_than_allowed(steps: list[tuple[float, str]], most: int, shared: int) -> None:
    """Each has a minute and a second of its own, and both share what their application may send in ten seconds."""
    now, sent = 1_700_000_000.0, []
    known = {key: Pace(target=key, sends=[]) for key in (*KEYS, "application")}
    session = Session()
    newest = now
    for step, key in steps:
        # A clock that is set back may only make us wait; the promise is about a clock that goes forward.
        now = max(now + step, newest)
        newest = now
        with time_machine.travel(datetime.fromtimestamp(now, UTC), tick=False):
            if holds.take_turn(session, [(key, most, 60.0), (key, 2, 1.0), ("application", shared, 10.0)], known) is None:
                sent.append((now, key))
    for at, key in sent:
        assert sum(at <= other < at + 60 for other, other_key in sent if other_key == key) <= most
        assert sum(at <= other < at + 1 for other, other_key in sent if other_key == key) <= 2
        assert sum(at <= other < at + 10 for other, _ in sent) <= shared


def test_a_turn_is_remembered_by_the_next_process(session: Session) -> None:
    rates = [("robot", 2, 60.0)]
    turns = [holds.take_turn(session, rates, {}) for _ in range(3)]
    session.flush()
    assert turns[:2] == [None, None]
    assert turns[2] is not None and 59 < (turns[2] - clock.now()).total_seconds() < 61
