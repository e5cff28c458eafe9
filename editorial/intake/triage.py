"""Triage (初筛): the decision on what was handed in. Every one reaches the contributor, with reason, name and next step."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from editorial import audit, clock
from editorial.base import compare_and_set
from editorial.errors import Invalid, Problem, WrongState
from editorial.intake.submissions import Submission, SubmissionState
from editorial.notices import tell
from editorial.people.people import Person

ANSWERABLE = (SubmissionState.RECEIVED, SubmissionState.BANKED)
JOINABLE = (SubmissionState.RECEIVED, SubmissionState.BANKED, SubmissionState.ACCEPTED, SubmissionState.IN_ARTICLE)
"""With these another one can be joined: they are on their way."""
UNDO_FOR = timedelta(minutes=10)
"""How long the one who decided may take it back."""
UNDONE_BY_ITSELF = (SubmissionState.RETURNED, SubmissionState.DECLINED, SubmissionState.BANKED, SubmissionState.MERGED)

ACCEPTED = (
    "Your story “{title}” ({number}) was adopted. {name} is its editor and asks you if something is unclear. "
    "Next it is edited and then reviewed."
)
RETURNED = "Your story “{title}” ({number}) came back to you from {name}: {reason} Next: change it and hand it in again."
DECLINED = "Your story “{title}” ({number}) will not be used; {name} decided it: {reason} You are welcome to hand in another one."
BANKED = "Your story “{title}” ({number}) is accepted and waits in the story bank with {name}. You are told when it is taken up."
BANKED_BECAUSE = (
    "Your story “{title}” ({number}) is accepted and waits in the story bank with {name}: {reason} "
    "You are told when it is taken up."
)
MERGED = "Your story “{title}” ({number}) was joined with {main} by {name}: both tell of the same. It shares the way of {main}."
WITHDRAWN = "You took your story “{title}” ({number}) back. The editors do not use it any more."
RELEASED = (
    "The story that yours, “{title}” ({number}), was joined with was taken back by its contributor. Yours is read again by itself."
)
UNDONE = "The answer to your story “{title}” ({number}) was taken back by {name}. It is read again, and you are told."


def accept(session: Session, submission: Submission, *, by: Person, reason: str = "") -> None:
    """Adopt it: an article is made of it."""
    _decide(session, submission, SubmissionState.ACCEPTED, "accept", by, reason)
    _tell(session, submission, ACCEPTED, by)


def return_for_revision(session: Session, submission: Submission, *, by: Person, reason: str) -> None:
    """Back to its contributor, who can hand in again."""
    _needs_reason(reason)
    _decide(session, submission, SubmissionState.RETURNED, "return", by, reason)
    _tell(session, submission, RETURNED, by)


def decline(session: Session, submission: Submission, *, by: Person, reason: str) -> None:
    """It will not be used."""
    _needs_reason(reason)
    _decide(session, submission, SubmissionState.DECLINED, "decline", by, reason)
    _tell(session, submission, DECLINED, by)


def bank(session: Session, submission: Submission, *, by: Person, reason: str = "") -> None:
    """Accepted, but nobody plans it yet: into the story bank."""
    if submission.state == SubmissionState.BANKED:
        raise WrongState()
    _decide(session, submission, SubmissionState.BANKED, "bank", by, reason)
    submission.banked_at = submission.decided_at
    _tell(session, submission, BANKED_BECAUSE if submission.reason else BANKED, by)


def join(session: Session, submission: Submission, *, into: Submission, by: Person, named: bool = False) -> None:
    """It tells of the same as `into` and shares its way from now on; it keeps its number. `named`: so does its by-line.

    Raises Invalid naming `into`, WrongState.
    """
    main = into.merged_into or into
    if main.id == submission.id or main.state not in JOINABLE:
        raise Invalid(Problem("into", "It can be joined with another one that is on its way, and with no other."))
    if joined(session, submission):
        raise Invalid(Problem("into", "Others are joined with this one already. Join the other way round."))
    _decide(session, submission, SubmissionState.MERGED, "join", by, "")
    submission.merged_into, submission.named = main, named
    session.flush()
    _tell(session, submission, MERGED, by, main=main.number)


def withdraw(session: Session, submission: Submission, *, by: Person) -> None:
    """Its contributor takes it back. What was joined with it stands for itself again."""
    with_it = joined(session, submission)
    _decide(session, submission, SubmissionState.WITHDRAWN, "withdraw", by, "")
    for one in with_it:
        one.state, one.merged_into, one.named = SubmissionState.RECEIVED, None, False
        audit.record(session, "release_submission", "submission", one.id, details={"number": one.number})
    session.flush()
    _tell(session, submission, WITHDRAWN, by)
    for one in with_it:
        _tell(session, one, RELEASED, by, word="released")


def undo(session: Session, submission: Submission, *, by: Person) -> None:
    """Take one's own last decision back while nothing was built on it. Raises WrongState.

    What became an article is undone by articles.adopting, which comes back here.
    """
    again = select(Submission.id).where(Submission.follows_id == submission.id).limit(1)
    if submission.state not in UNDONE_BY_ITSELF or session.scalar(again) is not None:
        raise WrongState()
    reopen(session, submission, by=by)


def reopen(session: Session, submission: Submission, *, by: Person) -> None:
    """Put it back to where it was before the decision of `by`, and say so. Raises WrongState when it is too late for that."""
    was_banked = submission.banked_at is not None and submission.state != SubmissionState.BANKED
    back = SubmissionState.BANKED if was_banked else SubmissionState.RECEIVED
    first = submission.answered_at == submission.decided_at
    change = update(Submission).where(
        Submission.id == submission.id, Submission.state == submission.state, Submission.decided_by_id == by.id,
        Submission.decided_at > clock.now() - UNDO_FOR,
    )
    undone = change.values(
        state=back, reason="", decided_by_id=by.id if was_banked else None, decided_at=submission.banked_at if was_banked else None,
        banked_at=submission.banked_at if was_banked else None, answered_at=None if first else submission.answered_at,
        merged_into_id=None, named=False,
    )
    before = submission.state
    if not compare_and_set(session, undone):
        raise WrongState()
    session.refresh(submission)
    audit.record(session, "undo_decision", "submission", submission.id, by=by, details={"number": submission.number, "was": before})
    _tell(session, submission, UNDONE, by, word="undone")


def last_decided(session: Session, by: Person) -> Submission | None:
    """What this person decided last, while it may still be taken back."""
    query = select(Submission).where(Submission.decided_by_id == by.id, Submission.decided_at > clock.now() - UNDO_FOR)
    query = query.where(Submission.state.in_((*UNDONE_BY_ITSELF, SubmissionState.IN_ARTICLE)), Submission.contributor_id != by.id)
    return session.scalar(query.order_by(Submission.decided_at.desc(), Submission.id.desc()).limit(1))


def joinable(session: Session, number: str) -> Submission:
    """The submission of this number, for joining another with it. Raises Invalid naming `into`."""
    found = session.scalar(select(Submission).where(Submission.number == number.strip()))
    if found is None:
        raise Invalid(Problem("into", "There is no submission with this number."))
    return found


def joined(session: Session, main: Submission) -> Sequence[Submission]:
    """What was joined with this one, in the order it came in."""
    return session.scalars(select(Submission).where(Submission.merged_into_id == main.id).order_by(Submission.id)).all()


def named_with(session: Session, main: Submission) -> str:
    """The by-line of a story and of those joined with it whose contributors are to be named."""
    names = [main.signature, *(one.signature for one in joined(session, main) if one.named)]
    return "、".join(dict.fromkeys(names))


def _decide(session: Session, submission: Submission, to: SubmissionState, verb: str, by: Person, reason: str) -> None:
    withdrawing = to == SubmissionState.WITHDRAWN
    allowed = (*ANSWERABLE, SubmissionState.RETURNED) if withdrawing else ANSWERABLE
    now = clock.now()
    change = update(Submission).where(Submission.id == submission.id, Submission.state.in_(allowed))
    values = {"state": to, "decided_by_id": by.id, "decided_at": now, "reason": reason.strip()}
    if submission.answered_at is None and not withdrawing:
        values["answered_at"] = now
    if not compare_and_set(session, change.values(values)):
        raise WrongState()
    session.refresh(submission)
    audit.record(session, f"{verb}_submission", "submission", submission.id, by=by, details={"reason": reason.strip()})


def _tell(session: Session, submission: Submission, sentence: str, by: Person, main: str = "", word: str = "") -> None:
    """Tell the contributor; those whose stories were joined with it learn the same of their own. `word` begins the cause."""
    said: dict[str, Any] = {"main": main} if main else {}
    if submission.reason:
        said["reason"] = submission.reason
    for one in (submission, *joined(session, submission)):
        tell(
            session, one.contributor, sentence, cause=f"{word or submission.state}:{one.id}:{clock.now():%Y%m%d%H%M%S%f}",
            thing="submission", thing_id=one.id, title=one.title, number=one.number, name=by.name, **said,
        )


def _needs_reason(reason: str) -> None:
    if not reason.strip():
        raise Invalid(Problem("reason", "Say why: the contributor reads it."))
