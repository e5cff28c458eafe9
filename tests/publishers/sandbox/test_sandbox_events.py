"""Result events: signed, plain or encrypted, repeated or left out when told."""

from __future__ import annotations

import base64
import hashlib
import json
import queue
import struct
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit
from xml.etree import ElementTree

import pytest
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

from publishers.sandbox.running import Running
from publishers.sandbox.things import Account
from publishers.sandbox.wechat.events import as_json, decrypt, encrypt, signature

APP_ID = "wx00000000000000a1"
TOKEN = "AAAAA"
AES_KEY = "abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG"

Received = tuple[dict[str, str], bytes]


class Listener:
    """A callback address that keeps what it gets."""

    def __init__(self) -> None:
        self.got: queue.Queue[Received] = queue.Queue()
        self.answer = b"success"
        listener = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                listener.got.put((self.query(), body))
                self.reply(listener.answer)

            def do_GET(self) -> None:
                self.reply(self.query()["echostr"].encode())

            def query(self) -> dict[str, str]:
                return {name: values[0] for name, values in parse_qs(urlsplit(self.path).query).items()}

            def reply(self, content: bytes) -> None:
                self.send_response(200)
                self.send_header("Content-Length", str(len(content)))
                self.end_headers()
                self.wfile.write(content)

            def log_message(self, format: str, *args: Any) -> None:
                pass

        self.server = HTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_port}/callbacks/wechat/1"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()


@pytest.fixture
def listener() -> Iterator[Listener]:
    listener = Listener()
    yield listener
    listener.server.shutdown()
    listener.server.server_close()


def publish(client) -> str:
    return str(client.ask("freepublish/submit", {"media_id": client.draft()})["publish_id"])


def test_the_official_signature_vector():
    assert signature(TOKEN, "1714037059", "486452656") == "899cf89e464efb63f54ddac96b0a0a235f53aa78"


def test_a_plain_event(client, sandbox: Running, listener: Listener):
    sandbox.account(APP_ID, callback_url=listener.url, token=TOKEN)
    publish_id = publish(client)
    query, body = listener.got.get(timeout=5)
    assert query["signature"] == signature(TOKEN, query["timestamp"], query["nonce"])
    info = ElementTree.fromstring(body).find("PublishEventInfo")
    assert info is not None
    assert (info.findtext("publish_id"), info.findtext("publish_status")) == (publish_id, "0")
    said = client.ask("freepublish/get", {"publish_id": publish_id})
    assert (info.findtext("article_id") or "").strip() == said["article_id"]
    assert info.findtext("article_detail/item/article_url") == said["article_detail"]["item"][0]["article_url"]
    assert sandbox.wait_for("event_sent")[0]["answered"]


def test_an_encrypted_event(client, sandbox: Running, listener: Listener):
    sandbox.account(APP_ID, callback_url=listener.url, token=TOKEN, encoding_aes_key=AES_KEY)
    publish_id = publish(client)
    query, body = listener.got.get(timeout=5)
    secret = ElementTree.fromstring(body).findtext("Encrypt") or ""
    parts = sorted([TOKEN, query["timestamp"], query["nonce"], secret])
    assert query["msg_signature"] == hashlib.sha1("".join(parts).encode()).hexdigest()
    key = base64.b64decode(AES_KEY + "=")
    decryptor = Cipher(algorithms.AES(key), modes.CBC(key[:16])).decryptor()
    plain = decryptor.update(base64.b64decode(secret)) + decryptor.finalize()
    plain = plain[: -plain[-1]]
    (length,) = struct.unpack(">I", plain[16:20])
    assert plain[20 + length :].decode() == APP_ID
    assert f"<publish_id>{publish_id}</publish_id>" in plain[20 : 20 + length].decode()


def test_repeated_and_skipped_events(client, sandbox: Running, listener: Listener):
    sandbox.account(APP_ID, callback_url=listener.url, token=TOKEN)
    sandbox.fault("/cgi-bin/freepublish/submit", "repeat_event", count=3)
    publish(client)
    sandbox.wait_for("event_sent", 3)
    sandbox.fault("/cgi-bin/freepublish/submit", "skip_event")
    publish(client)
    sandbox.wait_for("published", 2)
    assert client.ask("freepublish/batchget", {"offset": 0, "count": 1})["total_count"] == 2
    assert listener.got.qsize() == 3


def test_an_event_nobody_takes_is_tried_three_times(client, sandbox: Running):
    sandbox.account(APP_ID, callback_url="http://127.0.0.1:9/callback", token=TOKEN)
    publish(client)
    assert [event["answered"] for event in sandbox.wait_for("event_sent", 3)] == [False] * 3


