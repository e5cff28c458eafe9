"""The smart robot in groups and single chats: proved, stored before the answer, every kind, the group it came from."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import Engine, func, select
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from app import arriving
from app.config import Settings
from app.engine import WRITES
from app.handed_media import HandedMedia
from app.media import Store
from editorial import clock, platform_applications
from editorial.errors import Invalid
from editorial.intake import auto_replies, receptions, robot_chats, robot_senders
from editorial.intake.arrivals import Arrival
from editorial.intake.robot_chats import RobotChat
from editorial.intake.submissions import Submission
from editorial.joining import directories
from editorial.joining.directories import DirectoryMember
from editorial.people.people import Person
from editorial.platform_applications import PlatformApplication
from publishers.connector import TryLater
from publishers.inbound import Message
from publishers.sealing import NotGenuine, opened, seal, signature
from publishers.wecom import smart_robot
from publishers.wecom.callback import Keys, check_address
from tests import factories
from tests.pictures import photo

TOKEN, AES_KEY = "QDG6eK", "abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG"
KEYS = Keys("", TOKEN, AES_KEY)
STORY = "门卫老周修好了三十年的钟"
CHAT = "wrkSFfCgAAxxxx"
AT = "@群声\u2005"


class Shelf(HandedMedia):
    """WeCom's store, and what it tells of people: by address and by id."""

    def __init__(self) -> None:
        self.files: dict[str, bytes] = {}
        self.keys: list[str] = []
        self.members: dict[str, str] = {}
        self.asked: list[str] = []

    def fetch(self, session: Session, way: str, message_id: str, kind: str, value: str, key: str = "") -> bytes:
        self.keys.append(key)
        if value not in self.files:
            raise TryLater("Not now.", after=0.0)
        return self.files[value]

    def member(self, session: Session, way: str, told: str) -> str:
        session.commit()
        self.asked.append(told)
        if told == "unasked":
            raise TryLater("Not now.")
        return self.members.get(told, "")


class Robot:
    """WeCom's side: pushes what members say, and shows what they read."""

    def __init__(self, client: FlaskClient, application: PlatformApplication) -> None:
        self._client, self.url, self._number = client, f"/callbacks/aibot/{application.id}", 0

    def push(self, said: dict[str, Any]) -> TestResponse:
        stamp, cipher = str(int(time.time())), seal(json.dumps(said), AES_KEY, "")
        query = {"timestamp": stamp, "nonce": "n0", "msg_signature": signature(TOKEN, stamp, "n0", cipher)}
        return self._client.post(self.url, json={"encrypt": cipher}, query_string=query)

    def answered(self, said: dict[str, Any]) -> dict[str, Any]:
        """The answer to a push, opened as WeCom opens it; {} for none."""
        answer = self.push(said)
        assert answer.status_code == 200
        if not answer.data:
            return {}
        body = answer.get_json()
        assert body["nonce"] == "n0" and isinstance(body["timestamp"], int)
        assert body["msgsignature"] == signature(TOKEN, str(body["timestamp"]), "n0", body["encrypt"])
        inner = opened(AES_KEY, body["encrypt"], "")
        assert inner is not None
        told: dict[str, Any] = json.loads(inner)
        return told

    def hears(
        self, kind: str, held: dict[str, Any], *, sender: str = "zhangsan", chat: str = "", key: str = "", **more: Any
    ) -> str:
        """The words that are answered to a message, empty for silence."""
        self._number += 1
        said = {
            "msgid": key or f"CAIQ{self._number}", "aibotid": "AIB", "chattype": "group" if chat else "single",
            "from": {"userid": sender}, "response_url": "https://qyapi.weixin.qq.com/x", "msgtype": kind, kind: held, **more,
        }
        if chat:
            said["chatid"] = chat
        told = self.answered(said)
        if not told:
            return ""
        assert told["msgtype"] == "stream" and told["stream"]["finish"] is True and told["stream"]["id"]
        return str(told["stream"]["content"])

    def told(self, words: str, **how: Any) -> str:
        return self.hears("text", {"content": words}, **how)


@pytest.fixture
def companion(session: Session) -> PlatformApplication:
    return factories.application(session)


