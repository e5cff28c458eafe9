"""Codes about readers: comments, messages to followers, their sign-in, and the figures."""

from __future__ import annotations

from collections.abc import Mapping

from publishers.connector import Told
from publishers.wechat.codes.verdicts import OUR_FAULT, Verdict, every, later, refused

_OPERATOR = Told.OPERATOR

TABLE: Mapping[int, Verdict] = {
    88001: refused("WeChat does not know this article, so its comments cannot be opened.", told=_OPERATOR),
    88002: refused("WeChat does not allow comments on this article because of its subject.", told=_OPERATOR),
    88003: refused("Too many comments are featured already. Take one back first.", told=_OPERATOR),
    88004: refused("The reader has deleted this comment. There is nothing left to do.", told=_OPERATOR),
    88005: refused("This comment has a reply already. Delete that one first.", told=_OPERATOR),
    88007: refused("The reply is empty or too long for WeChat. Change it.", "content", told=_OPERATOR),
    88008: refused("WeChat does not know this comment any more. Read the comments anew.", told=_OPERATOR),
    40003: refused("WeChat does not know this follower of the account any more.", told=_OPERATOR),
    43004: refused("This person does not follow the account, so no message reaches them.", told=_OPERATOR),
    45015: refused("The 48 hours in which this follower may be answered are over. Wait until they write again.", told=_OPERATOR),
    45047: refused(
        "As many messages as WeChat allows were sent to this follower. Wait until they write again.", told=_OPERATOR
    ),
    48002: refused("This follower does not take messages from the account. Nothing more can be sent.", told=_OPERATOR),
    70000: refused("WeChat protects this young follower from messages. Nothing can be sent.", told=_OPERATOR),
    **every(
        (40029, 40163, 42003), refused("The reader's sign-in has run out. Let them open the page anew.", told=_OPERATOR)
    ),
    61503: later("WeChat has not prepared these figures yet. They will be asked for again later.", 3600),
    **every((61500, 61501, 88010), OUR_FAULT),
}
