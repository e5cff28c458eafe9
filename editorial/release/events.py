"""What a platform told us by itself, kept as it came. A hint only: it makes us read, it decides nothing."""

from __future__ import annotations

import json
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, ForeignKey, Index, String, and_, delete, or_, select, update
from sqlalchemy.orm import Mapped, Session, mapped_column

from editorial import audit, clock
from editorial.accounts import OfficialAccount
from editorial.base import Base, Dated, Numbered, compare_and_set
from editorial.outbox.deliveries import Delivery, Purpose, State

PUBLISH_FINISHED = "publish_finished"
MASS_SEND_FINISHED = "mass_send_finished"
FOLLOWED, UNFOLLOWED = "followed", "unfollowed"
SETTLES = timedelta(hours=1)
"""How long an event may wait for the delivery it belongs to: the answer of the very call may come later than it."""
LOOK_AGAIN = timedelta(seconds=5)
KEYS_KEPT = timedelta(days=7)


class CallbackEvent(Numbered, Dated, Base):
    """One event of one account. `key` tells it from others and finds repetitions; `fields` hold no message text.

    `look_at`: when what it says is taken over next; none: nothing is left to do.
    """

    __tablename__ = "callback_event"

    account_id: Mapped[int] = mapped_column(ForeignKey("official_account.id"))
    key: Mapped[str] = mapped_column(String(200))
    kind: Mapped[str] = mapped_column(String(40))
    fields: Mapped[dict[str, Any]] = mapped_column(default=dict)
    look_at: Mapped[datetime | None] = mapped_column(index=True)

    __table_args__ = (Index("uq_callback_event_key", "account_id", "key", unique=True),)


def receive(session: Session, account: OfficialAccount, *, key: str, kind: str, fields: dict[str, Any]) -> bool:
    """Keep an event. False: it came before, as the platform repeats what was not answered in time."""
    audit.one_writer(session)
    known = select(CallbackEvent.id).where(CallbackEvent.account_id == account.id, CallbackEvent.key == key)
    if session.scalar(known) is not None:
        return False
    look_at = clock.now() if kind in (PUBLISH_FINISHED, MASS_SEND_FINISHED) else None
    session.add(CallbackEvent(account_id=account.id, key=key, kind=kind, fields=fields, look_at=look_at))
    session.flush()
    return True


def due(session: Session, limit: int = 20) -> list[CallbackEvent]:
    """The events whose news is still to be taken over, oldest first."""
    query = select(CallbackEvent).where(CallbackEvent.look_at <= clock.now()).order_by(CallbackEvent.id).limit(limit)
    return list(session.scalars(query))


def forget_old(session: Session) -> None:
    """Forget by what the coming and going of followers would be known again."""
    session.execute(
        delete(CallbackEvent).where(
            CallbackEvent.kind.in_([FOLLOWED, UNFOLLOWED]), CallbackEvent.created_at < clock.now() - KEYS_KEPT
        )
    )


def learned(session: Session, delivery: Delivery) -> dict[str, str]:
    """What the platform has told about a mass send and no call would: its links (a JSON list) and how it ended.

    Read when the delivery is looked into, so that an event may come before the answer it belongs to.
    """
    msg_id = delivery.remote_id or delivery.memory.get("msg_id", "")
    if delivery.purpose != Purpose.MASS_SEND or not msg_id:
        return {}
    told = session.scalar(
        select(CallbackEvent).where(CallbackEvent.account_id == delivery.target_id)
        .where(CallbackEvent.key.startswith(f"mass_send:{msg_id}:", autoescape=True)).order_by(CallbackEvent.id.desc()).limit(1)
    )
    if told is None:
        return {}
    return {"permalinks": json.dumps(told.fields.get("permalinks") or []), "mass_result": str(told.fields.get("status") or "")}


def hint(session: Session, account: OfficialAccount, purpose: Purpose, remote_id: str) -> bool:
    """Look now into the deliveries that the platform speaks of, if their outcome is still awaited. False: there is none.

    An id that is not ours may be that of a call whose answer was lost; and some accounts are told the end of a release
    under the name of a mass send (seen 2022, developers.weixin.qq.com/community/develop/doc/0004e4043bcae83647f042cbd66400).
    Then every release of the account whose end is awaited is looked into: reading decides, and harms nobody.
    """
    if not remote_id:
        return False
    change = update(Delivery).where(_of(account))
    if found(session, account, purpose, remote_id) is not None:
        change = change.where(_known_as(purpose, remote_id))
    elif purpose == Purpose.MASS_SEND:
        change = change.where(Delivery.purpose == Purpose.RELEASE)
    else:
        change = change.where(Delivery.purpose == purpose, Delivery.remote_id == "")
    awaited = or_(
        Delivery.state == State.OUTCOME_UNKNOWN, (Delivery.state == State.ACCEPTED) & (Delivery.awaiting != "person")
    )
    return compare_and_set(session, change.where(awaited, Delivery.read_at > clock.now()).values(read_at=clock.now()))


def found(session: Session, account: OfficialAccount, purpose: Purpose, remote_id: str) -> Delivery | None:
    """The delivery that the platform knows by `remote_id`, if it is ours."""
    return session.scalar(select(Delivery).where(_of(account), _known_as(purpose, remote_id)).limit(1))


def _of(account: OfficialAccount) -> ColumnElement[bool]:
    return and_(Delivery.target_kind == "account", Delivery.target_id == account.id)


def _known_as(purpose: Purpose, remote_id: str) -> ColumnElement[bool]:
    """A task's id is remembered before its answer is recorded; once published, a release goes by its article's id."""
    remembered = Delivery.memory["msg_id" if purpose == Purpose.MASS_SEND else "publish_id"].as_string()
    return and_(Delivery.purpose == purpose, or_(Delivery.remote_id == remote_id, remembered == remote_id))
