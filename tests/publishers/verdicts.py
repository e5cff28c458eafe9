"""The table of verdicts: every connector before every situation, against the simulated platforms.

A cell says what the connector makes of it, and how often people then see the message where they do: `unknown·1` is a lost
answer to something that stands there. Of a task that was taken it says who is awaited: the owner, a person, the platform. What a
platform cannot bring about is `–`.
"""

from __future__ import annotations

import io
import socket
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from hashlib import sha256

from PIL import Image

from publishers.applications.application import Application
from publishers.connector import (
    Article,
    Card,
    Connector,
    EditionParcel,
    Failure,
    HandOver,
    LinkParcel,
    NoteParcel,
    OutcomeUnknown,
    Parcel,
    Picture,
    Receipt,
    Refused,
    SwitchedOff,
    TryLater,
)
from publishers.dingtalk import app as dingtalk_app
from publishers.dingtalk import robot as dingtalk
from publishers.dingtalk.api import Api as DingTalkApi
from publishers.feishu import app as feishu_app
from publishers.feishu import robot as feishu
from publishers.feishu.api import Api as FeishuApi
from publishers.mail.group import GroupMail
from publishers.mail.outgoing import Mailer
from publishers.mail.outgoing import Settings as MailSettings
from publishers.net import Base, Line
from publishers.others import Other
from publishers.others import Settings as OtherSettings
from publishers.sandbox.running import Running
from publishers.share_kit import ShareKit
from publishers.tokens import TokensInMemory
from publishers.webhook import endpoint as webhook
from publishers.wechat.client import Client
from publishers.wechat.draft import DraftBox
from publishers.wechat.release import Release
from publishers.wechat.tokens import Credentials
from publishers.wecom import chat, customers, message
from publishers.wecom import robot as wecom
from publishers.wecom.api import Api as WeComApi

CARD = Card("调度大厅的除夕夜", "https://news.example.cn/s/ab12", "四百多趟列车、三十七块大屏、一顿凉了又热的饺子。")
LINK = LinkParcel("share-1", (CARD,), words="本期头条来自调度所")
BEFORE = NoteParcel("before", "试发", "这是一条测试消息。")
SECRET, WRONG = "SEC0123456789abcdef", "wrong"
HOOK_SECRETS = {SECRET: "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", WRONG: "whsec_AAAQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"}
WORDS: dict[type[Failure], str] = {
    TryLater: "later", Refused: "refused", SwitchedOff: "off", HandOver: "person", OutcomeUnknown: "unknown",
}
EXPECTED = """
                      success    refusal unlisted too_fast 429     moved   wrong   gone time_out  hung_up   page      nobody
wecom_robot           sent·1     refused refused  later    later   off     –       off  unknown·1 unknown·1 unknown·1 later
dingtalk_robot        sent·1     refused refused  later    later   off     off     off  unknown·1 unknown·1 unknown·1 later
feishu_robot          sent·1     refused refused  later    later   off     off     off  unknown·1 unknown·1 unknown·1 later
wecom_app             sent·1     refused refused  later    later   off     off     –    unknown·1 unknown·1 unknown·1 later
wecom_chat            sent·1     refused refused  later    later   off     off     off  unknown·1 unknown·1 unknown·1 later
wecom_customer_group  owner·1    refused refused  later    later   off     off     –    unknown·1 unknown·1 unknown·1 later
dingtalk_app          sent·1     refused refused  later    later   off     off     off  unknown·1 unknown·1 unknown·1 later
feishu_app            sent·1     refused refused  later    later   off     off     off  unknown·1 unknown·1 unknown·1 later
email                 sent·1     refused –        –        –       –       refused –    unknown·1 unknown·1 –         later
webhook               sent·1     refused –        –        later   later   off     off  unknown·1 unknown·1 sent·1    later
apprise               sent·1     unknown –        –        unknown unknown –       –    unknown·1 unknown·1 sent·1    unknown
share_kit             person     –       –        –        –       –       –       –    –         –         –         –
draft                 sent·1     refused refused  later    later   off     off     –    unknown·1 unknown·1 unknown·1 later
release               platform·1 refused refused  later    later   off     off     –    unknown·1 unknown·1 unknown·1 later
"""
"""Answers by status alone hold for a webhook (Standard Webhooks); apprise says of every failure only that it was one."""
SITUATIONS = {
    "success": "the platform takes it",
    "refusal": "a refusal that its documents name",
    "unlisted": "a code that no document names",
    "too_fast": "the platform's own word for too fast",
    "429": "HTTP 429",
    "moved": "a proxy sends us to its page to sign in",
    "wrong": "a secret, signature or address that does not fit",
    "gone": "the robot, chat or receiver is no more",
    "time_out": "a time-out after the body",
    "hung_up": "hung up after the effect",
    "page": "a page of HTML with status 200",
    "nobody": "nobody answers at the address",
}


