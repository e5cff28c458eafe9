"""The address of this server as WeChat sees it, known only from WeChat's own refusal. No third service is asked.

Source: developers.weixin.qq.com/doc/oplatform/developers/errCode/errCode.html (40164: "invalid ip … not in whitelist")
"""

from __future__ import annotations

import ipaddress
import re

from publishers.connector import Failure
from publishers.net import Line
from publishers.wechat.tokens import Credentials

NOT_ALLOWED = 40164


def refused_address(credentials: Credentials, line: Line) -> str:
    """The address that WeChat names when it refuses it, "" when it refuses none or cannot be asked."""
    body = {
        "grant_type": "client_credential", "appid": credentials.app_id, "secret": credentials.app_secret,
        "force_refresh": False,
    }
    try:
        said = line.post("/cgi-bin/stable_token", {}, body).json()
    except Failure:
        return ""
    found = re.search(r"invalid ip (\S+)", str(said.get("errmsg", "")))
    return _address(found.group(1)) if said.get("errcode") == NOT_ALLOWED and found else ""


def _address(text: str) -> str:
    try:
        return str(ipaddress.ip_address(text.strip(",")))
    except ValueError:
        return ""
