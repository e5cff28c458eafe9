"""The ways into a group: one of them preferred, those that calls for stories take, each with its switch and its trouble."""

from __future__ import annotations

from sqlalchemy.orm import Session

from app import connecting
from app.api.calls import Noun
from app.api.groups import Connector
from app.api.idempotency import acting
from app.api.shapes import Body, Shape
from app.auth import guard, person_now
from app.extensions import db
from editorial.groups import groups, ways_in
from editorial.groups.groups import Group
from editorial.outbox import holds
from editorial.people.permissions import Action

noun = Noun("group_connectors")


class NewConnector(Body):
    """One more way into a group. The first one is preferred and for calls, whatever is said."""

    connector: Connector
    preferred: bool = False
    for_calls: bool = False


class ConnectorPatch(Body):
    """What to do with one way; what is left out stays."""

    connector: Connector | None = None
    """Set anew in its place, with all its settings."""
    preferred: bool | None = None
    """Only true: the one that is preferred now stays in the list."""
    for_calls: bool | None = None
    active: bool | None = None
    """The preferred one cannot be switched off."""


class WayShown(Shape):
    """One way into a group; keys are never shown again. `trouble`: why nothing is sent through it now."""

    id: str
    kind: str
    preferred: bool
    for_calls: bool
    active: bool
    trouble: str | None


class WaysShown(Shape):
    """The ways into a group, the preferred one first."""

    items: list[WayShown]


@noun.get("/groups/<id:group_id>/connectors", guard(Action.MANAGE_GROUPS))
def everyone(group_id: int) -> WaysShown:
    """The connectors of a group."""
    return _shown(db.session(), groups.get(db.session(), group_id))


@noun.post("/groups/<id:group_id>/connectors", guard(Action.MANAGE_GROUPS), status=201)
def add(group_id: int, body: NewConnector) -> WaysShown:
    """Add a connector to a group."""
    with acting() as act:
        group, by = groups.get(act.session, group_id), person_now()
        settings = body.connector.model_dump(exclude={"kind"})
        made = connecting.add_connector(act.session, group, body.connector.kind, settings, by=by)
        if body.for_calls and not made.for_calls:
            ways_in.mark_for_calls(act.session, group, made, True, by=by)
        if body.preferred and not made.preferred:
            connecting.prefer(act.session, group, made, by=by)
        return act.done(_shown(act.session, group))


@noun.patch("/groups/<id:group_id>/connectors/<id:connector_id>", guard(Action.MANAGE_GROUPS))
def change(group_id: int, connector_id: int, body: ConnectorPatch) -> WaysShown:
    """Set a connector anew, prefer it, mark it for calls, or switch it."""
    with acting() as act:
        group, by = groups.get(act.session, group_id), person_now()
        chosen = ways_in.get(group, connector_id)
        if body.connector is not None:
            settings = body.connector.model_dump(exclude={"kind"})
            connecting.set_connector(act.session, group, body.connector.kind, settings, by=by, instead_of=chosen)
        if body.active is not None and body.active != chosen.active:
            ways_in.switch(act.session, group, chosen, body.active, by=by)
        if body.for_calls is not None and body.for_calls != chosen.for_calls:
            ways_in.mark_for_calls(act.session, group, chosen, body.for_calls, by=by)
        if body.preferred:
            connecting.prefer(act.session, group, chosen, by=by)
        return act.done(_shown(act.session, group))


@noun.delete("/groups/<id:group_id>/connectors/<id:connector_id>", guard(Action.MANAGE_GROUPS))
def remove(group_id: int, connector_id: int) -> WaysShown:
    """Take a connector that is not preferred away."""
    with acting() as act:
        group = groups.get(act.session, group_id)
        connecting.remove_connector(act.session, group, ways_in.get(group, connector_id), by=person_now())
        return act.done(_shown(act.session, group))


def _shown(session: Session, group: Group) -> WaysShown:
    standing = holds.standing(session, *(one.hold_target for one in group.connectors))
    return WaysShown(items=[
        WayShown(
            id=str(one.id), kind=one.kind, preferred=one.preferred, for_calls=one.for_calls, active=one.active,
            trouble=standing[one.hold_target].reason if one.hold_target in standing else None,
        ) for one in group.connectors
    ])
