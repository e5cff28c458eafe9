"""Two hundred hostile pushes: forged, replayed, too large, entities, garbage. Each is refused or harmless, and none is a fault."""

from __future__ import annotations

import base64
import json
import random
import time
from collections.abc import Callable, Iterator

from flask.testing import FlaskClient
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from editorial.accounts import OfficialAccount
from editorial.intake.letters import Letter, LetterPart
from editorial.measuring.followings import FollowingDay
from editorial.release.events import CallbackEvent
from publishers.wechat.envelope import seal, signature
from tests.app.callbacks.conftest import Push
from tests.publishers.wechat import pushes
from tests.publishers.wechat.pushes import event, message, pushed

Attack = tuple[dict[str, str], bytes]
LONG_AGO = 301
DRAWN = random.Random(20261122)  # noqa: S311


def proven(body: bytes) -> Attack:
    """A body nobody can prove to be false: whoever knows the token sent it."""
    query, _ = pushed(message())
    return query, body


def sealed(body: str, app_id: str = pushes.APP_ID, key: str = pushes.AES_KEY) -> Attack:
    query, _ = pushed(message())
    cipher = seal(body, key, app_id)
    query |= {"encrypt_type": "aes"}
    query["msg_signature"] = signature(pushes.TOKEN, query["timestamp"], query["nonce"], cipher)
    return query, f"<xml><Encrypt>{cipher}</Encrypt></xml>".encode()


def forged() -> Iterator[Attack]:
    """No proof, a wrong one, one of another account, an old one, one of something else."""
    for mode in pushes.MODES:
        query, body = pushed(message(Content="假的"), mode)
        proof = "signature" if mode == pushes.PLAIN else "msg_signature"
        for value in ("", "0" * 40, "é" * 40, query[proof][:-1], query[proof].upper(), "A" * 5000, "%00", "null"):
            yield {**query, proof: value}, body
        for name in ("timestamp", "nonce", proof):
            yield {key: value for key, value in query.items() if key != name}, body
        for stamp in ("", "abc", "-1", "1e9", "9" * 40, "٣" * 10, " ", str(int(time.time()) + 1)):
            yield {**query, "timestamp": stamp}, body
        yield {**query, "nonce": "other"}, body
        for seconds in (-LONG_AGO, 3600, -86_400, 86_400 * 365):
            yield pushed(message(Content="旧的"), mode, at=time.time() + seconds)
        yield pushed(message(Content="别人的"), mode, token="BBBBB")
        yield pushed(message(Content="别人的"), mode, token="")
    for mode in (pushes.COMPATIBLE, pushes.SECURE):
        yield pushed(message(Content="别人的"), mode, app_id="wxffffffffffffffff")
        yield pushed(message(Content="别人的"), mode, app_id="")
        yield pushed(message(Content="别人的"), mode, aes_key=pushes.OTHER_KEY)
        query, body = pushed(message(Content="改过的"), mode)
        yield query, body.replace(b"<Encrypt><![CDATA[", b"<Encrypt><![CDATA[AAAA")
        yield {**query, "encrypt_type": "raw", "signature": "0" * 40}, body
        yield {**query, "encrypt_type": "AES ", "signature": ""}, body


def unreadable() -> Iterator[Attack]:
    """Proven, and yet nothing that can be read."""
    for body in (
        b"", b" ", b"\x00", b"\xff\xfe", b"<xml>", b"<xml/>", b"<xml></xml", b"<a>" * 40, b"]]>", b"null", b"true", b"[]", b"{",
        b"{]", b'"text"', b"<?xml version='1.0' encoding='UTF-16'?>", b"<xml>\x00</xml>", b"<xml>&unknown;</xml>",
        b"<xml><a b=1/></xml>",
        b'{"a":' * 20_000, b"[" * 50_000, b"{" * 50_000, b"<xml>" + b"<a>" * 13 + b"</a>" * 13 + b"</xml>",
        b'<!DOCTYPE x [<!ENTITY a "aa">]><xml><MsgType>&a;</MsgType></xml>',
        b'<!DOCTYPE x SYSTEM "file:///etc/passwd"><xml><MsgType>text</MsgType></xml>',
        b'<!DOCTYPE x [<!ENTITY f SYSTEM "file:///etc/passwd">]><xml><MsgType>text</MsgType><Content>&f;</Content></xml>',
        b'<!DOCTYPE x [<!ENTITY % p SYSTEM "http://127.0.0.1:9/x.dtd">%p;]><xml><MsgType>text</MsgType></xml>',
        b"<!DOCTYPE lolz [" + b"".join(
            b'<!ENTITY l%d "%s">' % (level, b"&l%d;" % (level - 1) * 10 if level else b"lol") for level in range(9)
        ) + b"]><xml><MsgType>&l8;</MsgType></xml>",
        bytes(range(256)), "你好".encode("gb18030"), b"<xml>" + b"\xc3\x28" + b"</xml>",
    ):
        yield proven(body)
    for _ in range(20):
        yield proven(DRAWN.randbytes(DRAWN.randrange(1, 400)))
    for inner in ("", "x", "<xml/>", '<!DOCTYPE x [<!ENTITY a "b">]><xml><MsgType>&a;</MsgType></xml>', "{", "[1]", "\x00"):
        yield sealed(inner)
    query, _ = pushed(message())
    for cipher in ("", "A", "AAAA", "====", base64.b64encode(bytes(32)).decode(), base64.b64encode(bytes(160)).decode(), "é" * 44):
        proof = signature(pushes.TOKEN, query["timestamp"], query["nonce"], cipher)
        body = json.dumps({"Encrypt": cipher}).encode()
        yield {**query, "encrypt_type": "aes", "msg_signature": proof}, body


