"""A spotlight and a closing message whose worker is killed with SIGKILL at each step: never twice, never lost (P3)."""

from __future__ import annotations

import os
import signal
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.config import Settings
from app.jobs import Works
from app.reminding import remind
from editorial import clock
from editorial.groups import flash
from editorial.groups.groups import Group
from editorial.outbox.deliveries import Delivery, Purpose, State
from editorial.people.people import Person
from editorial.share_back import shares, spotlights
from publishers.sandbox.running import Running
from tests import factories
from tests.conftest import make_settings

STEPS = {
    "claim.before_commit": (State.SENT, 1), "record.after_commit": (State.SENT, 1),
    "claim.after_commit": (State.NEEDS_PERSON, 0), "send.before_call": (State.NEEDS_PERSON, 0),
    "send.after_call": (State.NEEDS_PERSON, 1), "record.before_commit": (State.NEEDS_PERSON, 1),
}
"""What becomes of it, and how often it stands in the group: a robot cannot be asked, so where we cannot know a person is."""
People = dict[str, Person]


@pytest.fixture
def settings(sqlite_url: str, tmp_path: Any, sandbox: Running) -> Settings:
    return make_settings(tmp_path, database_url=sqlite_url, platform=sandbox.url)


@pytest.fixture
def group(session: Session, people: People) -> Group:
    made = factories.group(session, "assembly", "wecom_robot", {"key": "assembly-key"})
    made.steward = people["other"]
    session.commit()
    return made


def light(session: Session, group: Group, people: People) -> Purpose:
    edition = factories.scheduled(session, people, share_to=[])
    factories.publish(session, edition)
    (author,) = spotlights.authors(session, group, 1, edition.lead.id)
    spotlights.promise(session, group, author, "本周聚光：甲", "《乙》", by=people["operator"])
    return Purpose.SPOTLIGHT


def close(session: Session, group: Group, people: People) -> Purpose:
    with clock.at(clock.now() - timedelta(hours=3)):
        flash.plan(session, group, clock.now(), clock.now() + timedelta(hours=2), by=people["operator"])
    session.commit()
    remind(session, "Asia/Shanghai")
    return Purpose.CLOSING


@pytest.mark.parametrize("promise", [light, close])
@pytest.mark.parametrize("step", STEPS)
def test_p3_a_message_to_a_group_is_never_sent_twice(
    settings: Settings, sandbox: Running, session: Session, people: People, group: Group, step: str,
    promise: Callable[[Session, Group, People], Purpose],
) -> None:
    purpose = promise(session, group, people)
    session.commit()
    _work_and_die(settings, step)
    for later in (0, 10, 60, 600):
        with clock.at(clock.now() + timedelta(minutes=later)):
            works = Works(settings)
            works.drain(shares.LANE)
            works.engine.dispose()
    delivery = session.scalars(select(Delivery).where(Delivery.purpose == purpose)).one()
    assert (delivery.state, len(sandbox.effects("robot_message"))) == STEPS[step]


def _work_and_die(settings: Settings, step: str) -> None:
    worker = os.fork()
    if worker == 0:
        Works(replace(settings, crash_at=step)).drain(shares.LANE)
        os._exit(0)
    _, status = os.waitpid(worker, 0)
    assert os.WIFSIGNALED(status) and os.WTERMSIG(status) == signal.SIGKILL
