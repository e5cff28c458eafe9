"""`python -m tests.trials.groups`: articles to a thousand groups while the worker is killed at random.

Counted on the side of the platforms: how often each article stands in each group, and how close together. A killed worker
leaves what was under way to a person, for a robot cannot look: that is told, and is neither lost nor twice.
"""

from __future__ import annotations

import argparse
import random
import signal
import sys
import time
from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.engine import WRITES
from editorial import accounts, clock
from editorial.outbox.deliveries import Delivery, Purpose, State
from editorial.release import releases
from editorial.share_back import shares
from tests import factories
from tests.bench.fanout import groups_with_robots
from tests.bench.machine import Machine, machine

MOST = {"wecom": 20, "dingtalk": 20, "feishu": 100}
"""What each platform takes from one robot in any minute."""
OURS = {"wecom": 18, "dingtalk": 18, "feishu": 90}
MINUTE = 60.0
OPEN = (State.WAITING, State.IN_FLIGHT, State.ACCEPTED, State.OUTCOME_UNKNOWN)
TOO_FAST = {45009, 130101, 410100, 11232}


@dataclass
class Counts:
    """What came of one trial."""

    groups: int
    editions: int
    kills: int = 0
    seconds: float = 0.0
    sent: int = 0
    asked: int = 0
    twice: int = 0
    lost: int = 0
    too_fast: int = 0
    busiest: dict[str, int] = field(default_factory=dict)
    """The most messages of one robot in any minute, by platform."""

    @property
    def bound(self) -> float:
        """Seconds that our own limits make the slowest robot wait."""
        return max(MINUTE * ((self.editions - 1) // most) for most in OURS.values())

    @property
    def holds(self) -> bool:
        within = all(self.busiest.get(platform, 0) <= most for platform, most in MOST.items())
        return not (self.twice or self.lost or self.too_fast) and within

    def __str__(self) -> str:
        return (
            f"{self.groups} groups × {self.editions} articles, {self.kills} kills: {self.sent} sent, {self.asked} asked, "
            f"{self.twice} twice, {self.lost} lost, {self.too_fast} refused as too fast; busiest minute {self.busiest}; "
            f"{self.seconds:.1f} s, the limits alone ask for {self.bound:.0f} s"
        )


def run(groups: int, editions: int, kills: int, seed: int, seconds: float) -> Counts:
    """One trial; `seconds` is how long it may last at most. Raises TimeoutError."""
    drawn, counts = random.Random(seed), Counts(groups, editions)
    with machine() as house:
        house.env |= {"QUNSHENG_SETTLE_SECONDS": "0.5", "QUNSHENG_CALL_SECONDS": "5"}
        groups_with_robots(house, groups)
        _publish(house, editions)
        begun = time.monotonic()
        _work(house, counts, kills, drawn, begun + seconds)
        counts.seconds = time.monotonic() - begun
        _count(house, counts)
    return counts


def _publish(house: Machine, editions: int) -> None:
    """Articles that are out, their links promised to every group."""
    with Session(house.engine.execution_options(**WRITES)) as session:
        everyone = factories.one_of_each(session)
        account = accounts.everyone(session)[0] if accounts.everyone(session) else factories.account(session)
        for number in range(editions):
            edition = factories.scheduled(session, everyone, at=clock.now() + timedelta(days=1), of=account)
            for delivery in releases.deliveries_of(session, edition):
                delivery.state = State.CALLED_OFF
            releases.record_published(session, edition, (f"https://mp.weixin.qq.com/s/trial-{number}",))
            shares.promise_all(session, edition)
        session.commit()


def _work(house: Machine, counts: Counts, kills: int, drawn: random.Random, until: float) -> None:
    """Workers until nothing is open any more; each of the first ones dies at an instant nobody chose."""
    worker = house.worker()
    while _open(house):
        if time.monotonic() > until:
            raise TimeoutError(f"{_open(house)} shares are still open")
        time.sleep(drawn.uniform(0.2, 1.5))
        if counts.kills < kills and house.sandbox.effects("robot_message"):
            worker.send_signal(signal.SIGKILL)
            worker.wait()
            counts.kills += 1
            worker = house.worker()


def _open(house: Machine) -> int:
    with Session(house.engine) as session:
        query = select(func.count()).where(Delivery.purpose == Purpose.SHARE, Delivery.state.in_(OPEN))
        return session.scalar(query) or 0


def _count(house: Machine, counts: Counts) -> None:
    effects = house.sandbox.effects("robot_message")
    seen = Counter((effect["key"], _link(effect)) for effect in effects)
    counts.twice = sum(1 for number in seen.values() if number > 1)
    with Session(house.engine) as session:
        states = Counter(session.scalars(select(Delivery.state).where(Delivery.purpose == Purpose.SHARE)))
    counts.sent, counts.asked = states[State.SENT], states[State.NEEDS_PERSON]
    # What a person is asked about may stand in its group or not; of the rest each stands there.
    counts.lost = counts.groups * counts.editions - counts.asked - counts.sent + max(0, counts.sent - len(seen))
    counts.too_fast = sum(1 for call in house.sandbox.calls() if call.get("code") in TOO_FAST)
    times: dict[tuple[str, str], list[float]] = defaultdict(list)
    for effect in effects:
        times[effect["platform"], effect["key"]].append(effect["at"])
    for (platform, _), at in times.items():
        counts.busiest[platform] = max(counts.busiest.get(platform, 0), busiest_minute(at))


def busiest_minute(times: Iterable[float]) -> int:
    """The most instants within any sixty seconds."""
    ordered, most, first = sorted(times), 0, 0
    for last, at in enumerate(ordered):
        while ordered[first] <= at - MINUTE:
            first += 1
        most = max(most, last - first + 1)
    return most


def _link(effect: dict[str, object]) -> str:
    """The article in a message: its tracked link."""
    shown = str(effect["bubble"])
    return shown[shown.index("/s/"):][:11]


def main() -> int:
    """Run and print; exit status 1 when anything was twice, lost or too fast."""
    parser = argparse.ArgumentParser(prog="python -m tests.trials.groups", description=__doc__)
    parser.add_argument("--groups", type=int, default=1000)
    parser.add_argument("--articles", type=int, default=1)
    parser.add_argument("--kills", type=int, default=5)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--seconds", type=float, default=900)
    said = parser.parse_args()
    counts = run(said.groups, said.articles, said.kills, said.seed, said.seconds)
    print(counts)
    return 0 if counts.holds else 1


if __name__ == "__main__":
    sys.exit(main())
