"""Pushes: the official vector, the encrypted vector, both formats, and everything that must not be believed."""

from __future__ import annotations

import json

import pytest

from publishers.wechat.inbound import (
    CallbackKeys,
    MassSendFinished,
    NotGenuine,
    OtherPush,
    PublishFinished,
    check_address,
    read_push,
    signature,
)

TOKEN = "AAAAA"
KEYS = CallbackKeys("wx1234567890abcdef", TOKEN, "abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG")
SEALED = (
    "Q3stYC6hdFzMh9T8HCvyDMw5rmmq0qJcY77jXFhg3zcsmBXvn4zy3wlNEKGqmOUce3kXqQffzVSIUAhoPbwRyygEFMbu134/"
    "LtpOHyi0ysVImpUvFJvPDIUhXMHVf2oiiz7QOTWHZv7mhtB5VS1CuHpw2fUBPDWYOuWOyXqszbY="
)
SEALED_AT = 1714112445
SEALED_QUERY = {
    "timestamp": str(SEALED_AT), "nonce": "415670741", "encrypt_type": "aes",
    "msg_signature": "2001b2577f05e8881153d85b53f181d5747b2f52", "signature": "not looked at",
}
SEALED_BODY = f"<xml><ToUserName><![CDATA[gh_1]]></ToUserName><Encrypt><![CDATA[{SEALED}]]></Encrypt></xml>".encode()


def signed(nonce: str = "n1", at: int = SEALED_AT) -> dict[str, str]:
    return {"timestamp": str(at), "nonce": nonce, "signature": signature(TOKEN, str(at), nonce)}


def read(xml: str) -> object:
    return read_push(KEYS, signed(), f"<xml>{xml}</xml>".encode(), SEALED_AT)


def test_the_official_address_check_is_answered_with_the_echo() -> None:
    query = {
        "signature": "899cf89e464efb63f54ddac96b0a0a235f53aa78", "timestamp": "1714037059",
        "nonce": "486452656", "echostr": "4375120948345356249",
    }
    assert check_address(KEYS, query, 1714037059) == "4375120948345356249"


@pytest.mark.parametrize("seconds", [301, -301, 10_000_000])
def test_an_old_or_future_push_is_not_believed(seconds: int) -> None:
    with pytest.raises(NotGenuine):
        check_address(KEYS, {**signed(), "echostr": "1"}, SEALED_AT + seconds)


def test_a_wrong_signature_or_an_empty_token_is_not_believed() -> None:
    with pytest.raises(NotGenuine):
        check_address(KEYS, {**signed(), "signature": "0" * 40, "echostr": "1"}, SEALED_AT)
    with pytest.raises(NotGenuine):
        query = {**signed(), "signature": signature("", str(SEALED_AT), "n1"), "echostr": "1"}
        check_address(CallbackKeys("wx1", ""), query, SEALED_AT)


def test_the_encrypted_vector_opens() -> None:
    push = read_push(KEYS, SEALED_QUERY, SEALED_BODY, SEALED_AT)
    assert isinstance(push, OtherPush)
    assert (push.kind, push.fields["Content"]) == ("text", "你好")


def test_the_previous_key_still_opens_after_a_change_of_keys() -> None:
    changed = CallbackKeys(KEYS.app_id, TOKEN, "Z" * 43, KEYS.aes_key)
    assert isinstance(read_push(changed, SEALED_QUERY, SEALED_BODY, SEALED_AT), OtherPush)


@pytest.mark.parametrize(
    "keys",
    [CallbackKeys("wxAnotherAccount", TOKEN, KEYS.aes_key), CallbackKeys(KEYS.app_id, TOKEN, "Z" * 43),
     CallbackKeys(KEYS.app_id, TOKEN, "short"), CallbackKeys(KEYS.app_id, TOKEN)],
)
def test_another_accounts_message_or_key_does_not_open(keys: CallbackKeys) -> None:
    with pytest.raises(NotGenuine):
        read_push(keys, SEALED_QUERY, SEALED_BODY, SEALED_AT)


@pytest.mark.parametrize("spoiled", [SEALED[:-8], SEALED[:-1] + "!", "", "AAAA"])
def test_a_spoiled_cipher_is_refused_even_when_signed(spoiled: str) -> None:
    query = {**SEALED_QUERY, "msg_signature": signature(TOKEN, str(SEALED_AT), "415670741", spoiled)}
    with pytest.raises(NotGenuine):
        read_push(KEYS, query, f"<xml><Encrypt>{spoiled}</Encrypt></xml>".encode(), SEALED_AT)


