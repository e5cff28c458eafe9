"""A tree of groups: main groups and sub-groups, each with a kind, a purpose, a steward and a deputy."""

from __future__ import annotations

import re
from datetime import date
from enum import StrEnum
from typing import Any

from sqlalchemy import ForeignKey, Index, String, Text, func, or_, select
from sqlalchemy.orm import Mapped, Session, mapped_column, relationship

from editorial import audit
from editorial.base import Base, BigKey, Dated, Numbered
from editorial.errors import Invalid, NotFound, Problem
from editorial.groups.connectors import GroupConnector
from editorial.people.people import Person


class Kind(StrEnum):
    """What kind of group it is."""

    ACTIVITY = "activity"
    CULTURE = "culture"
    TRAINING = "training"
    MANAGEMENT = "management"
    RESEARCH = "research"
    PRODUCT = "product"
    MARKETING = "marketing"
    SALES = "sales"
    EXTERNAL = "external"
    OTHER = "other"


class GroupState(StrEnum):
    """A group's life as the house sees it."""

    PREPARING = "preparing"
    ACTIVE = "active"
    DORMANT = "dormant"
    CLOSED = "closed"


class Mode(StrEnum):
    """Whether a group has an end."""

    LASTING = "lasting"
    TASK = "task"


class Group(Numbered, Dated, Base):
    """One group. It has at most one parent; circles are refused. `purpose` is that of its newest charter."""

    __tablename__ = "community_group"

    slug: Mapped[str] = mapped_column(String(60), unique=True)
    name: Mapped[str] = mapped_column(String(80))
    kind: Mapped[Kind] = mapped_column(String(16))
    state: Mapped[GroupState] = mapped_column(String(12), default=GroupState.ACTIVE)
    parent_id: Mapped[int | None] = mapped_column(ForeignKey("community_group.id"), index=True)
    steward_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    deputy_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    purpose: Mapped[str] = mapped_column(Text, default="")
    charter_version: Mapped[int] = mapped_column(default=0)
    """The number of its newest charter, 0 while nobody has written one."""
    mode: Mapped[Mode] = mapped_column(String(8), default=Mode.LASTING)
    ends_on: Mapped[date | None]
    """A task group's last day by the house's wall; it closes by itself after it."""
    operator_id: Mapped[int | None] = mapped_column(BigKey, index=True)
    """The operator it is assigned to, when a house has too many groups for one."""

    parent: Mapped[Group | None] = relationship(remote_side="Group.id")
    steward: Mapped[Person | None] = relationship(foreign_keys=[steward_id])
    deputy: Mapped[Person | None] = relationship(foreign_keys=[deputy_id])
    operator: Mapped[Person | None] = relationship(primaryjoin="foreign(Group.operator_id) == Person.id", viewonly=True)
    connector: Mapped[GroupConnector | None] = relationship(
        primaryjoin="and_(GroupConnector.group_id == Group.id, GroupConnector.preferred)", uselist=False,
        cascade="all, delete-orphan",
    )
    """The preferred way into it."""
    connectors: Mapped[list[GroupConnector]] = relationship(
        order_by="[GroupConnector.preferred.desc(), GroupConnector.id]", viewonly=True,
    )
    """Every way, the preferred one first."""

    __table_args__ = (Index("ix_community_group_kind", "kind", "state"),)

    def belongs_to(self, person_id: int) -> bool:
        return person_id in (self.steward_id, self.deputy_id)


def add(
    session: Session, *, name: str, slug: str, kind: str, parent: str = "", steward: str = "", deputy: str = "",
    purpose: str = "", by: Person | None = None,
) -> Group:
    """Add a group. `parent` is a slug, `steward` and `deputy` e-mail addresses. Raises Invalid naming the field."""
    problems: list[Problem] = list(_problems(session, name, slug, kind))
    above = _named(session, parent, problems)
    persons = {field: _person(session, field, email, problems) for field, email in (("steward", steward), ("deputy", deputy))}
    if problems:
        raise Invalid(*problems)
    group = Group(name=name.strip(), slug=slug, kind=Kind(kind), parent=above, purpose=purpose.strip(), **persons)
    session.add(group)
    session.flush()
    audit.record(session, "add_group", "group", group.id, by=by, details={"slug": slug})
    return group


