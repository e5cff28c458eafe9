"""Letters: what a follower sends an official account, stored before they are answered, made a submission by the worker.

Of the follower a pseudonym is kept while the story is on its way, so that they alone can ask for its state.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ForeignKey, Index, String, Text, delete, func, select, update
from sqlalchemy.orm import Mapped, Session, mapped_column, relationship

from editorial import audit, clock
from editorial.base import Base, Dated, Numbered
from editorial.groups import groups
from editorial.intake import submissions
from editorial.intake.letter_boxes import LetterBox
from editorial.intake.submissions import Submission, SubmissionState
from editorial.notices import tell_all
from editorial.people import people
from editorial.people.people import Role, with_role
from editorial.vault import Sealed

LANE = "letters"
CHANNEL = "follower"
WORDS = ("text", "link")
OPENING = "opening"
"""The kind of a message that held the opening word and nothing else."""
TOGETHER = timedelta(minutes=10)
"""What comes within this time after the first message belongs to the same submission."""
MOST_PARTS = 40
MOST_LETTERS_A_DAY = 10
MEDIA_LIVES = timedelta(days=3)
REMEMBERED = timedelta(days=180)
"""How long after the letter its follower may ask for its state."""
KEYS_KEPT = timedelta(days=7)
"""How long a message is known again; the platform repeats within a minute, and its proof is too old after five."""
RETRY_FIRST, RETRY_MOST = 5.0, 900.0


class TooMany(Exception):
    """This follower has handed in as many letters today as we take of one."""


class Letter(Numbered, Dated, Base):
    """One submission in the making, or made. `follower` is a pseudonym; empty when it is forgotten."""

    __tablename__ = "letter"

    account_id: Mapped[int] = mapped_column(ForeignKey("official_account.id"))
    group_id: Mapped[int] = mapped_column(ForeignKey("community_group.id"))
    contributor_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    follower: Mapped[str] = mapped_column(String(64))
    number: Mapped[str] = mapped_column(String(20), unique=True)
    title: Mapped[str] = mapped_column(String(200))
    submission_id: Mapped[int | None] = mapped_column(ForeignKey("submission.id"), index=True)

    submission: Mapped[Submission | None] = relationship()

    __table_args__ = (Index("ix_letter_follower", "account_id", "follower", "id"),)


class LetterPart(Numbered, Dated, Base):
    """One message. `content` is sealed and emptied when it stands in the submission; `due_at` none: nothing is left to do."""

    __tablename__ = "letter_part"

    account_id: Mapped[int] = mapped_column(ForeignKey("official_account.id"))
    key: Mapped[str] = mapped_column(String(64))
    letter_id: Mapped[int] = mapped_column(ForeignKey("letter.id"), index=True)
    is_first: Mapped[bool]
    kind: Mapped[str] = mapped_column(String(12))
    content: Mapped[dict[str, Any]] = mapped_column(Sealed)
    due_at: Mapped[datetime | None] = mapped_column(index=True)
    tries: Mapped[int] = mapped_column(default=0)
    reason: Mapped[str] = mapped_column(Text, default="")
    """Why it was not taken in."""

    letter: Mapped[Letter] = relationship(lazy="joined")

    __table_args__ = (Index("uq_letter_part_key", "account_id", "key", unique=True),)


@dataclass(frozen=True)
class Incoming:
    """One message of a follower as it is to be stored. `key` and `follower` are pseudonyms.

    `title` is the headline of a story that begins with it, empty for a message that only opens a letter.
    """

    follower: str
    key: str
    kind: str
    title: str
    content: dict[str, str]


def receive(session: Session, box: LetterBox, incoming: Incoming) -> LetterPart:
    """Store a message, in the follower's open letter or as the first of a new one. A repetition gives the first part again.

    Raises TooMany.
    """
    audit.one_writer(session)
    known = select(LetterPart).where(LetterPart.account_id == box.account_id, LetterPart.key == incoming.key)
    if (before := session.scalar(known)) is not None:
        return before
    letter = open_letter(session, box.account_id, incoming.follower)
    part = LetterPart(
        account_id=box.account_id, key=incoming.key, kind=incoming.kind, is_first=letter is None,
        content={**incoming.content, "title": incoming.title}, letter=letter or _begun(session, box, incoming), due_at=clock.now(),
    )
    session.add(part)
    session.flush()
    return part


def open_letter(session: Session, account_id: int, follower: str) -> Letter | None:
    """The letter that a message of this follower belongs to now: young, not full, and nobody has decided about it."""
    letter = session.scalar(
        select(Letter).where(Letter.account_id == account_id, Letter.follower == follower, Letter.follower != "")
        .where(Letter.created_at > clock.now() - TOGETHER).order_by(Letter.id.desc()).limit(1)
    )
    if letter is None or (letter.submission is not None and letter.submission.state != SubmissionState.RECEIVED):
        return None
    parts = session.scalar(select(func.count()).select_from(LetterPart).where(LetterPart.letter_id == letter.id)) or 0
    return letter if parts < MOST_PARTS else None


def due(session: Session, limit: int = 20) -> list[LetterPart]:
    """The parts to take in now, in the order they came."""
    query = select(LetterPart).where(LetterPart.due_at <= clock.now()).order_by(LetterPart.id).limit(limit)
    return list(session.scalars(query))


def waiting(session: Session) -> list[str]:
    """The lane of letters when something can be taken in now."""
    query = select(LetterPart.id).where(LetterPart.due_at <= clock.now()).limit(1)
    return [LANE] if session.scalar(query) is not None else []


def join(session: Session, part: LetterPart, piece: str, pictures: list[str]) -> Submission:
    """Put a part into its letter's submission: `piece` is its words as Markdown, `pictures` the sha256 of what it shows."""
    letter, said = part.letter, str(part.content.get("title") or "")
    submission = letter.submission
    if submission is None:
        letter.title = letter.title or said
        submission = _handed_in(session, letter, piece or letter.title, pictures)
    elif piece and not _has_words(session, part):
        # Until now there were pictures alone, under a headline of ours.
        joined = submissions.extend(session, submission, piece, pictures, title=said)
        submission = submission if joined else _following(session, part, piece, pictures)
    elif not submissions.extend(session, submission, piece, pictures):
        submission = _following(session, part, piece, pictures)
    part.content, part.due_at, part.reason = {}, None, ""
    session.flush()
    return submission


