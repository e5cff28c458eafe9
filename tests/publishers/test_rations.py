"""A day on a virtual clock with thirty publications whose outcome does not show: the waits, and the calls of the day."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import time_machine
from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from app.engine import WRITES
from editorial import calls
from editorial.calendar.editions import Edition
from editorial.notices import Notice
from editorial.outbox import attempts, deliveries
from editorial.outbox.attempts import Timing
from editorial.outbox.deliveries import Attempt, Delivery, Promise, Purpose, State
from editorial.people.people import Person
from publishers.connector import NoteParcel, OutcomeUnknown, Refused
from publishers.dispatch import Outfit, drain, rations
from publishers.dispatch.parcels import Materials
from publishers.wechat.client import Client, Task
from publishers.wechat.release import Release
from tests import factories

NINE = datetime(2026, 11, 24, 1, 0, tzinfo=UTC)
"""Nine in the morning in China."""
APP_ID = "wx0123456789abcdef"
GET, LIST, DRAFT = "/cgi-bin/freepublish/get", "/cgi-bin/freepublish/batchget", "/cgi-bin/draft/get"


class Platform(Client):
    """A client that counts its calls as the real one does. `takes`: requests are answered, but their tasks never end."""

    def __init__(self, engine: Engine, *, takes: bool) -> None:
        self.engine, self.takes = engine, takes
        self.made: Counter[tuple[str, str]] = Counter()

    def submit(self, media_id: str) -> Task:
        if not self.takes:
            raise OutcomeUnknown("The connection broke before the platform's answer was complete.")
        return Task(f"task of {media_id}")

    def publishing(self, publish_id: str) -> dict[str, Any]:
        self._count(GET)
        return {"publish_status": 1}

    def published(self, offset: int, count: int) -> dict[str, Any]:
        self._count(LIST)
        return {"total_count": 0, "item": []}

    def draft(self, media_id: str) -> list[dict[str, Any]]:
        self._count(DRAFT)
        raise Refused("The draft is no longer in the draft box.", code="40007")

    def _count(self, path: str) -> None:
        self.made[calls.today(), path] += 1
        with Session(self.engine.execution_options(**WRITES)) as session:
            calls.count(session, APP_ID, path)
            session.commit()


@pytest.fixture
def edition(session: Session, people: dict[str, Person]) -> Iterator[Edition]:
    with time_machine.travel(NINE - timedelta(hours=1), tick=False):
        made = factories.scheduled(session, people, at=NINE + timedelta(days=30), of=factories.account(session, APP_ID))
        session.commit()
    yield made


def promised(session: Session, edition: Edition, at: datetime, number: int) -> Delivery:
    one = deliveries.promise(session, Promise(
        purpose=Purpose.RELEASE, lane=edition.account.lane, key=f"stuck:{number}", owner_id=edition.id, target_kind="account",
        target_id=edition.account_id, target_name="澄江机电", due_at=at, edition_id=edition.id,
    ))
    one.memory = {"media_id": f"draft {number}"}
    return one


@pytest.fixture
def live(session: Session, engine: Engine, edition: Edition) -> Callable[[Platform, timedelta], None]:
    """Let the lane work from nine on for some time, jumping from one due instant to the next."""
    def remember(delivery_id: int, name: str, value: str) -> None:
        with Session(engine.execution_options(**WRITES)) as remembering:
            delivery = remembering.get_one(Delivery, delivery_id)
            delivery.memory = {**delivery.memory, name: value}
            remembering.commit()

    materials = Materials(
        read_picture=lambda sha256: b"", tracked_url=str, cover_url=str, drawn_cover=lambda *words: b"\x89PNG",
        note_of=lambda _session, _delivery: NoteParcel(marker="none", subject="", text=""),
    )

    def lived(platform: Platform, lasting: timedelta) -> None:
        outfit = Outfit(
            connector_of=lambda _session, _delivery: Release(platform), materials=materials,
            remembering=lambda ticket: lambda name, value: remember(ticket.delivery_id, name, value), timing=Timing(),
        )
        now = NINE
        while now < NINE + lasting:
            with time_machine.travel(now, tick=False):
                drain(session, edition.account.lane, outfit)
                following = attempts.next_instant(session)
            now = max(following or NINE + lasting, now + timedelta(seconds=1))

    return lived


def states(session: Session) -> Counter[State]:
    return Counter(session.scalars(select(Delivery.state).where(Delivery.key.startswith("stuck:"))))


def test_one_unknown_outcome_is_looked_into_six_times_and_then_a_person_is_asked(
    session: Session, engine: Engine, edition: Edition, live: Callable[[Platform, timedelta], None]
) -> None:
    one = promised(session, edition, NINE, 1)
    live(Platform(engine, takes=False), timedelta(hours=24))
    looks = session.scalars(select(Attempt.at).where(Attempt.delivery_id == one.id, Attempt.act == "read").order_by(Attempt.id))
    assert [round((at - NINE).total_seconds() / 60) for at in looks] == [1, 3, 8, 23, 53, 113]
    assert states(session) == {State.NEEDS_PERSON: 1}


@pytest.mark.slow
@pytest.mark.parametrize("apart", [timedelta(0), timedelta(minutes=25)], ids=["at once", "over the day"])
def test_thirty_unknown_outcomes_stay_within_the_calls_of_the_day(
    session: Session, engine: Engine, edition: Edition, live: Callable[[Platform, timedelta], None], apart: timedelta
) -> None:
    for number in range(30):
        promised(session, edition, NINE + number * apart, number)
    platform = Platform(engine, takes=False)
    live(platform, timedelta(hours=15))
    assert platform.made["2026-11-24", LIST] <= 100
    assert platform.made["2026-11-24", DRAFT] <= 500
    assert states(session) == {State.NEEDS_PERSON: 30}
    told = session.scalars(select(Notice.thing_id).where(Notice.sentence.contains("Please decide"))).all()
    assert len(told) == 30
    sent = dict(session.execute(select(Attempt.delivery_id, Attempt.at).where(Attempt.act == "send")).all())
    assert len(sent) == 30


@pytest.mark.slow
def test_thirty_tasks_that_never_end_are_asked_after_within_the_calls_of_the_day(
    session: Session, engine: Engine, edition: Edition, live: Callable[[Platform, timedelta], None]
) -> None:
    for number in range(30):
        promised(session, edition, NINE, number)
    platform = Platform(engine, takes=True)
    live(platform, timedelta(hours=6))
    assert 50 <= platform.made["2026-11-24", GET] <= 100
    assert states(session) == {State.ACCEPTED: 30}
    asked = Counter(session.scalars(select(Attempt.delivery_id).where(Attempt.act == "poll")))
    assert len(asked) == 30 and min(asked.values()) >= 1


def test_what_goes_out_now_is_asked_after_though_the_day_is_nearly_used_up(
    session: Session, engine: Engine, edition: Edition, live: Callable[[Platform, timedelta], None]
) -> None:
    one = promised(session, edition, NINE, 1)
    with time_machine.travel(NINE, tick=False):
        for _ in range(85):
            calls.count(session, APP_ID, GET)
        session.commit()
    live(Platform(engine, takes=True), timedelta(hours=1))
    assert session.get_one(Delivery, one.id, populate_existing=True).reads == 1


def test_the_platforms_own_word_on_its_limit_counts(
    session: Session, engine: Engine, edition: Edition
) -> None:
    one = promised(session, edition, NINE, 1)
    one.reads, one.memory = 3, {**one.memory, "publish_id": "task"}
    with time_machine.travel(NINE, tick=False):
        calls.record_quota(session, APP_ID, GET, limit=1000, used=90)
        assert rations.turn(session, one, "poll", Timing()) is None
        calls.record_quota(session, APP_ID, GET, limit=1000, used=990)
        assert rations.turn(session, one, "poll", Timing()) == datetime(2026, 11, 24, 16, 5, tzinfo=UTC)
        assert rations.turn(session, one, "read", Timing()) is None


def test_a_trial_with_a_faster_clockwork_has_as_many_more_calls(session: Session, engine: Engine, edition: Edition) -> None:
    one = promised(session, edition, NINE, 1)
    one.reads, one.memory = 3, {**one.memory, "publish_id": "task"}
    with time_machine.travel(NINE, tick=False):
        for path in (GET, LIST):
            calls.record_quota(session, APP_ID, path, limit=None, used=400)
        assert rations.turn(session, one, "poll", Timing(settle=60, poll=1)) is None
        assert rations.turn(session, one, "read", Timing(settle=6, poll=10)) is None
        assert rations.turn(session, one, "poll", Timing(settle=6, poll=10)) is not None
        assert rations.turn(session, one, "read", Timing(settle=60, poll=1)) is not None
