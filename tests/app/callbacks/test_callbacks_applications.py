"""Messages to WeCom, DingTalk and Feishu applications: proved, stored before the answer, one submission, told to nobody else."""

from __future__ import annotations

import json
import time
from collections.abc import Callable

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
from editorial.articles.assets import Asset
from editorial.intake import receptions
from editorial.intake.arrivals import Arrival
from editorial.intake.submissions import Submission
from editorial.people.people import Person
from editorial.platform_applications import PlatformApplication
from publishers.connector import TryLater
from publishers.dingtalk import callback as dingtalk
from publishers.feishu import callback as feishu
from publishers.flat_xml import parse
from publishers.sealing import NotGenuine, opened
from publishers.wecom import callback as wecom
from tests import factories
from tests.phones import CORP, ENCRYPT_KEY, KEYS, Phone, sealed_for_feishu
from tests.pictures import photo
from tests.publishers.wechat.pushes import AES_KEY

STORY = ["门卫老周修好了三十年的钟", "钟楼上的钟停了九年。", "老周用下班时间把它修好了。"]
WIDTHS = [301, 302, 303, 304]


@pytest.fixture(params=["wecom", "dingtalk", "feishu"])
def application(request: pytest.FixtureRequest, session: Session, people: dict[str, Person]) -> PlatformApplication:
    """An application whose messages become submissions of the readers' group."""
    factories.group(session, "readers")
    made = factories.application(session, request.param, **KEYS[request.param])
    receptions.change(session, made, is_open=True, origin_group="readers", stand_in="同事", by=people["admin"])
    session.expire_on_commit = False
    session.commit()
    return made


@pytest.fixture
def phone(client: FlaskClient, application: PlatformApplication) -> Phone[TestResponse]:
    def post(body: bytes, query: dict[str, str], headers: dict[str, str]) -> TestResponse:
        return client.post(f"/callbacks/{application.platform}/{application.id}", data=body, query_string=query, headers=headers)

    return Phone(str(application.platform), post)


class Shelf(HandedMedia):
    """The platform's store of media: pictures by handle; what is not there is not given out now."""

    def __init__(self) -> None:
        self.pictures: dict[str, bytes] = {}
        self.answers: list[str] = []

    def fetch(self, session: Session, way: str, message_id: str, kind: str, value: str, key: str = "") -> bytes:
        if value not in self.pictures:
            raise TryLater("Not now.", after=0.0)
        return self.pictures[value]

    def answer(self, session: Session, way: str, answer_at: str, words: str, key: str) -> None:
        self.answers.append(words)


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


def told(phone: Phone[TestResponse], answer: TestResponse, shelf: Shelf) -> str:
    """What the colleague reads: at once on WeCom, a moment later on the others."""
    if phone.platform != "wecom":
        return shelf.answers[-1] if shelf.answers else ""
    if answer.text == "success":
        return ""
    inner = opened(AES_KEY, str(parse(answer.text)["Encrypt"]), CORP)
    return str(parse((inner or b"").decode())["Content"])


def test_three_messages_and_four_pictures_become_one_submission_in_order(
    phone: Phone[TestResponse], take_in: Callable[[], int], shelf: Shelf, session: Session
) -> None:
    handles = [f"media-{width}" for width in WIDTHS]
    shelf.pictures = {handle: photo(width, 60) for handle, width in zip(handles, WIDTHS, strict=True)}
    for act, what in (
        (phone.says, STORY[0]),
        (phone.shows, handles[0]),
        (phone.says, STORY[1]),
        (phone.shows, handles[1]),
        (phone.shows, handles[2]),
        (phone.says, STORY[2]),
        (phone.shows, handles[3]),
    ):
        assert act(what).status_code == 200
    take_in()
    made = session.scalars(select(Submission)).one()
    by_width = {asset.width: asset.sha256 for asset in session.scalars(select(Asset))}
    held = [STORY[0], by_width[301], STORY[1], by_width[302], by_width[303], STORY[2], by_width[304]]
    places = [made.body.find(one) for one in held]
    assert -1 not in places and places == sorted(places)
    assert (made.title, made.channel, made.pictures) == (STORY[0], phone.platform, [by_width[width] for width in WIDTHS])


def test_a_repeated_message_counts_once_and_is_answered_with_the_same_number(
    phone: Phone[TestResponse], take_in: Callable[[], int], shelf: Shelf, session: Session
) -> None:
    first, again = phone.says(STORY[0], key="same"), phone.says(STORY[0], key="same")
    take_in()
    number = session.scalars(select(Submission.number)).one()
    assert number in told(phone, first, shelf)
    assert session.scalars(select(Submission.body)).one() == STORY[0]
    if phone.platform == "wecom":
        assert number in told(phone, again, shelf)
    else:
        assert len(shelf.answers) <= 1


