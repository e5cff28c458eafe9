"""What a flash group reads at its end, in the words of the groups' own language."""

from __future__ import annotations

from sqlalchemy.orm import Session

from editorial.groups import flash
from editorial.outbox.deliveries import Delivery
from publishers.connector import REMOTE_ID, NoteParcel


def note_of(session: Session, delivery: Delivery, _public: str, _zone: str) -> NoteParcel:
    """The parcel of a delivery of purpose `closing`."""
    run = flash.of_delivery(session, delivery)
    stories = run.report.get("stories", 0)
    text = f"这次一共收到 {stories} 篇来稿。谢谢大家，后会有期。" if stories else "谢谢大家，后会有期。"
    memory = {**delivery.memory, REMOTE_ID: delivery.remote_id} if delivery.remote_id else dict(delivery.memory)
    return NoteParcel(delivery.marker, f"“{run.group.name}”到此结束", text, memory=memory)
