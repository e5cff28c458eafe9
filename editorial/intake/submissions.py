"""Submissions. The original is stored before the sender is answered and is never changed afterwards.

What a follower sends within minutes after it is put at its end, as long as nobody has decided.
"""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import ForeignKey, Index, String, Text, select, update
from sqlalchemy.orm import Mapped, Session, mapped_column, relationship

from editorial import audit, clock
from editorial.base import Base, Dated, Numbered, compare_and_set
from editorial.conduct import penalties
from editorial.conduct.penalties import Scope
from editorial.errors import Invalid, NotFound, Problem, WrongState
from editorial.groups import groups
from editorial.groups.groups import Group
from editorial.notices import tell, tell_all
from editorial.people.people import Person, Role, with_role
from editorial.search import WordIndex

WORDS = WordIndex("submission")


class SubmissionState(StrEnum):
    """Where a submission stands."""

    RECEIVED = "received"
    ACCEPTED = "accepted"
    IN_ARTICLE = "in_article"
    RETURNED = "returned"
    DECLINED = "declined"
    WITHDRAWN = "withdrawn"


OPEN = (SubmissionState.RECEIVED,)


class BylineChoice(StrEnum):
    """How the contributor wants to be named."""

    REAL_NAME = "real_name"
    PEN_NAME = "pen_name"
    DEPARTMENT = "department"


class Submission(Numbered, Dated, Base):
    """One hand-in, as it came. `pictures` are sha256 of assets in order."""

    __tablename__ = "submission"

    number: Mapped[str] = mapped_column(String(20), unique=True)
    state: Mapped[SubmissionState] = mapped_column(String(12), default=SubmissionState.RECEIVED)
    channel: Mapped[str] = mapped_column(String(16), default="page")
    contributor_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    group_id: Mapped[int] = mapped_column(ForeignKey("community_group.id"))
    title: Mapped[str] = mapped_column(String(200))
    body: Mapped[str] = mapped_column(Text)
    byline: Mapped[str] = mapped_column(String(40), default="")
    pictures: Mapped[list[str]] = mapped_column(default=list)
    decided_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    decided_at: Mapped[datetime | None]
    reason: Mapped[str] = mapped_column(Text, default="")
    nonce: Mapped[str | None] = mapped_column(String(64))

    contributor: Mapped[Person] = relationship(foreign_keys=[contributor_id], lazy="joined")
    group: Mapped[Group] = relationship(lazy="joined")
    decided_by: Mapped[Person | None] = relationship(foreign_keys=[decided_by_id])

    __table_args__ = (
        Index("ix_submission_state", "state", "id"),
        Index("ix_submission_contributor", "contributor_id", "id"),
        Index("ix_submission_group", "group_id", "id"),
        Index("uq_submission_nonce", "contributor_id", "nonce", unique=True),
    )

    def belongs_to(self, person_id: int) -> bool:
        return self.contributor_id == person_id


class NumberSeries(Base):
    """The last number given in a year."""

    __tablename__ = "number_series"

    year: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    last: Mapped[int] = mapped_column(default=0)


def receive(
    session: Session, *, title: str, body: str, origin_group: str, by: Person, byline: str = "",
    pictures: list[str] | None = None, channel: str = "page", nonce: str | None = None,
    state: SubmissionState = SubmissionState.RECEIVED, number: str = "",
) -> Submission:
    """Take a story in and number it. The same `nonce` from the same person gives the first submission again.

    `number`: one that `next_number` has given, and the sender has been told, before.
    Raises Invalid naming `title`, `body` or `origin_group`, and Muted.
    """
    if nonce:
        before = session.scalar(select(Submission).where(Submission.contributor_id == by.id, Submission.nonce == nonce))
        if before is not None:
            return before
    penalties.ensure_may(session, by, Scope.SUBMIT)
    group = groups.by_slug(session, origin_group)
    problems = list(_problems(title, body, group))
    if problems or group is None:
        raise Invalid(*problems)
    submission = Submission(
        number=number or next_number(session), title=title.strip(), body=body, group_id=group.id, contributor_id=by.id,
        byline=byline.strip(), pictures=pictures or [], channel=channel, nonce=nonce, state=state,
    )
    session.add(submission)
    session.flush()
    index(session, submission)
    audit.record(session, "hand_in", "submission", submission.id, by=by, details={"number": submission.number})
    if state == SubmissionState.RECEIVED:
        tell_all(
            session, [editor for editor in with_role(session, Role.DESK_EDITOR) if editor.id != by.id],
            "{name} handed in “{title}” from {group}.", cause=f"received:{submission.id}", thing="submission",
            thing_id=submission.id, name=by.name, title=submission.title, group=group.name,
        )
    return submission