def test_a_mass_send_has_its_own_event(client, sandbox: Running, listener: Listener):
    sandbox.account(APP_ID, callback_url=listener.url, token=TOKEN)
    body = {"filter": {"is_to_all": True}, "mpnews": {"media_id": client.draft()}, "msgtype": "mpnews"}
    msg_id = client.ask("message/mass/sendall", body)["msg_id"]
    root = ElementTree.fromstring(listener.got.get(timeout=5)[1])
    assert (root.findtext("Event"), root.findtext("MsgID")) == ("MASSSENDJOBFINISH", str(msg_id))
    assert root.findtext("Status") == "send success"
    assert root.findtext("ArticleUrlResult/Count") == "1"


def test_the_console_checks_a_callback_address(sandbox: Running, listener: Listener):
    sandbox.account(APP_ID, callback_url=listener.url, token=TOKEN)
    assert sandbox.control("POST", "callback_check", {"app_id": APP_ID}) == {"ok": True}
    sandbox.account(APP_ID, callback_url="http://127.0.0.1:9/")
    assert sandbox.control("POST", "callback_check", {"app_id": APP_ID}) == {"ok": False}


def opened(query: dict[str, str], secret: str) -> str:
    """The message inside an encrypted push whose signature fits."""
    parts = sorted([TOKEN, query["timestamp"], query["nonce"], secret])
    assert query["msg_signature"] == hashlib.sha1("".join(parts).encode()).hexdigest()
    return decrypt(Account(APP_ID, encoding_aes_key=AES_KEY), secret)


@pytest.mark.parametrize("mode", ["plain", "compatible", "secure"])
def test_the_three_modes_as_xml(client, sandbox: Running, listener: Listener, mode: str):
    sandbox.account(APP_ID, callback_url=listener.url, token=TOKEN, encoding_aes_key=AES_KEY, push_mode=mode)
    publish_id = publish(client)
    query, body = listener.got.get(timeout=5)
    root = ElementTree.fromstring(body)
    assert (query.get("encrypt_type") == "aes") == (root.find("Encrypt") is not None) == (mode != "plain")
    assert (root.findtext("PublishEventInfo/publish_id") == publish_id) == (mode != "secure")
    if mode != "plain":
        assert f"<publish_id>{publish_id}</publish_id>" in opened(query, root.findtext("Encrypt") or "")


@pytest.mark.parametrize("mode", ["plain", "compatible", "secure"])
def test_the_three_modes_as_json(client, sandbox: Running, listener: Listener, mode: str):
    sandbox.account(
        APP_ID, callback_url=listener.url, token=TOKEN, encoding_aes_key=AES_KEY, push_mode=mode, push_format="json",
    )
    publish_id = publish(client)
    query, body = listener.got.get(timeout=5)
    said = json.loads(body)
    plain = said if mode == "plain" else json.loads(opened(query, said["Encrypt"]))
    info = plain["PublishEventInfo"]
    assert (info["publish_id"], info["publish_status"], info["article_detail"]["count"]) == (int(publish_id), 0, 1)
    assert info["article_detail"]["item"][0]["idx"] == 1
    assert ("PublishEventInfo" in said) == (mode != "secure")


def test_a_refused_mass_send_says_why(client, sandbox: Running, listener: Listener):
    sandbox.account(APP_ID, callback_url=listener.url, token=TOKEN, admin_confirms=True)
    body = {"filter": {"is_to_all": True}, "mpnews": {"media_id": client.draft()}, "msgtype": "mpnews"}
    client.ask("message/mass/sendall", body)
    sandbox.control("POST", "admin", {"app_id": APP_ID, "confirm": False})
    assert ElementTree.fromstring(listener.got.get(timeout=5)[1]).findtext("Status") == "err(40001)"


def test_the_event_tells_which_articles_are_reprints(client, sandbox: Running, listener: Listener):
    article = client.article(title="别人先写过的")
    sandbox.account(APP_ID, callback_url=listener.url, token=TOKEN, reprints={article["title"]: 3})
    body = {"filter": {"is_to_all": True}, "mpnews": {"media_id": client.draft(client.article(), article)}, "msgtype": "mpnews"}
    client.ask("message/mass/sendall", body)
    root = ElementTree.fromstring(listener.got.get(timeout=5)[1])
    assert (root.findtext("Status"), root.findtext("CopyrightCheckResult/CheckState")) == ("err(30002)", "3")
    assert [one.findtext("ArticleIdx") for one in root.iterfind("CopyrightCheckResult/ResultList/item")] == ["2"]


def test_a_late_event_comes_after_a_younger_one(client, sandbox: Running, listener: Listener):
    sandbox.account(APP_ID, callback_url=listener.url, token=TOKEN)
    sandbox.fault("/cgi-bin/freepublish/submit", "late_event", seconds=0.5)
    first, second = publish(client), publish(client)
    came = [ElementTree.fromstring(listener.got.get(timeout=5)[1]).findtext("PublishEventInfo/publish_id") for _ in range(2)]
    assert came == [second, first]


