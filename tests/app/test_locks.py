"""What processes share: locks that a frozen owner keeps but not for ever, and counts of calls that stop no call."""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlalchemy.orm import Session

from app.engine import open_engine
from app.locks import exclusive
from app.wiring import CallsInDatabase, TokensInDatabase
from editorial import calls
from editorial.vault import vault
from publishers.connector import TryLater
from tests.conftest import SECRET, make_settings


def test_who_waits_for_a_lock_gives_up_in_time(database_url: str, tmp_path: Path) -> None:
    engine = open_engine(make_settings(tmp_path, database_url=database_url))
    with exclusive(engine, tmp_path, "token:1"):
        with pytest.raises(TimeoutError), exclusive(engine, tmp_path, "token:1", seconds=0.2):
            pass
        with exclusive(engine, tmp_path, "token:2", seconds=0.2):
            pass
    with exclusive(engine, tmp_path, "token:1", seconds=0.2):
        pass


def test_a_token_that_a_frozen_process_renews_is_asked_for_later(
    sqlite_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("app.wiring.LOCK_SPARE_SECONDS", 0.1)
    settings = make_settings(tmp_path, database_url=sqlite_url, QUNSHENG_CALL_SECONDS="0.1")
    vault.open_with(SECRET)
    store = TokensInDatabase(open_engine(settings), settings)
    with store.lock("wx1"), pytest.raises(TryLater), store.lock("wx1"):
        pass


def test_a_count_that_cannot_be_kept_stops_no_call(sqlite_url: str, tmp_path: Path) -> None:
    engine = open_engine(make_settings(tmp_path, database_url=sqlite_url))
    counting = CallsInDatabase(engine, "wx1")
    counting("/cgi-bin/draft/add")
    with Session(engine) as session:
        assert calls.of_today(session, "wx1")["/cgi-bin/draft/add"].calls == 1
    with engine.begin() as connection:
        connection.exec_driver_sql("DROP TABLE platform_call")
    counting("/cgi-bin/draft/add")
