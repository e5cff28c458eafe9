"""What pages show of a circle: one round with everybody in it, and all that one person owes. Reads only."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from editorial import clock
from editorial.circles import circles, comments, hand_ins, members
from editorial.circles.circles import WritingCircle
from editorial.circles.comments import PeerComment
from editorial.circles.hand_ins import HandIn
from editorial.circles.members import CircleMember
from editorial.circles.rhythm import Rhythm, Round
from editorial.circles.standings import DutyStanding, Standing, duty_standing, standing
from editorial.people.people import Person


@dataclass(frozen=True)
class Duty:
    """One comment to write: on whose piece, which one if it has come, how it stands, until when."""

    author: Person
    piece: HandIn | None
    standing: DutyStanding
    due_at: datetime


@dataclass(frozen=True)
class Line:
    """One member in one round. `said` are the comments on their piece, `duties` those they write."""

    member: CircleMember
    standing: Standing
    piece: HandIn | None
    said: tuple[PeerComment, ...]
    duties: tuple[Duty, ...]


@dataclass(frozen=True)
class Roster:
    """One round, in the order of joining. Comments on its pieces are due at `comments_due_at`, with the next round."""

    turn: Round
    comments_due_at: datetime
    lines: tuple[Line, ...]

    def line(self, person: Person) -> Line | None:
        """The line of one person."""
        return next((one for one in self.lines if one.member.person_id == person.id), None)


@dataclass(frozen=True)
class Owed:
    """What one person has to do in one circle: rounds that are open for them, the comments not written yet."""

    circle: WritingCircle
    member: CircleMember
    turn: Round
    lines: tuple[tuple[Round, Line], ...]
    duties: tuple[tuple[Round, Duty], ...]


def of_round(session: Session, circle: WritingCircle, rhythm: Rhythm, number: int) -> Roster:
    """The roster of one round as the clock has it now."""
    now, turn, following = clock.now(), rhythm.round(number), rhythm.round(number + 1)
    found = members.roster(session, circle, number)
    off, pieces = members.breaks(session, found), hand_ins.of_round(session, circle, number)
    said = comments.on_pieces(session, [piece.id for piece in pieces.values()])
    standings = {
        one.person_id: standing(turn, _at(pieces.get(one.person_id)), now, excused=(one.id, number) in off) for one in found
    }
    written = {(one.person_id, piece.person_id) for piece in pieces.values() for one in said[piece.id]}
    persons, pairs = {one.person_id: one for one in found}, comments.of_round(session, circle, number)

    def duty(writer: CircleMember, author_id: int) -> Duty:
        author = standings.get(author_id, Standing.EXCUSED)
        stands = duty_standing(
            written=(writer.person_id, author_id) in written, author=author, writer_is_there=writer.left_at is None,
            due_at=following.due_at, now=now,
        )
        person = persons[author_id].person if author_id in persons else session.get_one(Person, author_id)
        return Duty(person, pieces.get(author_id), stands, following.due_at)

    return Roster(turn, following.due_at, tuple(
        Line(
            one, standings[one.person_id], pieces.get(one.person_id),
            tuple(said[pieces[one.person_id].id]) if one.person_id in pieces else (),
            tuple(duty(one, author_id) for writer_id, author_id in pairs if writer_id == one.person_id),
        )
        for one in found
    ))


def owed(session: Session, circle: WritingCircle, found: Sequence[CircleMember], rhythm: Rhythm) -> list[Owed]:
    """What each of these members has to do: the rounds they can hand in for, and the comments whose time has not passed."""
    now = clock.now()
    turn = rhythm.at(now)
    numbers = [number for number in (turn.number - 1, turn.number) if number > 0 and rhythm.round(number).opens_at <= now]
    current = [of_round(session, circle, rhythm, number) for number in numbers]

    def of(member: CircleMember) -> Owed:
        lines = [(one.turn, line) for one in current if member.covers(one.turn.number) and (line := one.line(member.person))]
        waiting = [(at, duty) for at, line in lines for duty in line.duties if duty.standing == DutyStanding.WAITING]
        still_open = tuple((at, line) for at, line in lines if now <= at.closes_at)
        return Owed(circle, member, turn, still_open, tuple(waiting))

    return [of(member) for member in found]


def mine(session: Session, person: Person, zone: str = clock.DEFAULT_ZONE) -> list[Owed]:
    """What a person has to do in all their circles, the next due time first."""
    found = [
        one for member, circle in members.of_person(session, person)
        for one in owed(session, circle, [member], circles.rhythm_of(session, circle, zone))
    ]
    return sorted(found, key=lambda one: one.turn.due_at)


def _at(piece: HandIn | None) -> datetime | None:
    return piece.handed_at if piece else None
