"""The listening process: one thread for each application that is to be listened to over a long connection.

It costs little while there is none: what speaks to platforms is imported with the first connection.
"""

from __future__ import annotations

import logging
import os
import signal
import threading
import time
from collections.abc import Callable
from functools import cached_property
from typing import TYPE_CHECKING, Any

from sqlalchemy import Engine
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from app import receiving
from app.config import Settings
from app.engine import WRITES, open_engine
from app.locks import lane_lock, present
from app.wiring import Wiring
from editorial import crash
from editorial.crash import crash_point
from editorial.errors import EditorialError
from editorial.intake import listening, receptions
from editorial.platform_applications import PlatformApplication
from editorial.vault import vault

if TYPE_CHECKING:
    from publishers.inbound import Message
    from publishers.streams.keeper import Keeper

LOOK_SECONDS = 2.0
"""How soon a change of settings is noticed, and a lease that has become free."""
AGAIN_SECONDS = 0.5
END_SECONDS = 3.0
NOTHING, WANTED = 0, 10
"""Exit statuses of a look."""
N_ = str
STOPPED = N_("The process that listened was stopped.")
log = logging.getLogger("qunsheng.listening")


class Listener:
    """Keeps the connections that somebody wants, and no others."""

    def __init__(self, settings: Settings) -> None:
        vault.open_with(settings.secret_key)
        crash.arm_as_told(settings.crash_at)
        self._settings, self._wiring = settings, Wiring(settings)
        self._presence = present(settings.instance / "run" / "works.lock")
        self._kept: dict[int, Connection] = {}
        self._stop = threading.Event()

    @cached_property
    def _engine(self) -> Engine:
        return open_engine(self._settings)

    def run(self) -> None:
        """Listen until SIGTERM or SIGINT."""
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda *_: self.stop())
        while not self._stop.is_set() and not _is_anything_wanted(self._settings):
            self._stop.wait(LOOK_SECONDS)
        self.listen()

    def stop(self) -> None:
        """End all connections at once; what is being stored is stored first."""
        self._stop.set()

    def listen(self) -> None:
        """Look again and again what is wanted, until `stop`."""
        while not self._stop.is_set():
            try:
                self._look()
            except SQLAlchemyError as error:
                log.error("the database did not answer", extra={"action": "look_failed", "kind": type(error).__name__})
            self._stop.wait(LOOK_SECONDS)
        for connection in self._kept.values():
            connection.stop()
        for connection in self._kept.values():
            connection.join(END_SECONDS)

    def _look(self) -> None:
        wanted = self._wanted()
        for number, connection in list(self._kept.items()):
            if number not in wanted or wanted[number].mark != connection.mark or not connection.is_alive():
                connection.stop()
                del self._kept[number]
        for number in wanted.keys() - self._kept.keys():
            self._kept[number] = wanted[number]
            wanted[number].start()

    def _wanted(self) -> dict[int, Connection]:
        with Session(self._engine) as session:
            found = receptions.listened_to(session)
            marks = {one.id: _mark(session, one) for one in found}
            session.expunge_all()
        return {one.id: Connection(self._settings, self._engine, self._wiring, one, marks[one.id]) for one in found}


class Connection(threading.Thread):
    """One application's connection, kept by one process of the house at a time. `mark` tells when it must be begun anew."""

    def __init__(self, settings: Settings, engine: Engine, wiring: Wiring, application: PlatformApplication, mark: Any) -> None:
        super().__init__(name=f"stream-{application.id}", daemon=True)
        self.mark = mark
        self._settings, self._engine, self._wiring, self._application = settings, engine, wiring, application
        self._over = threading.Event()
        self._keeper: Keeper | None = None

    def stop(self) -> None:
        """End it; does not wait."""
        self._over.set()
        if self._keeper is not None:
            self._keeper.stop()

    def run(self) -> None:
        """Wait for the lease, keep the connection while it is held."""
        lane = f"stream:{self._application.id}"
        while not self._over.is_set():
            try:
                with lane_lock(self._engine, self._settings.instance / "locks", lane) as session:
                    if session is not None:
                        self._keep(session)
            except SQLAlchemyError as error:
                log.error("a connection was left", extra={"action": "stream_left", "lane": lane, "kind": type(error).__name__})
            self._over.wait(LOOK_SECONDS)

    def _keep(self, session: Session) -> None:
        from app.streams import stream_of
        from publishers.streams.keeper import Keeper

        stream = stream_of(self._wiring, self._application)
        notes = Notes(session, self._application.id, is_sole=stream.is_sole)
        self._keeper = Keeper(stream, self._take, notes)
        if not self._over.is_set():
            self._keeper.run()
            notes.lost(STOPPED, refused=False)

    def _take(self, message: Message | None, patience: float) -> str:
        """Store what was said, as often as it takes within `patience` seconds. Raises NotStored."""
        from publishers.streams.stream import NotStored

        until = time.monotonic() + patience
        while True:
            try:
                return self._stored(message)
            except EditorialError as error:
                log.error("a message was not taken in", extra={"action": "message_refused", "kind": type(error).__name__})
                raise NotStored() from None
            except SQLAlchemyError as error:
                log.error("a message waits to be stored", extra={"action": "message_waits", "kind": type(error).__name__})
                if time.monotonic() > until or self._over.wait(AGAIN_SECONDS):
                    raise NotStored() from None

    def _stored(self, message: Message | None) -> str:
        with Session(self._engine.execution_options(**WRITES)) as session:
            said = receiving.take(session, self._application.id, message)
            crash_point("save.before_commit")
            session.commit()
            crash_point("save.after_commit")
        return said.words


class Notes:
    """Keeps down how a connection stands, over the database connection that holds its lease.

    Where the platform allows one connection (`is_sole`), a lease that may be lost ends it; elsewhere it goes on without.
    """

    def __init__(self, session: Session, application_id: int, *, is_sole: bool) -> None:
        self._session, self._application_id, self._is_sole = session, application_id, is_sole
        self._noted_at = 0.0

    def connected(self) -> None:
        self._note(listening.note_connected)

    def lost(self, reason: str, *, refused: bool) -> None:
        self._note(listening.note_lost, reason, refused=refused)

    def beat(self) -> None:
        if time.monotonic() - self._noted_at > listening.SIGN_SECONDS:
            self._note(listening.note_sign)

    def _note(self, note: Callable[..., None], *words: Any, **more: Any) -> None:
        self._noted_at = time.monotonic()
        try:
            note(self._session, self._application_id, *words, **more)
            self._session.commit()
        except SQLAlchemyError as error:
            self._session.rollback()
            if self._is_sole:
                raise
            log.error("the state of a connection was not kept", extra={"action": "note_failed", "kind": type(error).__name__})


def _is_anything_wanted(settings: Settings) -> bool:
    """Asked by a child of a moment: SQLite keeps the whole schema in the memory of whoever has looked into it once.

    Only in a process that has begun no threads yet.
    """
    child = os.fork()
    if child == 0:
        status = NOTHING
        try:
            with open_engine(settings).connect() as connection:
                status = WANTED if listening.is_wanted(connection) else NOTHING
        except SQLAlchemyError:
            log.error("the database did not answer", extra={"action": "look_failed"})
        finally:
            os._exit(status)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == WANTED


def _mark(session: Session, application: PlatformApplication) -> object:
    row = listening.of(session, application.id)
    return application.app_id, application.robot_code, dict(application.secrets), row.wanted_at if row else None
