"""Figures and comments, collected from the simulated platform under a clock that both sides share (promise P7)."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import Engine, func, select
from sqlalchemy.orm import Session

from app import collecting
from app.config import Settings
from app.engine import WRITES, open_engine
from app.jobs import Works
from app.locks import lane_lock
from app.wiring import Wiring
from editorial import accounts, clock
from editorial.accounts import OfficialAccount
from editorial.calendar.editions import Edition, EditionState
from editorial.measuring import comments, figures, messages, questions, rounds
from editorial.measuring.comments import ReaderComment
from editorial.measuring.figures import DayFigures, Kind
from editorial.measuring.messages import ArticleMessage
from editorial.measuring.questions import Interface, Question, QuestionState
from editorial.measuring.rounds import Round
from editorial.measuring.trail import trail_of
from editorial.vault import vault
from publishers.sandbox.running import Running
from tests import factories
from tests.conftest import SECRET, make_settings

APP_ID = "wx0123456789abcdef"
PUBLISHED_AT = datetime(2026, 3, 10, 2, 0, tzinfo=UTC)
"""Ten in the morning of 10 March in China."""
PUBLISHED_ON = date(2026, 3, 10)


@dataclass
class House:
    """A house with one edition that went out, and the platform it went to."""

    settings: Settings
    engine: Engine
    sandbox: Running
    account_id: int
    edition_id: int

    @property
    def lane(self) -> str:
        return f"{collecting.PREFIX}{self.account_id}"

    @contextmanager
    def session(self) -> Iterator[Session]:
        with Session(self.engine.execution_options(**WRITES)) as session:
            yield session
            session.commit()

    def at(self, instant: datetime) -> int:
        """Collect at this instant, on both clocks; how many calls were made."""
        self.sandbox.clock(at=instant.timestamp())
        with clock.at(instant), lane_lock(self.engine, self.settings.instance / "locks", self.lane) as session:
            assert session is not None
            if self.lane not in collecting.lanes_with_work(session):
                return 0
            session.commit()
            wiring = Wiring(self.settings)
            return collecting.collect(session, self.lane, lambda one: wiring.client(self.engine, one), lambda: False)

    def mornings(self, first: date, count: int) -> None:
        """Collect at nine in China on so many days."""
        for number in range(count):
            self.at(china(first + timedelta(days=number), 9))

    def trail_figures(self) -> dict[str, int] | None:
        with self.session() as session:
            return trail_of(session, session.get_one(Edition, self.edition_id).lead).figures

    def calls(self, path: str = "/datacube/") -> int:
        """How many calls came in whose path begins so."""
        return len([call for call in self.sandbox.calls() if call["path"].startswith(path)])

    def open_comments(self) -> str:
        """Let readers write under the lead article; its link."""
        with self.session() as session:
            message = messages.of_place(session, session.get_one(Edition, self.edition_id).places[0])
            client = Wiring(self.settings).client(self.engine, accounts.get(session, self.account_id))
            section, link = collecting.section_of(client, message), str(message.place.permalink)
        section.open()
        return link

    def comment(self, link: str, content: str, openid: str = "o_reader_number_one") -> None:
        """A reader writes."""
        self.sandbox.control("POST", "comments", {"link": link, "content": content, "openid": openid})


def china(day: date, hour: float) -> datetime:
    return datetime(day.year, day.month, day.day, tzinfo=UTC) + timedelta(hours=hour - 8)


@pytest.fixture
def house(sqlite_url: str, tmp_path: Path, sandbox: Running) -> Iterator[House]:
    """A house on SQLite, for what does not depend on the kind of database."""
    yield from _built(sqlite_url, tmp_path, sandbox)


@pytest.fixture
def any_house(database_url: str, tmp_path: Path, sandbox: Running) -> Iterator[House]:
    """A house on each kind of database."""
    yield from _built(database_url, tmp_path, sandbox)


def _built(database_url: str, tmp_path: Path, sandbox: Running) -> Iterator[House]:
    vault.open_with(SECRET)
    settings = make_settings(tmp_path, database_url=database_url, platform=sandbox.url)
    engine = open_engine(settings)
    sandbox.clock(at=PUBLISHED_AT.timestamp())
    sandbox.account(APP_ID, secret="right", followers=20_000, counted_on=PUBLISHED_ON.isoformat())
    with Session(engine.execution_options(**WRITES)) as session:
        everyone = factories.one_of_each(session)
        edition = factories.scheduled(session, everyone, of=factories.account(session, APP_ID), count=2)
        account_id, edition_id = edition.account_id, edition.id
        session.commit()
    _publish(settings, engine, edition_id)
    yield House(settings, engine, sandbox, account_id, edition_id)
    engine.dispose()


def _publish(settings: Settings, engine: Engine, edition_id: int) -> None:
    """By the real worker; afterwards the edition bears the instant at which the platform's clock stood."""
    works = Works(settings)
    deadline = time.monotonic() + 30
    while True:
        for lane in works.lanes_with_work():
            if not lane.startswith(collecting.PREFIX):
                works.drain(lane)
        with Session(engine.execution_options(**WRITES)) as session:
            edition = session.get_one(Edition, edition_id)
            if edition.state == EditionState.PUBLISHED:
                edition.publish_at = edition.published_at = PUBLISHED_AT
                session.commit()
                return
        assert time.monotonic() < deadline, "the edition did not go out"
        time.sleep(0.05)


