"""What only a person can set in WeChat's console: chosen with the edition, ticked off by whoever publishes it.

The platform has no field for any of it (developers.weixin.qq.com/doc/subscription/api/draftbox/draftmanage/api_draft_add.html).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from enum import StrEnum

from sqlalchemy import ForeignKey, String, UniqueConstraint, select
from sqlalchemy.orm import Mapped, Session, mapped_column, relationship

from editorial import audit, clock
from editorial.base import Base, Numbered
from editorial.calendar.editions import Edition, EditionState
from editorial.errors import Invalid, Problem, WrongState
from editorial.people.people import Person

LONGEST_NOTE = 200


class Setting(StrEnum):
    """One switch of the console."""

    ORIGINAL = "original"
    REWARD = "reward"
    COLLECTION = "collection"
    AI_STATEMENT = "ai_statement"
    COMMENTS = "comments"


class ConsoleItem(Numbered, Base):
    """One setting that an edition wants. `note` says which: the name of the collection, the words of the statement."""

    __tablename__ = "console_item"

    edition_id: Mapped[int] = mapped_column(ForeignKey("edition.id"))
    setting: Mapped[Setting] = mapped_column(String(20))
    note: Mapped[str] = mapped_column(String(LONGEST_NOTE), default="")
    chosen_by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    done_at: Mapped[datetime | None]
    done_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))

    done_by: Mapped[Person | None] = relationship(foreign_keys=[done_by_id])

    __table_args__ = (UniqueConstraint("edition_id", "setting"),)


def choose(session: Session, edition: Edition, wanted: Mapping[str, str], *, by: Person) -> None:
    """Want exactly these settings, each with its note; what was ticked off stays. Raises Invalid, WrongState."""
    if edition.state not in (EditionState.PLANNED, EditionState.SCHEDULED):
        raise WrongState()
    wanted = dict(wanted)
    problems = [Problem("console", "Choose one of: {choices}.", {"choices": ", ".join(Setting)})
                for name in wanted if name not in set(Setting)][:1]
    problems += [Problem("console", "At most {limit} characters, now {count}.", {"limit": LONGEST_NOTE, "count": len(note)})
                 for note in wanted.values() if len(note) > LONGEST_NOTE]
    if problems:
        raise Invalid(*problems)
    standing = {item.setting: item for item in items_of(session, edition)}
    for setting, item in standing.items():
        if setting not in wanted and item.done_at is None:
            session.delete(item)
    for name, note in wanted.items():
        _want(session, edition, standing, Setting(name), by).note = note.strip()
    session.flush()
    audit.record(session, "choose_console_settings", "edition", edition.id, by=by, details={"settings": sorted(wanted)})


def tick(session: Session, edition: Edition, names: Iterable[str], *, by: Person) -> None:
    """A person has set these in the console; what was ticked before keeps its first name and time."""
    standing = {item.setting: item for item in items_of(session, edition)}
    for name in names:
        if name in set(Setting):
            item = _want(session, edition, standing, Setting(name), by)
            if item.done_at is None:
                item.done_at, item.done_by_id = clock.now(), by.id
                audit.record(session, "tick_console_setting", "edition", edition.id, by=by, details={"setting": name})
    session.flush()


def items_of(session: Session, edition: Edition) -> list[ConsoleItem]:
    """The settings of an edition in the order of the console."""
    order = list(Setting)
    found = session.scalars(select(ConsoleItem).where(ConsoleItem.edition_id == edition.id))
    return sorted(found, key=lambda item: order.index(Setting(item.setting)))


def _want(session: Session, edition: Edition, standing: dict[Setting, ConsoleItem], setting: Setting, by: Person) -> ConsoleItem:
    item = standing.get(setting)
    if item is None:
        item = standing[setting] = ConsoleItem(edition_id=edition.id, setting=setting, chosen_by_id=by.id)
        session.add(item)
    return item
