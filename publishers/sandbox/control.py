"""The control interface under /_sandbox/: what trainers and tests use, and no real platform has.

POST /_sandbox/faults     one order of faults.py, or {"faults": [...]}; GET lists what is left, DELETE clears
GET  /_sandbox/effects    ?kind=&since=  every durable effect: {n, kind, at, written, ...}, times in epoch seconds
                          kinds: draft_added, draft_updated, draft_deleted, image_uploaded, material_added,
                          material_deleted, publish_submitted, published, publish_failed, article_deleted,
                          mass_submitted, mass_sent, mass_failed, mass_preview, mass_deleted, event_sent, robot_message
GET  /_sandbox/calls      ?path=&since=  every call: {at, method, path, code, ms, app_id?, fault?}
GET  /_sandbox/usage      calls of today by account and path
POST /_sandbox/accounts   {app_id, name, secret, rights, callback_url, token, encoding_aes_key, ips, mass_per_day}
POST /_sandbox/chats      {platform, key, name, secret, keyword, ips, state}; state active, stopped, removed, dissolved
POST /_sandbox/settings   any field of things.Settings; GET reads them
POST /_sandbox/tokens/expire    {app_id}: its access tokens die now
POST /_sandbox/callback_check   {app_id}: the console's check of the callback address → {ok}
POST /_sandbox/events     {app_id, event, inner}: push an event with these inner XML elements → {ok}
POST /_sandbox/reset      forget everything; {"keep": true} keeps settings, accounts and chats
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import asdict, fields
from typing import Any

from publishers.sandbox.calls import Call, Json, Reply, json_reply, problem
from publishers.sandbox.platforms import Platforms
from publishers.sandbox.things import Account, Settings
from publishers.sandbox.wechat import events, tokens

PREFIX = "/_sandbox/"
PLATFORMS = ("wecom", "dingtalk", "feishu")
STATES = ("active", "stopped", "removed", "dissolved")
_ACCOUNT_FIELDS = {item.name for item in fields(Account)}
_CHAT_FIELDS = {"platform", "key", "name", "secret", "keyword", "ips", "state"}


def answer(platforms: Platforms, call: Call) -> Reply:
    """Answer one control call; mistakes are told with status 400."""
    doors = _READS if call.method == "GET" else _DELETES if call.method == "DELETE" else _WRITES
    door = doors.get(call.path.removeprefix(PREFIX))
    if door is None:
        return problem("no such control", 404)
    if call.method == "POST" and call.body and call.json() is None:
        return problem("the body is not a JSON object")
    try:
        said = door(platforms, call)
    except (ValueError, TypeError) as error:
        return problem(str(error))
    platforms.world.log.settle()
    return json_reply(said)


def _faults(platforms: Platforms, call: Call) -> Json:
    body = call.json() or {}
    orders = body["faults"] if isinstance(body.get("faults"), list) else [body]
    return {"faults": [asdict(platforms.faults.add(order)) for order in orders]}


def _list_faults(platforms: Platforms, call: Call) -> Json:
    return {"faults": platforms.faults.listed()}


def _clear_faults(platforms: Platforms, call: Call) -> Json:
    platforms.faults.clear()
    return {"ok": True}


def _effects(platforms: Platforms, call: Call) -> Json:
    return {"effects": platforms.world.effects(call.query.get("kind", ""), int(call.query.get("since") or 0))}


def _calls(platforms: Platforms, call: Call) -> Json:
    return {"calls": platforms.journal.read(call.query.get("path", ""), float(call.query.get("since") or 0))}


def _usage(platforms: Platforms, call: Call) -> Json:
    used: dict[str, dict[str, int]] = {}
    for (app_id, path), number in platforms.journal.usage(call.at).items():
        used.setdefault(app_id, {})[path] = number
    return {"usage": used}


def _accounts(platforms: Platforms, call: Call) -> Json:
    values = _known(call, _ACCOUNT_FIELDS)
    if not values.get("app_id"):
        raise ValueError("app_id is missing")
    platforms.world.record("account", call.at, values=values)
    return {"ok": True}


def _chats(platforms: Platforms, call: Call) -> Json:
    values = _known(call, _CHAT_FIELDS)
    if values.get("platform") not in PLATFORMS or not values.get("key"):
        raise ValueError(f"platform ({', '.join(PLATFORMS)}) and key are needed")
    if values.get("state", "active") not in STATES:
        raise ValueError(f"state must be one of {', '.join(STATES)}")
    world = platforms.world
    with world.lock:
        world.chat(values["platform"], values["key"], call.at)
        world.record("chat", call.at, values=values)
    return {"ok": True}


def _settings(platforms: Platforms, call: Call) -> Json:
    values = _known(call, {item.name for item in fields(Settings)})
    platforms.world.record("settings", call.at, values=values)
    return asdict(platforms.world.settings)


def _read_settings(platforms: Platforms, call: Call) -> Json:
    return asdict(platforms.world.settings)


def _expire(platforms: Platforms, call: Call) -> Json:
    with platforms.world.lock:
        return {"expired": tokens.expire(platforms.world, str((call.json() or {}).get("app_id")), call.at)}


def _callback_check(platforms: Platforms, call: Call) -> Json:
    return {"ok": events.check_address(platforms.world, _callback_account(platforms, call))}


def _push_event(platforms: Platforms, call: Call) -> Json:
    body, account = call.json() or {}, _callback_account(platforms, call)
    event = str(body.get("event") or "")
    xml = events.envelope(account, event, str(body.get("inner") or ""))
    return {"ok": events.push(platforms.world, account, event, xml)}


def _callback_account(platforms: Platforms, call: Call) -> Account:
    account = platforms.world.account(str((call.json() or {}).get("app_id") or ""))
    if account is None or not account.callback_url:
        raise ValueError("this account has no callback_url")
    return account


def _reset(platforms: Platforms, call: Call) -> Json:
    platforms.reset(keep=bool((call.json() or {}).get("keep")))
    return {"ok": True}


def _health(platforms: Platforms, call: Call) -> Json:
    return {"ok": True, "time": time.time()}


def _known(call: Call, names: set[str]) -> dict[str, Any]:
    values = call.json() or {}
    if unknown := set(values) - names:
        raise ValueError(f"unknown field: {sorted(unknown)[0]}")
    return values


Door = Callable[[Platforms, Call], Json]

_READS: dict[str, Door] = {
    "faults": _list_faults, "effects": _effects, "calls": _calls, "usage": _usage, "settings": _read_settings,
    "health": _health,
}
_DELETES: dict[str, Door] = {"faults": _clear_faults}
_WRITES: dict[str, Door] = {
    "faults": _faults, "accounts": _accounts, "chats": _chats, "settings": _settings, "tokens/expire": _expire,
    "callback_check": _callback_check, "events": _push_event, "reset": _reset,
}