def test_nothing_is_asked_before_eight_and_unknown_is_not_nought(house: House) -> None:
    house.at(china(PUBLISHED_ON + timedelta(days=1), 7.5))
    assert house.calls("/datacube/getarticleread") == 0
    assert house.trail_figures() is None


def test_figures_reach_the_trail_and_are_never_added_to_clicks(any_house: House) -> None:
    any_house.at(china(PUBLISHED_ON + timedelta(days=1), 9))
    found = any_house.trail_figures()
    assert found is not None and found["readers"] > 100 and set(found) == set(figures.WHOLE_NUMBERS)
    with any_house.session() as session:
        way = trail_of(session, session.get_one(Edition, any_house.edition_id).lead)
        assert way.figures_as_of == PUBLISHED_ON
        assert way.all_clicks.people == 0
        (publication,) = way.publications
        assert publication.days[0].on == PUBLISHED_ON and publication.days[0].get("readers") == found["readers"]
        assert sum(publication.sources.values()) <= found["readers"]


def test_what_is_found_published_after_the_morning_is_still_asked_about_that_day(house: House) -> None:
    def known_as(state: EditionState) -> None:
        with house.session() as session:
            session.get_one(Edition, house.edition_id).state = state

    known_as(EditionState.SCHEDULED)
    house.at(china(PUBLISHED_ON + timedelta(days=1), 9))
    assert house.trail_figures() is None and house.calls("/datacube/getbizsummary") > 0
    known_as(EditionState.PUBLISHED)
    house.at(china(PUBLISHED_ON + timedelta(days=1), 10))
    assert house.trail_figures() is not None


def test_the_second_article_has_its_own_figures(house: House) -> None:
    house.at(china(PUBLISHED_ON + timedelta(days=1), 9))
    with house.session() as session:
        found = messages.lately_published(session, house.account_id, PUBLISHED_ON)
        assert {message.position for message in found} == {1, 2}
        totals = figures.newest_totals(session, found)
        assert len(totals) == 2 and len({day.get("readers") for day in totals.values()}) == 2


@pytest.mark.slow
def test_what_still_moves_is_asked_again_then_less_often_then_no_more(any_house: House) -> None:
    any_house.mornings(PUBLISHED_ON + timedelta(days=1), 45)
    asked = [call["at"] for call in any_house.sandbox.calls("/datacube/getarticletotaldetail")]
    with any_house.session() as session:
        total = session.scalars(select(Question).where(
            Question.interface == Interface.ARTICLE_TOTAL, Question.day == PUBLISHED_ON)).one()
        assert (total.state, total.next_at) == (QuestionState.SETTLED, None)
        days = session.scalars(select(DayFigures.day).where(DayFigures.kind == Kind.TOTAL).order_by(DayFigures.day)).all()
        assert max(days) == PUBLISHED_ON + timedelta(days=29)
        open_ones = session.scalars(select(Question.day).where(
            Question.state == QuestionState.OPEN, Question.day < PUBLISHED_ON + timedelta(days=30))).all()
        assert open_ones == []
    assert 20 <= len(asked) <= 34
    assert any_house.at(china(PUBLISHED_ON + timedelta(days=60), 9)) > 0
    assert len(any_house.sandbox.calls("/datacube/getarticletotaldetail")) == len(asked)


