"""DingTalk's error codes, of custom robots and of the applications' interface.

https://open.dingtalk.com/document/orgapp/custom-robot-access
"""

from __future__ import annotations

import re

from publishers.connector import Refused, SwitchedOff, TryLater
from publishers.robots.answers import BUSY, TOO_FAST, Verdict, Verdicts

_FORM = Verdict(Refused, "DingTalk could not read the message. This is a fault of the program.")
_GONE = Verdict(SwitchedOff, "The robot was removed from the DingTalk group, or its token is wrong.")
# Beyond 20 a minute the robot is blocked for ten minutes; the `wait` in the answer says less and is wrong.
_BLOCKED = Verdict(TryLater, TOO_FAST, after=600.0)

VERDICTS: Verdicts = {
    -1: BUSY,
    40035: _FORM,
    43004: _FORM,
    130101: _BLOCKED,
    300001: _GONE,
    400013: Verdict(SwitchedOff, "The DingTalk group was dissolved."),
    400101: _GONE,
    400102: Verdict(SwitchedOff, "The robot of the DingTalk group was stopped."),
    400105: _FORM,
    400106: _GONE,
    410100: _BLOCKED,
    430101: Verdict(Refused, "DingTalk calls the link unsafe.", field="url"),
    430102: Verdict(Refused, "DingTalk calls the text unsafe.", field="title"),
    430103: Verdict(Refused, "DingTalk calls the picture unsafe.", field="cover"),
    430104: Verdict(Refused, "DingTalk calls the message unsafe.", field="title"),
}

SECURITY = 310000
_KEYWORD = Verdict(Refused, "The message lacks the keyword that the DingTalk robot asks for.", field="words")
_CLOCK = Verdict(SwitchedOff, "DingTalk refused the time of the signature. Check this machine's clock.")
_SIGN = Verdict(SwitchedOff, "DingTalk refused the signature. Check the robot's secret.")
_ADDRESS = Verdict(SwitchedOff, "DingTalk does not allow this machine's address. Add it to the robot's address list.")
_OTHER = Verdict(SwitchedOff, "A security setting of the DingTalk robot refused the message.")
_REASONS = (
    (re.compile(r"keyword|关键词|关键字"), _KEYWORD),
    (re.compile(r"timestamp|时间"), _CLOCK),
    (re.compile(r"sign|签名"), _SIGN),
    (re.compile(r"(?<![a-z])ip(?![a-z])"), _ADDRESS),
)


def security_verdict(errmsg: str) -> Verdict:
    """Which security setting refused (310000): DingTalk says so only in `errmsg`, in two formats and two languages.

    Of `description:…;solution:…;link:…` only the description counts; the solution names other settings too.
    """
    said = errmsg.lower().partition("solution:")[0].replace("description:", "")
    return next((verdict for pattern, verdict in _REASONS if pattern.search(said)), _OTHER)


NOT_THERE = Verdict(SwitchedOff, "The application's robot is not in the DingTalk group, or the group is gone.")
THROTTLED = Verdict(TryLater, TOO_FAST, after=60.0)
REFUSED_APPLICATION = Verdict(SwitchedOff, "DingTalk refuses the application: its secret, a permission or this machine's address.")
NEW_TOKEN = re.compile(r"invalidauthentication|access.?token", re.IGNORECASE)
# The new interface has words for codes; their spelling is not documented in full, so they are matched loosely.
NEW_VERDICTS = (
    (re.compile(r"throttl|qpslimit|flowcontrol|toofrequent", re.IGNORECASE), THROTTLED),
    (re.compile(r"robot.*(not.?exist|not.?found|not.?in|stop)|conversation.*(not|dissolv|disband)|notin(group|conversation)",
                re.IGNORECASE), NOT_THERE),
    (re.compile(r"forbidden\.|accessdenied|no.?permission|unauthorized|invalidclient|invalid.*(appkey|secret)", re.IGNORECASE),
     REFUSED_APPLICATION),
    (re.compile(r"unsafe|sensitive|content.?(check|risk|illegal)", re.IGNORECASE),
     Verdict(Refused, "DingTalk calls the message unsafe.", field="title")),
)
