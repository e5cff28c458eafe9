"""Speaking to an account or not: a pause with its reason, told at once, and what was held back meanwhile."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from editorial import accounts, clock
from editorial.accounts import OfficialAccount
from editorial.notices import tell_all
from editorial.outbox import holds
from editorial.outbox.deliveries import Delivery, State, shift
from editorial.outbox.holds import BY_PERSON, Hold
from editorial.people.people import Person

CHECK_AFTER = timedelta(minutes=10)
"""How soon a worker looks whether a paused account answers again."""


def pause(session: Session, account: OfficialAccount, reason: str, *, cause: str, rid: str = "") -> None:
    """Stop speaking to the account, because the platform wants none of us. Those who run it are told, once.

    `cause` is the platform's code. A pause that stands already, whoever made it, stays as it is.
    """
    account.probe_reason, account.probe_code = reason, cause
    account.check_at = clock.now() + CHECK_AFTER
    if of(session, account) is not None:
        return
    holds.hold(session, account.lane, reason, cause=cause, rid=rid)
    tell_all(
        session, accounts.who_runs(session), "{account} is paused, nothing goes out through it: {reason}",
        cause=f"pause:{account.id}:{clock.now():%Y%m%d%H%M%S}", thing="account", thing_id=account.id, urgent=True,
        account=account.name, reason=reason,
    )


def pause_by_person(session: Session, account: OfficialAccount, *, by: Person) -> None:
    """A person wants nothing to go out through the account for now."""
    holds.hold(session, account.lane, "The account was paused by a person.", cause=BY_PERSON, by=by)


def resume(session: Session, account: OfficialAccount, *, by: Person | None = None) -> int:
    """Speak to the account again. Returns how many deliveries were held back and wait again now.

    What is late by more than the house allows asks a person before it goes out.
    """
    standing = of(session, account)
    if standing is None:
        return 0
    waiting = held_back(session, account, standing)
    for delivery in waiting:
        shift(session, delivery, State.REFUSED, State.WAITING, fence=delivery.fence + 1, tries=0, deaths=0, reads=0,
              late_ok=False, settled_at=None, reason="", code="")
    holds.release_hold(session, account.lane, by=by)
    if standing.cause != BY_PERSON:
        tell_all(
            session, accounts.who_runs(session), "{account} answers again and goes on.",
            cause=f"resumed:{account.id}:{clock.now():%Y%m%d%H%M%S}", thing="account", thing_id=account.id,
            account=account.name,
        )
    return len(waiting)


def of(session: Session, account: OfficialAccount) -> Hold | None:
    """The lasting pause of an account, whoever made it."""
    standing = session.get(Hold, account.lane)
    return standing if standing is not None and standing.until is None else None


def held_back(session: Session, account: OfficialAccount, standing: Hold) -> list[Delivery]:
    """The deliveries that were refused because of this pause, oldest first: what it met, and what fell due since."""
    return list(session.scalars(
        select(Delivery).where(
            Delivery.target_kind == "account", Delivery.target_id == account.id, Delivery.state == State.REFUSED,
            Delivery.code.in_(["", standing.cause]), Delivery.settled_at >= standing.since,
        ).order_by(Delivery.id)
    ))
