"""Every row of the verdict table of the three robots, without a line: an answer goes in, a word comes out."""

import json
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest

from publishers.connector import (
    CannotTell,
    Card,
    Failure,
    LinkParcel,
    OutcomeUnknown,
    Refused,
    SwitchedOff,
    TryLater,
)
from publishers.dingtalk import robot as dingtalk
from publishers.feishu import robot as feishu
from publishers.net import Answer, Base, Line
from publishers.robots.robot import GroupRobot
from publishers.wecom import robot as wecom

PARCEL = LinkParcel("m1", (Card("春运第一线", "https://news.example.cn/s/ab12", "记者跟车三天的记录"),))


class TapedLine(Line):
    """A line that answers what it was told, without a network."""

    def __init__(self, answer: Answer) -> None:
        super().__init__(Base("http://127.0.0.1:1"))
        self._answer = answer

    def post(self, path: str, params: Any, body: object) -> Answer:
        return self._answer


def now() -> datetime:
    return datetime(2026, 1, 1, tzinfo=UTC)


ROBOTS: dict[str, Callable[[Line], GroupRobot]] = {
    "wecom": lambda line: wecom.Robot(wecom.Settings("k"), line),
    "dingtalk": lambda line: dingtalk.Robot(dingtalk.Settings("t", "SECx"), line, now),
    "feishu": lambda line: feishu.Robot(feishu.Settings("h", "s"), line, now),
}


def outcome(platform: str, answer: Answer) -> Failure | None:
    try:
        receipt = ROBOTS[platform](TapedLine(answer)).send(PARCEL, lambda name, value: None)
    except Failure as failure:
        return failure
    assert receipt.final
    return None


def said(body: dict[str, object], status: int = 200, **headers: str) -> Answer:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return Answer(status, json.dumps(body).encode(), "application/json", named)


def errcode(code: int, errmsg: str = "") -> dict[str, object]:
    return {"errcode": code, "errmsg": errmsg}


WECOM: list[tuple[int, type[Failure], float | None]] = [
    (45009, TryLater, 60), (45033, TryLater, 5),
    (93000, SwitchedOff, None), (93004, SwitchedOff, None), (93008, SwitchedOff, None), (60020, SwitchedOff, None),
    *[(code, Refused, None) for code in (40008, 40058, 44004, 45002, 45008, 45034, 40039, 301019, 40033, 40035, 85002)],
    (40007, Refused, None), (-1, OutcomeUnknown, None), (987654, Refused, None),
]
DINGTALK: list[tuple[int, type[Failure], float | None]] = [
    (410100, TryLater, 600), (130101, TryLater, 600),
    *[(code, SwitchedOff, None) for code in (400013, 400101, 400102, 400106, 300001)],
    *[(code, Refused, None) for code in (430101, 430102, 430103, 430104, 40035, 43004, 400105)],
    (310000, SwitchedOff, None), (-1, OutcomeUnknown, None), (987654, Refused, None),
]
FEISHU: list[tuple[int, type[Failure], float | None]] = [
    (11232, TryLater, 60), (99991400, TryLater, 60),
    (19021, SwitchedOff, None), (19022, SwitchedOff, None), (19001, SwitchedOff, None),
    (9499, Refused, None), (19024, Refused, None), (19036, Refused, None),
    (-1, OutcomeUnknown, None), (987654, Refused, None),
]
ROWS = [
    *[("wecom", "errcode", *row) for row in WECOM],
    *[("dingtalk", "errcode", *row) for row in DINGTALK],
    *[("feishu", "code", *row) for row in FEISHU],
]


@pytest.mark.parametrize(("platform", "name", "code", "word", "after"), ROWS)
def test_codes(platform: str, name: str, code: int, word: type[Failure], after: float | None) -> None:
    failure = outcome(platform, said({name: code, "errmsg": "no"}))
    assert type(failure) is word
    assert failure.code == str(code)
    if isinstance(failure, TryLater):
        assert (failure.after, failure.whole_channel) == (after, True)


@pytest.mark.parametrize(
    ("platform", "body"),
    [
        ("wecom", {"errcode": 0, "errmsg": "ok"}),
        ("dingtalk", {"errcode": 0, "errmsg": "ok"}),
        ("feishu", {"code": 0, "msg": "success", "data": {}, "StatusCode": 0, "StatusMessage": "success"}),
        ("feishu", {"StatusCode": 0, "StatusMessage": "success"}),
    ],
)
def test_success(platform: str, body: dict[str, object]) -> None:
    assert outcome(platform, said(body)) is None


