"""The worker process: sweep, wake, drain. With Redis it rings for RQ workers, and works itself when nobody comes."""

from __future__ import annotations

import logging
import signal
import sys
import threading
import time

from sqlalchemy.exc import SQLAlchemyError

from app.children import Child, Kept
from app.config import Settings
from app.jobs import Works
from app.reminding import EVERY_SECONDS

SWEEP_SECONDS = 0.5
NOBODY_CAME_SECONDS = 2.0
HITS_SECONDS = 0.5
THROW_AWAY_SECONDS = 1800.0
log = logging.getLogger("qunsheng.worker")


class Worker:
    """Finds lanes with work every half second and at the instant something falls due; each lane in a thread of its own."""

    def __init__(self, settings: Settings) -> None:
        self.works = Works(settings)
        self._stop = threading.Event()
        self._busy: dict[str, threading.Thread] = {}
        self._rung: dict[str, float] = {}
        self._thrown_away_at = 0.0
        self._reminded_at = -EVERY_SECONDS
        self._bell = None
        if settings.redis_url:
            from app.bells import Bell

            self._bell = Bell(settings.redis_url)
        run_dir = settings.instance / "run"
        run_dir.mkdir(parents=True, exist_ok=True)
        self._answering = Kept(Child("bells", [sys.executable, "-m", "app.cli", "answer-bells"]), run_dir)

    def run(self) -> None:
        """Work until SIGTERM or SIGINT; calls under way end by their own deadline."""
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, self._told_to_stop)
        counting = threading.Thread(target=self._count_hits, name="hits", daemon=True)
        counting.start()
        while not self._stop.is_set():
            self._keep_answering()
            pause = self._sweep()
            self._stop.wait(pause)
        self.works.stopping = True
        for thread in list(self._busy.values()):
            thread.join()
        self._answering.ask_to_end()
        self.works.take_in_hits()

    def _sweep(self) -> float:
        """Start what can be done; returns how long to rest."""
        try:
            self._throw_away()
            self._remind()
            self.works.place_probe()
            for lane in self.works.lanes_with_work():
                self._wake(lane)
            return self.works.seconds_to_next(SWEEP_SECONDS)
        except SQLAlchemyError as error:
            log.error("the database did not answer", extra={"action": "sweep_failed", "kind": type(error).__name__})
            return SWEEP_SECONDS

    def _throw_away(self) -> None:
        now = time.monotonic()
        if now - self._thrown_away_at > THROW_AWAY_SECONDS or not self._thrown_away_at:
            self._thrown_away_at = now
            self.works.throw_away()

    def _remind(self) -> None:
        now = time.monotonic()
        if now - self._reminded_at >= EVERY_SECONDS:
            self._reminded_at = now
            self.works.remind()

    def _wake(self, lane: str) -> None:
        thread = self._busy.get(lane)
        if thread is not None and thread.is_alive():
            return
        if self._bell is not None and self._someone_may_come(lane):
            return
        self._busy[lane] = threading.Thread(target=self._drain, args=(lane,), name=f"lane-{lane}")
        self._busy[lane].start()

    def _someone_may_come(self, lane: str) -> bool:
        """Ring, and give others a little time; a lost bell or a dead Redis only costs that time."""
        now = time.monotonic()
        first = self._rung.setdefault(lane, now)
        if now - first > 2 * NOBODY_CAME_SECONDS + SWEEP_SECONDS:
            first = self._rung[lane] = now
        if now - first > NOBODY_CAME_SECONDS:
            self._rung.pop(lane)
            return False
        return self._bell is not None and self._bell.ring(lane)

    def _drain(self, lane: str) -> None:
        try:
            self.works.drain(lane)
        except SQLAlchemyError as error:
            log.error("a lane was left", extra={"action": "drain_failed", "lane": lane, "kind": type(error).__name__})

    def _count_hits(self) -> None:
        while not self._stop.wait(HITS_SECONDS):
            try:
                self.works.take_in_hits()
            except SQLAlchemyError as error:
                log.error("visits wait to be counted", extra={"action": "hits_failed", "kind": type(error).__name__})

    def _keep_answering(self) -> None:
        """With Redis, one RQ worker beside us answers the bells: started again when it dies, ended when we die."""
        if self._bell is not None:
            self._answering.tend()

    def _told_to_stop(self, number: int, frame: object) -> None:
        self.works.stopping = True
        self._stop.set()
