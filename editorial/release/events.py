"""What a platform told us by itself, kept as it came. A hint only: it makes us read, it decides nothing."""

from __future__ import annotations

import json
from typing import Any

from sqlalchemy import ForeignKey, Index, String, select, update
from sqlalchemy.orm import Mapped, Session, mapped_column

from editorial import clock
from editorial.accounts import OfficialAccount
from editorial.base import Base, Dated, Numbered, compare_and_set
from editorial.outbox.deliveries import Delivery, Purpose, State


class CallbackEvent(Numbered, Dated, Base):
    """One event of one account. `key` tells it from others and finds repetitions; `fields` hold no message text."""

    __tablename__ = "callback_event"

    account_id: Mapped[int] = mapped_column(ForeignKey("official_account.id"))
    key: Mapped[str] = mapped_column(String(200))
    kind: Mapped[str] = mapped_column(String(40))
    fields: Mapped[dict[str, Any]] = mapped_column(default=dict)

    __table_args__ = (Index("uq_callback_event_key", "account_id", "key", unique=True),)


def receive(session: Session, account: OfficialAccount, *, key: str, kind: str, fields: dict[str, Any]) -> bool:
    """Keep an event. False: it came before, as the platform repeats what was not answered in time."""
    known = select(CallbackEvent.id).where(CallbackEvent.account_id == account.id, CallbackEvent.key == key)
    if session.scalar(known) is not None:
        return False
    session.add(CallbackEvent(account_id=account.id, key=key, kind=kind, fields=fields))
    session.flush()
    return True


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
    """Look into the delivery that the platform knows by `remote_id` now, if its outcome is still awaited."""
    if not remote_id:
        return False
    return compare_and_set(
        session,
        update(Delivery)
        .where(Delivery.purpose == purpose, Delivery.remote_id == remote_id)
        .where(Delivery.target_kind == "account", Delivery.target_id == account.id)
        .where(Delivery.state.in_([State.ACCEPTED, State.OUTCOME_UNKNOWN]))
        .values(read_at=clock.now()),
    )


def mass_send_of(session: Session, account: OfficialAccount, msg_id: str) -> Delivery | None:
    """The delivery that the platform knows by `msg_id`, if it is ours."""
    return session.scalar(
        select(Delivery).where(
            Delivery.purpose == Purpose.MASS_SEND, Delivery.remote_id == msg_id,
            Delivery.target_kind == "account", Delivery.target_id == account.id,
        )
    )
