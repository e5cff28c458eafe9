"""Reports and the case they make: one object, one open case, however many report it. What it decides stands in decisions.py."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import ForeignKey, Index, String, Text, func, select
from sqlalchemy.orm import Mapped, Session, mapped_column, relationship

from editorial import audit
from editorial.base import Base, Dated, Numbered
from editorial.conduct import versions
from editorial.errors import Invalid, NotFound, Problem
from editorial.notices import tell_all
from editorial.people.people import Person, with_role
from editorial.people.permissions import RIGHTS, Action
from editorial.vault import Sealed

LONGEST_TEXT = 4000


class CaseKind(StrEnum):
    """A breach of the convention that somebody reports, or an objection of somebody whose right is touched."""

    REPORT = "report"
    OBJECTION = "objection"


class CaseState(StrEnum):
    """Where a case stands."""

    OPEN = "open"
    AWAITING_SECOND = "awaiting_second"
    DECIDED = "decided"
    APPEALED = "appealed"
    CLOSED = "closed"


WAITING = (CaseState.OPEN, CaseState.AWAITING_SECOND, CaseState.APPEALED)


@dataclass(frozen=True)
class Subject:
    """What a report is about, as the edge found it: `kind` and `id` of the thing, its title, the words of it, who made it."""

    kind: str
    id: int
    title: str
    words: str = ""
    about: Person | None = None


class Case(Numbered, Dated, Base):
    """One object and everything that was said against it, until somebody decided."""

    __tablename__ = "conduct_case"

    kind: Mapped[CaseKind] = mapped_column(String(12), default=CaseKind.REPORT)
    thing: Mapped[str] = mapped_column(String(20))
    thing_id: Mapped[int | None]
    title: Mapped[str] = mapped_column(String(200))
    words: Mapped[str] = mapped_column(Text, default="")
    """What was reported, as it stood then: it may be changed or gone before somebody decides."""
    about_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    state: Mapped[CaseState] = mapped_column(String(16), default=CaseState.OPEN)
    open_key: Mapped[str | None] = mapped_column(String(60), unique=True)
    """Names the object while the case is open, so that two reports at once make one case."""
    decided_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    decided_at: Mapped[datetime | None]
    second_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    outcome: Mapped[str] = mapped_column(String(20), default="")
    item: Mapped[str] = mapped_column(String(40), default="")
    convention_number: Mapped[int | None]
    text: Mapped[str] = mapped_column(Text, default="")
    """The reason of the decision."""
    measure: Mapped[str] = mapped_column(String(16), default="")
    scope: Mapped[str] = mapped_column(String(8), default="")
    aggravations: Mapped[list[str]] = mapped_column(default=list)
    aggravation_reason: Mapped[str] = mapped_column(Text, default="")

    about: Mapped[Person | None] = relationship(foreign_keys=[about_id], lazy="joined")
    decided_by: Mapped[Person | None] = relationship(foreign_keys=[decided_by_id], lazy="joined")
    second_by: Mapped[Person | None] = relationship(foreign_keys=[second_by_id])
    reports: Mapped[list[Report]] = relationship(order_by="Report.id", back_populates="case")

    __table_args__ = (
        Index("ix_conduct_case_state", "state", "id"), Index("ix_conduct_case_about", "about_id", "id"),
        Index("ix_conduct_case_item", "item", "id"),
    )

    @property
    def number(self) -> str:
        """How people name it."""
        return f"G{self.id:05d}"


class Report(Numbered, Dated, Base):
    """What one person said. An outsider's name and address are sealed."""

    __tablename__ = "conduct_report"

    case_id: Mapped[int] = mapped_column(ForeignKey("conduct_case.id"))
    reporter_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"), index=True)
    item: Mapped[str] = mapped_column(String(40), default="")
    text: Mapped[str] = mapped_column(Text)
    outsider: Mapped[dict[str, Any] | None] = mapped_column(Sealed)
    wants_freeze: Mapped[bool] = mapped_column(default=False)

    case: Mapped[Case] = relationship(back_populates="reports", lazy="joined")
    reporter: Mapped[Person | None] = relationship()

    # A database takes two outsiders (NULL) as different.
    __table_args__ = (Index("uq_conduct_report_reporter", "case_id", "reporter_id", unique=True),)

    @property
    def number(self) -> str:
        """What the reporter gets to ask by."""
        return f"J{self.id:05d}"


def report(session: Session, subject: Subject, *, text: str, item: str = "", by: Person) -> Report:
    """Report something. The same person reporting the same object again gets their first number.

    Raises Invalid naming `text` or `item`.
    """
    problems = _text_problems(text)
    if item and versions.current(session).item(item) is None:
        problems.append(Problem("item", "There is no such item in the convention."))
    if subject.about is not None and subject.about.id == by.id:
        problems.append(Problem("text", "This is your own. You can change it or take it back."))
    if problems:
        raise Invalid(*problems)
    case = _open_case(session, subject, CaseKind.REPORT)
    known = session.scalar(select(Report).where(Report.case_id == case.id, Report.reporter_id == by.id))
    if known is not None:
        return known
    return _add(session, Report(case=case, reporter_id=by.id, item=item, text=text.strip()), by)


