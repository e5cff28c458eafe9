"""One contract for every connector, kept against the simulated platforms: what was seen, what was said, never twice."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from hashlib import sha256

import pytest
from PIL import Image

from publishers.connector import (
    Absent,
    Article,
    CannotTell,
    Card,
    Connector,
    EditionParcel,
    Failure,
    Found,
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
from publishers.dingtalk import robot as dingtalk
from publishers.feishu import robot as feishu
from publishers.net import Base, Line
from publishers.sandbox.running import Running
from publishers.sandbox.server import start
from publishers.share_kit import ShareKit
from publishers.tokens import TokensInMemory
from publishers.webhook import endpoint as webhook
from publishers.wechat.client import Client
from publishers.wechat.draft import DraftBox
from publishers.wechat.release import Release
from publishers.wechat.tokens import Credentials
from publishers.wecom import robot as wecom

CARDS = (
    Card("调度大厅的除夕夜", "https://news.example.cn/s/ab12", "四百多趟列车、三十七块大屏、一顿凉了又热的饺子。"),
    Card("新站房开建", "https://news.example.cn/s/cd34", "明年国庆前，候车面积将翻一番。"),
)
ONE = LinkParcel("share-1", CARDS[:1], words="本期头条来自调度所")
SEVERAL = LinkParcel("share-2", CARDS, words="本期共两篇")
NOTE = NoteParcel("note-1", "有一篇稿子等你审", "《调度大厅的除夕夜》已到二审。", "https://news.example.cn/articles/12")
KEYS = {"wecom": "wecom-key-7f3a", "dingtalk": "ding-token-9b1c", "feishu": "feishu-hook-2d4e"}
SECRET = "SEC0123456789abcdef"
WEBHOOK_SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"


@dataclass
class Trial:
    """A connector, what it is given, and where the sandbox shows what came of it."""

    connector: Connector
    parcel: Parcel
    path: str
    effect: str
    refusal: int
    busy: type[Failure] = OutcomeUnknown
    by_status: bool = False
    """Whether the HTTP status is the whole answer: 2xx is a success, and a failure of the server may be repeated."""


@pytest.fixture(scope="module")
def platforms(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    with start(tmp_path_factory.mktemp("sandbox"), fsync=False, publish_delay=0.05) as running:
        yield running


@pytest.fixture
def sandbox(platforms: Running) -> Running:
    platforms.reset()
    platforms.settings(rate_limits=False, fsync=False, publish_delay=0.05)
    return platforms


def now() -> datetime:
    return datetime.now(UTC)


def line_to(sandbox: Running, seconds: float = 10.0) -> Line:
    return Line(Base(sandbox.url), call_seconds=seconds)


def robot(platform: str, line: Line, secret: str = "", keyword: str = "", key: str = "") -> Connector:
    key = key or KEYS[platform]
    if platform == "wecom":
        return wecom.Robot(wecom.Settings.from_settings({"key": key}), line)
    more = {"secret": secret, "keyword": keyword}
    if platform == "dingtalk":
        return dingtalk.Robot(dingtalk.Settings.from_settings({"access_token": key, **more}), line, now)
    return feishu.Robot(feishu.Settings.from_settings({"hook": key, **more}), line, now)


def robot_trial(platform: str, refusal: int) -> Callable[[Line], Trial]:
    # The sandbox says "busy" in Feishu's words, 11232, which stands for "certainly not taken".
    busy = TryLater if platform == "feishu" else OutcomeUnknown
    return lambda line: Trial(robot(platform, line), ONE, "*", "robot_message", refusal, busy)


def cover() -> Picture:
    out = io.BytesIO()
    Image.new("RGB", (900, 383), "#2f5d50").save(out, "JPEG")
    return Picture(sha256(out.getvalue()).hexdigest(), out.getvalue(), "image/jpeg")


def edition() -> EditionParcel:
    article = Article(CARDS[0].title, "<p>除夕夜二十三点，值班员小林放下电话。</p>", cover(), "林晓", CARDS[0].digest)
    return EditionParcel("edition-1", (article,))


def draft_trial(line: Line) -> Trial:
    client = Client(Credentials("wx0123456789abcdef", "right"), line, TokensInMemory())
    return Trial(DraftBox(client), edition(), "/cgi-bin/draft/add", "draft_added", 45003, TryLater)


def release_trial(line: Line) -> Trial:
    client = Client(Credentials("wx0123456789abcdef", "right"), Line(line.base), TokensInMemory())
    memory: dict[str, str] = {}
    DraftBox(client).send(edition(), memory.__setitem__)
    client = Client(Credentials("wx0123456789abcdef", "right"), line, TokensInMemory())
    return Trial(
        Release(client), replace(edition(), memory=memory), "/cgi-bin/freepublish/submit", "publish_submitted", 53503
    )


def webhook_trial(line: Line) -> Trial:
    settings = webhook.Settings.from_settings({"url": f"{line.base.url}/hooks/intranet", "secret": WEBHOOK_SECRET})
    return Trial(webhook.Endpoint(settings, line, now), ONE, "*", "webhook_received", 422, TryLater, by_status=True)


TRIALS = {
    "wecom": robot_trial("wecom", 45002),
    "dingtalk": robot_trial("dingtalk", 430101),
    "feishu": robot_trial("feishu", 9499),
    "webhook": webhook_trial, "draft": draft_trial, "release": release_trial,
}
ROBOTS = ("wecom", "dingtalk", "feishu")


@pytest.fixture(params=TRIALS)
def make(request: pytest.FixtureRequest) -> Callable[[Line], Trial]:
    return TRIALS[request.param]


def send(trial: Trial) -> Receipt | Failure:
    """What the connector says; whatever it is, no key or secret may stand in it."""
    try:
        said: Receipt | Failure = trial.connector.send(trial.parcel, lambda name, value: None)
    except Failure as failure:
        said = failure
        assert said.reason and said.__cause__ is None
    assert not any(secret in f"{said!r} {said}" for secret in (*KEYS.values(), SECRET, WEBHOOK_SECRET, "127.0.0.1"))
    return said


def seen(sandbox: Running, trial: Trial) -> int:
    return len(sandbox.effects(trial.effect))


def test_a_refusal_has_no_effect(sandbox: Running, make: Callable[[Line], Trial]) -> None:
    trial = make(line_to(sandbox))
    sandbox.fault(trial.path, "refuse", errcode=trial.refusal)
    said = send(trial)
    assert isinstance(said, Refused)
    assert said.code == str(trial.refusal)
    assert seen(sandbox, trial) == 0


def test_busy(sandbox: Running, make: Callable[[Line], Trial]) -> None:
    trial = make(line_to(sandbox))
    sandbox.fault(trial.path, "busy")
    assert type(send(trial)) is trial.busy


@pytest.mark.parametrize(
    ("act", "more", "effects"),
    [
        ("drop_before", {}, 0), ("drop_before", {"reset": True}, 0),
        ("drop_after", {}, 1), ("drop_after", {"reset": True}, 1),
        ("truncate", {}, 1), ("html", {}, 1), ("html", {"effect": False}, 0),
        ("status", {"code": 502}, 0), ("status", {"code": 502, "effect": True}, 1), ("status", {"code": 500}, 0),
    ],
)
def test_doubt_is_an_unknown_outcome_after_a_single_call(
    sandbox: Running, make: Callable[[Line], Trial], act: str, more: dict[str, object], effects: int
) -> None:
    trial = make(line_to(sandbox))
    sandbox.fault(trial.path, act, **more)
    if trial.by_status and act == "html":
        assert isinstance(send(trial), Receipt)
    else:
        assert type(send(trial)) is (trial.busy if trial.by_status and act == "status" else OutcomeUnknown)
    assert seen(sandbox, trial) == effects
    assert sandbox.faults() == []


def test_what_is_found_out_agrees_with_what_was_seen(sandbox: Running, make: Callable[[Line], Trial]) -> None:
    for act, effects in (("drop_before", 0), ("drop_after", 1)):
        sandbox.reset()
        trial = make(line_to(sandbox))
        sandbox.fault(trial.path, act)
        memory = dict(trial.parcel.memory)
        with pytest.raises(OutcomeUnknown):
            trial.connector.send(trial.parcel, memory.__setitem__)
        reading = trial.connector.find_out(replace(trial.parcel, memory=memory))
        if trial.connector.abilities.repeats_safely:
            assert reading == Absent()
            trial.connector.send(replace(trial.parcel, memory=memory), memory.__setitem__)
            assert seen(sandbox, trial) == 1
            continue
        if trial.connector.abilities.reads_back:
            assert not isinstance(reading, Absent if effects else Found)
        else:
            assert isinstance(reading, CannotTell) and reading.final


@pytest.mark.parametrize("platform", ROBOTS)
@pytest.mark.parametrize("parcel", [ONE, SEVERAL, NOTE])
def test_every_parcel_reaches_the_group(sandbox: Running, platform: str, parcel: Parcel) -> None:
    robot(platform, line_to(sandbox)).send(parcel, lambda name, value: None)
    [effect] = sandbox.effects("robot_message")
    shown = str(effect["bubble"])
    if isinstance(parcel, LinkParcel):
        assert all(card.url in shown and card.title in shown for card in parcel.cards)
        assert parcel.words in shown
    else:
        assert NOTE.subject in shown and NOTE.url in shown
    assert (effect["platform"], effect["key"]) == (platform, KEYS[platform])


@pytest.mark.parametrize("platform", ["dingtalk", "feishu"])
@pytest.mark.parametrize("parcel", [ONE, SEVERAL, NOTE])
def test_signature_and_keyword(sandbox: Running, platform: str, parcel: Parcel) -> None:
    sandbox.chat(platform, KEYS[platform], secret=SECRET, keyword="群声")
    robot(platform, line_to(sandbox), SECRET, "群声").send(parcel, lambda name, value: None)
    assert len(sandbox.effects("robot_message")) == 1


@pytest.mark.parametrize("platform", ["dingtalk", "feishu"])
@pytest.mark.parametrize(("secret", "keyword", "word"), [("SECwrong", "群声", SwitchedOff), ("", "群声", SwitchedOff),
                                                         (SECRET, "", Refused)])
def test_wrong_secret_or_keyword(
    sandbox: Running, platform: str, secret: str, keyword: str, word: type[Failure]
) -> None:
    sandbox.chat(platform, KEYS[platform], secret=SECRET, keyword="群声")
    trial = Trial(robot(platform, line_to(sandbox), secret, keyword), ONE, "*", "robot_message", 0)
    assert type(send(trial)) is word
    assert seen(sandbox, trial) == 0


@pytest.mark.parametrize("platform", ROBOTS)
@pytest.mark.parametrize("state", ["stopped", "removed", "dissolved"])
def test_a_robot_that_is_gone(sandbox: Running, platform: str, state: str) -> None:
    sandbox.chat(platform, KEYS[platform], state=state)
    trial = Trial(robot(platform, line_to(sandbox)), ONE, "*", "robot_message", 0)
    assert type(send(trial)) is SwitchedOff
    assert seen(sandbox, trial) == 0


@pytest.mark.parametrize(("platform", "most", "after"), [("wecom", 20, 60), ("dingtalk", 20, 600), ("feishu", 5, 60)])
def test_too_fast(sandbox: Running, platform: str, most: int, after: float) -> None:
    sandbox.settings(rate_limits=True)
    trial = Trial(robot(platform, line_to(sandbox)), ONE, "*", "robot_message", 0)
    said = [send(trial) for _ in range(most + 1)]
    assert all(isinstance(one, Receipt) for one in said[:most])
    last = said[-1]
    assert isinstance(last, TryLater)
    assert (last.after, last.whole_channel) == (after, True)
    assert seen(sandbox, trial) == most


@pytest.mark.parametrize("platform", ROBOTS)
def test_too_many_requests(sandbox: Running, platform: str) -> None:
    sandbox.fault("*", "status", code=429)
    trial = Trial(robot(platform, line_to(sandbox)), ONE, "*", "robot_message", 0)
    said = send(trial)
    assert isinstance(said, TryLater) and said.whole_channel


@pytest.mark.parametrize("platform", ROBOTS)
@pytest.mark.parametrize(
    "parcel",
    [
        LinkParcel("m", ()), LinkParcel("m", CARDS[:1] * 9), LinkParcel("m", (Card("", CARDS[0].url),)),
        LinkParcel("m", (Card("标题", "javascript:alert(1)"),)), LinkParcel("m", (Card("标题", "https://a b"),)),
        LinkParcel("m", (Card("标题", "https://[::1"),)), LinkParcel("m", (Card("标题", "https://a/" + "x" * 2048),)),
        edition(),
    ],
)
def test_what_no_platform_would_take_is_not_even_sent(sandbox: Running, platform: str, parcel: Parcel) -> None:
    trial = Trial(robot(platform, line_to(sandbox)), parcel, "*", "robot_message", 0)
    assert type(send(trial)) is Refused
    assert sandbox.calls() == []


@pytest.mark.parametrize("platform", ROBOTS)
def test_nobody_is_called_by_a_headline(sandbox: Running, platform: str) -> None:
    evil = '@所有人 <@all> <at id=all></at><at user_id="all">所有人</at>\u2028\x00\ud83d'
    card = Card(evil, CARDS[0].url, evil)
    line = line_to(sandbox)
    for parcel in (LinkParcel("a", (card,), evil), LinkParcel("b", (card, card), evil), NoteParcel("c", evil, evil)):
        robot(platform, line).send(parcel, lambda name, value: None)
    for effect in sandbox.effects("robot_message"):
        body = str(effect["body"])
        assert not any(call in body for call in ("@所有人", "@all", "<at", "<@", "isAtAll': True"))


def test_a_share_kit_waits_for_a_person() -> None:
    trial = Trial(ShareKit(), ONE, "", "", 0)
    said = send(trial)
    assert isinstance(said, Receipt)
    assert (said.final, said.awaiting) == (False, "person")
    assert trial.connector.find_out(ONE) == Absent()
