"""What the dispatcher is handed in this process: connectors, materials, a way to save remote ids at once."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache

from sqlalchemy import Engine, update
from sqlalchemy.orm import Session

from app import call_notes, flash_notes, spotlight_notes
from app.config import DEFAULT_ADDRESS, Settings
from app.engine import WRITES
from app.media import Store
from app.notes import note_of
from app.wiring import Wiring
from editorial.crash import crash_point
from editorial.outbox.attempts import Ticket, Timing
from editorial.outbox.deliveries import Delivery, Purpose
from editorial.share_back.shares import LANE as SHARES
from publishers.connector import NoteParcel, Remember
from publishers.dispatch import Outfit
from publishers.dispatch.parcels import Materials
from publishers.pictures.covers import ACCENT, drawn_cover
from publishers.rendering.themes import DESIGNS

SENDERS = {SHARES: 16}
WRITERS = {
    Purpose.STORY_CALL: call_notes.note_of, Purpose.SPOTLIGHT: spotlight_notes.note_of,
    Purpose.CLOSING: flash_notes.note_of,
}


def outfit_for(lane: str, settings: Settings, engine: Engine, stop: Callable[[], bool] = lambda: False) -> Outfit:
    """The outfit for one lane; robots are spoken to by several senders at a time, an account by one."""
    return Outfit(
        connector_of=Wiring(settings).connector_of, materials=materials(settings),
        remembering=lambda ticket: _remembering(engine, ticket),
        timing=Timing(settle=settings.settle_seconds, poll=settings.poll_seconds),
        senders=SENDERS.get(lane, 1), stop=stop, zone=settings.zone,
    )


def materials(settings: Settings) -> Materials:
    """Pictures, addresses and drawn covers."""
    public = settings.public_url or DEFAULT_ADDRESS
    return Materials(
        read_picture=Store(settings).read, tracked_url=lambda code: f"{public}/s/{code}",
        cover_url=lambda code: f"{public}/s/{code}/cover", drawn_cover=drawn,
        note_of=lambda session, delivery: _note_of(session, delivery, public, settings.zone),
    )


def _note_of(session: Session, delivery: Delivery, public: str, zone: str) -> NoteParcel:
    write = WRITERS.get(delivery.purpose, note_of)
    return write(session, delivery, public, zone)


@lru_cache(maxsize=64)
def drawn(seed: str, title: str, theme: str) -> bytes:
    """The cover of an article without a picture: its title on the colour of its theme."""
    design = DESIGNS.get(theme)
    return drawn_cover(seed, title, design.recipe.accent if design else ACCENT)


def _remembering(engine: Engine, ticket: Ticket) -> Remember:
    writing = engine.execution_options(**WRITES)

    def remember(name: str, value: str) -> None:
        """Saved before the next call is made, in a transaction of its own, if the claim is still ours."""
        crash_point("remember.before_commit")
        with Session(writing) as session:
            delivery = session.get_one(Delivery, ticket.delivery_id)
            session.execute(
                update(Delivery).where(Delivery.id == ticket.delivery_id, Delivery.fence == ticket.fence)
                .values(memory={**delivery.memory, name: value})
            )
            session.commit()
        crash_point("remember.after_commit")

    return remember
