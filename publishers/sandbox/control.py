"""The control interface under /_sandbox/: what trainers and tests use, and no real platform has.

POST /_sandbox/faults     one order of faults.py, or {"faults": [...]}; GET lists what is left, DELETE clears
GET  /_sandbox/effects    ?kind=&since=  every durable effect: {n, kind, at, written, ...}, times in epoch seconds
                          kinds: draft_added, draft_updated, draft_deleted, image_uploaded, material_added,
                          material_deleted, temporary_added, publish_submitted, published, publish_failed,
                          article_deleted, article_banned, mass_submitted, mass_confirmed, mass_sent, mass_failed,
                          mass_preview, mass_deleted, comments_switched, comment_written, comment_changed,
                          comment_deleted, event_sent, robot_message, webhook_received, webhook_repeated,
                          other_message, letter, reply, member_message
GET  /_sandbox/calls      ?path=&since=  every call: {at, method, path, code, ms, app_id?, rid?, fault?}
GET  /_sandbox/usage      calls of today by account and path
POST /_sandbox/accounts   any field of things.Account; `kind` personal, unverified, subscription or service sets
                          rights and mass-send quota; `gaps` days without figures; `reprints` {title: 2 or 3};
                          `admin_confirms`; `push_mode` plain, compatible or secure; `push_format` xml or json
POST /_sandbox/chats      {platform, key, name, secret, keyword, ips, state}; state active, stopped, removed, dissolved
POST /_sandbox/settings   any field of things.Settings; GET reads them
POST /_sandbox/clock      {at: epoch seconds or an instant} or {forward: seconds}: move the platforms' clock, which
                          governs tokens, quotas, tasks, confirmations and figures; GET reads {now, offset}
POST /_sandbox/tokens/expire    {app_id}: its access tokens die now
POST /_sandbox/callback_check   {app_id}: the console's check of the callback address → {ok}
POST /_sandbox/events     {app_id, event, inner, from?, at?, times?}: push an event with these inner XML elements → {ok}
POST /_sandbox/messages   {app_id, type, Content | PicUrl, MediaId | Title, Description, Url | …, picture?: base64, from?,
                          msg_id?, at?}: a follower writes → {ok, status, answer, reply: fields the follower sees}
POST /_sandbox/press      {app_id, media_id, notify?}: a person presses 发表 in the console → {id, article_id, links}
POST /_sandbox/admin      {app_id, confirm, msg_id?}: the administrator answers a mass send that waits → {msg_id}
POST /_sandbox/takedown   {link, banned?}: the article goes in the console, or the platform bans it
POST /_sandbox/comments   {link, content, openid?}: a reader comments; {withdraw: id}: deletes it again;
                          GET ?link= → {msg_data_id, index, open, comments}
GET  /_sandbox/mail       {port, imap} of the mail server (postbox.py) and the mailbox (pillarbox.py), 0 when it could not be
                          opened; letters are effects. POST {content: base64}: a mail comes, or {seen: number} → {number}
POST /_sandbox/handed     {platform, content: base64, content_type?}: a person sends an application a file → {handle}
POST /_sandbox/joins      {config_id, at?}: somebody scans a code of a customer group → {ok}
POST /_sandbox/smart_robots     {bot_id, name, url, token, encoding_aes_key | secret, encrypts}: make or change one; with a
                          url the console checks it → {ok}
POST /_sandbox/smart_robots/messages  {bot_id?, chatid?, from?, msgid?, times?, msgtype, …, quote?}: somebody says it, media as
                          {base64}; {event}: enter_chat or another → {status, reply, msgid}
POST /_sandbox/said       {platform, app_id, from?, id?, …}: a colleague writes to an application that listens (streams/talk.py)
                          → {taken, answer, tries}
POST /_sandbox/lines      {platform, app_id, act: drop | silence | raw | disconnect}: to its long connections → {lines}
POST /_sandbox/reset      forget everything; {"keep": true} keeps settings, accounts and chats
"""

from __future__ import annotations

