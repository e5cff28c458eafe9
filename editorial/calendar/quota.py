"""How many mass sends WeChat allows an account in a day or a month, and which of them are taken.

Days and months are those of China, which has no summer time, whatever zone the house keeps.
Source: developers.weixin.qq.com/doc/subscription/guide/product/message/Batch_Sends.html
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, timezone

from sqlalchemy import select
from sqlalchemy.orm import Session

from editorial import clock
from editorial.accounts import AccountType, OfficialAccount
from editorial.calendar.editions import Edition, EditionState, Mode
from editorial.errors import Problem
from editorial.outbox.deliveries import Attempt, Delivery, Purpose, State

CHINA = timezone(timedelta(hours=8))
USED_UP = "45028"
"""The platform's code for a period whose sends are used up, by sends from its console, too."""
LONGEST_LATE = timedelta(days=40)
"""An edition this long after its time is no longer looked for among the sends of today."""


@dataclass(frozen=True)
class Allowance:
    """At most `most` sends in a day, or in a natural month."""

    most: int
    monthly: bool


ALLOWANCES = {AccountType.SUBSCRIPTION: Allowance(1, monthly=False), AccountType.SERVICE: Allowance(4, monthly=True)}


@dataclass(frozen=True)
class Quota:
    """One account's mass sends of the period from `begins` until before `ends`.

    `taken` are our own editions, sent or scheduled. `refused_at`: when the platform said that no send is left.
    """

    account: OfficialAccount
    most: int
    monthly: bool
    begins: datetime
    ends: datetime
    taken: tuple[Edition, ...]
    refused_at: datetime | None

    @property
    def left(self) -> int:
        return 0 if self.refused_at else max(0, self.most - len(self.taken))

    @property
    def period(self) -> str:
        """The day (`2026-11-22`) or the month (`2026-11`)."""
        return self.begins.astimezone(CHINA).strftime("%Y-%m" if self.monthly else "%Y-%m-%d")


def period(allowance: Allowance, at: datetime) -> tuple[datetime, datetime]:
    """The day or month of China in which `at` falls: its first instant, and the first one after it."""
    first = at.astimezone(CHINA).replace(hour=0, minute=0, second=0, microsecond=0)
    if not allowance.monthly:
        return first.astimezone(UTC), (first + timedelta(days=1)).astimezone(UTC)
    first = first.replace(day=1)
    return first.astimezone(UTC), (first + timedelta(days=31)).replace(day=1).astimezone(UTC)


def quota(
    session: Session, account: OfficialAccount, at: datetime, *, tag_id: int | None = None, without: Edition | None = None
) -> Quota:
    """The sends of the period in which `at` falls that count against a send to everybody, or to those with `tag_id`.

    A 公众号 has one send a day, whomever it reaches. Of a 服务号 each follower gets four a month: what went to other tags
    counts for nobody here, and what only a tag got leaves the send to everybody its right.
    """
    return quotas(session, [account], at, tag_id=tag_id, without=without)[0]


def quotas(
    session: Session, accounts: Sequence[OfficialAccount], at: datetime, *, tag_id: int | None = None,
    without: Edition | None = None,
) -> list[Quota]:
    """As `quota`, of several accounts in two queries."""
    periods = {account.id: period(ALLOWANCES[account.account_type], at) for account in accounts}
    if not periods:
        return []
    first, last = min(begins for begins, _ in periods.values()), max(ends for _, ends in periods.values())
    sends, refused = _sends(session, list(periods), first, last), _refused_at(session, list(periods), first, last)
    found = []
    for account in accounts:
        allowance, (begins, ends) = ALLOWANCES[account.account_type], periods[account.id]
        taken = tuple(
            edition for edition, moment in sends
            if edition.account_id == account.id and begins <= moment < ends and edition is not without
            and (not allowance.monthly or edition.tag_id is None or edition.tag_id == tag_id)
        )
        said = min((at for account_id, at in refused if account_id == account.id and begins <= at < ends), default=None)
        found.append(Quota(account, allowance.most, allowance.monthly, begins, ends, taken, said))
    return found


def problem(session: Session, edition: Edition, at: datetime) -> Problem | None:
    """Why a mass send cannot go out at `at`; none while a send is left, and for every other mode."""
    if edition.mode != Mode.MASS_SEND:
        return None
    found = quota(session, edition.account, at, tag_id=edition.tag_id, without=edition)
    if found.left:
        return None
    said: dict[str, object] = {"account": edition.account.name, "period": found.period, "most": found.most}
    if found.refused_at:
        said["at"] = clock.to_wall(found.refused_at).strftime("%Y-%m-%d %H:%M")
        sentence = "WeChat said at {at} that {account} has no mass send left in {period}. Choose a later day."
        return Problem("publish_at", sentence, said)
    said["titles"] = "、".join(f"“{one.lead.title}”" for one in found.taken if one.places)
    if found.monthly:
        return Problem("publish_at", "{account} has no mass send left in {period}: {titles}. WeChat allows {most} a month.", said)
    return Problem("publish_at", "{account} has no mass send left on {period}: {titles}. WeChat allows {most} a day.", said)


def _sends(session: Session, account_ids: list[int], begins: datetime, ends: datetime) -> list[tuple[Edition, datetime]]:
    """Mass sends that have gone out, are under way or stand in the calendar, each with the instant it counts for."""
    query = (
        select(Edition, Delivery)
        .outerjoin(Delivery, (Delivery.edition_id == Edition.id) & (Delivery.purpose == Purpose.MASS_SEND)
                   & (Delivery.state != State.CALLED_OFF))
        .where(Edition.account_id.in_(account_ids), Edition.mode == Mode.MASS_SEND)
        .where(Edition.publish_at >= begins - LONGEST_LATE, Edition.publish_at < ends)
        .where(Edition.state.in_([EditionState.SCHEDULED, EditionState.PUBLISHED])).order_by(Edition.publish_at)
    )
    return [
        (edition, _moment(edition, delivery)) for edition, delivery in session.execute(query).unique()
        if delivery is None or delivery.state != State.REFUSED
    ]


def _moment(edition: Edition, delivery: Delivery | None) -> datetime:
    """When the platform counts this send: when it was asked for, else when it is due, else when it was made by hand."""
    if delivery is not None and delivery.state == State.WAITING:
        return max(delivery.due_at, clock.now())
    asked = delivery.memory.get("mass_asked_at", "") if delivery is not None else ""
    if delivery is not None and asked and (delivery.memory.get("msg_id") or edition.published_at is None):
        return datetime.fromtimestamp(int(asked), UTC)
    return edition.published_at or max(edition.publish_at or clock.now(), clock.now())


def _refused_at(session: Session, account_ids: list[int], begins: datetime, ends: datetime) -> list[tuple[int, datetime]]:
    """When the platform said, in answer to which account, that no send is left."""
    query = (
        select(Edition.account_id, Attempt.at)
        .join(Delivery, Delivery.id == Attempt.delivery_id).join(Edition, Edition.id == Delivery.edition_id)
        .where(Edition.account_id.in_(account_ids), Edition.mode == Mode.MASS_SEND, Delivery.purpose == Purpose.MASS_SEND)
        .where(Edition.publish_at >= begins - LONGEST_LATE, Edition.publish_at < ends)
        .where(Attempt.code == USED_UP, Attempt.at >= begins, Attempt.at < ends)
    )
    return [(account_id, at) for account_id, at in session.execute(query)]
