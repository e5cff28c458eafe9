"""The envelope against the vectors of the reference, in three modes and two formats, and replies that open again."""

from __future__ import annotations

import json

import pytest

from publishers.flat_xml import parse
from publishers.wechat import replies
from publishers.wechat.envelope import CallbackKeys, NotGenuine, check_address, open_push, seal, signature
from publishers.wechat.inbound import OtherPush, understood
from tests.publishers.wechat import pushes
from tests.publishers.wechat.pushes import AES_KEY, APP_ID, MODES, OTHER_KEY, PLAIN, SECURE, TOKEN

KEYS = CallbackKeys(APP_ID, TOKEN, AES_KEY)
AT = 1714112445
CIPHER = (
    "Q3stYC6hdFzMh9T8HCvyDMw5rmmq0qJcY77jXFhg3zcsmBXvn4zy3wlNEKGqmOUce3kXqQffzVSIUAhoPbwRyygEFMbu134/"
    "LtpOHyi0ysVImpUvFJvPDIUhXMHVf2oiiz7QOTWHZv7mhtB5VS1CuHpw2fUBPDWYOuWOyXqszbY="
)
OPENED = "<xml><MsgType><![CDATA[text]]></MsgType><Content><![CDATA[你好]]></Content></xml>"
SENTENCE = "收到了，编号 2026-0123。<b>&]]>结束"


def test_the_official_signature_vector() -> None:
    assert signature("AAAAA", "1714037059", "486452656") == "899cf89e464efb63f54ddac96b0a0a235f53aa78"


def test_the_official_address_check_vector() -> None:
    query = {
        "signature": "899cf89e464efb63f54ddac96b0a0a235f53aa78", "timestamp": "1714037059", "nonce": "486452656",
        "echostr": "4375120948345356249",
    }
    assert check_address(KEYS, query, 1714037059) == "4375120948345356249"
    with pytest.raises(NotGenuine):
        check_address(KEYS, {**query, "nonce": "486452657"}, 1714037059)


def test_the_msg_signature_vector() -> None:
    assert signature(TOKEN, "1714112445", "415670741", CIPHER) == "2001b2577f05e8881153d85b53f181d5747b2f52"


def test_the_decryption_vector() -> None:
    query = {
        "timestamp": "1714112445", "nonce": "415670741", "encrypt_type": "aes",
        "msg_signature": "2001b2577f05e8881153d85b53f181d5747b2f52",
    }
    opened = open_push(KEYS, query, f"<xml><Encrypt>{CIPHER}</Encrypt></xml>".encode(), AT)
    assert opened.said == {"MsgType": "text", "Content": "你好"} == parse(OPENED)
    assert opened.aes_key == AES_KEY


def test_the_encryption_vector_round_trip() -> None:
    """Sixteen bytes are random, so a cipher is proven by opening it; its length is the vector's."""
    cipher = seal(OPENED, AES_KEY, APP_ID)
    assert len(cipher) == len(CIPHER) and cipher != seal(OPENED, AES_KEY, APP_ID)
    query = {
        "timestamp": str(AT), "nonce": "n", "encrypt_type": "aes",
        "msg_signature": signature(TOKEN, str(AT), "n", cipher),
    }
    assert open_push(KEYS, query, f"<xml><Encrypt>{cipher}</Encrypt></xml>".encode(), AT).said == parse(OPENED)


@pytest.mark.parametrize("length", range(70))
def test_every_padding_from_1_to_32_opens(length: int) -> None:
    query, body = pushes.pushed({"MsgType": "text", "Content": "x" * length}, SECURE, at=AT)
    assert open_push(KEYS, query, body, AT).said["MsgType"] == "text"


@pytest.mark.parametrize("as_json", [False, True], ids=["xml", "json"])
@pytest.mark.parametrize("mode", MODES)
def test_a_message_is_understood_and_answered_in_its_own_mode_and_format(mode: str, as_json: bool) -> None:
    query, body = pushes.pushed(pushes.message(Content="我想投稿"), mode, as_json=as_json, at=AT)
    opened = open_push(KEYS, query, body, AT)
    push = understood(opened)
    assert isinstance(push, OtherPush) and push.text("Content") == "我想投稿" and opened.as_json == as_json
    reply = replies.text_reply(KEYS, opened, push, SENTENCE, AT)
    assert reply.content_type == ("application/json" if as_json else "text/xml")
    said = _unsealed(reply.body, mode, as_json)
    assert (said["ToUserName"], said["FromUserName"], said["MsgType"]) == (pushes.FOLLOWER, "gh_a", "text")
    assert said["Content"] == SENTENCE and str(said["CreateTime"]) == str(AT)