def test_publication_finished_with_two_articles_in_any_order() -> None:
    push = read("""<ToUserName>gh_1</ToUserName><CreateTime>1714112440</CreateTime><MsgType><![CDATA[event]]></MsgType>
        <Event><![CDATA[PUBLISHJOBFINISH]]></Event><PublishEventInfo><publish_id>2247503051</publish_id>
        <publish_status>0</publish_status><article_id><![CDATA[b5O2OUs25HBxRceL7hfReg-U9QGeq9zQjiDvy
]]></article_id><article_detail><count>2</count>
        <item><idx>2</idx><article_url><![CDATA[https://mp.weixin.qq.com/s/second]]></article_url></item>
        <item><idx>1</idx><article_url><![CDATA[https://mp.weixin.qq.com/s/first?a=1&b=2]]></article_url></item>
        </article_detail></PublishEventInfo>""")
    assert push == PublishFinished(
        "2247503051", 0, "b5O2OUs25HBxRceL7hfReg-U9QGeq9zQjiDvy",
        ("https://mp.weixin.qq.com/s/first?a=1&b=2", "https://mp.weixin.qq.com/s/second"),
    )
    assert push.failure is None


def test_publication_refused_names_the_articles() -> None:
    push = read("""<MsgType>event</MsgType><Event>publishjobfinish</Event><PublishEventInfo><publish_id>7</publish_id>
        <publish_status>4</publish_status><fail_idx>1</fail_idx><fail_idx>2</fail_idx></PublishEventInfo>""")
    assert isinstance(push, PublishFinished)
    assert push.failed == (1, 2)
    assert push.failure is not None
    assert "review" in push.failure.reason


def test_json_pushes_are_read_the_same_way() -> None:
    said = {
        "MsgType": "event", "Event": "PUBLISHJOBFINISH",
        "PublishEventInfo": {
            "publish_id": 7, "publish_status": 0, "article_id": "a1",
            "article_detail": {"count": 1, "item": [{"idx": 1, "article_url": "https://mp.weixin.qq.com/s/x"}]},
        },
    }
    push = read_push(KEYS, signed(), json.dumps(said).encode(), SEALED_AT)
    assert push == PublishFinished("7", 0, "a1", ("https://mp.weixin.qq.com/s/x",))


def test_mass_send_finished_with_counts_and_a_single_link() -> None:
    push = read("""<MsgType>event</MsgType><Event>MASSSENDJOBFINISH</Event><MsgID>1000001625</MsgID>
        <Status><![CDATA[send success]]></Status><TotalCount>100</TotalCount><FilterCount>80</FilterCount>
        <SentCount>75</SentCount><ErrorCount>5</ErrorCount><ArticleUrlResult><Count>1</Count><ResultList>
        <item><ArticleIdx>1</ArticleIdx><ArticleUrl>https://mp.weixin.qq.com/s/one</ArticleUrl></item>
        </ResultList></ArticleUrlResult>""")
    assert push == MassSendFinished("1000001625", "send success", 100, 80, 75, 5, ("https://mp.weixin.qq.com/s/one",))
    assert push.failure is None


def test_mass_send_stopped_by_the_review_says_why_and_unknown_counts_stay_unknown() -> None:
    push = read("<MsgType>event</MsgType><Event>MASSSENDJOBFINISH</Event><MsgID>9</MsgID><Status>err(20001)</Status>")
    assert isinstance(push, MassSendFinished)
    assert push.sent is None
    assert push.failure is not None
    assert "politics" in push.failure.reason


def test_a_followers_message_with_markup_words_is_only_text() -> None:
    push = read("<MsgType>text</MsgType><FromUserName>oX</FromUserName><MsgId>42</MsgId>"
                "<Content><![CDATA[<!DOCTYPE html> 和 <!ENTITY x> 怎么写？]]></Content>")
    assert isinstance(push, OtherPush)
    assert (push.sender, push.key, push.fields["Content"]) == ("oX", "42", "<!DOCTYPE html> 和 <!ENTITY x> 怎么写？")


@pytest.mark.parametrize(
    "body",
    [
        b'<!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]><xml><MsgType>&b;</MsgType></xml>',
        b'<!DOCTYPE x SYSTEM "file:///etc/passwd"><xml><MsgType>text</MsgType></xml>',
        b"<xml><MsgType>text</xml>", b"<xml/>", b"", b"\xff\xfe", b"[1]", b"{", b"<xml>" + b"<a>" * 40,
        b'{"a":' * 20_000, b"<xml>" + b"x" * 2_000_000 + b"</xml>",
    ],
)
def test_dangerous_or_broken_bodies_are_refused(body: bytes) -> None:
    with pytest.raises(NotGenuine):
        read_push(KEYS, signed(), body, SEALED_AT)


def test_keys_are_not_printed() -> None:
    assert TOKEN not in repr(KEYS)
    assert KEYS.aes_key not in repr(KEYS)
