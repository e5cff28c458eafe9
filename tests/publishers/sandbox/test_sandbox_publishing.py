"""Publishing and mass send: a task first, the result later, and the draft used up by it."""

from __future__ import annotations

import time

import pytest

from publishers.sandbox.running import Running

APP_ID = "wx00000000000000a1"


def submit(client) -> tuple[str, str]:
    media_id = client.draft()
    said = client.ask("freepublish/submit", {"media_id": media_id})
    assert said["errcode"] == 0
    return media_id, said["publish_id"]


def test_a_task_ends_after_its_delay_with_a_permalink(client, sandbox: Running):
    sandbox.settings(publish_delay=0.3)
    media_id, publish_id = submit(client)
    under_way = client.ask("freepublish/get", {"publish_id": publish_id})
    assert under_way["publish_status"] == 1 and "article_id" not in under_way
    (submitted,), (published,) = sandbox.effects("publish_submitted"), sandbox.wait_for("published")
    assert published["at"] - submitted["at"] >= 0.3
    done = client.ask("freepublish/get", {"publish_id": publish_id})
    assert done["publish_status"] == 0
    page = client.session.get(done["article_detail"]["item"][0]["article_url"], timeout=10)
    assert page.status_code == 200 and "检修班的灯" in page.text


def test_the_draft_is_used_up(client):
    media_id, _ = submit(client)
    assert client.ask("draft/get", {"media_id": media_id})["errcode"] == 40007
    assert client.ask("freepublish/submit", {"media_id": media_id})["errcode"] == 40007


def test_published_articles_can_be_listed_read_and_deleted(client, sandbox: Running):
    media_id = client.draft(client.article(title="头条"), client.article(title="次条"))
    client.ask("freepublish/submit", {"media_id": media_id})
    sandbox.wait_for("published")
    (item,) = client.ask("freepublish/batchget", {"offset": 0, "count": 20})["item"]
    assert [news["title"] for news in item["content"]["news_item"]] == ["头条", "次条"]
    assert client.ask("freepublish/delete", {"article_id": item["article_id"], "index": 2})["errcode"] == 0
    article = client.ask("freepublish/getarticle", {"article_id": item["article_id"]})
    assert [news["is_deleted"] for news in article["news_item"]] == [False, True]
    assert "已被发布者删除" in client.session.get(article["news_item"][1]["url"], timeout=10).text
    assert client.ask("freepublish/delete", {"article_id": item["article_id"]})["errcode"] == 0
    assert client.ask("freepublish/batchget", {"offset": 0, "count": 20})["total_count"] == 0
    assert client.ask("freepublish/getarticle", {"article_id": "none"})["errcode"] == 53600


@pytest.mark.parametrize("status", [2, 3, 4])
def test_a_task_can_fail_and_gives_the_draft_back(client, sandbox: Running, status: int):
    sandbox.fault("/cgi-bin/freepublish/submit", "result", code=status)
    media_id, publish_id = submit(client)
    sandbox.wait_for("publish_failed")
    assert client.ask("freepublish/get", {"publish_id": publish_id})["publish_status"] == status
    assert "news_item" in client.ask("draft/get", {"media_id": media_id})
    assert sandbox.effects("published") == []


def test_the_right_to_publish_can_be_withdrawn(client, sandbox: Running):
    sandbox.account(APP_ID, rights={"freepublish": False, "mass": False})
    media_id = client.draft()
    assert client.ask("freepublish/submit", {"media_id": media_id})["errcode"] == 48001
    assert client.ask("message/mass/get", {"msg_id": 1})["errcode"] == 48001


def mass(media_id: str, **more: object) -> dict[str, object]:
    return {"filter": {"is_to_all": True}, "mpnews": {"media_id": media_id}, "msgtype": "mpnews", **more}


