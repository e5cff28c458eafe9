"""What calls about writing circles take and give."""

from __future__ import annotations

from datetime import date, datetime

from app.api.shapes import Body, Id, PersonShown, Shape, Text
from editorial.circles.circles import CircleKind, CirclePause
from editorial.circles.comments import PeerComment
from editorial.circles.hand_ins import HandIn
from editorial.circles.members import CircleMember
from editorial.circles.rosters import Duty, Line, Roster
from editorial.circles.standings import DutyStanding, Standing


class RuleBody(Body):
    """What a circle asks of everybody in it. `off_after` and `out_after` are rounds missed in a row, 0 for never."""

    days: int = 7
    due_time: str = "20:00"
    grace_days: int = 2
    comments: int = 2
    remind_hours: int = 24
    off_after: int = 2
    out_after: int = 3


class NewCircle(Body):
    """A circle to open. With `like`, the id of another one, its rule is taken over and `rule` is not read."""

    name: str
    starts_on: date
    kind: CircleKind = CircleKind.WRITING
    about: Text = ""
    group: Text = ""
    """The slug of a group."""
    steward: Text = ""
    """An e-mail address; left out, whoever opens it."""
    rule: RuleBody = RuleBody()
    like: Id | None = None


class NewPause(Body):
    """Days that do not count, first and last included."""

    begins_on: date
    ends_on: date
    name: Text = ""


class NewPiece(Body):
    """A piece: an address with its title, or the number of a submission of one's own."""

    round: int
    title: Text = ""
    url: Text = ""
    submission: Text = ""


class NewComment(Body):
    """A comment on a piece."""

    text: str


class RoundShown(Shape):
    """A round and its instants."""

    number: int
    opens_at: datetime
    due_at: datetime
    closes_at: datetime


class CircleShown(Shape):
    """A circle. `round` is the one under way, none when it is closed."""

    id: str
    name: str
    kind: CircleKind
    about: str
    group: str | None
    steward: PersonShown | None
    starts_on: date
    rule: RuleBody
    members: int
    round: RoundShown | None


class MemberShown(Shape):
    """One's place in a circle: the first round that counts, and the last when it has ended."""

    circle: str
    first_round: int
    last_round: int | None

    @classmethod
    def of(cls, member: CircleMember) -> MemberShown:
        return cls(circle=str(member.circle_id), first_round=member.first_round, last_round=member.last_round)


class PauseShown(Shape):
    """A holiday pause."""

    id: str
    begins_on: date
    ends_on: date
    name: str

    @classmethod
    def of(cls, one: CirclePause) -> PauseShown:
        return cls(id=str(one.id), begins_on=one.begins_on, ends_on=one.ends_on, name=one.name)


class CommentShown(Shape):
    """A peer comment."""

    id: str
    person: PersonShown | None
    text: str
    at: datetime

    @classmethod
    def of(cls, one: PeerComment) -> CommentShown:
        return cls(id=str(one.id), person=PersonShown.of(one.person), text=one.text, at=one.created_at)


class PieceShown(Shape):
    """What was handed in."""

    id: str
    title: str
    url: str | None
    submission: str | None
    handed_at: datetime

    @classmethod
    def of(cls, piece: HandIn) -> PieceShown:
        return cls(
            id=str(piece.id), title=piece.title, url=piece.url or None, handed_at=piece.handed_at,
            submission=piece.submission.number if piece.submission else None,
        )


class DutyShown(Shape):
    """A comment to write."""

    author: PersonShown | None
    standing: DutyStanding
    due_at: datetime

    @classmethod
    def of(cls, duty: Duty) -> DutyShown:
        return cls(author=PersonShown.of(duty.author), standing=duty.standing, due_at=duty.due_at)


class LineShown(Shape):
    """One member in a round."""

    person: PersonShown | None
    standing: Standing
    piece: PieceShown | None
    comments: list[CommentShown]
    duties: list[DutyShown]

    @classmethod
    def of(cls, line: Line) -> LineShown:
        return cls(
            person=PersonShown.of(line.member.person), standing=line.standing,
            piece=PieceShown.of(line.piece) if line.piece else None,
            comments=[CommentShown.of(one) for one in line.said], duties=[DutyShown.of(duty) for duty in line.duties],
        )


class RosterShown(Shape):
    """The roster of a round as the clock has it now."""

    round: RoundShown
    lines: list[LineShown]

    @classmethod
    def of(cls, found: Roster) -> RosterShown:
        return cls(round=RoundShown(**found.turn.__dict__), lines=[LineShown.of(line) for line in found.lines])
