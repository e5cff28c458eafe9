"""Rules about words in chats with customers: a hundred in a company, each for named members or departments.

Members whose id begins with "gone" are outside what the application may see.
"""

from __future__ import annotations

from typing import Any

from publishers.sandbox.applications.wecom import GONE, body_of
from publishers.sandbox.calls import Call, Json, Refusal
from publishers.sandbox.world import World, new_id

MOST, MOST_WORDS, MOST_NODES = 100, 300, 1000
NAME, WORD = range(1, 21), range(1, 33)


def add(world: World, call: Call) -> Json:
    """`add_intercept_rule`."""
    body = body_of(call)
    rule = {
        "rule_name": body.get("rule_name"), "word_list": body.get("word_list") or [], "intercept_type": body.get("intercept_type"),
        "extra_rule": {"semantics_list": body.get("semantics_list") or []}, "applicable_range": body.get("applicable_range") or {},
    }
    _check(rule)
    if len(kept(world)) >= MOST:
        raise Refusal(40058, "intercept rule count limit")
    rule_id = f"er{new_id(20)}"
    world.record("intercept_rule", call.at, rule_id=rule_id, rule=rule)
    return {"rule_id": rule_id}


def listed(world: World, call: Call) -> Json:
    """`get_intercept_rule_list`."""
    return {"rule_list": [
        {"rule_id": rule_id, "rule_name": one["rule"]["rule_name"], "create_time": int(one["at"])}
        for rule_id, one in kept(world).items()
    ]}


def get(world: World, call: Call) -> Json:
    """`get_intercept_rule`."""
    found = _own(world, body_of(call))
    return {"rule": {"rule_id": found["rule_id"], **found["rule"]}}


def update(world: World, call: Call) -> Json:
    """`update_intercept_rule`: whose messages it looks at changes by a difference."""
    body = body_of(call)
    found = _own(world, body)
    reach = {}
    for name in ("user_list", "department_list"):
        had = list(found["rule"]["applicable_range"].get(name) or [])
        less = (body.get("remove_applicable_range") or {}).get(name) or []
        more = (body.get("add_applicable_range") or {}).get(name) or []
        reach[name] = [one for one in had if one not in less] + [one for one in more if one not in had]
    said = {name: body[name] for name in ("rule_name", "word_list", "intercept_type", "extra_rule") if name in body}
    rule = {**found["rule"], **said, "applicable_range": reach}
    _check(rule)
    world.record("intercept_rule", call.at, rule_id=found["rule_id"], rule=rule)
    return {}


def remove(world: World, call: Call) -> Json:
    """`del_intercept_rule`."""
    world.record("intercept_rule", call.at, rule_id=_own(world, body_of(call))["rule_id"], rule={})
    return {}


def kept(world: World) -> dict[str, dict[str, Any]]:
    """The rules there are, by id, as they were said last."""
    last = {str(one["rule_id"]): one for one in world.effects("intercept_rule")}
    return {rule_id: one for rule_id, one in last.items() if one["rule"]}


def _own(world: World, body: Json) -> dict[str, Any]:
    found = kept(world).get(str(body.get("rule_id") or ""))
    if found is None:
        raise Refusal(40058, "invalid rule_id")
    return found


def _check(rule: dict[str, Any]) -> None:
    reach, sorts = rule["applicable_range"], (rule.get("extra_rule") or {}).get("semantics_list") or []
    users, departments = reach.get("user_list") or [], reach.get("department_list") or []
    if len(str(rule["rule_name"] or "")) not in NAME:
        raise Refusal(40058, "invalid rule_name size")
    if len(rule["word_list"]) > MOST_WORDS or any(len(str(word)) not in WORD for word in rule["word_list"]):
        raise Refusal(40058, "invalid word_list")
    if rule["intercept_type"] not in (1, 2) or set(sorts) - {1, 2, 3}:
        raise Refusal(40058, "invalid intercept_type or semantics_list")
    if not (users or departments) or max(len(users), len(departments)) > MOST_NODES:
        raise Refusal(40058, "invalid applicable_range")
    if any(str(user).startswith(GONE) for user in users):
        raise Refusal(60011, "no privilege to access/modify contact")
