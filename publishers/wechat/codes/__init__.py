"""What each of the platform's codes and results means, as tables: one of our words, a sentence for people, who is told.

verdicts.py    one row of the tables
accounts.py    tokens, settings, the account's standing, its rights, its pace
content.py     the fields, pictures and drafts of an article
sending.py     publishing and mass sends, with their final results
followers.py   comments, customer messages, sign-in of readers, figures
Source: developers.weixin.qq.com/doc/offiaccount/Getting_Started/Global_Return_Code.html and the page of each call.
"""

from __future__ import annotations

from collections.abc import Mapping

from publishers.connector import Told
from publishers.wechat.codes import accounts, content, followers, sending
from publishers.wechat.codes.sending import MASS_RESULTS, PUBLISH_STATUS
from publishers.wechat.codes.verdicts import Verdict, Word, refused, unknown

BUSY = -1

BUSY_WHILE_VISIBLE = unknown("WeChat said it is busy; the article may be out all the same. This is being found out.")
UNLISTED = refused(
    "WeChat refused with a code that is not in our list. Look the code up in WeChat's documentation.", told=Told.OWNER
)

TABLE: Mapping[int, Verdict] = {**accounts.TABLE, **content.TABLE, **sending.TABLE, **followers.TABLE}
BY_CALL: Mapping[tuple[str, int], Verdict] = {**accounts.BY_CALL, **content.BY_CALL, **sending.BY_CALL}
"""Where one code means different things to different calls."""

__all__ = [
    "BUSY", "BUSY_WHILE_VISIBLE", "BY_CALL", "MASS_RESULTS", "PUBLISH_STATUS", "TABLE", "UNLISTED", "Verdict", "Word",
]