@pytest.fixture
def application(session: Session, people: dict[str, Person], companion: PlatformApplication) -> PlatformApplication:
    """A smart robot whose messages become submissions of the readers' group."""
    factories.group(session, "readers")
    factories.group(session, "assembly")
    made = platform_applications.add(session, platform="aibot", name="群声", said={
        "app_id": "AIB", "callback_token": TOKEN, "encoding_aes_key": AES_KEY, "companion": str(companion.id),
    })
    receptions.change(session, made, is_open=True, origin_group="readers", stand_in="同事", by=people["admin"])
    session.expire_on_commit = False
    session.commit()
    return made


@pytest.fixture
def robot(client: FlaskClient, application: PlatformApplication) -> Robot:
    return Robot(client, application)


@pytest.fixture
def shelf() -> Shelf:
    return Shelf()


@pytest.fixture
def take_in(engine: Engine, settings: Settings, shelf: Shelf) -> Callable[[], int]:
    """A worker takes in what has arrived, once through."""

    def taken() -> int:
        stops = iter([False, True])
        with Session(engine.execution_options(**WRITES)) as session:
            return arriving.take_in(session, Store(settings), lambda: next(stops), "Asia/Shanghai", shelf)

    return taken


def image(url: str) -> dict[str, Any]:
    return {"msgtype": "image", "image": {"url": url}}


def test_the_worked_example_of_the_reference_passes() -> None:
    cipher = (
        "Q3stYC6hdFzMh9T8HCvyDPdJOsVVIs2nBXGv2WpEx8gFaZHFamIhvu0ULcXnKQJiFsE5PNel2CGXU9qFt/o+FHvNgKpXwayL7CFzyKaARUd0k/1QWUgyfWoGZ"
        "Cqcy16+lnC5U8Hz06HO5PSGJwr4ypgQzQIuoVlsPCNWBTKRKgsJnBNqE1/d8m9Pe7Ng3bFx//bNHl8dNh3l2vuHKEqvHk01leTmibm9InXxnqVNub2oUAQUfHv0"
        "T+RK4e4zk2e/"
    )
    query = {"timestamp": "1767225600", "nonce": "372623558", "msg_signature": "709a8a4531728322fd42dac1ea4109868954e1bd"}
    said = smart_robot.open_push(KEYS, query, json.dumps({"encrypt": cipher}).encode(), now=1767225600)
    heard = smart_robot.message(said)
    assert heard is not None and (heard.sender, heard.key, heard.chat, heard.text) == ("zhangsan", "CAIQ001", "CHAT", "hi")
    with pytest.raises(NotGenuine):
        smart_robot.open_push(Keys("ww1", TOKEN, AES_KEY), query, json.dumps({"encrypt": cipher}).encode(), now=1767225600)
    with pytest.raises(NotGenuine):
        smart_robot.open_push(KEYS, query, json.dumps({"encrypt": cipher}).encode(), now=1767225600 + 700)


def test_the_console_asks_whether_the_address_is_ours(client: FlaskClient, robot: Robot) -> None:
    stamp, echo = str(int(time.time())), seal("1616140317555161061", AES_KEY, "")
    query = {"timestamp": stamp, "nonce": "n", "echostr": echo, "msg_signature": signature(TOKEN, stamp, "n", echo)}
    answer = client.get(robot.url, query_string=query)
    assert (answer.status_code, answer.text) == (200, "1616140317555161061")
    assert check_address(KEYS, query) == answer.text
    assert client.get(robot.url, query_string={**query, "msg_signature": "0" * 40}).status_code == 403


def test_a_group_calls_it_and_reads_the_number_and_never_a_state(
    robot: Robot, take_in: Callable[[], int], session: Session
) -> None:
    receipt = robot.told(f"{AT}{STORY}", chat=CHAT)
    take_in()
    made = session.scalars(select(Submission)).one()
    assert (made.body, made.channel, made.group.slug) == (STORY, "aibot", "readers") and made.number in receipt
    session.commit()
    for words in (f"{AT}状态 {made.number}", f"状态 {made.number} @群声", f"{AT}状态", f"{AT}{made.number}"):
        for sender in ("zhangsan", "lisi"):
            told = robot.told(words, chat=CHAT, sender=sender)
            assert told and made.number not in told
    assert made.number in robot.told(f"状态 {made.number}")
    assert made.number not in robot.told(f"状态 {made.number}", sender="lisi")
    assert session.scalar(select(func.count()).select_from(Submission)) == 1


def test_a_repeated_message_counts_once_and_is_answered_with_the_same_number(
    robot: Robot, take_in: Callable[[], int], session: Session
) -> None:
    first, again = (robot.told(f"{AT}{STORY}", chat=CHAT, key="same") for _ in range(2))
    take_in()
    assert first == again and session.scalars(select(Submission.body)).one() == STORY
    assert session.scalars(select(RobotChat)).one().messages == 1


