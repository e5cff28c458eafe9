"""What happens by itself: publish jobs end when their time has come, and their events go out."""

from __future__ import annotations

import threading
import time

from publishers.sandbox.things import Job
from publishers.sandbox.wechat import events, publishing
from publishers.sandbox.world import World


class Clockwork:
    """One quiet thread; it sleeps until a job is due or something new was recorded."""

    def __init__(self, world: World, base: str) -> None:
        self._world, self._base, self._stopping = world, base, False
        self._thread = threading.Thread(target=self._run, name="sandbox-clockwork", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        with self._world.changed:
            self._stopping = True
            self._world.changed.notify_all()
        self._thread.join(timeout=5)

    def _run(self) -> None:
        world = self._world
        while True:
            with world.changed:
                if self._stopping:
                    return
                due = self._finish_due()
                if not due:
                    world.changed.wait(self._until_next())
                    continue
            world.log.settle()
            for job in due:
                threading.Thread(target=self._tell, args=(job,), daemon=True).start()

    def _finish_due(self) -> list[Job]:
        now = time.time()
        due = [job for job in self._world.jobs.values() if job.status == 1 and job.due <= now]
        for job in due:
            publishing.finish(self._world, job, now)
        return due

    def _until_next(self) -> float | None:
        waiting = [job.due for job in self._world.jobs.values() if job.status == 1]
        return max(min(waiting) - time.time(), 0.001) if waiting else None

    def _tell(self, job: Job) -> None:
        account = self._world.account(job.app_id)
        if account is None or not account.callback_url:
            return
        name, inner = events.result_xml(self._base, job)
        xml = events.envelope(account, name, inner)
        for _ in range(job.events):
            events.push(self._world, account, name, xml)
