"""The demo: seeded once into SQLite against running simulated platforms, then looked at from every side."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import Engine, func, select
from sqlalchemy.orm import Session

from app.config import Settings
from app.demo.material import PASSWORD
from app.demo.seed import HalfMovedIn, NoSandbox, holding, seed, sign_ins
from app.engine import open_engine
from app.locks import lane_lock
from editorial import accounts, audit, clock
from editorial.articles import workflow
from editorial.articles.articles import Article
from editorial.articles.revisions import Revision
from editorial.calendar import editions
from editorial.calendar.editions import Edition
from editorial.groups import groups
from editorial.intake.submissions import Submission, SubmissionState
from editorial.measuring import figures, messages
from editorial.measuring.comments import ReaderComment
from editorial.measuring.trail import trail_of
from editorial.notices import Notice
from editorial.outbox import attempts
from editorial.outbox.deliveries import Attempt, Delivery, Purpose, State
from editorial.people import credentials
from editorial.people.people import Person
from editorial.release import releases
from editorial.share_back.clicks import Click
from publishers.sandbox.running import Running
from publishers.sandbox.server import start
from tests.conftest import make_settings

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def platforms(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    running = start(tmp_path_factory.mktemp("sandbox"), fsync=False)
    yield running
    running.stop()


@pytest.fixture(scope="module")
def seeded(tmp_path_factory: pytest.TempPathFactory, platforms: Running) -> Settings:
    settings = make_settings(tmp_path_factory.mktemp("demo"), platform=platforms.url, QUNSHENG_SANDBOX_URL=platforms.url)
    seed(settings)
    return settings


@pytest.fixture
def opened(seeded: Settings) -> Iterator[Session]:
    engine: Engine = open_engine(seeded)
    with Session(engine) as session:
        yield session
    engine.dispose()


def test_every_state_of_an_article_occurs_but_proofs(opened: Session) -> None:
    found = set(opened.scalars(select(Article.state)))
    assert found == {state.value for state in workflow.State} - {"in_proof"}
    stages = set(opened.scalars(select(Article.stage).where(Article.state == "in_review")))
    assert stages == {"review_1", "review_2", "review_3"}


def test_editions_are_published_scheduled_refused_and_planned(opened: Session) -> None:
    shown = set(releases.shown_states(opened, opened.scalars(select(Edition)).all()).values())
    assert shown == {"published", "scheduled", "refused", "planned"}
    assert editions.unscheduled(opened)


def test_deliveries_show_what_can_happen(opened: Session) -> None:
    found = set(opened.execute(select(Delivery.purpose, Delivery.state)).all())
    assert {
        (Purpose.DRAFT, State.SENT), (Purpose.RELEASE, State.SENT), (Purpose.RELEASE, State.WAITING),
        (Purpose.RELEASE, State.REFUSED), (Purpose.RELEASE, State.CALLED_OFF), (Purpose.SHARE, State.SENT),
        (Purpose.SHARE, State.ACCEPTED), (Purpose.SHARE, State.NEEDS_PERSON),
    } <= found
    assert set(opened.scalars(select(Attempt.verdict))) >= {"sent", "outcome_unknown", "absent", "refused"}


def test_what_is_published_went_out_at_its_time_and_came_back_into_every_group(opened: Session) -> None:
    out = opened.scalars(select(Edition).where(Edition.state == "published")).all()
    reached = len(groups.reachable(opened))
    for edition in out:
        assert edition.published_at is not None and edition.publish_at is not None
        assert 0 <= (edition.published_at - edition.publish_at).total_seconds() < 120
        assert all(place.permalink for place in edition.places)
        shared = opened.scalars(select(Delivery).where(Delivery.edition_id == edition.id, Delivery.purpose == Purpose.SHARE)).all()
        assert len(shared) == reached
        assert {share.state for share in shared} <= {State.SENT, State.ACCEPTED, State.NEEDS_PERSON}
    assert len(out) == 15


def test_no_list_is_empty(opened: Session) -> None:
    for table in (Person, Submission, Article, Revision, Edition, Delivery, Notice, Click, audit.AuditEntry):
        assert opened.scalar(select(func.count()).select_from(table)), table
    assert set(opened.scalars(select(Submission.state))) >= set(SubmissionState) - {SubmissionState.ACCEPTED}
    assert set(opened.scalars(select(Click.kind))) == {"people", "robots", "repeats"}
    assert all(account.level == "automatic" for account in accounts.everyone(opened))


def test_wechat_tells_of_the_past_what_it_would(opened: Session) -> None:
    published = opened.scalars(select(Article).where(Article.state == "published")).all()
    measured = [one for one in published if trail_of(opened, one).figures]
    assert len(measured) == len(published)
    account = accounts.everyone(opened)[0]
    last = messages.platform_day(clock.now()) - timedelta(days=1)
    days = figures.of_account(opened, account.id, last - timedelta(days=29), last)
    assert sum(day.get("readers") is not None for day in days) >= 29
    assert account.followers is not None and account.followers > 12_000
    assert opened.scalar(select(func.count()).select_from(ReaderComment).where(ReaderComment.featured)) >= 15
    assert opened.scalar(select(func.count()).select_from(ReaderComment).where(ReaderComment.reply != "")) >= 3


def test_history_is_in_order_and_the_audit_chain_is_whole(opened: Session) -> None:
    assert audit.first_flaw(opened) is None
    instants = list(opened.scalars(select(audit.AuditEntry.at).order_by(audit.AuditEntry.id)))
    assert instants == sorted(instants)
    numbers = list(opened.scalars(select(Submission.number).order_by(Submission.created_at)))
    assert numbers == sorted(numbers)


def test_everybody_named_for_it_can_sign_in(opened: Session) -> None:
    named = sign_ins()
    assert {role for role, *_ in named} == {
        "contributor", "desk_editor", "department_head", "editor_in_chief", "publisher", "operator", "admin",
    }
    _, name, email, _ = named[0]
    person = credentials.check_password(opened, email, PASSWORD)
    assert person is not None and person.name == name


def test_a_worker_finds_nothing_late_in_it(opened: Session) -> None:
    # Letters with a link to a review were written last; a worker sends them first.
    assert set(attempts.lanes_with_work(opened)) <= {"notices:mail"}


def test_seeding_again_does_nothing(seeded: Settings, opened: Session, platforms: Running) -> None:
    before = (opened.scalar(select(func.count()).select_from(audit.AuditEntry)), len(platforms.effects()))
    opened.rollback()
    seed(seeded)
    assert (opened.scalar(select(func.count()).select_from(audit.AuditEntry)), len(platforms.effects())) == before
    assert platforms.control("GET", "settings")["rate_limits"] is True


def test_a_company_that_an_interrupted_start_left_half_moved_in_is_said(seeded: Settings, opened: Session) -> None:
    unfinished = seeded.instance / "demo-moving-in"
    assert not unfinished.exists()
    unfinished.touch()
    with pytest.raises(HalfMovedIn):
        seed(seeded)
    unfinished.unlink()


def test_without_the_sandbox_nothing_is_seeded(tmp_path: Path) -> None:
    with pytest.raises(NoSandbox):
        seed(make_settings(tmp_path))


def test_filling_waits_for_a_worker_that_looks_into_a_lane(settings: Settings, engine: Engine) -> None:
    locks, left = settings.instance / "locks", threading.Event()

    def look() -> None:
        with lane_lock(engine, locks, "figures:1") as session:
            assert session is not None
            left.set()
            time.sleep(0.5)

    worker = threading.Thread(target=look)
    worker.start()
    assert left.wait(10)
    with holding(engine, settings, ["figures:1"]) as session, lane_lock(engine, locks, "figures:1") as other:
        assert session is not None and other is None
    worker.join()
