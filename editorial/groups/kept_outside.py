"""What an application keeps for us at its platform: the row stands before the first byte leaves, and says what became of it.

While an outcome is unknown nothing more is asked of the platform for that row: reading it, or a person, settles it first.
"""

from __future__ import annotations

from enum import StrEnum
from typing import TypeVar

from sqlalchemy import ForeignKey, String, Text
from sqlalchemy.orm import Mapped, Session, mapped_column

from editorial.base import Dated, Numbered
from editorial.errors import NotFound, WrongState
from editorial.platform_applications import Platform, PlatformApplication


class Doing(StrEnum):
    """What was asked of the platform last."""

    ADD = "add"
    CHANGE = "change"
    REMOVE = "remove"


class Standing(StrEnum):
    """What is known of it. `refused`: certainly not done, and `reason` says why."""

    UNKNOWN = "unknown"
    KEPT = "kept"
    REFUSED = "refused"


class KeptOutside(Numbered, Dated):
    """One thing there. `remote_id` is its number there, empty while it has none; `fence` counts what was asked."""

    application_id: Mapped[int] = mapped_column(ForeignKey("platform_application.id"))
    remote_id: Mapped[str] = mapped_column(String(120), default="")
    doing: Mapped[Doing] = mapped_column(String(8), default=Doing.ADD)
    standing: Mapped[Standing] = mapped_column(String(8), default=Standing.UNKNOWN)
    reason: Mapped[str] = mapped_column(Text, default="")
    code: Mapped[str] = mapped_column(String(40), default="")
    fence: Mapped[int] = mapped_column(default=0)

    @property
    def nameless(self) -> bool:
        """Whether a person found it there and nobody knows its number, so that it cannot be changed from here."""
        return self.standing == Standing.KEPT and not self.remote_id


Kept = TypeVar("Kept", bound=KeptOutside)


def application_of(session: Session, application_id: int) -> PlatformApplication:
    """The WeCom application, held until the end of the transaction: what is kept through it changes one after the other.

    Raises NotFound.
    """
    found = session.get(PlatformApplication, application_id, with_for_update=True)
    if found is None or found.platform != Platform.WECOM:
        raise NotFound()
    return found


def begin(row: KeptOutside) -> None:
    """The platform is about to be asked for the row as it stands now. Raises WrongState while an outcome is unknown."""
    if row.nameless or (row.fence and row.standing == Standing.UNKNOWN):
        raise WrongState()
    row.doing = Doing.CHANGE if row.remote_id else Doing.ADD
    _ask(row)


def begin_removal(session: Session, row: KeptOutside) -> bool:
    """The same for taking it away. False: the platform never had it, and the row is gone. Raises WrongState."""
    if row.nameless or row.standing == Standing.UNKNOWN:
        raise WrongState()
    if not row.remote_id:
        session.delete(row)
        session.flush()
        return False
    row.doing = Doing.REMOVE
    _ask(row)
    return True


def settle(
    session: Session, row: KeptOutside, fence: int, standing: Standing, *, remote_id: str = "", reason: str = "", code: str = ""
) -> None:
    """What came of it. Nothing changes when something else was asked since; what was taken away goes."""
    if row.fence != fence:
        return
    if row.doing == Doing.REMOVE and standing == Standing.KEPT:
        session.delete(row)
    else:
        row.standing, row.reason, row.code, row.remote_id = standing, reason, code, remote_id or row.remote_id
    session.flush()


def gone(row: KeptOutside) -> None:
    """The platform has it no more; what was written stays, to be asked for anew."""
    row.remote_id, row.standing, row.doing = "", Standing.REFUSED, Doing.ADD
    row.fence += 1


def decide(row: KeptOutside, there: bool) -> None:
    """A person has looked for what was asked for first and got no answer. Raises WrongState when nothing is to be decided."""
    if row.remote_id or not (row.nameless or row.standing == Standing.UNKNOWN):
        raise WrongState()
    row.standing, row.reason, row.code = (Standing.KEPT if there else Standing.REFUSED), "", ""
    row.fence += 1


def _ask(row: KeptOutside) -> None:
    row.standing, row.reason, row.code = Standing.UNKNOWN, "", ""
    row.fence = (row.fence or 0) + 1
