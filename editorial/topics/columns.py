"""Columns: regular series with their own form, review route, theme and account. Types and goals of articles."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from enum import StrEnum
from typing import Any

from sqlalchemy import JSON, ForeignKey, String, Text, select
from sqlalchemy.orm import Mapped, Session, mapped_column, relationship

from editorial import audit
from editorial.accounts import OfficialAccount
from editorial.base import Base, BigKey, Dated, Numbered
from editorial.errors import Invalid, NotFound, Problem
from editorial.people.people import Person

NAME_CHARACTERS = 40
MOST_LINES = 12
"""Fields of a form, and points of a checklist."""
FIELD_CHARACTERS = 300


class ArticleType(StrEnum):
    """What an article is, whatever it is about."""

    NEWS = "news"
    PORTRAIT = "portrait"
    TRAINING_NOTE = "training_note"
    ACTIVITY_REPORT = "activity_report"
    ANNOUNCEMENT = "announcement"
    YEAR_REVIEW = "year_review"


class Goal(StrEnum):
    """What an article is for. Articles of different goals are not compared by the same number."""

    CULTURE = "culture"
    SERVICE = "service"
    RECRUITING = "recruiting"
    PRODUCT = "product"
    DIALOGUE = "dialogue"


class Column(Numbered, Dated, Base):
    """A regular series. `fields` and `checklist` are the lines that every article of it fills in and ticks off.

    `route` names its review route (`route_id` once routes are things of their own), empty for the house's. `group_kinds` are
    the kinds of groups whose stories usually stand in it: for them it is offered first.
    """

    __tablename__ = "editorial_column"

    name: Mapped[str] = mapped_column(String(NAME_CHARACTERS), unique=True)
    description: Mapped[str] = mapped_column(Text, default="")
    type: Mapped[ArticleType] = mapped_column(String(20), default=ArticleType.NEWS)
    goal: Mapped[Goal | None] = mapped_column(String(12))
    fields: Mapped[list[str]] = mapped_column(default=list)
    checklist: Mapped[list[str]] = mapped_column(default=list)
    route: Mapped[str] = mapped_column(String(60), default="")
    route_id: Mapped[int | None] = mapped_column(BigKey)
    theme: Mapped[str] = mapped_column(String(60), default="")
    account_id: Mapped[int | None] = mapped_column(ForeignKey("official_account.id"))
    retired: Mapped[bool] = mapped_column(default=False)
    group_kinds: Mapped[list[str]] = mapped_column(default=list)

    account: Mapped[OfficialAccount | None] = relationship()


class OutputPlan(Base):
    """What a group means to bring out: types of articles, and after how many days without any it is called silent."""

    __tablename__ = "output_plan"

    group_id: Mapped[int] = mapped_column(ForeignKey("community_group.id"), primary_key=True)
    types: Mapped[list[str]] = mapped_column(JSON, default=list)
    silent_days: Mapped[int | None]


FORM = ("description", "type", "goal", "fields", "checklist", "route", "theme", "account_id")


def add(session: Session, *, name: str, by: Person, **form: Any) -> Column:
    """Begin a column. `form`: what FORM names. Raises Invalid naming the field."""
    made = Column(name=name.strip())
    _fill(session, made, form)
    session.add(made)
    session.flush()
    audit.record(session, "add_column", "column", made.id, by=by, details={"name": made.name})
    return made


def change(session: Session, column: Column, *, name: str, by: Person, **form: Any) -> None:
    """Change a column. Articles keep what they have; new ones follow it. Raises Invalid naming the field."""
    column.name = name.strip()
    with session.no_autoflush:
        _fill(session, column, form)
    audit.record(session, "change_column", "column", column.id, by=by, details={"name": column.name})


def retire(session: Session, column: Column, *, by: Person, retired: bool = True) -> None:
    """Take a column out of the choice, or put it back. Its articles stay in it."""
    column.retired = retired
    verb = "retire_column" if retired else "restore_column"
    audit.record(session, verb, "column", column.id, by=by, details={"name": column.name})


def get(session: Session, column_id: int) -> Column:
    """The column with this id. Raises NotFound."""
    column = session.get(Column, column_id)
    if column is None:
        raise NotFound()
    return column


def chosen(session: Session, column_id: int | str | None) -> Column | None:
    """The column of a form's choice, none for none. Raises Invalid naming `column`."""
    if not column_id:
        return None
    known = str(column_id).isascii() and str(column_id).isdigit() and len(str(column_id)) < 19
    column = session.get(Column, int(column_id)) if known else None
    if column is None:
        raise Invalid(Problem("column", "There is no such column."))
    return column


