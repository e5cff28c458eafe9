"""A whole instance against platforms that somebody else simulated: their manners differ, answers get lost, processes die."""

from __future__ import annotations

import itertools
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import requests

from tests import instances
from tests.factories import BODY
from tests.instances import Instance, wait_until
from tests.pictures import photo
from tests.strangers import running
from tests.strangers.manners import LOSSES, Fault, Manners
from tests.strangers.running import Strangers

pytestmark = pytest.mark.slow
CALL, SETTLE, POLL = 1.0, 0.3, 0.3
DONE = ("sent", "refused", "called_off", "needs_person")

PLAIN = Manners(content_type="text/plain", control_characters=True, token_lives=345)
LATE_EATER = Manners(
    consumes="finish", job_seconds=3, numeric_ids=False, links="short", details="single", lists_covers=False,
    success_code=False, events=(0.0, 0.3, 0.3),
)
POOR = Manners(
    consumes="later", links="local", details="none", lists_without_content=False, page=3, token_lives=60, rotates=True,
    missing=frozenset({"draft/get"}), missing_status=200,
)
HASTY = Manners(job_seconds=0, events=(0.0,), token_length=1800, missing=frozenset({"freepublish/getarticle"}))
STUCK = Manners(job_seconds=3600)
ACCOUNTS = {"plain": PLAIN, "late": LATE_EATER, "poor": POOR, "hasty": HASTY, "noright": PLAIN, "quota": PLAIN, "stuck": STUCK}

LOST = [Fault(loss) for loss in LOSSES]
UNDONE = [Fault(loss, effect=False) for loss in ("hold", "reset", "html", "fault", "busy")]
SOME = [Fault("hold"), Fault("reset"), Fault("html", effect=False), Fault("busy")]
ROBOT_CODES = {
    "wecom": (45009, 93000, -1), "dingtalk": (130101, 310000, 300001), "feishu": (9499, 11232, 19024, 19021, 19022),
}


@dataclass
class Story:
    """One edition of one article, what goes wrong with it, and where it is to be shared."""

    account: str
    submit: Fault | None = None
    draft: Fault | None = None
    outcome: int = 0
    groups: list[str] = field(default_factory=list)
    title: str = ""
    edition: str = ""


@pytest.fixture
def strangers() -> Iterator[Strangers]:
    with running.running(hold=2 * CALL) as server:
        for name, manners in ACCOUNTS.items():
            server.account(f"wx{name}", manners)
        yield server


@pytest.fixture
def instance(tmp_path: Path, strangers: Strangers) -> Iterator[Instance]:
    settings = instances.platforms_at(strangers.url) | {
        "QUNSHENG_CALL_SECONDS": str(CALL), "QUNSHENG_SETTLE_SECONDS": str(SETTLE), "QUNSHENG_POLL_SECONDS": str(POLL),
    }
    with instances.running(tmp_path / "instance", **settings) as up:
        instances.with_people(up)
        yield up


def test_p3_p4_whatever_a_strange_platform_does_nothing_appears_twice_and_nothing_is_lost(
    instance: Instance, strangers: Strangers
) -> None:
    accounts = _accounts(instance, strangers)
    stories = _stories()
    _hand_round(stories, _groups(instance, strangers))
    _write(instance, strangers, accounts, stories)
    _kill(instance)
    went = {story.title: wait_until(lambda story=story: _ended(instance, story), 150, 0.5) for story in stories}
    _kill(instance)
    for account in strangers.accounts.values():
        assert not _twice(account.published)
    for story in stories:
        _judge(instance, strangers, story, went[story.title])
    _settle_shares(instance, strangers, stories)
    assert not _twice(_posts(strangers, stories))


def _stories() -> list[Story]:
    drafts: Iterator[Fault | None] = itertools.cycle([None, *LOST, *UNDONE])
    stories = [Story("plain", fault, next(drafts)) for fault in (*LOST, *UNDONE, Fault(None, code=40001))]
    stories += [Story(name, fault, next(drafts)) for name in ("late", "poor", "hasty") for fault in (None, *SOME)]
    stories += [Story("plain", outcome=status) for status in (2, 3, 4)]
    stories += [Story("noright", Fault(None, code=48001)), Story("quota", Fault(None, code=53501))]
    stories += [Story("stuck", Fault("reset")), Story("stuck", Fault("html"))]
    for number, story in enumerate(stories, start=1):
        story.title = f"第{number:02d}号试车台连续运转七十二小时"
    return stories


