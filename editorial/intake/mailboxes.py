"""The submission mailbox (投稿邮箱): where it is read, for which group, and what becomes of mail from unknown senders."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from sqlalchemy import BigInteger, ForeignKey, String, Text, select
from sqlalchemy.orm import Mapped, Session, mapped_column, relationship

from editorial import audit, clock
from editorial.base import Base, Dated, Numbered
from editorial.errors import Invalid, Problem
from editorial.groups import groups
from editorial.groups.groups import Group, GroupState
from editorial.intake import stand_ins
from editorial.people.people import Person
from editorial.vault import Sealed

LANE = "mailbox:"
EVERY = timedelta(seconds=20)
"""How long after a look the next one is due: a sender waits for the receipt."""
TOGETHER = DAY = timedelta(days=1)
"""What the same writer sends on the same subject within this time belongs to one story."""
RETRY_MOST = timedelta(minutes=15)


class Strangers(StrEnum):
    """What becomes of mail from an address that belongs to nobody here."""

    ACCEPT = "accept"
    REFUSE = "refuse"


class Mailbox(Numbered, Dated, Base):
    """One mailbox. `settings` hold server and password; `uid_validity` and `last_uid` are how far it is read (RFC 3501).

    `contributor` stands for all unknown senders. `reason`: why the last look failed, empty when it did not.
    """

    __tablename__ = "mailbox"

    address: Mapped[str] = mapped_column(String(254))
    settings: Mapped[dict[str, Any]] = mapped_column(Sealed)
    is_open: Mapped[bool] = mapped_column(default=True)
    strangers: Mapped[Strangers] = mapped_column(String(8), default=Strangers.ACCEPT)
    group_id: Mapped[int | None] = mapped_column(ForeignKey("community_group.id"))
    contributor_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    uid_validity: Mapped[int | None] = mapped_column(BigInteger)
    last_uid: Mapped[int] = mapped_column(BigInteger, default=0)
    looked_at: Mapped[datetime | None]
    next_at: Mapped[datetime | None]
    failures: Mapped[int] = mapped_column(default=0)
    reason: Mapped[str] = mapped_column(Text, default="")

    group: Mapped[Group | None] = relationship(lazy="joined")
    contributor: Mapped[Person | None] = relationship(lazy="joined")

    @property
    def way(self) -> str:
        """How arrivals name it."""
        return f"mail:{self.id}"

    @property
    def takes(self) -> bool:
        """Whether mail is taken in now."""
        return self.is_open and self.contributor_id is not None and self.group is not None and self.group.state != GroupState.CLOSED


def of(session: Session) -> Mailbox | None:
    """The house's mailbox, if it has one."""
    return session.scalar(select(Mailbox).order_by(Mailbox.id).limit(1))


def change(
    session: Session, *, address: str, settings: Mapping[str, Any], is_open: bool, strangers: str, origin_group: str,
    stand_in: str, by: Person,
) -> Mailbox:
    """Set the mailbox up. `stand_in` names the unknown senders. A changed account is read from its unread mail on.

    Raises Invalid naming `origin_group` or `strangers`.
    """
    group = groups.by_slug(session, origin_group)
    if group is None or group.state == GroupState.CLOSED:
        raise Invalid(Problem("origin_group", "Choose the group these submissions come from."))
    if strangers not in set(Strangers):
        raise Invalid(Problem("strangers", "Choose one of the list."))
    box = of(session) or Mailbox(address=address, settings={}, last_uid=0, failures=0, reason="")
    if _account(box.settings) != _account(settings):
        box.uid_validity, box.last_uid = None, 0
    box.address, box.settings, box.is_open, box.strangers = address.lower(), dict(settings), is_open, Strangers(strangers)
    box.group, box.next_at, box.failures, box.reason = group, clock.now() if is_open else None, 0, ""
    session.add(box)
    session.flush()
    box.contributor = box.contributor or stand_ins.named(session, f"mail-{box.id}", stand_in, by)
    session.flush()
    audit.record(session, "change_mailbox", "mailbox", box.id, by=by, details={
        "address": address, "open": is_open, "group": origin_group, "strangers": strangers,
    })
    return box


def waiting(session: Session) -> list[str]:
    """The lanes of mailboxes that are to be looked into now."""
    query = select(Mailbox.id).where(Mailbox.is_open, Mailbox.next_at <= clock.now())
    return [f"{LANE}{box_id}" for box_id in session.scalars(query)]


def looked(box: Mailbox) -> None:
    """All that was there is taken in."""
    box.looked_at, box.next_at, box.failures, box.reason = clock.now(), clock.now() + EVERY, 0, ""


def failed(box: Mailbox, reason: str) -> bool:
    """It could not be read; later again, ever more seldom. Returns whether this is news worth telling."""
    box.failures += 1
    news = box.failures == 3
    box.reason, box.next_at = reason, clock.now() + min(EVERY * 2 ** min(box.failures - 1, 8), RETRY_MOST)
    return news


def _account(settings: Mapping[str, Any]) -> tuple[Any, ...]:
    return tuple(settings.get(name) for name in ("host", "username", "folder"))
