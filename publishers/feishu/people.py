"""Feishu: who somebody is, and who is in the company. group-channels.md 5.7 and 5.8."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from publishers.claims import NOT_TAKEN, UNREADABLE, Api, Claim, ClaimRefused, Trip
from publishers.net import Line

PAGE = "https://accounts.feishu.cn"
ROOT, PAGE_SIZE = "0", "50"


@dataclass(frozen=True)
class SignIn:
    """Sign-in by one application, whose users are those of its own company unless the company shares it."""

    app_id: str
    app_secret: str
    line: Line
    rehearsal: str = ""

    def address(self, trip: Trip, *, in_app: bool = False) -> str:
        """Feishu's own page, which inside the client goes through without a question; with PKCE."""
        challenge = base64.urlsafe_b64encode(hashlib.sha256(trip.verifier.encode()).digest()).decode().rstrip("=")
        asked = {
            "client_id": self.app_id, "redirect_uri": trip.redirect_uri, "response_type": "code", "state": trip.state,
            "code_challenge": challenge, "code_challenge_method": "S256",
        }
        return f"{self.rehearsal or PAGE}/open-apis/authen/v1/authorize?{urlencode(asked)}"

    def claim(self, trip: Trip, returned: Mapping[str, str]) -> Claim:
        """Who came back, by the id that this application knows them by. Raises ClaimRefused.

        The address is not taken as proof: whether Feishu has verified it is not documented.
        """
        said = self.line.post("/open-apis/authen/v2/oauth/token", {}, {
            "grant_type": "authorization_code", "client_id": self.app_id, "client_secret": self.app_secret,
            "code": returned["code"], "redirect_uri": trip.redirect_uri, "code_verifier": trip.verifier,
        }).json()
        token = said.get("access_token")
        if said.get("code", 0) != 0 or not isinstance(token, str):
            raise ClaimRefused(NOT_TAKEN)
        me = self.line.get("/open-apis/authen/v1/user_info", {}, {"Authorization": f"Bearer {token}"}).json().get("data")
        if not isinstance(me, dict) or not me.get("open_id"):
            raise ClaimRefused(UNREADABLE)
        email = str(me.get("enterprise_email") or me.get("email") or "").lower()
        return Claim(str(me["open_id"]), str(me.get("name") or "")[:80], email)


def listing(api: Api) -> list[dict[str, str]]:
    """Everybody whom the application sees, whole or not at all. Raises ClaimRefused."""
    departments = {ROOT: ("", "")}
    asked = {"department_id_type": "open_department_id", "fetch_child": "true"}
    for one in _pages(api, f"/open-apis/contact/v3/departments/{ROOT}/children", asked):
        departments[str(one["open_department_id"])] = (str(one.get("name") or ""), str(one.get("parent_department_id") or ROOT))
    found: dict[str, dict[str, str]] = {}
    for number in departments:
        said = {"department_id": number, "department_id_type": "open_department_id"}
        for one in _pages(api, "/open-apis/contact/v3/users/find_by_department", said):
            path = "/".join(reversed(list(_path(departments, number))))
            found.setdefault(str(one["open_id"]), {
                "subject": str(one["open_id"]), "name": str(one.get("name") or ""),
                "email": str(one.get("enterprise_email") or one.get("email") or ""), "department": path,
            })
    return list(found.values())


def _path(departments: Mapping[str, tuple[str, str]], number: str) -> Iterator[str]:
    for _step in range(len(departments)):
        name, parent = departments.get(number, ("", ROOT))
        if number == ROOT or not name:
            return
        yield name
        number = parent


def _pages(api: Api, path: str, asked: Mapping[str, str]) -> Iterator[dict[str, Any]]:
    """All items of a list, page by page; a page that does not go on ends in a refusal, never in half a list."""
    token, seen = "", {""}
    while True:
        data = api.get(path, {**asked, "page_size": PAGE_SIZE, **({"page_token": token} if token else {})}).get("data")
        if not isinstance(data, dict):
            raise ClaimRefused(UNREADABLE)
        yield from data.get("items") or []
        if not data.get("has_more"):
            return
        token = str(data.get("page_token") or "")
        if token in seen:
            raise ClaimRefused(UNREADABLE)
        seen.add(token)
