"""What happens by itself: publish jobs end when their time has come, and their events go out."""

from __future__ import annotations

import threading

from publishers.sandbox.things import Job
from publishers.sandbox.wechat import events, finishing, messages
from publishers.sandbox.world import World


class Clockwork:
    """One quiet thread; it sleeps until a job is due or something new was recorded."""

    def __init__(self, world: World, base: str) -> None:
        self._world, self._base, self._stopping = world, base, threading.Event()
        self._thread = threading.Thread(target=self._run, name="sandbox-clockwork", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        with self._world.changed:
            self._stopping.set()
            self._world.changed.notify_all()
        self._thread.join(timeout=5)

    def _run(self) -> None:
        world = self._world
        while True:
            with world.changed:
                if self._stopping.is_set():
                    return
                due = finishing.finish_due(world, world.now())
                if not due:
                    world.changed.wait(self._until_next())
                    continue
            world.log.settle()
            for job in due:
                threading.Thread(target=self._tell, args=(job,), daemon=True).start()

    def _until_next(self) -> float | None:
        waiting = [finishing.ends_at(job) for job in self._world.jobs.values() if job.status == 1]
        return max(min(waiting) - self._world.now(), 0.001) if waiting else None

    def _tell(self, job: Job) -> None:
        account = self._world.account(job.app_id)
        if account is None or not account.callback_url:
            return
        if job.late:
            self._stopping.wait(job.late)
        name, xml = messages.result(self._world, account, self._base, job)
        for _ in range(job.events):
            events.push(self._world, account, name, xml)
