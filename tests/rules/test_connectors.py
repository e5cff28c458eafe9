"""The page about connectors says what the connectors say of themselves."""

from __future__ import annotations

from dataclasses import fields

import pytest

from app import abilities, connecting
from app.web import meanings
from publishers.connector import Abilities
from tests.rules.house import ROOT


@pytest.mark.parametrize("page", abilities.PAGES)
def test_the_table_is_that_of_the_flags(page: str) -> None:
    text = (ROOT / "docs" / page).read_text(encoding="utf-8")
    assert abilities.written(page, text) == text, "run python -m app.abilities"


def test_every_kind_has_its_row_its_name_and_its_settings() -> None:
    assert set(abilities.KINDS) == set(connecting.FIELDS) == set(meanings.CONNECTORS)


def test_every_flag_is_a_column() -> None:
    shown = {flag.field for flag in abilities.FLAGS}
    assert shown == {field.name for field in fields(Abilities)} - {"reads_back"}
