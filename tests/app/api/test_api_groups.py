"""Groups and official accounts over the API."""

from __future__ import annotations

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from editorial.groups import groups
from publishers.sandbox.running import Running
from tests.app.api.conftest import Program, fields_of
from tests.conftest import make_settings

KEY = "693a91f6-7xxx-4bc4-97a0-0ec2sifa5aaa"
GROUP = {"name": "装配二车间安全员群", "slug": "safety-2", "kind": "training"}


def test_a_group_is_added_with_its_robot(programs: dict[str, Program], session: Session) -> None:
    parent = programs["operator"].post("/groups", {"name": "澄江安全", "slug": "safety", "kind": "management"})
    assert parent.status_code == 201, parent.text
    answer = programs["operator"].post("/groups", {
        **GROUP, "parent": "safety", "steward": "operator@chengjiang.example",
        "connector": {"kind": "wecom_robot", "key": KEY},
    })
    assert answer.status_code == 201, answer.text
    shown = answer.get_json()
    assert shown["slug"] == "safety-2" and shown["parent"] == "safety" and shown["steward"]["name"] == "罗杰"
    assert shown["connector"] == {"kind": "wecom_robot"} and KEY not in answer.text
    kept = groups.by_slug(session, "safety-2")
    assert kept is not None and kept.connector is not None and kept.connector.settings == {"key": KEY}


@pytest.mark.parametrize("connector", [
    {"kind": "wecom_robot", "key": f"https://qyapi.weixin.qq.com/cgi-bin/webhook/send?key={KEY}"},
    {"kind": "dingtalk_robot", "access_token": "a" * 64, "secret": "SEC" + "b" * 64},
    {"kind": "feishu_robot", "hook": "2a1b3c4d-5e6f-4a8b-9c0d-1e2f3a4b5c6d", "keyword": "群声"},
    {"kind": "email", "address": "all@chengjiang.example"},
    {"kind": "webhook", "url": "https://intranet.example.cn/hook", "secret": "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"},
    {"kind": "share_kit"},
])
def test_every_kind_of_connector_is_taken(programs: dict[str, Program], connector: dict[str, str]) -> None:
    answer = programs["admin"].post("/groups", {**GROUP, "connector": connector})
    assert answer.status_code == 201, answer.text
    assert answer.get_json()["connector"] == {"kind": connector["kind"]}


@pytest.mark.parametrize(("change", "fields"), [
    ({"connector": {"kind": "wecom_robot"}}, ["connector.key"]),
    ({"connector": {"kind": "wecom_robot", "key": ""}}, ["connector.key"]),
    ({"connector": {"kind": "wecom_robot", "key": KEY, "colour": "red"}}, ["connector.colour"]),
    ({"connector": {"kind": "email", "address": "nobody"}}, ["connector.address"]),
    ({"connector": {"kind": "webhook", "url": "http://10.0.0.1/x", "secret": "whsec_"}}, ["connector.url"]),
    ({"connector": {"kind": "apprise", "url": "pigeon://x"}}, ["connector.url"]),
    ({"connector": {"kind": "pigeon"}}, ["connector.kind"]),
    ({"connector": {}}, ["connector.kind"]),
    ({"connector": "wecom_robot"}, ["connector"]),
    ({"kind": "party"}, ["kind"]),
    ({"slug": "Große Gruppe"}, ["slug"]),
    ({"parent": "nowhere"}, ["parent"]),
    ({"steward": "nobody@chengjiang.example"}, ["steward"]),
])
def test_what_a_group_lacks_is_named(programs: dict[str, Program], change: dict[str, object], fields: list[str]) -> None:
    answer = programs["operator"].post("/groups", {**GROUP, **change})
    assert answer.status_code == 422 and fields_of(answer) == fields
    assert programs["operator"].get("/groups").get_json()["items"] == []


def test_a_slug_is_used_once(programs: dict[str, Program]) -> None:
    assert programs["operator"].post("/groups", GROUP).status_code == 201
    assert fields_of(programs["operator"].post("/groups", GROUP)) == ["slug"]


