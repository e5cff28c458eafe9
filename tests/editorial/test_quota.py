"""The mass sends of a day or a natural month of China, against a clock that moves."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy.orm import Session

from editorial import accounts, clock, house
from editorial.accounts import AccountType, OfficialAccount
from editorial.calendar import editions, quota
from editorial.calendar.editions import Edition, EditionState, Mode
from editorial.calendar.quota import ALLOWANCES, period
from editorial.errors import Invalid
from editorial.outbox.deliveries import Attempt, Delivery, Purpose, State
from editorial.people.people import Person
from editorial.release import releases
from tests import factories

DAY, MONTH = ALLOWANCES[AccountType.SUBSCRIPTION], ALLOWANCES[AccountType.SERVICE]
HOUSES = ("Asia/Shanghai", "Europe/Berlin", "America/New_York", "Pacific/Auckland")


def china(text: str) -> datetime:
    """An instant by the wall clock of China."""
    return datetime.fromisoformat(f"{text}+08:00").astimezone(UTC)


@pytest.mark.parametrize(("at", "first", "after"), [
    ("2026-11-22 00:00:00", "2026-11-22 00:00", "2026-11-23 00:00"),
    ("2026-11-22 23:59:59", "2026-11-22 00:00", "2026-11-23 00:00"),
    ("2026-12-31 23:59:59", "2026-12-31 00:00", "2027-01-01 00:00"),
    ("2028-02-29 12:00:00", "2028-02-29 00:00", "2028-03-01 00:00"),
    # Where the house's own clocks are put forward or back, China's days stay whole.
    ("2026-03-29 08:30:00", "2026-03-29 00:00", "2026-03-30 00:00"),
    ("2026-10-25 08:30:00", "2026-10-25 00:00", "2026-10-26 00:00"),
])
def test_a_day_is_a_day_of_china(at: str, first: str, after: str) -> None:
    assert period(DAY, china(at)) == (china(first), china(after))


@pytest.mark.parametrize(("at", "first", "after"), [
    ("2026-01-31 23:59:59", "2026-01-01 00:00", "2026-02-01 00:00"),
    ("2026-02-01 00:00:00", "2026-02-01 00:00", "2026-03-01 00:00"),
    ("2028-02-29 23:59:59", "2028-02-01 00:00", "2028-03-01 00:00"),
    ("2026-04-30 23:59:59", "2026-04-01 00:00", "2026-05-01 00:00"),
    ("2026-12-31 23:59:59", "2026-12-01 00:00", "2027-01-01 00:00"),
    ("2027-01-01 00:00:00", "2027-01-01 00:00", "2027-02-01 00:00"),
])
def test_a_month_is_a_natural_month_of_china(at: str, first: str, after: str) -> None:
    assert period(MONTH, china(at)) == (china(first), china(after))


def test_periods_lie_side_by_side_through_four_years() -> None:
    at, end = china("2026-01-01 00:00"), china("2030-01-01 00:00")
    months = set()
    while at < end:
        begins, ends = period(DAY, at)
        assert (begins, ends - begins) == (at, timedelta(days=1))
        months.add(period(MONTH, at))
        at = ends
    lengths = [(ends - begins).days for begins, ends in sorted(months)]
    assert len(months) == 48 and sum(lengths) == 1461 and set(lengths) == {28, 29, 30, 31}


class Desk:
    """Plans and schedules mass sends of one account."""

    def __init__(self, session: Session, people: dict[str, Person], account: OfficialAccount) -> None:
        self.session, self.people, self.account = session, people, account

    def planned(self, tag: int | None = None) -> Edition:
        article = factories.signed_off(self.session, self.people)
        return editions.plan(
            self.session, account=str(self.account.id), mode="mass_send", article_ids=[str(article.id)],
            tag_id=tag, by=self.people["publisher"],
        )

    def schedule(self, edition: Edition, at: str, zone: str = "Asia/Shanghai") -> Edition:
        releases.schedule(self.session, edition, china(at), by=self.people["publisher"], zone=zone)
        return edition

    def refuses(self, edition: Edition, at: str) -> str:
        """The sentence with which the time is refused."""
        with pytest.raises(Invalid) as refusal:
            self.schedule(edition, at)
        (problem,) = refusal.value.problems
        assert problem.field == "publish_at"
        return str(problem)

    def delivery(self, edition: Edition) -> Delivery:
        return next(one for one in releases.deliveries_of(self.session, edition) if one.purpose == Purpose.MASS_SEND)


@pytest.fixture
def account(session: Session) -> OfficialAccount:
    return factories.account(session)


@pytest.fixture
def desk(session: Session, people: dict[str, Person], account: OfficialAccount) -> Iterator[Desk]:
    with clock.at(china("2026-11-20 10:00")):
        yield Desk(session, people, account)


@pytest.fixture
def service(session: Session, people: dict[str, Person], desk: Desk) -> Desk:
    made = accounts.add(session, name="澄江服务", account_type="service", app_id="wxservice0000001", app_secret="right")
    accounts.record_rights(session, made, {"draft": True, "release": True, "mass_send": True, "statistics": True})
    return Desk(session, people, made)


@pytest.mark.parametrize("zone", HOUSES)
def test_a_subscription_account_sends_once_a_day(desk: Desk, zone: str) -> None:
    desk.schedule(desk.planned(), "2026-11-22 09:00", zone)
    second = desk.planned()
    said = desk.refuses(second, "2026-11-22 23:59")
    assert "2026-11-22" in said and "七十二小时的试车台" in said
    desk.refuses(second, "2026-11-22 00:00")
    desk.schedule(second, "2026-11-23 00:00", zone)
    desk.refuses(desk.planned(tag=2), "2026-11-23 20:00")


def test_a_service_account_sends_four_times_a_natural_month(service: Desk) -> None:
    for day in ("2026-11-21 09:00", "2026-11-21 10:00", "2026-11-25 09:00", "2026-11-30 23:59"):
        service.schedule(service.planned(), day)
    fifth = service.planned()
    assert "2026-11" in service.refuses(fifth, "2026-11-29 09:00")
    service.schedule(fifth, "2026-12-01 00:00")


def test_of_a_service_account_each_follower_counts(service: Desk) -> None:
    for hour in range(9, 13):
        service.schedule(service.planned(tag=7), f"2026-11-21 {hour:02}:00")
    service.refuses(service.planned(tag=7), "2026-11-22 09:00")
    service.schedule(service.planned(tag=8), "2026-11-22 09:00")
    for hour in range(10, 14):
        service.schedule(service.planned(), f"2026-11-22 {hour:02}:00")
    service.refuses(service.planned(tag=8), "2026-11-23 09:00")
    service.refuses(service.planned(), "2026-11-23 09:00")


def test_what_is_moved_or_taken_back_gives_its_place_free(desk: Desk) -> None:
    first = desk.schedule(desk.planned(), "2026-11-22 09:00")
    desk.schedule(first, "2026-11-22 18:00")
    second = desk.planned()
    desk.refuses(second, "2026-11-22 09:00")
    desk.schedule(first, "2026-11-24 09:00")
    desk.schedule(second, "2026-11-22 09:00")
    releases.unschedule(desk.session, second, by=desk.people["publisher"])
    desk.schedule(desk.planned(), "2026-11-22 12:00")


def test_a_refused_send_takes_no_place_and_a_late_one_takes_that_of_its_own_day(desk: Desk) -> None:
    late = desk.schedule(desk.planned(), "2026-11-22 23:59")
    delivery = desk.delivery(late)
    delivery.memory = {"mass_asked_at": str(int(china("2026-11-23 00:00:03").timestamp())), "msg_id": "1"}
    delivery.state = State.ACCEPTED
    desk.session.flush()
    other = desk.planned()
    desk.refuses(other, "2026-11-23 08:00")
    desk.schedule(other, "2026-11-22 08:00")
    delivery.state = State.REFUSED
    desk.session.flush()
    desk.schedule(desk.planned(), "2026-11-23 08:00")


def test_what_the_platform_refused_for_its_quota_is_believed(desk: Desk) -> None:
    first = desk.schedule(desk.planned(), "2026-11-20 11:00")
    delivery = desk.delivery(first)
    delivery.state = State.REFUSED
    desk.session.add(Attempt(delivery_id=delivery.id, fence=1, code=quota.USED_UP, at=china("2026-11-20 11:00:02")))
    desk.session.flush()
    second = desk.planned()
    assert "2026-11-20 11:00" in desk.refuses(second, "2026-11-20 15:00")
    assert quota.quota(desk.session, desk.account, china("2026-11-20 15:00")).left == 0
    desk.schedule(second, "2026-11-21 00:00")


def test_only_mass_sends_count(desk: Desk) -> None:
    for hour in (9, 10):
        made = factories.signed_off(desk.session, desk.people)
        release = editions.plan(desk.session, account=str(desk.account.id), mode="release", article_ids=[str(made.id)],
                                by=desk.people["publisher"])
        desk.schedule(release, f"2026-11-22 {hour:02}:00")
    desk.schedule(desk.planned(), "2026-11-22 11:00")


def test_by_hand_the_console_says_what_is_left(desk: Desk) -> None:
    desk.schedule(desk.planned(), "2026-11-22 09:00")
    accounts.withdraw_right(desk.session, desk.account, "mass_send")
    desk.schedule(desk.planned(), "2026-11-22 10:00")


def test_a_house_that_knows_better_may_go_on(desk: Desk) -> None:
    desk.schedule(desk.planned(), "2026-11-22 09:00")
    house.change(desk.session, "mass_quota", "warn", by=desk.people["admin"])
    desk.schedule(desk.planned(), "2026-11-22 10:00")


@pytest.mark.parametrize("kind", list(AccountType))
def test_a_year_of_plans_agrees_with_counting_on_the_fingers(
    session: Session, people: dict[str, Person], account: OfficialAccount, kind: AccountType
) -> None:
    account.account_type = kind
    dice, taken = random.Random(kind), Counter[str]()
    begin, allowed, refused = china("2026-12-20 00:00"), 0, 0
    for _ in range(400):
        minutes = sorted(dice.randrange(400 * 1440) for _ in range(2))
        now, at = (begin + timedelta(minutes=one) for one in minutes)
        # Counted anew, by hand: eight hours later in London is China's date.
        name = (at + timedelta(hours=8)).date().isoformat()[: 10 if kind == AccountType.SUBSCRIPTION else 7]
        most = 1 if kind == AccountType.SUBSCRIPTION else 4
        edition = Edition(account=account, mode=Mode.MASS_SEND, planned_by_id=people["publisher"].id)
        with clock.at(min(now, at)):
            problem = quota.problem(session, edition, at)
        assert (problem is None) == (taken[name] < most), (name, taken[name])
        if problem is None:
            edition.state, edition.publish_at, edition.published_at = EditionState.PUBLISHED, at, at
            session.add(edition)
            session.flush()
            taken[name], allowed = taken[name] + 1, allowed + 1
        else:
            refused += 1
    assert allowed > 40 and refused > 40
    assert min(date.fromisoformat(f"{name}-01"[:10]) for name in taken) >= date(2026, 12, 1)
