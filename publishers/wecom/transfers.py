"""Passing customer groups on to another member (客户群继承), asked for only when that member may own them.

The new owner must be an active, real-name-verified member with customer contact; whether the name is verified no call
tells, so that alone is left to the transfer itself. https://developer.work.weixin.qq.com/document/path/92127 (the owner
has left) and path/95703 (still employed).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from publishers.connector import Refused
from publishers.wecom.api import Api

HERE = "/cgi-bin/externalcontact"
AT_ONCE = 100
SUCCESSOR = "successor"
ACTIVE = 1
NOT_LEFT = 90500
UNDER_WAY = frozenset({90507, 90508})
"""Asked for before: being passed on, or passed on already."""
UNKNOWN = frozenset({"40003", "60111", "60011", "50002", "60021", "301021"})
STANDINGS = {
    2: "This member is disabled in WeCom, so they cannot own a customer group.",
    4: "This member has not activated WeCom yet, so they cannot own a customer group.",
    5: "This member has left the company in WeCom, so they cannot own a customer group.",
}
"""`status` of user/get: 1 active, 2 disabled, 4 not activated, 5 left. https://developer.work.weixin.qq.com/document/path/90196"""
FAILURES = {
    NOT_LEFT: "Its owner has not left the company in WeCom.",
    90501: "It is no customer group.",
}
REFUSED = "WeCom refused the transfer."


def ensure_able(api: Api, user_id: str) -> None:
    """Ask whether this member may own customer groups. Raises Refused with `field` SUCCESSOR when not, or one of the four words."""
    if not re.fullmatch(r"[A-Za-z0-9@._-]{1,64}", user_id):
        raise Refused("Give the successor's user id in WeCom.", field=SUCCESSOR)
    try:
        member = api.call("GET", "/cgi-bin/user/get", params={"userid": user_id})
    except Refused as refused:
        if refused.code not in UNKNOWN:
            raise
        raise Refused(
            "WeCom knows no member of this user id in your company, or the application may not see them. Only members of the "
            "same company can own the group.", field=SUCCESSOR, code=refused.code, rid=refused.rid,
        ) from None
    status = member.get("status", ACTIVE)
    if status != ACTIVE:
        raise Refused(STANDINGS.get(int(status), STANDINGS[2]), field=SUCCESSOR)
    # Source: https://developer.work.weixin.qq.com/document/path/92571
    if user_id not in (api.call("GET", f"{HERE}/get_follow_user_list").get("follow_user") or []):
        raise Refused(
            "This member may not use customer contact. An administrator of WeCom allows it under Customer Contact, Permissions.",
            field=SUCCESSOR,
        )


def transfer(api: Api, chats: Sequence[str], user_id: str) -> dict[str, str]:
    """Ask for every group's transfer to this member. What failed: group to reason; asked for before is no failure.

    Raises one of the four words; asked again, what was passed on already stays so.
    """
    ended = dict(_ask(api, "transfer", chats, user_id))
    staying = [chat for chat, code in ended.items() if code == NOT_LEFT]
    ended |= dict.fromkeys(staying, 0) | dict(_ask(api, "onjob_transfer", staying, user_id))
    return {
        chat: FAILURES.get(code, REFUSED) for chat, code in ended.items() if code and code not in UNDER_WAY
    }


def _ask(api: Api, way: str, chats: Sequence[str], user_id: str) -> Iterator[tuple[str, int]]:
    """The groups that were not taken, with WeCom's code."""
    for begin in range(0, len(chats), AT_ONCE):
        some = list(chats[begin:begin + AT_ONCE])
        said = api.call("POST", f"{HERE}/groupchat/{way}", {"chat_id_list": some, "new_owner": user_id})
        yield from ((str(one["chat_id"]), int(one["errcode"])) for one in said.get("failed_chat_list") or [])
