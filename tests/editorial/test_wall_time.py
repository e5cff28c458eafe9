"""House time where the clocks are put forward and back: no time is guessed, none is lost. In zones of three kinds."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy.orm import Session

from editorial import clock, days
from editorial.calendar import editions
from editorial.days import WorkingTime
from editorial.errors import Invalid
from editorial.people.people import Person
from editorial.release import releases
from tests import factories

SWITCHES = [
    # zone, the wall when the clocks are put forward, by how much, the wall when they are put back
    ("Europe/Berlin", datetime(2027, 3, 28, 2, 0), 60, datetime(2027, 10, 31, 2, 0)),
    ("America/New_York", datetime(2027, 3, 14, 2, 0), 60, datetime(2027, 11, 7, 1, 0)),
    # Half an hour only, and in the other half of the year.
    ("Australia/Lord_Howe", datetime(2027, 10, 3, 2, 0), 30, datetime(2027, 4, 4, 1, 30)),
]
MINUTE = timedelta(minutes=1)


@pytest.mark.parametrize(("zone", "gap", "minutes", "fold"), SWITCHES)
def test_every_minute_of_a_gap_is_refused_and_of_a_fold_is_two(zone: str, gap: datetime, minutes: int, fold: datetime) -> None:
    for number in range(-90, minutes + 90):
        expected = 0 if 0 <= number < minutes else 1
        assert len(clock.readings(gap + number * MINUTE, zone)) == expected, gap + number * MINUTE
    for number in range(-90, minutes + 90):
        found = clock.readings(fold + number * MINUTE, zone)
        assert len(found) == (2 if 0 <= number < minutes else 1), fold + number * MINUTE
        assert all(clock.to_wall(one, zone).replace(tzinfo=None) == fold + number * MINUTE for one in found)
        if len(found) == 2:
            assert found[1] - found[0] == minutes * MINUTE
    with pytest.raises(Invalid):
        clock.from_wall(gap + MINUTE, zone)


@pytest.mark.parametrize(("zone", "gap", "minutes", "fold"), SWITCHES)
def test_both_readings_can_be_scheduled_and_stay_what_they_are(
    session: Session, people: dict[str, Person], zone: str, gap: datetime, minutes: int, fold: datetime
) -> None:
    account = factories.account(session)
    for number, at in enumerate(clock.readings(fold + MINUTE, zone)):
        article = factories.signed_off(session, people, title=f"钟点{number}")
        edition = editions.plan(
            session, account=str(account.id), mode="release", article_ids=[str(article.id)], by=people["publisher"])
        releases.schedule(session, edition, at, by=people["publisher"], zone=zone)
        session.flush()
        session.refresh(edition)
        assert edition.publish_at == at and edition.wall_time == f"{fold + MINUTE:%Y-%m-%dT%H:%M:%S}"
        assert {one.due_at for one in releases.deliveries_of(session, edition)} == {at}


@pytest.mark.parametrize(("zone", "gap", "minutes", "fold"), SWITCHES)
def test_working_time_counts_the_hours_there_are(zone: str, gap: datetime, minutes: int, fold: datetime) -> None:
    """A house that works around the clock loses the gap and gains the fold; days stay whole."""
    house = WorkingTime(((0, 24 * 60),), (), zone)
    for on, expected in ((gap, 1440 - minutes), (fold, 1440 + minutes), (gap + timedelta(days=8), 1440)):
        begin = datetime(on.year, on.month, on.day, tzinfo=ZoneInfo(zone))
        following = on + timedelta(days=1)
        end = datetime(following.year, following.month, following.day, tzinfo=ZoneInfo(zone))
        worked = house.minutes(begin.astimezone(UTC), end.astimezone(UTC))
        assert worked == (expected if days.works(date(on.year, on.month, on.day), []) else 0)
