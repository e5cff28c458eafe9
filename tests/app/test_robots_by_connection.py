"""A smart robot over a connection that we open, against the simulated WeCom: lost, replaced, refused, told twice."""

from __future__ import annotations

import base64
import json
import logging
import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine, select
from sqlalchemy.orm import Session
from websockets.sync.client import connect

from app import arriving
from app.config import BadSetting, Settings, from_env
from app.engine import WRITES
from app.handed_media import HandedMedia
from app.listening import Listener
from app.media import Store
from app.wiring import Wiring
from editorial import platform_applications
from editorial.intake import listening, receptions, silences
from editorial.intake.arrivals import Arrival
from editorial.intake.submissions import Submission
from editorial.notices import Notice
from editorial.people.people import Person
from editorial.platform_applications import PlatformApplication
from publishers.connector import SwitchedOff, TryLater
from publishers.inbound import Message
from publishers.net import StreamBase
from publishers.sandbox.running import Running
from publishers.streams.stream import Replaced, Unreadable
from publishers.wecom.robot_stream import RobotStream, refused
from tests import factories
from tests.conftest import make_settings
from tests.instances import REPOSITORY, wait_until
from tests.pictures import photo

STORY = "门卫老周修好了三十年的钟"
SECRET = "long-connection-secret"


@pytest.fixture
def settings(sqlite_url: str, tmp_path: Path, sandbox: Running) -> Settings:
    streams = sandbox.control("GET", "health")["streams"]
    return make_settings(tmp_path, database_url=sqlite_url, platform=sandbox.url, QUNSHENG_WECOM_STREAM=streams)


@pytest.fixture
def robot(session: Session, people: dict[str, Person], sandbox: Running) -> PlatformApplication:
    """A robot that we connect to, known to WeCom under the same secret."""
    factories.group(session, "readers")
    made = platform_applications.add(session, platform="aibot", name="群声", said={"app_id": "AIB", "secret": SECRET})
    receptions.change(session, made, is_open=True, origin_group="readers", stand_in="同事", by=people["admin"])
    session.expire_on_commit = False
    session.commit()
    sandbox.control("POST", "smart_robots", {"bot_id": "AIB", "name": "群声", "secret": SECRET})
    return made


@pytest.fixture
def listens(settings: Settings, robot: PlatformApplication) -> Iterator[Listener]:
    """The process that listens, in a thread."""
    listener = Listener(settings)
    thread = threading.Thread(target=listener.listen, daemon=True)
    thread.start()
    yield listener
    listener.stop()
    thread.join(20)


def subscribed(sandbox: Running, times: int = 1) -> None:
    """Wait until WeCom has seen so many subscriptions."""
    wait_until(lambda: len(sandbox.effects("robot_subscribed")) >= times, 30, 0.05)


def says(sandbox: Running, **said: Any) -> dict[str, Any]:
    answer: dict[str, Any] = sandbox.control("POST", "smart_robots/messages", {"msgtype": "text", **said})
    return answer


def test_a_story_from_a_group_comes_over_the_connection_and_its_number_goes_back(
    listens: Listener, sandbox: Running, engine: Engine, settings: Settings, session: Session
) -> None:
    subscribed(sandbox)
    quote = {"msgtype": "image", "image": {"base64": base64.b64encode(photo(640, 480)).decode()}}
    first = says(sandbox, chatid="wrk1", text={"content": f"@群声\u2005{STORY}"}, quote=quote, msgid="m1")
    again = says(sandbox, chatid="wrk1", text={"content": f"@群声\u2005{STORY}"}, quote=quote, msgid="m1")
    stops = iter([False, True])
    with Session(engine.execution_options(**WRITES)) as own:
        arriving.take_in(own, Store(settings), lambda: next(stops), "Asia/Shanghai", HandedMedia(Wiring(settings)))
    made = session.scalars(select(Submission)).one()
    assert made.number in first["reply"]["stream"]["content"] == again["reply"]["stream"]["content"]
    assert (made.channel, len(made.pictures)) == ("aibot", 1) and STORY in made.body
    number = made.number
    session.rollback()
    state = says(sandbox, text={"content": f"状态 {number}"})
    assert number in state["reply"]["stream"]["content"]
    read = [effect["bubble"]["text"] for effect in sandbox.effects("robot_message")]
    assert len(read) == 3


def test_who_enters_is_greeted_within_the_time(listens: Listener, sandbox: Running) -> None:
    subscribed(sandbox)
    told = sandbox.control("POST", "smart_robots/messages", {"event": "enter_chat"})
    assert told["reply"]["msgtype"] == "text" and told["reply"]["text"]["content"]