def test_a_later_count_of_yesterday_replaces_the_first(house: House) -> None:
    first = PUBLISHED_ON + timedelta(days=1)
    house.at(china(first, 9))
    before = _readers_on(house, PUBLISHED_ON)
    house.at(china(first + timedelta(days=1), 9))
    assert before is not None and (_readers_on(house, PUBLISHED_ON) or 0) > before


def test_a_day_without_an_answer_is_a_gap_and_never_nought(house: House) -> None:
    gap = PUBLISHED_ON + timedelta(days=2)
    house.sandbox.account(APP_ID, gaps=[gap.isoformat()])
    house.mornings(PUBLISHED_ON + timedelta(days=1), 6)
    with house.session() as session:
        days = {day.on: day for day in figures.of_account(session, house.account_id, PUBLISHED_ON, gap + timedelta(days=1))}
        assert days[gap].figures == {} and days[gap].get("readers") is None
        assert days[gap + timedelta(days=1)].get("readers") is not None
        reasons = questions.gaps(session, house.account_id, PUBLISHED_ON, [Interface.ACCOUNT])
        assert reasons[gap] == "WeChat gave no figures for this day."
        assert PUBLISHED_ON not in reasons


def test_figures_that_are_late_are_asked_for_again_the_same_day(house: House) -> None:
    morning = PUBLISHED_ON + timedelta(days=1)
    house.sandbox.settings(figures_hour=11.5)
    house.at(china(morning, 9))
    assert house.trail_figures() is None
    assert house.at(china(morning, 9.2)) == 0
    house.at(china(morning, 13))
    assert house.trail_figures() is not None


def test_figures_that_call_themselves_delayed_are_asked_for_again(house: House) -> None:
    morning = PUBLISHED_ON + timedelta(days=1)
    house.sandbox.settings(figures_delayed=True)
    house.at(china(morning, 9))
    house.sandbox.settings(figures_delayed=False)
    assert house.at(china(morning, 10.5)) > 0


def test_followers_are_known_by_day_and_on_the_account(house: House) -> None:
    house.mornings(PUBLISHED_ON + timedelta(days=1), 2)
    with house.session() as session:
        known = figures.followers(session, house.account_id)
        assert known is not None and known.on == PUBLISHED_ON + timedelta(days=1)
        assert accounts.get(session, house.account_id).followers == known.get("followers")
        day = figures.of_account(session, house.account_id, PUBLISHED_ON, PUBLISHED_ON)[0]
        assert {"followers", "new_followers", "lost_followers", "readers"} <= set(day.figures)


def test_an_account_without_the_right_is_not_asked_twice(house: House) -> None:
    house.sandbox.account(APP_ID, rights={"draft": True, "release": True, "mass_send": True, "statistics": False, "comment": True})
    house.at(china(PUBLISHED_ON + timedelta(days=1), 9))
    # The token had died over night: one call is rejected, its repeat says what is the matter.
    assert house.calls() == 2
    house.at(china(PUBLISHED_ON + timedelta(days=2), 9))
    assert house.calls() == 2
    with house.session() as session:
        assert accounts.get(session, house.account_id).rights["statistics"] is False
        asked = questions.trouble(session, house.account_id)
        assert asked is not None and asked.code == "48001" and "verified" in asked.reason


def test_a_dead_line_costs_one_call_in_ten_minutes(house: House) -> None:
    morning = china(PUBLISHED_ON + timedelta(days=1), 9)
    house.sandbox.fault("/datacube/getusercumulate", "drop_before")
    house.at(morning)
    assert house.at(morning + timedelta(minutes=5)) == 0
    assert house.calls() == 1
    assert house.at(morning + timedelta(minutes=11)) > 0
    assert house.trail_figures() is not None