def test_it_is_stored_before_it_is_answered(robot: Robot, session: Session, monkeypatch: pytest.MonkeyPatch) -> None:
    stored: list[int] = []
    words = smart_robot.words

    def seen(content: str, stream: str) -> dict[str, Any]:
        stored.append(session.scalar(select(func.count()).select_from(Arrival)) or 0)
        session.rollback()
        return words(content, stream)

    monkeypatch.setattr(smart_robot, "words", seen)
    robot.told(STORY)
    assert stored == [1]


KINDS: list[tuple[str, dict[str, Any], str]] = [
    ("text", {"content": STORY}, STORY),
    ("voice", {"content": STORY}, STORY),
    ("image", {"url": "u1"}, "![]("),
    ("file", {"url": "f1"}, "文件里的话"),
    ("mixed", {"msg_item": [{"msgtype": "text", "text": {"content": STORY}}, image("u1")]}, "![]("),
]


@pytest.mark.parametrize(("kind", "held", "expected"), KINDS, ids=[one[0] for one in KINDS])
def test_every_kind_is_taken_in_alone_and_quoted(
    robot: Robot, take_in: Callable[[], int], shelf: Shelf, session: Session, kind: str, held: dict[str, Any], expected: str
) -> None:
    shelf.files = {"u1": photo(301, 60), "f1": "# 标题\n\n文件里的话".encode()}
    if kind in ("text", "mixed"):
        assert robot.hears(kind, held, sender="lisi", chat=CHAT)
    assert robot.hears(kind, held)
    quote = {"msgtype": kind, kind: held}
    assert robot.told(f"{AT}投稿，请看", sender="wangwu", chat=CHAT, quote=quote)
    take_in()
    bodies = session.scalars(select(Submission.body)).all()
    assert len(bodies) == (3 if kind in ("text", "mixed") else 2) and all(expected in body for body in bodies)
    assert bodies[-1].endswith("投稿，请看") and AT not in "".join(bodies)


def test_a_video_is_declined_politely_and_what_stands_beside_it_is_taken(
    robot: Robot, take_in: Callable[[], int], session: Session
) -> None:
    assert "视频" in robot.hears("video", {"url": "v1"})
    take_in()
    assert session.scalar(select(func.count()).select_from(Submission)) == 0
    session.commit()
    told = robot.told(f"{AT}{STORY}", chat=CHAT, quote={"msgtype": "video", "video": {"url": "v1"}})
    take_in()
    assert "视频" in told and session.scalars(select(Submission.number)).one() in told


def test_who_calls_and_says_nothing_reads_how_and_who_enters_is_greeted(robot: Robot, session: Session) -> None:
    assert robot.told("@群声", chat=CHAT) and robot.told("@某某 ", chat=CHAT)
    entered = {"msgid": "e1", "aibotid": "AIB", "chattype": "single", "from": {"userid": "u"}, "msgtype": "event"}
    told = robot.answered({**entered, "event": {"eventtype": "enter_chat"}})
    assert told["msgtype"] == "text" and told["text"]["content"]
    for other in ("feedback_event", "template_card_event", "unheard_of", "", None, 7):
        assert robot.answered({**entered, "event": {"eventtype": other}}) == {}
    assert session.scalar(select(func.count()).select_from(Arrival)) == 0


def test_a_poll_is_answered_with_what_was_said(robot: Robot, session: Session) -> None:
    said = {"msgid": "m1", "chattype": "single", "from": {"userid": "u"}, "msgtype": "text", "text": {"content": STORY}}
    first = robot.answered(said)["stream"]
    polled = robot.answered({**said, "msgid": "m2", "msgtype": "stream", "stream": {"id": first["id"]}})
    assert polled["stream"] == first
    strange = robot.answered({**said, "msgid": "m3", "msgtype": "stream", "stream": {"id": "of-nobody"}})["stream"]
    assert (strange["finish"], strange["content"]) == (True, "")


