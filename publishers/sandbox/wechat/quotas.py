"""How often an account may send to its followers: per day or per follower and natural month, by China's calendar."""

from __future__ import annotations

from collections.abc import Callable

from publishers.sandbox import chinatime
from publishers.sandbox.calls import Refusal
from publishers.sandbox.things import Account, Job
from publishers.sandbox.wechat import figures
from publishers.sandbox.world import World

FAILED_TO_REACH = 3
FINAL = (0, 5, 6)


def check(world: World, account: Account, at: float, tag: str) -> None:
    """Raise 45028 when no send to `tag` ("": everybody) is left at `at`. The console's sends count like the interface's."""
    if account.mass_per_day and len(_sends(world, account, at, chinatime.day)) >= account.mass_per_day:
        raise Refusal(45028, "has no masssend quota")
    most = account.mass_per_month
    if not most:
        return
    to_all = [job for job in _sends(world, account, at, chinatime.month) if not job.tag]
    if (not tag and len(to_all) >= most) or not _reachable(world, account, at, tag):
        raise Refusal(45028, "has no masssend quota")


def counts(world: World, account: Account, job: Job) -> dict[str, int]:
    """Of a send that ends now: the audience, who is left after the quota, who got it, who did not."""
    total = sum(_audience(account, job.at, job.tag).values())
    filtered = _reachable(world, account, job.at, job.tag, without=job)
    failed = min(FAILED_TO_REACH, filtered)
    return {"total": total, "filtered": filtered, "sent": filtered - failed, "error": failed}


def knows_tag(account: Account, tag: str) -> bool:
    return any(str(one["id"]) == tag for one in account.tags)


def _reachable(world: World, account: Account, at: float, tag: str, without: Job | None = None) -> int:
    """How many followers of the audience have not had all their messages of the month."""
    sends = [job for job in _sends(world, account, at, chinatime.month) if job is not without]
    return sum(
        number for group, number in _audience(account, at, tag).items()
        if not account.mass_per_month or sum(job.tag in ("", group) for job in sends) < account.mass_per_month
    )


def _audience(account: Account, at: float, tag: str) -> dict[str, int]:
    """Followers by tag; everybody wears one tag or none."""
    tagged = {str(one["id"]): int(one["count"]) for one in account.tags}
    if tag:
        return {tag: tagged.get(tag, 0)}
    return {**tagged, "none": max(figures.followers(account, chinatime.day(at)) - sum(tagged.values()), 0)}


def _sends(world: World, account: Account, at: float, period: Callable[[float], object]) -> list[Job]:
    """Sends of the period in which `at` lies, failed ones left out."""
    return [
        job for job in world.jobs.values()
        if job.mass and job.app_id == account.app_id and period(job.at) == period(at)
        and (job.status in FINAL or (job.status == 1 and job.result == 0))
    ]
