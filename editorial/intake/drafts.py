"""What a person has typed into the hand-in page and not handed in yet: one draft each, so that any device can go on."""

from __future__ import annotations

import json
import re
from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, Session, mapped_column

from editorial import clock
from editorial.base import Base
from editorial.errors import Invalid, Problem
from editorial.people.people import Person

FIELDS = ("origin_group", "title", "body", "byline", "pen_name", "assets", "call", "answers")
MOST_CHARACTERS = 400_000
UNSTORABLE = re.compile(r"[\ud800-\udfff]|\\u0000")
"""In JSON: half of a pair of surrogates, or U+0000. No page could show the draft again."""


class HandInDraft(Base):
    """The fields as they were typed; nothing of them is checked yet."""

    __tablename__ = "hand_in_draft"

    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), primary_key=True, autoincrement=False)
    fields: Mapped[dict[str, Any]] = mapped_column(default=dict)
    updated_at: Mapped[datetime] = mapped_column(default=clock.now)


def keep(session: Session, person: Person, fields: dict[str, Any]) -> HandInDraft:
    """Keep the typed fields in place of those kept before. Raises Invalid for more than the house takes."""
    kept = {name: fields[name] for name in FIELDS if name in fields}
    if sum(len(str(value)) for value in kept.values()) > MOST_CHARACTERS:
        raise Invalid(Problem("body", "This is too long to be kept as a draft."))
    if UNSTORABLE.search(json.dumps(kept, ensure_ascii=False)):
        raise Invalid(Problem("body", "This text holds characters that cannot be stored."))
    draft = session.merge(HandInDraft(person_id=person.id, fields=kept, updated_at=clock.now()))
    session.flush()
    return draft


def of(session: Session, person: Person) -> HandInDraft | None:
    """The person's draft, if there is one."""
    return session.get(HandInDraft, person.id)


def forget(session: Session, person: Person) -> None:
    """It was handed in, or thrown away."""
    draft = of(session, person)
    if draft is not None:
        session.delete(draft)