def test_groups_are_managed_by_those_who_look_after_them(programs: dict[str, Program], stranger: Program) -> None:
    assert programs["desk_editor"].post("/groups", GROUP).status_code == 403
    assert stranger.post("/groups", GROUP).status_code == 401
    programs["operator"].post("/groups", GROUP)
    assert [one["slug"] for one in programs["contributor"].get("/groups?kind=training").get_json()["items"]] == ["safety-2"]


def test_an_account_is_added_and_asked_what_it_may(app: Flask, programs: dict[str, Program], sandbox: Running) -> None:
    from app.wiring import Wiring

    app.extensions["wiring"] = Wiring(make_settings(app.extensions["settings"].instance, platform=sandbox.url))
    sandbox.account("wx5a6b7c8d9e0f1a2b", secret="right")
    account = {"name": "澄江机电", "account_type": "subscription", "app_id": "wx5a6b7c8d9e0f1a2b", "app_secret": "right"}
    answer = programs["admin"].post("/accounts", account, key="once")
    assert answer.status_code == 201, answer.text
    shown = answer.get_json()
    assert shown["rights"] == {"draft": True, "release": True, "mass_send": True, "statistics": True}
    assert shown["level"] == "automatic" and "right\"" not in answer.text
    assert shown["callback_url"] == f"http://127.0.0.1:8000/callbacks/wechat/{shown['id']}"
    assert programs["admin"].post("/accounts", account, key="once").get_json() == shown
    assert programs["publisher"].get("/accounts").get_json()["items"] == [shown]


def test_an_account_that_cannot_be_reached_says_why(programs: dict[str, Program]) -> None:
    account = {"name": "澄江机电", "account_type": "service", "app_id": "wx1", "app_secret": "s"}
    shown = programs["admin"].post("/accounts", account).get_json()
    assert shown["level"] == "copy_only" and shown["probe_reason"]
    assert fields_of(programs["admin"].post("/accounts", account)) == ["name", "app_id"]
    assert programs["publisher"].post("/accounts", account).status_code == 403


def test_a_group_has_several_ways(programs: dict[str, Program], session: Session) -> None:
    program = programs["operator"]
    group = program.post("/groups", {**GROUP, "connector": {"kind": "wecom_robot", "key": KEY}}).get_json()
    address = f"/groups/{group['id']}/connectors"
    answer = program.post(address, {"connector": {"kind": "share_kit"}, "for_calls": True})
    assert answer.status_code == 201, answer.text
    first, second = answer.get_json()["items"]
    assert (first["kind"], first["preferred"], first["for_calls"]) == ("wecom_robot", True, True)
    assert (second["kind"], second["preferred"], second["for_calls"], second["trouble"]) == ("share_kit", False, True, None)
    assert KEY not in answer.text
    preferred = program("PATCH", f"{address}/{second['id']}", {"preferred": True}).get_json()["items"]
    assert [one["kind"] for one in preferred] == ["share_kit", "wecom_robot"]
    assert program.get(f"/groups/{group['id']}").get_json()["connector"] == {"kind": "share_kit"}
    assert fields_of(program("PATCH", f"{address}/{second['id']}", {"active": False})) == ["connector"]
    mail = {"connector": {"kind": "email", "address": "crew@chengjiang.example"}}
    assert [one["kind"] for one in program("PATCH", f"{address}/{first['id']}", mail).get_json()["items"]] == ["share_kit", "email"]
    assert fields_of(program("PATCH", f"{address}/{first['id']}", {"connector": {"kind": "email"}})) == ["connector.address"]
    assert program("DELETE", f"{address}/{first['id']}").get_json()["items"][0]["kind"] == "share_kit"
    assert len(program.get(address).get_json()["items"]) == 1
    assert fields_of(program.post(address, {"connector": {"kind": "wecom_robot", "key": ""}})) == ["connector.key"]
    assert program("PATCH", f"{address}/{first['id']}", {"preferred": True}).status_code == 404
