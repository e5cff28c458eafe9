"""A clock that can be moved governs tokens, quotas, tasks, confirmations and figures."""

from __future__ import annotations

import pytest

from publishers.sandbox.running import Running

APP_ID = "wx00000000000000a1"
NOON = "2026-11-20T12:00:00+08:00"
DAY = 86400.0


def mass(client, sandbox: Running, **more: object) -> dict[str, object]:
    """A mass send of a new draft, with a token that lives now."""
    client.token = client.stable()["access_token"]
    body = {"filter": {"is_to_all": True}, "msgtype": "mpnews", "mpnews": {"media_id": client.draft()}, **more}
    return client.ask("message/mass/sendall", body)


def publish(client, sandbox: Running, at: str) -> None:
    sandbox.clock(at=at)
    client.token = client.stable()["access_token"]
    client.ask("freepublish/submit", {"media_id": client.draft()})
    sandbox.wait_for("published")


def figures(client, sandbox: Running, name: str, first: str, last: str = "") -> dict[str, object]:
    client.token = client.stable()["access_token"]
    return client.ask(f"/datacube/{name}", {"begin_date": first, "end_date": last or first})


def test_the_clock_moves_both_ways_and_stays_moved(client, sandbox: Running):
    there = sandbox.clock(at=NOON)
    assert sandbox.clock(forward=60) == pytest.approx(there + 60, abs=5)
    assert sandbox.clock(at=there - DAY) < there
    assert sandbox.control("GET", "clock")["offset"] == sandbox.control("GET", "settings")["clock_offset"]


def test_a_token_dies_in_its_time(client, sandbox: Running):
    sandbox.clock(forward=7201)
    assert client.ask("draft/count")["errcode"] == 42001


@pytest.mark.parametrize(("kind", "held"), [("personal", False), ("unverified", False), ("subscription", True), ("service", True)])
def test_kinds_of_accounts_hold_their_rights(client, sandbox: Running, kind: str, held: bool):
    sandbox.account(APP_ID, kind=kind)
    assert client.ask("draft/count") == {"total_count": 0}
    assert client.upload("media/uploadimg", "a.png", b"\x89PNG\r\n\x1a\n" + b"\0" * 100)["errcode"] == 0
    for path in ("freepublish/batchget", "message/mass/get", "tags/get", "/datacube/getbizsummary"):
        assert (client.ask(path, {"offset": 0, "count": 1}).get("errcode") == 48001) is not held
    comments = client.ask("comment/list", {"msg_data_id": 1, "begin": 0, "count": 10, "type": 0})
    assert comments["errcode"] == (88001 if held else 88000)


def test_an_unknown_kind_is_refused(sandbox: Running):
    with pytest.raises(ValueError, match="kind must be one of personal"):
        sandbox.account(APP_ID, kind="premium")


def test_a_subscription_account_sends_once_a_day(client, sandbox: Running):
    sandbox.account(APP_ID, kind="subscription")
    sandbox.clock(at="2026-11-20T23:58:00+08:00")
    assert mass(client, sandbox)["errcode"] == 0
    assert mass(client, sandbox)["errcode"] == 45028
    assert mass(client, sandbox, filter={"is_to_all": False, "tag_id": 100})["errcode"] == 45028
    sandbox.clock(at="2026-11-21T00:00:05+08:00")
    assert mass(client, sandbox)["errcode"] == 0


def test_a_failed_send_costs_no_quota(client, sandbox: Running):
    sandbox.account(APP_ID, kind="subscription")
    sandbox.fault("/cgi-bin/message/mass/sendall", "result", code=20008)
    mass(client, sandbox)
    sandbox.wait_for("mass_failed")
    assert mass(client, sandbox)["errcode"] == 0