def test_a_wrong_secret_is_not_tried_again_and_again(house: House) -> None:
    house.sandbox.account(APP_ID, secret="another")
    house.sandbox.control("POST", "tokens/expire", {"app_id": APP_ID})
    morning, before = china(PUBLISHED_ON + timedelta(days=1), 9), house.calls("/cgi-bin/stable_token")
    house.at(morning)
    assert house.at(morning + timedelta(minutes=2)) == 0
    house.at(morning + timedelta(minutes=12))
    assert house.calls("/cgi-bin/stable_token") - before <= 2
    with house.session() as session:
        asked = questions.trouble(session, house.account_id)
        assert asked is not None and "AppSecret" in asked.reason


def test_calls_of_a_day_have_an_end(house: House) -> None:
    morning = china(PUBLISHED_ON + timedelta(days=1), 9)
    with house.session() as session:
        session.add(Round(account_id=house.account_id, day=PUBLISHED_ON + timedelta(days=1), calls=rounds.MOST_CALLS - 1))
        session.add(Question(
            account_id=house.account_id, interface=Interface.ACCOUNT, day=PUBLISHED_ON, next_at=morning))
        session.add(Question(
            account_id=house.account_id, interface=Interface.ARTICLE_READ, day=PUBLISHED_ON, next_at=morning))
    assert house.at(morning) == 1
    assert house.at(morning + timedelta(hours=1)) == 0


def test_only_one_worker_at_a_time(any_house: House) -> None:
    with lane_lock(any_house.engine, any_house.settings.instance / "locks", any_house.lane) as held:
        assert held is not None
        works = Works(any_house.settings)
        assert works.drain(any_house.lane) == 0
    assert any_house.calls() == 0


def test_a_worker_killed_in_the_middle_of_a_call_loses_nothing(any_house: House) -> None:
    morning = china(PUBLISHED_ON + timedelta(days=1), 9)
    any_house.sandbox.clock(at=morning.timestamp())
    any_house.sandbox.fault("/datacube/getbizsummary", "timeout_after", seconds=20)
    order = [sys.executable, "-c", KILLED, any_house.lane, morning.isoformat()]
    worker = subprocess.Popen(order, env={**os.environ, **_env(any_house)})
    try:
        deadline = time.monotonic() + 30
        while not _asked(any_house):
            assert worker.poll() is None and time.monotonic() < deadline
            time.sleep(0.05)
        time.sleep(0.2)
    finally:
        worker.send_signal(signal.SIGKILL)
        worker.wait()
    any_house.sandbox.control("DELETE", "faults")
    assert any_house.at(morning + timedelta(minutes=1)) > 0
    assert any_house.trail_figures() is not None
    with any_house.session() as session:
        doubled = select(Question.day).group_by(Question.account_id, Question.interface, Question.day).having(func.count() > 1)
        assert session.scalars(doubled).all() == []


KILLED = """
import sys
from datetime import datetime
from app.config import from_env
from app.jobs import Works
from editorial import clock
with clock.at(datetime.fromisoformat(sys.argv[2])):
    Works(from_env()).drain(sys.argv[1])
"""


def _env(house: House) -> dict[str, str]:
    return {
        "QUNSHENG_INSTANCE": str(house.settings.instance), "QUNSHENG_DATABASE_URL": house.settings.database_url,
        "QUNSHENG_SECRET_KEY": SECRET, "QUNSHENG_WECHAT_API": house.sandbox.url, "QUNSHENG_CALL_SECONDS": "30",
    }


def _asked(house: House) -> bool:
    with house.session() as session:
        current = session.get(Round, house.account_id)
        return current is not None and current.calls >= 9


def _readers_on(house: House, day: date) -> float | None:
    with house.session() as session:
        (lead, *_rest) = messages.of_article(session, session.get_one(Edition, house.edition_id).lead.id)
        return next(one.get("readers") for one in figures.of_message(session, lead).days if one.on == day)


