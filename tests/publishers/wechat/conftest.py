"""A simulated platform with one registered account."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from publishers.net import Base, Line
from publishers.sandbox.running import Running
from publishers.sandbox.server import start
from publishers.tokens import TokensInMemory
from publishers.wechat.client import Client
from publishers.wechat.draft import DraftBox
from publishers.wechat.tokens import Credentials
from tests.publishers.wechat.deliveries import APP_ID, SECRET, Delivery


@pytest.fixture(scope="session")
def platform(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    state: Path = tmp_path_factory.mktemp("platform")
    with start(state, fsync=False) as running:
        yield running


@pytest.fixture
def sandbox(platform: Running) -> Running:
    """The platform, empty, with one account; publishing takes a moment."""
    platform.reset()
    platform.settings(publish_delay=0.05, clientmsgid_seconds=0.0, fsync=False)
    platform.account(APP_ID, name="青年之声", secret=SECRET)
    return platform


@pytest.fixture
def store() -> TokensInMemory:
    return TokensInMemory()


@pytest.fixture
def make_client(sandbox: Running, store: TokensInMemory) -> Callable[..., Client]:
    def made(secret: str = SECRET, seconds: float = 5.0) -> Client:
        return Client(Credentials(APP_ID, secret), Line(Base(sandbox.url), call_seconds=seconds), store)

    return made


@pytest.fixture
def client(make_client: Callable[..., Client]) -> Client:
    return make_client()


@pytest.fixture
def drafted(client: Client) -> Delivery:
    """What follows a finished draft and has taken it over."""
    draft = Delivery()
    draft.send(DraftBox(client))
    return draft.following()
