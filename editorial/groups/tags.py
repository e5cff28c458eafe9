"""Tags of groups: kept centrally in taxonomies (by region, by subject), several for one group."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from sqlalchemy import ForeignKey, Index, String, delete, func, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from editorial import audit
from editorial.base import Base, Numbered
from editorial.errors import Invalid, NotFound, Problem
from editorial.people.people import Person

NAME_CHARACTERS = 30


class Tag(Numbered, Base):
    """One word of one taxonomy. Its name can change; groups follow."""

    __tablename__ = "group_tag"

    taxonomy: Mapped[str] = mapped_column(String(NAME_CHARACTERS))
    name: Mapped[str] = mapped_column(String(NAME_CHARACTERS))

    __table_args__ = (Index("uq_group_tag_name", "taxonomy", "name", unique=True),)


class Tagging(Base):
    """A group has a tag."""

    __tablename__ = "group_tagging"

    group_id: Mapped[int] = mapped_column(ForeignKey("community_group.id"), primary_key=True)
    tag_id: Mapped[int] = mapped_column(ForeignKey("group_tag.id"), primary_key=True)

    __table_args__ = (Index("ix_group_tagging_tag", "tag_id", "group_id"),)


def add(session: Session, *, taxonomy: str, name: str, by: Person) -> Tag:
    """Add a tag. Raises Invalid naming `taxonomy` or `name`."""
    made = Tag(taxonomy=taxonomy.strip(), name=name.strip())
    _check(session, made)
    session.add(made)
    session.flush()
    audit.record(session, "add_tag", "tag", made.id, by=by, details={"name": made.name})
    return made


def rename(session: Session, tag: Tag, name: str, *, by: Person) -> None:
    """Call a tag something else, wherever it is used. Raises Invalid naming `name`."""
    before = tag.name
    renamed = Tag(id=tag.id, taxonomy=tag.taxonomy, name=name.strip())
    _check(session, renamed)
    tag.name = renamed.name
    audit.record(session, "rename_tag", "tag", tag.id, by=by, details={"before": before, "after": tag.name})


def remove(session: Session, tag: Tag, replacement: Tag | None, *, by: Person) -> int:
    """Take a tag away; its groups get `replacement`. Raises Invalid when groups use it and none is named. How many had it."""
    used = set(session.scalars(select(Tagging.group_id).where(Tagging.tag_id == tag.id)))
    if used and (replacement is None or replacement.id == tag.id):
        raise Invalid(Problem("replacement", "{count} groups have this tag. Choose what they get instead.", {"count": len(used)}))
    session.execute(delete(Tagging).where(Tagging.tag_id == tag.id))
    if replacement is not None:
        give(session, used, replacement)
    session.delete(tag)
    details = {"name": tag.name, "to": replacement.name if replacement else ""}
    audit.record(session, "remove_tag", "tag", tag.id, by=by, details=details)
    return len(used)


def give(session: Session, group_ids: Iterable[int], tag: Tag) -> list[int]:
    """Give groups a tag. Ids of those that did not have it."""
    had = set(session.scalars(select(Tagging.group_id).where(Tagging.tag_id == tag.id)))
    new = [group_id for group_id in group_ids if group_id not in had]
    session.add_all(Tagging(group_id=group_id, tag_id=tag.id) for group_id in new)
    session.flush()
    return new


def take(session: Session, group_ids: Iterable[int], tag: Tag) -> list[int]:
    """Take a tag off groups. Ids of those that had it."""
    wanted = list(group_ids)
    had = session.scalars(select(Tagging.group_id).where(Tagging.tag_id == tag.id, Tagging.group_id.in_(wanted))).all()
    session.execute(delete(Tagging).where(Tagging.tag_id == tag.id, Tagging.group_id.in_(wanted)))
    return list(had)


def get(session: Session, tag_id: int) -> Tag:
    """The tag with this id. Raises NotFound."""
    found = session.get(Tag, tag_id)
    if found is None:
        raise NotFound()
    return found


def everyone(session: Session) -> list[tuple[Tag, int]]:
    """All tags by taxonomy and name, with how many groups have each."""
    used = select(Tagging.tag_id, func.count().label("uses")).group_by(Tagging.tag_id).subquery()
    query = select(Tag, func.coalesce(used.c.uses, 0)).outerjoin(used, used.c.tag_id == Tag.id)
    return [(tag, uses) for tag, uses in session.execute(query.order_by(Tag.taxonomy, Tag.name))]


def of_groups(session: Session, group_ids: Sequence[int] | None = None) -> dict[int, list[str]]:
    """Names of the tags of several groups, or of all, in one question."""
    found: dict[int, list[str]] = {}
    query = select(Tagging.group_id, Tag.name).join(Tag, Tag.id == Tagging.tag_id)
    if group_ids is not None:
        query = query.where(Tagging.group_id.in_(group_ids))
    for group_id, name in session.execute(query.order_by(Tag.taxonomy, Tag.name)):
        found.setdefault(group_id, []).append(name)
    return found


def _check(session: Session, tag: Tag) -> None:
    problems = list(_problems(session, tag))
    if problems:
        raise Invalid(*problems)


def _problems(session: Session, tag: Tag) -> Any:
    for field, text in (("taxonomy", tag.taxonomy), ("name", tag.name)):
        if not text:
            yield Problem(field, "A name is needed.")
        elif len(text) > NAME_CHARACTERS:
            yield Problem(field, "At most {limit} characters, now {count}.", {"limit": NAME_CHARACTERS, "count": len(text)})
    twin = select(Tag.id).where(Tag.taxonomy == tag.taxonomy, Tag.name == tag.name, Tag.id != (tag.id or 0))
    if session.scalar(twin) is not None:
        yield Problem("name", "This tag is there already.")
