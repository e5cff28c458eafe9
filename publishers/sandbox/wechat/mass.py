"""Mass send (`message/mass/*`): the one call with an idempotency key, `clientmsgid`."""

from __future__ import annotations

import hashlib
import json

from publishers.sandbox.calls import Call, Json, Refusal
from publishers.sandbox.things import Account, Job
from publishers.sandbox.wechat.bodies import body_of, text_of
from publishers.sandbox.wechat.drafts import find
from publishers.sandbox.world import World, new_number

KEY_BYTES = 32
DAY_SECONDS = 86400.0
_BRANCHES = {"mpnews": "mpnews", "text": "text", "voice": "voice", "image": "images", "mpvideo": "mpvideo"}
_STATUS = {0: "SEND_SUCCESS", 1: "SENDING", 5: "DELETE"}


def send_all(world: World, call: Call, account: Account) -> Json:
    """Take a mass send to everybody or one tag. 45065 carries the `msg_id` of the earlier call with the same key."""
    body = body_of(call)
    kind, branch = _branch(body)
    key = _key(world, call, account, body)
    if account.mass_per_day and _sent_today(world, account, call.at) >= account.mass_per_day:
        raise Refusal(45028, "has no masssend quota")
    articles = find(world, account, text_of(branch, "media_id")).articles if kind == "mpnews" else []
    msg_id, msg_data_id = new_number(), new_number()
    world.record(
        "mass_submitted", call.at, id=msg_id, app_id=account.app_id, media_id=text_of(branch, "media_id"),
        msg_data_id=msg_data_id, mass=True, due=call.at + world.settings.publish_delay, events=call.orders.events,
        result=call.orders.result, clientmsgid=key, text=text_of(branch, "content"),
        titles=[article["title"] for article in articles],
        source_urls=[article["content_source_url"] for article in articles],
    )
    answer: Json = {"errcode": 0, "errmsg": "send job submission success", "msg_id": int(msg_id)}
    return answer | ({"msg_data_id": int(msg_data_id)} if kind == "mpnews" else {})


def get(world: World, call: Call, account: Account) -> Json:
    job = _job(world, account, text_of(body_of(call), "msg_id"))
    return {"msg_id": int(job.id), "msg_status": _STATUS.get(job.status, "SEND_FAIL")}


def preview(world: World, call: Call, account: Account) -> Json:
    """Show a draft to one person; the draft stays."""
    body = body_of(call)
    if not (body.get("touser") or body.get("towxname")):
        raise Refusal(40003, "invalid openid")
    kind, branch = _branch(body)
    articles = find(world, account, text_of(branch, "media_id")).articles if kind == "mpnews" else []
    titles = [article["title"] for article in articles]
    world.record("mass_preview", call.at, app_id=account.app_id, media_id=text_of(branch, "media_id"), titles=titles)
    return {"errcode": 0, "errmsg": "preview success", "msg_id": int(new_number())}


def delete(world: World, call: Call, account: Account) -> Json:
    """Delete what was sent; `article_idx` counts from 1, and 0 or none means all."""
    body = body_of(call)
    job = _job(world, account, text_of(body, "msg_id"))
    if job.status == 1:
        raise Refusal(40065, "invalid status")
    index = body.get("article_idx") or 0
    positions = [page.position for page in job.pages] if index == 0 else [index]
    if not set(positions) <= {page.position for page in job.pages}:
        raise Refusal(40060, "invalid article_idx")
    world.record("mass_deleted", call.at, app_id=account.app_id, id=job.id, article_id="", positions=positions)
    return {"errcode": 0, "errmsg": "ok"}


def speed(world: World, call: Call, account: Account) -> Json:
    return {"speed": 0, "realspeed": 80}


def _branch(body: Json) -> tuple[str, Json]:
    kind = text_of(body, "msgtype")
    branch = body.get(_BRANCHES.get(kind, ""), body.get(kind))
    if kind not in _BRANCHES or not isinstance(branch, dict):
        raise Refusal(40008, "invalid message type")
    return kind, branch


def _key(world: World, call: Call, account: Account, body: Json) -> str:
    """The call's `clientmsgid`, or the one made from audience and content. Raises when it was used within a day."""
    key = text_of(body, "clientmsgid")
    if len(key.encode("utf-8")) > KEY_BYTES:
        raise Refusal(45067, "clientmsgid too long")
    if not key:
        said = json.dumps({k: body.get(k) for k in ("filter", "msgtype", *_BRANCHES.values())}, sort_keys=True)
        key = "auto:" + hashlib.sha256(said.encode()).hexdigest()[:24]
    for job in world.jobs.values():
        if job.mass and job.app_id == account.app_id and job.clientmsgid == key and call.at - job.at < DAY_SECONDS:
            if call.at - job.at < world.settings.clientmsgid_seconds:
                raise Refusal(45066, "same clientmsgid retry too fast")
            raise Refusal(45065, "clientmsgid exist", msg_id=job.id)
    return key


def _sent_today(world: World, account: Account, at: float) -> int:
    """Sends of the calendar day in China."""
    day = int((at + 8 * 3600) // DAY_SECONDS)
    jobs = [job for job in world.jobs.values() if job.mass and job.app_id == account.app_id and job.result == 0]
    return sum(int((job.at + 8 * 3600) // DAY_SECONDS) == day for job in jobs)


def _job(world: World, account: Account, msg_id: str) -> Job:
    job = world.jobs.get(msg_id)
    if job is None or not job.mass or job.app_id != account.app_id:
        raise Refusal(40059, "invalid msg id")
    return job
