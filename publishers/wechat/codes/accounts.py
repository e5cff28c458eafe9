"""Codes about the account itself: its token and settings, its standing with WeChat, its rights and its pace."""

from __future__ import annotations

from collections.abc import Mapping

from publishers.connector import Told
from publishers.wechat.codes.verdicts import OUR_FAULT, Verdict, every, later, off, person, refused, tomorrow

_TOKEN = off(
    "WeChat rejected the access token twice. Another program is probably fetching tokens for this account: "
    "stop it, or check AppID and AppSecret."
)
_WRONG_SECRET = off("The AppSecret is wrong. Copy it again from WeChat's console into the account's settings.")
_NO_RIGHT = person(
    "WeChat does not grant this account the right to publish through the interface. "
    "The draft waits in the draft box: publish it by hand and paste the link here."
)
_NO_SUCH_RIGHT = person(
    "WeChat does not grant this account the right to use this interface. "
    "Do it by hand in the console, or have the account verified."
)
_NO_DRAFTS = person(
    "WeChat does not take drafts from this account through the interface. "
    "Copy the article into the console by hand and paste the link here."
)

TABLE: Mapping[int, Verdict] = {
    -1: later("WeChat is busy. It will be tried again."),
    **every((40001, 40014, 42001), _TOKEN),
    **every((40013, 41002), off("The AppID is not valid. Check the account's settings.")),
    **every((40125, 41004), _WRONG_SECRET),
    40164: off("This server's outgoing address is not on the account's IP white list. Add it in WeChat's console."),
    40243: off("The AppSecret has been frozen by the account's owner. Unfreeze it in WeChat's console."),
    89503: off("The account's administrator must confirm this server's address in WeChat first."),
    89506: off("The account's administrator refused this server's address. Ask again in 24 hours."),
    89507: off("The account's administrator refused this server's address. Ask again in one hour."),
    **every((50001, 50002), off("WeChat has restricted this account. See the notice in WeChat's console.")),
    50004: off("WeChat has closed the token interface for this account. See the notice in WeChat's console."),
    50007: off("WeChat has frozen this account. See the notice in WeChat's console."),
    48004: off("WeChat has banned this account's interfaces. See the notice in WeChat's console."),
    53500: off("WeChat has banned this account from publishing. See the notice in WeChat's console."),
    45009: tomorrow("The daily quota of this interface is used up. It goes on after midnight in China."),
    **every((45011, 42010), later("WeChat finds us too fast. It will be tried again in a minute.", 60, channel=True)),
    48006: refused(
        "The ten resets of the quota that WeChat allows in a month are used up. Wait for the next day or month.",
        told=Told.OPERATOR,
    ),
    48001: _NO_SUCH_RIGHT,
    48003: person("The administrator has not accepted WeChat's mass-send agreement. Publish this one by hand."),
    48008: person("WeChat does not allow this account to send this kind of message. Publish this one by hand."),
    **every((40200, 76022), person("WeChat does not open this interface to this account. Publish this one by hand.")),
    88000: person("This account has no right to open comments. The article goes out with comments closed.", Told.EDITOR),
    **every((40002, 40033, 40035, 40038, 41001, 41006, 43001, 43002, 43003, 44002, 47001), OUR_FAULT),
}

BY_CALL: Mapping[tuple[str, int], Verdict] = {
    ("stable_token", 40001): _WRONG_SECRET,
    ("stable_token", 40002): OUR_FAULT,
    ("freepublish/submit", 48001): _NO_RIGHT,
    ("message/mass/sendall", 48001): _NO_RIGHT,
    ("draft/add", 48001): _NO_DRAFTS,
    ("media/uploadimg", 48001): _NO_DRAFTS,
    ("material/add_material", 48001): _NO_DRAFTS,
}
