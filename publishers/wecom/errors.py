"""WeCom's error codes, of webhooks and of applications.

https://developer.work.weixin.qq.com/document/path/90313 and path/91770
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from publishers.connector import Refused, SwitchedOff, TryLater
from publishers.robots.answers import BUSY, TOO_FAST, Verdict, Verdicts


class Gone(Refused):
    """What was kept at WeCom is there no more."""


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

_NOBODY = Verdict(Refused, "WeCom knows none of the people this is for, or the application may not see them.", field="people")
_SECRET = Verdict(SwitchedOff, "WeCom refuses the application's secret, or the application was stopped.")
_RIGHT = Verdict(SwitchedOff, "The application lacks a permission in WeCom's console.")
_CHAT = Verdict(SwitchedOff, "The chat is gone, or another application made it.")
_RELATION = Verdict(Refused, "WeCom no longer knows the customer or the customer group.", field="people")
_OVER = Verdict(Refused, "The mass send was cancelled.")

API_VERDICTS: Verdicts = {
    **{code: verdict for code, verdict in VERDICTS.items() if code not in (93000, 93004, 93008)},
    6000: Verdict(TryLater, "WeCom was changing its data. It is tried again."),
    40001: _SECRET,
    40003: _NOBODY,
    40013: _SECRET,
    40032: _FORM,
    40056: _SECRET,
    40066: _NOBODY,
    40096: _RELATION,
    41046: _FORM,
    41047: _FORM,
    41048: Verdict(Refused, "There is nobody to send to: the group does not belong to this sender.", field="people"),
    41055: Verdict(Refused, "WeCom keeps at most 100 welcome messages of a company. Delete one in WeCom that nobody uses."),
    41063: Verdict(TryLater, "WeCom is still handing the mass send out.", after=30.0),
    41064: _FORM,
    41065: _FORM,
    41093: _OVER,
    41094: Verdict(Refused, "The owner was reminded three times in a day; WeCom allows no more."),
    45007: _PICTURE,
    45032: _LONG,
    48001: _RIGHT,
    48002: _RIGHT,
    48004: _RIGHT,
    48005: _RIGHT,
    48006: _RIGHT,
    50001: _RIGHT,
    50002: _NOBODY,
    50003: _SECRET,
    60003: _NOBODY,
    60011: _NOBODY,
    60021: _NOBODY,
    60111: _NOBODY,
    60123: _NOBODY,
    81012: _NOBODY,
    81013: _NOBODY,
    81017: _FORM,
    82001: _NOBODY,
    82002: _FORM,
    82003: _FORM,
    84061: _RELATION,
    86001: _CHAT,
    86003: _CHAT,
    86004: Verdict(Refused, "WeCom refused the name of the chat.", field="title"),
    86005: _NOBODY,
    86006: _NOBODY,
    86007: _NOBODY,
    86008: _CHAT,
    86207: _NOBODY,
    86216: _NOBODY,
    301002: _SECRET,
    301021: _NOBODY,
    600018: _FORM,
    701008: _RIGHT,
}
TOKEN_CODES = frozenset({40014, 41001, 42001})
CREDENTIAL_CODES = frozenset({"40001", "40013", "40056", "48001", "48002", "48004", "48005", "48006", "50003", "60020", "301002"})
"""What WeCom has against the application itself: everything that goes through it waits."""
RIGHT_CODES = frozenset({"48001", "48002", "48004", "48005", "48006"})
"""... of these only a permission is lacking."""
_HINT = re.compile(r"hint: \[(\d{1,40})")


def hint_of(said: Mapping[str, object]) -> str:
    """WeCom's number of a call, for its support; it stands in the text of the answer only."""
    hint = _HINT.search(str(said.get("errmsg", "")))
    return hint[1] if hint else ""
