"""The same trip through the API alone: handed in, reviewed by three, scheduled, published, back in twelve groups."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import requests

from publishers.sandbox.running import Running, spawn
from tests import instances
from tests.factories import BODY
from tests.instances import PHONE_AGENT, Instance, wait_until
from tests.pictures import photo


@pytest.fixture
def platforms(tmp_path: Path) -> Iterator[Running]:
    with spawn(tmp_path / "sandbox", 0, "--publish-delay", "0.3", "--fsync", "off") as running:
        yield running


@pytest.fixture
def instance(tmp_path: Path, platforms: Running) -> Iterator[Instance]:
    settings = instances.platforms_at(platforms.url)
    with instances.running(tmp_path / "instance", QUNSHENG_POLL_SECONDS="0.3", **settings) as running:
        instances.with_people(running)
        yield running


@pytest.mark.slow
def test_a_story_goes_the_whole_way_through_the_api(instance: Instance, platforms: Running) -> None:
    slugs = instances.twelve_groups(instance)
    account = instance.done("publisher", "GET", "/accounts")["items"][0]
    assert account["rights"] == {"draft": True, "release": True, "mass_send": True, "statistics": True}
    article = _signed_off_article(instance, slugs[0])
    edition = instance.done("publisher", "POST", "/editions", {
        "account": account["id"], "mode": "release", "articles": [article["id"]],
    })
    before = datetime.now(UTC)
    publish_at = before + timedelta(seconds=3)
    instance.done("publisher", "PUT", f"/editions/{edition['id']}/slot", {"publish_at": publish_at.isoformat()})
    published = wait_until(lambda: _when_published(instance, edition["id"]))
    permalink = published["articles"][0]["permalink"]
    assert permalink.startswith(platforms.url)
    first_call = min(call["at"] for call in platforms.calls("/cgi-bin/media") + platforms.calls("/cgi-bin/draft/add")
                     if call["at"] > before.timestamp())
    assert 0 <= first_call - publish_at.timestamp() <= 2
    shares = wait_until(lambda: _settled_shares(instance, edition["id"]))
    _confirm_kits(instance, shares)
    assert {share["state"] for share in _shares(instance, edition["id"])} == {"sent"}
    assert len(platforms.effects("robot_message")) == 9
    _click_and_count(instance, shares, permalink)
    trail = instance.done("contributor", "GET", f"/articles/{article['id']}/trail")
    assert trail["origin"]


def _signed_off_article(instance: Instance, slug: str) -> dict[str, Any]:
    picture = instance.call("contributor", "POST", "/assets", files={"file": ("a.jpg", photo(), "image/jpeg")}).json()
    article = instance.done("contributor", "POST", "/articles", {
        "title": "七十二小时的试车台", "body": f"{BODY}\n![试车台]({picture['url']})\n", "origin_group": slug,
        "cover": picture["id"],
    })
    instance.done("contributor", "POST", f"/articles/{article['id']}/submission")
    for stage, role in (("review_1", "desk_editor"), ("review_2", "department_head"), ("review_3", "editor_in_chief")):
        said = instance.done(role, "POST", f"/articles/{article['id']}/opinions", {
            "stage": stage, "decision": "approve", "revision": article["revision"],
        })
    assert said["state"] == "signed_off"
    return article


def _when_published(instance: Instance, edition_id: str) -> dict[str, Any] | None:
    edition = instance.done("publisher", "GET", f"/editions/{edition_id}")
    assert edition["state"] in ("scheduled", "publishing", "published"), edition
    return edition if edition["state"] == "published" else None


def _shares(instance: Instance, edition_id: str) -> list[dict[str, Any]]:
    found = instance.done("operator", "GET", f"/deliveries?edition={edition_id}&limit=100")["items"]
    return [delivery for delivery in found if delivery["purpose"] == "share"]


def _settled_shares(instance: Instance, edition_id: str) -> list[dict[str, Any]]:
    shares = _shares(instance, edition_id)
    return shares if len(shares) == 12 and all(share["state"] in ("sent", "accepted") for share in shares) else []


def _confirm_kits(instance: Instance, shares: list[dict[str, Any]]) -> None:
    waiting = [share for share in shares if share["state"] == "accepted"]
    assert len(waiting) == 3
    for share in waiting:
        instance.done("operator", "POST", f"/deliveries/{share['id']}/confirmation")


def _click_and_count(instance: Instance, shares: list[dict[str, Any]], permalink: str) -> None:
    for number, share in enumerate(shares):
        for visitor in range(number % 3 + 1):
            agent = {"User-Agent": f"{PHONE_AGENT} visitor/{visitor}"}
            answer = requests.get(share["link"], headers=agent, allow_redirects=False, timeout=5)
            assert (answer.status_code, answer.headers["Location"]) == (302, permalink)
        requests.get(share["link"], headers={"User-Agent": "curl/8"}, allow_redirects=False, timeout=5)
        requests.get(share["link"], headers={"User-Agent": f"{PHONE_AGENT} visitor/0"}, allow_redirects=False, timeout=5)
        counted = instance.done("operator", "GET", f"/links/{share['link'].rpartition('/')[2]}")
        assert counted["clicks"] == {"people": number % 3 + 1, "robots": 1, "repeats": 1}


@pytest.mark.slow
def test_a_mass_send_gets_its_links_from_the_event(instance: Instance, platforms: Running) -> None:
    slugs = instances.twelve_groups(instance)
    account = instance.done("publisher", "GET", "/accounts")["items"][0]
    listed = instance.done("admin", "POST", "/accounts", {
        "name": "澄江服务", "account_type": "service", "app_id": "wxfedcba9876543210", "app_secret": "right",
        "callback_token": "kanban2026",
    })
    platforms.account("wxfedcba9876543210", callback_url=listed["callback_url"], token="kanban2026")
    assert account["id"] != listed["id"]
    article = _signed_off_article(instance, slugs[0])
    edition = instance.done("publisher", "POST", "/editions", {
        "account": listed["id"], "mode": "mass_send", "articles": [article["id"]], "share_to": [slugs[0], slugs[11]],
    })
    instance.done("publisher", "PUT", f"/editions/{edition['id']}/slot", {"publish_at": datetime.now(UTC).isoformat()})
    published = wait_until(lambda: _when_published(instance, edition["id"]), 40)
    assert published["articles"][0]["permalink"].startswith(platforms.url)
    shares = wait_until(lambda: _shares(instance, edition["id"]))
    assert {share["target"]["name"] for share in shares} == {"第1车间群", "第12车间群"}
    assert len(platforms.effects("mass_sent")) == 1
