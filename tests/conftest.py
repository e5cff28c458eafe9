"""What every test may use: settings in a folder of its own, both databases, a session, the application, no network."""

from __future__ import annotations

import gc
import socket
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from flask_babel import get_locale
from jinja2.bccache import Bucket, BytecodeCache
from sqlalchemy import Engine
from sqlalchemy.orm import Session

from app import schema
from app.config import Settings, from_env
from app.engine import WRITES, open_engine
from app.serving import settle_memory
from editorial.people.people import Person
from editorial.vault import vault
from publishers.net import is_loopback
from publishers.sandbox.running import Running
from publishers.sandbox.server import start
from tests import databases, factories

SECRET = "a secret of the tests"


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Files that hold something slow begin first, so that nothing long is left over for the end."""
    slow = {item.path for item in items if item.get_closest_marker("slow")}
    items.sort(key=lambda item: item.path not in slow)


@pytest.fixture(autouse=True)
def no_network(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing in a test reaches beyond this machine."""
    connect = socket.socket.connect

    def guarded(self: socket.socket, address: Any) -> None:
        if isinstance(address, tuple) and not is_loopback(str(address[0])) and address[0] != "localhost":
            raise AssertionError(f"a test tried to reach {address[0]}")
        connect(self, address)

    monkeypatch.setattr(socket.socket, "connect", guarded)


class _Compiled(BytecodeCache):
    """Templates as they were compiled for another application of this process: the same text in the same language."""

    def __init__(self) -> None:
        self._kept: dict[str, bytes] = {}

    def get_cache_key(self, name: str, filename: str | None = None) -> str:
        return f"{get_locale().language} {filename or name}"

    def load_bytecode(self, bucket: Bucket) -> None:
        if bucket.key in self._kept:
            bucket.bytecode_from_string(self._kept[bucket.key])

    def dump_bytecode(self, bucket: Bucket) -> None:
        self._kept[bucket.key] = bucket.bytecode_to_string()


@pytest.fixture(autouse=True, scope="session")
def compiled_templates() -> Iterator[None]:
    """Every test has an application of its own; compiling its templates anew took a third of the time."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Flask, "jinja_options", {**Flask.jinja_options, "bytecode_cache": _Compiled()})
        yield


@pytest.fixture(autouse=True, scope="session")
def rubbish_is_looked_for_rarely() -> Iterator[None]:
    """Each test leaves an application behind. Looking through all that was ever imported for it took half of each beginning."""
    settle_memory()
    gc.set_threshold(700, 10, 100)
    yield
    gc.unfreeze()


@pytest.fixture(scope="session")
def postgres() -> Iterator[databases.Server]:
    """One PostgreSQL server for this run, with a migrated template."""
    if not databases.installed():
        pytest.skip("PostgreSQL is not installed")
    with databases.running() as server:
        name = server.fresh()
        engine = open_engine(make_settings(Path("/tmp"), database_url=server.url(name)))
        schema.migrate(engine)
        engine.dispose()
        server.template = name  # type: ignore[attr-defined]
        yield server


@pytest.fixture(scope="session")
def migrated_sqlite(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A migrated SQLite file to copy from."""
    folder = tmp_path_factory.mktemp("migrated")
    engine = open_engine(make_settings(folder))
    schema.migrate(engine)
    engine.dispose()
    return folder / "qunsheng.sqlite"


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """A migrated, empty database: the test runs once on each kind."""
    if request.param == "postgresql":
        server = request.getfixturevalue("postgres")
        return str(server.url(server.fresh(server.template)))
    return _copied(request.getfixturevalue("migrated_sqlite"), tmp_path)


@pytest.fixture
def sqlite_url(migrated_sqlite: Path, tmp_path: Path) -> str:
    """A migrated, empty SQLite database, for what does not depend on the kind."""
    return _copied(migrated_sqlite, tmp_path)


@pytest.fixture
def sandbox(tmp_path: Path) -> Iterator[Running]:
    """The simulated platforms."""
    running = start(tmp_path / "sandbox", publish_delay=0.05, fsync=False)
    yield running
    running.stop()


@pytest.fixture
def settings(sqlite_url: str, tmp_path: Path) -> Settings:
    """Settings of an instance on SQLite whose platforms do not answer."""
    return make_settings(tmp_path, database_url=sqlite_url)


@pytest.fixture
def engine(settings: Settings) -> Iterator[Engine]:
    """The engine of `settings`."""
    opened = open_engine(settings)
    yield opened
    opened.dispose()


@pytest.fixture
def session(engine: Engine) -> Iterator[Session]:
    """A writing session of `engine`."""
    vault.open_with(SECRET)
    with Session(engine.execution_options(**WRITES)) as opened:
        yield opened


@pytest.fixture
def app(settings: Settings) -> Iterator[Flask]:
    """The application on an empty database."""
    from app.factory import create_app

    yield create_app(settings)


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    """A browser without memory."""
    return app.test_client()


@pytest.fixture
def people(session: Session) -> dict[str, Person]:
    """One person per role, plus `other`, a second contributor; by role name."""
    made = factories.one_of_each(session)
    session.commit()
    return made


def make_settings(folder: Path, *, database_url: str = "", platform: str = "http://127.0.0.1:9", **more: str) -> Settings:
    """Settings of a trial instance; `platform` is the base address of every platform."""
    bases = {f"QUNSHENG_{name}_API": platform for name in ("WECHAT", "WECOM", "DINGTALK", "DINGTALK_NEW", "FEISHU")}
    return from_env({
        "QUNSHENG_INSTANCE": str(folder), "QUNSHENG_DATABASE_URL": database_url, "QUNSHENG_SECRET_KEY": SECRET,
        "QUNSHENG_CALL_SECONDS": "20", "QUNSHENG_SETTLE_SECONDS": "0.2", "QUNSHENG_POLL_SECONDS": "0.1",
        "QUNSHENG_PUBLIC_URL": "http://127.0.0.1:8000", **bases, **more,
    })


def _copied(source: Path, folder: Path) -> str:
    target = folder / "qunsheng.sqlite"
    target.write_bytes(source.read_bytes())
    return f"sqlite:///{target}"
