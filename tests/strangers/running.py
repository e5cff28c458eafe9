"""The strangers' server on loopback: finds the account or robot, and loses answers in every way that is known."""

from __future__ import annotations

import hashlib
import json
import socket
import struct
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

from tests.strangers.account import Account, Lost, Refusal, Unknown
from tests.strangers.manners import Fault, Job, Json, Manners, Plan
from tests.strangers.robots import Robots

HTML = "<html><head><title>请登录</title></head><body>网络认证</body></html>".encode()


class Strangers(ThreadingHTTPServer):
    """All simulated accounts and robots behind one address. `hold` is how long a held answer is late."""

    daemon_threads = True

    def __init__(self, hold: float) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.url = f"http://127.0.0.1:{self.server_address[1]}"
        self.hold, self.plan = hold, Plan()
        self.accounts: dict[str, Account] = {}
        self.callbacks: dict[str, str] = {}
        self.robots = Robots(self.plan)
        self.events_sent: list[int] = []

    def account(self, app_id: str, manners: Manners) -> Account:
        """A new account."""
        self.accounts[app_id] = Account(manners, self.plan, self.url)
        return self.accounts[app_id]

    def handle_error(self, request: object, client_address: object) -> None:
        """A caller who was killed is no news."""

    def whose(self, token: str) -> Account:
        """The account that gave out this token, else any: it will refuse it."""
        for account in self.accounts.values():
            if account.gave(token):
                return account
        return next(iter(self.accounts.values()))

    def push_events(self) -> None:
        """Push what is due of the events, in an order of their own."""
        for app_id, account in self.accounts.items():
            account.tick()
            for pushed in list(account.pushes):
                delay, job = pushed
                if delay < 0 or (job.ended and time.time() >= job.ends_at + delay):
                    account.pushes.remove(pushed)
                    self._push(app_id, account, job)

    def _push(self, app_id: str, account: Account, job: Job) -> None:
        address = self.callbacks.get(app_id)
        if not address:
            return
        now, nonce = str(int(time.time())), "n0nce"
        signature = hashlib.sha1("".join(sorted(("kanban2026", now, nonce))).encode()).hexdigest()  # noqa: S324
        request = urllib.request.Request(  # noqa: S310
            f"{address}?signature={signature}&timestamp={now}&nonce={nonce}&openid=o1", data=_event(account, job).encode(),
            headers={"Content-Type": "text/xml"},
        )
        try:
            with urllib.request.urlopen(request, timeout=5) as answer:  # noqa: S310
                answer.read()
            self.events_sent.append(job.publish_id)
        except (urllib.error.URLError, OSError):
            pass


def _event(account: Account, job: Job) -> str:
    status = job.outcome
    items = "".join(f"<item><idx>{row['idx']}</idx><article_url><![CDATA[{row['article_url']}]]></article_url></item>"
                    for row in account.rows(job)) if status == 0 else ""
    detail = f"<article_id><![CDATA[{job.article_id}]]></article_id><article_detail><count>1</count>{items}</article_detail>"
    return (
        "<xml><ToUserName><![CDATA[gh_1]]></ToUserName><FromUserName><![CDATA[mphelper]]></FromUserName>"
        f"<CreateTime>{int(time.time())}</CreateTime><MsgType><![CDATA[event]]></MsgType>"
        "<Event><![CDATA[PUBLISHJOBFINISH]]></Event><PublishEventInfo>"
        f"<publish_id>{job.publish_id}</publish_id><publish_status>{status}</publish_status>{detail}"
        "</PublishEventInfo></xml>"
    )


@contextmanager
def running(hold: float) -> Iterator[Strangers]:
    """The server, answering until the block ends."""
    server = Strangers(hold)
    ended = threading.Event()

    def push() -> None:
        while not ended.wait(0.1):
            server.push_events()

    threads = [threading.Thread(target=server.serve_forever, daemon=True), threading.Thread(target=push, daemon=True)]
    for thread in threads:
        thread.start()
    try:
        yield server
    finally:
        ended.set()
        server.shutdown()
        server.server_close()


class _Handler(BaseHTTPRequestHandler):
    """One call."""

    protocol_version = "HTTP/1.1"
    server: Strangers

    def log_message(self, format: str, *args: Any) -> None:
        """Silent."""

    def do_GET(self) -> None:
        self._serve({})

    def do_POST(self) -> None:
        raw = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        body: Json = {}
        if "json" in self.headers.get("Content-Type", ""):
            body = json.loads(raw)
        self._serve(body)

    def _serve(self, body: Json) -> None:
        parts = urlsplit(self.path)
        robots = self.server.robots
        account: Account | None = None
        feishu = "open-apis" in parts.path
        try:
            if robots.knows(parts.path):
                self._say(robots.answer(parts.path, parts.query, body), None)
                return
            call = parts.path.removeprefix("/cgi-bin/").strip("/")
            if call == "stable_token":
                account = self.server.accounts[str(body["appid"])]
                self._say(account.token(), account)
                return
            token = parse_qs(parts.query).get("access_token", [""])[0]
            account = self.server.whose(token)
            said = account.answer(call, token, body)
            if account.manners.success_code or "publish_id" in said:
                said = {"errcode": 0, **said}
            self._say(said, account)
        except Refusal as refusal:
            said = {"errcode": refusal.code, "errmsg": f"refused rid: 67a1-{refusal.code}"}
            self._say({"code": refusal.code, "msg": "no"} if feishu else said, account)
        except Unknown:
            self._raw(HTML, account.manners.missing_status if account else 404, "text/html")
        except Lost as lost:
            self._lose(lost.fault, lost.answer, account)

    def _lose(self, fault: Fault, answer: Json, account: Account | None) -> None:
        match fault.loss:
            case "hold":
                time.sleep(self.server.hold)
                self._say(answer, account)
            case "reset":
                self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
                self.connection.close()
                self.close_connection = True
            case "truncated":
                self._raw(b'{"errcode":0,"errm', 200, "application/json", announced=200)
                self.close_connection = True
            case "html":
                self._raw(HTML, 200, "text/html")
            case "empty":
                self._raw(b"", 200, "application/json")
            case "fault":
                self._raw(b'{"errcode":0}', 500, "application/json")
            case "gateway":
                self._raw(HTML, 502, "text/html")
            case "busy":
                self._say({"errcode": -1, "code": -1, "errmsg": "system busy"}, account)
            case _:
                self._say({"errmsg": "ok"}, account)

    def _say(self, said: Json, account: Account | None) -> None:
        manners = account.manners if account else Manners()
        if manners.control_characters:
            said = {**said, "extra": "\x01\t\x1f", "unknown": {"deep": [1, None]}}
            data = json.dumps(said, ensure_ascii=False).replace("\\u0001\\t\\u001f", "\x01\t\x1f").encode()
        else:
            data = json.dumps(said, ensure_ascii=False).encode()
        self._raw(data, 200, manners.content_type)

    def _raw(self, data: bytes, status: int, content_type: str, announced: int | None = None) -> None:
        try:
            self.send_response(status)
            self.send_header("Content-Type", content_type)
            self.send_header("Content-Length", str(len(data) if announced is None else announced))
            self.end_headers()
            self.wfile.write(data)
        except OSError:
            self.close_connection = True
