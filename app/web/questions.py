"""What the forms of the groups' kinds ask on the hand-in page: every form stands in the page, the chosen group's is shown.

An input is called `answer.KIND.LABEL`; answers to the forms that are not shown come back as `kept.KIND.LABEL`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session
from werkzeug.datastructures import MultiDict

from editorial.groups import groups, kinds
from editorial.groups.groups import Group, GroupState
from editorial.groups.kinds import FieldKind, Filled, FormField

ASKED, KEPT = "answer.", "kept."
LONGEST = {FieldKind.LONG_TEXT: kinds.LONG_CHARACTERS}


@dataclass(frozen=True)
class Question:
    """One question with what was typed; `place` names it in ids and among the errors."""

    name: str
    place: str
    field: FormField
    value: str

    @property
    def longest(self) -> int:
        return LONGEST.get(FieldKind(self.field.kind), kinds.SHORT_CHARACTERS)


def typed(form: MultiDict[str, str]) -> dict[str, str]:
    """The answers by `KIND.LABEL`: of the forms that were shown, and those carried along."""
    return {
        name.removeprefix(prefix): value for prefix in (KEPT, ASKED) for name, value in form.items() if name.startswith(prefix)
    }


def filled(session: Session, slug: str, form: MultiDict[str, str]) -> Filled:
    """The form of the group's kind as it was filled in; nothing of one that was not shown."""
    group = groups.by_slug(session, slug)
    prefix = f"{ASKED}{group.kind if group else ''}."
    said = {name.removeprefix(prefix): value for name, value in form.items() if name.startswith(prefix)}
    return Filled(said, asked_before=True)


def of_answers(kind: str, answers: list[Mapping[str, str]]) -> dict[str, str]:
    """Answers of a submission as the page knows them."""
    return {f"{kind}.{one['label']}": one["answer"] for one in answers}


def on_page(session: Session, slug: str, said: Mapping[str, str], errors: dict[str, str]) -> dict[str, Any]:
    """For the template: the questions of each kind, which kind is chosen, the kinds of groups, and every error at its place."""
    group, forms = groups.by_slug(session, slug), kinds.forms(session)
    asked = {kind: _questions(kind, form, said) for kind, form in forms.items()}
    chosen = group.kind if group else ""
    places = {f"fields.{one.field.label}": one.place for one in asked.get(chosen, [])}
    known = select(Group.slug, Group.kind).where(Group.state != GroupState.CLOSED, Group.kind.in_(list(forms)))
    return {
        "asked": asked, "chosen_kind": chosen, "kind_of": dict(session.execute(known).all()) if forms else {},
        "carried": {KEPT + name: text for name, text in said.items() if text and not name.startswith(f"{chosen}.")},
        "errors": {places.get(name, name): sentence for name, sentence in errors.items()},
    }


def _questions(kind: str, form: tuple[FormField, ...], said: Mapping[str, str]) -> list[Question]:
    """The form's own, and at its end what was answered when it still asked for it."""
    known = {field.label for field in form}
    prefix = f"{kind}."
    gone = [name.removeprefix(prefix) for name, text in said.items() if name.startswith(prefix) and text.strip()]
    whole = [*form, *(FormField(label, FieldKind.LONG_TEXT) for label in gone if label not in known)]
    return [
        Question(f"{ASKED}{prefix}{field.label}", f"answer-{kind}-{place}", field, said.get(prefix + field.label, ""))
        for place, field in enumerate(whole)
    ]