def everyone(session: Session, *, retired: bool = False) -> list[Column]:
    """All columns by name, those out of the choice only when wanted."""
    query = select(Column).order_by(Column.retired, Column.name)
    return list(session.scalars(query if retired else query.where(Column.retired.is_(False))))


def usual_first(found: Sequence[Column], kind: str | None) -> list[Column]:
    """Columns that stories from groups of a kind usually stand in, then the others."""
    return sorted(found, key=lambda column: kind not in column.group_kinds)


def set_usual(session: Session, kind: str, column_ids: Collection[int], *, by: Person) -> None:
    """Say in which columns stories from groups of a kind usually stand. Raises Invalid naming `columns`."""
    found = everyone(session, retired=True)
    if set(column_ids) - {column.id for column in found}:
        raise Invalid(Problem("columns", "There is no such column."))
    for column in found:
        if (column.id in column_ids) != (kind in column.group_kinds):
            others = [one for one in column.group_kinds if one != kind]
            column.group_kinds = [*others, kind] if column.id in column_ids else others
            audit.record(session, "change_column", "column", column.id, by=by, details={"name": column.name})


def plan_of(session: Session, group_id: int) -> OutputPlan:
    """What a group means to bring out; an empty plan while nobody has said."""
    return session.get(OutputPlan, group_id) or OutputPlan(group_id=group_id, types=[], silent_days=None)


def set_plan(session: Session, group_id: int, *, types: list[str], silent_days: int | None, by: Person) -> None:
    """Say what a group means to bring out. Raises Invalid naming `types` or `silent_days`."""
    problems = []
    if set(types) - set(ArticleType):
        problems.append(Problem("types", "There is no such type of article."))
    if silent_days is not None and not 1 <= silent_days <= 3650:
        problems.append(Problem("silent_days", "Choose between 1 and 3650 days."))
    if problems:
        raise Invalid(*problems)
    plan = plan_of(session, group_id)
    plan.types, plan.silent_days = [one for one in ArticleType if one in types], silent_days
    session.add(plan)
    audit.record(session, "plan_output", "group", group_id, by=by, details={"types": plan.types})


def type_named(said: str | None) -> ArticleType | None:
    """The type of a form's choice, none for none. Raises Invalid naming `type`."""
    if said and said not in set(ArticleType):
        raise Invalid(Problem("type", "There is no such type of article."))
    return ArticleType(said) if said else None


def goal_named(said: str | None) -> Goal | None:
    """The goal of a form's choice, none for none. Raises Invalid naming `goal`."""
    if said and said not in set(Goal):
        raise Invalid(Problem("goal", "There is no such goal."))
    return Goal(said) if said else None


def _fill(session: Session, column: Column, form: dict[str, Any]) -> None:
    problems = list(_problems(session, column, form))
    if problems:
        raise Invalid(*problems)
    column.description, column.route, column.theme = (form.get(name, "").strip() for name in ("description", "route", "theme"))
    column.type = type_named(form.get("type")) or ArticleType.NEWS
    column.goal = goal_named(form.get("goal"))
    column.fields, column.checklist = _lines(form.get("fields")), _lines(form.get("checklist"))
    column.account_id = form.get("account_id")


def _problems(session: Session, column: Column, form: dict[str, Any]) -> Any:
    if not column.name:
        yield Problem("name", "A name is needed.")
    elif len(column.name) > NAME_CHARACTERS:
        yield Problem("name", "At most {limit} characters, now {count}.", {"limit": NAME_CHARACTERS, "count": len(column.name)})
    elif session.scalar(select(Column.id).where(Column.name == column.name, Column.id != (column.id or 0))):
        yield Problem("name", "Another column already has this name.")
    for name in ("fields", "checklist"):
        lines = _lines(form.get(name))
        if len(lines) > MOST_LINES:
            yield Problem(name, "At most {limit} lines, now {count}.", {"limit": MOST_LINES, "count": len(lines)})
        if any(len(line) > FIELD_CHARACTERS for line in lines):
            yield Problem(name, "A line has at most {limit} characters.", {"limit": FIELD_CHARACTERS})
    if form.get("account_id") and session.get(OfficialAccount, form["account_id"]) is None:
        yield Problem("account", "There is no such account.")


def _lines(said: list[str] | str | None) -> list[str]:
    """Each line once, without empty ones."""
    lines = said.splitlines() if isinstance(said, str) else said or []
    return list(dict.fromkeys(line.strip() for line in lines if line.strip()))
