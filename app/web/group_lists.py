"""Lists of groups: what a question narrows, the rows, and the tree they hang in."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import ColumnElement, Select, exists, func, select
from sqlalchemy.orm import Session, aliased

from app.addresses import is_id
from app.extensions import db
from editorial.articles.articles import Article
from editorial.groups import groups
from editorial.groups.connectors import GroupConnector
from editorial.groups.groups import Group, GroupState, Kind
from editorial.groups.tags import Tagging
from editorial.people.people import Person
from editorial.share_back.shares import Share

ASKED = ("q", "kind", "state", "under", "without", "tag", "and_tag", "operator")
OPEN = Group.state != GroupState.CLOSED
WITHOUT: dict[str, Callable[[], ColumnElement[bool]]] = {
    "steward": lambda: ~exists().where(Person.id == Group.steward_id, Person.active) & OPEN,
    "deputy": lambda: ~exists().where(Person.id == Group.deputy_id, Person.active) & OPEN,
    "charter": lambda: (Group.charter_version == 0) & OPEN,
    "operator": lambda: Group.operator_id.is_(None) & OPEN,
}
"""What an open group can lack."""


@dataclass
class Node:
    """A group in the tree, with what happened there last."""

    group: Any
    below: list[Node] = field(default_factory=list)


def asked_of(said: Mapping[str, str]) -> dict[str, str]:
    """What an address or a form asks for."""
    return {name: said.get(name, "").strip()[:100] for name in ASKED}


def query() -> Select[Any]:
    """What the tree shows of a group, as plain columns: a thousand rows cost as little as possible."""
    steward = aliased(Person)
    story = select(Article.created_at).where(Article.group_id == Group.id).order_by(Article.id.desc()).limit(1)
    share = select(Share.created_at).where(Share.group_id == Group.id).order_by(Share.id.desc()).limit(1)
    return (
        select(
            Group.id, Group.slug, Group.name, Group.kind, Group.state, Group.parent_id, steward.name.label("steward"),
            GroupConnector.kind.label("connector"), story.scalar_subquery().label("last_story"),
            share.scalar_subquery().label("last_share"),
        ).outerjoin(steward, steward.id == Group.steward_id).outerjoin(Group.connector)
    )


def narrowed(chosen: Select[Any], wanted: Mapping[str, str]) -> Select[Any]:
    """Only groups that fit. What is asked wrongly finds nothing, or does not narrow."""
    if wanted["q"]:
        chosen = chosen.where(Group.name.contains(wanted["q"], autoescape=True))
    if wanted["kind"] in set(Kind):
        chosen = chosen.where(Group.kind == wanted["kind"])
    if wanted["state"] in set(GroupState):
        chosen = chosen.where(Group.state == wanted["state"])
    if wanted["without"] in WITHOUT:
        chosen = chosen.where(WITHOUT[wanted["without"]]())
    for name in ("tag", "and_tag"):
        if is_id(wanted[name]):
            chosen = chosen.where(Group.id.in_(select(Tagging.group_id).where(Tagging.tag_id == int(wanted[name]))))
    if is_id(wanted["operator"]):
        chosen = chosen.where(Group.operator_id == int(wanted["operator"]))
    if wanted["under"]:
        above = groups.by_slug(database(), wanted["under"])
        chosen = chosen.where(Group.parent_id == (above.id if above else 0))
    return chosen


def hung(rows: Sequence[Any]) -> list[Node]:
    """Rows as a tree; a group whose parent is not among them stands at the top."""
    nodes = {row.id: Node(row) for row in rows}
    top = []
    for row in rows:
        above = nodes.get(row.parent_id)
        (above.below if above else top).append(nodes[row.id])
    return top


def numbers_below(ids: list[int]) -> dict[int, int]:
    """How many groups stand right under each of these."""
    counted = select(Group.parent_id, func.count()).where(Group.parent_id.in_(ids)).group_by(Group.parent_id)
    return dict(database().execute(counted).all())


def database() -> Session:
    """The session of this request."""
    session: Session = db.session()
    return session
