"""One contract for every connector: the printed table of verdicts, cell by cell."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from app.abilities import KINDS
from publishers.sandbox.running import Running
from publishers.sandbox.server import start
from tests.publishers import verdicts


@pytest.fixture(scope="module")
def sandbox(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    with start(tmp_path_factory.mktemp("sandbox"), fsync=False) as running:
        yield running


@pytest.mark.parametrize("name", verdicts.SUBJECTS)
def test_every_situation_has_its_verdict(sandbox: Running, name: str) -> None:
    if name == "apprise":
        pytest.importorskip("apprise")
    subject = verdicts.SUBJECTS[name]
    found = {situation: verdicts.verdict(sandbox, subject, situation) for situation in verdicts.SITUATIONS}
    assert found == verdicts.expected(name)


def test_no_connector_is_left_out() -> None:
    assert set(KINDS) <= set(verdicts.SUBJECTS)