def test_the_state_is_told_to_whoever_handed_it_in_and_to_nobody_else(
    phone: Phone[TestResponse], take_in: Callable[[], int], shelf: Shelf, session: Session
) -> None:
    phone.says(STORY[0])
    take_in()
    number = session.scalars(select(Submission.number)).one()
    session.commit()
    own = phone.says(f"状态 {number}")
    if phone.platform == "wecom":
        assert number in told(phone, own, shelf)
    strange = phone.says(f"状态：{number}", sender="lisi")
    assert number not in (told(phone, strange, shelf) if phone.platform == "wecom" else "")
    assert session.scalar(select(func.count()).select_from(Submission)) == 1


def test_a_picture_that_is_not_given_out_now_waits_and_holds_nothing_up(
    phone: Phone[TestResponse], take_in: Callable[[], int], shelf: Shelf, session: Session
) -> None:
    phone.shows("late")
    phone.says(STORY[0])
    take_in()
    assert session.scalars(select(Submission.body)).one() == STORY[0]
    session.commit()
    shelf.pictures["late"] = photo(305, 60)
    take_in()
    session.expire_all()
    assert len(session.scalars(select(Submission)).one().pictures) == 1


def test_what_is_not_the_platforms_is_refused_and_nothing_is_stored(
    client: FlaskClient, application: PlatformApplication, phone: Phone[TestResponse], session: Session
) -> None:
    url = f"/callbacks/{phone.platform}/{application.id}"
    assert client.post(url, data=b"{}").status_code == 403
    assert client.post(url, data=b"<xml/>", query_string={"timestamp": str(int(time.time())), "nonce": "n"}).status_code == 403
    assert session.scalar(select(func.count()).select_from(Arrival)) == 0
    session.expire_all()
    assert receptions.of(session, application.id).refused_reason
    other = {"wecom": "feishu", "feishu": "dingtalk", "dingtalk": "wecom"}[phone.platform]
    assert client.post(f"/callbacks/{other}/{application.id}", data=b"{}").status_code == 404


def test_a_closed_reception_takes_nothing(
    phone: Phone[TestResponse], application: PlatformApplication, session: Session, people: dict[str, Person]
) -> None:
    receptions.change(session, application, is_open=False, origin_group="readers", stand_in="", by=people["admin"])
    session.commit()
    assert phone.says(STORY[0]).status_code == 200
    assert session.scalar(select(func.count()).select_from(Arrival)) == 0


def test_the_worked_examples_of_the_platforms_pass() -> None:
    keys = wecom.Keys(CORP, "QDG6eK", AES_KEY)
    echo = "Q3stYC6hdFzMh9T8HCvyDH0IHJENRtL8kKsqSYgg4gClawqfEI4bjkd/sThBdy5abkkNPf3wQSpydibwulBNcw=="
    query = {
        "timestamp": "1767225600",
        "nonce": "372623558",
        "echostr": echo.replace("+", " "),
        "msg_signature": "d2d8272fac1a66d29e0a5666e1a0122f3a0adf0b",
    }
    assert wecom.check_address(keys, query, now=1767225600) == "1616140317555161061"
    with pytest.raises(NotGenuine):
        wecom.check_address(keys, query, now=1767225600 + 700)
    assert dingtalk.sign("this is secret", "1767225600000") == "Ihwj8FyPJfT4YIXi/adIQljYfR8hNknkj4tQ+v3VTqM="
    body = b'{"encrypt":"MDEyMzQ1Njc4OWFiY2RlZnu9LlFKV10D5I71E4diiao="}'
    assert feishu.sign("test key", "1767225600", "n0nce", body) == (
        "4dd3af2ebe2f0c56c4e1ec20e4d1c3642e1cefd4f72ec3573800a09d0b3977c8"
    )


def test_feishu_asks_whether_the_address_is_ours(client: FlaskClient, session: Session, people: dict[str, Person]) -> None:
    address = f"/callbacks/feishu/{factories.application(session, 'feishu', encrypt_key=ENCRYPT_KEY).id}"
    session.commit()
    asked = sealed_for_feishu({"type": "url_verification", "challenge": "c-1", "token": "t"})
    assert client.post(address, data=asked).get_json() == {"challenge": "c-1"}


def test_a_post_of_feishu_and_a_rich_text_of_dingtalk_keep_the_order_of_their_pieces() -> None:
    content = {
        "title": "题",
        "content": [[{"tag": "text", "text": "一"}, {"tag": "img", "image_key": "k1"}], [{"tag": "text", "text": "二"}]],
    }
    event = {
        "sender": {"sender_id": {"open_id": "u"}},
        "message": {"message_id": "m", "message_type": "post", "content": json.dumps(content)},
    }
    said = feishu.message({"header": {"event_type": feishu.RECEIVED}, "event": event})
    assert said is not None and [one.text or one.value for one in said.pieces] == ["题", "一", "k1", "二"]
    rich = {"richText": [{"text": "一"}, {"type": "picture", "downloadCode": "d1"}, {"text": "二"}]}
    heard = dingtalk.message({"msgId": "m", "senderStaffId": "u", "msgtype": "richText", "content": rich})
    assert heard is not None and [one.text or one.value for one in heard.pieces] == ["一", "d1", "二"]
    assert heard.answer_at == ""
