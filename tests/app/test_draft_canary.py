"""The canary: one fixed draft a day, read back, compared, deleted; a change of the rules is told; other drafts stay."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
import time_machine
from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from app import canaries as singing
from app.engine import WRITES, open_engine
from app.jobs import Works
from app.wiring import Wiring
from editorial import accounts, canaries, clock
from editorial.canaries import Canary
from editorial.notices import Notice
from editorial.people.people import Person
from editorial.vault import vault
from publishers.rendering import checker, proof
from publishers.sandbox.running import Running
from publishers.wechat.canary import MARK
from publishers.wechat.client import Client
from tests import factories
from tests.conftest import SECRET, make_settings

APP_ID = "wx0123456789abcdef"


class Cage:
    """One account with its canary, on the simulated platform."""

    def __init__(self, engine: Engine, works: Works, platform: Running, account_id: int, everyone: dict[str, Person]) -> None:
        self.engine, self.works, self.platform, self.account_id, self.everyone = engine, works, platform, account_id, everyone

    def switch(self, on: bool) -> None:
        with Session(self.engine.execution_options(**WRITES)) as session:
            canaries.switch(session, accounts.get(session, self.account_id), on=on, by=session.merge(self.everyone["admin"]))
            session.commit()

    def sing(self) -> int:
        with Session(self.engine) as session:
            lanes = singing.lanes_with_work(session)
        return sum(self.works.drain(lane) for lane in lanes)

    def bird(self) -> Canary:
        with Session(self.engine) as session:
            return session.get_one(Canary, self.account_id)

    def hearers(self) -> dict[str, str]:
        with Session(self.engine) as session:
            rows = session.execute(
                select(Person.email, Notice.sentence).join(Person, Person.id == Notice.person_id)
                .where(Notice.sentence == canaries.CHANGED)
            )
            return {email.partition("@")[0]: sentence for email, sentence in rows}

    @property
    def client(self) -> Client:
        with Session(self.engine) as session:
            return Wiring(self.works.settings).client(self.engine, accounts.get(session, self.account_id))

    def drafts(self) -> list[str]:
        return [item["content"]["news_item"][0]["title"] for item in self.client.drafts(0, 20)["item"]]


@pytest.fixture
def cage(sqlite_url: str, tmp_path: Path, sandbox: Running) -> Iterator[Cage]:
    sandbox.account(APP_ID, name="澄江机电", secret="right")
    settings = make_settings(tmp_path, database_url=sqlite_url, platform=sandbox.url)
    vault.open_with(SECRET)
    engine = open_engine(settings)
    with Session(engine.execution_options(**WRITES), expire_on_commit=False) as session:
        everyone = factories.one_of_each(session)
        account_id = factories.account(session, APP_ID).id
        session.commit()
    yield Cage(engine, Works(settings), sandbox, account_id, everyone)
    engine.dispose()


def tomorrow() -> time_machine.travel:
    return time_machine.travel(clock.now() + timedelta(days=1, minutes=1))


def test_off_unless_switched_on(cage: Cage) -> None:
    assert cage.sing() == 0
    assert cage.platform.calls() == []


def test_it_sings_once_a_day_and_leaves_nothing_behind(cage: Cage) -> None:
    cage.switch(True)
    assert cage.sing() == 1 and cage.sing() == 0
    bird = cage.bird()
    assert bird.reason == "" and bird.sung_at and bird.next_at
    assert timedelta(hours=23) < bird.next_at - clock.now() <= timedelta(days=1)
    assert cage.drafts() == []
    with tomorrow():
        assert cage.sing() == 1
        assert cage.hearers() == {} and cage.bird().changes == []
    assert len(cage.platform.effects("draft_added")) == 2
    # Pictures are uploaded once and for all.
    assert len(cage.platform.effects("image_uploaded")) == len(cage.platform.effects("material_added")) == 1


def test_a_change_of_the_rules_is_told_with_the_difference_once(cage: Cage) -> None:
    cage.switch(True)
    cage.sing()
    cage.platform.settings(also_dropped="ruby")
    with tomorrow():
        cage.sing()
        bird = cage.bird()
        assert any(line.startswith("- <ruby") for line in bird.changes)
        assert set(cage.hearers()) == {"admin", "publisher"}
        changed_at = bird.changed_at
        with tomorrow():
            cage.sing()
            assert cage.bird().changed_at == changed_at and len(cage.hearers()) == 2
    assert cage.drafts() == []


def test_a_change_of_ours_begins_anew(cage: Cage) -> None:
    cage.switch(True)
    cage.sing()
    with Session(cage.engine.execution_options(**WRITES)) as session:
        bird = session.get_one(Canary, cage.account_id)
        bird.fingerprint, bird.lines = "an older release", ["<p>", "</p>"]
        session.commit()
    with tomorrow():
        cage.sing()
    assert cage.hearers() == {} and len(cage.bird().lines) > 100


def test_what_a_killed_run_left_is_found_and_others_are_never_touched(cage: Cage) -> None:
    cage.switch(True)
    cage.sing()
    mark, cover = cage.bird().mark, next(value for name, value in cage.bird().memory.items() if name.startswith("cover:"))
    left = {"title": singing.TITLE, "content": "<p>字</p>", "thumb_media_id": cover}
    client = cage.client
    client.add_draft([{**left, "content_source_url": MARK + mark}])
    kept = [
        {**left, "content_source_url": MARK + "f" * 32}, {**left, "content_source_url": ""},
        {**left, "title": "试车台手记", "content_source_url": MARK + mark},
    ]
    for other in kept:
        client.add_draft([other])
    client.add_draft([{**left, "content_source_url": MARK + mark}, {**left, "content_source_url": MARK + mark}])
    with tomorrow():
        cage.sing()
    assert sorted(cage.drafts()) == sorted([singing.TITLE] * 3 + ["试车台手记"])


@pytest.mark.parametrize(("path", "act"), [
    ("/cgi-bin/draft/add", "drop_after"), ("/cgi-bin/draft/get", "drop_before"), ("/cgi-bin/draft/delete", "drop_before"),
    ("/cgi-bin/draft/add", "refuse"),
])
def test_a_run_that_fails_is_said_and_cleared_up_by_the_next(cage: Cage, path: str, act: str) -> None:
    cage.switch(True)
    cage.platform.fault(path, act, **({"errcode": 45166} if act == "refuse" else {}))
    cage.sing()
    bird = cage.bird()
    if path != "/cgi-bin/draft/delete":
        assert bird.reason and bird.sung_at is None
        assert timedelta(minutes=50) < bird.next_at - clock.now() <= timedelta(hours=1)  # type: ignore[operator]
    if act == "refuse":
        assert bird.code == "45166" and bird.rid
    with tomorrow():
        cage.sing()
        assert cage.bird().reason == "" and cage.bird().sung_at
    assert cage.drafts() == []


def test_switched_off_it_clears_up_and_is_silent(cage: Cage) -> None:
    cage.switch(True)
    cage.sing()
    cover = next(value for name, value in cage.bird().memory.items() if name.startswith("cover:"))
    cage.client.add_draft([{
        "title": singing.TITLE, "content": "<p>字</p>", "thumb_media_id": cover, "content_source_url": MARK + cage.bird().mark,
    }])
    cage.switch(False)
    cage.sing()
    assert cage.drafts() == [] and cage.bird().next_at is None
    with tomorrow():
        assert cage.sing() == 0


def test_its_article_is_one_that_may_go_out() -> None:
    html = singing.article().html
    assert proof.flaws(html) == () and checker.lasting_flaws(html) == []
    for tag in ("<ul", "<table", "<blockquote", "<pre", "<svg", "<ruby", "<img", "<sup", "<sub", "<u", "<s>", "<a "):
        assert tag in html, tag
