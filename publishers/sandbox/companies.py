"""The company as WeCom, DingTalk and Feishu know it: its sign-in pages, its departments and its people, from one list of settings.

Codes count once and for five minutes. A person with `outside` belongs to another company: they can sign in there, and are refused.
"""

from __future__ import annotations

import base64
import hashlib
import html
import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from publishers.sandbox.calls import Call, Json, Reply, json_reply
from publishers.sandbox.things import Settings

CODE_SECONDS = 300
ROOT = 1
PAGES = {
    "/connect/oauth2/authorize": "wecom", "/wwlogin/sso/login": "wecom", "/oauth2/auth": "dingtalk",
    "/open-apis/authen/v1/authorize": "feishu",
}
CHOICE = "/sandbox-choice"
TITLES = {"wecom": "企业微信登录（演练）", "dingtalk": "钉钉登录（演练）", "feishu": "飞书登录（演练）"}
CODE_NAMES = {"dingtalk": "authCode"}
APPLICATION_TOKENS = "t-"
"""How the tokens of applications begin."""
OF_APPLICATIONS = frozenset({
    "/cgi-bin/auth/getuserinfo", "/cgi-bin/department/list", "/cgi-bin/user/list", "/topapi/user/getbyunionid",
    "/topapi/v2/department/listsub", "/topapi/v2/user/list", "/open-apis/contact/v3/departments/0/children",
    "/open-apis/contact/v3/users/find_by_department",
})
POLICY = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'"


@dataclass(frozen=True)
class Grant:
    """What a code or a person's token stands for."""

    platform: str
    person: str
    asked: Mapping[str, str]
    at: float


