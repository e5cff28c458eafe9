"""The playbook (群 SOP): what helps in each stage of a group's life, who does it, and within how many days."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from enum import StrEnum
from typing import Any

from sqlalchemy import JSON, String
from sqlalchemy.orm import Mapped, Session, mapped_column

from editorial import audit
from editorial.base import Base, Dated
from editorial.errors import Invalid, Problem
from editorial.life_cycle.stages import Stage
from editorial.people.people import Person

MOST_ACTIONS = 6
WORDS_CHARACTERS = 120
MOST_DAYS = 90


class Doer(StrEnum):
    """Who of a group's people does it; whoever has the role when it is due."""

    STEWARD = "steward"
    DEPUTY = "deputy"
    OPERATOR = "operator"


@dataclass(frozen=True)
class Action:
    """One thing to do within `days` after it was taken on."""

    words: str
    days: int
    doer: Doer = Doer.STEWARD


USUAL: Mapping[Stage, tuple[Action, ...]] = {
    Stage.NEWCOMER: (
        Action("Hold a small opening: say who this group is for and what comes out of it, and welcome everybody by name.", 3),
        Action("Call for the first small stories, a few sentences and a picture each.", 7),
        Action("Answer each of the first stories within a day.", 14, Doer.DEPUTY),
    ),
    Stage.GROWTH: (
        Action("Name a correspondent, and agree on a rhythm.", 7),
        Action("Set a topic for the group that everybody has something to say about.", 10),
        Action("Prepare one larger activity with the group, and plan its report.", 30),
    ),
    Stage.MATURE: (
        Action("Hand duties on: let two more people take part in looking after the group.", 14),
        Action("Look at what readers clicked, and tell the group which of its stories they liked.", 14, Doer.DEPUTY),
        Action("Think about a sub-group where there are too many voices.", 30),
    ),
    Stage.DECLINE: (
        Action("Ask three people of the group what is missing.", 5),
        Action("Look through the charter, and send less of what nobody opens.", 10),
        Action("Set one task with an end that the group can finish together.", 14),
    ),
    Stage.CHURN: (
        Action("Say good-bye and thank everybody, and keep what was made.", 7),
        Action("Close the group, or begin again with another purpose.", 14),
        Action("Look with the steward at why it ended, and note it for the next group.", 14, Doer.OPERATOR),
    ),
}
"""What a house begins with; sentences of the catalogue."""


class PlaybookStage(Dated, Base):
    """What a house does in one stage instead of the usual; a stage without a row has the usual actions."""

    __tablename__ = "playbook_stage"

    stage: Mapped[Stage] = mapped_column(String(8), primary_key=True)
    actions: Mapped[list[dict[str, Any]]] = mapped_column(JSON)


def of_stage(session: Session, stage: Stage) -> tuple[Action, ...]:
    """The actions of a stage, in order."""
    row = session.get(PlaybookStage, stage)
    return tuple(Action(one["words"], one["days"], Doer(one["doer"])) for one in row.actions) if row else USUAL[stage]


def change(session: Session, stage: str, rows: Iterable[tuple[str, str, str]], *, by: Person) -> None:
    """Set a stage's actions from rows of words, days and doer; rows without words are left out.

    Raises Invalid naming `stage`, `actions`, `actions.N.words`, `actions.N.days` or `actions.N.doer`, N counted from 0.
    """
    if stage not in set(Stage):
        raise Invalid(Problem("stage", "There is no such stage."))
    said = [(number, *row) for number, row in enumerate(rows) if row[0].strip()]
    problems = [problem for number, words, days, doer in said for problem in _problems(number, words, days, doer)]
    if len(said) > MOST_ACTIONS:
        problems.append(Problem("actions", "At most {limit} actions a stage.", {"limit": MOST_ACTIONS}))
    if problems:
        raise Invalid(*problems)
    actions = [asdict(Action(words.strip(), int(days), Doer(doer))) for _, words, days, doer in said]
    session.merge(PlaybookStage(stage=Stage(stage), actions=actions))
    audit.record(session, "change_playbook", "playbook", None, by=by, details={"stage": stage, "actions": actions})


def _problems(number: int, words: str, days: str, doer: str) -> Iterable[Problem]:
    if len(words.strip()) > WORDS_CHARACTERS:
        sentence = "At most {limit} characters, now {count}."
        yield Problem(f"actions.{number}.words", sentence, {"limit": WORDS_CHARACTERS, "count": len(words.strip())})
    if not days.isdecimal() or not 1 <= int(days) <= MOST_DAYS:
        yield Problem(f"actions.{number}.days", "Choose a number from {least} to {most}.", {"least": 1, "most": MOST_DAYS})
    if doer not in set(Doer):
        yield Problem(f"actions.{number}.doer", "Choose one of: {choices}.", {"choices": ", ".join(Doer)})
