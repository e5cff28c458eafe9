"""What each of the platform's codes and results means, as tables: one of our words and a sentence for people.

Source: developers.weixin.qq.com/doc/offiaccount/Getting_Started/Global_Return_Code.html and the page of each call.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum

BUSY = -1


class Word(Enum):
    """Which of the words a code folds into."""

    LATER = "later"
    TOMORROW = "tomorrow"
    REFUSED = "refused"
    OFF = "off"
    PERSON = "person"
    UNKNOWN = "unknown"


@dataclass(frozen=True)
class Verdict:
    """One row of the table. `after`: seconds; `channel`: the whole account waits, not only this parcel."""

    word: Word
    reason: str
    field: str = ""
    after: float | None = None
    channel: bool = False


def _later(reason: str, after: float | None = None, *, channel: bool = False) -> Verdict:
    return Verdict(Word.LATER, reason, after=after, channel=channel)


def _refused(reason: str, field: str = "") -> Verdict:
    return Verdict(Word.REFUSED, reason, field)


def _off(reason: str) -> Verdict:
    return Verdict(Word.OFF, reason)


def _person(reason: str) -> Verdict:
    return Verdict(Word.PERSON, reason)


def _unknown(reason: str) -> Verdict:
    return Verdict(Word.UNKNOWN, reason)


def _all(codes: tuple[int, ...], verdict: Verdict) -> Mapping[int, Verdict]:
    return dict.fromkeys(codes, verdict)


BUSY_WHILE_VISIBLE = _unknown("WeChat said it is busy; the article may be out all the same. This is being found out.")
UNLISTED = _refused("WeChat refused with a code that is not in our list. Look the code up in WeChat's documentation.")
_OUR_FAULT = _refused("WeChat did not understand our request. This is a fault of this program: please report the code.")
_TOKEN = _off(
    "WeChat rejected the access token twice. Another program is probably fetching tokens for this account: "
    "stop it, or check AppID and AppSecret."
)
_WRONG_SECRET = _off("The AppSecret is wrong. Copy it again from WeChat's console into the account's settings.")
_DRAFT_GONE_BEFORE_EFFECT = _unknown(
    "The draft is no longer in the draft box. It may have been published already; this is being found out."
)
_ADMIN_ASKED = _unknown("The account's administrator must confirm this mass send in WeChat. Do not send it again.")
_NO_RIGHT = _person(
    "WeChat does not grant this account the right to publish through the interface. "
    "The draft waits in the draft box: publish it by hand and paste the link here."
)
_NO_DRAFTS = _person(
    "WeChat does not take drafts from this account through the interface. "
    "Copy the article into the console by hand and paste the link here."
)

TABLE: Mapping[int, Verdict] = {
    BUSY: _later("WeChat is busy. It will be tried again."),
    **_all((40001, 40014, 42001), _TOKEN),
    **_all((40013, 41002), _off("The AppID is not valid. Check the account's settings.")),
    **_all((40125, 41004), _WRONG_SECRET),
    40164: _off("This server's outgoing address is not on the account's IP white list. Add it in WeChat's console."),
    40243: _off("The AppSecret has been frozen by the account's owner. Unfreeze it in WeChat's console."),
    89503: _off("The account's administrator must confirm this server's address in WeChat first."),
    89506: _off("The account's administrator refused this server's address. Ask again in 24 hours."),
    89507: _off("The account's administrator refused this server's address. Ask again in one hour."),
    **_all((50001, 50002), _off("WeChat has restricted this account. See the notice in WeChat's console.")),
    50004: _off("WeChat has closed the token interface for this account. See the notice in WeChat's console."),
    50007: _off("WeChat has frozen this account. See the notice in WeChat's console."),
    48004: _off("WeChat has banned this account's interfaces. See the notice in WeChat's console."),
    53500: _off("WeChat has banned this account from publishing. See the notice in WeChat's console."),
    45009: Verdict(Word.TOMORROW, "The daily quota of this interface is used up. It goes on after midnight in China."),
    45011: _later("WeChat finds us too fast. It will be tried again in a minute.", 60, channel=True),
    42010: _later("WeChat finds us too fast. It will be tried again in a minute.", 60, channel=True),
    53501: _later("This account publishes too often for WeChat. It is tried again in five minutes.", 300, channel=True),
    45066: _later("The same mass send was asked for a moment ago. It will be asked again after a minute.", 65),
    61503: _later("WeChat has not prepared these figures yet. They will be asked for again later.", 3600),
    48001: _NO_RIGHT,
    48003: _person("The administrator has not accepted WeChat's mass-send agreement. Publish this one by hand."),
    48008: _person("WeChat does not allow this account to send this kind of message. Publish this one by hand."),
    **_all((40200, 76022), _person("WeChat does not open this interface to this account. Publish this one by hand.")),
    45062: _person("The account carries advertisements, so WeChat wants this mass send to be made by hand."),
    48021: _person("WeChat wants this draft to be saved once by hand in the console before it can be sent."),
    48022: _person("This draft holds a video, which WeChat publishes only by hand in the console."),
    53504: _person("WeChat wants this draft to be published by hand in the console."),
    53505: _person("WeChat wants this draft to be saved once by hand in the console, then published there."),
    88000: _person("This account has no right to open comments."),
    45003: _refused("The title is too long for WeChat.", "title"),
    45004: _refused("The digest is too long for WeChat.", "digest"),
    45110: _refused("The author's name is too long for WeChat.", "author"),
    45002: _refused("The body is too long for WeChat.", "body"),
    45005: _refused("The link to the original is too long for WeChat.", "source_url"),
    45008: _refused("There are too many articles in one edition for WeChat.", "articles"),
    41039: _refused("WeChat does not accept the link to the original.", "source_url"),
    45166: _refused("WeChat does not accept something in the body. Look at what was changed last.", "body"),
    40155: _refused("The body links to another account's home page, which WeChat does not allow.", "body"),
    44003: _refused("WeChat found no article in the edition.", "articles"),
    44004: _refused("WeChat found an empty text.", "body"),
    **_all((53404, 53405, 53406), _refused("WeChat does not accept the product card in the body.", "body")),
    53503: _refused("The draft does not pass WeChat's check. Open it in WeChat's console to see why.", "body"),
    40004: _refused("WeChat does not know this kind of file.", "picture"),
    40005: _refused("WeChat does not take this kind of picture. Use JPG or PNG.", "picture"),
    **_all((40006, 40009, 45001), _refused("A picture is too large for WeChat.", "picture")),
    40137: _refused("WeChat cannot read a picture's format. Use JPG or PNG.", "picture"),
    **_all((44001, 41005), _refused("A picture arrived empty at WeChat.", "picture")),
    40007: _refused("WeChat does not know this picture or draft any more.", "cover"),
    40152: _refused("The audience tag does not exist any more. Choose another audience."),
    45159: _refused("The audience tag does not exist any more. Choose another audience."),
    45028: _refused("The account's mass sends of this period are used up. Choose a later day."),
    45065: _unknown("WeChat has received this mass send before; its answer is missing. This is being found out."),
    45067: _OUR_FAULT,
    **_all((89504, 89505), _ADMIN_ASKED),
    53502: _refused("WeChat does not know this publishing task. It may belong to another account."),
    53600: _refused("WeChat does not know this published article. It may have been deleted."),
    40059: _refused("WeChat does not know this mass send."),
    **_all((40060, 40065), _refused("This mass send cannot be deleted any more.")),
    40204: _refused("WeChat has closed this article after a complaint."),
    **_all((61500, 61501), _OUR_FAULT),
    **_all(
        (
            40002, 40008, 40031, 40032, 40033, 40035, 40038, 40114, 40130, 41001, 41006, 43001, 43002, 43003,
            44002, 45162, 47001,
        ),
        _OUR_FAULT,
    ),
}

BY_CALL: Mapping[tuple[str, int], Verdict] = {
    ("stable_token", 40001): _WRONG_SECRET,
    ("stable_token", 40002): _OUR_FAULT,
    ("draft/add", 40007): _refused("WeChat does not accept the cover picture. Choose another cover.", "cover"),
    ("draft/add", 48001): _NO_DRAFTS,
    ("media/uploadimg", 48001): _NO_DRAFTS,
    ("material/add_material", 48001): _NO_DRAFTS,
    ("draft/get", 40007): _refused("The draft is no longer in the draft box."),
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
