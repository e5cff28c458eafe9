"""Somebody signed in, over real HTTP: one connection that is kept, a session cookie, a form token."""

from __future__ import annotations

import http.client
import secrets
import time
from urllib.parse import urlencode, urlsplit

from flask import Flask
from flask.sessions import SecureCookieSessionInterface
from itsdangerous import URLSafeTimedSerializer

from editorial.people.people import Person
from tests.bench.machine import SECRET

IDLE_SECONDS = 10.0
"""A connection that was quiet so long is opened anew, as browsers do: the server hangs up after 15 s."""


class Browser:
    """Asks as `person` at `url`; each answer comes with the seconds it took."""

    def __init__(self, url: str, person: Person | None = None) -> None:
        self._connection = http.client.HTTPConnection(urlsplit(url).netloc, timeout=60)
        self._used_at = time.monotonic()
        self._headers: dict[str, str] = {}
        self._form_token = ""
        if person is not None:
            seed = secrets.token_hex(20)
            cookie = {"person": person.id, "epoch": person.session_epoch, "csrf_token": seed, "_permanent": True}
            self._headers["Cookie"] = "session=" + _signed(cookie)
            self._form_token = URLSafeTimedSerializer(SECRET, salt="wtf-csrf-token").dumps(seed)

    def get(self, path: str) -> tuple[int, float]:
        """Status and seconds."""
        return self._ask("GET", path, None, {})[:2]

    def post(self, path: str, fields: dict[str, str]) -> tuple[int, float]:
        """Send a form."""
        return self.send(path, fields)[:2]

    def send(self, path: str, fields: dict[str, str]) -> tuple[int, float, str]:
        """Send a form; status, seconds, and where the answer leads."""
        body = urlencode({**fields, "csrf_token": self._form_token})
        return self._ask("POST", path, body.encode(), {"Content-Type": "application/x-www-form-urlencoded"})

    def close(self) -> None:
        """Hang up."""
        self._connection.close()

    def _ask(self, method: str, path: str, body: bytes | None, headers: dict[str, str]) -> tuple[int, float, str]:
        if time.monotonic() - self._used_at > IDLE_SECONDS:
            self._connection.close()
        started = time.perf_counter()
        self._connection.request(method, path, body, {**self._headers, **headers})
        answer = self._connection.getresponse()
        answer.read()
        self._used_at = time.monotonic()
        return answer.status, time.perf_counter() - started, answer.headers.get("Location", "")


def _signed(session: dict[str, object]) -> str:
    app = Flask("cookies")
    app.secret_key = SECRET
    serializer = SecureCookieSessionInterface().get_signing_serializer(app)
    assert serializer is not None
    return str(serializer.dumps(session))
