"""One run: the platform's clockwork, its callbacks, workers that die and come back, a person; until nothing moves."""

from __future__ import annotations

import heapq
import logging
import os
import random
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from unittest import mock

import time_machine
from sqlalchemy import select
from sqlalchemy.orm import Session

from app import confirming
from app.engine import WRITES
from editorial import clock, crash
from editorial.calendar import editions
from editorial.intake import letters
from editorial.outbox import attempts, deliveries
from editorial.outbox.deliveries import Delivery, State
from editorial.release import releases
from publishers.sandbox.platforms import Platforms
from publishers.sandbox.wechat import console, events, finishing, mass, messages
from publishers.sandbox.world import World
from tests.trials.checker import at_rest
from tests.trials.wechat import house as houses
from tests.trials.wechat.fates import Fate, fate
from tests.trials.wechat.house import APP_ID, CALL_SECONDS, FOUNDED, House
from tests.trials.wechat.verdict import Verdict, judge
from tests.trials.wechat.wire import BASE, Died, Wire
from tests.trials.world import CALLBACK_TOKEN

MOST_STEPS = 600
LONGEST = timedelta(days=6)
"""Nothing takes longer than that unless it is stuck: the last reading of a doubt comes hours, of a task days later."""
PUSH_TRIES, PUSH_AGAIN_SECONDS = 3, 5.0
REPLAYS = 2
"""How often the person replays one delivery."""
NEVER = 10**9


class Player:
    """Plays runs in one folder, one after the other."""

    def __init__(self, folder: Path) -> None:
        logging.disable(logging.CRITICAL)
        self._travel = time_machine.travel(FOUNDED, tick=False)
        self._traveller = self._travel.start()
        self._house = houses.build(folder / "house")
        self._platforms = Platforms(folder / "platform")

    @property
    def world(self) -> World:
        """What the platform knows."""
        return self._platforms.world

    def close(self) -> None:
        self._platforms.close()
        self._house.close()
        self._travel.stop()
        logging.disable(logging.NOTSET)

    def play(self, number: int) -> Verdict:
        """Run `number`, the same every time."""
        chosen = fate(number)
        random.seed(number)
        self._traveller.move_to(houses.begins_at(chosen.begins_hours))
        self._house.put_back()
        self._platforms.reset(keep=False)
        with mock.patch("os.kill", _killed):
            run = _Run(chosen, self._house, self._platforms, self._traveller)
            run.play()
        return self.judged(chosen, run)

    def judged(self, chosen: Fate, run: _Run | None = None) -> Verdict:
        """What is to be said of the house as it stands."""
        with Session(self._house.works.engine) as session:
            kills, calls = (run.kills, run.calls) if run else (0, 0)
            return judge(session, chosen, self._platforms, kills, calls)


@contextmanager
def player(folder: Path) -> Iterator[Player]:
    """A player that is closed in the end. The clock stands still from here on, for the whole process."""
    (folder / "house").mkdir(parents=True)
    made = Player(folder)
    try:
        yield made
    finally:
        made.close()


def _killed(pid: int, number: int) -> None:
    """Death as this process can bear it."""
    assert pid == os.getpid()
    raise Died


