"""Visits are written down before they are counted: none goes into a file that is gone."""

from __future__ import annotations

import fcntl
from pathlib import Path

import pytest
from sqlalchemy import Engine

from app.hits import Spool, take_in
from editorial.share_back.clicks import Hit

VISIT = Hit("4yhxjr3b", 1795437546.0, "people", "v1")


def test_a_file_that_is_cleared_away_before_it_is_held_loses_no_visit(
    engine: Engine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    cleared, hold = [], fcntl.flock

    def clear_first(handle: int, how: int) -> None:
        if how == fcntl.LOCK_SH and not cleared:
            cleared.extend(tmp_path.glob("*.hits"))
            take_in(engine, tmp_path)
        hold(handle, how)

    monkeypatch.setattr(fcntl, "flock", clear_first)
    spool = Spool(tmp_path)
    spool.write(VISIT)
    spool.write(VISIT)
    assert len(cleared) == 1 and not cleared[0].exists()
    assert take_in(engine, tmp_path) == 2


def test_a_file_is_kept_while_its_writer_lives_and_counted_once(engine: Engine, tmp_path: Path) -> None:
    spool = Spool(tmp_path)
    spool.write(VISIT)
    assert [take_in(engine, tmp_path) for _ in range(2)] == [1, 0]
    spool.write(VISIT)
    assert take_in(engine, tmp_path) == 1