@dataclass(frozen=True)
class Subject:
    """A connector on trial: how it is made at a base address, and what its platform says in each situation.

    `make(base, secret, seconds)`; `refusal`, `too_fast`: the platform's codes; `chat`: where a robot lives, by platform
    and key; `lacks`: situations that cannot come about.
    """

    make: Callable[[Running, Base, str, float], Connector]
    path: str
    effect: str
    refusal: int
    too_fast: int = 0
    chat: tuple[str, str] = ("", "")
    parcel: Parcel = LINK
    lacks: frozenset[str] = frozenset()
    faults: Mapping[str, Mapping[str, object]] = field(default_factory=dict)
    """Faults that stand for a situation here in place of the usual ones."""


def expected(name: str) -> dict[str, str]:
    """The row of a connector by situation."""
    head, *rows = EXPECTED.strip("\n").splitlines()
    row = next(cells for line in rows if (cells := line.split())[0] == name)
    return dict(zip(head.split(), row[1:], strict=True))


def table(sandbox: Running, only: str = "") -> Iterator[tuple[str, dict[str, str]]]:
    """Each connector with its verdicts by situation."""
    for name, subject in SUBJECTS.items():
        if only in name:
            yield name, {situation: verdict(sandbox, subject, situation) for situation in SITUATIONS}


def verdict(sandbox: Running, subject: Subject, situation: str) -> str:
    """One cell."""
    if situation in subject.lacks:
        return "–"
    sandbox.reset()
    sandbox.settings(rate_limits=False, fsync=False, publish_delay=0.05)
    base = _nobody() if situation == "nobody" else Base(sandbox.url)
    secret = WRONG if situation == "wrong" else SECRET
    connector = subject.make(sandbox, base, secret, 0.5 if situation == "time_out" else 10.0)
    parcel = _prepared(sandbox, subject, connector)
    before = len(sandbox.effects(subject.effect))
    _arrange(sandbox, subject, situation)
    said = _send(connector, parcel)
    seen = _seen(sandbox, subject, situation) - before
    return f"{said}·{seen}" if seen else said


def _prepared(sandbox: Running, subject: Subject, connector: Connector) -> Parcel:
    """A release needs its draft first, with credentials that work."""
    if not isinstance(connector, Release):
        return subject.parcel
    memory: dict[str, str] = {}
    _draft_box(sandbox, Base(sandbox.url), SECRET, 10.0).send(subject.parcel, memory.__setitem__)
    return replace(subject.parcel, memory=memory)


def _arrange(sandbox: Running, subject: Subject, situation: str) -> None:
    platform, key = subject.chat
    usual: dict[str, dict[str, object]] = {
        "refusal": {"act": "refuse", "errcode": subject.refusal}, "unlisted": {"act": "refuse", "errcode": 987654},
        "too_fast": {"act": "refuse", "errcode": subject.too_fast}, "429": {"act": "status", "code": 429},
        "moved": {"act": "status", "code": 302},
        "time_out": {"act": "timeout_after", "seconds": 3}, "hung_up": {"act": "drop_after"}, "page": {"act": "html"},
    }
    fault = dict(subject.faults.get(situation) or usual.get(situation) or {})
    if fault:
        sandbox.fault(str(fault.pop("path", subject.path)), str(fault.pop("act")), **fault)
    elif situation == "wrong" and platform:
        sandbox.chat(platform, key, secret=HOOK_SECRETS[SECRET] if platform == "webhook" else SECRET)
    elif situation == "gone":
        sandbox.chat(platform, key, state="removed")


