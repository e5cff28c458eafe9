"""How a task ends: as it was ordered, or as the administrator or the originality check decides."""

from __future__ import annotations

from publishers.sandbox.things import Job
from publishers.sandbox.wechat import quotas
from publishers.sandbox.world import World, new_id

SILENT_ADMIN = 40002
WITHOUT_REASON = 3


def finish_due(world: World, now: float) -> list[Job]:
    """End every task whose time has come, or whose administrator was silent too long."""
    due = [job for job in world.jobs.values() if job.status == 1 and ends_at(job) <= now]
    for job in due:
        finish(world, job, now, SILENT_ADMIN if job.admin_until else None)
    return due


def ends_at(job: Job) -> float:
    """When a running task ends if nobody interferes."""
    return job.admin_until or job.due


def finish(world: World, job: Job, at: float, result: int | None = None) -> None:
    """The task ends now, with `result` or as it was ordered. A draft that another task has used up publishes nothing."""
    result = job.result if result is None else result
    used_up = world.settings.keeps_draft and bool(job.articles) and job.media_id not in world.drafts
    if used_up and result == 0:
        result = WITHOUT_REASON
    slugs = [new_id(22) for _ in job.articles] if result == 0 else []
    done, failed = ("mass_sent", "mass_failed") if job.mass else ("published", "publish_failed")
    account = world.account(job.app_id)
    reached = quotas.counts(world, account, job) if job.mass and account and result == 0 else {}
    world.record(
        failed if result else done, at, id=job.id, app_id=job.app_id, media_id=job.media_id, status=result,
        article_id=new_id(43) if result == 0 else "", slugs=slugs, counts=reached,
        used_up=used_up,
        titles=[article["title"] for article in job.articles],
        source_urls=[article["content_source_url"] for article in job.articles],
    )
