"""Migrations: numbered, one head, the same schema as the models, and a way back."""

from __future__ import annotations

import importlib
import pkgutil
import re
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Engine, inspect, text
from sqlalchemy.orm import Session

import editorial
from app import schema
from app.engine import WRITES, open_engine
from editorial import clock
from editorial.base import Base
from editorial.groups import ways_in
from editorial.intake import submissions
from editorial.story_calls import answers, calls
from editorial.story_calls.calls import Wish
from editorial.vault import vault
from tests import factories
from tests.conftest import SECRET, make_settings

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


def test_rows_that_others_refer_to_survive_a_table_made_anew(engine: Engine) -> None:
    """A call on two ways into its group: back to one target for each group, and forward again, with what came in for it."""
    vault.open_with(SECRET)
    with Session(engine.execution_options(**WRITES)) as session:
        people = factories.one_of_each(session)
        group = factories.group(session, connector="share_kit")
        way = ways_in.add(session, group, "email", {"address": "all@example.com"}, hint="", by=None)
        ways_in.mark_for_calls(session, group, way, True, by=people["admin"])
        wish = Wish("夜班", "写一个人。", clock.now() + timedelta(days=5), ["assembly"])
        call = calls.open_call(session, wish, by=people["desk_editor"])
        came = submissions.receive(session, title="面", body="一碗。", origin_group="assembly", by=people["contributor"])
        assert answers.note(session, came, call.targets[1])
        session.commit()
    config = Config()
    config.set_main_option("script_location", str(schema.MIGRATIONS))
    config.attributes["engine"] = engine
    command.downgrade(config, "0035_writing_circles")
    assert _counts(engine) == [1, 1, 1, 1]
    schema.migrate(engine)
    assert _counts(engine) == [1, 1, 1, 1]


def _counts(engine: Engine) -> list[int]:
    tables = ("story_call_target", "story_call_message", "story_call_answer", "group_connector")
    with engine.connect() as connection:
        return [connection.execute(text(f"SELECT count(*) FROM {table}")).scalar_one() for table in tables]


def _ours(thing: Any, name: str | None, kind: str, reflected: bool, other: Any) -> bool:
    return not (kind == "table" and name is not None and re.match(r"[a-z]+_fts", name))
