"""A way through review as plain data: two tracks of steps, and what makes a way usable. Knows no database."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from editorial.errors import Problem

REVIEWS = ("review_1", "review_2", "review_3")
PROOFS = ("proof_1", "proof_2", "proof_3")
REVIEW_TRACK, PROOF_TRACK = "review", "proof"
TRACKS = (REVIEW_TRACK, PROOF_TRACK)
KINDS = ("review", "proof", "legal", "expert")
DUE_MINUTES = 8 * 60
LONGEST_DUE = 100 * 60
MOST_STAGES = 20


@dataclass(frozen=True)
class Stage:
    """One stage of a way. Stages of one track and `step` are open together; steps follow one another.

    `needed` of 0 asks every stage of the step, n asks any n of them. `people` are ids of the persons asked; nobody means
    everybody whose right it is. `due_minutes` are working minutes. `on_finding` names the finding that makes it join.
    """

    name: str
    kind: str
    track: str = REVIEW_TRACK
    step: int = 1
    title: str = ""
    people: tuple[int, ...] = ()
    needed: int = 0
    due_minutes: int = DUE_MINUTES
    on_finding: str = ""

    @property
    def lasting(self) -> bool:
        """Whether it belongs to every way: the three reviews do."""
        return self.name in REVIEWS


@dataclass(frozen=True)
class Plan:
    """The stages of one way. With `proofs_after` the proof track begins when the review track is through."""

    stages: tuple[Stage, ...]
    proofs_after: bool = False

    def facts(self) -> list[dict[str, Any]]:
        """The stages as the audit log keeps them."""
        return [{"name": stage.name, "track": stage.track, "step": stage.step} for stage in self.stages]


def kind_of(name: str) -> str:
    """The kind that a stage's name begins with: `legal_2` is a legal stage; unknown ones are experts'."""
    kind = name.split("_")[0]
    return kind if kind in KINDS else "expert"


def serial(names: Sequence[str]) -> Plan:
    """One stage after the other, all in one track."""
    return Plan(tuple(Stage(name, kind_of(name), step=step) for step, name in enumerate(names, 1)))


def steps(stages: Iterable[Stage]) -> dict[tuple[str, int], list[Stage]]:
    """The stages by track and step, in their order."""
    ordered = sorted(stages, key=lambda stage: (TRACKS.index(stage.track), stage.step))
    return {key: list(group) for key, group in groupby(ordered, key=lambda stage: (stage.track, stage.step))}


def problems_of(plan: Plan) -> Iterator[Problem]:
    """Why a way cannot be used. The three reviews stand in every one, in order, one after the other, all three needed."""
    stages = plan.stages
    names = [stage.name for stage in stages]
    if len(set(names)) != len(names):
        yield Problem("stages", "Each stage needs a name of its own.")
    if not 3 <= len(stages) <= MOST_STAGES:
        yield Problem("stages", "A route has between 3 and {most} stages.", {"most": MOST_STAGES})
    if any(stage.track not in TRACKS or stage.kind != kind_of(stage.name) or not _known(stage) for stage in stages):
        yield Problem("stages", "A stage is a review, a proof, a legal or an expert stage.")
        return
    yield from _order_problems(stages)
    yield from _step_problems(stages)


def _known(stage: Stage) -> bool:
    numbered = {"review": REVIEWS, "proof": PROOFS}.get(stage.kind)
    return stage.name in numbered if numbered else stage.name.split("_")[0] == stage.kind and len(stage.name) <= 20


def _order_problems(stages: Sequence[Stage]) -> Iterator[Problem]:
    reviews = sorted((stage for stage in stages if stage.kind == "review"), key=lambda stage: stage.step)
    places = [stage.step for stage in reviews if stage.track == REVIEW_TRACK and not stage.on_finding]
    if [stage.name for stage in reviews] != list(REVIEWS) or len(set(places)) != len(REVIEWS):
        yield Problem("review_route", "A route holds the three reviews in order, and proofs between or after them.")
    for track in TRACKS:
        proofs = sorted((stage.step, stage.name) for stage in stages if stage.kind == "proof" and stage.track == track)
        if [name for _, name in proofs] != sorted(name for _, name in proofs) or len({step for step, _ in proofs}) < len(proofs):
            yield Problem("stages", "Proofs of one track follow one another: first, second, third.")


def _step_problems(stages: Sequence[Stage]) -> Iterator[Problem]:
    for together in steps(stages).values():
        needed = {stage.needed for stage in together}
        if len(needed) > 1 or not 0 <= max(needed) < max(len(together), 1):
            yield Problem("needed", "Of stages side by side, fewer than all may be enough, and at least one.")
        elif max(needed) and any(stage.kind in ("review", "proof") or stage.on_finding for stage in together):
            yield Problem("needed", "Only legal and expert stages can be “so many of them”; a review or a proof always counts.")
    for stage in stages:
        if not 1 <= stage.due_minutes <= LONGEST_DUE:
            yield Problem("due_minutes", "A stage is due within 1 and {most} working hours.", {"most": LONGEST_DUE // 60})
        if len(stage.title) > 40 or stage.step < 1:
            yield Problem("stages", "A stage's own name has at most 40 characters.")
