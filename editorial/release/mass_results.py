"""How a mass send ended, as the platform told by itself: counts, and what its check for original content found."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from editorial.calendar.editions import Edition, Mode
from editorial.outbox.deliveries import Delivery, Purpose
from editorial.release.events import CallbackEvent


@dataclass(frozen=True)
class Originality:
    """What was found about the article at `position` (from 1). None is unknown, an empty address as well.

    `audit`: the platform's own number, 2 for a reprint. `replaced`: readers see the original's text instead.
    """

    position: int
    audit: int | None = None
    original_url: str = ""
    can_reprint: bool | None = None
    replaced: bool | None = None

    @property
    def is_reprint(self) -> bool:
        return bool(self.original_url) or self.audit == 2


@dataclass(frozen=True)
class MassResult:
    """`total` followers in the audience, `filtered` left after the platform's filters, `sent` and `failed` of them.

    The counts are the platform's own and approximate; None is unknown. `check_state`: 1 no reprint, 2 a reprint that
    may be sent, 3 a reprint that may not.
    """

    status: str
    total: int | None = None
    filtered: int | None = None
    sent: int | None = None
    failed: int | None = None
    check_state: int | None = None
    originality: tuple[Originality, ...] = ()


def of_editions(session: Session, many: Sequence[Edition]) -> dict[int, MassResult]:
    """What is known of each edition's mass send, by the edition's id; nothing is known before the platform tells."""
    wanted = [edition.id for edition in many if edition.mode == Mode.MASS_SEND]
    query = select(Delivery).where(Delivery.edition_id.in_(wanted), Delivery.purpose == Purpose.MASS_SEND)
    found: dict[int, MassResult] = {}
    for delivery in session.scalars(query.order_by(Delivery.id)) if wanted else ():
        told = _told(session, delivery)
        if told is not None and delivery.edition_id is not None:
            found[delivery.edition_id] = _read(told.fields)
    return found


def _told(session: Session, delivery: Delivery) -> CallbackEvent | None:
    msg_id = delivery.remote_id or delivery.memory.get("msg_id", "")
    if not msg_id:
        return None
    query = select(CallbackEvent).where(
        CallbackEvent.account_id == delivery.target_id,
        CallbackEvent.key.startswith(f"mass_send:{msg_id}:", autoescape=True),
    )
    return session.scalar(query.order_by(CallbackEvent.id.desc()).limit(1))


def _read(fields: Mapping[str, Any]) -> MassResult:
    numbers = {name: _number(fields.get(name)) for name in ("total", "filtered", "sent", "failed", "check_state")}
    items = fields.get("originality")
    checked = tuple(
        Originality(
            position=_number(item.get("position")) or 0, audit=_number(item.get("audit")),
            original_url=str(item.get("original_url") or ""), can_reprint=item.get("can_reprint"), replaced=item.get("replaced"),
        )
        for item in (items if isinstance(items, list) else []) if isinstance(item, dict)
    )
    return MassResult(status=str(fields.get("status") or ""), **numbers, originality=checked)


def _number(value: object) -> int | None:
    return value if isinstance(value, int) and not isinstance(value, bool) else None
