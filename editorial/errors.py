"""What can go wrong in the house. The docstring of an error is its message; the edges translate it.

No error here knows of HTTP: `app/errors.py` gives each family its status.
"""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass
from typing import ClassVar


@dataclass(frozen=True)
class Problem:
    """One thing to mend: the field as the API names it, an English sentence with `{names}`, and their values.

    `remedy` is a second sentence with the same values: what to do about it.
    """

    field: str
    message: str
    params: dict[str, object] = dataclasses.field(default_factory=dict)
    remedy: str = ""

    def __str__(self) -> str:
        return self.message.format(**self.params)


class EditorialError(Exception):
    """Something went wrong."""

    family: ClassVar[str] = "invalid"

    def __init__(self, **params: object) -> None:
        self.params = params
        super().__init__(self.message.format(**params))

    @property
    def message(self) -> str:
        """The sentence, still with its `{names}`: the key in the message catalogue."""
        return (type(self).__doc__ or "").strip()

    @property
    def problems(self) -> list[Problem]:
        return []


class NotAllowed(EditorialError):
    """You may not do this."""

    family = "not_allowed"


class NotFound(EditorialError):
    """This does not exist, or you may not see it."""

    family = "not_found"


class WrongState(EditorialError):
    """This cannot be done in the present state."""

    family = "conflict"


class Stale(EditorialError):
    """Somebody else has changed this in the meantime. Compare before you save again."""

    family = "conflict"


class Invalid(EditorialError):
    """Some fields need your attention."""

    family = "invalid"

    def __init__(self, *problems: Problem) -> None:
        self._problems = list(problems)
        super().__init__()

    @property
    def problems(self) -> list[Problem]:
        return self._problems

    def __str__(self) -> str:
        return "; ".join(f"{problem.field}: {problem}" for problem in self._problems)


class OwnText(NotAllowed):
    """You wrote or changed this text, so somebody else has to review it."""


class SecondStage(NotAllowed):
    """You already decided another review stage of this article; one person decides one stage only."""


class Muted(NotAllowed):
    """You cannot do this until {until} ({rule}): {reason} You can appeal under “My account”."""


class MutedForGood(Muted):
    """You cannot do this any more ({rule}): {reason} You can appeal under “My account”."""


class OwnCase(NotAllowed):
    """You reported this, it is about you, or you had a part in it: somebody else has to decide it."""


class Recused(NotAllowed):
    """You stepped aside from this article, so somebody else decides."""


class NotSignedOff(WrongState):
    """Not every article of this edition is signed off as it stands."""


class UnscheduleFirst(WrongState):
    """This article is scheduled. Unschedule it first; changing it will need a new review."""


class UnderEmbargo(WrongState):
    """This is under embargo until {until}. Nothing of it leaves the house before."""


class AlreadyPlaced(WrongState):
    """This article already stands in another edition of this account."""


class AlreadyLeft(WrongState):
    """This has already left for the platform and can no longer be stopped here."""


class LinkUnknown(NotFound):
    """This link is not one of ours, or it was not copied whole. Nothing was decided."""


class LinkExpired(WrongState):
    """This link has run out. Nothing was decided; ask whoever sent it for a new one."""


class LinkUsed(WrongState):
    """This link was used already, and each link decides once."""


class LinkRevoked(WrongState):
    """This link was taken back by the editors. Nothing was decided."""


class LinkOfAnotherVersion(WrongState):
    """The text was changed, or its review went on, after this link was sent. Nothing was decided; ask for a new one."""


class InvitationUnknown(NotFound):
    """This invitation is not one of ours, or its link was not copied whole. Ask whoever sent it."""


class InvitationExpired(WrongState):
    """This invitation has run out. You have not joined; ask whoever sent it for a new one."""


class InvitationUsedUp(WrongState):
    """As many people as it was meant for have come by this invitation. You have not joined; ask whoever sent it for a new one."""


class InvitationRevoked(WrongState):
    """This invitation was taken back. You have not joined; ask somebody who looks after the group."""
