"""Fifty people, a hundred requests a second, a tenth of them writes, while three hundred shares go out."""

from __future__ import annotations

import threading
import time
from http.client import HTTPException
from urllib.parse import quote

from sqlalchemy.orm import Session

from app.extensions import WRITES
from tests import factories
from tests.bench import fanout, saving
from tests.bench.browser import Browser
from tests.bench.machine import machine
from tests.bench.measures import MILLI, heading, median, percentile, report

PEOPLE = 50
PER_SECOND = 100
SECONDS = 20.0
WRITE_EVERY = 10
SHARES = 300
BUDGET = 0.300
READ = ("/articles", "/inbox", "/calendar", f"/articles?q={quote('试车')}", "/deliveries", "/today")


def run() -> None:
    """Each person asks at their own fixed instants; an answer that is late makes the next question late, and counts so."""
    heading(f"{PEOPLE} people, {PER_SECOND} requests a second, {SHARES} shares under way")
    with machine("--rate-limits", "off") as one:
        fanout.groups_with_robots(one, SHARES)
        fanout.share_once(one)
        with Session(one.engine.execution_options(**WRITES), expire_on_commit=False) as session:
            editor = factories.person(session, "desk_editor", "林晓岚", "desk2@chengjiang.example")
            writer = factories.person(session, "contributor", "周小雨", "writer2@chengjiang.example")
            session.commit()
        one.web()
        one.worker()
        visits = [_Visitor(Browser(one.url, editor), Browser(one.url, writer), number) for number in range(PEOPLE)]
        begin = time.monotonic() + 1.0
        threads = [threading.Thread(target=visit.run, args=(begin,)) for visit in visits]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        took = time.monotonic() - begin
        sharing = fanout.finished(one, SHARES, 120)
    reads, writes = [t for v in visits for t in v.reads], [t for v in visits for t in v.writes]
    errors = [error for visit in visits for error in visit.errors]
    everything = reads + writes
    rate = len(everything) / took
    report("answers", f"{len(everything)}, {rate:.0f} a second; shares done {sharing:.1f} s after the last one")
    report("reads", f"p50 {median(reads) * MILLI:.0f}  p95 {percentile(reads, 95) * MILLI:.0f} ms")
    report("writes", f"p50 {median(writes) * MILLI:.0f}  p95 {percentile(writes, 95) * MILLI:.0f} ms")
    worst = percentile(everything, 95)
    report("all", f"p95 {worst * MILLI:.0f} ms   budget {BUDGET * MILLI:.0f} ms", worst <= BUDGET)
    report("errors", f"{len(errors)} {errors[:3] if errors else ''}", not errors)


class _Visitor:
    """One of the people."""

    def __init__(self, editor: Browser, writer: Browser, number: int) -> None:
        self.editor, self.writer, self.number = editor, writer, number
        self.reads: list[float] = []
        self.writes: list[float] = []
        self.errors: list[str] = []

    def run(self, begin: float) -> None:
        """Ask at `number`'s instants until the time is over."""
        pause = PEOPLE / PER_SECOND
        for step in range(int(SECONDS / pause)):
            at = begin + step * pause + pause * self.number / PEOPLE
            time.sleep(max(0.0, at - time.monotonic()))
            self._ask(step)

    def _ask(self, step: int) -> None:
        try:
            if (step + self.number) % WRITE_EVERY == 0:
                status, seconds = saving.hand_in_one(self.writer, self.number * 1000 + step)
                wanted, times = 303, self.writes
            else:
                status, seconds = self.editor.get(READ[(step + self.number) % len(READ)])
                wanted, times = 200, self.reads
        except (OSError, HTTPException) as error:
            self.errors.append(type(error).__name__)
            self.editor.close()
            self.writer.close()
            return
        times.append(seconds)
        if status != wanted:
            self.errors.append(str(status))
