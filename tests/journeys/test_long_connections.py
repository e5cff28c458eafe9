"""A listening process, killed at the worst instants: nothing is lost where the platform tells again, nothing counts twice."""

from __future__ import annotations

import contextlib
import os
import random
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.config import from_env
from app.engine import open_engine
from app.writing import writing
from editorial.groups.groups import Group
from editorial.intake import receptions
from editorial.intake.arrivals import Arrival
from editorial.intake.listening import Listening
from editorial.people import people
from publishers.sandbox.running import Running, spawn
from tests import factories, instances
from tests.instances import REPOSITORY, Instance, wait_until

pytestmark = pytest.mark.slow
WORDS = "钟楼上的钟停了九年。"


@pytest.fixture
def platforms(tmp_path: Path) -> Iterator[Running]:
    with spawn(tmp_path / "sandbox", 0, "--fsync", "off") as running:
        figures = {"ReconnectCount": -1, "ReconnectInterval": 1, "ReconnectNonce": 1, "PingInterval": 30}
        running.settings(again_seconds=1.0, event_seconds=3.0, feishu_figures=figures)
        yield running


@pytest.mark.parametrize(("platform", "instant", "stored", "taken"), [
    ("feishu", "save.before_commit", 1, True), ("feishu", "save.after_commit", 1, True),
    # DingTalk tells once: what was not stored is lost, and DingTalk does not hear that we have it.
    ("dingtalk", "save.before_commit", 0, False), ("dingtalk", "save.after_commit", 1, False),
])
def test_killed_between_hearing_storing_and_acknowledging(
    tmp_path: Path, platforms: Running, platform: str, instant: str, stored: int, taken: bool
) -> None:
    env = _house(tmp_path, platforms, platform)
    with _listen(env, QUNSHENG_CRASH_AT=instant) as doomed:
        _wait_connected(env)
        answer: dict[str, Any] = {}
        telling = threading.Thread(target=lambda: answer.update(_say(platforms, platform, "k1", again=30)))
        telling.start()
        assert doomed.wait(20) == -signal.SIGKILL
        with _listen(env) as second:
            telling.join(60)
            assert answer["taken"] is taken and _stored(env) == stored
            # What stands of the dead one says that it is connected; the platform knows when the second one is.
            wait_until(lambda: _say(platforms, platform, "k2")["taken"], 30, 0.3)
            assert _stored(env) == stored + 1
            began = time.monotonic()
            second.terminate()
            assert second.wait(10) == 0 and time.monotonic() - began < 3


def test_up_keeps_a_listener_that_is_killed_again_and_again(tmp_path: Path, platforms: Running) -> None:
    settings = instances.platforms_at(platforms.url)
    with instances.running(tmp_path / "instance", **settings) as instance:
        instances.with_people(instance)
        _reception(instance.env, "feishu")
        _wait_connected(instance.env)
        with _killing(instance, platforms) as kills:
            said = 0
            while kills[0] < 4 or said < 8:
                assert _say(platforms, "feishu", f"k{said}", again=40)["taken"]
                said += 1
        assert _stored(instance.env) == said


def test_a_listener_with_nothing_to_do_waits_and_ends_at_once(tmp_path: Path, platforms: Running) -> None:
    env = _environment(tmp_path, platforms)
    with writing(from_env(env)):
        pass
    with _listen(env) as idle:
        time.sleep(3)
        assert idle.poll() is None
        began = time.monotonic()
        idle.send_signal(signal.SIGINT)
        assert idle.wait(10) == 0 and time.monotonic() - began < 2


def _environment(folder: Path, platforms: Running) -> dict[str, str]:
    plain = {name: value for name, value in os.environ.items() if not name.startswith("QUNSHENG_")}
    return {**plain, "QUNSHENG_INSTANCE": str(folder / "instance"), **instances.platforms_at(platforms.url)}


def _house(folder: Path, platforms: Running, platform: str) -> dict[str, str]:
    env = _environment(folder, platforms)
    with writing(from_env(env)) as session:
        factories.one_of_each(session)
        factories.group(session, "readers")
    _reception(env, platform)
    return env


def _reception(env: dict[str, str], platform: str) -> None:
    with writing(from_env(env)) as session:
        if not session.execute(select(Group.id).where(Group.slug == "readers")).first():
            factories.group(session, "readers")
        [admin] = people.with_role(session, people.Role.ADMIN)
        made = factories.application(session, platform)
        receptions.change(session, made, is_open=True, origin_group="readers", stand_in="同事", by=admin, by_stream=True)


@contextmanager
def _listen(env: dict[str, str], **more: str) -> Iterator[subprocess.Popen[bytes]]:
    process = subprocess.Popen([sys.executable, "-m", "app.cli", "listen"], env={**env, **more}, cwd=REPOSITORY)
    try:
        yield process
    finally:
        process.kill()
        process.wait(10)


def _say(platforms: Running, platform: str, key: str, again: int = 1) -> dict[str, Any]:
    to = {"platform": platform, "app_id": f"{platform}_abc", "id": key, "again": again}
    return platforms.control("POST", "said", {**to, "msgtype": "text", "text": {"content": f"{WORDS}{key}"}})


def _wait_connected(env: dict[str, str]) -> None:
    def connected() -> bool:
        with Session(open_engine(from_env(env))) as session:
            row = session.scalars(select(Listening)).one()
            return row.stands_since is not None

    wait_until(connected, 30, 0.2)


def _stored(env: dict[str, str]) -> int:
    with Session(open_engine(from_env(env))) as session:
        return session.scalar(select(func.count()).select_from(Arrival).where(Arrival.kind == "message")) or 0


@contextmanager
def _killing(instance: Instance, platforms: Running) -> Iterator[list[int]]:
    """Each listener dies at an instant nobody chose, within a second and a half of its connection, until the block ends."""
    ended, kills = threading.Event(), [0]

    def kill() -> None:
        seen = 0
        while not ended.wait(0.1):
            opened = len(platforms.effects("stream_opened"))
            if opened == seen or ended.wait(random.uniform(0.0, 1.5)):
                continue
            seen = opened
            with contextlib.suppress(ProcessLookupError):
                instance.kill("listen")
                kills[0] += 1

    thread = threading.Thread(target=kill, daemon=True)
    thread.start()
    try:
        yield kills
    finally:
        ended.set()
        thread.join()
