"""Codes about publishing and mass sends, and how the two end."""

from __future__ import annotations

from collections.abc import Mapping

from publishers.connector import Told
from publishers.wechat.codes.verdicts import OUR_FAULT, Verdict, every, later, person, refused, unknown

_DRAFT_GONE_BEFORE_EFFECT = unknown(
    "The draft is no longer in the draft box. It may have been published already; this is being found out."
)
_ADMIN_ASKED = unknown("The account's administrator must confirm this mass send in WeChat. Do not send it again.")
_NO_TAG = refused("The audience tag does not exist any more. Choose another audience.", told=Told.OPERATOR)

TABLE: Mapping[int, Verdict] = {
    53501: later("This account publishes too often for WeChat. It is tried again in five minutes.", 300, channel=True),
    53502: refused("WeChat does not know this publishing task. It may belong to another account.", told=Told.OWNER),
    53504: person("WeChat wants this draft to be published by hand in the console.", Told.EDITOR),
    53505: person(
        "WeChat wants this draft to be saved once by hand in the console, then published there.", Told.EDITOR
    ),
    53600: refused("WeChat does not know this published article. It may have been deleted."),
    45028: refused("The account's mass sends of this period are used up. Choose a later day.", told=Told.OPERATOR),
    45062: person("The account carries advertisements, so WeChat wants this mass send to be made by hand.", Told.OPERATOR),
    45065: unknown("WeChat has received this mass send before; its answer is missing. This is being found out."),
    45066: later("The same mass send was asked for a moment ago. It will be asked again after a minute.", 65),
    45113: refused("WeChat does not send cards to followers any more. Send an article.", told=Told.OPERATOR),
    48021: person(
        "WeChat wants this draft to be saved once by hand in the console before it can be sent.", Told.EDITOR
    ),
    48022: person("This draft holds a video, which WeChat publishes only by hand in the console.", Told.EDITOR),
    **every((40152, 45159), _NO_TAG),
    **every((89504, 89505), _ADMIN_ASKED),
    40059: refused("WeChat does not know this mass send. It may have been deleted in the console."),
    **every((40060, 40065), refused("This mass send cannot be deleted any more. Take it down in WeChat's console.")),
    40204: refused("WeChat has closed this article after a complaint. See the notice in WeChat's console."),
    **every((40008, 40031, 40032, 40130, 45067, 45083, 45084, 45162), OUR_FAULT),
}

BY_CALL: Mapping[tuple[str, int], Verdict] = {
    ("freepublish/submit", 40007): _DRAFT_GONE_BEFORE_EFFECT,
    ("message/mass/sendall", 40007): _DRAFT_GONE_BEFORE_EFFECT,
}

PUBLISH_STATUS: Mapping[int, str] = {
    2: "WeChat's check for original content refused the article.",
    3: "WeChat could not publish and gave no reason. The draft is still in the draft box; try it once more.",
    4: "WeChat's review refused the article. Change it before it is sent again.",
    5: "The article was published and then deleted in WeChat.",
    6: "The article was published and then taken down by WeChat.",
}

MASS_RESULTS: Mapping[str, str] = {
    "10001": "WeChat's review stopped the mass send: advertising.",
    "20001": "WeChat's review stopped the mass send: politics.",
    "20004": "WeChat's review stopped the mass send: society.",
    "20002": "WeChat's review stopped the mass send: indecent content.",
    "20006": "WeChat's review stopped the mass send: suspected crime.",
    "20008": "WeChat's review stopped the mass send: suspected fraud.",
    "20013": "WeChat's review stopped the mass send: copyright.",
    "22000": "WeChat's review stopped the mass send: mutual promotion of accounts.",
    "21000": "WeChat's review stopped the mass send: other reasons.",
    "30001": "WeChat's check for original content failed, so the mass send was stopped.",
    "30002": "WeChat's check for original content forbids this mass send.",
    "30003": "WeChat judged the article a reprint, so the mass send was stopped.",
    "40001": "The account's administrator refused the mass send.",
    "40002": "The account's administrator did not confirm the mass send within 30 minutes.",
}
