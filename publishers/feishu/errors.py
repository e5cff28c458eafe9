"""Feishu's codes, of custom bots and of applications.

https://open.feishu.cn/document/client-docs/bot-v3/add-custom-bot
https://open.feishu.cn/document/uAjLw4CM/ukTMukTMukTM/reference/im-v1/message/create
"""

from __future__ import annotations

from publishers.connector import OutcomeUnknown, Refused, SwitchedOff, TryLater
from publishers.robots.answers import BUSY, TOO_FAST, Verdict, Verdicts

_LARGE = Verdict(Refused, "Feishu could not read the message, or it is too large.")

VERDICTS: Verdicts = {
    -1: BUSY,
    9499: _LARGE,
    11232: Verdict(TryLater, TOO_FAST, after=60.0),
    19001: Verdict(SwitchedOff, "The robot was removed from the Feishu group, or its token is wrong."),
    19021: Verdict(SwitchedOff, "Feishu refused the signature. Check the robot's secret and this machine's clock."),
    19022: Verdict(SwitchedOff, "Feishu does not allow this machine's address. Add it to the robot's address list."),
    19024: Verdict(Refused, "The message lacks the keyword that the Feishu robot asks for.", field="words"),
    19036: _LARGE,
    99991400: Verdict(TryLater, TOO_FAST, after=60.0),
}

_RIGHT = Verdict(SwitchedOff, "The application lacks a permission in Feishu's console.")
_SECRET = Verdict(SwitchedOff, "Feishu refuses the application's secret, or the application was stopped.")
_NOBODY = Verdict(Refused, "Feishu cannot reach this person through the application.", field="people")
_OUT = Verdict(SwitchedOff, "The application's robot is not in the Feishu group, or may not speak there.")
_WORDS = Verdict(Refused, "Feishu found a forbidden word in the message.", field="title")
_FORM = Verdict(Refused, "Feishu could not read the message. This is a fault of the program.")
CARD = 230099
"""A card that could not be built; a post says the same."""

API_VERDICTS: Verdicts = {
    -1: BUSY,
    9499: _LARGE,
    10003: _SECRET,
    10014: _SECRET,
    10015: _SECRET,
    11232: Verdict(TryLater, TOO_FAST, after=60.0),
    99991400: Verdict(TryLater, TOO_FAST, after=60.0),
    99991672: _RIGHT,
    230001: _FORM,
    230002: _OUT,
    230006: _RIGHT,
    230013: _NOBODY,
    230018: _OUT,
    230020: Verdict(TryLater, TOO_FAST, after=3.0),
    230022: _WORDS,
    230025: _LARGE,
    230027: _RIGHT,
    230028: _WORDS,
    230029: _NOBODY,
    230034: _OUT,
    230035: _RIGHT,
    230036: _RIGHT,
    230038: _NOBODY,
    230049: Verdict(OutcomeUnknown, "Feishu is still sending the same message."),
    230053: _NOBODY,
    230054: Verdict(Refused, "This kind of message is not possible in a connected group."),
    230055: _FORM,
    230075: _RIGHT,
    CARD: Verdict(Refused, "Feishu could not build the card."),
    232009: Verdict(SwitchedOff, "The Feishu group was dissolved."),
}
TOKEN_CODES = frozenset({99991661, 99991663, 99991664, 99991668, 99991671, 99991677})
CREDENTIAL_CODES = frozenset({"10003", "10014", "10015", "99991672", "230006", "230027", "230035", "230036", "230075"})
"""What Feishu has against the application itself: everything that goes through it waits."""
