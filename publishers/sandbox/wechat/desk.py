"""Where every WeChat call arrives: path table, token, right, quota, and errors with HTTP 200 and a rid."""

from __future__ import annotations

import secrets
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass

from publishers.sandbox.calls import Call, Json, Refusal, Reply, json_reply
from publishers.sandbox.things import Account
from publishers.sandbox.wechat import comments, drafts, figures, followers, mass, materials, publishing, tokens
from publishers.sandbox.wechat.bodies import body_of, text_of
from publishers.sandbox.world import World

Handler = Callable[[World, Call, Account], Json | Reply]
Usage = Counter[tuple[str, str]]
"""Calls of the day by AppID and path."""

_MISSING_RIGHT = {"comment": (88000, "without comment privilege")}
_TOKENS_PER_DAY = 2000


@dataclass(frozen=True)
class Desk:
    """One path: who answers it, which right it needs, how many calls a day are allowed (0: many)."""

    handler: Handler
    right: str = ""
    per_day: int = 0


def answer(world: World, call: Call, usage: Usage) -> tuple[Reply, str]:
    """The reply, and the AppID it concerned."""
    app_id = ""
    try:
        if call.path in _TOKEN_DESKS:
            app_id = tokens.asker(call)
            said: Json | Reply = _token(world, call, app_id, usage)
        else:
            account = tokens.holder(world, call)
            app_id = account.app_id
            said = _ask(world, call, account, usage)
    except Refusal as refusal:
        return refuse(refusal.code, refusal.words, **refusal.more), app_id
    if isinstance(said, Reply):
        return said, app_id
    # The platform calls its JSON plain text.
    return json_reply(said, content_type="text/plain; charset=utf-8"), app_id


def refuse(code: int, words: str, **more: str) -> Reply:
    """An error as the platform words it: HTTP 200, hint and rid in the text."""
    rid = "-".join(secrets.token_hex(4) for _ in range(3))
    numbers = {name: int(value) if value.isdigit() else value for name, value in more.items()}
    return json_reply(
        {"errcode": code, "errmsg": f"{words} hint: [{secrets.token_hex(4)}] rid: {rid}", **numbers},
        content_type="text/plain; charset=utf-8", rid=rid,
    )


def knows(path: str) -> bool:
    return path in _DESKS or path in _TOKEN_DESKS


def _token(world: World, call: Call, app_id: str, usage: Usage) -> Json:
    if app_id:
        usage[app_id, call.path] += 1
        if world.settings.quotas and call.path == "/cgi-bin/token" and usage[app_id, call.path] > _TOKENS_PER_DAY:
            raise Refusal(45009, "reach max api daily quota limit")
    return _TOKEN_DESKS[call.path](world, call)


def _ask(world: World, call: Call, account: Account, usage: Usage) -> Json | Reply:
    desk = _DESKS[call.path]
    usage[account.app_id, call.path] += 1
    if desk.right and not account.rights.get(desk.right):
        raise Refusal(*_MISSING_RIGHT.get(desk.right, (48001, "api unauthorized")))
    if world.settings.quotas and desk.per_day and usage[account.app_id, call.path] > desk.per_day:
        raise Refusal(45009, "reach max api daily quota limit")
    if call.path in _USAGE_DESKS:
        return _USAGE_DESKS[call.path](call, account, usage)
    return desk.handler(world, call, account)


def _quota(call: Call, account: Account, usage: Usage) -> Json:
    path = text_of(body_of(call), "cgi_path")
    if not knows(path):
        raise Refusal(76021, "cgi_path not found, please check")
    known = _TOKENS_PER_DAY if path == "/cgi-bin/token" else _DESKS[path].per_day if path in _DESKS else 0
    limit, used = known or 100_000, usage[account.app_id, path]
    return {
        "errcode": 0, "errmsg": "ok",
        "quota": {"daily_limit": limit, "used": used, "remain": max(limit - used, 0)},
        "rate_limit": {"call_count": 60, "refresh_second": 60},
    }


def _clear_all(call: Call, account: Account, usage: Usage) -> Json:
    """Ten times a month on the real platform; here as often as one likes."""
    if text_of(body_of(call), "appid") != account.app_id:
        raise Refusal(40013, "invalid appid")
    for app_id, path in list(usage):
        if app_id == account.app_id:
            del usage[app_id, path]
    return {"errcode": 0, "errmsg": "ok"}


def _clear_one(call: Call, account: Account, usage: Usage) -> Json:
    path = text_of(body_of(call), "cgi_path")
    if path not in _DESKS:
        raise Refusal(76021, "cgi_path not found, please check")
    del usage[account.app_id, path]
    return {"errcode": 0, "errmsg": "ok"}


def _nothing(world: World, call: Call, account: Account) -> Json:
    return {"errcode": 0, "errmsg": "ok"}


