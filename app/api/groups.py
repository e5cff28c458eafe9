"""Groups: where stories come from and where links go back to."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Literal

from flask import current_app
from pydantic import Field
from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from app.api.calls import Noun
from app.api.idempotency import acting
from app.api.paging import Listing, Page, rows_of
from app.api.shapes import Body, Id, PersonShown, Shape, Text
from app.auth import guard, person_now
from app.connecting import set_connector
from app.extensions import db
from editorial import house
from editorial.groups import charters, groups
from editorial.groups.groups import Group, GroupState, Kind, Mode
from editorial.members import memberships
from editorial.people.permissions import Action

noun = Noun("groups")


class WecomRobot(Body):
    """A group robot of WeCom."""

    kind: Literal["wecom_robot"]
    key: str
    """The key, or the robot's whole address."""


class DingtalkRobot(Body):
    """A group robot of DingTalk."""

    kind: Literal["dingtalk_robot"]
    access_token: str
    """The access token, or the robot's whole address."""
    secret: Text = ""
    keyword: Text = ""
    form: Text = ""
    """`link` (several: feedCard) or `action_card`."""


class FeishuRobot(Body):
    """A group robot of Feishu."""

    kind: Literal["feishu_robot"]
    hook: str
    """The hook, or the robot's whole address."""
    secret: Text = ""
    keyword: Text = ""
    form: Text = ""
    """`interactive` (several: post) or `post`."""


class WecomApp(Body):
    """People in WeCom, through an application with an AgentId; ids with commas between."""

    kind: Literal["wecom_app"]
    application: Id
    users: Text = ""
    parties: Text = ""
    tags: Text = ""


class WecomChat(Body):
    """A chat that a WeCom application made, or makes with the first message out of owner and members."""

    kind: Literal["wecom_chat"]
    application: Id
    chat_id: str
    name: Text = ""
    owner: Text = ""
    members: Text = ""


class WecomCustomerGroup(Body):
    """Customer groups of one owner, who sends what we prepare; ids with commas between."""

    kind: Literal["wecom_customer_group"]
    application: Id
    sender: str
    chats: str


class DingtalkApp(Body):
    """A DingTalk group with the robot of an application in it; `form` is `link` or `action_card`."""

    kind: Literal["dingtalk_app"]
    application: Id
    conversation: str
    form: Text = ""


class FeishuApp(Body):
    """A Feishu chat with the bot of an application in it; `form` is `interactive` or `post`."""

    kind: Literal["feishu_app"]
    application: Id
    chat_id: str
    form: Text = ""


class Email(Body):
    """The mail address of a group, through the house's mail server."""

    kind: Literal["email"]
    address: str


class Webhook(Body):
    """A receiver of the company's own, in the form of Standard Webhooks."""

    kind: Literal["webhook"]
    url: str
    secret: str
    """`whsec_…`; two with a space between while the secret is changed."""


class Apprise(Body):
    """Another service through apprise: handed over, not confirmed."""

    kind: Literal["apprise"]
    url: str


class ShareKit(Body):
    """A person posts the prepared words by hand."""

    kind: Literal["share_kit"]


Connector = Annotated[
    WecomRobot | DingtalkRobot | FeishuRobot | WecomApp | WecomChat | WecomCustomerGroup | DingtalkApp | FeishuApp
    | Email | Webhook | Apprise | ShareKit,
    Field(discriminator="kind"),
]


class NewGroup(Body):
    """A group to add."""

    name: str
    slug: str
    """Its short name in addresses; it never changes."""
    kind: Kind
    parent: Text = ""
    """The slug of the group above it."""
    steward: Text = ""
    """The e-mail address of the person who looks after it."""
    deputy: Text = ""
    """The e-mail address of the person who steps in for the steward."""
    purpose: Text = ""
    connector: Connector | None = None


class ConnectorShown(Shape):
    """How a group is reached; keys are never shown again."""

    kind: str


class GroupShown(Shape):
    """A group."""

    id: str
    slug: str
    name: str
    kind: Kind
    state: GroupState
    parent: str | None
    steward: PersonShown | None
    deputy: PersonShown | None
    purpose: str
    mode: Mode
    ends_on: date | None
    """A task group's last day; it closes by itself after it."""
    charter_version: int
    """0 while nobody has written a charter."""
    connector: ConnectorShown | None


