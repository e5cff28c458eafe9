"""Notices: one cause one notice, why it came, what goes where and when by each person's own choice, and what never does."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from editorial import clock
from editorial.errors import Invalid
from editorial.notices import Notice, channels, choices, failing, latest, tell, tell_all, unseen
from editorial.notices.channels import LANES, OWN_ROBOTS
from editorial.notices.envelopes import NoticeEnvelope, enclosed
from editorial.notices.kinds import KINDS, ORIGINS, Channel, kind_of
from editorial.outbox.deliveries import Delivery, Purpose, State
from editorial.people.people import Person

MONDAY = datetime(2026, 11, 23, 2, 17, 30, tzinfo=UTC)
"""10:17:30 of a working day in Shanghai."""
SMTP = {"host": "127.0.0.1", "port": 25, "security": "none", "username": "", "password": "", "sender": "d@x.cn", "sender_name": ""}


@pytest.fixture
def someone(session: Session, people: dict[str, Person]) -> Iterator[Person]:
    """A contributor of a house with a mail server, on a Monday morning."""
    channels.change(session, Channel.MAIL, "smtp", SMTP, "d@x.cn", by=people["admin"])
    with clock.at(MONDAY):
        yield people["contributor"]


def publish(session: Session, person: Person, number: int = 1, **words: bool) -> None:
    tell(session, person, "“{title}” is published.", cause=f"published:{number}:1", thing="article", thing_id=number,
         title="试车台", **words)


def envelopes(session: Session) -> list[NoticeEnvelope]:
    return list(session.scalars(select(NoticeEnvelope).order_by(NoticeEnvelope.id)))


def due(session: Session) -> list[str]:
    return [clock.to_wall(one.due_at).strftime("%a %H:%M:%S") for one in envelopes(session)]


def test_one_cause_gives_one_notice_and_one_letter(session: Session, someone: Person) -> None:
    publish(session, someone)
    publish(session, someone)
    tell_all(session, [someone, someone], "“{title}” is published.", cause="published:1:1", title="试车台")
    assert session.scalar(select(func.count()).select_from(Notice)) == 1
    assert session.scalar(select(func.count()).select_from(Delivery)) == 1


def test_a_letter_is_a_promise_of_the_same_transaction(session: Session, someone: Person) -> None:
    publish(session, someone)
    delivery = session.scalars(select(Delivery)).one()
    assert (delivery.purpose, delivery.state, delivery.lane) == (Purpose.NOTICE, State.WAITING, LANES[Channel.MAIL])
    assert (delivery.target_kind, delivery.target_id, delivery.due_at) == ("person", someone.id, MONDAY)
    session.rollback()
    assert session.scalars(select(Delivery)).all() == []


def test_without_a_mail_server_notices_stand_in_the_product_only(session: Session, people: dict[str, Person]) -> None:
    publish(session, people["contributor"])
    assert unseen(session, people["contributor"]) == 1 and envelopes(session) == []


def test_every_notice_says_its_kind_and_why_it_came(session: Session, someone: Person) -> None:
    publish(session, someone)
    notice = latest(session, someone)[0]
    assert (notice.kind.code, notice.why) == ("own_story", "Because you handed this story in.")
    assert kind_of("accepted:5:1", "edition").code == "trouble" and kind_of("accepted:5", "submission").code == "own_story"
    assert kind_of("something new:1").code == "other"
    assert {origin.kind for origin in ORIGINS.values()} <= set(KINDS)


def test_what_is_switched_off_is_told_in_the_product_alone(session: Session, someone: Person) -> None:
    choices.choose(session, someone, {("own_story", Channel.MAIL): False})
    publish(session, someone)
    assert unseen(session, someone) == 1 and envelopes(session) == []
    choices.choose(session, someone, {("own_story", Channel.MAIL): True})
    publish(session, someone, 2)
    assert len(envelopes(session)) == 1


def test_a_muted_article_does_not_ring_and_others_do(session: Session, someone: Person) -> None:
    choices.mute(session, someone, "article", 1)
    choices.mute(session, someone, "article", 1)
    publish(session, someone, 1)
    assert unseen(session, someone) == 0 and len(latest(session, someone)) == 1 and envelopes(session) == []
    publish(session, someone, 2)
    assert unseen(session, someone) == 1 and len(envelopes(session)) == 1
    choices.unmute(session, someone, "article", 1)
    tell(session, someone, "“{title}” was corrected.", cause="corrected:1", thing="article", thing_id=1, title="试车台")
    assert unseen(session, someone) == 2


def test_what_needs_somebody_rings_though_it_was_muted(session: Session, someone: Person) -> None:
    choices.mute(session, someone, "edition", 7)
    tell(session, someone, "“{title}” was not taken: {reason}", cause="refused:1:0", thing="edition", thing_id=7, urgent=True,
         title="试车台", reason="x")
    assert unseen(session, someone) == 1


@pytest.mark.parametrize(("rhythm", "leaves"), [
    ("at_once", ["Mon 10:17:30"] * 3), ("hourly", ["Mon 11:00:00"]), ("daily", ["Tue 08:30:00"]),
])
def test_letters_gather_by_the_rhythm(session: Session, someone: Person, rhythm: str, leaves: list[str]) -> None:
    choices.set_habit(session, someone, rhythm, "", "", clock.DEFAULT_ZONE)
    for number in range(3):
        publish(session, someone, number)
    assert due(session) == leaves
    assert sum(len(enclosed(session, one.id)) for one in envelopes(session)) == 3


def test_a_daily_letter_waits_over_the_weekend_and_over_holidays(session: Session, someone: Person) -> None:
    choices.set_habit(session, someone, "daily", "", "", clock.DEFAULT_ZONE)
    with clock.at(datetime(2026, 11, 20, 9, 0, tzinfo=UTC)):
        publish(session, someone, 1)
    with clock.at(datetime(2026, 9, 30, 9, 0, tzinfo=UTC)):
        publish(session, someone, 2)
    assert [clock.to_wall(one.due_at).strftime("%m-%d %H:%M") for one in envelopes(session)] == ["11-23 08:30", "10-08 08:30"]


@pytest.mark.parametrize(("begin", "end", "leaves"), [
    ("10:00", "11:30", "Mon 11:30:00"), ("22:00", "10:18", "Mon 10:18:00"), ("22:00", "08:00", "Mon 10:17:30"),
    ("10:18", "10:17", "Mon 10:17:30"),
])
def test_quiet_hours_are_waited_out(session: Session, someone: Person, begin: str, end: str, leaves: str) -> None:
    choices.set_habit(session, someone, "at_once", begin, end, clock.DEFAULT_ZONE)
    publish(session, someone)
    assert due(session) == [leaves]


def test_what_is_urgent_waits_for_nothing(session: Session, someone: Person) -> None:
    choices.set_habit(session, someone, "daily", "00:00", "23:59", clock.DEFAULT_ZONE)
    publish(session, someone, urgent=True)
    assert due(session) == ["Mon 10:17:30"]


@pytest.mark.parametrize(("rhythm", "begin", "end", "field"), [
    ("often", "", "", "rhythm"), ("hourly", "22:00", "", "quiet_from"), ("hourly", "22:00", "22:00", "quiet_from"),
    ("hourly", "25:00", "08:00", "quiet_from"), ("hourly", "22:00", "8 Uhr", "quiet_until"),
])
def test_habits_that_make_no_sense_are_refused(
    session: Session, someone: Person, rhythm: str, begin: str, end: str, field: str
) -> None:
    with pytest.raises(Invalid) as refusal:
        choices.set_habit(session, someone, rhythm, begin, end, clock.DEFAULT_ZONE)
    assert refusal.value.problems[0].field == field


def test_nothing_is_put_into_an_envelope_that_is_about_to_leave(session: Session, someone: Person) -> None:
    choices.set_habit(session, someone, "hourly", "", "", clock.DEFAULT_ZONE)
    with clock.at(MONDAY.replace(minute=59, second=10)):
        publish(session, someone, 1)
    with clock.at(MONDAY.replace(minute=59, second=40)):
        publish(session, someone, 2)
    assert len(envelopes(session)) == 2


def test_a_robot_of_ones_own_has_a_line_of_its_own(session: Session, someone: Person) -> None:
    choices.set_robot(session, someone, "wecom_robot", {"key": "k" * 36}, "kkkk", alone=True)
    choices.choose(session, someone, {("own_story", Channel.CHAT): True})
    publish(session, someone)
    assert {delivery.lane for delivery in session.scalars(select(Delivery))} == {LANES[Channel.MAIL], OWN_ROBOTS}


@pytest.mark.parametrize("state", [State.OUTCOME_UNKNOWN, State.NEEDS_PERSON])
def test_a_notice_whose_outcome_is_lost_ends_and_troubles_nobody(session: Session, someone: Person, state: State) -> None:
    publish(session, someone)
    delivery = session.scalars(select(Delivery)).one()
    delivery.state = state
    session.flush()
    failing.settle(session, delivery)
    assert delivery.state == State.CALLED_OFF and unseen(session, someone) == 1


def test_many_are_told_in_few_queries(session: Session, people: dict[str, Person], counted: list[str]) -> None:
    told = [person for person in people.values() if person.name]
    del counted[:]
    tell_all(session, told, "“{title}” is published.", cause="published:9:9", title="试车台")
    asked = [statement for statement in counted if statement.startswith("SELECT")]
    assert len(asked) <= 6


@pytest.fixture
def counted(session: Session) -> Iterator[list[str]]:
    """What is asked of the database."""
    from sqlalchemy import event

    statements: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_more: object) -> None:
        statements.append(statement)

    engine = session.get_bind()
    event.listen(engine, "before_cursor_execute", note)
    yield statements
    event.remove(engine, "before_cursor_execute", note)


def test_a_year_of_hours_never_leaves_early_or_twice_in_a_slot(session: Session, someone: Person) -> None:
    """Whatever the hour: a gathered letter leaves later than now, at most four days (sixteen over holidays) ahead."""
    for rhythm, most in (("hourly", timedelta(hours=1)), ("daily", timedelta(days=10))):
        choices.set_habit(session, someone, rhythm, "", "", clock.DEFAULT_ZONE)
        habit = choices.habit_of(session, someone)
        for step in range(0, 365 * 24, 37):
            now = datetime(2026, 1, 1, tzinfo=UTC) + timedelta(hours=step, minutes=step % 60)
            leaves = choices.leaves_at(session, habit, now, urgent=False)
            assert now < leaves <= now + most, (rhythm, now, leaves)
