"""One edition shared to a thousand robots by one worker: from the due instant to the last one sent."""

from __future__ import annotations

import http.client
import json
import time
from datetime import timedelta
from urllib.parse import urlsplit

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.extensions import WRITES
from editorial import clock
from editorial.groups.connectors import GroupConnector
from editorial.groups.groups import Group
from editorial.outbox.deliveries import Delivery, Purpose, State
from tests import factories
from tests.bench.machine import Machine, machine, until
from tests.bench.measures import heading, report

ROBOTS = 1_000
BUDGET = 10.0
LEAD_SECONDS = 5.0
"""Time for the worker to be up, as it is in a house that lives."""


def run() -> None:
    """Measure, beside the same number of calls to the sandbox by a client that does nothing else."""
    heading(f"One edition to {ROBOTS} robots, one worker")
    with machine() as house_of_robots:
        groups_with_robots(house_of_robots, ROBOTS)
        baseline = bare_calls(house_of_robots, ROBOTS)
        house_of_robots.worker()
        due = share_once(house_of_robots, LEAD_SECONDS)
        finished(house_of_robots, ROBOTS, 120)
        report_figures(house_of_robots, due, baseline)


def report_figures(one: Machine, due: float, baseline: float) -> None:
    """From the stored times: when the edition was out, when the last share was settled."""
    with Session(one.engine) as session:
        query = select(func.max(Delivery.settled_at), func.min(Delivery.due_at)).where(Delivery.purpose == Purpose.SHARE)
        last, first = session.execute(query).one()
    seconds, sharing = last.timestamp() - due, last.timestamp() - first.timestamp()
    sent = one.sandbox.effects("robot_message")
    report("due → all sent", f"{seconds:.2f} s   budget {BUDGET:.0f} s", seconds <= BUDGET)
    report("published → all sent", f"{sharing:.2f} s   {ROBOTS / sharing:.0f} a second")
    report("the same calls alone", f"{baseline:.2f} s   ratio {sharing / baseline:.1f}")
    report("messages on the phones", f"{len(sent)}   in {len({effect['key'] for effect in sent})} groups", len(sent) == ROBOTS)


def groups_with_robots(one: Machine, count: int) -> None:
    """Groups of three platforms, written straight into the tables."""
    kinds = (
        ("wecom_robot", lambda n: {"key": f"693a91f6-7abc-4bc4-97a0-{n:012d}"}),
        ("dingtalk_robot", lambda n: {"access_token": f"{n:064x}"}),
        ("feishu_robot", lambda n: {"hook": f"ca771ae1-d3f2-4c1e-8c1e-{n:012d}"}),
    )
    with Session(one.engine.execution_options(**WRITES)) as session:
        for number in range(1, count + 1):
            kind, settings = kinds[number % len(kinds)]
            group = Group(slug=f"robots-{number}", name=f"回流测试群{number}", kind="training")
            group.connector = GroupConnector(kind=kind, settings=settings(number))
            session.add(group)
        session.commit()


def share_once(one: Machine, lead: float = 0.0) -> float:
    """Schedule an edition `lead` seconds ahead; returns its due instant (epoch seconds)."""
    due = clock.now() + timedelta(seconds=lead)
    with Session(one.engine.execution_options(**WRITES)) as session:
        everyone = factories.one_of_each(session)
        factories.scheduled(session, everyone, at=due)
        session.commit()
    return due.timestamp()


def finished(one: Machine, count: int, seconds: float) -> float:
    """Wait until so many shares were sent."""
    def all_sent() -> bool:
        with Session(one.engine) as session:
            query = select(func.count()).where(Delivery.purpose == Purpose.SHARE, Delivery.state == State.SENT)
            return (session.scalar(query) or 0) >= count

    return until(all_sent, seconds, 0.2)


def bare_calls(one: Machine, count: int) -> float:
    """Seconds for as many robot messages over one connection, without any promise."""
    connection = http.client.HTTPConnection(urlsplit(one.sandbox.url).netloc)
    body = json.dumps({"msgtype": "text", "text": {"content": "空转"}}, ensure_ascii=False).encode()
    started = time.perf_counter()
    for number in range(count):
        connection.request("POST", f"/cgi-bin/webhook/send?key=bare-{number}", body, {"Content-Type": "application/json"})
        connection.getresponse().read()
    seconds = time.perf_counter() - started
    connection.close()
    one.sandbox.reset(keep=True)
    return seconds