def _accounts(instance: Instance, strangers: Strangers) -> dict[str, str]:
    made = {}
    for name in ACCOUNTS:
        said = instance.done("admin", "POST", "/accounts", {
            "name": f"澄江机电 {name}", "account_type": "subscription", "app_id": f"wx{name}", "app_secret": "right",
            "callback_token": "kanban2026",
        })
        assert said["rights"]["draft"] and said["rights"]["release"], said
        made[name] = said["id"]
        strangers.callbacks[f"wx{name}"] = said["callback_url"]
    return made


def _groups(instance: Instance, strangers: Strangers) -> list[str]:
    """A group for every loss and every error code on every platform; returns the slugs."""
    slugs = []
    for platform, codes in ROBOT_CODES.items():
        faults = [None, *LOST, Fault("hold", effect=False), Fault("reset", effect=False),
                  *(Fault(None, code=code) for code in codes)]
        for number, fault in enumerate(faults):
            key = f"{number:08d}-0000-4bc4-97a0-0ec2f1fa5aaa"
            connector = {
                "wecom": {"kind": "wecom_robot", "key": key},
                "dingtalk": {"kind": "dingtalk_robot", "access_token": key.replace("-", "") * 2},
                "feishu": {"kind": "feishu_robot", "hook": key},
            }[platform]
            slug = f"{platform}-{number}"
            instance.done("operator", "POST", "/groups", {
                "name": f"{platform} 第{number}班组群", "slug": slug, "kind": "training", "connector": connector,
            })
            if fault is not None:
                secret = str(connector.get("access_token") or key)
                strangers.plan.put("robot", f"{platform} {secret}", fault)
            slugs.append(slug)
    return slugs


def _hand_round(stories: Sequence[Story], slugs: Sequence[str]) -> None:
    """Every group gets two shares at least, of different editions."""
    for number, slug in enumerate((*slugs, *slugs)):
        stories[number % (len(stories) - 8)].groups.append(slug)


def _write(instance: Instance, strangers: Strangers, accounts: dict[str, str], stories: Sequence[Story]) -> None:
    picture = instance.call("contributor", "POST", "/assets", files={"file": ("a.jpg", photo(), "image/jpeg")}).json()
    for story in stories:
        if story.submit is not None:
            strangers.plan.put("freepublish/submit", story.title, story.submit)
        if story.draft is not None:
            strangers.plan.put("draft/add", story.title, story.draft)
        if story.outcome:
            strangers.plan.outcomes[story.title] = [story.outcome]
    with ThreadPoolExecutor(3) as pool:
        list(pool.map(lambda story: _schedule(instance, accounts[story.account], story, picture), stories))


def _schedule(instance: Instance, account: str, story: Story, picture: dict[str, Any]) -> None:
    article = instance.done("contributor", "POST", "/articles", {
        "title": story.title, "body": f"{BODY}\n![试车台]({picture['url']})\n", "origin_group": "wecom-0",
    })
    instance.done("contributor", "POST", f"/articles/{article['id']}/submission")
    for stage, role in (("review_1", "desk_editor"), ("review_2", "department_head"), ("review_3", "editor_in_chief")):
        instance.done(role, "POST", f"/articles/{article['id']}/opinions", {
            "stage": stage, "decision": "approve", "revision": article["revision"],
        })
    story.edition = instance.done("publisher", "POST", "/editions", {
        "account": account, "mode": "release", "articles": [article["id"]], "share_to": story.groups or ["wecom-0"],
    })["id"]
    instance.done("publisher", "PUT", f"/editions/{story.edition}/slot", {"publish_at": datetime.now(UTC).isoformat()})


def _kill(instance: Instance) -> None:
    for name in ("worker", "web", "worker"):
        before = instance.pid(name)
        instance.kill(name)
        wait_until(lambda name=name, before=before: instance.pid(name) != before)
    wait_until(lambda: _web_process(instance), 40)


def _web_process(instance: Instance) -> bool:
    """Whether the web process of now answers, and no orphan of the one that was killed holds the port."""
    try:
        return all(
            requests.get(f"{instance.url}/readyz", timeout=2, headers={"Connection": "close"}).ok and not time.sleep(0.2)
            for _ in range(10)
        )
    except requests.RequestException:
        return False


def _deliveries(instance: Instance, story: Story) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = instance.done("publisher", "GET", f"/deliveries?edition={story.edition}&limit=100")["items"]
    return found


def _ended(instance: Instance, story: Story) -> list[dict[str, Any]]:
    """Every delivery of this edition once none of them is under way any more."""
    try:
        found = _deliveries(instance, story)
    except requests.ConnectionError:
        return []
    own = [delivery for delivery in found if delivery["purpose"] != "share"]
    if any(delivery["state"] in ("refused", "needs_person") for delivery in own):
        return found
    return found if all(map(_rests, found)) else []