def test_a_lost_connection_is_opened_again(listens: Listener, sandbox: Running, session: Session) -> None:
    subscribed(sandbox)
    sandbox.control("POST", "lines", {"platform": "aibot", "app_id": "AIB", "act": "drop"})
    subscribed(sandbox, 2)
    assert says(sandbox, text={"content": STORY})["reply"]


def test_whoever_is_replaced_stays_away_and_the_administrator_is_told(
    listens: Listener, sandbox: Running, settings: Settings, robot: PlatformApplication, session: Session
) -> None:
    subscribed(sandbox)
    with connect(settings.platforms.wecom_stream.url, proxy=None) as other:
        body = {"bot_id": "AIB", "secret": SECRET}
        other.send(json.dumps({"cmd": "aibot_subscribe", "headers": {"req_id": "x"}, "body": body}))
        assert json.loads(other.recv(5))["errcode"] == 0
        wait_until(lambda: _is_refused(session, robot), 20, 0.1)
        threading.Event().wait(4)
        assert len(sandbox.effects("robot_subscribed")) == 2
        with pytest.raises(TimeoutError):
            other.recv(0.1)
    assert silences.tell(session) == 1
    assert session.scalars(select(Notice)).first() is not None
    session.rollback()


def test_a_wrong_secret_is_asked_for_once_and_a_right_one_at_once(
    listens: Listener, sandbox: Running, robot: PlatformApplication, session: Session
) -> None:
    subscribed(sandbox)
    platform_applications.change(session, platform_applications.get(session, robot.id), {"secret": "wrong"})
    session.commit()
    wait_until(lambda: _is_refused(session, robot), 20, 0.1)
    threading.Event().wait(3)
    assert len(sandbox.effects("stream_opened")) == 2
    platform_applications.change(session, platform_applications.get(session, robot.id), {"secret": SECRET})
    session.commit()
    subscribed(sandbox, 2)