def object_to(
    session: Session, subject: Subject, *, text: str, name: str, contact: str, wants_freeze: bool = False
) -> Report:
    """An outsider says that a published article touches a right of theirs. Raises Invalid naming `text`, `name` or `contact`."""
    problems = _text_problems(text)
    for field, given in (("name", name), ("contact", contact)):
        if not 0 < len(given.strip()) <= 100:
            problems.append(Problem(field, "Needed, at most {limit} characters.", {"limit": 100}))
    if problems:
        raise Invalid(*problems)
    case = _open_case(session, subject, CaseKind.OBJECTION)
    outsider = {"name": name.strip(), "contact": contact.strip()}
    return _add(session, Report(case=case, text=text.strip(), outsider=outsider, wants_freeze=wants_freeze), None)


def get(session: Session, case_id: int) -> Case:
    """The case with this id. Raises NotFound."""
    case = session.get(Case, case_id)
    if case is None:
        raise NotFound()
    return case


def queue(session: Session, states: Sequence[CaseState], *, before: int | None = None, limit: int = 50) -> list[Case]:
    """Cases in these states: what waits with the oldest first, what is decided with the newest first."""
    waiting = all(state in WAITING for state in states)
    query = select(Case).where(Case.state.in_(states)).limit(limit)
    if before is not None:
        query = query.where(Case.id > before if waiting else Case.id < before)
    return list(session.scalars(query.order_by(Case.id if waiting else Case.id.desc())))


def waiting_count(session: Session) -> int:
    """How many cases wait for somebody."""
    return session.scalar(select(func.count()).select_from(Case).where(Case.state.in_(WAITING))) or 0


def counts(session: Session, cases: Sequence[Case]) -> dict[int, int]:
    """How many reports each of these cases has, by its id."""
    query = select(Report.case_id, func.count()).where(Report.case_id.in_([case.id for case in cases])).group_by(Report.case_id)
    return dict(session.execute(query).all())


def reports_of(session: Session, person: Person, limit: int = 50) -> list[Report]:
    """What a person has reported, the newest first."""
    return list(session.scalars(select(Report).where(Report.reporter_id == person.id).order_by(Report.id.desc()).limit(limit)))


def about(session: Session, person: Person) -> list[Case]:
    """Decided cases about a person, the newest first."""
    decided = (CaseState.DECIDED, CaseState.APPEALED, CaseState.CLOSED)
    query = select(Case).where(Case.about_id == person.id, Case.state.in_(decided), Case.outcome == "breach")
    return list(session.scalars(query.order_by(Case.id.desc()).limit(50)))


def by_item(session: Session, violation_class: str) -> dict[str, int]:
    """How many decided breaches each item of a class has: the labels of unfriendly speech, for instance."""
    query = select(Case.item, func.count()).where(Case.item.startswith(f"{violation_class}."), Case.outcome == "breach")
    return dict(session.execute(query.group_by(Case.item)).all())


def moderators(session: Session, *without: int | None) -> list[Person]:
    """Who may decide cases, except these."""
    return [person for person in with_role(session, *sorted(RIGHTS[Action.MODERATE])) if person.id not in without]


def _open_case(session: Session, subject: Subject, kind: CaseKind) -> Case:
    key = f"{kind}:{subject.kind}:{subject.id}"
    # Two first reports at once: the unique key lets one through, and the other one is told to try again.
    case = session.scalar(select(Case).where(Case.open_key == key))
    if case is None:
        case = Case(
            kind=kind, thing=subject.kind, thing_id=subject.id, title=subject.title[:200], words=subject.words[:LONGEST_TEXT],
            about_id=subject.about.id if subject.about else None, open_key=key,
        )
        session.add(case)
        session.flush()
    return case


def _add(session: Session, made: Report, by: Person | None) -> Report:
    session.add(made)
    session.flush()
    case = made.case
    audit.record(session, "report", "case", case.id, by=by, details={"number": made.number})
    first = "“{title}” was reported: case {number}."
    if case.kind == CaseKind.OBJECTION:
        first = "There is an objection to “{title}”: case {number}."
    tell_all(
        session, moderators(session, by.id if by else None, case.about_id), first, cause=f"case:{case.id}", thing="case",
        thing_id=case.id, urgent=case.kind == CaseKind.OBJECTION, title=case.title, number=case.number,
    )
    return made


def _text_problems(text: str) -> list[Problem]:
    if not text.strip():
        return [Problem("text", "Say what is wrong with it.")]
    if len(text) > LONGEST_TEXT:
        return [Problem("text", "At most {limit} characters, now {count}.", {"limit": LONGEST_TEXT, "count": len(text)})]
    return []
