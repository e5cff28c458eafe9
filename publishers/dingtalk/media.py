"""What colleagues send to a DingTalk robot, fetched by its download code; and the answer to where they wrote.

Source: open.dingtalk.com/document/orgapp/download-the-file-content-of-the-robot-receiving-message
"""

from __future__ import annotations

from publishers.connector import OutcomeUnknown, Refused
from publishers.dingtalk.api import Api
from publishers.net import Line


def address(api: Api, download_code: str) -> str:
    """Where the file lies for a short time: an address outside the platform's own. Raises Failure."""
    application = api.application
    body = {"downloadCode": download_code, "robotCode": application.robot_code or application.app_id}
    try:
        said = api.call("POST", "/v1.0/robot/messageFiles/download", body)
    except Refused as refused:
        raise Refused("The platform has thrown this away.", code=refused.code) from None
    if not isinstance(said.get("downloadUrl"), str):
        raise OutcomeUnknown("The platform's answer could not be read.")
    return str(said["downloadUrl"])


def answer(line: Line, path: str, params: dict[str, str], words: str) -> None:
    """Say something where a colleague wrote to the robot. Raises Failure."""
    said = line.post(path, params, {"msgtype": "text", "text": {"content": words}}).json()
    if said.get("errcode") != 0:
        raise Refused("The platform takes no answer there any more.", code=str(said.get("errcode", "")))