def _send(connector: Connector, parcel: Parcel) -> str:
    """What the connector says; whatever it is, no secret and no address stands in it."""
    try:
        receipt: Receipt | Failure = connector.send(parcel, lambda name, value: None)
        said = ("sent" if receipt.final else receipt.awaiting) if isinstance(receipt, Receipt) else ""
    except Failure as failure:
        receipt, said = failure, WORDS[type(failure)]
        assert failure.reason
    shown = f"{receipt!r} {receipt}"
    assert not any(secret in shown for secret in (SECRET, *HOOK_SECRETS.values(), "127.0.0.1")), shown
    return said


def _seen(sandbox: Running, subject: Subject, situation: str) -> int:
    """How often the message stands there; after a time-out the platform may still be at it."""
    until = time.monotonic() + (5 if situation == "time_out" else 0)
    while not (found := len(sandbox.effects(subject.effect))) and time.monotonic() < until:
        time.sleep(0.05)
    return found


def _nobody() -> Base:
    with socket.create_server(("127.0.0.1", 0)) as free:
        return Base(f"http://127.0.0.1:{free.getsockname()[1]}")


def _now() -> datetime:
    return datetime.now(UTC)


def _robot(platform: str) -> Callable[[Running, Base, str, float], Connector]:
    def make(sandbox: Running, base: Base, secret: str, seconds: float) -> Connector:
        line = Line(base, call_seconds=seconds)
        if platform == "wecom":
            return wecom.Robot(wecom.Settings.from_settings({"key": ROBOT_KEYS[platform]}), line)
        if platform == "dingtalk":
            said = {"access_token": ROBOT_KEYS[platform], "secret": secret}
            return dingtalk.Robot(dingtalk.Settings.from_settings(said), line, _now)
        return feishu.Robot(feishu.Settings.from_settings({"hook": ROBOT_KEYS[platform], "secret": secret}), line, _now)

    return make


def _application(holder: Callable[..., Connector], settings: object, api: type) -> Callable[[Running, Base, str, float], Connector]:
    def make(sandbox: Running, base: Base, secret: str, seconds: float) -> Connector:
        said = Application("trial", secret, corp_id="ww1", app_id="app1", agent_id="1000002", robot_code="")
        tokens = TokensInMemory()
        if secret != WRONG and base.url == sandbox.url:
            # With a token at hand, the situation meets the call that people would see.
            holder(settings, api(said, Line(base), tokens), _now).send(BEFORE, lambda name, value: None)
        return holder(settings, api(said, Line(base, call_seconds=seconds), tokens), _now)

    return make


def _mail(sandbox: Running, base: Base, secret: str, seconds: float) -> Connector:
    port = sandbox.mail_port() if base.url == sandbox.url else int(base.url.rpartition(":")[2])
    server = MailSettings(host="127.0.0.1", port=port, security="none", sender="news@chengjiang.example", seconds=seconds)
    return GroupMail(Mailer(server, "all@chengjiang.example", _now), "装配群", "https://news.example.cn/unsubscribe/group/7/abc")


def _webhook(sandbox: Running, base: Base, secret: str, seconds: float) -> Connector:
    settings = webhook.Settings.from_settings({"url": f"{base.url}/hooks/intranet", "secret": HOOK_SECRETS[secret]})
    return webhook.Endpoint(settings, Line(base, call_seconds=seconds), _now)


def _other(sandbox: Running, base: Base, secret: str, seconds: float) -> Connector:
    host = base.url.removeprefix("http://")
    return Other(OtherSettings.from_settings({"url": f"json://{host}/others/abroad?rto={seconds}"}), ("json://127.0.0.1",))


def _share_kit(sandbox: Running, base: Base, secret: str, seconds: float) -> Connector:
    return ShareKit()


def _account(base: Base, secret: str, seconds: float) -> Client:
    return Client(Credentials("wx0123456789abcdef", secret), Line(base, call_seconds=seconds), TokensInMemory())