class Companies:
    """Codes and tokens of persons live in memory: a restart ends every sign-in under way."""

    def __init__(self) -> None:
        self._codes: dict[str, Grant] = {}
        self._tokens: dict[str, Grant] = {}
        self._doors: dict[str, Callable[[Settings, Call], Reply]] = {
            **dict.fromkeys(PAGES, self._page), CHOICE: self._choice,
            "/cgi-bin/auth/getuserinfo": self._wecom_who, "/cgi-bin/department/list": _wecom_departments,
            "/cgi-bin/user/list": _wecom_people,
            "/v1.0/oauth2/userAccessToken": self._dingtalk_token, "/v1.0/contact/users/me": self._dingtalk_me,
            "/topapi/user/getbyunionid": _dingtalk_by_union_id, "/topapi/v2/department/listsub": _dingtalk_departments,
            "/topapi/v2/user/list": _dingtalk_people,
            "/open-apis/authen/v2/oauth/token": self._feishu_token, "/open-apis/authen/v1/user_info": self._feishu_me,
            "/open-apis/contact/v3/departments/0/children": _feishu_departments,
            "/open-apis/contact/v3/users/find_by_department": _feishu_people,
        }

    @property
    def paths(self) -> tuple[str, ...]:
        """All paths that are the company's."""
        return tuple(self._doors)

    def answer(self, settings: Settings, call: Call) -> Reply:
        """Answer one call. What only an application may ask needs the token of one."""
        shown = call.query.get("access_token") or call.headers.get("authorization", "").removeprefix("Bearer ")
        if call.path in OF_APPLICATIONS and not shown.startswith(APPLICATION_TOKENS):
            if call.path.startswith("/open-apis/"):
                return json_reply({"code": 99991663, "msg": "Invalid access token for authorization."})
            return json_reply({"errcode": 40014, "errmsg": "invalid access_token"})
        return self._doors[call.path](settings, call)

    def _page(self, settings: Settings, call: Call) -> Reply:
        """Who are you? A press stands for the scan."""
        platform = PAGES[call.path]
        rows = "".join(_row(call.query, platform, person) for person in settings.company_people)
        page = _PAGE.format(title=TITLES[platform], rows=rows)
        return Reply(page.encode(), headers={"Content-Security-Policy": POLICY, "Cache-Control": "no-store"})

    def _choice(self, settings: Settings, call: Call) -> Reply:
        asked = dict(call.query)
        platform, person = asked.pop("platform", ""), asked.pop("person", "")
        code = secrets.token_urlsafe(24)
        self._codes[code] = Grant(platform, person, asked, call.at)
        back = {CODE_NAMES.get(platform, "code"): code, "state": asked.get("state", "")}
        return Reply(b"", status=302, headers={"Location": asked.get("redirect_uri", "/") + "?" + urlencode(back)})

    def _grant(self, platform: str, code: str, at: float) -> Grant | None:
        grant = self._codes.pop(code, None)
        fresh = grant is not None and grant.platform == platform and at - grant.at <= CODE_SECONDS
        return grant if fresh else None

    def _token(self, grant: Grant) -> str:
        token = secrets.token_urlsafe(24)
        self._tokens[token] = grant
        return token

    def _wecom_who(self, settings: Settings, call: Call) -> Reply:
        grant = self._grant("wecom", call.query.get("code", ""), call.at)
        person = _person(settings, grant)
        if person is None:
            return json_reply({"errcode": 40029, "errmsg": "invalid code"})
        if person.get("outside"):
            return json_reply({"errcode": 0, "errmsg": "ok", "openid": f"o-{person['id']}"})
        return json_reply({"errcode": 0, "errmsg": "ok", "userid": person["id"]})

    def _dingtalk_token(self, settings: Settings, call: Call) -> Reply:
        body = call.json() or {}
        grant = self._grant("dingtalk", str(body.get("code")), call.at)
        if grant is None or grant.asked.get("client_id") != body.get("clientId") or body.get("clientSecret") == "wrong":
            return json_reply({"code": "invalidCode", "message": "不合法的临时授权码"}, status=400)
        return json_reply({"accessToken": self._token(grant), "refreshToken": "r", "expireIn": 7200, "corpId": "ding0"})

    def _dingtalk_me(self, settings: Settings, call: Call) -> Reply:
        person = _person(settings, self._tokens.get(call.headers.get("x-acs-dingtalk-access-token", "")))
        if person is None:
            return json_reply({"code": "InvalidAuthentication", "message": "不合法的access_token"}, status=401)
        return json_reply({"nick": person["name"], "unionId": f"u-{person['id']}", "openId": f"o-{person['id']}"})

    def _feishu_token(self, settings: Settings, call: Call) -> Reply:
        body = call.json() or {}
        grant = self._grant("feishu", str(body.get("code")), call.at)
        challenge = base64.urlsafe_b64encode(hashlib.sha256(str(body.get("code_verifier")).encode()).digest()).decode().rstrip("=")
        fits = grant is not None and challenge == grant.asked.get("code_challenge") and (
            grant.asked.get("client_id"), grant.asked.get("redirect_uri")) == (body.get("client_id"), body.get("redirect_uri"))
        if grant is None or not fits or body.get("client_secret") == "wrong":
            return json_reply({"code": 20003, "error": "invalid_grant", "error_description": "code is invalid"}, status=400)
        return json_reply({"code": 0, "access_token": self._token(grant), "expires_in": 7200, "token_type": "Bearer", "scope": ""})

    def _feishu_me(self, settings: Settings, call: Call) -> Reply:
        person = _person(settings, self._tokens.get(call.headers.get("authorization", "").removeprefix("Bearer ")))
        if person is None:
            return json_reply({"code": 20005, "msg": "The access token passed is invalid"}, status=401)
        data = {"name": person["name"], "open_id": f"ou_{person['id']}", "union_id": f"on_{person['id']}", "tenant_key": "t"}
        return json_reply({"code": 0, "msg": "success", "data": data})


def _wecom_departments(settings: Settings, call: Call) -> Reply:
    rows = [{"id": one["id"], "name": one["name"], "parentid": one["parent"], "order": 1} for one in settings.company_departments]
    return json_reply({"errcode": 0, "errmsg": "ok", "department": rows})


def _wecom_people(settings: Settings, call: Call) -> Reply:
    rows = [
        {"userid": one["id"], "name": one["name"], "department": [one["department"]], "status": 1, **_told(one, "biz_mail")}
        for one in _in(settings, call.query.get("department_id"))
    ]
    return json_reply({"errcode": 0, "errmsg": "ok", "userlist": rows})


