"""The company's own user id behind the one that a smart robot was told. group-channels.md 3.13.

https://developer.work.weixin.qq.com/document/path/101521
"""

from __future__ import annotations

from publishers.connector import OutcomeUnknown
from publishers.wecom.api import Api

PATH = "/cgi-bin/batch/openuserid_to_userid"


def plain(api: Api, told: str) -> str:
    """The user id, "" for nobody whom the application sees. One that is plain already comes back as invalid. Raises Failure."""
    said = api.call("POST", PATH, {"open_userid_list": [told]})
    rows, plain_ones = said.get("userid_list"), said.get("invalid_open_userid_list")
    if not isinstance(rows or [], list) or not isinstance(plain_ones or [], list):
        raise OutcomeUnknown("The platform's answer could not be read.")
    for row in rows or []:
        if isinstance(row, dict) and row.get("open_userid") == told and isinstance(row.get("userid"), str):
            return str(row["userid"])
    return told if told in (plain_ones or []) else ""
