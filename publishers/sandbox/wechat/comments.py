"""Readers' comments (`comment/*`), addressed by `msg_data_id` and an index that counts from 0."""

from __future__ import annotations

from publishers.sandbox.calls import Call, Json, Refusal
from publishers.sandbox.things import Account, Comment, Job, Page
from publishers.sandbox.wechat.bodies import body_of, text_of
from publishers.sandbox.world import World

MOST_AT_ONCE = 49
MOST_ELECTED = 100
REPLY_CHARACTERS = 600
OK: Json = {"errcode": 0, "errmsg": "ok"}


def switch(world: World, call: Call, account: Account) -> Json:
    """`comment/open` and `comment/close`."""
    job, page = _article(world, account, body_of(call))
    open_now = call.path.endswith("/open")
    world.record(
        "comments_switched", call.at, app_id=account.app_id, id=job.id, msg_data_id=job.msg_data_id,
        index=page.position - 1, open=open_now,
    )
    return OK


def listed(world: World, call: Call, account: Account) -> Json:
    """Newest first; `type` 0 all, 1 ordinary, 2 featured ones."""
    body = body_of(call)
    job, page = _article(world, account, body)
    begin, count, kind = body.get("begin", 0), body.get("count", 0), body.get("type", 0)
    if not isinstance(begin, int) or not isinstance(count, int) or begin < 0 or not 1 <= count <= MOST_AT_ONCE:
        raise Refusal(88010, "count range error. cout <= 0 or count > 50")
    if kind not in (0, 1, 2):
        raise Refusal(40035, "invalid parameter")
    found = [
        comment for comment in of_page(world, job, page)
        if not comment.withdrawn and (kind == 0 or comment.elected == (kind == 2))
    ]
    return {**OK, "total": len(found), "comment": [_shown(comment) for comment in found[begin : begin + count]]}


def elect(world: World, call: Call, account: Account) -> Json:
    """`comment/markelect` and `comment/unmarkelect`."""
    body = body_of(call)
    job, page = _article(world, account, body)
    comment = _comment(world, account, body)
    featured = call.path.endswith("/markelect")
    if featured and not comment.elected and sum(one.elected for one in of_page(world, job, page)) >= MOST_ELECTED:
        raise Refusal(88003, "there are too many elected comments")
    return _change(world, call, comment, elected=featured)


def delete(world: World, call: Call, account: Account) -> Json:
    body = body_of(call)
    _article(world, account, body)
    comment = _comment(world, account, body, withdrawn_too=True)
    world.record("comment_deleted", call.at, app_id=account.app_id, id=comment.id)
    return OK


def reply(world: World, call: Call, account: Account) -> Json:
    """One answer to each comment."""
    body = body_of(call)
    _article(world, account, body)
    comment, text = _comment(world, account, body), text_of(body, "content")
    if not text.strip() or len(text) > REPLY_CHARACTERS:
        raise Refusal(88007, "reply content beyond max len or content len is zero")
    if comment.reply:
        raise Refusal(88005, "already reply")
    return _change(world, call, comment, reply=text, replied_at=call.at)


def delete_reply(world: World, call: Call, account: Account) -> Json:
    body = body_of(call)
    _article(world, account, body)
    comment = _comment(world, account, body, withdrawn_too=True)
    if not comment.reply:
        raise Refusal(88008, "reply is not exist")
    return _change(world, call, comment, reply="", replied_at=0.0)


def of_page(world: World, job: Job, page: Page) -> list[Comment]:
    """The comments of one article, newest first."""
    return [
        comment for comment in reversed(world.comments.values())
        if comment.msg_data_id == job.msg_data_id and comment.index == page.position - 1
    ]


def page_of(world: World, account: Account, msg_data_id: str, index: int) -> tuple[Job, Page]:
    """The published article behind `msg_data_id` and `index`. Raises 88001."""
    for job in world.jobs.values():
        ours = job.app_id == account.app_id and job.msg_data_id == msg_data_id and job.visible
        if ours and (job.mass or world.settings.comments_on_releases) and 0 <= index < len(job.pages):
            return job, job.pages[index]
    raise Refusal(88001, "comment is not exists or article is not exists")


def _article(world: World, account: Account, body: Json) -> tuple[Job, Page]:
    index = body.get("index") or 0
    return page_of(world, account, text_of(body, "msg_data_id"), index if isinstance(index, int) else -1)


def _comment(world: World, account: Account, body: Json, *, withdrawn_too: bool = False) -> Comment:
    number = text_of(body, "user_comment_id")
    comment = world.comments.get(int(number)) if number.isdigit() else None
    known = comment is not None and comment.app_id == account.app_id
    if comment is None or not known or comment.msg_data_id != text_of(body, "msg_data_id"):
        raise Refusal(88008, "comment is not exists")
    if comment.withdrawn and not withdrawn_too:
        raise Refusal(88004, "comment was deleted by user")
    return comment


def _change(world: World, call: Call, comment: Comment, **changes: object) -> Json:
    world.record("comment_changed", call.at, app_id=comment.app_id, id=comment.id, changes=changes)
    return OK


def _shown(comment: Comment) -> Json:
    shown: Json = {
        "user_comment_id": comment.id, "create_time": int(comment.at), "content": comment.content,
        "comment_type": int(comment.elected),
    }
    if comment.openid:
        shown["openid"] = comment.openid
    if comment.reply:
        shown["reply"] = {"content": comment.reply, "create_time": int(comment.replied_at)}
    return shown