def _dingtalk_by_union_id(settings: Settings, call: Call) -> Reply:
    wanted = str((call.json() or {}).get("unionid"))
    person = next((one for one in _staff(settings) if f"u-{one['id']}" == wanted), None)
    if person is None:
        return json_reply({"errcode": 60121, "errmsg": "找不到该用户"})
    return json_reply({"errcode": 0, "errmsg": "ok", "result": {"contact_type": 0, "userid": person["id"]}})


def _dingtalk_departments(settings: Settings, call: Call) -> Reply:
    parent = (call.json() or {}).get("dept_id")
    rows = [
        {"dept_id": one["id"], "name": one["name"], "parent_id": one["parent"]}
        for one in settings.company_departments if one["parent"] == parent
    ]
    return json_reply({"errcode": 0, "errmsg": "ok", "result": rows})


def _dingtalk_people(settings: Settings, call: Call) -> Reply:
    body = call.json() or {}
    here = _in(settings, body.get("dept_id"))
    begin, size = int(body.get("cursor", 0)), settings.company_page or int(body.get("size", 100))
    rows = [
        {"userid": one["id"], "unionid": f"u-{one['id']}", "name": one["name"], **_told(one, "email")}
        for one in here[begin:begin + size]
    ]
    more = begin + size < len(here)
    result: Json = {"has_more": more, "list": rows, **({"next_cursor": begin + size} if more else {})}
    return json_reply({"errcode": 0, "errmsg": "ok", "result": result})


def _feishu_departments(settings: Settings, call: Call) -> Reply:
    rows = [
        {
            "open_department_id": f"od-{one['id']}", "name": one["name"],
            "parent_department_id": "0" if one["parent"] == ROOT else f"od-{one['parent']}",
        }
        for one in settings.company_departments if one["id"] != ROOT
    ]
    return _feishu_page(settings, call, rows)


def _feishu_people(settings: Settings, call: Call) -> Reply:
    number = call.query.get("department_id", "").removeprefix("od-")
    rows = [
        {"open_id": f"ou_{one['id']}", "name": one["name"], **_told(one, "enterprise_email")}
        for one in _in(settings, ROOT if number == "0" else number)
    ]
    return _feishu_page(settings, call, rows)


def _feishu_page(settings: Settings, call: Call, rows: list[Json]) -> Reply:
    begin, size = int(call.query.get("page_token") or 0), settings.company_page or int(call.query.get("page_size", 50))
    more = begin + size < len(rows)
    data: Json = {"items": rows[begin:begin + size], "has_more": more, **({"page_token": str(begin + size)} if more else {})}
    return json_reply({"code": 0, "msg": "success", "data": data})


def _told(person: Mapping[str, Any], name: str) -> dict[str, str]:
    return {name: person["email"]} if person.get("email") else {}


def _staff(settings: Settings) -> list[dict[str, Any]]:
    return [one for one in settings.company_people if not one.get("outside")]


def _in(settings: Settings, department: object) -> list[dict[str, Any]]:
    return [one for one in _staff(settings) if str(one["department"]) == str(department)]


def _person(settings: Settings, grant: Grant | None) -> dict[str, Any] | None:
    return next((one for one in settings.company_people if grant is not None and one["id"] == grant.person), None)


def _row(asked: Mapping[str, str], platform: str, person: Mapping[str, Any]) -> str:
    address = CHOICE + "?" + urlencode({**asked, "platform": platform, "person": person["id"]})
    return f'<li><a href="{html.escape(address)}">{html.escape(person["name"])}</a></li>'


_PAGE = (
    '<!doctype html><html lang="zh-CN"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">'
    "<title>{title}</title><style>body{{font:16px/1.7 system-ui,sans-serif;max-width:24rem;margin:12vh auto;padding:0 1rem}}"
    "ul{{list-style:none;padding:0}}a{{display:block;padding:.75rem 1rem;margin:.5rem 0;border:1px solid #bbb;border-radius:.6rem;"
    "color:#175a3c;text-decoration:none}}</style></head><body><h1>{title}</h1><p>您是谁？</p><ul>{rows}</ul></body></html>"
)
