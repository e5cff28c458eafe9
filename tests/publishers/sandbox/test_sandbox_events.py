"""Result events: signed, plain or encrypted, repeated or left out when told."""

from __future__ import annotations

import base64
import hashlib
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
from publishers.sandbox.wechat.events import signature

APP_ID = "wx00000000000000a1"
TOKEN = "AAAAA"
AES_KEY = "abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG"

Received = tuple[dict[str, str], bytes]


class Listener:
    """A callback address that keeps what it gets."""

    def __init__(self) -> None:
        self.got: queue.Queue[Received] = queue.Queue()
        listener = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                listener.got.put((self.query(), body))
                self.reply(b"success")

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