def test_mass_send_knows_its_key(client, sandbox: Running):
    sandbox.settings(clientmsgid_seconds=0.2)
    body = mass(client.draft(), clientmsgid="9f6d2c0b0a7e4f0f8f0e4b1c2d3e4f50")
    sent = client.ask("message/mass/sendall", body)
    assert sent["errcode"] == 0
    (effect,) = sandbox.effects("mass_submitted")
    assert client.ask("message/mass/sendall", body)["errcode"] == 45066
    while time.time() < effect["at"] + 0.2:
        sandbox.wait_for("mass_sent")
    again = client.ask("message/mass/sendall", body)
    assert (again["errcode"], again["msg_id"]) == (45065, sent["msg_id"])
    assert client.ask("message/mass/get", {"msg_id": sent["msg_id"]})["msg_status"] == "SEND_SUCCESS"
    assert len(sandbox.effects("mass_sent")) == 1
    assert client.ask("message/mass/sendall", mass("x", clientmsgid="k" * 33))["errcode"] == 45067


def test_mass_quota(client, sandbox: Running):
    sandbox.account(APP_ID, mass_per_day=1)
    assert client.ask("message/mass/sendall", mass(client.draft()))["errcode"] == 0
    assert client.ask("message/mass/sendall", mass(client.draft()))["errcode"] == 45028


def test_mass_preview_leaves_the_draft_and_delete_counts_from_one(client, sandbox: Running):
    media_id = client.draft()
    assert client.ask("message/mass/preview", mass(media_id, towxname="linxiao"))["errcode"] == 0
    msg_id = client.ask("message/mass/sendall", mass(media_id))["msg_id"]
    sandbox.wait_for("mass_sent")
    assert client.ask("message/mass/delete", {"msg_id": msg_id, "article_idx": 2})["errcode"] == 40060
    assert client.ask("message/mass/delete", {"msg_id": msg_id, "article_idx": 1})["errcode"] == 0
    assert client.ask("message/mass/get", {"msg_id": msg_id})["msg_status"] == "DELETE"


def test_counters_and_quota(client, sandbox: Running):
    for _ in range(3):
        client.ask("draft/count")
    quota = client.ask("openapi/quota/get", {"cgi_path": "/cgi-bin/draft/count"})["quota"]
    assert quota == {"daily_limit": 1000, "used": 3, "remain": 997}
    assert sandbox.control("GET", "usage")["usage"][APP_ID]["/cgi-bin/draft/count"] == 3


def test_polling_is_rationed_when_told(client, sandbox: Running):
    sandbox.settings(quotas=True)
    codes = [client.ask("freepublish/get", {"publish_id": "1"})["errcode"] for _ in range(101)]
    assert codes.count(53502) == 100 and codes[-1] == 45009


def test_figures(client):
    said = client.ask("/datacube/getbizsummary", {"begin_date": "2026-01-05", "end_date": "2026-01-07"})
    assert [day["ref_date"] for day in said["list"]] == ["2026-01-05", "2026-01-06", "2026-01-07"]
    assert said == client.ask("/datacube/getbizsummary", {"begin_date": "2026-01-05", "end_date": "2026-01-07"})
    assert client.ask("/datacube/getusersummary", {"begin_date": "bad", "end_date": "2026-01-07"})["errcode"] == 61500


def test_a_draft_may_stay_until_its_task_has_succeeded_and_serves_once(client, sandbox: Running):
    sandbox.settings(keeps_draft=True, publish_delay=0.3)
    media_id, publish_id = submit(client)
    assert "news_item" in client.ask("draft/get", {"media_id": media_id})
    second = client.ask("freepublish/submit", {"media_id": media_id})["publish_id"]
    sandbox.wait_for("published")
    sandbox.wait_for("publish_failed")
    assert client.ask("draft/get", {"media_id": media_id})["errcode"] == 40007
    assert client.ask("freepublish/get", {"publish_id": publish_id})["publish_status"] == 0
    assert client.ask("freepublish/get", {"publish_id": second})["publish_status"] == 3


def test_the_list_may_lag(client, sandbox: Running):
    sandbox.settings(list_seconds=60)
    submit(client)
    sandbox.wait_for("published")
    assert client.ask("freepublish/batchget", {"offset": 0, "count": 20})["total_count"] == 0
    sandbox.clock(forward=61)
    assert client.ask("freepublish/batchget", {"offset": 0, "count": 20})["total_count"] == 1
