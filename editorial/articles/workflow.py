"""What *we decided* about an article: its states, what may be done in each, and where that leads. One table."""

from __future__ import annotations

from enum import StrEnum


class State(StrEnum):
    """Where an article stands."""

    DRAFTING = "drafting"
    IN_REVIEW = "in_review"
    IN_PROOF = "in_proof"
    SIGNED_OFF = "signed_off"
    SCHEDULED = "scheduled"
    PUBLISHED = "published"
    RETURNED = "returned"
    REJECTED = "rejected"
    WITHDRAWN = "withdrawn"
    CORRECTED = "corrected"
    TAKEN_DOWN = "taken_down"


class Move(StrEnum):
    """What can happen to an article."""

    SAVE = "save"
    SUBMIT = "submit"
    PASS_ON = "pass_on"
    PROOF = "proof"
    SIGN_OFF = "sign_off"
    RETURN = "return"
    REJECT = "reject"
    REOPEN = "reopen"
    SCHEDULE = "schedule"
    UNSCHEDULE = "unschedule"
    PUBLISH = "publish"
    WITHDRAW = "withdraw"
    CORRECT = "correct"
    TAKE_DOWN = "take_down"


S, M = State, Move

TABLE: dict[tuple[State, Move], State] = {
    (S.DRAFTING, M.SAVE): S.DRAFTING,
    (S.RETURNED, M.SAVE): S.RETURNED,
    # A change under review starts the review again; of a signed-off article it takes the sign-off away.
    (S.IN_REVIEW, M.REOPEN): S.IN_REVIEW,
    (S.IN_PROOF, M.REOPEN): S.IN_REVIEW,
    (S.SIGNED_OFF, M.REOPEN): S.IN_REVIEW,
    (S.DRAFTING, M.SUBMIT): S.IN_REVIEW,
    (S.RETURNED, M.SUBMIT): S.IN_REVIEW,
    (S.IN_REVIEW, M.PASS_ON): S.IN_REVIEW,
    (S.IN_PROOF, M.PASS_ON): S.IN_REVIEW,
    (S.IN_REVIEW, M.PROOF): S.IN_PROOF,
    (S.IN_PROOF, M.PROOF): S.IN_PROOF,
    (S.IN_REVIEW, M.SIGN_OFF): S.SIGNED_OFF,
    (S.IN_PROOF, M.SIGN_OFF): S.SIGNED_OFF,
    (S.IN_REVIEW, M.RETURN): S.RETURNED,
    (S.IN_PROOF, M.RETURN): S.RETURNED,
    (S.IN_REVIEW, M.REJECT): S.REJECTED,
    (S.IN_PROOF, M.REJECT): S.REJECTED,
    (S.SIGNED_OFF, M.SCHEDULE): S.SCHEDULED,
    (S.SCHEDULED, M.UNSCHEDULE): S.SIGNED_OFF,
    (S.SCHEDULED, M.PUBLISH): S.PUBLISHED,
    (S.DRAFTING, M.WITHDRAW): S.WITHDRAWN,
    (S.RETURNED, M.WITHDRAW): S.WITHDRAWN,
    (S.IN_REVIEW, M.WITHDRAW): S.WITHDRAWN,
    (S.IN_PROOF, M.WITHDRAW): S.WITHDRAWN,
    (S.SIGNED_OFF, M.WITHDRAW): S.WITHDRAWN,
    (S.PUBLISHED, M.CORRECT): S.CORRECTED,
    (S.CORRECTED, M.CORRECT): S.CORRECTED,
    (S.PUBLISHED, M.TAKE_DOWN): S.TAKEN_DOWN,
    (S.CORRECTED, M.TAKE_DOWN): S.TAKEN_DOWN,
}
"""Everything that is not in this table cannot happen."""


def after(state: State, move: Move) -> State | None:
    """The state that `move` leads to from `state`, or None when it cannot happen."""
    return TABLE.get((state, move))