def test_a_platform_that_falls_silent_is_left(sandbox: Running, settings: Settings, robot: PlatformApplication,
                                              monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(RobotStream, "ping_seconds", 0.3)
    listener = Listener(settings)
    thread = threading.Thread(target=listener.listen, daemon=True)
    thread.start()
    subscribed(sandbox)
    sandbox.control("POST", "lines", {"platform": "aibot", "app_id": "AIB", "act": "deaf"})
    subscribed(sandbox, 2)
    listener.stop()
    thread.join(20)


@pytest.mark.parametrize("crash", ["save.before_commit", "save.after_commit"])
def test_a_listener_that_is_killed_loses_nothing_that_is_told_again(
    sandbox: Running, settings: Settings, robot: PlatformApplication, session: Session, crash: str
) -> None:
    said = {"text": {"content": STORY}, "msgid": "m1"}
    with _process(settings, crash) as process:
        subscribed(sandbox)
        assert says(sandbox, **said)["reply"] == {}
        assert process.wait(20) != 0
    with _process(settings) as process:
        subscribed(sandbox, 2)
        told = says(sandbox, **said)["reply"]["stream"]["content"]
    arrival = session.scalars(select(Arrival)).one()
    assert arrival.conversation is not None and arrival.conversation.number in told


@contextmanager
def _process(settings: Settings, crash: str = "") -> Iterator[subprocess.Popen[bytes]]:
    """`qunsheng listen` as a process of its own; with `crash` it dies at that point."""
    platforms = settings.platforms
    env = {name: value for name, value in os.environ.items() if not name.startswith("QUNSHENG_")} | {
        "QUNSHENG_INSTANCE": str(settings.instance), "QUNSHENG_DATABASE_URL": settings.database_url,
        "QUNSHENG_SECRET_KEY": settings.secret_key, "QUNSHENG_WECOM_API": platforms.wecom.url,
        "QUNSHENG_WECOM_STREAM": platforms.wecom_stream.url, "QUNSHENG_CRASH_AT": crash,
    }
    process = subprocess.Popen([sys.executable, "-m", "app.cli", "listen"], env=env, cwd=REPOSITORY)
    try:
        yield process
    finally:
        process.terminate()
        process.wait(20)


class Hands:
    """Keeps what a stream says, and answers what it hears."""

    def __init__(self, told: str = "") -> None:
        self.sent: list[dict[str, Any]] = []
        self.taken: list[Message | None] = []
        self.told, self.is_ready = told, False

    def send(self, frame: Any) -> None:
        self.sent.append(json.loads(frame))

    def take(self, message: Message | None, patience: float) -> str:
        self.taken.append(message)
        return self.told

    def ready(self) -> None:
        self.is_ready = True

    def renew(self) -> None:
        raise AssertionError


@pytest.fixture
def stream() -> RobotStream:
    return RobotStream(StreamBase("wss://openws.work.weixin.qq.com"), "AIB", SECRET, "群声")


def _frame(command: str, body: object, asked: object = "r1") -> str:
    return json.dumps({"cmd": command, "headers": {"req_id": asked}, "body": body})


def test_it_subscribes_first_and_is_ready_when_that_is_acknowledged(stream: RobotStream) -> None:
    hands = Hands()
    stream.opened(hands)
    asked = hands.sent[0]
    assert (asked["cmd"], asked["body"]) == ("aibot_subscribe", {"bot_id": "AIB", "secret": SECRET})
    stream.heard(json.dumps({"headers": {"req_id": "other"}, "errcode": 0}), hands)
    assert not hands.is_ready
    stream.heard(json.dumps({"headers": asked["headers"], "errcode": 0, "errmsg": "ok"}), hands)
    assert hands.is_ready and json.loads(stream.ping())["cmd"] == "ping"


@pytest.mark.parametrize(("code", "word"), [(-1, TryLater), (45009, TryLater), (853000, SwitchedOff), (40001, SwitchedOff)])
def test_what_a_refused_subscription_means(stream: RobotStream, code: int, word: type[Exception]) -> None:
    hands = Hands()
    stream.opened(hands)
    with pytest.raises(word):
        stream.heard(json.dumps({"headers": hands.sent[0]["headers"], "errcode": code, "errmsg": SECRET}), hands)
    assert SECRET not in str(refused(str(code)))


def test_an_answer_carries_the_callbacks_number_and_is_never_said_twice(
    stream: RobotStream, caplog: pytest.LogCaptureFixture
) -> None:
    hands = Hands("收到")
    said = {"msgid": "m1", "chattype": "single", "from": {"userid": "u"}, "msgtype": "text", "text": {"content": STORY}}
    stream.heard(_frame("aibot_msg_callback", said), hands)
    answer = hands.sent[0]
    assert (answer["cmd"], answer["headers"]["req_id"]) == ("aibot_respond_msg", "r1")
    assert answer["body"]["stream"]["finish"] is True and answer["body"]["stream"]["content"] == "收到"
    with caplog.at_level(logging.WARNING, "qunsheng.streams"):
        stream.heard(json.dumps({"headers": {"req_id": "r1"}, "errcode": 846605}), hands)
    assert len(hands.sent) == 1 and caplog.records
    with pytest.raises(Replaced):
        stream.heard(_frame("aibot_event_callback", {"msgtype": "event", "event": {"eventtype": "disconnected_event"}}), hands)


def test_hostile_frames_are_unreadable_or_harmless(stream: RobotStream) -> None:
    hands = Hands()
    for frame in ("", "{", "[]", "null", b"\xff\xfe", "[" * 50_000, _frame("aibot_unheard_of", {}), '{"cmd": 7}'):
        with pytest.raises(Unreadable):
            stream.heard(frame, hands)
    for value in (None, "", [], {}, 7, "x" * 30_000, {"userid": []}, "\ud800"):
        for command in ("aibot_msg_callback", "aibot_event_callback", "ping", "pong", "", None):
            stream.heard(json.dumps({"cmd": command, "headers": value, "body": value}), hands)
            stream.heard(json.dumps({"cmd": command, "headers": {"req_id": value}, "body": {
                "msgtype": value, "from": value, "msgid": value, "event": value, "text": value,
            }}), hands)
    assert hands.sent == [] and all(one is None for one in hands.taken)


@pytest.mark.parametrize("address", [
    "https://openws.work.weixin.qq.com", "ws://openws.work.weixin.qq.com", "http://127.0.0.1:1", "x",
])
def test_the_base_address_is_encrypted_or_of_this_machine(tmp_path: Path, address: str) -> None:
    with pytest.raises(BadSetting):
        from_env({"QUNSHENG_INSTANCE": str(tmp_path), "QUNSHENG_WECOM_STREAM": address})


def _is_refused(session: Session, robot: PlatformApplication) -> bool:
    """Whether a person must mend the connection; leaves no transaction open."""
    session.rollback()
    row = listening.of(session, robot.id)
    found = row is not None and row.is_refused
    session.rollback()
    return found
