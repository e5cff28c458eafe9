"""What a spotlight says to its group, in the words of the groups' own language, and the parcel of its delivery."""

from __future__ import annotations

from sqlalchemy.orm import Session

from editorial.groups.groups import Group
from editorial.outbox.deliveries import Delivery
from editorial.share_back import group_habits, spotlights
from editorial.share_back.spotlights import Author
from publishers.connector import REMOTE_ID, NoteParcel
from publishers.dispatch.parcels import NothingToSend

HEAD = "本周聚光"


def words_of(session: Session, group: Group, author: Author) -> tuple[str, str]:
    """Subject and text. Whoever writes under another name is not given away by their department."""
    person = author.person
    department = person.department.name if person.department is not None and author.name == person.name else ""
    opening = group_habits.at_hand(session, [group.id]).of(group.id).opening_words
    text = "\n".join(part for part in (opening, f"《{author.article.title}》") if part)
    return f"{HEAD}：{f'{department} {author.name}'.strip()}", text


def note_of(session: Session, delivery: Delivery, public: str, _zone: str) -> NoteParcel:
    """The parcel of a delivery of purpose `spotlight`. Raises NothingToSend when it may not be said any more."""
    spotlight = spotlights.of_delivery(session, delivery)
    if not spotlights.stands(session, spotlight):
        raise NothingToSend("The article is not out any more, or the person is no longer named with it.")
    memory = {**delivery.memory, REMOTE_ID: delivery.remote_id} if delivery.remote_id else dict(delivery.memory)
    return NoteParcel(delivery.marker, spotlight.subject, spotlight.text, f"{public}/s/{spotlight.link.code}", memory=memory)
