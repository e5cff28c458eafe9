"""Saving an article and handing one in, by form over HTTP: durable before the answer."""

from __future__ import annotations

import random
import uuid
from collections.abc import Callable

from sqlalchemy.orm import Session

from app.extensions import WRITES
from tests import factories
from tests.bench import prose
from tests.bench.browser import Browser
from tests.bench.machine import machine
from tests.bench.measures import MILLI, heading, median, percentile, report

ROUNDS = 100
BUDGET = 0.100
TEXT = factories.BODY * 8


def run() -> None:
    """Measure both, beside an answer that stores nothing."""
    heading("Writing over HTTP")
    with machine() as one:
        with Session(one.engine.execution_options(**WRITES), expire_on_commit=False) as session:
            everyone = factories.one_of_each(session)
            article_id = factories.article(session, everyone["contributor"]).id
            session.commit()
        one.web()
        contributor, editor = Browser(one.url, everyone["contributor"]), Browser(one.url, everyone["desk_editor"])
        nothing = _times(lambda number: contributor.get("/healthz"), 200)
        _tell("handing in", _times(lambda number: contributor.post("/hand-in", _story(number)), 303), nothing)
        _tell("saving an article", _times(lambda number: editor.post(f"/articles/{article_id}", _version(number)), 303), nothing)
        _tell("saving, then reading the page", _times(lambda number: editor.get(f"/articles/{article_id}"), 200), nothing)


def hand_in_one(browser: Browser, number: int) -> tuple[int, float]:
    """A story of usual length."""
    return browser.post("/hand-in", _story(number))


def _story(number: int) -> dict[str, str]:
    told = "".join(prose.sentences(random.Random(number), 20))
    return {"title": f"第{number}次试车手记", "body": told, "origin_group": "assembly", "nonce": uuid.uuid4().hex}


def _version(number: int) -> dict[str, str]:
    return {"title": "七十二小时的试车台", "body": f"{TEXT}\n\n第{number}次修改。", "base": str(number + 1)}


def _times(ask: Callable[[int], tuple[int, float]], wanted: int) -> list[float]:
    times = []
    for number in range(ROUNDS):
        status, seconds = ask(number)
        if status != wanted:
            raise RuntimeError(f"round {number} was answered with {status}")
        times.append(seconds)
    return times[5:]


def _tell(what: str, times: list[float], nothing: list[float]) -> None:
    worst = percentile(times, 95)
    report(
        what, f"p50 {median(times) * MILLI:.1f}  p95 {worst * MILLI:.1f} ms   budget {BUDGET * MILLI:.0f} ms"
        f"   ratio to an empty answer {median(times) / median(nothing):.1f}", worst <= BUDGET,
    )
