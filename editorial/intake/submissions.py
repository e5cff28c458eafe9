"""Submissions. The original is stored before the sender is answered and is never changed afterwards.

What a follower sends within minutes after it is put at its end, as long as nobody has decided.
"""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, String, Text, select, update
from sqlalchemy.orm import Mapped, Session, mapped_column, relationship

from editorial import audit, clock
from editorial.base import Base, Dated, Numbered, compare_and_set
from editorial.conduct import penalties
from editorial.conduct.penalties import Scope
from editorial.errors import Invalid, NotFound, Problem
from editorial.groups import groups, kinds
from editorial.groups.groups import Group
from editorial.groups.kinds import Filled
from editorial.intake import first_answers, marks
from editorial.notices import tell_all
from editorial.people.people import Person, Role, with_role
from editorial.search import WordIndex

WORDS = WordIndex("submission")


class SubmissionState(StrEnum):
    """Where a submission stands."""

    RECEIVED = "received"
    ACCEPTED = "accepted"
    BANKED = "banked"
    IN_ARTICLE = "in_article"
    MERGED = "merged"
    RETURNED = "returned"
    DECLINED = "declined"
    WITHDRAWN = "withdrawn"


class BylineChoice(StrEnum):
    """How the contributor wants to be named."""

    REAL_NAME = "real_name"
    PEN_NAME = "pen_name"
    DEPARTMENT = "department"


ADOPTED = (SubmissionState.ACCEPTED, SubmissionState.BANKED, SubmissionState.IN_ARTICLE)
"""A story that was taken, whatever became of it since."""


class Submission(Numbered, Dated, Base):
    """One hand-in, as it came. `pictures` are sha256 of assets in order.

    `answer_due_at` is the promise made when it came, `answered_at` the first decision; both none for an editor's own text.
    `merged_into_id` is the one it was joined with, `named` whether its by-line stands with the other's; `follows_id` the
    returned one that it was handed in again for. `answers`: what the form of its group's kind asked, as `kinds.answers`
    gave them when it came; empty for a way in that has no form.
    """

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
    answers: Mapped[list[Any]] = mapped_column(JSON, default=list)
    decided_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    decided_at: Mapped[datetime | None]
    reason: Mapped[str] = mapped_column(Text, default="")
    nonce: Mapped[str | None] = mapped_column(String(64))
    answer_due_at: Mapped[datetime | None]
    answered_at: Mapped[datetime | None]
    overdue_told_at: Mapped[datetime | None]
    banked_at: Mapped[datetime | None]
    merged_into_id: Mapped[int | None] = mapped_column(ForeignKey("submission.id"), index=True)
    named: Mapped[bool] = mapped_column(default=False)
    follows_id: Mapped[int | None] = mapped_column(ForeignKey("submission.id"), index=True)

    contributor: Mapped[Person] = relationship(foreign_keys=[contributor_id], lazy="joined")
    group: Mapped[Group] = relationship(lazy="joined")
    decided_by: Mapped[Person | None] = relationship(foreign_keys=[decided_by_id])
    merged_into: Mapped[Submission | None] = relationship(foreign_keys=[merged_into_id], remote_side="Submission.id")

    __table_args__ = (
        Index("ix_submission_state", "state", "id"),
        Index("ix_submission_contributor", "contributor_id", "id"),
        Index("ix_submission_group", "group_id", "id"),
        Index("uq_submission_nonce", "contributor_id", "nonce", unique=True),
        Index("ix_submission_due", "state", "answer_due_at"),
        Index("ix_submission_answered", "answered_at"),
        Index("ix_submission_created", "created_at"),
        Index("ix_submission_decider", "decided_by_id", "decided_at"),
    )

    def belongs_to(self, person_id: int) -> bool:
        return self.contributor_id == person_id

    @property
    def signature(self) -> str:
        """The name its contributor chose to stand with it."""
        return self.byline or self.contributor.name


class NumberSeries(Base):
    """The last number given in a year."""

    __tablename__ = "number_series"

    year: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    last: Mapped[int] = mapped_column(default=0)


def receive(
    session: Session, *, title: str, body: str, origin_group: str, by: Person, byline: str = "",
    pictures: list[str] | None = None, channel: str = "page", nonce: str | None = None,
    state: SubmissionState = SubmissionState.RECEIVED, number: str = "", follows: Submission | None = None,
    zone: str = clock.DEFAULT_ZONE, filled: Filled | None = None,
) -> Submission:
    """Take a story in and number it. The same `nonce` from the same person gives the first submission again.

    `number`: one that `next_number` has given, and the sender has been told, before. `follows`: the returned one it
    takes the place of. The clock of its first answer runs in the working time of `zone`. `filled`: the form of the group's
    kind; none for a way in that has no form, where nothing is asked.
    Raises Invalid naming `title`, `body`, `origin_group` or `fields.LABEL`, and Muted.
    """
    if nonce:
        before = session.scalar(select(Submission).where(Submission.contributor_id == by.id, Submission.nonce == nonce))
        if before is not None:
            return before
    penalties.ensure_may(session, by, Scope.SUBMIT)
    group = groups.by_slug(session, origin_group)
    form = kinds.of(session, group.kind).form if group and filled else ()
    problems = [*_problems(title, body, group), *(kinds.answer_problems(form, filled) if filled and group else ())]
    if problems or group is None:
        raise Invalid(*problems)
    submission = Submission(
        number=number or next_number(session), title=title.strip(), body=body, group_id=group.id, contributor_id=by.id,
        byline=byline.strip(), pictures=pictures or [], channel=channel, nonce=nonce, state=state,
        follows_id=follows.id if follows else None, answers=kinds.answers(form, filled) if filled else [],
    )
    if state == SubmissionState.RECEIVED:
        submission.answer_due_at = first_answers.due(session, clock.now(), zone)
    session.add(submission)
    session.flush()
    marks.note(session, submission.id, submission.body)
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
    longer = update(Submission).where(Submission.id == submission.id, Submission.state == SubmissionState.RECEIVED).values(
        title=title or submission.title, body=body, pictures=[*submission.pictures, *pictures]
    )
    if not compare_and_set(session, longer):
        return False
    session.refresh(submission)
    marks.note(session, submission.id, submission.body)
    index(session, submission)
    audit.record(session, "extend_submission", "submission", submission.id, by=submission.contributor)
    return True


def index(session: Session, submission: Submission) -> None:
    """Make a submission findable by its headline, its by-line, its text and its answers."""
    said = "\n".join(one["answer"] for one in submission.answers)
    WORDS.put(session, submission.id, f"{submission.title}\n{submission.signature}\n{submission.body}\n{said}")


def become_article(session: Session, submission: Submission) -> None:
    """An accepted submission stands in an article now."""
    submission.state = SubmissionState.IN_ARTICLE


def get(session: Session, submission_id: int) -> Submission:
    """The submission with this id. Raises NotFound."""
    submission = session.get(Submission, submission_id)
    if submission is None:
        raise NotFound()
    return submission


def numbered(session: Session, number: str) -> Submission:
    """The submission with this number. Raises NotFound."""
    submission = session.scalar(select(Submission).where(Submission.number == number))
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
