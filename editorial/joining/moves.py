"""What a look at a directory would change: everything is shown first. Who leaves it loses access, never work."""

from __future__ import annotations

import hashlib
import json
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from sqlalchemy import select
from sqlalchemy.orm import Session

from editorial import audit, clock
from editorial.errors import Invalid, NotFound, Problem, Stale
from editorial.joining.directories import Directory, DirectoryMember, Entry, forget_look
from editorial.people import people
from editorial.people.people import NO_MAIL, Person, Role

MANY_LEAVE = 0.2
"""When more than this part of a directory would leave at once, somebody says that it is meant."""


class Step(StrEnum):
    """What becomes of one entry. MATCH: somebody we have already is found to be in the directory. UNCLEAR: nothing is done."""

    JOIN = "join"
    MATCH = "match"
    CHANGE = "change"
    RETURN = "return"
    LEAVE = "leave"
    UNCLEAR = "unclear"


@dataclass(frozen=True)
class Move:
    """One step of a plan: whom it is about, what it was and will be, as (field, before, after), and why it is unclear."""

    step: Step
    subject: str
    name: str
    person_id: int | None = None
    changes: tuple[tuple[str, str, str], ...] = ()
    reason: str = ""


@dataclass(frozen=True)
class Plan:
    """What a look at the directory would do; `fingerprint` names exactly this plan. `listed` is how many the directory has."""

    moves: tuple[Move, ...]
    listed: int
    present: int

    @property
    def fingerprint(self) -> str:
        said = [[move.step, move.subject, move.name, move.person_id, move.changes] for move in self.moves]
        return hashlib.sha256(json.dumps(said, ensure_ascii=False).encode()).hexdigest()

    def of(self, step: str) -> list[Move]:
        """The moves of one kind."""
        return [move for move in self.moves if move.step == step]

    @property
    def counts(self) -> dict[str, int]:
        """How many moves of each kind."""
        found = Counter(move.step for move in self.moves)
        return {step.value: found[step] for step in Step}

    @property
    def is_drastic(self) -> bool:
        """Whether so many would leave that the list itself may be wrong."""
        return self.present > 0 and len(self.of(Step.LEAVE)) > MANY_LEAVE * self.present


def compare(session: Session, directory: Directory) -> Plan:
    """What the kept look would change now. Raises NotFound when nothing was looked at."""
    entries = _seen(directory)
    of_directory = select(DirectoryMember).where(DirectoryMember.directory_id == directory.id)
    members = {row.subject: row for row in session.scalars(of_directory)}
    book = _Book(session, entries)
    moves = [move for entry in entries if (move := _move(entry, members.get(entry.subject), book))]
    listed = {entry.subject for entry in entries}
    gone = [row for subject, row in members.items() if row.present and subject not in listed]
    moves += [Move(Step.LEAVE, row.subject, row.person.name, row.person_id) for row in gone]
    return Plan(tuple(moves), len(entries), sum(1 for row in members.values() if row.present))


def apply(session: Session, directory: Directory, said: str, *, by: Person, drastic: bool = False) -> Plan:
    """Do what the plan named `said` says, all of it or nothing; a second time there is nothing left to do.

    Raises Stale when it would be another plan by now, Invalid naming `drastic` when too many leave and nobody said it is meant.
    """
    made = compare(session, directory)
    if made.fingerprint != said:
        raise Stale()
    if made.is_drastic and not drastic:
        raise Invalid(Problem("drastic", "More than a fifth would lose access. Look at the list again, and tick that it is meant."))
    entries = {entry.subject: entry for entry in _seen(directory)}
    for move in made.moves:
        if move.step == Step.LEAVE:
            _leave(session, directory, move, by)
        elif move.step != Step.UNCLEAR:
            _bring(session, directory, move, entries[move.subject], by)
    forget_look(directory)
    directory.applied_at = clock.now()
    details = {"name": directory.name, **{step: count for step, count in made.counts.items() if count}}
    audit.record(session, "apply_directory", "directory", directory.id, by=by, details=details)
    return made


def _seen(directory: Directory) -> list[Entry]:
    if directory.seen is None:
        raise NotFound()
    return [Entry(**said) for said in directory.seen["entries"]]


