"""The smart robot against the simulated WeCom: calls that arrive twice, media sealed for five minutes, people behind ids."""

from __future__ import annotations

import base64
import threading
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import Engine, select
from sqlalchemy.orm import Session
from werkzeug.serving import make_server

from app import arriving
from app.config import Settings
from app.engine import WRITES
from app.handed_media import HandedMedia
from app.media import Store
from app.wiring import Wiring
from editorial import platform_applications
from editorial.intake import receptions, robot_chats
from editorial.intake.arrivals import Arrival
from editorial.intake.robot_chats import RobotChat
from editorial.intake.submissions import Submission
from editorial.joining import directories
from editorial.joining.directories import DirectoryMember
from editorial.people.people import Person
from editorial.platform_applications import PlatformApplication
from publishers.connector import Refused, TryLater
from publishers.importing.fetching import Fetcher
from publishers.sandbox.running import Running
from publishers.wecom import robot_media
from tests import factories
from tests.conftest import make_settings
from tests.pictures import photo

TOKEN, AES_KEY = "QDG6eK", "abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG"
STORY = "门卫老周修好了三十年的钟"


@pytest.fixture
def settings(sqlite_url: str, tmp_path: Any, sandbox: Running) -> Settings:
    return make_settings(tmp_path, database_url=sqlite_url, platform=sandbox.url)


@pytest.fixture
def robot(session: Session, people: dict[str, Person]) -> PlatformApplication:
    """A robot whose senders the company's application names: it lists one of them."""
    for slug in ("readers", "assembly"):
        factories.group(session, slug)
    companion = factories.application(session)
    listed = directories.add(session, kind="wecom", name="通讯录", application_id=companion.id, by=people["admin"])
    session.add(DirectoryMember(directory_id=listed.id, subject="linsy", person_id=people["contributor"].id, present=True))
    made = platform_applications.add(session, platform="aibot", name="群声", said={
        "app_id": "AIB", "callback_token": TOKEN, "encoding_aes_key": AES_KEY, "companion": str(companion.id),
    })
    receptions.change(session, made, is_open=True, origin_group="readers", stand_in="同事", by=people["admin"])
    session.expire_on_commit = False
    session.commit()
    return made


@pytest.fixture
def wecom(app: Flask, sandbox: Running, robot: PlatformApplication) -> Iterator[Running]:
    """WeCom, whose robot calls us over a real port."""
    server = make_server("127.0.0.1", 0, app, threaded=True)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    url = f"http://127.0.0.1:{server.server_port}/callbacks/aibot/{robot.id}"
    said = {"bot_id": "AIB", "name": "群声", "url": url, "token": TOKEN, "encoding_aes_key": AES_KEY, "encrypts": True}
    assert sandbox.control("POST", "smart_robots", said) == {"ok": True}
    yield sandbox
    server.shutdown()


@pytest.fixture
def take_in(engine: Engine, settings: Settings) -> Callable[[], int]:
    """A worker takes in what has arrived, once through."""

    def taken() -> int:
        stops = iter([False, True])
        with Session(engine.execution_options(**WRITES)) as session:
            return arriving.take_in(session, Store(settings), lambda: next(stops), "Asia/Shanghai", HandedMedia(Wiring(settings)))

    return taken


def says(wecom: Running, **said: Any) -> str:
    """What is read after somebody said this."""
    told = wecom.control("POST", "smart_robots/messages", said)
    assert told["status"] == 200
    return str((told["reply"].get("stream") or {}).get("content", ""))


def medium(content: bytes) -> dict[str, str]:
    return {"base64": base64.b64encode(content).decode()}


def test_a_quoted_picture_and_a_file_become_a_story_of_their_group_under_its_writers_name(
    wecom: Running, robot: PlatformApplication, take_in: Callable[[], int], session: Session, people: dict[str, Person]
) -> None:
    words = {"msgtype": "text", "text": {"content": "@群声\u2005" + STORY}, "chatid": "wrk1", "from": "linsy"}
    receipt = says(wecom, **words, quote={"msgtype": "image", "image": medium(photo(640, 480))}, msgid="m1", times=2)
    chat = session.scalars(select(RobotChat)).one()
    robot_chats.name(session, robot, chat.id, "assembly", by=people["admin"])
    session.commit()
    assert says(wecom, **words | {"from": "guxl"}, quote={"msgtype": "file", "file": medium("# 题\n\n正文在文件里。".encode())})
    take_in()
    first, second = session.scalars(select(Submission).order_by(Submission.id))
    assert first.number in receipt and len(first.pictures) == 1 and first.body.count(STORY) == 1
    assert (first.contributor_id, first.group.slug) == (people["contributor"].id, "readers")
    assert "正文在文件里。" in second.body and second.group.slug == "assembly"
    assert second.contributor_id == receptions.of(session, robot.id).contributor_id
    session.refresh(chat)
    assert (chat.messages, len(wecom.calls("/cgi-bin/batch/openuserid_to_userid"))) == (2, 2)


