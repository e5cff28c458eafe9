"""Feishu's codes for custom bots, by https://open.feishu.cn/document/client-docs/bot-v3/add-custom-bot."""

from __future__ import annotations

from publishers.connector import Refused, SwitchedOff, TryLater
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