def extend(session: Session, submission: Submission, piece: str, pictures: list[str], *, title: str = "") -> bool:
    """Put what came a little later at the end of a submission. False: somebody has decided about it already.

    `title`: only pictures had come under a headline of ours; the first words take its place.
    """
    body = piece if title else "\n\n".join(filter(None, (submission.body, piece)))
    longer = update(Submission).where(Submission.id == submission.id, Submission.state.in_(OPEN)).values(
        title=title or submission.title, body=body, pictures=[*submission.pictures, *pictures]
    )
    if not compare_and_set(session, longer):
        return False
    session.refresh(submission)
    index(session, submission)
    audit.record(session, "extend_submission", "submission", submission.id, by=submission.contributor)
    return True


def index(session: Session, submission: Submission) -> None:
    """Make a submission findable by its headline, its text and its by-line."""
    WORDS.put(session, submission.id, f"{submission.title}\n{submission.byline}\n{submission.body}")


def accept(session: Session, submission: Submission, *, by: Person, reason: str = "") -> None:
    """Adopt it: an article is made of it."""
    _decide(session, submission, SubmissionState.ACCEPTED, "accept", by, reason)
    tell(session, submission.contributor, "Your story “{title}” ({number}) was adopted; {name} is its editor.",
         cause=f"accepted:{submission.id}", thing="submission", thing_id=submission.id,
         title=submission.title, number=submission.number, name=by.name)


def return_for_revision(session: Session, submission: Submission, *, by: Person, reason: str) -> None:
    """Back to its contributor, who can hand in again."""
    _needs_reason(reason)
    _decide(session, submission, SubmissionState.RETURNED, "return", by, reason)
    tell(session, submission.contributor, "Your story “{title}” ({number}) came back to you: {reason}",
         cause=f"returned:{submission.id}:{clock.now():%s}", thing="submission", thing_id=submission.id,
         title=submission.title, number=submission.number, reason=reason)


def decline(session: Session, submission: Submission, *, by: Person, reason: str) -> None:
    """It will not be used."""
    _needs_reason(reason)
    _decide(session, submission, SubmissionState.DECLINED, "decline", by, reason)
    tell(session, submission.contributor, "Your story “{title}” ({number}) will not be used: {reason}",
         cause=f"declined:{submission.id}", thing="submission", thing_id=submission.id,
         title=submission.title, number=submission.number, reason=reason)


def withdraw(session: Session, submission: Submission, *, by: Person) -> None:
    """Its contributor takes it back."""
    _decide(session, submission, SubmissionState.WITHDRAWN, "withdraw", by, "")


def become_article(session: Session, submission: Submission) -> None:
    """An accepted submission stands in an article now."""
    submission.state = SubmissionState.IN_ARTICLE


def get(session: Session, submission_id: int) -> Submission:
    """The submission with this id. Raises NotFound."""
    submission = session.get(Submission, submission_id)
    if submission is None:
        raise NotFound()
    return submission


def next_number(session: Session) -> str:
    """The next number of the year, such as 2026-0123; never given twice."""
    audit.one_writer(session)
    year = clock.to_wall(clock.now()).year
    series = session.get(NumberSeries, year, populate_existing=True) or NumberSeries(year=year, last=0)
    series.last += 1
    session.add(series)
    session.flush()
    return f"{year}-{series.last:04d}"


def _decide(
    session: Session, submission: Submission, to: SubmissionState, verb: str, by: Person, reason: str
) -> None:
    allowed = (SubmissionState.RECEIVED, SubmissionState.RETURNED) if to == SubmissionState.WITHDRAWN else OPEN
    change = update(Submission).where(Submission.id == submission.id, Submission.state.in_(allowed))
    if not compare_and_set(
        session, change.values(state=to, decided_by_id=by.id, decided_at=clock.now(), reason=reason.strip())
    ):
        raise WrongState()
    session.refresh(submission)
    audit.record(session, f"{verb}_submission", "submission", submission.id, by=by, details={"reason": reason.strip()})


def _needs_reason(reason: str) -> None:
    if not reason.strip():
        raise Invalid(Problem("reason", "Say why: the contributor reads it."))


def _problems(title: str, body: str, group: Group | None) -> Any:
    if not title.strip():
        yield Problem("title", "A title is needed.")
    elif len(title.strip()) > 200:
        yield Problem("title", "At most {limit} characters, now {count}.", {"limit": 200, "count": len(title.strip())})
    if not body.strip():
        yield Problem("body", "The text is empty.")
    elif len(body) > 400_000:
        yield Problem("body", "At most {limit} characters, now {count}.", {"limit": 400_000, "count": len(body)})
    if group is None or group.state == groups.GroupState.CLOSED:
        yield Problem("origin_group", "Choose the group this story comes from.")
