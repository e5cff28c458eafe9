"""Mass send (`message/mass/*`): the one call with an idempotency key, `clientmsgid`."""

from __future__ import annotations

import hashlib
import json

from publishers.sandbox.calls import Call, Json, Refusal
from publishers.sandbox.things import Account, Job
from publishers.sandbox.wechat import quotas
from publishers.sandbox.wechat.bodies import body_of, text_of
from publishers.sandbox.wechat.drafts import find
from publishers.sandbox.world import World, new_number

KEY_BYTES = 32
DAY_SECONDS = 86400.0
REFUSED_BY_ADMIN = 40001
FORBIDDEN, REPRINT = 30002, 30003
_BRANCHES = {"mpnews": "mpnews", "text": "text", "voice": "voice", "image": "images", "mpvideo": "mpvideo"}
_STATUS = {0: "SEND_SUCCESS", 1: "SENDING", 5: "DELETE"}
_SPEEDS = (80, 60, 45, 30, 10)


def send_all(world: World, call: Call, account: Account) -> Json:
    """Take a mass send to everybody or one tag. 45065 carries the `msg_id` of the earlier call with the same key."""
    body = body_of(call)
    kind, branch = _branch(body)
    tag = _tag(account, body)
    key = _key(world, call, account, body)
    quotas.check(world, account, call.at, tag)
    articles = find(world, account, text_of(branch, "media_id")).articles if kind == "mpnews" else []
    msg_id, msg_data_id = new_number(), new_number()
    ignores = bool(body.get("send_ignore_reprint"))
    asked = account.admin_confirms and not tag
    world.record(
        "mass_submitted", call.at, id=msg_id, app_id=account.app_id, media_id=text_of(branch, "media_id"),
        msg_data_id=msg_data_id, mass=True, due=call.at + world.settings.publish_delay, events=call.orders.events,
        late=call.orders.late, result=call.orders.result or _checked(account, articles, ignores), clientmsgid=key, tag=tag,
        ignores_reprint=ignores, admin_until=call.at + world.settings.admin_seconds if asked else 0.0,
        text=text_of(branch, "content"), titles=[article["title"] for article in articles],
        source_urls=[article["content_source_url"] for article in articles],
    )
    answer: Json = {"errcode": 0, "errmsg": "send job submission success", "msg_id": int(msg_id)}
    if asked and account.admin_answer:
        answer |= {"errcode": account.admin_answer, "errmsg": "wait for the administrator to confirm"}
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
    world.record(
        "mass_preview", call.at, app_id=account.app_id, media_id=text_of(branch, "media_id"), titles=titles,
        to=text_of(body, "towxname") or text_of(body, "touser"),
    )
    return {"errcode": 0, "errmsg": "preview success", "msg_id": int(new_number())}


def delete(world: World, call: Call, account: Account) -> Json:
    """Delete what was sent by the interface, named by `msg_id` or else `url`; `article_idx` from 1, 0 or none means all."""
    body = body_of(call)
    job = _job(world, account, text_of(body, "msg_id") or _msg_id_at(world, text_of(body, "url")))
    if job.status != 0 or job.by_person or not job.pages:
        raise Refusal(40065, "invalid status")
    index = body.get("article_idx") or 0
    positions = [page.position for page in job.pages] if index == 0 else [index]
    if not set(positions) <= {page.position for page in job.pages}:
        raise Refusal(40060, "invalid article_idx")
    world.record("mass_deleted", call.at, app_id=account.app_id, id=job.id, article_id="", positions=positions)
    return {"errcode": 0, "errmsg": "ok"}


def speed(world: World, call: Call, account: Account) -> Json:
    return {"speed": account.speed, "realspeed": _SPEEDS[account.speed]}


def set_speed(world: World, call: Call, account: Account) -> Json:
    """0 is the fastest (800,000 a minute), 4 the slowest (100,000)."""
    wanted = body_of(call).get("speed")
    if wanted is None:
        raise Refusal(45084, "not set masssend speed")
    if not isinstance(wanted, int) or not 0 <= wanted < len(_SPEEDS):
        raise Refusal(45083, "speed must be within [0, 4]")
    world.record("account", call.at, values={"app_id": account.app_id, "speed": wanted})
    return {"errcode": 0, "errmsg": "ok"}


def confirm(world: World, job: Job, at: float, *, yes: bool) -> None:
    """The administrator says what shall become of a send that waits. A refusal ends it at once."""
    due, result = (at + world.settings.publish_delay, job.result) if yes else (at, REFUSED_BY_ADMIN)
    world.record("mass_confirmed", at, app_id=job.app_id, id=job.id, due=due, result=result)


def waiting_for_admin(world: World, app_id: str) -> list[Job]:
    """Sends that the administrator has not yet answered, oldest first."""
    return [job for job in world.jobs.values() if job.app_id == app_id and job.status == 1 and job.admin_until]


def _checked(account: Account, articles: list[Json], ignores: bool) -> int:
    """With which code the check for originality will stop the send, or 0."""
    states = [account.reprints.get(article["title"], 1) for article in articles]
    if 3 in states:
        return FORBIDDEN
    return REPRINT if 2 in states and not ignores else 0


def _tag(account: Account, body: Json) -> str:
    """The audience: a tag's id, or "" for everybody."""
    audience = body.get("filter")
    if not isinstance(audience, dict):
        raise Refusal(40035, "invalid parameter")
    if audience.get("is_to_all"):
        return ""
    tag = text_of(audience, "tag_id")
    if not quotas.knows_tag(account, tag):
        raise Refusal(40152, "invalid tag id")
    return tag


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


def _msg_id_at(world: World, url: str) -> str:
    found = world.page(url.rpartition("/s/")[2]) if url else None
    return found[0].id if found else ""


def _job(world: World, account: Account, msg_id: str) -> Job:
    job = world.jobs.get(msg_id)
    if job is None or not job.mass or job.app_id != account.app_id:
        raise Refusal(40059, "invalid msg id")
    return job
