"""Taking down what was published: irreversible for readers, harmless to repeat, and read back where the platform can say.

Sources: developers.weixin.qq.com/doc/subscription/api/public/ (api_freepublishdelete.html, api_freepublishgetarticle.html)
and .../api/notify/message/api_deletemassmsg.html. Both count articles from 1; 0 means all of them.
"""

from __future__ import annotations

from publishers.connector import (
    Abilities,
    Absent,
    CannotTell,
    Found,
    OutcomeUnknown,
    Parcel,
    Rate,
    Reading,
    Receipt,
    Refused,
    Remember,
    WithdrawalParcel,
)
from publishers.wechat.client import Client, Json

RELEASE, MASS_SEND = "release", "mass_send"
NOT_KNOWN = frozenset({"53600", "40059"})
"""The platform knows no such publication: deleted before, or never of this account."""

_GONE = Receipt(final=True)
_LOOK = "WeChat does not know this publication any more. Look whether the article is gone."


class TakeDown:
    """Purpose `take_down`, of a release or a mass send."""

    kind = "wechat_take_down"
    abilities = Abilities(sends_cards=False, reads_back=True)
    rates: tuple[Rate, ...] = ()

    def __init__(self, client: Client) -> None:
        self._client = client

    def send(self, parcel: Parcel, remember: Remember) -> Receipt:
        """Delete once. What is deleted already is left alone."""
        wish = withdrawal(parcel)
        try:
            if wish.way == MASS_SEND:
                self._client.delete_mass_send(wish.remote_id, wish.position)
            else:
                self._client.delete_published(wish.remote_id, wish.position)
        except Refused as failure:
            if failure.code not in NOT_KNOWN:
                raise
            raise OutcomeUnknown(failure.reason, code=failure.code, rid=failure.rid) from None
        return _GONE

    def confirm(self, parcel: Parcel) -> Receipt:
        """The answer to the deletion is the confirmation."""
        return _GONE

    def find_out(self, parcel: Parcel) -> Reading:
        """Read whether it is gone. Of one article of a mass send no interface says so."""
        wish = withdrawal(parcel)
        try:
            return self._of_mass_send(wish) if wish.way == MASS_SEND else self._of_release(wish)
        except Refused as failure:
            if failure.code in NOT_KNOWN:
                return CannotTell(_LOOK, final=True)
            raise

    def _of_release(self, wish: WithdrawalParcel) -> Reading:
        there = self._client.published_articles(wish.remote_id)
        concerned = there if not wish.position else there[wish.position - 1:wish.position]
        if not concerned:
            return CannotTell(_LOOK, final=True)
        return Found(_GONE) if all(map(_is_deleted, concerned)) else Absent()

    def _of_mass_send(self, wish: WithdrawalParcel) -> Reading:
        if self._client.mass_status(wish.remote_id) == "DELETE":
            return Found(_GONE)
        if wish.position and not wish.alone:
            return CannotTell("WeChat does not say whether one article of a mass send was deleted. Look at it.", final=True)
        return Absent()


def withdrawal(parcel: Parcel) -> WithdrawalParcel:
    """The parcel as a withdrawal; nothing else is deleted."""
    if not isinstance(parcel, WithdrawalParcel):
        raise TypeError(f"a take-down takes withdrawals, not {type(parcel).__name__}")
    return parcel


def _is_deleted(article: Json) -> bool:
    return str(article.get("is_deleted", "")).lower() in ("true", "1")