@pytest.mark.parametrize("platform", ROBOTS)
@pytest.mark.parametrize(
    "content",
    [
        b"", b'{"errcode":', b"<html><body>\xe8\xaf\xb7\xe7\x99\xbb\xe5\xbd\x95</body></html>", b"[]", b"null", b"{}",
        b'{"errcode":"0","code":"0"}', b'{"errcode":null,"code":null}', b'{"errcode":false,"code":false}', b"\xff\xfe",
        b'{"errcode":0.0,"code":0.0}',
    ],
)
def test_unreadable_answers_leave_the_outcome_open(platform: str, content: bytes) -> None:
    assert isinstance(outcome(platform, Answer(200, content, "text/html")), OutcomeUnknown)


@pytest.mark.parametrize("platform", ROBOTS)
@pytest.mark.parametrize("status", [408, 500, 502, 503, 504])
def test_server_errors_leave_the_outcome_open(platform: str, status: int) -> None:
    failure = outcome(platform, Answer(status, b"<html>Bad Gateway</html>", "text/html"))
    assert isinstance(failure, OutcomeUnknown)
    assert failure.http_status == status


@pytest.mark.parametrize("platform", ROBOTS)
@pytest.mark.parametrize("status", [301, 302, 307, 407])
def test_a_proxy_that_asks_for_a_sign_in(platform: str, status: int) -> None:
    assert isinstance(outcome(platform, Answer(status, b"", "text/html")), SwitchedOff)


@pytest.mark.parametrize("platform", ROBOTS)
@pytest.mark.parametrize(
    ("headers", "after"),
    [({"retry_after": "17"}, 17), ({"retry_after": "99999"}, 3600), ({"retry_after": "soon"}, 60),
     ({"x_ogw_ratelimit_reset": "9"}, 9), ({}, 60), ({"retry_after": "0"}, 1)],
)
def test_too_many_requests(platform: str, headers: dict[str, str], after: float) -> None:
    failure = outcome(platform, said({}, 429, **headers))
    assert isinstance(failure, TryLater)
    assert (failure.after, failure.whole_channel) == (after, True)


def test_success_with_an_error_status_is_not_believed() -> None:
    assert isinstance(outcome("feishu", said({"code": 0}, 400)), OutcomeUnknown)
    assert isinstance(outcome("feishu", said({"code": 19021}, 400)), SwitchedOff)


@pytest.mark.parametrize(
    ("errmsg", "word", "part"),
    [
        ("keywords not in content", Refused, "keyword"),
        ("description:关键词不匹配;solution:请在发送的信息中包含此关键词;link:https://…", Refused, "keyword"),
        ("invalid timestamp", SwitchedOff, "clock"),
        ("description:timestamp 无效;solution:签名和发送时间请保持在一小时以内;link:https://…", SwitchedOff, "clock"),
        ("sign not match", SwitchedOff, "secret"),
        ("description:机器人发送签名不匹配;solution:时间戳必须放在网址中;link:https://…", SwitchedOff, "secret"),
        ("ip 10.0.3.7 not in whitelist", SwitchedOff, "address"),
        ("description:ip 203.0.113.7 not in whitelist;solution:请联系群管理员;link:https://…", SwitchedOff, "address"),
        ("description:something new;solution:请检查关键词;link:https://…", SwitchedOff, "security setting"),
        ("", SwitchedOff, "security setting"),
    ],
)
def test_dingtalk_security_settings(errmsg: str, word: type[Failure], part: str) -> None:
    failure = outcome("dingtalk", said(errcode(310000, errmsg)))
    assert type(failure) is word
    assert part in failure.reason


def test_support_can_find_the_call() -> None:
    hint = errcode(93000, "invalid webhook url, hint: [1700000000123456789], from ip: 1.2.3.4, more info at https://…")
    failure = outcome("wecom", said(hint))
    assert failure is not None and failure.rid == "1700000000123456789"
    failure = outcome("feishu", said({"code": 19021}, x_tt_logid="20260101080000ABCDEF"))
    assert failure is not None and failure.rid == "20260101080000ABCDEF"


@pytest.mark.parametrize("platform", ROBOTS)
def test_only_a_person_can_look_into_the_group(platform: str) -> None:
    reading = ROBOTS[platform](TapedLine(said({}))).find_out(PARCEL)
    assert isinstance(reading, CannotTell) and reading.final
