"""What members send to a WeCom application, fetched within its three days.

Sources: developer.work.weixin.qq.com/document/path/91039 (token), 90254 (media/get).
"""

from __future__ import annotations

from publishers.connector import Refused, SwitchedOff, TryLater
from publishers.net import Line

_TOKEN_CODES = (40014, 42001)
_GONE_CODES = (40007, 40004, 40009)


class TokenSpent(TryLater):
    """The access token is not taken any more; a fresh one may be."""


def access_token(line: Line, corp_id: str, secret: str) -> tuple[str, float]:
    """A token and how many seconds it lives. Raises Failure."""
    said = line.get("/cgi-bin/gettoken", {"corpid": corp_id, "corpsecret": secret}).json()
    if said.get("errcode") != 0 or not said.get("access_token"):
        raise SwitchedOff("The platform does not take the application's credentials.", code=str(said.get("errcode", "")))
    return str(said["access_token"]), float(said.get("expires_in") or 7200)


def fetch(line: Line, token: str, media_id: str) -> bytes:
    """The bytes of a picture or file. Raises Failure."""
    answer = line.get("/cgi-bin/media/get", {"access_token": token, "media_id": media_id})
    if not answer.content_type.startswith(("application/json", "text/plain")):
        return answer.content
    code = answer.json().get("errcode")
    if code in _TOKEN_CODES:
        raise TokenSpent("The access token had ended.", code=str(code))
    if code in _GONE_CODES:
        raise Refused("The platform has thrown this away; media live for three days.", code=str(code))
    raise TryLater("The platform does not give out what was sent at the moment.", code=str(code))
