"""The convention is a living text: every published version stays, and decisions name the one they were made under."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, String, select
from sqlalchemy.orm import Mapped, Session, mapped_column, relationship

from editorial import audit
from editorial.base import Base, Dated, Numbered
from editorial.conduct.convention import CLASSES, Item, ViolationClass
from editorial.errors import Invalid, NotFound, Problem, Stale
from editorial.people.people import Person

LONGEST_ITEM = 200
FIRST = 1


class ConventionVersion(Numbered, Dated, Base):
    """A version after the first one, which stands in convention.py. `rules`: by item code, its words in both languages."""

    __tablename__ = "convention_version"

    number: Mapped[int] = mapped_column(unique=True)
    rules: Mapped[dict[str, Any]]
    note: Mapped[str] = mapped_column(String(300))
    published_by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))

    published_by: Mapped[Person] = relationship()


@dataclass(frozen=True)
class Convention:
    """One version: its classes with the items in force. `published_at` is none for the first."""

    number: int
    classes: tuple[ViolationClass, ...]
    note: str = ""
    published_at: datetime | None = None
    published_by: str = ""

    def item(self, code: str) -> Item | None:
        """The item with this code."""
        found = (item for one in self.classes for item in one.items if item.code == code)
        return next(found, None)

    def place_of(self, code: str) -> str:
        """How people cite an item: class and number, such as 2.3; empty for one that this version does not have."""
        item = self.item(code)
        number = next((one.number for one in self.classes if item and one.code == item.violation_class), 0)
        return f"{number}.{item.number}" if item else ""


def current(session: Session) -> Convention:
    """The version in force."""
    row = session.scalar(select(ConventionVersion).order_by(ConventionVersion.number.desc()).limit(1))
    return _convention(row) if row else Convention(FIRST, CLASSES)


def numbered(session: Session, number: int) -> Convention:
    """The version with this number. Raises NotFound."""
    if number == FIRST:
        return Convention(FIRST, CLASSES)
    row = session.scalar(select(ConventionVersion).where(ConventionVersion.number == number))
    if row is None:
        raise NotFound()
    return _convention(row)


def history(session: Session) -> list[Convention]:
    """Every version, the newest first."""
    rows = session.scalars(select(ConventionVersion).order_by(ConventionVersion.number.desc()))
    return [*map(_convention, rows), Convention(FIRST, CLASSES)]


def publish(
    session: Session, words: dict[str, tuple[str, str]], *, base: int, note: str, by: Person
) -> Convention:
    """Publish the next version over version `base`: the items named by code, each in Chinese and English.

    An item that is left out is in force no more; its number is not given again. Raises Stale, Invalid naming `note` or the code.
    """
    before = current(session)
    if before.number != base:
        raise Stale()
    cleaned = {code: (chinese.strip(), english.strip()) for code, (chinese, english) in words.items() if chinese.strip()}
    problems = [*_problems(session, cleaned), *([] if note.strip() else [Problem("note", "Say what was changed and why.")])]
    if problems:
        raise Invalid(*problems)
    if cleaned == _words(before):
        return before
    row = ConventionVersion(
        number=base + 1, rules={code: list(pair) for code, pair in cleaned.items()}, note=note.strip()[:300], published_by_id=by.id,
    )
    session.add(row)
    session.flush()
    audit.record(session, "publish_convention", "convention", row.id, by=by, details={"version": row.number, "reason": row.note})
    return _convention(row)


def next_number(session: Session, violation_class: str) -> int:
    """The number a new item of this class gets: one that no version has ever given."""
    classes = [one for version in history(session) for one in version.classes if one.code == violation_class]
    return max((item.number for one in classes for item in one.items), default=0) + 1


def in_plain_lines(convention: Convention) -> str:
    """The whole text, a line for each class and item, as it is compared with another version."""
    lines = []
    for one in convention.classes:
        lines.append(f"{one.number} {one.chinese}")
        lines.extend(f"{one.number}.{item.number} {item.chinese}" for item in one.items)
    return "\n".join(lines)


def _words(convention: Convention) -> dict[str, tuple[str, str]]:
    return {item.code: (item.chinese, item.english) for one in convention.classes for item in one.items}


def _problems(session: Session, words: dict[str, tuple[str, str]]) -> list[Problem]:
    known = {one.code: next_number(session, one.code) for one in CLASSES}
    found = []
    for code, pair in words.items():
        violation_class, _, number = code.partition(".")
        if violation_class not in known or not number.isdecimal() or not 1 <= int(number) <= known[violation_class]:
            found.append(Problem(code, "There is no such item in the convention."))
        elif (count := max(map(len, pair))) > LONGEST_ITEM:
            found.append(Problem(code, "At most {limit} characters, now {count}.", {"limit": LONGEST_ITEM, "count": count}))
    return found


def _convention(row: ConventionVersion) -> Convention:
    classes = tuple(replace(one, items=_items(one.code, row.rules)) for one in CLASSES)
    return Convention(row.number, classes, row.note, row.created_at, row.published_by.name)


def _items(violation_class: str, rules: dict[str, Any]) -> tuple[Item, ...]:
    found = []
    for code, (chinese, english) in rules.items():
        own, _, number = code.partition(".")
        if own == violation_class:
            found.append(Item(own, int(number), chinese, english))
    return tuple(sorted(found, key=lambda item: item.number))