def test_a_reply_is_sealed_with_the_key_that_opened_the_message() -> None:
    keys = CallbackKeys(APP_ID, TOKEN, OTHER_KEY, AES_KEY)
    query, body = pushes.pushed(pushes.message(Content="你好"), SECURE, at=AT)
    opened = open_push(keys, query, body, AT)
    push = understood(opened)
    assert isinstance(push, OtherPush)
    assert opened.aes_key == AES_KEY
    assert _unsealed(replies.text_reply(keys, opened, push, "好", AT).body, SECURE, False)["Content"] == "好"


def test_a_reply_stays_within_what_the_platform_takes() -> None:
    query, body = pushes.pushed(pushes.message(Content="你好"), at=AT)
    opened = open_push(KEYS, query, body, AT)
    push = understood(opened)
    assert isinstance(push, OtherPush)
    said = parse(replies.text_reply(KEYS, opened, push, "长" * 5000, AT).body)
    assert said["Content"] == "长" * 682


def test_an_account_of_sealed_pushes_refuses_the_clear() -> None:
    keys = CallbackKeys(APP_ID, TOKEN, AES_KEY, only_sealed=True)
    for mode in MODES:
        query, body = pushes.pushed(pushes.message(Content="你好"), mode, at=AT)
        if mode == PLAIN:
            with pytest.raises(NotGenuine):
                open_push(keys, query, body, AT)
        else:
            assert open_push(keys, query, body, AT).said["Content"] == "你好"


def test_in_compatible_mode_the_words_in_the_clear_are_not_believed() -> None:
    query, body = pushes.pushed(pushes.message(Content="真"), "compatible", at=AT)
    forged = body.replace("真".encode(), "假".encode())
    assert forged != body
    assert open_push(KEYS, query, forged, AT).said["Content"] == "真"


@pytest.mark.parametrize("changed", [{"signature": "x"}, {"msg_signature": ""}, {"msg_signature": "signature"}])
def test_a_sealed_push_is_proven_by_msg_signature_alone(changed: dict[str, str]) -> None:
    query, body = pushes.pushed(pushes.message(Content="你好"), SECURE, at=AT)
    asked = {**query, **{name: query.get(value, value) for name, value in changed.items()}}
    if "msg_signature" in changed:
        with pytest.raises(NotGenuine):
            open_push(KEYS, asked, body, AT)
    else:
        assert open_push(KEYS, asked, body, AT).said["Content"] == "你好"


@pytest.mark.parametrize(
    "keys", [CallbackKeys("wxother", TOKEN, AES_KEY), CallbackKeys(APP_ID, TOKEN, OTHER_KEY), CallbackKeys(APP_ID, "B", AES_KEY)]
)
def test_another_app_id_key_or_token_opens_nothing(keys: CallbackKeys) -> None:
    query, body = pushes.pushed(pushes.message(Content="你好"), SECURE, at=AT)
    with pytest.raises(NotGenuine):
        open_push(keys, query, body, AT)


@pytest.mark.parametrize(("seconds", "taken"), [(300, True), (-300, True), (301, False), (-301, False)])
def test_the_window_is_five_minutes_either_way(seconds: int, taken: bool) -> None:
    query, body = pushes.pushed(pushes.message(Content="你好"), SECURE, at=AT)
    if taken:
        assert open_push(KEYS, query, body, AT + seconds).said["Content"] == "你好"
    else:
        with pytest.raises(NotGenuine):
            open_push(KEYS, query, body, AT + seconds)


def _unsealed(body: str, mode: str, as_json: bool) -> dict[str, str]:
    said = json.loads(body) if as_json else parse(body)
    if mode == PLAIN:
        return dict(said)
    query = {
        "timestamp": str(said["TimeStamp"]), "nonce": said["Nonce"], "encrypt_type": "aes", "msg_signature": said["MsgSignature"],
    }
    return dict(open_push(KEYS, query, body.encode(), AT).said)
