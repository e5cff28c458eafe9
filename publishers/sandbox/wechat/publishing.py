"""Publishing (`freepublish/*`): a task is taken at once and ends a little later; the draft is used up by it."""

from __future__ import annotations

from publishers.sandbox.calls import Call, Json, Refusal
from publishers.sandbox.things import Account, Job, Page
from publishers.sandbox.wechat.bodies import body_of, paging, text_of
from publishers.sandbox.wechat.drafts import find, item_of
from publishers.sandbox.world import World, new_number

BANNED = 6


def submit(world: World, call: Call, account: Account) -> Json:
    """Take the task; whether it succeeds is known after the publish delay."""
    draft = find(world, account, text_of(body_of(call), "media_id"))
    publish_id, msg_data_id = new_number(), new_number()
    world.record(
        "publish_submitted", call.at, id=publish_id, app_id=account.app_id, media_id=draft.media_id,
        msg_data_id=msg_data_id, mass=False, due=call.at + world.settings.publish_delay, events=call.orders.events,
        late=call.orders.late,
        result=call.orders.result, clientmsgid="", text="", titles=[article["title"] for article in draft.articles],
        source_urls=[article["content_source_url"] for article in draft.articles],
    )
    return {"errcode": 0, "errmsg": "ok", "publish_id": publish_id, "msg_data_id": msg_data_id}


def get(world: World, call: Call, account: Account) -> Json:
    """The state of a task."""
    job = world.jobs.get(text_of(body_of(call), "publish_id"))
    if job is None or job.mass or job.app_id != account.app_id:
        raise Refusal(53502, "invalid publish_id")
    return {"publish_id": job.id, **outcome(call.base, job)}


def outcome(base: str, job: Job) -> Json:
    """The part of the answer that the result event shows too."""
    answer: Json = {"publish_status": job.status}
    if job.status in (0, 5, BANNED):
        items = [{"idx": page.position, "article_url": page_url(base, page)} for page in job.pages]
        answer |= {"article_id": job.article_id, "article_detail": {"count": len(items), "item": items}}
    answer["fail_idx"] = [1] if job.status in (2, 4) else []
    return answer


def get_article(world: World, call: Call, account: Account) -> Json:
    job = _published(world, account, text_of(body_of(call), "article_id"))
    return {"news_item": _items(world, call, job), **_times(job)}


def listed(world: World, call: Call, account: Account) -> Json:
    """What was published (not mass-sent), newest first."""
    body = body_of(call)
    offset, most = paging(body)
    ours = [job for job in world.jobs.values() if job.app_id == account.app_id and job.visible and not job.mass][::-1]
    jobs = [job for job in ours if job.finished_at + world.settings.list_seconds <= call.at]
    items = [
        {
            "article_id": job.article_id,
            "content": {"news_item": _items(world, call, job, with_content=not body.get("no_content")), **_times(job)},
            "update_time": int(job.finished_at),
        }
        for job in jobs[offset : offset + most]
    ]
    return {"item": items, "total_count": len(jobs), "item_count": len(items)}


def delete(world: World, call: Call, account: Account) -> Json:
    """Delete one article; `index` counts from 1, and 0 or none means all."""
    body = body_of(call)
    job = _published(world, account, text_of(body, "article_id"))
    index = body.get("index") or 0
    positions = [page.position for page in job.pages] if index == 0 else [index]
    if not set(positions) <= {page.position for page in job.pages}:
        raise Refusal(40114, "invalid index value")
    world.record(
        "article_deleted", call.at, app_id=account.app_id, id=job.id, article_id=job.article_id, positions=positions
    )
    return {"errcode": 0, "errmsg": "ok"}


def page_url(base: str, page: Page) -> str:
    return f"{base}/s/{page.slug}"


def _published(world: World, account: Account, article_id: str) -> Job:
    for job in world.jobs.values():
        if article_id and job.article_id == article_id and job.app_id == account.app_id and not job.mass:
            return job
    raise Refusal(53600, "invalid article_id")


def _items(world: World, call: Call, job: Job, *, with_content: bool = True) -> list[Json]:
    return [
        {
            **item_of(world, call.base, page.fields, page_url(call.base, page), with_content=with_content),
            "is_deleted": page.deleted,
        }
        for page in job.pages
    ]


def _times(job: Job) -> dict[str, int]:
    return {"create_time": int(job.at), "update_time": int(job.finished_at)}
