"""What a worker does: drain a lane, sweep for lanes with work. The database is the queue's truth; a bell may be lost."""

from __future__ import annotations

import functools
import logging
import time

from sqlalchemy.orm import Session

from app import (
    account_checks,
    arriving,
    canaries,
    collecting,
    customer_looks,
    generation,
    hits,
    incoming,
    mail_in,
    reminding,
    watching,
)
from app.config import Settings, from_env
from app.engine import WRITES, open_engine
from app.handed_media import HandedMedia
from app.locks import lane_lock, present
from app.media import Store
from app.outfit import outfit_for
from app.uploads.parts import Parts
from app.wiring import Wiring
from editorial import clock, crash
from editorial.intake import arrivals, mailboxes
from editorial.outbox import attempts, probes
from editorial.release import rights_tasks
from editorial.vault import vault
from publishers import dispatch

log = logging.getLogger("qunsheng.jobs")
LOOK_FOR_FIGURES_SECONDS = 5.0


class Works:
    """The works of one process: settings, engine, and what it does with them.

    Raises generation.Older for a database that does not know what this instance has already sent.
    """

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        vault.open_with(settings.secret_key)
        crash.arm_as_told(settings.crash_at)
        self.engine = open_engine(settings)
        generation.ensure_not_older(self.engine, settings.instance)
        self._presence = present(settings.instance / "run" / "works.lock")
        self.stopping = False
        self._media = HandedMedia(Wiring(settings))
        self._figures_looked_for_at = -LOOK_FOR_FIGURES_SECONDS
        self._figure_lanes: list[str] = []

    def drain(self, lane: str) -> int:
        """Work a lane if nobody else does. Returns how many deliveries were worked."""
        with lane_lock(self.engine, self.settings.instance / "locks", lane) as session:
            if session is None:
                return 0
            if lane == probes.LANE:
                return probes.answer(session)
            if lane.startswith(account_checks.PREFIX):
                return account_checks.check_due(session, self.engine, Wiring(self.settings), lane)
            if lane.startswith(canaries.PREFIX):
                return canaries.sing_due(session, self.engine, Wiring(self.settings), lane)
            if lane.startswith(watching.PREFIX):
                return watching.look_due(session, self.engine, Wiring(self.settings), lane)
            if lane.startswith(customer_looks.PREFIX):
                return customer_looks.look_due(session, self.engine, Wiring(self.settings), lane, lambda: self.stopping)
            client_of = functools.partial(Wiring(self.settings).client, self.engine)
            if lane.startswith(collecting.PREFIX):
                return collecting.collect(session, lane, client_of, lambda: self.stopping)
            if lane == incoming.LANE:
                return incoming.take_in(session, client_of, Store(self.settings), lambda: self.stopping)
            if lane == arrivals.LANE:
                return arriving.take_in(session, Store(self.settings), lambda: self.stopping, self.settings.zone, self._media)
            if lane.startswith(mailboxes.LANE):
                return mail_in.look(session, lane, Store(self.settings), lambda: self.stopping, self.settings.call_seconds)
            worked = dispatch.drain(session, lane, outfit_for(lane, self.settings, self.engine, lambda: self.stopping))
        if worked:
            generation.note(self.engine, self.settings.instance)
        return worked

    def lanes_with_work(self) -> list[str]:
        """Lanes that someone should drain now, the probe's included; figures are looked for every few seconds only."""
        with Session(self.engine) as session:
            due = attempts.lanes_with_work(session) + probes.waiting(session) + account_checks.lanes_with_work(session)
            due += canaries.lanes_with_work(session) + watching.lanes_with_work(session) + customer_looks.lanes_with_work(session)
            due += arrivals.waiting(session) + mailboxes.waiting(session)
            return due + incoming.waiting(session) + self._lanes_with_figures(session)

    def seconds_to_next(self, most: float) -> float:
        """How long nothing will fall due, at most `most` seconds."""
        with Session(self.engine) as session:
            instant = attempts.next_instant(session)
        return most if instant is None else min(max((instant - clock.now()).total_seconds(), 0.0), most)

    def take_in_hits(self) -> None:
        """Count what the tracked links wrote down."""
        hits.take_in(self.engine, self.settings.hits)

    def throw_away(self) -> None:
        """Throw away uploads that nobody has gone on with for a day, and what is not needed of followers any more."""
        Parts(self.settings.uploads).sweep()
        with Session(self.engine.execution_options(**WRITES)) as session:
            incoming.forget_old(session)
            arrivals.forget_old(session)
            session.commit()
        with Session(self.engine.execution_options(**WRITES)) as session:
            rights_tasks.open_ended(session)
            session.commit()

    def _lanes_with_figures(self, session: Session) -> list[str]:
        now = time.monotonic()
        if now - self._figures_looked_for_at >= LOOK_FOR_FIGURES_SECONDS:
            self._figures_looked_for_at = now
            self._figure_lanes = collecting.lanes_with_work(session)
        return self._figure_lanes

    def remind(self) -> None:
        """Say what became late since the last time, unless another worker does."""
        with lane_lock(self.engine, self.settings.instance / "locks", reminding.LANE) as session:
            if session is not None:
                reminding.remind(session, self.settings.zone)

    def place_probe(self) -> None:
        """Put a probe through the real queue when the last one is old."""
        with Session(self.engine.execution_options(**WRITES)) as session:
            probes.place(session)
            session.commit()


_works: Works | None = None


def prepare() -> Works:
    """The works of a process that answers bells, built once."""
    global _works
    if _works is None:
        _works = Works(from_env())
    return _works


def drain(lane: str) -> int:
    """The job of a queue on other machines: drain `lane`, nothing else."""
    return prepare().drain(lane)