class _Book:
    """Whom we have already, by address and by id, read once."""

    def __init__(self, session: Session, entries: list[Entry]) -> None:
        addresses = [entry.email.lower() for entry in entries if entry.email]
        self.twice = {address for address, count in Counter(addresses).items() if count > 1}
        self.listed_twice = {subject for subject, count in Counter(entry.subject for entry in entries).items() if count > 1}
        self.by_mail: dict[str, Person] = {}
        for start in range(0, len(addresses), 500):
            found = session.scalars(select(Person).where(Person.email.in_(addresses[start:start + 500])))
            self.by_mail |= {person.email: person for person in found}


def _move(entry: Entry, member: DirectoryMember | None, book: _Book) -> Move | None:
    wrong = _wrong(entry, book)
    if wrong:
        return Move(Step.UNCLEAR, entry.subject, entry.name, reason=wrong)
    if member is not None:
        taken = book.by_mail.get(entry.email.lower()) if entry.email else None
        if taken is not None and taken.id != member.person_id:
            return Move(Step.UNCLEAR, entry.subject, entry.name, member.person_id, reason="Somebody else here has this address.")
        changes = tuple(_changes(member.person, entry))
        if not member.present:
            return Move(Step.RETURN, entry.subject, entry.name, member.person_id, changes)
        return Move(Step.CHANGE, entry.subject, entry.name, member.person_id, changes) if changes else None
    known = book.by_mail.get(entry.email.lower()) if entry.email else None
    if known is not None:
        return Move(Step.MATCH, entry.subject, entry.name, known.id, tuple(_changes(known, entry)))
    return Move(Step.JOIN, entry.subject, entry.name, changes=(("department", "", entry.department),) if entry.department else ())


def _wrong(entry: Entry, book: _Book) -> str:
    if not entry.subject or len(entry.subject) > 255 or entry.subject in book.listed_twice:
        return "Its number is missing or stands twice in the list."
    if not entry.name.strip() or len(entry.name) > 80:
        return "The name is missing or too long."
    if entry.email and not people.is_address(entry.email):
        return "This is not an e-mail address."
    if entry.email.lower() in book.twice:
        return "The address stands twice in the list."
    return ""


def _changes(person: Person, entry: Entry) -> Iterator[tuple[str, str, str]]:
    if person.name != entry.name.strip():
        yield "name", person.name, entry.name.strip()
    if entry.email and person.email != entry.email.lower():
        yield "email", person.email, entry.email.lower()
    department = person.department.name if person.department else ""
    if entry.department and department != entry.department:
        yield "department", department, entry.department


def _bring(session: Session, directory: Directory, move: Move, entry: Entry, by: Person) -> None:
    if move.person_id is None:
        email = entry.email or f"{_local_part(entry.subject)}@directory-{directory.id}.{NO_MAIL}"
        person = people.add(session, email=email, name=entry.name, roles=[Role.CONTRIBUTOR], department=entry.department, by=by)
    else:
        person = people.get(session, move.person_id)
        if move.changes:
            people.correct(session, person, {field: after for field, _before, after in move.changes}, by=by)
    session.merge(DirectoryMember(directory_id=directory.id, subject=entry.subject, person_id=person.id, present=True))
    if move.step == Step.RETURN and not person.active:
        people.reactivate(session, person, by=by)


def _leave(session: Session, directory: Directory, move: Move, by: Person) -> None:
    """Whoever another directory still lists keeps access, and nobody ends their own."""
    session.merge(DirectoryMember(directory_id=directory.id, subject=move.subject, person_id=move.person_id, present=False))
    session.flush()
    elsewhere = select(DirectoryMember.subject).where(DirectoryMember.person_id == move.person_id, DirectoryMember.present)
    person = people.get(session, move.person_id or 0)
    if session.scalar(elsewhere) is None and person.active and person.id != by.id:
        people.deactivate(session, person, by=by)


def _local_part(subject: str) -> str:
    """The subject as a mail address may begin; a fingerprint where it holds other signs."""
    if re.fullmatch(r"[A-Za-z0-9._-]{1,60}", subject):
        return subject.lower()
    return hashlib.sha256(subject.encode()).hexdigest()[:24]
