"""The database's schema: bring it to the newest version, and say whether it is there. Light: no web framework."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

from sqlalchemy import Engine, inspect, text
from sqlalchemy.orm import Session

MIGRATIONS = Path(__file__).resolve().parent.parent / "migrations"


@lru_cache(maxsize=1)
def head() -> str:
    """The newest version, by the file that makes two branches conflict in version control."""
    return (MIGRATIONS / "HEAD").read_text(encoding="utf-8").strip()


def is_current(session: Session) -> bool:
    """Whether the database is at the newest version."""
    return session.execute(text("SELECT version_num FROM alembic_version")).scalar() == head()


def migrate(engine: Engine) -> None:
    """Bring the database to the newest version; two that start together take turns."""
    from alembic import command
    from alembic.config import Config

    if inspect(engine).has_table("alembic_version"):
        with Session(engine) as session:
            if is_current(session):
                return
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    config.attributes["engine"] = engine
    command.upgrade(config, "head")
