"""The simulated platform's own events, sent over the wire and read by us; links checked against its pages."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qsl, urlsplit

import pytest

from publishers.sandbox.running import Running
from publishers.wechat.client import Client
from publishers.wechat.draft import DraftBox
from publishers.wechat.inbound import (
    TAKEN,
    CallbackKeys,
    MassSendFinished,
    PublishFinished,
    Push,
    check_address,
    read_push,
)
from publishers.wechat.mass import MassSend
from publishers.wechat.release import Release
from tests.publishers.wechat.deliveries import APP_ID, Delivery

AES_KEY = "abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG"


class Callback:
    """A callback address that checks, reads and keeps every push."""

    def __init__(self, keys: CallbackKeys) -> None:
        self.pushes: list[Push] = []
        self._came = threading.Condition()
        callback = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                self._answer(check_address(keys, self._query()))

            def do_POST(self) -> None:
                push = read_push(keys, self._query(), self.rfile.read(int(self.headers["Content-Length"])))
                self._answer(TAKEN)
                with callback._came:
                    callback.pushes.append(push)
                    callback._came.notify_all()

            def _query(self) -> dict[str, str]:
                return dict(parse_qsl(urlsplit(self.path).query))

            def _answer(self, text: str) -> None:
                self.send_response(200)
                self.end_headers()
                self.wfile.write(text.encode())

            def log_message(self, format: str, *args: object) -> None:
                return

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self._server.server_address[1]}/callbacks/wechat"
        threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()

    def first(self, seconds: float = 10.0) -> Push:
        deadline = time.monotonic() + seconds
        with self._came:
            while not self.pushes:
                assert self._came.wait(deadline - time.monotonic()), "no event came"
        return self.pushes[0]

    def stop(self) -> None:
        self._server.shutdown()
        self._server.server_close()


@pytest.fixture(params=["", AES_KEY], ids=["plain", "encrypted"])
def callback(sandbox: Running, request: pytest.FixtureRequest) -> Iterator[Callback]:
    made = Callback(CallbackKeys(APP_ID, "qunsheng-token", request.param))
    sandbox.account(APP_ID, callback_url=made.url, token="qunsheng-token", encoding_aes_key=request.param)
    yield made
    made.stop()


def drafted(client: Client) -> Delivery:
    draft = Delivery()
    draft.send(DraftBox(client))
    return draft.following()


def test_the_address_check_passes(callback: Callback, sandbox: Running) -> None:
    assert sandbox.control("POST", "callback_check", {"app_id": APP_ID}) == {"ok": True}


def test_the_publishing_event_says_what_the_poll_says(callback: Callback, client: Client) -> None:
    delivery = drafted(client)
    delivery.send(Release(client))
    push = callback.first()
    receipt = delivery.confirmed(Release(client))
    assert push == PublishFinished(delivery.memory["publish_id"], 0, receipt.remote_id, receipt.permalinks)


def test_the_mass_send_event_brings_the_links(callback: Callback, client: Client, sandbox: Running) -> None:
    delivery = drafted(client)
    delivery.send(MassSend(client))
    push = callback.first()
    assert isinstance(push, MassSendFinished)
    assert (push.msg_id, push.failure, len(push.permalinks)) == (delivery.memory["msg_id"], None, 2)
    assert push.permalinks[0].startswith(f"{sandbox.url}/s/")
