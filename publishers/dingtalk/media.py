"""What colleagues send to a DingTalk robot, fetched by its download code; and the answer to where they wrote.

Sources: open.dingtalk.com/document/orgapp/obtain-the-access_token-of-an-internal-app,
open.dingtalk.com/document/orgapp/download-the-file-content-of-the-robot-receiving-message
"""

from __future__ import annotations

import json

from publishers.connector import Refused, SwitchedOff, TryLater
from publishers.net import Line

_TOKEN_HEADER = "x-acs-dingtalk-access-token"


def access_token(line: Line, app_key: str, app_secret: str) -> tuple[str, float]:
    """A token and how many seconds it lives. Raises Failure."""
    said = line.post("/v1.0/oauth2/accessToken", {}, {"appKey": app_key, "appSecret": app_secret}).json()
    if not said.get("accessToken"):
        raise SwitchedOff("The platform does not take the application's credentials.", code=str(said.get("code", "")))
    return str(said["accessToken"]), float(said.get("expireIn") or 7200)


def address(line: Line, token: str, robot_code: str, download_code: str) -> str:
    """Where the file lies for a short time: an address outside the platform's own. Raises Failure."""
    body = json.dumps({"downloadCode": download_code, "robotCode": robot_code}).encode()
    answer = line.post_bytes("/v1.0/robot/messageFiles/download", {_TOKEN_HEADER: token}, body)
    said = answer.json()
    if url := said.get("downloadUrl"):
        return str(url)
    if answer.status in (401, 403):
        raise SwitchedOff("The application may not fetch what its robot is sent.", code=str(said.get("code", "")))
    if answer.status >= 500 or answer.status == 429:
        raise TryLater("The platform does not give out what was sent at the moment.", code=str(said.get("code", "")))
    raise Refused("The platform has thrown this away.", code=str(said.get("code", "")))


def answer(line: Line, path: str, params: dict[str, str], words: str) -> None:
    """Say something where a colleague wrote to the robot. Raises Failure."""
    said = line.post(path, params, {"msgtype": "text", "text": {"content": words}}).json()
    if said.get("errcode") != 0:
        raise Refused("The platform takes no answer there any more.", code=str(said.get("errcode", "")))
