"""How often a day each interface may be called, as printed for a new account; a grown one may call more.

Sources: developers.weixin.qq.com/doc/service/Message_Management/API_Call_Limits.html,
developers.weixin.qq.com/doc/subscription/api/base/api_getstableaccesstoken.html (the token's)
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from publishers.wechat.client import Client

DAILY: Mapping[str, int] = {
    "/cgi-bin/freepublish/submit": 100,
    "/cgi-bin/freepublish/get": 100,
    "/cgi-bin/freepublish/batchget": 100,
    "/cgi-bin/freepublish/getarticle": 100,
    "/cgi-bin/freepublish/delete": 10,
    "/cgi-bin/message/mass/sendall": 100,
    "/cgi-bin/message/mass/preview": 100,
    "/cgi-bin/message/mass/delete": 10,
    "/cgi-bin/draft/add": 1_000,
    "/cgi-bin/draft/update": 1_000,
    "/cgi-bin/draft/delete": 1_000,
    "/cgi-bin/draft/get": 500,
    "/cgi-bin/draft/batchget": 1_000,
    "/cgi-bin/draft/count": 1_000,
    "/cgi-bin/user/get": 500,
    "/cgi-bin/stable_token": 500_000,
}
"""Calls a day by path, counted from midnight to midnight in China."""

NOT_ASKED = frozenset({"/cgi-bin/stable_token"})
"""The platform keeps no quota that could be asked for."""


@dataclass(frozen=True)
class Quota:
    """What the platform says of one interface today: how many calls it allows, and how many it has counted."""

    limit: int
    used: int


def quota(client: Client, path: str) -> Quota | None:
    """The platform's own count of an interface, None when its answer holds none. Raises Failure.

    Source: developers.weixin.qq.com/doc/subscription/api/apimanage/api_getapiquota.html
    """
    said = client.quota(path).get("quota")
    numbers: dict[str, Any] = said if isinstance(said, dict) else {}
    try:
        return Quota(int(numbers["daily_limit"]), int(numbers["used"]))
    except (KeyError, TypeError, ValueError):
        return None
