"""Welcome messages of customer groups: material of the application that made it, at most a hundred in a company."""

from __future__ import annotations

from typing import Any

from publishers.sandbox.applications import bearers
from publishers.sandbox.applications.wecom import body_of
from publishers.sandbox.calls import Call, Json, Refusal
from publishers.sandbox.world import World, new_id

MOST = 100
LIMITS = (("title", 128, 45002), ("desc", 512, 45002), ("url", 2048, 40039))


def add(world: World, call: Call) -> Json:
    """`group_welcome_template/add`."""
    body, maker = _checked(body_of(call)), _maker(world, call)
    if sum(one["maker"].split(":")[1] == maker.split(":")[1] for one in kept(world).values()) >= MOST:
        raise Refusal(41055, "group welcome template count limit")
    template = f"msg{new_id(28)}"
    world.record("welcome_template", call.at, template_id=template, maker=maker, body=body)
    return {"template_id": template}


def edit(world: World, call: Call) -> Json:
    """`group_welcome_template/edit`: only by the application that made it."""
    body = body_of(call)
    found = _own(world, call, body)
    world.record("welcome_template", call.at, template_id=found["template_id"], maker=found["maker"], body=_checked(body))
    return {}


def get(world: World, call: Call) -> Json:
    """`group_welcome_template/get`."""
    said = _own(world, call, body_of(call))["body"]
    return {name: said[name] for name in ("text", "link") if said.get(name)}


def remove(world: World, call: Call) -> Json:
    """`group_welcome_template/del`."""
    found = _own(world, call, body_of(call))
    world.record("welcome_template", call.at, template_id=found["template_id"], maker=found["maker"], body={})
    return {}


def kept(world: World) -> dict[str, dict[str, Any]]:
    """The templates there are, by id, as they were said last."""
    last = {str(one["template_id"]): one for one in world.effects("welcome_template")}
    return {template: one for template, one in last.items() if one["body"]}


def _maker(world: World, call: Call) -> str:
    return bearers.holder(world, call.query.get("access_token", ""), "wecom", call.at)


def _own(world: World, call: Call, body: Json) -> dict[str, Any]:
    found = kept(world).get(str(body.get("template_id") or ""))
    if found is None or found["maker"] != _maker(world, call):
        raise Refusal(40058, "invalid template_id")
    return found


def _checked(body: Json) -> Json:
    text, link = str((body.get("text") or {}).get("content") or ""), body.get("link") or {}
    if not text and not link:
        raise Refusal(44004, "content is empty")
    if len(text.encode()) > 3000:
        raise Refusal(45002, "text.content exceed max length")
    if link and not (link.get("title") and link.get("url")):
        raise Refusal(40058, "link.title or link.url missing")
    for name, limit, code in LIMITS:
        if len(str(link.get(name) or "").encode()) > limit:
            raise Refusal(code, f"link.{name} exceed max length")
    return body