def test_the_same_sender_is_asked_for_once(wecom: Running, take_in: Callable[[], int], session: Session) -> None:
    for number in range(3):
        says(wecom, msgtype="text", text={"content": f"第 {number} 句"})
        take_in()
    assert len(wecom.calls("/cgi-bin/batch/openuserid_to_userid")) == 1
    assert session.scalars(select(Submission)).one().body == "第 0 句\n\n第 1 句\n\n第 2 句"


def test_what_has_expired_is_gone_and_the_words_stay(wecom: Running, take_in: Callable[[], int], session: Session) -> None:
    says(wecom, msgtype="mixed", mixed={"msg_item": [
        {"msgtype": "text", "text": {"content": STORY}}, {"msgtype": "image", "image": medium(photo(640, 480))},
    ]})
    wecom.clock(forward=301)
    take_in()
    made, arrival = session.scalars(select(Submission)).one(), session.scalars(select(Arrival)).one()
    assert (made.body, made.pictures, arrival.reason) == (STORY, [], robot_media.GONE)


def test_a_store_that_stumbles_is_asked_again(wecom: Running, take_in: Callable[[], int], session: Session) -> None:
    wecom.fault("/wecom-robot-store", "status", code=502)
    says(wecom, msgtype="image", image=medium(photo(640, 480)))
    take_in()
    assert session.scalars(select(Submission)).all() == []
    arrival = session.scalars(select(Arrival)).one()
    assert arrival.due_at is not None
    arrival.due_at = arrival.created_at
    session.commit()
    take_in()
    assert len(session.scalars(select(Submission)).one().pictures) == 1


def test_who_enters_is_greeted_and_a_group_hears_only_what_calls(wecom: Running) -> None:
    told = wecom.control("POST", "smart_robots/messages", {"event": "enter_chat"})
    assert told["reply"]["msgtype"] == "text" and told["reply"]["text"]["content"]
    assert wecom.control("POST", "smart_robots/messages", {"event": "feedback_event"})["reply"] == {}


def test_only_the_platforms_own_store_is_asked(
    settings: Settings, engine: Engine, robot: PlatformApplication, tmp_path: Any
) -> None:
    for address in ("https://ww-aibot-img-1258476243.cos.ap-guangzhou.myqcloud.com/a?sign=b", "https://wework.qpic.qq.com/x"):
        assert robot_media.is_at_home(address)
    for address in (
        "http://ww-aibot-img-1.cos.ap-guangzhou.myqcloud.com/a", "https://evil.cos.ap-guangzhou.myqcloud.com/a",
        "https://qq.com.evil.example/", "https://ww-aibot-img-1.cos.ap-guangzhou.myqcloud.com@evil.example/",
        "https://127.0.0.1/a", "file:///etc/passwd", "", "https://x:99", "https://x:99999999/", "https://[",
    ):
        assert not robot_media.is_at_home(address)
    real = make_settings(tmp_path, database_url=settings.database_url, platform="https://qyapi.weixin.qq.com")
    asked: list[str] = []

    class Nowhere(Fetcher):
        def fetch(self, address: str, most: int = 0) -> Any:
            asked.append(address)
            raise AssertionError

    media = HandedMedia(Wiring(real), Nowhere())
    with Session(engine.execution_options(**WRITES)) as own, pytest.raises(Refused):
        media.fetch(own, f"aibot:{robot.id}", "", "picture", "https://evil.example/a")
    assert asked == []


def test_a_wrong_key_opens_nothing(
    wecom: Running, settings: Settings, engine: Engine, robot: PlatformApplication, session: Session
) -> None:
    says(wecom, msgtype="image", image=medium(photo(640, 480)))
    address = session.scalars(select(Arrival)).one().content["pieces"][0][2]
    session.commit()
    media = HandedMedia(Wiring(settings))
    with Session(engine.execution_options(**WRITES)) as own:
        assert media.fetch(own, f"aibot:{robot.id}", "", "picture", address) == photo(640, 480)
        with pytest.raises(Refused):
            media.fetch(own, f"aibot:{robot.id}", "", "picture", address, key=base64.b64encode(b"k" * 32).decode())
        platform_applications.switch(own, platform_applications.get(own, robot.id), on=False)
        own.commit()
        with pytest.raises(TryLater):
            media.fetch(own, f"aibot:{robot.id}", "", "picture", address)
