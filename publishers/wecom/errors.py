"""WeCom's error codes for webhooks, by https://developer.work.weixin.qq.com/document/path/90313 and path/91770."""

from __future__ import annotations

from publishers.connector import Refused, SwitchedOff, TryLater
from publishers.robots.answers import BUSY, TOO_FAST, Verdict, Verdicts

_FORM = Verdict(Refused, "WeCom could not read the message. This is a fault of the program.")
_EMPTY = Verdict(Refused, "WeCom refused the message because a text in it is empty.", field="title")
_LONG = Verdict(Refused, "WeCom refused the message because a text in it is too long.", field="title")
_LINK = Verdict(Refused, "WeCom refused the link.", field="url")
_PICTURE = Verdict(Refused, "WeCom refused the picture.", field="cover")

VERDICTS: Verdicts = {
    -1: BUSY,
    40004: _PICTURE,
    40007: _PICTURE,
    40008: _FORM,
    40009: _PICTURE,
    40033: _FORM,
    40035: _FORM,
    40039: _LINK,
    40058: _FORM,
    40063: _FORM,
    44004: _EMPTY,
    45001: _PICTURE,
    45002: _LONG,
    45008: Verdict(Refused, "WeCom takes at most eight articles in one message.", field="cards"),
    # The block lasts as long as the window that was exceeded; for robots the page does not state it.
    45009: Verdict(TryLater, TOO_FAST, after=60.0),
    45033: Verdict(TryLater, TOO_FAST, after=5.0),
    45034: _LINK,
    60020: Verdict(SwitchedOff, "WeCom does not know this machine's address. Add it to the trusted addresses."),
    85002: Verdict(Refused, "WeCom found a forbidden word in the message.", field="title"),
    93000: Verdict(SwitchedOff, "The robot was removed from the WeCom group, or its key is wrong."),
    93004: Verdict(SwitchedOff, "The robot of the WeCom group was stopped."),
    93008: Verdict(SwitchedOff, "The robot is no longer in the WeCom group."),
    301019: _PICTURE,
}