def _rests(delivery: dict[str, Any]) -> bool:
    later = datetime.now(UTC) + timedelta(seconds=45)
    held = delivery["state"] == "waiting" and datetime.fromisoformat(delivery["due_at"]) > later
    by_person = delivery["state"] == "accepted" and delivery["awaiting"] == "person"
    return delivery["state"] in DONE or by_person or held


def _judge(instance: Instance, strangers: Strangers, story: Story, found: list[dict[str, Any]]) -> None:
    edition = instance.done("publisher", "GET", f"/editions/{story.edition}")
    account = strangers.accounts[f"wx{story.account}"]
    last = next(delivery for delivery in reversed(found) if delivery["purpose"] == "release")
    seen = (story, edition, last)
    if story.account == "stuck":
        assert (last["state"], edition["state"]) == ("needs_person", "needs_person"), seen
        _decide(instance, story, last)
    elif story.account == "quota":
        assert last["state"] == "waiting" and not account.published, seen
    elif story.account == "noright":
        _publish_by_hand(instance, story, last)
    elif story.outcome:
        assert (last["state"], edition["state"]) == ("refused", "refused"), seen
        _try_again(instance, strangers, story, last)
    else:
        assert (last["state"], edition["state"]) == ("sent", "published"), seen
        assert [one["permalink"] for one in edition["articles"]] == account.links[story.title], seen


def _decide(instance: Instance, story: Story, delivery: dict[str, Any]) -> None:
    sent = story.submit == Fault("reset")
    link = "http://mp.weixin.qq.com/s?__biz=MzI2MzQ3&mid=1&idx=1&sn=a1#rd"
    instance.done("publisher", "POST", f"/deliveries/{delivery['id']}/resolution", {
        "outcome": "sent" if sent else "drop", "reason": "在公众号后台看过", **({"permalink": link} if sent else {}),
    })
    edition = instance.done("publisher", "GET", f"/editions/{story.edition}")
    assert (edition["state"] == "published") == sent, edition


def _publish_by_hand(instance: Instance, story: Story, delivery: dict[str, Any]) -> None:
    assert (delivery["state"], delivery["awaiting"]) == ("accepted", "person"), (story, delivery)
    instance.done("publisher", "POST", f"/deliveries/{delivery['id']}/confirmation", {
        "permalink": "https://mp.weixin.qq.com/s/AbCdEfGh_1",
    })
    assert instance.done("publisher", "GET", f"/editions/{story.edition}")["state"] == "published"


def _try_again(instance: Instance, strangers: Strangers, story: Story, delivery: dict[str, Any]) -> None:
    """After an unexplained failure the draft is still there, and one more try succeeds; a judgement stands."""
    instance.done("publisher", "POST", f"/deliveries/{delivery['id']}/retry")
    wanted = "sent" if story.outcome == 3 else "refused"
    wait_until(lambda: _state(instance, delivery["id"]) == wanted)
    assert strangers.accounts["wxplain"].published.count(story.title) == (1 if story.outcome == 3 else 0)


def _state(instance: Instance, delivery_id: str) -> str:
    return str(instance.done("publisher", "GET", f"/deliveries/{delivery_id}")["state"])


def _settle_shares(instance: Instance, strangers: Strangers, stories: Sequence[Story]) -> None:
    """A robot's lost answer is for a person to decide: every outcome leads out, and only "it did not" sends."""
    answers = itertools.cycle(("sent", "not_sent", "drop"))
    undecided = [
        delivery for story in stories for delivery in wait_until(lambda story=story: _ended(instance, story), 30, 0.3)
        if delivery["purpose"] == "share" and delivery["state"] == "needs_person"
    ]
    assert len(undecided) >= 20
    posted = Counter(key for key, _ in strangers.robots.messages)
    for delivery, said in zip(undecided, answers, strict=False):
        outcome = said if said != "not_sent" or not _stands(strangers, delivery) else "sent"
        instance.done("publisher", "POST", f"/deliveries/{delivery['id']}/resolution", {
            "outcome": outcome, "reason": "在群里看过",
        })
        wanted = {"sent": ("sent",), "not_sent": ("sent", "waiting"), "drop": ("called_off",)}[outcome]
        wait_until(lambda delivery=delivery, wanted=wanted: _state(instance, delivery["id"]) in wanted)
    assert Counter(key for key, _ in strangers.robots.messages) >= posted


def _stands(strangers: Strangers, delivery: dict[str, Any]) -> bool:
    return any(delivery["link"] in text for _, text in strangers.robots.messages)


def _posts(strangers: Strangers, stories: Sequence[Story]) -> list[str]:
    """Which article was posted to which robot, from the journal."""
    return [f"{key} {story.title}" for key, text in strangers.robots.messages for story in stories if story.title in text]


def _twice(entries: Sequence[str]) -> list[str]:
    return [entry for entry, times in Counter(entries).items() if times > 1]