import base64
import time
from collections.abc import Callable
from dataclasses import asdict, fields
from datetime import datetime
from typing import Any

from publishers.sandbox import pillarbox
from publishers.sandbox.applications import customers, handed, join_ways, robot_talk
from publishers.sandbox.calls import Call, Json, Refusal, Reply, json_reply, problem
from publishers.sandbox.platforms import Platforms
from publishers.sandbox.streams import aibot, talk
from publishers.sandbox.things import KINDS, Account, Settings
from publishers.sandbox.wechat import console, events, messages, tokens

PREFIX = "/_sandbox/"
PLATFORMS = ("wecom", "dingtalk", "feishu", "webhook")
STATES = ("active", "stopped", "removed", "dissolved")
_ACCOUNT_FIELDS = {item.name for item in fields(Account)}
_ACCOUNT_CHOICES = {"kind": tuple(KINDS), "push_mode": events.PUSH_MODES, "push_format": events.PUSH_FORMATS}
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
    except Refusal as refusal:
        return problem(f"{refusal.code} {refusal.words}")
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
    for name, known in _ACCOUNT_CHOICES.items():
        if values.get(name) and values[name] not in known:
            raise ValueError(f"{name} must be one of {', '.join(known)}")
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


def _clock(platforms: Platforms, call: Call) -> Json:
    body, world = call.json() or {}, platforms.world
    ahead = world.settings.clock_offset + float(body.get("forward", 0))
    offset = _instant(body["at"]) - time.time() if "at" in body else ahead
    world.record("settings", call.at, values={"clock_offset": offset})
    return _read_clock(platforms, call)


def _read_clock(platforms: Platforms, call: Call) -> Json:
    return {"now": platforms.world.now(), "offset": platforms.world.settings.clock_offset}


def _instant(value: object) -> float:
    """Epoch seconds, or an instant in ISO 8601 with its offset."""
    if isinstance(value, str):
        return datetime.fromisoformat(value).timestamp()
    return float(str(value))


def _push_event(platforms: Platforms, call: Call) -> Json:
    body, account, world = call.json() or {}, _callback_account(platforms, call), platforms.world
    name, sender = str(body.get("event") or ""), str(body.get("from") or messages.MPHELPER)
    xml = messages.event(account, name, str(body.get("inner") or ""), float(body.get("at") or world.now()), sender)
    times = int(body.get("times", 1))
    return {"ok": sum(events.push(world, account, name, xml) for _ in range(times)) == times}


def _message(platforms: Platforms, call: Call) -> Json:
    body, account = call.json() or {}, _callback_account(platforms, call)
    picture = base64.b64decode(str(body.pop("picture", "")))
    return console.write(platforms.world, account, body, picture, call.base)


def _press(platforms: Platforms, call: Call) -> Json:
    body = call.json() or {}
    account, media_id = _account(platforms, call), str(body.get("media_id"))
    return console.press(platforms.world, account, media_id, call.at, call.base, notify=bool(body.get("notify")))


def _admin(platforms: Platforms, call: Call) -> Json:
    body = call.json() or {}
    return console.answer_mass_send(
        platforms.world, _account(platforms, call), str(body.get("msg_id") or ""), call.at, yes=bool(body.get("confirm")),
    )


def _takedown(platforms: Platforms, call: Call) -> Json:
    body = call.json() or {}
    return console.take_down(platforms.world, str(body.get("link")), call.at, banned=bool(body.get("banned")))


def _comment(platforms: Platforms, call: Call) -> Json:
    body = call.json() or {}
    if "withdraw" in body:
        return console.withdraw_comment(platforms.world, int(body["withdraw"]), call.at)
    return console.comment(platforms.world, str(body.get("link")), body, call.at)


def _read_comments(platforms: Platforms, call: Call) -> Json:
    return console.comments(platforms.world, call.query.get("link", ""))


def _account(platforms: Platforms, call: Call) -> Account:
    account = platforms.world.account(str((call.json() or {}).get("app_id") or ""))
    if account is None:
        raise ValueError("no such account")
    return account


