"""Codes that lead into customer groups. Who scans one is a further member who came by its `state`.

POST /_sandbox/joins {config_id, at?}: somebody scans it; at in epoch seconds.
"""

from __future__ import annotations

import io
from typing import Any

import segno

from publishers.sandbox.applications.customer_groups import of
from publishers.sandbox.applications.wecom import body_of
from publishers.sandbox.calls import Call, Json, Refusal, Reply
from publishers.sandbox.world import World, new_id

QR = "/_qr/"
SCANNED = "https://work.weixin.qq.com/gm/"


def add_way(world: World, call: Call) -> Json:
    """`groupchat/add_join_way`."""
    config = new_id(32)
    world.record("join_way", call.at, config_id=config, body=_checked(world, body_of(call)), gone=False)
    return {"config_id": config}


def get_way(world: World, call: Call) -> Json:
    """`groupchat/get_join_way`."""
    found = _way(world, body_of(call))
    address = f"http://{call.headers.get('host', '')}{QR}{found['config_id']}"
    return {"join_way": {**found["body"], "config_id": found["config_id"], "qr_code": address}}


def update_way(world: World, call: Call) -> Json:
    """`groupchat/update_join_way`: every field anew."""
    body = body_of(call)
    found = _way(world, body)
    world.record("join_way", call.at, config_id=found["config_id"], body=_checked(world, body), gone=False)
    return {}


def remove_way(world: World, call: Call) -> Json:
    """`groupchat/del_join_way`."""
    found = _way(world, body_of(call))
    world.record("join_way", call.at, config_id=found["config_id"], body=found["body"], gone=True)
    return {}


def picture(world: World, call: Call) -> Reply:
    """The picture of a code, as WeCom's picture server gives it."""
    drawn = io.BytesIO()
    segno.make(SCANNED + call.path.removeprefix(QR), error="m", micro=False).save(drawn, kind="png", scale=6)
    return Reply(drawn.getvalue(), content_type="image/png")


def join(world: World, config_id: str, at: float) -> None:
    """Somebody scans a code and is in the first of its groups. Raises Refusal for a code that is not there."""
    found = _way(world, {"config_id": config_id})
    world.record("customer_joined", at, chat=found["body"]["chat_id_list"][0], state=found["body"].get("state", ""))


def _checked(world: World, body: Json) -> Json:
    chats = body.get("chat_id_list") or []
    if body.get("scene") not in (1, 2) or not 1 <= len(chats) <= 5:
        raise Refusal(40058, "invalid scene or chat_id_list")
    for name, most in (("remark", 30), ("state", 30), ("room_base_name", 40)):
        if len(str(body.get(name) or "")) > most:
            raise Refusal(40058, f"{name} too long")
    for chat in chats:
        of(world, str(chat))
    return {name: value for name, value in body.items() if name != "config_id"}


def _way(world: World, body: Json) -> dict[str, Any]:
    wanted = str(body.get("config_id") or "")
    found = next((one for one in reversed(world.effects("join_way")) if one["config_id"] == wanted), None)
    if found is None or found["gone"]:
        raise Refusal(41048, "invalid config_id")
    return found
