"""Secrets that would be known again anywhere: none shows in pages, answers, logs or any file of the instance (P10).

Nor does the address of anybody who read a page or followed a link (P9).
"""

from __future__ import annotations

import base64
import io
import json
import logging
import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.engine import WRITES
from app.factory import create_app
from app.jobs import Works
from app.logs import JsonLines
from editorial import accounts
from editorial.groups.groups import Group
from editorial.people import credentials
from editorial.people.people import Person
from editorial.share_back import links
from editorial.share_back.links import TrackedLink
from publishers.sandbox.running import Running
from tests import factories
from tests.app.browser import Browser
from tests.conftest import SECRET, make_settings

APP_SECRET = "canaryappsecret0123456789abcdef"
PASSWORD = "canary-password-of-nobody"
CALLBACK = "canarycallbacktoken"
AES_KEY = base64.b64encode(bytes(range(32))).decode().rstrip("=")
ROBOTS = {
    "wecom": ("wecom_robot", {"key": "c0ffee00-cana-4bc4-97a0-0ec2sifa5aaa"}),
    "ding": ("dingtalk_robot", {"access_token": "c0ffee" * 10 + "cafe", "secret": "SECcanary" + "b" * 55}),
    "lark": ("feishu_robot", {"hook": "ca771ae1-d3f2-4c1e-8c1e-00000c0ffee0", "secret": "canarysigningsecret"}),
}
FAULTS = (
    ("/cgi-bin/webhook/send", "timeout_after"),
    ("/robot/send", "html"),
    ("/open-apis/bot", "drop_after"),
    ("/cgi-bin/draft/add", "html"),
)
ADDRESS = "203.0.113.77"
READER = "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15 MicroMessenger/8.0.50"


@pytest.fixture
def said() -> Iterator[io.StringIO]:
    """Everything that is logged, as it would be written, whatever its level."""
    stream = io.StringIO()
    handler = logging.StreamHandler(stream)
    handler.setFormatter(JsonLines())
    root = logging.getLogger()
    level = root.level
    root.addHandler(handler)
    root.setLevel(logging.INFO)
    yield stream
    root.removeHandler(handler)
    root.setLevel(level)


@pytest.fixture
def works(sqlite_url: str, tmp_path: Path, sandbox: Running) -> Iterator[Works]:
    """The worker of an instance whose every secret is a canary."""
    yield Works(make_settings(tmp_path, database_url=sqlite_url, platform=sandbox.url))


def test_no_secret_shows_anywhere(works: Works, sandbox: Running, said: io.StringIO, tmp_path: Path) -> None:
    canaries = [
        APP_SECRET,
        PASSWORD,
        CALLBACK,
        AES_KEY,
        SECRET,
        *(word for _kind, words in ROBOTS.values() for word in words.values()),
    ]
    with Session(works.engine.execution_options(**WRITES)) as session:
        everyone, token = _plant(session)
        session.commit()
        app = create_app(works.settings)
        seen = _walk(app, session, everyone, token)
    for path, act in FAULTS:
        sandbox.fault(path, act)
    for _round in range(4):
        for lane in works.lanes_with_work():
            works.drain(lane)
    with Session(works.engine.execution_options(**WRITES)) as session:
        everyone = {role: session.get_one(Person, one) for role, one in _ids(session).items()}
        seen += _walk(app, session, everyone, token)
    seen += [said.getvalue(), _whole(tmp_path / "qunsheng.sqlite")]
    found = [
        (secret, text[max(0, text.index(secret) - 90) :][:160])
        for secret in [*canaries, token, ADDRESS]
        for text in seen
        if secret in text
    ]
    assert found == []
    assert said.getvalue()


def _plant(session: Session) -> tuple[dict[str, Person], str]:
    everyone = factories.one_of_each(session)
    credentials.set_password(session, everyone["admin"], PASSWORD, by=None)
    token = credentials.create_token(session, everyone["publisher"], "canary")
    for slug, (kind, words) in ROBOTS.items():
        factories.group(session, slug, kind, words)
    account = accounts.add(
        session,
        name="澄江机电",
        account_type="subscription",
        app_id="wx0123456789abcdef",
        app_secret=APP_SECRET,
        callback_token=CALLBACK,
        encoding_aes_key=AES_KEY,
    )
    accounts.record_rights(session, account, {"draft": True, "release": True, "mass_send": True, "statistics": True})
    edition = factories.scheduled(session, everyone, of=account)
    permalink = "https://mp.weixin.qq.com/s/canary"
    links.make_all(session, edition.id, [(edition.places[0].article_id, permalink)], [session.query(Group.id).first()[0]])
    return everyone, token


def _ids(session: Session) -> dict[str, int]:
    found = {one.email.partition("@")[0]: one.id for one in session.query(Person)}
    session.rollback()
    return found


def _walk(app: Flask, session: Session, everyone: dict[str, Person], token: str) -> list[str]:
    """What every page and call without a name in its address answers, and the pages of what is planted."""
    session.expire_on_commit = False
    doors = [rule.rule for rule in app.url_map.iter_rules() if "GET" in (rule.methods or ()) and "<" not in rule.rule]
    doors += [
        "/groups/wecom",
        "/groups/ding",
        "/groups/lark",
        "/articles/1",
        "/articles/1/trail",
        "/editions/1",
        "/deliveries/1",
        "/settings/people/7",
    ]
    doors += ["/api/v1/accounts/1", "/api/v1/groups/1", "/api/v1/editions/1", "/api/v1/articles/1/trail", "/api/v1/deliveries/1"]
    seen = []
    for role in ("admin", "publisher", "operator", "editor_in_chief"):
        browser = Browser(app, everyone[role])
        for door in doors:
            headers = {"Authorization": f"Bearer {token}"} if door.startswith("/api/") else {}
            answer = browser.client.get(door, headers=headers, environ_base={"REMOTE_ADDR": ADDRESS})
            seen.append(answer.text + json.dumps(dict(answer.headers)))
            assert answer.status_code < 500 or door == "/readyz", door
    codes = session.scalars(select(TrackedLink.code)).all()
    assert codes
    for code in codes:
        followed = app.test_client().get(f"/s/{code}", environ_base={"REMOTE_ADDR": ADDRESS}, headers={"User-Agent": READER})
        assert followed.status_code == 302
        seen.append(followed.text + json.dumps(dict(followed.headers)))
    wrong = app.test_client().post("/callbacks/wechat/1?signature=x&timestamp=1&nonce=2", data=b"<xml/>")
    refused = app.test_client().post("/api/v1/groups", json={"name": "x", "connector": {"kind": "wecom_robot", "key": "c0ffee00"}})
    return [*seen, wrong.text, refused.text]


def _whole(path: Path) -> str:
    """The instance as anybody reads it who takes its files; the simulated platforms beside it know their own keys."""
    with sqlite3.connect(path) as connection:
        dump = "\n".join(connection.iterdump())
    files = [one.read_bytes().decode("utf-8", "replace") for one in sorted(path.parent.rglob("*"))
             if one.is_file() and "sandbox" not in one.relative_to(path.parent).parts]
    return "\n".join([dump, *files])