def skip(part: LetterPart) -> None:
    """It holds nothing: it only opened a letter."""
    part.content, part.due_at, part.kind = {}, None, OPENING


def postpone(session: Session, part: LetterPart, reason: str, after: float | None = None) -> None:
    """Try again after `after` seconds, or our own back-off; given up when the platform has thrown the picture away."""
    if clock.now() - part.created_at > MEDIA_LIVES:
        lose(session, part, reason)
        return
    part.tries, part.reason = part.tries + 1, reason
    seconds = after if after is not None else min(RETRY_MOST, RETRY_FIRST * 2.0 ** min(part.tries - 1, 10))
    part.due_at = clock.now() + timedelta(seconds=seconds)


def lose(session: Session, part: LetterPart, reason: str) -> None:
    """It cannot be had any more. Its submission stands without it, and the editors are told."""
    letter = part.letter
    letter.title = letter.title or str(part.content.get("title") or "")
    submission = letter.submission or _handed_in(session, letter, letter.title, [])
    part.content, part.due_at, part.reason = {}, None, reason
    session.flush()
    tell_all(
        session, with_role(session, Role.DESK_EDITOR), "A picture of “{title}” ({number}) could not be fetched: {reason}",
        cause=f"lost_part:{part.id}", thing="submission", thing_id=submission.id, title=submission.title,
        number=submission.number, reason=reason,
    )


def lost_parts(session: Session, submission: Submission) -> list[LetterPart]:
    """The messages of a submission that could not be taken in, and those that are still being fetched."""
    query = (
        select(LetterPart).join(Letter, Letter.id == LetterPart.letter_id)
        .where(Letter.submission_id == submission.id, LetterPart.reason != "").order_by(LetterPart.id)
    )
    return list(session.scalars(query))


def of_follower(session: Session, account_id: int, follower: str, number: str = "") -> Letter | None:
    """The follower's letter of this number, or their newest; None for what is not theirs, as for what does not exist."""
    query = select(Letter).where(Letter.account_id == account_id, Letter.follower == follower, Letter.follower != "")
    return session.scalar((query.where(Letter.number == number) if number else query).order_by(Letter.id.desc()).limit(1))


def forget(session: Session, account_id: int, follower: str) -> None:
    """Who sent these letters is not known any more; what they handed in stays."""
    session.execute(update(Letter).where(Letter.account_id == account_id, Letter.follower == follower).values(follower=""))


def forget_old(session: Session) -> None:
    """Forget whose old letters are, and by what old messages would be known again."""
    now = clock.now()
    session.execute(update(Letter).where(Letter.created_at < now - REMEMBERED, Letter.follower != "").values(follower=""))
    session.execute(
        delete(LetterPart).where(LetterPart.created_at < now - KEYS_KEPT, LetterPart.due_at.is_(None), LetterPart.reason == "")
    )


def _begun(session: Session, box: LetterBox, incoming: Incoming) -> Letter:
    today = select(func.count()).select_from(Letter).where(
        Letter.account_id == box.account_id, Letter.follower == incoming.follower,
        Letter.created_at > clock.now() - timedelta(days=1),
    )
    if (session.scalar(today) or 0) >= MOST_LETTERS_A_DAY:
        raise TooMany()
    letter = Letter(
        account_id=box.account_id, group_id=box.group_id, contributor_id=box.contributor_id, follower=incoming.follower,
        number=submissions.next_number(session), title=incoming.title,
    )
    session.add(letter)
    return letter


def _has_words(session: Session, part: LetterPart) -> bool:
    """Whether words of the follower stand in the letter's submission already."""
    query = select(LetterPart.id).where(
        LetterPart.letter_id == part.letter_id, LetterPart.id != part.id, LetterPart.kind.in_(WORDS), LetterPart.due_at.is_(None),
    )
    return session.scalar(query.limit(1)) is not None


def _following(session: Session, part: LetterPart, piece: str, pictures: list[str]) -> Submission:
    """Somebody has decided meanwhile: what came later begins a story of its own."""
    before, said = part.letter, str(part.content.get("title") or "")
    part.letter = Letter(
        account_id=before.account_id, group_id=before.group_id, contributor_id=before.contributor_id,
        follower=before.follower, number=submissions.next_number(session), title=said or before.title,
    )
    session.add(part.letter)
    return _handed_in(session, part.letter, piece or part.letter.title, pictures)


def _handed_in(session: Session, letter: Letter, body: str, pictures: list[str]) -> Submission:
    submission = submissions.receive(
        session, title=letter.title, body=body, origin_group=groups.get(session, letter.group_id).slug,
        by=people.get(session, letter.contributor_id), pictures=pictures, channel=CHANNEL, number=letter.number,
    )
    letter.submission = submission
    session.flush()
    return submission
