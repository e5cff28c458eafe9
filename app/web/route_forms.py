"""The form of a review route: rows of stages as they are typed, moved and taken away, and the plan they say."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from flask import request

from editorial.people.people import Person, Role
from editorial.people.permissions import RIGHTS, Action, may
from editorial.review import plans, routes
from editorial.review.plans import PROOF_TRACK, REVIEW_TRACK, TRACKS, Plan, Stage

MORE = (*plans.PROOFS, "legal", "legal_2", "expert", "expert_2", "expert_3")
"""What can be added to the three reviews."""


@dataclass(frozen=True)
class Row:
    """One stage as the form shows it. `beside`: together with the row above instead of after it."""

    stage: Stage
    beside: bool = False
    able: tuple[tuple[int, str], ...] = ()


def rows_of(plan: Plan) -> list[Row]:
    """The rows of a kept plan, track by track."""
    rows: list[Row] = []
    for (_track, _step), together in plans.steps(plan.stages).items():
        rows += [Row(stage, beside=number > 0) for number, stage in enumerate(together)]
    return rows


def typed() -> tuple[list[Row], bool]:
    """The rows of the form that was sent, with what its buttons asked for done to them, and whether proofs come after."""
    rows = [_row(name) for name in request.form.getlist("stage") if routes.right_of(name)]
    rows = [row for track in TRACKS for row in rows if row.stage.track == track]
    act, _colon, name = request.form.get("act", "").partition(":")
    if act == "remove":
        rows = [row for row in rows if row.stage.name != name or row.stage.lasting]
    elif act in ("up", "down"):
        rows = _moved(rows, name, -1 if act == "up" else 1)
    elif act == "add" and (added := request.form.get("added", "")) in MORE and added not in {row.stage.name for row in rows}:
        track = PROOF_TRACK if plans.kind_of(added) == "proof" else REVIEW_TRACK
        rows.append(Row(Stage(added, plans.kind_of(added), track)))
        rows.sort(key=lambda row: TRACKS.index(row.stage.track))
    return rows, bool(request.form.get("proofs_after"))


def plan_of(rows: Sequence[Row], *, proofs_after: bool) -> Plan:
    """The plan that the rows say: each after the one above it, or beside it."""
    stages: list[Stage] = []
    step = dict.fromkeys(TRACKS, 0)
    for row in rows:
        track = row.stage.track
        step[track] += 0 if row.beside and step[track] else 1
        stages.append(replace(row.stage, step=step[track]))
    return Plan(tuple(stages), proofs_after)


def choices(rows: Sequence[Row], persons: Sequence[Person]) -> list[Row]:
    """The rows with those who can be asked by name for each."""
    return [replace(row, able=tuple((one.id, one.name) for one in persons if _can(one, row.stage))) for row in rows]


def wanted_roles() -> list[Role]:
    """Roles of those who could be asked by name."""
    return sorted(RIGHTS[Action.SEE_ARTICLE])


def _can(person: Person, stage: Stage) -> bool:
    right = Action.SEE_ARTICLE if stage.kind in ("legal", "expert") else routes.right_of(stage.name)
    return right is not None and may(person, right)


def _row(name: str) -> Row:
    said = {key: request.form.get(f"{key}-{name}", "").strip() for key in ("track", "title", "hours", "needed", "when", "beside")}
    hours = said["hours"].replace(",", ".")
    minutes = round(float(hours) * 60) if hours.replace(".", "", 1).isdigit() else 0
    stage = Stage(
        name, plans.kind_of(name), said["track"] if said["track"] in TRACKS else REVIEW_TRACK, title=said["title"],
        people=tuple(int(one) for one in request.form.getlist(f"people-{name}") if one.isdecimal()),
        needed=int(said["needed"]) if said["needed"].isdecimal() else 0, due_minutes=minutes,
        on_finding=plans.kind_of(name) if said["when"] == "finding" and plans.kind_of(name) in ("legal", "expert") else "",
    )
    return Row(stage, beside=said["beside"] == "beside")


def _moved(rows: list[Row], name: str, by: int) -> list[Row]:
    index = next((number for number, row in enumerate(rows) if row.stage.name == name), None)
    if index is None or not 0 <= index + by < len(rows):
        return rows
    moved = list(rows)
    moved[index], moved[index + by] = moved[index + by], moved[index]
    return moved