@pytest.mark.parametrize(
    ("said", "fields"),
    [
        ({"type": "text", "Content": "投稿：桂花 <开了> ]]> 吧"}, {"Content": "投稿：桂花 <开了> ]]> 吧"}),
        ({"type": "link", "Title": "题", "Description": "述", "Url": "https://a.example.cn/?b=1&c=2"},
         {"Url": "https://a.example.cn/?b=1&c=2", "Title": "题"}),
        ({"type": "location", "Location_X": "31.2", "Location_Y": "121.4", "Scale": "15", "Label": "车间"},
         {"Location_X": "31.2", "Label": "车间"}),
    ],
)
def test_a_follower_writes(sandbox: Running, listener: Listener, said: dict[str, str], fields: dict[str, str]):
    sandbox.account(APP_ID, callback_url=listener.url, token=TOKEN)
    answer = sandbox.control("POST", "messages", {"app_id": APP_ID, "from": "oReader1", "msg_id": "2247000000000001", **said})
    assert answer == {"ok": True, "status": 200, "answer": "success", "reply": {}}
    query, body = listener.got.get(timeout=5)
    root = ElementTree.fromstring(body)
    assert (query["openid"], root.findtext("FromUserName"), root.findtext("MsgType")) == ("oReader1", "oReader1", said["type"])
    assert root.findtext("MsgId") == "2247000000000001"
    assert {name: root.findtext(name) for name in fields} == fields


def test_the_picture_of_a_message_can_be_fetched(client, sandbox: Running, listener: Listener):
    sandbox.account(APP_ID, callback_url=listener.url, token=TOKEN)
    sent = b"\xff\xd8\xff\xe0" + b"\7" * 300
    order = {"app_id": APP_ID, "type": "image", "picture": base64.b64encode(sent).decode()}
    sandbox.control("POST", "messages", order)
    root = ElementTree.fromstring(listener.got.get(timeout=5)[1])
    media_id = root.findtext("MediaId") or ""
    assert client.raw("/cgi-bin/media/get", access_token=client.token, media_id=media_id).content == sent
    assert client.session.get(root.findtext("PicUrl") or "", timeout=10).content == sent


@pytest.mark.parametrize("form", ["xml", "json"])
@pytest.mark.parametrize("key", ["", AES_KEY])
def test_a_reply_is_read_and_decrypted(sandbox: Running, listener: Listener, form: str, key: str):
    account = Account(APP_ID, token=TOKEN, encoding_aes_key=key)
    words = "稿号 2026-0123，已收到。"
    reply = f"<xml><MsgType><![CDATA[text]]></MsgType><Content><![CDATA[{words}]]></Content></xml>"
    reply = as_json(reply) if form == "json" else reply
    if key:
        secret = encrypt(account, reply)
        sealed = {"Encrypt": secret, "MsgSignature": signature(TOKEN, "1", "2", secret), "TimeStamp": "1", "Nonce": "2"}
        inner = "".join(f"<{name}>{value}</{name}>" for name, value in sealed.items())
        reply = json.dumps(sealed) if form == "json" else f"<xml>{inner}</xml>"
    listener.answer = reply.encode()
    sandbox.account(APP_ID, callback_url=listener.url, token=TOKEN, encoding_aes_key=key, push_format=form)
    said = sandbox.control("POST", "messages", {"app_id": APP_ID, "type": "text", "Content": "投稿"})
    assert (said["ok"], said["reply"]["Content"]) == (True, words)


def test_a_wrong_reply_is_told(sandbox: Running, listener: Listener):
    sandbox.account(APP_ID, callback_url=listener.url, token=TOKEN)
    listener.answer = b"<xml><Content>"
    with pytest.raises(ValueError, match="cannot be read"):
        sandbox.control("POST", "messages", {"app_id": APP_ID, "type": "text", "Content": "投稿"})
    listener.answer = b"<html>Not found</html>"
    assert sandbox.control("POST", "messages", {"app_id": APP_ID, "type": "text"})["ok"] is False


def test_an_event_can_be_forged_and_repeated(sandbox: Running, listener: Listener):
    sandbox.account(APP_ID, callback_url=listener.url, token=TOKEN)
    sandbox.control("POST", "events", {"app_id": APP_ID, "event": "subscribe", "from": "oNew", "at": 1790000000, "times": 2})
    bodies = [listener.got.get(timeout=5)[1] for _ in range(2)]
    assert bodies[0] == bodies[1]
    root = ElementTree.fromstring(bodies[0])
    assert [root.findtext(name) for name in ("Event", "FromUserName", "CreateTime")] == ["subscribe", "oNew", "1790000000"]