def test_comments_are_imported_soon_and_then_less_often(any_house: House) -> None:
    link = any_house.open_comments()
    any_house.comment(link, "图书角在几楼？")
    any_house.at(PUBLISHED_AT + timedelta(minutes=12))
    with any_house.session() as session:
        (comment,) = session.scalars(select(ReaderComment)).all()
        assert (comment.text, comment.featured, comment.gone_at) == ("图书角在几楼？", False, None)
        assert len(comment.reader) == 4 and "reader_number" not in str(vars(comment))
        message = comment.message
        assert message.comments_total == 1
        waits = [
            (comments.next_reading(message, PUBLISHED_AT + age) or PUBLISHED_AT) - PUBLISHED_AT - age
            for age in (timedelta(hours=1), timedelta(days=1), timedelta(days=5), timedelta(days=20))
        ]
        assert waits == sorted(waits) and waits[0] < waits[-1]
        assert comments.next_reading(message, PUBLISHED_AT + timedelta(days=100)) is None


def test_a_comment_that_its_reader_deleted_is_forgotten(house: House) -> None:
    link = house.open_comments()
    house.comment(link, "写错了")
    house.at(PUBLISHED_AT + timedelta(minutes=12))
    listed = house.sandbox.control("GET", f"comments?link={link}")["comments"]
    house.sandbox.control("POST", "comments", {"withdraw": listed[0]["id"]})
    house.at(PUBLISHED_AT + timedelta(minutes=50))
    with house.session() as session:
        (comment,) = session.scalars(select(ReaderComment)).all()
        assert comment.gone_at is not None and comment.text == "" and comment.reader == ""
        assert comments.standing(session, comment.message_id) == []


def test_an_account_without_comments_says_so_and_is_left_alone_for_a_day(house: House) -> None:
    house.sandbox.account(APP_ID, rights={"draft": True, "release": True, "mass_send": True, "statistics": True, "comment": False})
    house.at(PUBLISHED_AT + timedelta(minutes=12))
    assert house.calls("/cgi-bin/comment/list") == 1
    assert house.at(PUBLISHED_AT + timedelta(hours=3)) == 0
    with house.session() as session:
        reasons = set(session.scalars(select(ArticleMessage.comments_reason)))
        assert len(reasons) == 1 and "no right to reader comments" in reasons.pop()


def test_an_article_published_by_hand_is_found_by_its_link_or_title(house: House) -> None:
    with house.session() as session:
        for place in session.get_one(Edition, house.edition_id).places:
            message = messages.of_place(session, place)
            message.msg_data_id, message.published_on = "", PUBLISHED_ON + timedelta(days=1)
            if place.position == 2:
                place.permalink = "https://mp.weixin.qq.com/s/shorter"
    house.at(china(PUBLISHED_ON + timedelta(days=2), 9))
    with house.session() as session:
        found = messages.lately_published(session, house.account_id, PUBLISHED_ON)
        assert [message.published_on for message in found] == [PUBLISHED_ON, PUBLISHED_ON]
        assert {message.msgid.rpartition("_")[2] for message in found} == {"1", "2"}


def test_a_long_link_names_the_number(session: Session, people: dict[str, object]) -> None:
    account = factories.account(session)
    edition = factories.scheduled(session, people, of=account)  # type: ignore[arg-type]
    edition.state, edition.published_at = EditionState.PUBLISHED, clock.now()
    edition.places[0].permalink = "https://mp.weixin.qq.com/s?__biz=MzA3&mid=2247503051&idx=3&sn=0a1b#wechat_redirect"
    message = messages.of_place(session, edition.places[0])
    assert message.msgid == "2247503051_3"


def test_accounts_are_asked_apart(house: House, sandbox: Running) -> None:
    with house.session() as session:
        other = factories.account(session, "wxfedcba9876543210", statistics=False, release=False, mass_send=False)
        assert isinstance(other, OfficialAccount)
    with house.session() as session, clock.at(china(PUBLISHED_ON + timedelta(days=1), 9)):
        assert collecting.lanes_with_work(session) == [house.lane]
