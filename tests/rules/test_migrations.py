"""Migrations: numbered, one head, the same schema as the models, and a way back."""

from __future__ import annotations

import importlib
import pkgutil
import re
from pathlib import Path
from typing import Any

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Engine, inspect

import editorial
from app import schema
from app.engine import open_engine
from editorial.base import Base
from tests.conftest import make_settings

for module in pkgutil.walk_packages(editorial.__path__, "editorial."):
    importlib.import_module(module.name)


@pytest.fixture
def engine(database_url: str, tmp_path: Path) -> Engine:
    return open_engine(make_settings(tmp_path, database_url=database_url))


def test_the_head_file_names_the_newest_version() -> None:
    assert ScriptDirectory(str(schema.MIGRATIONS)).get_heads() == [schema.head()]


def test_versions_are_numbered_without_a_gap() -> None:
    numbers = sorted(int(path.name[:4]) for path in (schema.MIGRATIONS / "versions").glob("[0-9]*.py"))
    assert numbers == list(range(1, len(numbers) + 1))


def test_the_models_are_the_migrated_schema(engine: Engine) -> None:
    with engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True, "include_object": _ours})
        assert compare_metadata(context, Base.metadata) == []


def test_there_is_a_way_back(engine: Engine) -> None:
    config = Config()
    config.set_main_option("script_location", str(schema.MIGRATIONS))
    config.attributes["engine"] = engine
    command.downgrade(config, "base")
    assert set(inspect(engine).get_table_names()) == {"alembic_version"}
    schema.migrate(engine)
    assert "article" in inspect(engine).get_table_names()


def _ours(thing: Any, name: str | None, kind: str, reflected: bool, other: Any) -> bool:
    return not (kind == "table" and name is not None and re.match(r"[a-z]+_fts", name))
