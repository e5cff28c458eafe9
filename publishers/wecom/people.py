"""WeCom: who somebody is (扫码登录 and inside the client), and who is in the company. group-channels.md 3.15 and 3.16."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from publishers.claims import STRANGER, UNREADABLE, Api, Claim, ClaimRefused, Trip

IN_CLIENT = "https://open.weixin.qq.com"
SCAN = "https://login.work.weixin.qq.com"


@dataclass(frozen=True)
class SignIn:
    """Sign-in by one application. `rehearsal` is the address of the simulated platform, empty in earnest."""

    corp_id: str
    agent_id: str
    api: Api
    rehearsal: str = ""

    def address(self, trip: Trip, *, in_app: bool = False) -> str:
        """The scan page, or inside the client the silent way (`snsapi_base`)."""
        said = {"appid": self.corp_id, "redirect_uri": trip.redirect_uri, "state": trip.state, "agentid": self.agent_id}
        if in_app:
            asked = urlencode({**said, "response_type": "code", "scope": "snsapi_base"})
            return f"{self.rehearsal or IN_CLIENT}/connect/oauth2/authorize?{asked}#wechat_redirect"
        return f"{self.rehearsal or SCAN}/wwlogin/sso/login?{urlencode({**said, 'login_type': 'CorpApp'})}"

    def claim(self, trip: Trip, returned: Mapping[str, str]) -> Claim:
        """Who came back. An answer with `openid` and no `userid` is somebody from outside the company. Raises ClaimRefused."""
        said = self.api.get("/cgi-bin/auth/getuserinfo", {"code": returned["code"]})
        userid = said.get("userid")
        if not isinstance(userid, str) or not userid:
            raise ClaimRefused(STRANGER)
        return Claim(userid)


def listing(api: Api) -> list[dict[str, str]]:
    """Everybody whom the application sees, whole or not at all. Raises ClaimRefused.

    Applications made since June 2022 are not told addresses; they are empty then.
    """
    departments = {int(one["id"]): one for one in _rows(api.get("/cgi-bin/department/list", {}), "department")}
    found: dict[str, dict[str, str]] = {}
    for number in departments:
        for one in _rows(api.get("/cgi-bin/user/list", {"department_id": str(number)}), "userlist"):
            path = "/".join(reversed(list(_path(departments, number))))
            found.setdefault(str(one["userid"]), {
                "subject": str(one["userid"]), "name": str(one.get("name") or ""),
                "email": str(one.get("biz_mail") or one.get("email") or ""), "department": path,
            })
    return list(found.values())


def _path(departments: Mapping[int, Mapping[str, Any]], number: int) -> Iterator[str]:
    """Names from a department up to the one below the root; a circle, which no platform should tell, ends by itself."""
    for _step in range(len(departments)):
        one = departments.get(number)
        if one is None or not one.get("parentid"):
            return
        yield str(one.get("name") or "")
        number = int(one["parentid"])


def _rows(said: Mapping[str, Any], name: str) -> list[dict[str, Any]]:
    rows = said.get(name)
    if not isinstance(rows, list):
        raise ClaimRefused(UNREADABLE)
    return rows