def move(session: Session, group: Group, parent: Group | None, *, by: Person) -> None:
    """Hang `group` under `parent`. Raises Invalid when that would close a circle."""
    above: Group | None = parent
    while above is not None:
        if above.id == group.id:
            raise Invalid(Problem("parent", "A group cannot stand under itself."))
        above = above.parent
    group.parent = parent
    audit.record(session, "move_group", "group", group.id, by=by, details={"parent": parent.slug if parent else None})


def change(session: Session, group: Group, *, steward: str, deputy: str, parent: str, by: Person) -> None:
    """Set steward, deputy (e-mail addresses) and parent (a slug). Raises Invalid naming the field."""
    problems: list[Problem] = []
    above = _named(session, parent, problems)
    persons = {field: _person(session, field, email, problems) for field, email in (("steward", steward), ("deputy", deputy))}
    if problems:
        raise Invalid(*problems)
    if above is not group.parent:
        move(session, group, above, by=by)
    group.steward, group.deputy = persons["steward"], persons["deputy"]
    audit.record(session, "change_group", "group", group.id, by=by, details={"steward": steward, "deputy": deputy})


def close(session: Session, group: Group, *, by: Person | None) -> None:
    """Close a group: nothing is collected from it or sent to it any more; its history stays. `by` is none for the house."""
    group.state = GroupState.CLOSED
    audit.record(session, "close_group", "group", group.id, by=by)


def reopen(session: Session, group: Group, *, by: Person) -> None:
    """Take a closed or dormant group up again."""
    group.state = GroupState.ACTIVE
    audit.record(session, "reopen_group", "group", group.id, by=by)


def by_slug(session: Session, slug: str) -> Group | None:
    """The group of this slug."""
    return session.scalar(select(Group).where(Group.slug == slug))


def get(session: Session, group_id: int) -> Group:
    """The group with this id. Raises NotFound."""
    group = session.get(Group, group_id)
    if group is None:
        raise NotFound()
    return group


def open_groups(session: Session) -> list[Group]:
    """Groups that stories may come from, by name."""
    return list(session.scalars(select(Group).where(Group.state != GroupState.CLOSED).order_by(Group.name)))


def names(session: Session) -> list[tuple[str, str]]:
    """Slug and name of the groups that stories may come from, by name: there may be a thousand to choose from."""
    query = select(Group.slug, Group.name).where(Group.state != GroupState.CLOSED).order_by(Group.name)
    return [(slug, name) for slug, name in session.execute(query)]


def has_steward(session: Session, person_id: int) -> bool:
    """Whether the person is steward or deputy of any group that is not closed."""
    theirs = or_(Group.steward_id == person_id, Group.deputy_id == person_id)
    return session.scalar(select(Group.id).where(theirs, Group.state != GroupState.CLOSED).limit(1)) is not None


def reachable(session: Session) -> list[Group]:
    """Active groups that have a connector: where links go unless somebody says otherwise."""
    query = select(Group).join(Group.connector).where(Group.state == GroupState.ACTIVE).order_by(Group.id)
    return list(session.scalars(query))


def count_by_kind(session: Session) -> dict[str, int]:
    """How many groups there are of each kind, closed ones left out."""
    query = select(Group.kind, func.count()).where(Group.state != GroupState.CLOSED).group_by(Group.kind)
    return dict(session.execute(query).all())


def _named(session: Session, slug: str, problems: list[Problem]) -> Group | None:
    if not slug:
        return None
    group = by_slug(session, slug)
    if group is None:
        problems.append(Problem("parent", "There is no group called {slug}.", {"slug": slug}))
    return group


def _person(session: Session, field: str, email: str, problems: list[Problem]) -> Person | None:
    if not email:
        return None
    person = session.scalar(select(Person).where(Person.email == email.strip().lower()))
    if person is None:
        problems.append(Problem(field, "Nobody here has this address."))
    return person


def _problems(session: Session, name: str, slug: str, kind: str) -> Any:
    if not name.strip():
        yield Problem("name", "A name is needed.")
    elif len(name.strip()) > 80:
        yield Problem("name", "At most {limit} characters, now {count}.", {"limit": 80, "count": len(name.strip())})
    if not re.fullmatch(r"[a-z0-9][a-z0-9_-]{0,59}", slug):
        yield Problem("slug", "Use small letters, digits, hyphen and underscore, at most 60.")
    elif by_slug(session, slug):
        yield Problem("slug", "Another group already uses this short name.")
    if kind not in set(Kind):
        yield Problem("kind", "Choose one of: {choices}.", {"choices": ", ".join(Kind)})