def strange() -> Iterator[Attack]:
    """Proven and readable, with values that no platform would send: taken as nothing, or stored without harm."""
    deep: object = "x"
    for _ in range(200):
        deep = {"item": deep}
    values: list[object] = [
        None, "", [], {}, deep, [[]], True, -1, 10**30, 1e308, "x" * 30_000, "\ud800", "\x00", "'; DROP TABLE letter;--", "<b>",
        "../../etc/passwd", "\u202e", ["a", {"b": 1}],
    ]
    for value in values:
        yield proven(json.dumps({**event("PUBLISHJOBFINISH"), "PublishEventInfo": {
            "publish_id": value, "publish_status": value, "article_id": value, "article_detail": value, "fail_idx": value,
        }}).encode())
        yield proven(json.dumps({
            **event("MASSSENDJOBFINISH"), "MsgID": value, "Status": value, "TotalCount": value, "ArticleUrlResult": value,
            "CopyrightCheckResult": {"ResultList": value, "CheckState": value},
        }).encode())
        yield proven(json.dumps({**message("image"), "MediaId": value, "MsgId": value, "FromUserName": value}).encode())
        yield proven(json.dumps({**event("subscribe"), "FromUserName": value, "CreateTime": value}).encode())
        yield proven(json.dumps({"MsgType": value, "Event": value, "FromUserName": value, "ToUserName": value}).encode())
    yield proven(b'{"MsgType": "event", "Event": "PUBLISHJOBFINISH", "PublishEventInfo": {"publish_id": 7, "publish_status": NaN}}')
    yield proven(b"\xef\xbb\xbf" + pushes.written(event("VIEW")).encode())
    yield proven(b"<xml>" + b"<x>1</x>" * 20_000 + b"</xml>")


def test_forgeries_and_garbage_are_refused_and_nothing_is_stored(
    client: FlaskClient, account: OfficialAccount, box: int, look: Callable[[], Session]
) -> None:
    attacks = [*forged(), *unreadable()]
    assert len(attacks) >= 150
    for query, body in attacks:
        answer = client.post(f"/callbacks/wechat/{account.id}", query_string=query, data=body)
        assert answer.status_code == 403, (query, body[:80])
    for table in (CallbackEvent, Letter, LetterPart, FollowingDay):
        assert look().scalar(select(func.count()).select_from(table)) == 0


def test_strange_values_are_no_fault_and_no_pushes_of_their_own(
    client: FlaskClient, account: OfficialAccount, box: int, take_in: Callable[[], int], look: Callable[[], Session]
) -> None:
    attacks = list(strange())
    assert len(attacks) >= 90
    for query, body in attacks:
        answer = client.post(f"/callbacks/wechat/{account.id}", query_string=query, data=body)
        assert answer.status_code in (200, 403), (answer.status_code, body[:200])
        assert answer.text == "success" or answer.status_code == 403 or "<Content>" in answer.text or '"Content"' in answer.text
    take_in()
    assert all(not event.fields.get("permalinks") for event in look().scalars(select(CallbackEvent)))


def test_oversized_bodies_are_not_read(client: FlaskClient, account: OfficialAccount) -> None:
    query, _ = pushed(message())
    for size in (256 * 1024 + 1, 3 * 1024 * 1024):
        assert client.post(f"/callbacks/wechat/{account.id}", query_string=query, data=b"x" * size).status_code == 413


def test_a_replayed_message_is_the_same_message(push: Push, box: int, look: Callable[[], Session]) -> None:
    answers = {push(message(Content="只有一次")).data.split(b"<CreateTime>")[0] for _ in range(10)}
    assert len(answers) == 1
    assert look().scalar(select(func.count()).select_from(LetterPart)) == 1


def test_the_check_of_the_address_cannot_be_guessed(client: FlaskClient, account: OfficialAccount) -> None:
    for query, _ in forged():
        if "encrypt_type" not in query:
            answer = client.get(f"/callbacks/wechat/{account.id}", query_string={**query, "echostr": "<script>1</script>"})
            assert answer.status_code == 403 and b"script" not in answer.data
