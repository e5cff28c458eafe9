"""What each kind of group brings with it: the form its contributors fill in, and the theme its articles begin in.

Answers are kept with a submission as they were asked, so a later change of a form touches no submission.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date
from enum import StrEnum
from typing import Any

from sqlalchemy import JSON, String, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from editorial import audit
from editorial.base import Base
from editorial.errors import Invalid, Problem
from editorial.groups.groups import Kind
from editorial.people.people import Person

MOST_FIELDS = 8
LABEL_CHARACTERS = 30
HINT_CHARACTERS = 100
MOST_CHOICES = 12
CHOICE_CHARACTERS = 40
SHORT_CHARACTERS = 200
LONG_CHARACTERS = 2_000
_NUMBER = re.compile(r"[+-]?\d{1,15}(\.\d{1,6})?")


class FieldKind(StrEnum):
    """What is answered in a field."""

    SHORT_TEXT = "short_text"
    LONG_TEXT = "long_text"
    DATE = "date"
    NUMBER = "number"
    CHOICE = "choice"


@dataclass(frozen=True)
class FormField:
    """One question of a form; `label` names it, no two of a form have the same. `choices` belong to the kind `choice`."""

    label: str
    kind: str = FieldKind.SHORT_TEXT
    required: bool = False
    hint: str = ""
    choices: tuple[str, ...] = ()


@dataclass(frozen=True)
class Filled:
    """A form as somebody filled it in: answers by label.

    `asked_before`: the person was shown labels that the form has no more; they are kept as they were asked.
    """

    said: Mapping[str, str]
    asked_before: bool = False


class GroupKind(Base):
    """What the house has said of one kind. A kind without a row has no form and begins in the house's theme."""

    __tablename__ = "group_kind"

    kind: Mapped[Kind] = mapped_column(String(16), primary_key=True)
    fields: Mapped[list[Any]] = mapped_column(JSON, default=list)
    theme: Mapped[str] = mapped_column(String(60), default="")

    @property
    def form(self) -> tuple[FormField, ...]:
        return tuple(FormField(**{**row, "choices": tuple(row["choices"])}) for row in self.fields)


def of(session: Session, kind: str) -> GroupKind:
    """What is said of a kind; nothing while nobody has."""
    return session.get(GroupKind, kind) or GroupKind(kind=Kind(kind), fields=[], theme="")


def forms(session: Session) -> dict[str, tuple[FormField, ...]]:
    """The forms of the kinds that have one."""
    return {row.kind: row.form for row in session.scalars(select(GroupKind)) if row.fields}


def change(session: Session, kind: str, fields: Sequence[FormField], *, theme: str = "", by: Person) -> GroupKind:
    """Set a kind's form and theme. Raises Invalid naming `fields.N.label`, `fields.N.hint`, … N counted from 0, or `fields`."""
    fields = [_trimmed(field) for field in fields]
    problems = list(_form_problems(fields))
    if problems:
        raise Invalid(*problems)
    row = of(session, kind)
    before = row.form, row.theme
    row.fields, row.theme = [{**asdict(field), "choices": list(field.choices)} for field in fields], theme.strip()
    session.add(row)
    session.flush()
    if before != (row.form, row.theme):
        details = {"kind": kind, "fields": [field.label for field in fields], "theme": row.theme}
        audit.record(session, "change_group_kind", "house", None, by=by, details=details)
    return row


def answer_problems(form: Iterable[FormField], filled: Filled) -> Iterator[Problem]:
    """What is wrong with the answers to a form, each naming `fields.LABEL`."""
    form = tuple(form)
    for field in form:
        problem = _answer_problem(field, filled.said.get(field.label, "").strip())
        if problem is not None:
            yield problem
    if not filled.asked_before:
        for label in _beyond(form, filled):
            yield Problem(f"fields.{label}", "The form of this kind of group has no such field.")


def answers(form: Iterable[FormField], filled: Filled) -> list[dict[str, str]]:
    """What to keep with a submission: `label`, `kind` and `answer` of every field that has one, in the form's order."""
    form = tuple(form)
    kept = [(field.label, str(field.kind), filled.said.get(field.label, "").strip()) for field in form]
    kept += [(label, FieldKind.LONG_TEXT.value, filled.said[label].strip()[:LONG_CHARACTERS]) for label in _beyond(form, filled)]
    return [{"label": label, "kind": kind, "answer": answer} for label, kind, answer in kept if answer]


def _beyond(form: Sequence[FormField], filled: Filled) -> list[str]:
    """Labels that were answered and are not in the form."""
    known = {field.label for field in form}
    more = [label for label, said in filled.said.items() if label not in known and said.strip()]
    return [label for label in more if len(label) <= LABEL_CHARACTERS][:MOST_FIELDS] if filled.asked_before else more


def _trimmed(field: FormField) -> FormField:
    choices = dict.fromkeys(one.strip() for one in field.choices if one.strip()) if field.kind == FieldKind.CHOICE else ()
    return FormField(field.label.strip(), field.kind, bool(field.required), field.hint.strip(), tuple(choices))


def _form_problems(fields: Sequence[FormField]) -> Iterator[Problem]:
    if len(fields) > MOST_FIELDS:
        yield Problem("fields", "A form has at most {limit} fields, now {count}.", {"limit": MOST_FIELDS, "count": len(fields)})
    labels = [field.label for field in fields]
    for place, field in enumerate(fields):
        at = f"fields.{place}"
        if not field.label:
            yield Problem(f"{at}.label", "A name is needed.")
        elif field.label in labels[:place]:
            yield Problem(f"{at}.label", "Another field of this form already has this name.")
        yield from _too_long(f"{at}.label", field.label, LABEL_CHARACTERS)
        yield from _too_long(f"{at}.hint", field.hint, HINT_CHARACTERS)
        if field.kind not in set(FieldKind):
            yield Problem(f"{at}.kind", "Choose one of: {choices}.", {"choices": ", ".join(FieldKind)})
        if field.kind == FieldKind.CHOICE and not 2 <= len(field.choices) <= MOST_CHOICES:
            yield Problem(f"{at}.choices", "Give between 2 and {limit} choices.", {"limit": MOST_CHOICES})
        for choice in field.choices:
            yield from _too_long(f"{at}.choices", choice, CHOICE_CHARACTERS)


def _too_long(field: str, text: str, limit: int) -> Iterator[Problem]:
    if len(text) > limit:
        yield Problem(field, "At most {limit} characters, now {count}.", {"limit": limit, "count": len(text)})


def _answer_problem(field: FormField, said: str) -> Problem | None:
    name = f"fields.{field.label}"
    words: dict[str, object] = {"label": field.label}
    if not said:
        return Problem(name, "“{label}” needs an answer.", words) if field.required else None
    limit = LONG_CHARACTERS if field.kind == FieldKind.LONG_TEXT else SHORT_CHARACTERS
    if len(said) > limit:
        return Problem(
            name, "“{label}”: at most {limit} characters, now {count}.", {**words, "limit": limit, "count": len(said)}
        )
    if field.kind == FieldKind.DATE and not _is_day(said):
        return Problem(name, "“{label}” needs a day, such as 2026-03-08.", words)
    if field.kind == FieldKind.NUMBER and not _NUMBER.fullmatch(said):
        return Problem(name, "“{label}” needs a number in digits.", words)
    if field.kind == FieldKind.CHOICE and said not in field.choices:
        return Problem(name, "“{label}”: choose one of: {choices}.", {**words, "choices": "、".join(field.choices)})
    return None


def _is_day(said: str) -> bool:
    try:
        return date.fromisoformat(said).isoformat() == said
    except ValueError:
        return False
