"""The piece a member hands in for a round: a link to anything, or a submission of their own."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from urllib.parse import urlsplit

from sqlalchemy import ForeignKey, Index, String, exists, select
from sqlalchemy.orm import Mapped, Session, mapped_column, relationship

from editorial import audit, clock
from editorial.base import Base, Numbered
from editorial.circles import circles, members
from editorial.circles.circles import WritingCircle
from editorial.circles.comments import PeerComment
from editorial.circles.rhythm import Rhythm, Round
from editorial.conduct import penalties
from editorial.conduct.penalties import Scope
from editorial.errors import Invalid, NotAllowed, NotFound, Problem
from editorial.intake.submissions import Submission, SubmissionState
from editorial.people.people import Person

TITLE_CHARACTERS, URL_CHARACTERS, OFFERED = 120, 500, 20


class HandIn(Numbered, Base):
    """One person's piece in one round. `handed_at` is when the first came; a change before any comment keeps it."""

    __tablename__ = "circle_hand_in"

    circle_id: Mapped[int] = mapped_column(ForeignKey("writing_circle.id"))
    round: Mapped[int]
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    handed_at: Mapped[datetime] = mapped_column(default=clock.now)
    title: Mapped[str] = mapped_column(String(200))
    url: Mapped[str] = mapped_column(String(URL_CHARACTERS), default="")
    submission_id: Mapped[int | None] = mapped_column(ForeignKey("submission.id"))

    person: Mapped[Person] = relationship(lazy="joined", innerjoin=True)
    submission: Mapped[Submission | None] = relationship()

    __table_args__ = (Index("uq_circle_hand_in_round", "circle_id", "round", "person_id", unique=True),)


def hand_in(
    session: Session, circle: WritingCircle, rhythm: Rhythm, number: int, *, by: Person, title: str = "", url: str = "",
    submission: str = "",
) -> HandIn:
    """Hand in for a round that is open: a `url` with its `title`, or the number of a `submission` of one's own.

    Raises Invalid naming `round`, `title`, `url` or `submission`, NotAllowed for who is not in the circle, Muted.
    """
    member = members.running(session, circle, by)
    if member is None:
        raise NotAllowed()
    circles.ensure_open(circle)
    penalties.ensure_may(session, by, Scope.SUBMIT)
    if number not in [turn.number for turn in open_rounds(rhythm, clock.now())] or not member.covers(number):
        raise Invalid(Problem("round", "This round is not open for you. The first that counts for you is round {round}.",
                              {"round": member.first_round}))
    before = of_round(session, circle, number).get(by.id)
    story = _own(session, submission.strip(), by) if submission.strip() else None
    address, title = ("", story.title) if story else (url.strip(), title.strip())
    problems = [] if story else _problems(address, title)
    problems += _used(session, circle, number, by, address, story)
    if before is not None and session.scalar(select(exists().where(PeerComment.hand_in_id == before.id))):
        problems.append(Problem("submission" if story else "url", "Somebody has commented on your piece, so it stays as it is."))
    if problems:
        raise Invalid(*problems)
    piece = before or HandIn(circle_id=circle.id, round=number, person=by)
    piece.title, piece.url, piece.submission = title, address, story
    session.add(piece)
    session.flush()
    audit.record(session, "hand_in_to_circle", "circle", circle.id, by=by, details={"name": circle.name, "round": number})
    return piece


def open_rounds(rhythm: Rhythm, now: datetime) -> list[Round]:
    """The rounds a piece can be handed in for, the oldest first: the one that can still come late, and the one under way."""
    turn = rhythm.at(now)
    before = [rhythm.round(turn.number - 1)] if turn.number > 1 else []
    return [one for one in (*before, turn) if one.opens_at <= now <= one.closes_at]


def of_round(session: Session, circle: WritingCircle, number: int) -> dict[int, HandIn]:
    """The pieces of a round, by the id of their writer."""
    query = select(HandIn).where(HandIn.circle_id == circle.id, HandIn.round == number)
    return {one.person_id: one for one in session.scalars(query.order_by(HandIn.id))}


def times(session: Session, circle: WritingCircle) -> dict[tuple[int, int], datetime]:
    """When everybody handed in, by person and round."""
    query = select(HandIn.person_id, HandIn.round, HandIn.handed_at).where(HandIn.circle_id == circle.id)
    return {(person_id, number): handed_at for person_id, number, handed_at in session.execute(query)}


def get(session: Session, piece_id: int) -> HandIn:
    """The piece with this id. Raises NotFound."""
    found = session.get(HandIn, piece_id)
    if found is None:
        raise NotFound()
    return found


def offered(session: Session, person: Person) -> Sequence[Submission]:
    """Submissions of a person that they may hand in, the newest first."""
    query = select(Submission).where(Submission.contributor_id == person.id, Submission.state != SubmissionState.WITHDRAWN)
    return session.scalars(query.order_by(Submission.id.desc()).limit(OFFERED)).all()


def _own(session: Session, number: str, by: Person) -> Submission:
    query = select(Submission).where(Submission.number == number, Submission.contributor_id == by.id)
    found = session.scalar(query.where(Submission.state != SubmissionState.WITHDRAWN))
    if found is None:
        raise Invalid(Problem("submission", "You have handed in no story with this number."))
    return found


def _problems(url: str, title: str) -> list[Problem]:
    found = []
    if not url:
        found.append(Problem("url", "Give the address of your piece, or choose a story that you have handed in."))
    elif len(url) > URL_CHARACTERS or not _is_address(url):
        found.append(Problem("url", "A link begins with http:// or https://."))
    if not title:
        found.append(Problem("title", "Say what your piece is called."))
    elif len(title) > TITLE_CHARACTERS:
        found.append(Problem("title", "At most {limit} characters, now {count}.", {"limit": TITLE_CHARACTERS, "count": len(title)}))
    return found


def _is_address(url: str) -> bool:
    try:
        parts = urlsplit(url)
    except ValueError:
        return False
    return parts.scheme in ("http", "https") and bool(parts.hostname) and not any(letter.isspace() for letter in url)


def _used(
    session: Session, circle: WritingCircle, number: int, by: Person, url: str, story: Submission | None
) -> list[Problem]:
    """One piece counts for one round."""
    if not url and story is None:
        return []
    same = HandIn.submission_id == story.id if story else HandIn.url == url
    query = select(HandIn.round).where(HandIn.circle_id == circle.id, HandIn.person_id == by.id, HandIn.round != number, same)
    used = session.scalar(query.limit(1))
    if used is None:
        return []
    field = "submission" if story else "url"
    return [Problem(field, "You have handed this in for round {round}; each round asks for a piece of its own.", {"round": used})]
