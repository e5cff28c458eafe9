"""The stations of a story's way, as its contributor sees them: what is done, where it is now, what is to come."""

from __future__ import annotations

from flask_babel import gettext as _

from editorial.articles.workflow import State
from editorial.intake.submissions import SubmissionState

Stations = tuple[tuple[str, str], ...]
ANSWER, WORK, REVIEW, PLAN, OUT, BACK, END = range(1, 8)
STOPS = (SubmissionState.RETURNED, SubmissionState.DECLINED, SubmissionState.WITHDRAWN)
PLACES = {
    State.DRAFTING: WORK, State.RETURNED: WORK, State.WITHDRAWN: WORK, State.IN_REVIEW: REVIEW, State.IN_PROOF: REVIEW,
    State.REJECTED: REVIEW, State.SIGNED_OFF: PLAN, State.SCHEDULED: PLAN, State.TAKEN_DOWN: OUT,
}
ENDS = (State.WITHDRAWN, State.REJECTED, State.TAKEN_DOWN)


def of_submission(state: str) -> Stations:
    """The stations of a story that is no article yet."""
    here = WORK if state in (SubmissionState.BANKED, SubmissionState.ACCEPTED, SubmissionState.IN_ARTICLE) else ANSWER
    return _stations(here, stopped=state in STOPS, banked=state == SubmissionState.BANKED)


def of_article(state: State, shared: bool) -> Stations:
    """The stations of an article; `shared`: its link stands in a group again."""
    return _stations(PLACES.get(state, END if shared else BACK), stopped=state in ENDS)


def _stations(here: int, *, stopped: bool = False, banked: bool = False) -> Stations:
    words = [
        _("Handed in"), _("Answer"), _("Story bank") if banked else _("Editing"), _("Review"), _("Planning"), _("Published"),
        _("Back to the groups"),
    ]
    return tuple(
        (word, "done" if place < here else "todo" if place > here else "stopped" if stopped else "now")
        for place, word in enumerate(words)
    )