def test_a_chat_is_listed_with_its_number_and_its_stories_carry_its_group(
    robot: Robot, application: PlatformApplication, take_in: Callable[[], int], session: Session, people: dict[str, Person]
) -> None:
    robot.told(f"{AT}第一个群的故事", chat="c1")
    take_in()
    chat = session.scalars(select(RobotChat)).one()
    assert (chat.messages, chat.group) == (1, None)
    session.commit()
    assert f"{chat.id} 号群" in robot.told(f"{AT}群号", chat="c1") and str(chat.id) not in robot.told("群号")
    robot_chats.name(session, application, chat.id, "assembly", by=people["admin"])
    session.commit()
    robot.told(f"{AT}装配群的故事", chat="c1", sender="lisi")
    robot.told(f"{AT}别的群的故事", chat="c2", sender="lisi")
    robot.told("两人之间的故事", sender="wangwu")
    take_in()
    origins = {one.body: one.group.slug for one in session.scalars(select(Submission))}
    assert origins["装配群的故事"] == "assembly" and origins["别的群的故事"] == "readers" == origins["两人之间的故事"]
    with pytest.raises(Invalid) as wrong:
        robot_chats.name(session, application, chat.id, "nowhere", by=people["admin"])
    assert wrong.value.problems[0].field == "origin_group"


def test_pictures_sent_between_two_are_added_to_the_story_told_in_a_group(
    robot: Robot, take_in: Callable[[], int], shelf: Shelf, session: Session
) -> None:
    shelf.files = {"u1": photo(301, 60)}
    robot.told(f"{AT}{STORY}", chat=CHAT)
    assert robot.hears("image", {"url": "u1"}) == ""
    take_in()
    made = session.scalars(select(Submission)).one()
    assert made.title == STORY and len(made.pictures) == 1


def test_what_cannot_be_had_waits_five_minutes_and_is_told_then(
    robot: Robot, take_in: Callable[[], int], shelf: Shelf, session: Session
) -> None:
    robot.hears("mixed", {"msg_item": [{"msgtype": "text", "text": {"content": STORY}}, image("u1")]})
    take_in()
    assert session.scalar(select(func.count()).select_from(Submission)) == 0
    session.commit()
    waiting = session.scalars(select(Arrival)).one()
    waiting.created_at = clock.now() - timedelta(minutes=6)
    session.commit()
    take_in()
    session.expire_all()
    made, arrival = session.scalars(select(Submission)).one(), session.scalars(select(Arrival)).one()
    assert (made.body, made.pictures) == (STORY, []) and arrival.reason == "Not now." and arrival.due_at is None


def test_whoever_the_application_knows_hands_in_under_their_own_name(
    robot: Robot, application: PlatformApplication, companion: PlatformApplication, take_in: Callable[[], int], shelf: Shelf,
    session: Session, people: dict[str, Person]
) -> None:
    listed = directories.add(session, kind="wecom", name="通讯录", application_id=companion.id, by=people["admin"])
    session.add(DirectoryMember(directory_id=listed.id, subject="zhangsan", person_id=people["contributor"].id, present=True))
    session.commit()
    shelf.members = {"woAJ2GCAAAX": "zhangsan"}
    robot.told(STORY, sender="woAJ2GCAAAX")
    take_in()
    assert session.scalars(select(Submission)).one().contributor_id == people["contributor"].id
    session.commit()
    robot.told(f"{AT}另一篇", sender="woAJ2GCAAAX", chat=CHAT)
    robot.told("明文的人", sender="zhangsan", key="plain")
    robot.told("不认识的人", sender="woStranger")
    robot.told("问不到的人", sender="unasked")
    take_in()
    by_body = {one.body: one.contributor_id for one in session.scalars(select(Submission))}
    assert by_body["另一篇"] == people["contributor"].id and shelf.asked == ["woAJ2GCAAAX", "woStranger", "unasked"]
    stand_in = receptions.of(session, application.id).contributor_id
    assert by_body["不认识的人"] == stand_in == by_body["问不到的人"]
    assert robot_senders.user_id(session, application.id, "woStranger") == ""
    assert robot_senders.user_id(session, application.id, "unasked") is None
    session.refresh(application)
    assert application.trouble == "Not now."


