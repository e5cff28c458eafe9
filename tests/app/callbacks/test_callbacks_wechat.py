"""What the platform tells us: proven, kept once, and a reason to read at once."""

from __future__ import annotations

import base64
import os
import struct
import time

import pytest
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from editorial import clock
from editorial.accounts import OfficialAccount
from editorial.outbox import deliveries as outbox
from editorial.outbox.deliveries import Delivery, State
from editorial.people.people import Person
from editorial.release import releases
from editorial.release.events import CallbackEvent
from publishers.wechat.inbound import signature
from tests import factories

TOKEN = "kanban2026"
AES_KEY = "abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG"
APP_ID = "wx0123456789abcdef"
PUBLISHED = (
    b"<xml><ToUserName><![CDATA[gh_a]]></ToUserName><FromUserName><![CDATA[o_b]]></FromUserName><CreateTime>1</CreateTime>"
    b"<MsgType><![CDATA[event]]></MsgType><Event><![CDATA[PUBLISHJOBFINISH]]></Event><PublishEventInfo>"
    b"<publish_id>2247503051</publish_id><publish_status>0</publish_status><article_id><![CDATA[abc]]></article_id>"
    b"</PublishEventInfo></xml>"
)
WORDS = (
    "<xml><ToUserName>gh_a</ToUserName><FromUserName>o_b</FromUserName><CreateTime>1</CreateTime><MsgType>text</MsgType>"
    "<Content><![CDATA[我想投稿]]></Content><MsgId>99</MsgId></xml>"
).encode()


@pytest.fixture
def account(session: Session, people: dict[str, Person]) -> OfficialAccount:
    """An account whose callback is set up."""
    made = factories.account(session, APP_ID)
    made.secrets = {**made.secrets, "callback_token": TOKEN, "encoding_aes_key": AES_KEY}
    session.expire_on_commit = False
    session.commit()
    return made


@pytest.fixture
def delivery(session: Session, account: OfficialAccount, people: dict[str, Person]) -> int:
    """A release whose task the platform took as 2247503051; it is read again in an hour."""
    edition = factories.scheduled(session, people, of=account)
    release = releases.deliveries_of(session, edition)[1]
    number = release.id
    outbox.shift(session, release, State.WAITING, State.IN_FLIGHT)
    later = clock.now().replace(year=2100)
    outbox.shift(session, release, State.IN_FLIGHT, State.ACCEPTED, remote_id="2247503051", read_at=later)
    session.commit()
    return number


def proof(*more: str, at: float | None = None, token: str = TOKEN) -> dict[str, str]:
    stamp, nonce = str(int(time.time() if at is None else at)), "n1"
    return {"timestamp": stamp, "nonce": nonce, "signature": signature(token, stamp, nonce, *more)}


def push(client: FlaskClient, account: OfficialAccount, body: bytes, query: dict[str, str]) -> TestResponse:
    return client.post(f"/callbacks/wechat/{account.id}", query_string=query, data=body, content_type="text/xml")


def test_the_address_is_checked(client: FlaskClient, account: OfficialAccount) -> None:
    answer = client.get(f"/callbacks/wechat/{account.id}", query_string={**proof(), "echostr": "5501<b>"})
    assert (answer.status_code, answer.text, answer.mimetype) == (200, "5501<b>", "text/plain")
    wrong = client.get(f"/callbacks/wechat/{account.id}", query_string={**proof(token="other"), "echostr": "5501"})
    assert wrong.status_code == 403
    assert client.get("/callbacks/wechat/999", query_string={**proof(), "echostr": "5501"}).status_code == 404


def test_a_finished_publication_is_read_at_once(
    client: FlaskClient, account: OfficialAccount, delivery: int, session: Session
) -> None:
    answer = push(client, account, PUBLISHED, proof())
    assert (answer.status_code, answer.text) == (200, "success")
    release = session.get_one(Delivery, delivery, populate_existing=True)
    assert release.read_at is not None and release.read_at <= clock.now()
    assert release.state == State.ACCEPTED
    event = session.scalars(select(CallbackEvent)).one()
    assert event.kind == "publish_finished" and event.fields["publish_id"] == "2247503051"


def test_a_repeated_event_is_kept_once(client: FlaskClient, account: OfficialAccount, session: Session) -> None:
    for _ in range(3):
        assert push(client, account, PUBLISHED, proof()).text == "success"
    assert len(session.scalars(select(CallbackEvent)).all()) == 1


def test_an_encrypted_event_is_understood(
    client: FlaskClient, account: OfficialAccount, delivery: int, session: Session
) -> None:
    cipher = _encrypted(PUBLISHED)
    stamp, nonce = str(int(time.time())), "n2"
    query = {
        "timestamp": stamp, "nonce": nonce, "encrypt_type": "aes", "signature": "unused",
        "msg_signature": signature(TOKEN, stamp, nonce, cipher),
    }
    body = f"<xml><ToUserName>gh_a</ToUserName><Encrypt><![CDATA[{cipher}]]></Encrypt></xml>".encode()
    assert push(client, account, body, query).text == "success"
    release = session.get_one(Delivery, delivery, populate_existing=True)
    assert release.read_at is not None and release.read_at <= clock.now()
    session.commit()
    assert push(client, account, body, {**query, "msg_signature": "0" * 40}).status_code == 403


@pytest.mark.parametrize("query", [
    {}, proof(token="other"), proof(at=time.time() - 4000), proof(at=time.time() + 4000), {**proof(), "signature": "é"},
])
def test_what_is_not_proven_is_not_kept(
    client: FlaskClient, account: OfficialAccount, session: Session, query: dict[str, str]
) -> None:
    assert push(client, account, PUBLISHED, query).status_code == 403
    assert session.scalars(select(CallbackEvent)).all() == []


def test_a_body_that_is_too_large_or_unreadable_is_refused(client: FlaskClient, account: OfficialAccount) -> None:
    assert push(client, account, b"x" * (256 * 1024 + 1), proof()).status_code == 413
    assert push(client, account, b"<xml>", proof()).status_code == 403
    assert push(client, account, b"\xff\xfe", proof()).status_code == 403


def test_what_followers_write_is_not_kept(client: FlaskClient, account: OfficialAccount, session: Session) -> None:
    assert push(client, account, WORDS, proof()).text == "success"
    assert session.scalars(select(CallbackEvent)).all() == []


def test_an_account_without_a_token_takes_nothing(client: FlaskClient, session: Session, people: dict[str, Person]) -> None:
    made = factories.account(session, "wx1111111111111111")
    session.expire_on_commit = False
    session.commit()
    assert push(client, made, PUBLISHED, proof(token="")).status_code == 403


def _encrypted(message: bytes) -> str:
    key = base64.b64decode(AES_KEY + "=")
    plain = os.urandom(16) + struct.pack(">I", len(message)) + message + APP_ID.encode()
    pad = 32 - len(plain) % 32
    encryptor = Cipher(algorithms.AES256(key), modes.CBC(key[:16])).encryptor()
    return base64.b64encode(encryptor.update(plain + bytes([pad]) * pad) + encryptor.finalize()).decode()
