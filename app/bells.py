"""The doorbell on Redis: "this lane has work". Losing or doubling a ring changes nothing."""

from __future__ import annotations

import logging

from redis import Redis
from redis.exceptions import RedisError
from rq import Queue, SimpleWorker
from rq.serializers import JSONSerializer

QUEUE = "qunsheng"
RING_LIVES_SECONDS = 30
log = logging.getLogger("qunsheng.bells")


class Bell:
    """Rings for a lane by enqueueing `drain(lane)` under a job id of the lane's own: one ring waits at a time."""

    def __init__(self, redis_url: str) -> None:
        self._redis = Redis.from_url(redis_url, socket_connect_timeout=1, socket_timeout=2)
        self._queue = Queue(QUEUE, connection=self._redis, serializer=JSONSerializer)

    def ring(self, lane: str) -> bool:
        """Ring. False when Redis does not answer: then whoever rings works the lane itself."""
        try:
            job_id = "drain-" + lane.replace(":", "-")
            # A ring that a dead worker took away must not keep the next one out.
            if self._redis.set(f"qunsheng:rung:{job_id}", 1, nx=True, px=900):
                self._queue.enqueue(
                    "app.jobs.drain", lane, job_id=job_id, job_timeout=-1, result_ttl=0, failure_ttl=0,
                    ttl=RING_LIVES_SECONDS,
                )
        except RedisError:
            return False
        return True


def answer_bells(redis_url: str) -> None:
    """Work as an RQ worker until told to stop. No fork: the lane's lock must be held by the process that sends."""
    connection = Redis.from_url(redis_url, socket_connect_timeout=5)
    queue = Queue(QUEUE, connection=connection, serializer=JSONSerializer)
    worker = SimpleWorker(
        [queue], connection=connection, serializer=JSONSerializer, worker_ttl=30, maintenance_interval=5,
        log_job_description=False,
    )
    worker.work(logging_level="WARNING")
