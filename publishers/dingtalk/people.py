"""DingTalk: who somebody is (its page scans and signs in), and who is in the company. group-channels.md 4.9 and 4.10."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from publishers.claims import NOT_TAKEN, STRANGER, UNREADABLE, Api, Claim, ClaimRefused, Trip
from publishers.net import Line

PAGE = "https://login.dingtalk.com"
ROOT, PAGE_SIZE = 1, 100


@dataclass(frozen=True)
class SignIn:
    """Sign-in by one application: `line` leads to the new interface, `api` speaks the old one with the application's token."""

    client_id: str
    client_secret: str
    line: Line
    api: Api
    rehearsal: str = ""

    def address(self, trip: Trip, *, in_app: bool = False) -> str:
        """DingTalk's own page offers scan and password, and goes through by itself inside the client."""
        asked = {
            "redirect_uri": trip.redirect_uri, "response_type": "code", "client_id": self.client_id, "scope": "openid",
            "state": trip.state, "prompt": "consent",
        }
        return f"{self.rehearsal or PAGE}/oauth2/auth?{urlencode(asked)}"

    def claim(self, trip: Trip, returned: Mapping[str, str]) -> Claim:
        """Who came back: the person's union id, and by it their id in the company. Raises ClaimRefused."""
        body = {
            "clientId": self.client_id, "clientSecret": self.client_secret, "code": returned["code"],
            "grantType": "authorization_code",
        }
        token = self.line.post("/v1.0/oauth2/userAccessToken", {}, body).json().get("accessToken")
        if not isinstance(token, str) or not token:
            raise ClaimRefused(NOT_TAKEN)
        me = self.line.get("/v1.0/contact/users/me", {}, {"x-acs-dingtalk-access-token": token}).json()
        if not me.get("unionId"):
            raise ClaimRefused(UNREADABLE)
        said = self.api.post("/topapi/user/getbyunionid", {"unionid": me["unionId"]}).get("result") or {}
        if said.get("contact_type", 0) != 0 or not said.get("userid"):
            raise ClaimRefused(STRANGER)
        return Claim(str(said["userid"]), str(me.get("nick") or "")[:80])


def listing(api: Api) -> list[dict[str, str]]:
    """Everybody whom the application sees, whole or not at all. Raises ClaimRefused."""
    found: dict[str, dict[str, str]] = {}
    waiting = [(ROOT, "")]
    seen = {ROOT}
    while waiting:
        number, path = waiting.pop()
        for one in _people(api, number):
            found.setdefault(str(one["userid"]), {
                "subject": str(one["userid"]), "name": str(one.get("name") or ""),
                "email": str(one.get("org_email") or one.get("email") or ""), "department": path,
            })
        for child in _list(api.post("/topapi/v2/department/listsub", {"dept_id": number}).get("result")):
            if child["dept_id"] not in seen:
                seen.add(child["dept_id"])
                waiting.append((child["dept_id"], f"{path}/{child.get('name') or ''}"))
    return list(found.values())


def _people(api: Api, number: int) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = []
    cursor = 0
    while True:
        page = api.post("/topapi/v2/user/list", {"dept_id": number, "cursor": cursor, "size": PAGE_SIZE}).get("result")
        if not isinstance(page, dict):
            raise ClaimRefused(UNREADABLE)
        rows += _list(page.get("list"))
        if not page.get("has_more"):
            return rows
        if int(page.get("next_cursor") or 0) <= cursor:
            raise ClaimRefused(UNREADABLE)
        cursor = int(page["next_cursor"])


def _list(rows: object) -> list[dict[str, Any]]:
    if not isinstance(rows, list):
        raise ClaimRefused(UNREADABLE)
    return rows