def hostile() -> list[dict[str, Any]]:
    """Proven and readable, with values that no platform would send."""
    deep: object = "x"
    for _ in range(100):
        deep = {"item": deep}
    said: dict[str, Any] = {"msgid": "m", "chattype": "group", "chatid": "c", "from": {"userid": "u"}, "msgtype": "text"}
    values: list[object] = [
        None, "", [], {}, deep, [[]], True, -1, 10**30, "x" * 30_000, "\u202e", "\ud800", "'; DROP TABLE arrival;--", "\x00",
    ]
    made: list[dict[str, Any]] = []
    for value in values:
        made += [
            {**said, "text": value}, {**said, "text": {"content": value}}, {**said, "from": value}, {**said, "msgid": value},
            {**said, "chatid": value, "text": {"content": "t"}}, {**said, "quote": value, "text": {"content": "t"}},
            {**said, "msgtype": value}, {**said, "msgtype": "mixed", "mixed": {"msg_item": value}},
            {**said, "msgtype": "mixed", "mixed": {"msg_item": [value, value]}},
            {**said, "msgtype": "stream", "stream": {"id": value}},
            {**said, "msgtype": "image", "image": {"url": value, "aeskey": value}}, {**said, "msgtype": "event", "event": value},
            {**said, "quote": {"msgtype": "image", "image": value}, "text": {"content": "t"}},
        ]
    return made


def test_hostile_bodies_are_refused_or_harmless(client: FlaskClient, robot: Robot, session: Session) -> None:
    for said in hostile():
        assert robot.push(said).status_code == 200
    before = session.scalar(select(func.count()).select_from(Arrival))
    session.rollback()
    stamp = str(int(time.time()))
    for body in (
        b"", b"{", b"[]", b"null", b"\xff\xfe", b'{"encrypt":7}', b'{"encrypt":""}', b'{"encrypt":"AAAA"}', b'{"a":' * 20_000,
        b"<xml/>", json.dumps({"encrypt": seal("[1]", AES_KEY, "")}).encode(),
    ):
        query = {"timestamp": stamp, "nonce": "n", "msg_signature": "0"}
        assert client.post(robot.url, data=body, query_string=query).status_code == 403
    for inner, owner in (("[1]", ""), ("x", ""), ("{}", "ww1234567890abcdef")):
        cipher = seal(inner, AES_KEY, owner)
        query = {"timestamp": stamp, "nonce": "n", "msg_signature": signature(TOKEN, stamp, "n", cipher)}
        assert client.post(robot.url, json={"encrypt": cipher}, query_string=query).status_code == 403
        old = {**query, "timestamp": str(int(stamp) - 700)}
        old["msg_signature"] = signature(TOKEN, old["timestamp"], "n", cipher)
        assert client.post(robot.url, json={"encrypt": cipher}, query_string=old).status_code == 403
    assert session.scalar(select(func.count()).select_from(Arrival)) == before


def test_a_closed_reception_and_a_resting_robot_take_nothing(
    robot: Robot, application: PlatformApplication, session: Session, people: dict[str, Person]
) -> None:
    receptions.change(session, application, is_open=False, origin_group="readers", stand_in="", by=people["admin"])
    session.commit()
    assert robot.told(STORY) == ""
    platform_applications.switch(session, application, on=False)
    session.commit()
    said = {"msgid": "m", "from": {"userid": "u"}, "msgtype": "text", "text": {"content": "t"}}
    assert robot.push(said).status_code == 404
    assert session.scalar(select(func.count()).select_from(Arrival)) == 0


def test_a_mention_is_no_part_of_the_story() -> None:
    def heard(content: str, name: str = "") -> str:
        said = {"msgid": "m", "chattype": "group", "chatid": "c", "from": {"userid": "u"}, "msgtype": "text"}
        found = smart_robot.message({**said, "text": {"content": content}}, name)
        assert isinstance(found, Message)
        return found.text

    assert heard("@Robot A hello", "Robot A") == "hello" == heard("@Bot\u2005hello") == heard("hello @Robot A", "Robot A")
    assert heard("写信给 me@example.com") == "写信给 me@example.com" and heard("@群声 @张三 看这里", "群声") == "@张三 看这里"


def test_words_that_are_answered_by_themselves_are_no_story(
    robot: Robot, application: PlatformApplication, session: Session, people: dict[str, Person]
) -> None:
    auto_replies.add(session, application, words="投稿须知，怎么投稿", whole=True, answer="@我 就行。", by=people["admin"])
    auto_replies.add(session, application, words="截稿", whole=False, answer="周五。", by=people["admin"])
    session.commit()
    assert robot.told(f"{AT}怎么投稿", chat=CHAT) == "@我 就行。" and robot.told("什么时候截稿？") == "周五。"
    assert session.scalar(select(func.count()).select_from(Arrival)) == 0
    session.rollback()
    assert robot.told(f"{AT}截稿前交的", chat=CHAT, quote={"msgtype": "text", "text": {"content": STORY}}) not in ("", "周五。")
