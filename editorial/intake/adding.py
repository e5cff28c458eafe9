"""An arrival's words and pictures put into the submission of its conversation."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy.orm import Session

from editorial import clock
from editorial.intake import arrivals, conversations, submissions
from editorial.intake.arrivals import Arrival
from editorial.intake.conversations import Conversation
from editorial.intake.submissions import Submission
from editorial.notices import tell_all
from editorial.people.people import Role, with_role


@dataclass(frozen=True)
class Piece:
    """What an arrival holds: Markdown with its pictures in their places, these by sha256, a headline if it has one.

    `fallback` is the headline of a story whose words give none.
    """

    markdown: str
    pictures: list[str]
    title: str = ""
    fallback: str = ""
    has_words: bool = True


def join(session: Session, arrival: Arrival, piece: Piece, zone: str = clock.DEFAULT_ZONE) -> Submission | None:
    """Make the submission, or put the piece at its end. What was said before is not said twice.

    Returns None for what holds nothing. Raises Invalid when its group takes nothing any more, and Muted.
    """
    conversation = arrival.conversation
    if conversation is None or arrivals.said_before(session, arrival) or not (piece.markdown.strip() or piece.pictures):
        arrivals.settle(arrival)
        return conversation.submission if conversation else None
    submission = conversation.submission
    if submission is None:
        submission = _handed_in(session, conversation, piece, zone)
    elif not _extended(session, conversation, submission, piece):
        arrival.conversation = conversation = conversations.going_on(session, conversation, piece.title)
        submission = _handed_in(session, conversation, piece, zone)
    conversation.has_words = conversation.has_words or piece.has_words
    arrivals.settle(arrival)
    session.flush()
    return submission


def lose(session: Session, arrival: Arrival, piece: Piece, reason: str, zone: str = clock.DEFAULT_ZONE) -> None:
    """Something of it cannot be had any more: its submission stands without it, and the editors are told."""
    submission = join(session, arrival, piece, zone)
    arrival.reason = reason
    if submission is None:
        return
    tell_all(
        session, with_role(session, Role.DESK_EDITOR), "Something of “{title}” ({number}) could not be fetched: {reason}",
        cause=f"lost_arrival:{arrival.id}", thing="submission", thing_id=submission.id, title=submission.title,
        number=submission.number, reason=reason,
    )


def _extended(session: Session, conversation: Conversation, submission: Submission, piece: Piece) -> bool:
    """False: somebody has decided about it already."""
    if conversation.has_words or not piece.has_words or not piece.title:
        return submissions.extend(session, submission, piece.markdown, piece.pictures)
    # Until now there were pictures alone, under a headline of ours.
    whole = "\n\n".join(filter(None, (submission.body if submission.pictures else "", piece.markdown)))
    conversation.title = piece.title
    return submissions.extend(session, submission, whole, piece.pictures, title=piece.title)


def _handed_in(session: Session, conversation: Conversation, piece: Piece, zone: str) -> Submission:
    conversation.title = (conversation.title or piece.title or piece.fallback)[:200]
    submission = submissions.receive(
        session, title=conversation.title, body=piece.markdown.strip() or conversation.title,
        origin_group=conversation.group.slug, by=conversation.contributor, byline=conversation.byline, pictures=piece.pictures,
        channel=conversation.way.partition(":")[0], number=conversation.number, follows=conversation.follows, zone=zone,
    )
    conversation.submission = submission
    session.flush()
    return submission
