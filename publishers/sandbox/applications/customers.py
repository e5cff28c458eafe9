"""Mass sends into customer groups: a task for the groups' owner, who sends it, or does not.

Customer groups whose id begins with "full" have had as many mass sends as they may; "gone" ones are no longer there.
"""

from __future__ import annotations

from typing import Any

from publishers.sandbox.applications.wecom import body_of
from publishers.sandbox.calls import Call, Json, Refusal
from publishers.sandbox.world import World, new_id

NOT_SENT, SENT, NO_CONTACT, BEYOND_LIMIT = range(4)
REMINDERS_A_DAY = 3
DAY_SECONDS = 86_400


def create(world: World, call: Call) -> Json:
    """`add_msg_template`: sends nothing."""
    body = body_of(call)
    chats, sender = [str(one) for one in body.get("chat_id_list") or []], str(body.get("sender") or "")
    if body.get("chat_type") != "group" or not sender:
        raise Refusal(41048, "no sender")
    if not body.get("text") and not body.get("attachments"):
        raise Refusal(44004, "content is empty")
    if len(body.get("attachments") or []) > 9:
        raise Refusal(41064, "too many attachments")
    failed = [one for one in chats if one.startswith("foreign")]
    if chats and len(failed) == len(chats):
        raise Refusal(41048, "no chat to send")
    task = f"msg{new_id(28)}"
    kept = [one for one in chats if one not in failed]
    world.record("customer_task", call.at, msgid=task, sender=sender, chats=kept, body=body)
    return {"fail_list": failed, "msgid": task}


def results(world: World, call: Call) -> Json:
    """`get_groupmsg_send_result`."""
    task = _task(world, body_of(call))
    sent_at = _sent_at(world, task)
    when = {"send_time": int(sent_at)} if sent_at else {}
    said = [{"chat_id": chat, "userid": task["sender"], "status": _status(chat, sent_at), **when} for chat in task["chats"]]
    return {"next_cursor": "", "send_list": said}


def tasks(world: World, call: Call) -> Json:
    """`get_groupmsg_list_v2`."""
    body = body_of(call)
    shown = [
        {
            "msgid": one["msgid"], "creator": one["sender"], "create_time": int(one["at"]), "create_type": 0,
            "text": one["body"].get("text") or {}, "attachments": one["body"].get("attachments") or [],
        }
        for one in world.effects("customer_task") if int(body.get("start_time", 0)) <= one["at"] <= int(body.get("end_time", 0)) + 1
    ]
    return {"next_cursor": "", "group_msg_list": shown}


def senders(world: World, call: Call) -> Json:
    """`get_groupmsg_task`."""
    task = _task(world, body_of(call))
    return {"next_cursor": "", "task_list": [{"userid": task["sender"], "status": 2 if _sent_at(world, task) else 0}]}


def remind(world: World, call: Call) -> Json:
    """`remind_groupmsg_send`: three times in 24 hours."""
    task = _task(world, body_of(call))
    lately = [one for one in world.effects("owner_reminded") if one["msgid"] == task["msgid"] and call.at - one["at"] < DAY_SECONDS]
    if len(lately) >= REMINDERS_A_DAY:
        raise Refusal(41094, "remind too often")
    world.record("owner_reminded", call.at, msgid=task["msgid"])
    return {}


def cancel(world: World, call: Call) -> Json:
    """`cancel_groupmsg_send`: who has not sent it can no longer."""
    task = _task(world, body_of(call))
    if _is_cancelled(world, task):
        raise Refusal(41093, "already cancelled")
    world.record("customer_task_cancelled", call.at, msgid=task["msgid"])
    return {}


def press(world: World, task_id: str, at: float) -> bool:
    """The owner presses send. False: the task was cancelled."""
    task = _task(world, {"msgid": task_id})
    if _is_cancelled(world, task) or _sent_at(world, task):
        return False
    for chat in (one for one in task["chats"] if _status(one, at) == SENT):
        name, body = world.chat("wecom", chat, at).name, task["body"]
        world.record("robot_message", at, platform="wecom", key=chat, chat=name, msgtype="customer", bubble=_seen(body), body=body)
    world.record("customer_task_sent", at, msgid=task["msgid"])
    return True


def _seen(body: Json) -> dict[str, Any]:
    links = [part["link"] for part in body.get("attachments") or [] if part.get("msgtype") == "link"]
    if not links:
        return {"style": "text", "text": str((body.get("text") or {}).get("content", ""))}
    names = {"title": "title", "text": "desc", "url": "url", "picture": "picurl"}
    return {"style": "cards", "cards": [{name: str(link.get(theirs, "")) for name, theirs in names.items()} for link in links]}


def _task(world: World, body: Json) -> dict[str, Any]:
    wanted = str(body.get("msgid") or "")
    found = next((one for one in world.effects("customer_task") if one["msgid"] == wanted), None)
    if found is None:
        raise Refusal(41047, "invalid msgid")
    return found


def _sent_at(world: World, task: dict[str, Any]) -> float:
    return next((float(one["at"]) for one in world.effects("customer_task_sent") if one["msgid"] == task["msgid"]), 0.0)


def _is_cancelled(world: World, task: dict[str, Any]) -> bool:
    return any(one["msgid"] == task["msgid"] for one in world.effects("customer_task_cancelled"))


def _status(chat: str, sent_at: float) -> int:
    if not sent_at:
        return NOT_SENT
    return BEYOND_LIMIT if chat.startswith("full") else NO_CONTACT if chat.startswith("gone") else SENT
