"""Put a backup in place: nothing is replaced before it was checked, and nothing is sent before it was settled."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager
from dataclasses import replace
from pathlib import Path

from sqlalchemy import Connection, Engine, select
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from app import generation, schema
from app.config import Settings
from app.engine import WRITES, open_engine
from app.keeping import archive, tables
from app.keeping.archive import CannotKeep
from app.keeping.backups import back_up, verify
from app.locks import file_lock, lane_lock
from app.media import Store
from editorial import accounts, clock
from editorial.articles import finding, revisions, search
from editorial.articles.articles import Article
from editorial.outbox import restoring
from editorial.outbox.attempts import Timing
from editorial.share_back import shares
from editorial.vault import vault

RUNNING = "something of this instance is running: stop `qunsheng up` and every worker first"


def restore(settings: Settings, file: Path) -> str:
    """Replace the state by the backup's. The old database stays beside it, under the name that is said. Raises CannotKeep."""
    verify(file)
    about = archive.manifest(file)
    if about["schema"] != schema.head():
        raise CannotKeep(f"this backup has schema {about['schema']}, this version {schema.head()}: restore it with its own version")
    settings.instance.mkdir(parents=True, exist_ok=True)
    vault.open_with(settings.secret_key)
    with _nobody_works(settings):
        suffix = f".before-{clock.now():%Y%m%d-%H%M%S}"
        _take_key(settings, file, suffix)
        for name, member in archive.members(file):
            if name.startswith("media/"):
                Store(settings).keep(member.read())
        unsettled, kept = (_into_sqlite if settings.on_sqlite else _into_postgresql)(settings, file, suffix)
        _take_hits(settings, file)
    return f"Restored the state of {about['made_at']}; {unsettled} deliveries are being found out. The old state is kept as {kept}."


@contextmanager
def _nobody_works(settings: Settings) -> Iterator[None]:
    with ExitStack() as stack:
        for name in ("up.lock", "works.lock"):
            if not stack.enter_context(file_lock(settings.instance / "run" / name, wait=False)):
                raise CannotKeep(RUNNING)
        if settings.on_sqlite:
            _make_sole_user(_file_of(settings))
        else:
            _hold_lanes(stack, settings)
        yield


def _make_sole_user(path: Path) -> None:
    """Leaving WAL needs that nobody else has the file open; what was still in the log is in the file then."""
    if not path.exists():
        return
    with closing(sqlite3.connect(path, timeout=1)) as connection:
        try:
            connection.execute("PRAGMA journal_mode=DELETE")
        except sqlite3.OperationalError:
            raise CannotKeep(RUNNING) from None
        except sqlite3.DatabaseError:
            # A broken file is a reason to restore, and is kept as it is.
            return


def _hold_lanes(stack: ExitStack, settings: Settings) -> None:
    """Workers on other machines are seen by the lanes they hold."""
    engine = open_engine(settings)
    stack.callback(engine.dispose)
    for lane in _lanes(engine):
        if stack.enter_context(lane_lock(engine, settings.instance / "locks", lane)) is None:
            raise CannotKeep(RUNNING)


def _lanes(engine: Engine) -> list[str]:
    try:
        with Session(engine) as session:
            ids = session.scalars(select(accounts.OfficialAccount.id)).all()
    except SQLAlchemyError:
        return []
    return [shares.LANE, *(f"account:{account_id}" for account_id in ids)]


def _take_key(settings: Settings, file: Path, suffix: str) -> None:
    """The sealed columns open with the backup's key only."""
    key = next(member.read().decode() for name, member in archive.members(file) if name == "secret_key")
    if key == settings.secret_key:
        return
    path = settings.instance / "secret_key"
    if not path.exists() or path.read_text(encoding="utf-8").strip() != settings.secret_key:
        raise CannotKeep("QUNSHENG_SECRET_KEY is not the key of this backup: set it to that key, or leave it out")
    fresh = path.with_name(".secret_key.restored")
    with os.fdopen(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w", encoding="utf-8") as out:
        out.write(key)
        os.fsync(out.fileno())
    os.link(path, path.with_name(f"secret_key{suffix}"))
    fresh.replace(path)


def _into_sqlite(settings: Settings, file: Path, suffix: str) -> tuple[int, str]:
    """Build the new database beside the old one and put it in its place by one rename."""
    path = _file_of(settings)
    fresh = path.with_name(f"{path.name}.restoring")
    _remove(fresh)
    engine = open_engine(replace(settings, database_url=f"sqlite:///{fresh}"))
    schema.migrate(engine)
    unsettled = _fill(engine, settings, file)
    generation.begin_anew(engine, settings.instance)
    engine.dispose()
    _make_sole_user(fresh)
    kept = path.with_name(path.name + suffix)
    if path.exists():
        path.rename(kept)
    fresh.rename(path)
    _remove(fresh)
    return unsettled, kept.name if kept.exists() else "nothing: there was none"


def _into_postgresql(settings: Settings, file: Path, suffix: str) -> tuple[int, str]:
    """Replace every row in one transaction; what stood there goes into a backup of its own first."""
    engine = open_engine(settings)
    schema.migrate(engine)
    kept = settings.instance / f"backup{suffix}.tar.gz"
    back_up(settings, kept)
    unsettled = _fill(engine, settings, file)
    generation.begin_anew(engine, settings.instance)
    engine.dispose()
    return unsettled, kept.name


def _fill(engine: Engine, settings: Settings, file: Path) -> int:
    by_name = {f"tables/{table.name}.jsonl": table for table in tables.ours()}
    with engine.connect().execution_options(**WRITES) as connection:
        tables.clear(connection)
        for name, member in archive.members(file):
            if name in by_name:
                tables.load(connection, by_name[name], member)
        tables.count_on(connection)
        unsettled = _settle(connection, settings)
        connection.commit()
    return unsettled


def _settle(connection: Connection, settings: Settings) -> int:
    with Session(connection) as session:
        for article in session.scalars(select(Article).execution_options(yield_per=200)):
            content = revisions.numbered(session, article.id, article.revision).content
            search.index(session, article.id, f"{content.title}\n{content.author}\n{content.body}")
        finding.index_all(session)
        unsettled = restoring.settle(session, Timing(settings.settle_seconds, settings.poll_seconds))
        session.flush()
    return unsettled


def _take_hits(settings: Settings, file: Path) -> None:
    for name, member in archive.members(file):
        if name.startswith("hits/"):
            settings.hits.mkdir(parents=True, exist_ok=True)
            (settings.hits / Path(name).name).write_bytes(member.read())


def _file_of(settings: Settings) -> Path:
    return Path(settings.database_url.removeprefix("sqlite:///"))


def _remove(path: Path) -> None:
    for part in ("-wal", "-shm", ""):
        path.with_name(path.name + part).unlink(missing_ok=True)