def test_a_service_account_reaches_each_follower_four_times_a_month(client, sandbox: Running):
    sandbox.account(APP_ID, kind="service", followers=1000)
    sandbox.clock(at="2026-11-30T20:00:00+08:00")
    for _ in range(4):
        assert mass(client, sandbox)["errcode"] == 0
    assert mass(client, sandbox)["errcode"] == 45028
    assert mass(client, sandbox, filter={"is_to_all": False, "tag_id": 100})["errcode"] == 45028
    sandbox.clock(at="2026-12-01T00:00:05+08:00")
    assert mass(client, sandbox)["errcode"] == 0


def test_followers_who_had_all_theirs_are_left_out(client, sandbox: Running):
    sandbox.account(APP_ID, kind="service", followers=1000, tags=[{"id": 100, "name": "员工", "count": 400}])
    for _ in range(4):
        assert mass(client, sandbox, filter={"is_to_all": False, "tag_id": 100})["errcode"] == 0
    assert mass(client, sandbox)["errcode"] == 0
    counts = sandbox.wait_for("mass_sent", 5)[-1]["counts"]
    assert (counts["total"], counts["filtered"], counts["sent"]) == (1000, 600, 597)


def test_an_unknown_tag_is_refused(client, sandbox: Running):
    assert mass(client, sandbox, filter={"is_to_all": False, "tag_id": 7})["errcode"] == 40152


@pytest.mark.parametrize(("answer", "code"), [(89504, 89504), (0, 0)])
def test_the_administrator_confirms(client, sandbox: Running, answer: int, code: int):
    sandbox.account(APP_ID, admin_confirms=True, admin_answer=answer)
    sent = mass(client, sandbox)
    assert sent["errcode"] == code
    assert client.ask("message/mass/get", {"msg_id": sent["msg_id"]})["msg_status"] == "SENDING"
    sandbox.control("POST", "admin", {"app_id": APP_ID, "confirm": True})
    sandbox.wait_for("mass_sent")
    assert client.ask("message/mass/get", {"msg_id": sent["msg_id"]})["msg_status"] == "SEND_SUCCESS"
    with pytest.raises(ValueError, match="waits"):
        sandbox.control("POST", "admin", {"app_id": APP_ID, "confirm": True})


def test_the_administrator_refuses_or_is_silent(client, sandbox: Running):
    sandbox.account(APP_ID, admin_confirms=True)
    refused = mass(client, sandbox)
    sandbox.control("POST", "admin", {"app_id": APP_ID, "confirm": False})
    assert sandbox.wait_for("mass_failed")[0]["status"] == 40001
    assert client.ask("message/mass/get", {"msg_id": refused["msg_id"]})["msg_status"] == "SEND_FAIL"
    mass(client, sandbox)
    sandbox.clock(forward=1790)
    assert len(sandbox.effects("mass_failed")) == 1
    sandbox.clock(forward=20)
    assert sandbox.wait_for("mass_failed", 2)[1]["status"] == 40002


def test_nobody_is_asked_about_a_tag(client, sandbox: Running):
    sandbox.account(APP_ID, admin_confirms=True)
    assert mass(client, sandbox, filter={"is_to_all": False, "tag_id": 100})["errcode"] == 0
    sandbox.wait_for("mass_sent")


def test_yesterdays_figures_come_after_eight(client, sandbox: Running):
    publish(client, sandbox, "2026-11-20T12:00:00+08:00")
    sandbox.clock(at="2026-11-21T07:59:00+08:00")
    assert figures(client, sandbox, "getarticleread", "2026-11-20")["errcode"] == 61503
    sandbox.clock(at="2026-11-21T08:00:00+08:00")
    (row,) = figures(client, sandbox, "getarticleread", "2026-11-20")["list"]
    assert row["detail"]["read_user"] > 0
    sources = {one["scene_desc"]: one["user_count"] for one in row["detail"]["read_user_source"]}
    assert sources.pop("全部") == row["detail"]["read_user"] == sum(sources.values())
    assert figures(client, sandbox, "getarticleread", "2026-11-21")["errcode"] == 61501
    assert figures(client, sandbox, "getarticleread", "2026-11-19", "2026-11-20")["errcode"] == 61501
    assert figures(client, sandbox, "getarticleread", "20.11.2026")["errcode"] == 61500


