"""Templates of groups in versions: what makes a good group once, given to the next one, and where one has drifted away since."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, String, func, select
from sqlalchemy.orm import Mapped, Session, mapped_column, relationship

from editorial import audit
from editorial.base import Base, BigKey, Dated, Numbered
from editorial.errors import Invalid, NotFound, Problem
from editorial.groups import charters, groups, tags
from editorial.groups.groups import Group, Mode
from editorial.people.people import Person

NAME_CHARACTERS = 40
COMPARED = ("kind", *charters.FIELDS, "tags")
"""What a template fixes, and a drift is looked for in."""


class GroupTemplate(Numbered, Dated, Base):
    """One version of a template: kind, charter and tags (by id). A version is never changed; the newest is offered."""

    __tablename__ = "group_template"

    name: Mapped[str] = mapped_column(String(NAME_CHARACTERS))
    version: Mapped[int]
    content: Mapped[dict[str, Any]] = mapped_column(JSON)
    saved_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))

    saved_by: Mapped[Person | None] = relationship()

    __table_args__ = (Index("uq_group_template_version", "name", "version", unique=True),)


class GroupOrigin(Base):
    """Which version of a template a group was made from."""

    __tablename__ = "group_origin"

    group_id: Mapped[int] = mapped_column(ForeignKey("community_group.id"), primary_key=True)
    template_id: Mapped[int] = mapped_column(BigKey, ForeignKey("group_template.id"), index=True)

    template: Mapped[GroupTemplate] = relationship(lazy="joined")


@dataclass(frozen=True)
class Difference:
    """One point in which a group is not as the newest version of its template."""

    field: str
    template: str
    group: str


def save(session: Session, name: str, group: Group, *, by: Person) -> GroupTemplate:
    """Make a template of what `group` is now; of a known name the next version. Raises Invalid naming `name` or `charter`."""
    name = name.strip()
    if not name:
        raise Invalid(Problem("name", "A name is needed."))
    if len(name) > NAME_CHARACTERS:
        raise Invalid(Problem("name", "At most {limit} characters, now {count}.", {"limit": NAME_CHARACTERS, "count": len(name)}))
    if not group.charter_version:
        raise Invalid(Problem("charter", "Write the charter first: it is what a template passes on."))
    version = session.scalar(select(func.max(GroupTemplate.version)).where(GroupTemplate.name == name)) or 0
    made = GroupTemplate(name=name, version=version + 1, content=content_of(session, group), saved_by_id=by.id)
    session.add(made)
    session.flush()
    details = {"name": name, "version": made.version}
    audit.record(session, "save_group_template", "group", group.id, by=by, details=details)
    return made


def replicate(session: Session, template: GroupTemplate, said: dict[str, str], *, by: Person) -> Group:
    """Open a group like the template. `said`: name, slug, parent, steward, deputy. Raises Invalid naming the field."""
    content = template.content
    words = {name: said.get(name, "") for name in ("name", "slug", "parent", "steward", "deputy")}
    group = groups.add(session, kind=content["kind"], by=by, **words)
    charters.write(session, group, content, mode=Mode.LASTING, by=by)
    for tag in session.scalars(select(tags.Tag).where(tags.Tag.id.in_(content["tags"]))):
        tags.give(session, [group.id], tag)
    charters.settle(session, group)
    session.add(GroupOrigin(group_id=group.id, template_id=template.id))
    session.flush()
    return group


def drift(session: Session, group: Group) -> tuple[GroupTemplate, list[Difference]] | None:
    """The newest version of the group's template and where the group differs from it; none for a group without one."""
    origin = session.get(GroupOrigin, group.id)
    if origin is None:
        return None
    present = newest(session, origin.template.name)
    here, there = content_of(session, group), present.content
    names = {tag.id: tag.name for tag, _uses in tags.everyone(session)}
    apart = [field for field in COMPARED if here[field] != there[field]]
    found = [Difference(field, _shown(there[field], names), _shown(here[field], names)) for field in apart]
    return present, found


def content_of(session: Session, group: Group) -> dict[str, Any]:
    """What a template keeps of a group."""
    charter = charters.newest(session, group)
    words = charter.words if charter else dict.fromkeys(charters.FIELDS, "")
    found = session.scalars(select(tags.Tagging.tag_id).where(tags.Tagging.group_id == group.id))
    return {"kind": str(group.kind), **words, "tags": sorted(found)}


def newest(session: Session, name: str) -> GroupTemplate:
    """The newest version of a template. Raises NotFound."""
    query = select(GroupTemplate).where(GroupTemplate.name == name).order_by(GroupTemplate.version.desc()).limit(1)
    found = session.scalar(query)
    if found is None:
        raise NotFound()
    return found


def everyone(session: Session) -> list[tuple[GroupTemplate, int]]:
    """The newest version of every template by name, with how many groups were made from it."""
    last = select(GroupTemplate.name, func.max(GroupTemplate.version).label("version")).group_by(GroupTemplate.name).subquery()
    query = select(GroupTemplate).join(last, (last.c.name == GroupTemplate.name) & (last.c.version == GroupTemplate.version))
    uses = dict(session.execute(
        select(GroupTemplate.name, func.count()).join(GroupOrigin, GroupOrigin.template_id == GroupTemplate.id)
        .group_by(GroupTemplate.name)
    ).all())
    return [(template, uses.get(template.name, 0)) for template in session.scalars(query.order_by(GroupTemplate.name))]


def drifted(session: Session, name: str, limit: int = 200) -> list[tuple[Group, list[Difference]]]:
    """Groups made from a template that differ from its newest version, with the differences."""
    query = (
        select(Group).join(GroupOrigin, GroupOrigin.group_id == Group.id)
        .join(GroupTemplate, GroupTemplate.id == GroupOrigin.template_id).where(GroupTemplate.name == name)
    )
    found = ((group, drift(session, group)) for group in session.scalars(query.order_by(Group.name).limit(limit)))
    return [(group, report[1]) for group, report in found if report is not None and report[1]]


def _shown(value: Any, names: dict[int, str]) -> str:
    return "、".join(names.get(tag_id, "–") for tag_id in value) if isinstance(value, list) else str(value)
