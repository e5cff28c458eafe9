"""Penalties: the ladder, what is in force for whom until when, and which step comes next. Each ends by itself."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum

from sqlalchemy import ForeignKey, Index, String, Text, or_, select
from sqlalchemy.orm import Mapped, Session, mapped_column, relationship

from editorial import audit, clock
from editorial.base import Base, Dated, Numbered
from editorial.errors import Muted, MutedForGood
from editorial.people.people import Person


class Measure(StrEnum):
    """What a decision does, the lightest first. `none`: the breach is named, and nothing else."""

    NONE = "none"
    MUTE_1 = "mute_1"
    MUTE_7 = "mute_7"
    MUTE_15 = "mute_15"
    MUTE_PERMANENT = "mute_permanent"
    SUSPENSION = "suspension"


class Scope(StrEnum):
    """What a muted person may not do: hand in stories, comment (on passages and topics), or either."""

    SUBMIT = "submit"
    COMMENT = "comment"
    ALL = "all"


LADDER = (Measure.MUTE_1, Measure.MUTE_7, Measure.MUTE_15, Measure.MUTE_PERMANENT, Measure.SUSPENSION)
DAYS = {Measure.MUTE_1: 1, Measure.MUTE_7: 7, Measure.MUTE_15: 15}
REMEMBERED = timedelta(days=365)
"""Penalties that began longer ago move the suggestion no more."""
FOREVER = datetime(9999, 1, 1, tzinfo=UTC)


class Penalty(Numbered, Dated, Base):
    """What one person may not do from `begins_at` until `ends_at` (none: until it is lifted), and why."""

    __tablename__ = "penalty"

    case_id: Mapped[int] = mapped_column(ForeignKey("conduct_case.id"), index=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    measure: Mapped[Measure] = mapped_column(String(16))
    scope: Mapped[Scope] = mapped_column(String(8))
    begins_at: Mapped[datetime]
    ends_at: Mapped[datetime | None]
    rule: Mapped[str] = mapped_column(String(240))
    """Class and item in words, as they stood in the version of the decision."""
    reason: Mapped[str] = mapped_column(Text)
    lifted_at: Mapped[datetime | None]
    lifted_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))

    person: Mapped[Person] = relationship(foreign_keys=[person_id])

    __table_args__ = (Index("ix_penalty_person", "person_id", "begins_at"),)

    def in_force_at(self, instant: datetime) -> bool:
        """Whether it holds at this instant. At `ends_at` itself it is over."""
        over = self.ends_at is not None and instant >= self.ends_at
        return self.lifted_at is None and self.begins_at <= instant and not over


@dataclass(frozen=True)
class Suggestion:
    """The step that a person's history suggests; `earlier` penalties of the last year, and whether aggravation moved it up."""

    measure: Measure
    earlier: int
    aggravated: bool


def suggest(session: Session, person_id: int, *, aggravated: bool = False) -> Suggestion:
    """The next step of the ladder. It is a suggestion: nothing is ever applied by it."""
    since = clock.now() - REMEMBERED
    held = select(Penalty.id).where(Penalty.person_id == person_id, Penalty.begins_at > since, Penalty.lifted_at.is_(None))
    earlier = len(session.scalars(held).all())
    step = min(earlier + (1 if aggravated else 0), len(LADDER) - 1)
    return Suggestion(LADDER[step], earlier, aggravated)


def impose(
    session: Session, person: Person, *, case_id: int, measure: Measure, scope: Scope, rule: str, reason: str, by: Person
) -> Penalty:
    """Begin a penalty now; it ends on a full minute, never earlier than said."""
    now = clock.now()
    ends_at = _whole_minute(now + timedelta(days=DAYS[measure])) if measure in DAYS else None
    penalty = Penalty(
        case_id=case_id, person_id=person.id, measure=measure, scope=scope, begins_at=now, ends_at=ends_at,
        rule=rule, reason=reason,
    )
    session.add(penalty)
    session.flush()
    if measure == Measure.SUSPENSION:
        person.suspended_until = FOREVER
        person.session_epoch += 1
    audit.record(session, "impose_penalty", "person", person.id, by=by, details={
        "name": person.name, "measure": measure, "scope": scope, "reason": rule, "until": ends_at.isoformat() if ends_at else "",
    })
    return penalty


def lift(session: Session, penalty: Penalty, *, by: Person) -> None:
    """End a penalty before its time; it counts no more."""
    penalty.lifted_at, penalty.lifted_by_id = clock.now(), by.id
    session.flush()
    if penalty.measure == Measure.SUSPENSION and not _suspensions(session, penalty.person_id):
        penalty.person.suspended_until = None
    audit.record(session, "lift_penalty", "person", penalty.person_id, by=by, details={"name": penalty.person.name})


def in_force(session: Session, person_id: int, scope: Scope | None = None) -> list[Penalty]:
    """What holds for a person now, the longest first; with `scope` only what forbids that."""
    now = clock.now()
    query = select(Penalty).where(
        Penalty.person_id == person_id, Penalty.lifted_at.is_(None), Penalty.begins_at <= now,
        or_(Penalty.ends_at.is_(None), Penalty.ends_at > now),
    )
    if scope is not None:
        query = query.where(Penalty.scope.in_([scope, Scope.ALL]))
    return sorted(session.scalars(query), key=lambda penalty: penalty.ends_at or FOREVER, reverse=True)


def of_person(session: Session, person_id: int) -> list[Penalty]:
    """Everything there ever was, the newest first."""
    query = select(Penalty).where(Penalty.person_id == person_id)
    return list(session.scalars(query.order_by(Penalty.begins_at.desc(), Penalty.id.desc())))


def ensure_may(session: Session, person: Person, scope: Scope) -> None:
    """Raise Muted or MutedForGood when the person may not do this now."""
    held = in_force(session, person.id, scope)
    if not held:
        return
    longest = held[0]
    if longest.ends_at is None:
        raise MutedForGood(rule=longest.rule, reason=longest.reason)
    raise Muted(until=f"{clock.to_wall(longest.ends_at):%Y-%m-%d %H:%M}", rule=longest.rule, reason=longest.reason)


def _suspensions(session: Session, person_id: int) -> list[Penalty]:
    return [one for one in in_force(session, person_id) if one.measure == Measure.SUSPENSION]


def _whole_minute(instant: datetime) -> datetime:
    """This minute's beginning, or the next one's."""
    floor = instant.replace(second=0, microsecond=0)
    return floor if floor == instant else floor + timedelta(minutes=1)