def _explained(world: World, call: Call, account: Account) -> Json:
    """`openapi/rid/get`: what a failed call of the same account was."""
    known = world.rids.get(text_of(body_of(call), "rid"))
    if known is None or known["app_id"] != account.app_id:
        raise Refusal(76001, "rid not found")
    return {"errcode": 0, "errmsg": "ok", "request": {name: value for name, value in known.items() if name != "app_id"}}


def _addresses(world: World, call: Call, account: Account) -> Json:
    return {"ip_list": ["127.0.0.1"]}


def _network_check(world: World, call: Call, account: Account) -> Json:
    body_of(call)
    return {
        "dns": [{"ip": "127.0.0.1", "real_operator": "UNICOM"}],
        "ping": [{"ip": "127.0.0.1", "from_operator": "UNICOM", "package_loss": "0%", "time": "1.0ms"}],
    }


_TOKEN_DESKS = {"/cgi-bin/token": tokens.legacy, "/cgi-bin/stable_token": tokens.stable}

_USAGE_DESKS: dict[str, Callable[[Call, Account, Usage], Json]] = {
    "/cgi-bin/openapi/quota/get": _quota,
    "/cgi-bin/openapi/quota/clear": _clear_one,
    "/cgi-bin/clear_quota": _clear_all,
}
"""Paths that look at the day's counters."""

_DESKS = {
    "/cgi-bin/media/uploadimg": Desk(materials.upload_image),
    "/cgi-bin/media/upload": Desk(materials.add_temporary, "", 100_000),
    "/cgi-bin/media/get": Desk(materials.get_temporary),
    "/cgi-bin/material/add_material": Desk(materials.add),
    "/cgi-bin/material/get_materialcount": Desk(materials.count),
    "/cgi-bin/material/batchget_material": Desk(materials.listed),
    "/cgi-bin/material/del_material": Desk(materials.delete),
    "/cgi-bin/draft/add": Desk(drafts.add, "draft", 1000),
    "/cgi-bin/draft/get": Desk(drafts.get, "draft", 500),
    "/cgi-bin/draft/batchget": Desk(drafts.listed, "draft", 1000),
    "/cgi-bin/draft/count": Desk(drafts.count, "draft", 1000),
    "/cgi-bin/draft/update": Desk(drafts.update, "draft", 1000),
    "/cgi-bin/draft/delete": Desk(drafts.delete, "draft", 1000),
    "/cgi-bin/freepublish/submit": Desk(publishing.submit, "release", 100),
    "/cgi-bin/freepublish/get": Desk(publishing.get, "release", 100),
    "/cgi-bin/freepublish/batchget": Desk(publishing.listed, "release", 100),
    "/cgi-bin/freepublish/getarticle": Desk(publishing.get_article, "release", 100),
    "/cgi-bin/freepublish/delete": Desk(publishing.delete, "release", 10),
    "/cgi-bin/message/mass/sendall": Desk(mass.send_all, "mass_send", 100),
    "/cgi-bin/message/mass/get": Desk(mass.get, "mass_send"),
    "/cgi-bin/message/mass/preview": Desk(mass.preview, "mass_send", 100),
    "/cgi-bin/message/mass/delete": Desk(mass.delete, "mass_send", 10),
    "/cgi-bin/message/mass/speed/get": Desk(mass.speed, "mass_send"),
    "/cgi-bin/message/mass/speed/set": Desk(mass.set_speed, "mass_send"),
    "/cgi-bin/comment/open": Desk(comments.switch, "comment"),
    "/cgi-bin/comment/close": Desk(comments.switch, "comment"),
    "/cgi-bin/comment/list": Desk(comments.listed, "comment"),
    "/cgi-bin/comment/markelect": Desk(comments.elect, "comment"),
    "/cgi-bin/comment/unmarkelect": Desk(comments.elect, "comment"),
    "/cgi-bin/comment/delete": Desk(comments.delete, "comment"),
    "/cgi-bin/comment/reply/add": Desk(comments.reply, "comment"),
    "/cgi-bin/comment/reply/delete": Desk(comments.delete_reply, "comment"),
    "/cgi-bin/tags/get": Desk(followers.tags, "followers"),
    "/cgi-bin/user/get": Desk(followers.listed, "followers", 500),
    "/cgi-bin/openapi/quota/get": Desk(_nothing),
    "/cgi-bin/openapi/quota/clear": Desk(_nothing),
    "/cgi-bin/clear_quota": Desk(_nothing),
    "/cgi-bin/openapi/rid/get": Desk(_explained),
    "/cgi-bin/getcallbackip": Desk(_addresses),
    "/cgi-bin/get_api_domain_ip": Desk(_addresses),
    "/cgi-bin/callback/check": Desk(_network_check),
    "/datacube/getarticleread": Desk(figures.read, "statistics"),
    "/datacube/getarticleshare": Desk(figures.share, "statistics"),
    "/datacube/getarticletotaldetail": Desk(figures.total_detail, "statistics"),
    "/datacube/getbizsummary": Desk(figures.business, "statistics"),
    "/datacube/getusersummary": Desk(figures.followers_changed, "statistics"),
    "/datacube/getusercumulate": Desk(figures.followers_counted, "statistics"),
}