def _callback_account(platforms: Platforms, call: Call) -> Account:
    account = _account(platforms, call)
    if not account.callback_url:
        raise ValueError("this account has no callback_url")
    return account


def _mail(platforms: Platforms, call: Call) -> Json:
    return {"port": platforms.world.mail_port, "imap": platforms.world.imap_port}


def _drop_in(platforms: Platforms, call: Call) -> Json:
    body = call.json() or {}
    if "seen" in body:
        platforms.world.record("mail_seen", call.at, number=int(body["seen"]))
        return {"number": int(body["seen"])}
    return {"number": pillarbox.drop_in(platforms, base64.b64decode(str(body.get("content") or "")))}


def _owner(platforms: Platforms, call: Call) -> Json:
    """The owner of customer groups sends a task in WeCom."""
    return {"sent": customers.press(platforms.world, str((call.json() or {}).get("msgid") or ""), call.at)}


def _hand_in(platforms: Platforms, call: Call) -> Json:
    """Somebody sends a picture or file to an application; it is fetched by the handle."""
    body, world = call.json() or {}, platforms.world
    if body.get("platform") not in handed.GONE:
        raise ValueError(f"platform must be one of {', '.join(handed.GONE)}")
    content, kind = base64.b64decode(str(body.get("content") or "")), str(body.get("content_type") or "image/jpeg")
    return {"handle": handed.hand_in(world, body["platform"], content, kind, world.now())}


def _join(platforms: Platforms, call: Call) -> Json:
    body = call.json() or {}
    join_ways.join(platforms.world, str(body.get("config_id") or ""), float(body.get("at") or call.at))
    return {"ok": True}


def _smart_robot(platforms: Platforms, call: Call) -> Json:
    values, world = call.json() or {}, platforms.world
    robot_talk.register(world, values, call.at)
    return {"ok": not values.get("url") or robot_talk.check_address(world, values)}


def _say_to_robot(platforms: Platforms, call: Call) -> Json:
    said, tell = call.json() or {}, aibot.telling(platforms.world, platforms.faults)
    if "event" in said:
        return robot_talk.enter(platforms.world, said, tell)
    return robot_talk.say(platforms.world, said, call.base, tell)


def _said(platforms: Platforms, call: Call) -> Json:
    return talk.say(platforms.world, platforms.faults, call.json() or {}, call.base)


def _lines(platforms: Platforms, call: Call) -> Json:
    return talk.act(platforms.world, call.json() or {})


def _reset(platforms: Platforms, call: Call) -> Json:
    platforms.reset(keep=bool((call.json() or {}).get("keep")))
    return {"ok": True}


def _health(platforms: Platforms, call: Call) -> Json:
    return {"ok": True, "time": platforms.world.now(), "streams": platforms.world.lines.url}


def _known(call: Call, names: set[str]) -> dict[str, Any]:
    values = call.json() or {}
    if unknown := set(values) - names:
        raise ValueError(f"unknown field: {sorted(unknown)[0]}")
    return values


Door = Callable[[Platforms, Call], Json]

_READS: dict[str, Door] = {
    "faults": _list_faults, "effects": _effects, "calls": _calls, "usage": _usage, "settings": _read_settings,
    "health": _health, "clock": _read_clock, "comments": _read_comments, "mail": _mail,
}
_DELETES: dict[str, Door] = {"faults": _clear_faults}
_WRITES: dict[str, Door] = {
    "faults": _faults, "mail": _drop_in, "accounts": _accounts, "chats": _chats, "settings": _settings, "tokens/expire": _expire,
    "callback_check": _callback_check, "events": _push_event, "reset": _reset, "clock": _clock, "messages": _message,
    "said": _said, "lines": _lines,
    "press": _press, "owner": _owner, "handed": _hand_in,
    "joins": _join, "admin": _admin, "takedown": _takedown, "comments": _comment,
    "smart_robots": _smart_robot, "smart_robots/messages": _say_to_robot,
}
