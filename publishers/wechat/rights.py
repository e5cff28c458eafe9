"""What an account may do through the interface, found by reading only: at set-up and once a day."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from publishers.connector import HandOver, OutcomeUnknown, Refused, TryLater
from publishers.wechat.client import Client
from publishers.wechat.errors import NO_COMMENTS, RIGHT_MISSING

Level = Literal["automatic", "draft_only", "copy_only"]

_ASK_ABOUT_NO_MASS_SEND = "1"
_ASK_ABOUT_NO_ARTICLE = {"msg_data_id": 1, "index": 0, "begin": 0, "count": 1, "type": 0}
_NOT_NOW = frozenset({"45009", "61503"})
"""The right is there; only the day's quota is used up or the figures are not ready."""


@dataclass(frozen=True)
class Rights:
    """What the account may do. The first three decide how far it can be published to.

    None: nothing was learned, because the account cannot be asked or its answer did not tell.
    """

    draft: bool
    release: bool
    mass_send: bool
    statistics: bool
    comments: bool | None = None
    followers: bool | None = None

    @property
    def level(self) -> Level:
        """`automatic`: to the end; `draft_only`: a person publishes the draft; `copy_only`: a person pastes."""
        if self.draft and (self.release or self.mass_send):
            return "automatic"
        return "draft_only" if self.draft else "copy_only"


def probe(client: Client, now: Callable[[], float] = time.time) -> Rights:
    """Read what each right guards. Raises Failure when the account cannot be spoken to at all.

    A reading whose answer says nothing is not taken for a right, but for mass sends: the facts name no reading of
    their own for them, and verified accounts hold both that right and the one to release.
    """
    draft = _may(client.count_drafts)
    if draft is None:
        draft = _may(lambda: client.drafts(0, 1))
    release = _may(lambda: client.published(0, 1))
    if draft is None or release is None:
        raise TryLater("WeChat's answers could not be read, so this account's rights are not known.")
    mass_send = _may(lambda: client.mass_status(_ASK_ABOUT_NO_MASS_SEND))
    return Rights(
        draft=draft and _may(client.count_material) is not False,
        release=release,
        mass_send=release if mass_send is None else mass_send,
        statistics=_may(lambda: client.summary(_yesterday_in_china(now()))) is True,
        comments=_may(lambda: client.comment("list", _ASK_ABOUT_NO_ARTICLE)),
        followers=_may(client.tags),
    )


def _may(read: Callable[[], object]) -> bool | None:
    """Whether the right is held; None when the answer does not tell."""
    try:
        read()
    except HandOver as failure:
        return failure.code not in RIGHT_MISSING and failure.code != NO_COMMENTS
    except Refused:
        # The platform went as far as looking at the arguments, for example at a mass send that does not exist.
        return True
    except OutcomeUnknown:
        return None
    except TryLater as failure:
        if not failure.code and failure.http_status is None:
            raise
        return True if failure.code in _NOT_NOW else None
    return True


def _yesterday_in_china(now: float) -> str:
    return time.strftime("%Y-%m-%d", time.gmtime(now + 8 * 3600 - 86_400))
