"""Tracked links beside an empty route of the same server, under several connections at once; no visit is lost."""

from __future__ import annotations

import subprocess
import sys
import threading
import time
from pathlib import Path

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.extensions import WRITES
from editorial.share_back.clicks import Click
from editorial.share_back.links import TrackedLink
from tests import factories
from tests.bench.browser import Browser
from tests.bench.machine import Machine, answers, free_port, machine, until
from tests.bench.measures import heading, report

CONNECTIONS = 4
SECONDS = 4.0
ROUNDS = 2
LEAST_RATIO = 0.75
CODES = [f"bench{number:03d}" for number in range(50)]
EMPTY = """
import sys
from flask import Flask
from app.serving import Server
class Empty(Server):
    def load(self):
        app = Flask("empty")
        app.add_url_rule("/s/<code>", "empty", lambda code: ("", 302, {"Location": "http://127.0.0.1/"}))
        app.add_url_rule("/healthz", "healthz", lambda: "alive")
        return app
Empty("127.0.0.1", int(sys.argv[1])).run()
"""


def run() -> None:
    """Measure in turns, so that whatever else the machine does meets both."""
    heading(f"Tracked links, {CONNECTIONS} connections")
    with machine() as one:
        _make_links(one)
        one.web()
        port = free_port()
        empty = subprocess.Popen([sys.executable, "-c", EMPTY, str(port)], cwd=Path(__file__).resolve().parents[2])
        try:
            url = f"http://127.0.0.1:{port}"
            until(lambda: answers(f"{url}/healthz"), 20)
            _ask(url, 0.5)
            warm = visits = _ask(one.url, 0.5)
            theirs = 0
            for _ in range(ROUNDS):
                theirs += _ask(url, SECONDS)
                visits += _ask(one.url, SECONDS)
        finally:
            empty.terminate()
            empty.wait(timeout=30)
        ratio = (visits - warm) / theirs
        report(
            "redirects a second", f"{(visits - warm) / SECONDS / ROUNDS:.0f}   empty route {theirs / SECONDS / ROUNDS:.0f}"
            f"   ratio {ratio:.2f}   budget {LEAST_RATIO}", ratio >= LEAST_RATIO,
        )
        _all_counted(one, visits)


def _all_counted(one: Machine, visits: int) -> None:
    """A worker that starts now counts every visit that was written down."""
    one.worker()

    def counted() -> int:
        with Session(one.engine) as session:
            return session.scalar(select(func.count()).select_from(Click)) or 0

    try:
        until(lambda: counted() >= visits, 60, 0.5)
    except TimeoutError:
        report("visits counted", f"{counted()} of {visits}", False)
    else:
        report("visits counted", f"{counted()} of {visits}", counted() == visits)


def _make_links(one: Machine) -> None:
    with Session(one.engine.execution_options(**WRITES)) as session:
        everyone = factories.one_of_each(session)
        edition = factories.scheduled(session, everyone)
        for code in CODES:
            group_id = factories.group(session, code).id
            session.add(TrackedLink(
                code=code, article_id=edition.lead.id, group_id=group_id, edition_id=edition.id, target="https://mp.weixin.qq.com/s/x",
            ))
        session.commit()


def _ask(url: str, seconds: float) -> int:
    """How many answers several connections got in some seconds."""
    counts = [0] * CONNECTIONS
    end = time.monotonic() + seconds

    def visit(number: int) -> None:
        browser = Browser(url)
        while time.monotonic() < end:
            status, _ = browser.get(f"/s/{CODES[counts[number] % len(CODES)]}")
            if status != 302:
                raise RuntimeError(f"a link was answered with {status}")
            counts[number] += 1
        browser.close()

    threads = [threading.Thread(target=visit, args=(number,)) for number in range(CONNECTIONS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return sum(counts)
