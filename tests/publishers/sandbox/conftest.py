"""A sandbox of its own for each test, and a client that speaks to it as the platforms' users do."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
import requests

from publishers.sandbox.running import Running
from publishers.sandbox.server import start

JPEG = b"\xff\xd8\xff\xe0" + b"\0" * 400
PNG = b"\x89PNG\r\n\x1a\n" + b"\0" * 400
APP_ID = "wx00000000000000a1"


@dataclass
class Client:
    """Calls with UTF-8 JSON; `said` answers the JSON, `raw` the whole response."""

    url: str
    token: str = ""
    session: requests.Session = field(default_factory=requests.Session)

    def __post_init__(self) -> None:
        self.session.trust_env = False

    def raw(self, path: str, body: object = None, **query: str) -> requests.Response:
        data = json.dumps(body, ensure_ascii=False).encode() if body is not None else None
        headers = {"Content-Type": "application/json; charset=utf-8"}
        return self.session.request(
            "GET" if body is None else "POST", self.url + path, params=query, data=data, headers=headers, timeout=10
        )

    def said(self, path: str, body: object = None, **query: str) -> dict[str, Any]:
        said: dict[str, Any] = self.raw(path, body, **query).json()
        return said

    def ask(self, path: str, body: object = None) -> dict[str, Any]:
        """A WeChat call with the token."""
        return self.said(f"/cgi-bin/{path}" if not path.startswith("/") else path, body, access_token=self.token)

    def upload(self, path: str, name: str, content: bytes, **query: str) -> dict[str, Any]:
        answer = self.session.post(
            f"{self.url}/cgi-bin/{path}", params={"access_token": self.token, **query},
            files={"media": (name, content)}, timeout=10,
        )
        said: dict[str, Any] = answer.json()
        return said

    def stable(self, app_id: str = APP_ID, secret: str = "right", **more: object) -> dict[str, Any]:
        body = {"grant_type": "client_credential", "appid": app_id, "secret": secret, **more}
        return self.said("/cgi-bin/stable_token", body)

    def article(self, **more: object) -> dict[str, Any]:
        cover = self.upload("material/add_material", "cover.jpg", JPEG, type="image")["media_id"]
        return {
            "title": "春运第一线：检修班的四十个夜晚", "author": "林晓", "digest": "记者跟车三天的记录",
            "content": "<p>凌晨四点半，检修班的灯已经亮了。</p>", "thumb_media_id": cover, **more,
        }

    def draft(self, *articles: dict[str, Any]) -> str:
        said = self.ask("draft/add", {"articles": list(articles) or [self.article()]})
        return str(said["media_id"])


@pytest.fixture
def sandbox(tmp_path: Path) -> Iterator[Running]:
    with start(tmp_path / "state", publish_delay=0.05) as running:
        yield running


@pytest.fixture
def client(sandbox: Running) -> Client:
    """A client that already holds a token of APP_ID."""
    client = Client(sandbox.url)
    client.token = client.stable()["access_token"]
    return client