def test_figures_grow_and_are_settled_a_day_later(client, sandbox: Running):
    publish(client, sandbox, "2026-11-20T12:00:00+08:00")
    seen, sums = [], []
    for day in (21, 22, 23, 30):
        sandbox.clock(at=f"2026-11-{day}T09:00:00+08:00")
        seen.append(figures(client, sandbox, "getarticleread", "2026-11-20")["list"][0]["detail"]["read_user"])
        (row,) = figures(client, sandbox, "getarticletotaldetail", "2026-11-20")["list"]
        assert len(row["detail_list"]) == day - 20
        sums.append(row["detail_list"][-1]["read_user"])
    assert seen[0] < seen[1] == seen[2] == seen[3]
    assert sums == sorted(set(sums))
    assert row["msgid"].endswith("_1") and row["publish_type"] == 1 and row["content_url"].startswith(sandbox.url)
    assert figures(client, sandbox, "getarticleshare", "2026-11-20")["list"][0]["detail"]["share_user"] > 0


def test_figures_can_have_gaps_and_delays(client, sandbox: Running):
    publish(client, sandbox, "2026-11-18T12:00:00+08:00")
    sandbox.clock(at="2026-11-21T09:00:00+08:00")
    sandbox.account(APP_ID, gaps=["2026-11-19"])
    assert figures(client, sandbox, "getarticleread", "2026-11-19")["list"] == []
    days = [row["ref_date"] for row in figures(client, sandbox, "getbizsummary", "2026-11-18", "2026-11-20")["list"]]
    assert days == ["2026-11-18", "2026-11-20"]
    sandbox.settings(figures_delayed=True)
    assert figures(client, sandbox, "getarticleread", "2026-11-18")["is_delay"] is True


def test_followers_add_up(client, sandbox: Running):
    sandbox.clock(at="2026-11-21T09:00:00+08:00")
    sandbox.account(APP_ID, followers=1000)
    changes = figures(client, sandbox, "getusersummary", "2026-11-14", "2026-11-20")["list"]
    totals = figures(client, sandbox, "getusercumulate", "2026-11-14", "2026-11-20")["list"]
    assert totals[-1]["cumulate_user"] - totals[0]["cumulate_user"] == sum(
        day["new_user"] - day["cancel_user"] for day in changes[1:]
    )
    listed = client.ask("user/get")
    assert listed["total"] == listed["count"] == len(listed["data"]["openid"]) == 1000
    rest = client.said("/cgi-bin/user/get", access_token=client.token, next_openid=listed["data"]["openid"][989])
    assert (rest["total"], rest["count"]) == (1000, 10)
    assert [tag["name"] for tag in client.ask("tags/get")["tags"]][:2] == ["星标组", "员工"]


def test_call_budgets_begin_anew_at_midnight_in_china(client, sandbox: Running):
    sandbox.settings(quotas=True)
    sandbox.clock(at="2026-11-20T23:50:00+08:00")
    client.token = client.stable()["access_token"]
    body = {"publish_id": "1"}
    assert [client.ask("freepublish/get", body)["errcode"] for _ in range(101)] == [53502] * 100 + [45009]
    said = client.ask("openapi/quota/get", {"cgi_path": "/cgi-bin/freepublish/get"})
    assert said["quota"] == {"daily_limit": 100, "used": 101, "remain": 0}
    sandbox.clock(at="2026-11-21T00:00:05+08:00")
    assert client.ask("freepublish/get", body)["errcode"] == 53502
    client.ask("openapi/quota/clear", {"cgi_path": "/cgi-bin/freepublish/get"})
    said = client.ask("openapi/quota/get", {"cgi_path": "/cgi-bin/freepublish/get"})
    assert said["quota"]["used"] == 0