class _Run:
    def __init__(self, fate: Fate, house: House, platforms: Platforms, traveller: time_machine.Traveller) -> None:
        self._fate, self._house, self._platforms, self._traveller = fate, house, platforms, traveller
        self._world = platforms.world
        self._pushes: list[tuple[float, int, str, int]] = []
        self._pushed = 0
        self._told = False
        self._crashes = list(fate.crashes)
        self._back_at = 0.0
        self.kills = self.calls = 0
        self._replays: Counter[int] = Counter()

    def play(self) -> None:
        """Until nothing moves."""
        self._furnish()
        ends = clock.now() + LONGEST
        self._arm()
        with Wire(self._platforms, self._pass, CALL_SECONDS, self._fate.cuts, eager=self._fate.early_event) as wire:
            for _ in range(MOST_STEPS):
                self._platform_goes_on()
                self._work()
                following = self._next_instant()
                if following is None and self._person_acts():
                    continue
                if following is None or following > ends.timestamp():
                    break
                self._traveller.move_to(max(following, self._world.now() + 0.01))
        self._disarm()
        self.calls = wire.calls

    def _furnish(self) -> None:
        world, now = self._world, self._world.now()
        delay = {"publish_delay": 0.0} if self._fate.early_event else {}
        world.record("settings", now, values={
            "fsync": False, "quotas": True, "clientmsgid_seconds": 60.0, "publish_delay": 1.5, **self._fate.settings, **delay,
        })
        world.record("account", now, values={
            "app_id": APP_ID, "secret": "right", "kind": "subscription", "token": CALLBACK_TOKEN,
            "callback_url": "here", **self._fate.account,
        })
        for order in self._fate.orders:
            self._platforms.faults.add(order)
        with Session(self._house.works.engine.execution_options(**WRITES)) as session:
            publish_at = clock.now() + timedelta(minutes=1)
            for name in self._fate.editions:
                edition = editions.get(session, self._house.editions[name])
                releases.schedule(session, edition, publish_at, by=self._house.publisher(session))
            session.commit()

    def _work(self) -> None:
        """A worker does all there is to do; its successor comes when it has died."""
        if self._world.now() < self._back_at:
            return
        try:
            self._house.works.drain(self._house.lane)
            if self._told:
                self._house.works.drain(letters.LANE)
                self._told = False
        except Died:
            self.kills += 1
            self._back_at = self._world.now() + self._fate.down_seconds
            self._arm()

    def _arm(self) -> None:
        """The next life ends where it is written."""
        if self._crashes:
            point, _, hit = self._crashes.pop(0).partition(":")
            crash.arm(point, int(hit))

    def _disarm(self) -> None:
        for order in self._fate.crashes:
            crash.arm(order.partition(":")[0], NEVER)

    def _pass(self, seconds: float) -> None:
        """Time goes by while a call is under way, and the world does not wait."""
        self._traveller.shift(seconds)
        self._platform_goes_on()

    def _platform_goes_on(self) -> None:
        """Tasks end, their events go out and come in."""
        now = self._world.now()
        account = self._world.account(APP_ID)
        assert account is not None
        for job in finishing.finish_due(self._world, now):
            _, xml = messages.result(self._world, account, BASE, job)
            for repeat in range(job.events):
                self._push(now + job.late + 7.0 * repeat, xml, PUSH_TRIES)
        if mass.waiting_for_admin(self._world, APP_ID) and self._fate.number % 3:
            console.answer_mass_send(self._world, account, "", now, yes=self._fate.number % 3 == 1)
        while self._pushes and self._pushes[0][0] <= now:
            _, _, xml, tries = heapq.heappop(self._pushes)
            if not self._taken(xml) and tries > 1:
                self._push(now + PUSH_AGAIN_SECONDS, xml, tries - 1)

    def _push(self, at: float, xml: str, tries: int) -> None:
        self._pushed += 1
        heapq.heappush(self._pushes, (at, self._pushed, xml, tries))

    def _taken(self, xml: str) -> bool:
        account = self._world.account(APP_ID)
        assert account is not None
        self._told = True
        query, content_type, body = events.packed(account, xml)
        answer = self._house.app.test_client().post(
            f"/callbacks/wechat/{self._house.account_id}", query_string=query, data=body, content_type=content_type,
        )
        return answer.status_code == 200 and answer.data in (b"", b"success")

    def _next_instant(self) -> float | None:
        """When something happens by itself, or None when nothing will."""
        running = [finishing.ends_at(job) for job in self._world.jobs.values() if job.status == 1]
        pushes = [self._pushes[0][0]] if self._pushes else []
        with Session(self._house.works.engine) as session:
            moving = not at_rest(session)
            owed = attempts.next_instant(session) if moving else None
        mine = [owed.timestamp() if owed else self._world.now() + 1.0] if moving else []
        if mine and self._back_at > self._world.now():
            mine = [max(mine[0], self._back_at)]
        return min([*running, *pushes, *mine], default=None)

    def _person_acts(self) -> bool:
        """Replay what was refused, and say truly what became of the unknown. False when there is nothing to press."""
        if not self._fate.person:
            return False
        with Session(self._house.works.engine.execution_options(**WRITES)) as session:
            acted = sum(self._press(session, delivery) for delivery in session.scalars(select(Delivery)).all())
            session.commit()
        return acted > 0

    def _press(self, session: Session, delivery: Delivery) -> bool:
        if self._replays[delivery.id] >= REPLAYS or delivery.state not in (State.REFUSED, State.NEEDS_PERSON):
            return False
        self._replays[delivery.id] += 1
        by = self._house.publisher(session)
        if delivery.state == State.REFUSED:
            deliveries.retry(session, delivery, by=by)
            return True
        seen = self._is_out(session, delivery)
        if seen and delivery.purpose not in releases.FINAL_PURPOSES:
            return False
        confirming.resolve(session, delivery, "sent" if seen else "not_sent", by=by, reason="looked into the console")
        return True

    def _is_out(self, session: Session, delivery: Delivery) -> bool:
        titles = [place.article.title for place in editions.get(session, delivery.edition_id or 0).places]
        done = [*self._world.effects("published"), *self._world.effects("mass_sent")]
        return any(effect["titles"] == titles for effect in done)
