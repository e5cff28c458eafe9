"""The story's whole way with real connectors: to the official account and back into the groups."""

from __future__ import annotations

import time
from pathlib import Path

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.engine import WRITES
from app.jobs import Works
from editorial.calendar.editions import Edition, EditionState
from editorial.outbox.deliveries import Delivery, Purpose, State
from publishers.sandbox.running import Running
from tests import factories
from tests.conftest import make_settings

ROBOTS = {
    "wecom": ("wecom_robot", {"key": "693a91f6-7xxx-4bc4-97a0-0ec2sifa5aaa"}),
    "ding": ("dingtalk_robot", {"access_token": "a" * 64}),
    "lark": ("feishu_robot", {"hook": "ca771ae1-d3f2-4c1e-8c1e-0123456789ab"}),
    "kit": ("share_kit", {}),
}


@pytest.fixture
def works(database_url: str, tmp_path: Path, sandbox: Running) -> Works:
    return Works(make_settings(tmp_path, database_url=database_url, platform=sandbox.url))


def test_an_edition_goes_out_and_its_link_comes_back_into_every_group(works: Works, sandbox: Running) -> None:
    with Session(works.engine.execution_options(**WRITES)) as session:
        everyone = factories.one_of_each(session)
        for slug, (kind, said) in ROBOTS.items():
            factories.group(session, slug, kind, said)
        edition_id = factories.scheduled(session, everyone, count=2).id
        session.commit()
    run(works)
    with Session(works.engine) as session:
        edition = session.get_one(Edition, edition_id)
        assert edition.state == EditionState.PUBLISHED
        assert all(place.permalink for place in edition.places)
        shares = session.scalars(select(Delivery).where(Delivery.purpose == Purpose.SHARE)).all()
        assert {share.target_name: (share.state, share.awaiting) for share in shares} == {
            "wecom 群": (State.SENT, ""), "ding 群": (State.SENT, ""), "lark 群": (State.SENT, ""),
            "kit 群": (State.ACCEPTED, "person"),
        }


def run(works: Works, seconds: float = 15.0) -> None:
    """Work until nothing is left to do by itself."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        for lane in works.lanes_with_work():
            works.drain(lane)
        with Session(works.engine) as session:
            left = session.scalar(
                select(Delivery.id).where(Delivery.state.in_([State.WAITING, State.IN_FLIGHT, State.OUTCOME_UNKNOWN])
                                          | ((Delivery.state == State.ACCEPTED) & Delivery.read_at.is_not(None))).limit(1)
            )
        if left is None:
            return
        time.sleep(0.02)
    raise AssertionError("something is still under way")