class CharterBody(Body):
    """What a group is for. `mode` `task` needs `ends_on`."""

    audience: str
    purpose: str
    output: Text = ""
    rules: Text = ""
    kpi: Text = ""
    mode: Mode = Mode.LASTING
    ends_on: date | None = None


class CharterShown(Shape):
    """The newest charter. `missing` names what the group lacks to be active; `version` is 0 while nobody has written one."""

    version: int
    audience: str
    purpose: str
    output: str
    rules: str
    kpi: str
    mode: Mode
    ends_on: date | None
    missing: list[str]


class GroupsAsked(Page):
    """Which groups."""

    kind: Kind | None = None
    state: GroupState | None = None


@noun.post("/groups", guard(Action.MANAGE_GROUPS), status=201)
def add(body: NewGroup) -> GroupShown:
    """Add a group, with the way to reach it."""
    with acting() as act:
        by = person_now()
        group = groups.add(act.session, **body.model_dump(exclude={"connector"}), by=by)
        if house.setting(act.session, "charter_required"):
            charters.settle(act.session, group)
        if body.connector is not None:
            settings = body.connector.model_dump(exclude={"kind"})
            set_connector(act.session, group, body.connector.kind, settings, by=by)
            act.session.refresh(group)
        return act.done(shown(group))


@noun.get("/groups", guard(Action.SEE_GROUPS))
def index(query: GroupsAsked) -> Listing[GroupShown]:
    """All groups, the first added first."""
    wanted = select(Group).options(
        joinedload(Group.parent), joinedload(Group.steward), joinedload(Group.deputy), joinedload(Group.connector),
    )
    if query.kind is not None:
        wanted = wanted.where(Group.kind == query.kind)
    if query.state is not None:
        wanted = wanted.where(Group.state == query.state)
    rows, following = rows_of(db.session(), wanted, Group.id, query)
    return Listing[GroupShown](items=[shown(group) for group in rows], next=following)


@noun.get("/groups/<id:group_id>", guard(Action.SEE_GROUPS))
def one(group_id: int) -> GroupShown:
    """One group."""
    return shown(groups.get(db.session(), group_id))


@noun.get("/groups/<id:group_id>/charter", guard(Action.SEE_GROUPS))
def charter(group_id: int) -> CharterShown:
    """What a group is for."""
    return _charter_shown(db.session(), groups.get(db.session(), group_id))


@noun.put("/groups/<id:group_id>/charter", guard(Action.MANAGE_GROUPS))
def write_charter(group_id: int, body: CharterBody) -> CharterShown:
    """Keep a new version of a group's charter; of the same words nothing is made."""
    zone = current_app.extensions["settings"].zone
    with acting() as act:
        group = groups.get(act.session, group_id)
        said = body.model_dump(exclude={"mode", "ends_on"})
        charters.write(act.session, group, said, mode=body.mode, ends_on=body.ends_on, zone=zone, by=person_now())
        memberships.tell_of_charter(act.session, group)
        return act.done(_charter_shown(act.session, group))


def shown(group: Group) -> GroupShown:
    """A group as the API gives it."""
    return GroupShown(
        id=str(group.id), slug=group.slug, name=group.name, kind=group.kind, state=group.state,
        parent=group.parent.slug if group.parent else None, steward=PersonShown.of(group.steward),
        deputy=PersonShown.of(group.deputy), purpose=group.purpose,
        mode=group.mode, ends_on=group.ends_on, charter_version=group.charter_version,
        connector=ConnectorShown(kind=group.connector.kind) if group.connector else None,
    )


def _charter_shown(session: Session, group: Group) -> CharterShown:
    newest = charters.newest(session, group)
    words = newest.words if newest else {**dict.fromkeys(charters.FIELDS, ""), "purpose": group.purpose}
    return CharterShown(
        version=group.charter_version, mode=group.mode, ends_on=group.ends_on, missing=charters.missing(session, group), **words,
    )