def _draft_box(sandbox: Running, base: Base, secret: str, seconds: float) -> Connector:
    return DraftBox(_account(base, secret, seconds))


def _release(sandbox: Running, base: Base, secret: str, seconds: float) -> Connector:
    return Release(_account(base, secret, seconds))


def _edition() -> EditionParcel:
    out = io.BytesIO()
    Image.new("RGB", (900, 383), "#2f5d50").save(out, "JPEG")
    cover = Picture(sha256(out.getvalue()).hexdigest(), out.getvalue(), "image/jpeg")
    article = Article(CARD.title, "<p>除夕夜二十三点，值班员小林放下电话。</p>", cover, "林晓", CARD.digest)
    return EditionParcel("edition-1", (article,))


ROBOT_KEYS = {"wecom": "wecom-key-7f3a", "dingtalk": "ding-token-9b1c", "feishu": "feishu-hook-2d4e"}
EVERYTHING_BUT_SUCCESS = frozenset(SITUATIONS) - {"success"}
SUBJECTS = {
    "wecom_robot": Subject(
        _robot("wecom"), "*", "robot_message", 45002, 45009, ("wecom", ROBOT_KEYS["wecom"]), lacks=frozenset({"wrong"})),
    "dingtalk_robot": Subject(_robot("dingtalk"), "*", "robot_message", 430101, 410100, ("dingtalk", ROBOT_KEYS["dingtalk"])),
    "feishu_robot": Subject(_robot("feishu"), "*", "robot_message", 9499, 11232, ("feishu", ROBOT_KEYS["feishu"])),
    "wecom_app": Subject(
        _application(message.Message, message.Settings(users=("zhang", "li")), WeComApi), "/cgi-bin/message/send",
        "robot_message", 85002, 45009, lacks=frozenset({"gone"})),
    "wecom_chat": Subject(
        _application(chat.Chat, chat.Settings("qs7", "铸件群", "zhang", ("zhang", "li")), WeComApi), "/cgi-bin/appchat/send",
        "robot_message", 45002, 45033, ("wecom", "qs7")),
    "wecom_customer_group": Subject(
        _application(customers.CustomerGroup, customers.Settings("zhang", ("wrOgQh1",)), WeComApi),
        "/cgi-bin/externalcontact/add_msg_template", "customer_task", 41048, 41063, lacks=frozenset({"gone"})),
    "dingtalk_app": Subject(
        _application(dingtalk_app.Group, dingtalk_app.Settings("cidA1b2"), DingTalkApi), "/v1.0/robot/groupMessages/send",
        "robot_message", 40035, 88, ("dingtalk", "cidA1b2")),
    "feishu_app": Subject(
        _application(feishu_app.Group, feishu_app.Settings("oc_1f2e"), FeishuApi), "/open-apis/im/v1/messages",
        "robot_message", 230022, 230020, ("feishu", "oc_1f2e")),
    "email": Subject(
        _mail, "/smtp/data", "letter", 0, lacks=frozenset({"unlisted", "too_fast", "429", "moved", "gone", "page"}),
        faults={"wrong": {"path": "/smtp/rcpt", "act": "refuse"}, "time_out": {"act": "delay", "seconds": 1.5}}),
    "webhook": Subject(
        _webhook, "*", "webhook_received", 422, chat=("webhook", "intranet"), lacks=frozenset({"unlisted", "too_fast"})),
    "apprise": Subject(
        _other, "*", "other_message", 422, lacks=frozenset({"unlisted", "too_fast", "wrong", "gone"})),
    "share_kit": Subject(_share_kit, "", "robot_message", 0, lacks=EVERYTHING_BUT_SUCCESS),
    "draft": Subject(
        _draft_box, "/cgi-bin/draft/add", "draft_added", 45003, 45009, parcel=_edition(), lacks=frozenset({"gone"})),
    "release": Subject(
        _release, "/cgi-bin/freepublish/submit", "publish_submitted", 53503, 45009, parcel=_edition(), lacks=frozenset({"gone"})),
}
