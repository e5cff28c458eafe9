"""A small house in memory, and the ways its articles take: what many ways have in common is gone once."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from functools import lru_cache

from sqlalchemy import Engine, create_engine
from sqlalchemy.orm import Session
from sqlalchemy.pool import StaticPool

from app import schema
from app.engine import tune
from editorial import clock
from editorial.errors import EditorialError
from editorial.vault import vault
from tests.trials.routes import oracle
from tests.trials.routes.newsroom import Newsroom, Verb

FORKS = (1, 1, 1, 2, 1, 2, 1, 2, 1, 2, 1, 2, 1, 8)
"""How many different acts are tried at each step of an article's ways; every way from the first to the last is one sequence."""

TRIES = 3


class House:
    """One house. `ways` begins an article and goes on in many ways; the oracle reads the rows after each act."""

    def __init__(self, seed: int) -> None:
        vault.open_with("a secret of the routes")
        self.counted: Counter[str] = Counter()
        self._engine = _memory()
        self._connection = self._engine.connect()
        self._connection.begin()
        self.session = Session(self._connection, join_transaction_mode="create_savepoint")
        self.newsroom = Newsroom(self.session, random.Random(seed))  # noqa: S311
        self._way: list[str] = []

    def ways(self) -> None:
        """A new article and what may become of it. The last way is what the house keeps. Raises AssertionError naming the way."""
        with clock.at(self.newsroom.now):
            self.newsroom.begin()
            self.session.commit()
        self._way.clear()
        try:
            self._go_on(0)
        except AssertionError as flaw:
            raise AssertionError(f"{flaw}, after: {', '.join(self._way)}") from flaw

    def close(self) -> None:
        """Forget it."""
        self.session.close()
        self._connection.close()
        self._engine.dispose()

    def _go_on(self, step: int) -> None:
        if step == len(FORKS):
            self.counted["sequences"] += 1
            return
        *others, last = self.newsroom.different(FORKS[step])
        for verb in others:
            with self._undone():
                self._step(verb, step)
        self._step(last, step)

    def _step(self, verb: Verb, step: int) -> None:
        """One act and all that follows. Who is refused on the way tries other things: what is refused leads nowhere new."""
        tries = 1 if step + 1 == len(FORKS) else TRIES
        while not self._act(verb) and (tries := tries - 1):
            [verb] = self.newsroom.different(1)
        self._go_on(step + 1)

    @contextmanager
    def _undone(self) -> Iterator[None]:
        """Afterwards the house is as it was."""
        # What was only read ends first: a savepoint of ours inside the session's would go with it.
        self.session.rollback()
        now, way = self.newsroom.now, len(self._way)
        self._connection.exec_driver_sql(f"SAVEPOINT after_{way}")
        yield
        self.session.close()
        self._connection.exec_driver_sql(f"ROLLBACK TO after_{way}")
        self._connection.exec_driver_sql(f"RELEASE after_{way}")
        self.newsroom.now = now
        del self._way[way:]

    def _act(self, verb: Verb) -> bool:
        """Whether it was allowed."""
        self.counted["acts"] += 1
        # No two acts are at one instant, so that the rows tell which came first.
        self.newsroom.now += timedelta(seconds=1)
        with clock.at(self.newsroom.now):
            try:
                name = verb()
                self.session.commit()
            except EditorialError:
                self.session.rollback()
                self.counted["refused"] += 1
                self._way.append(f"{verb.__name__.strip('_')} (refused)")
                return False
        self._way.append(name)
        self.counted[name] += 1
        self.counted["checked"] += 1
        oracle.look(self.session, self.newsroom.article_id)
        return True


@lru_cache(maxsize=1)
def _template() -> bytes:
    engine = _opened()
    schema.migrate(engine)
    raw = engine.raw_connection()
    kept: bytes = raw.driver_connection.serialize()  # type: ignore[union-attr]
    raw.close()
    return kept


def _memory() -> Engine:
    kept, engine = _template(), _opened()
    raw = engine.raw_connection()
    raw.driver_connection.deserialize(kept)  # type: ignore[union-attr]
    raw.close()
    return engine


def _opened() -> Engine:
    engine = create_engine("sqlite://", poolclass=StaticPool, connect_args={"check_same_thread": False})
    tune(engine)
    return engine
