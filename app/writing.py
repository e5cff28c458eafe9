"""One write transaction outside any request, for commands."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy.orm import Session

from app import schema
from app.config import Settings
from app.engine import WRITES, open_engine
from editorial.vault import vault


@contextmanager
def writing(settings: Settings) -> Iterator[Session]:
    """Migrate if needed, then everything inside commits or nothing."""
    vault.open_with(settings.secret_key)
    settings.instance.mkdir(parents=True, exist_ok=True)
    engine = open_engine(settings)
    schema.migrate(engine)
    with Session(engine.execution_options(**WRITES)) as session:
        yield session
        session.commit()
