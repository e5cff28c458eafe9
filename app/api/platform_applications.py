"""Platform applications: the company's own applications on WeCom, DingTalk and Feishu, and its smart robots on WeCom."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select

from app import application_tests
from app.api.calls import Noun
from app.api.idempotency import acting
from app.api.paging import Listing, Page, rows_of
from app.api.shapes import Body, Shape, Text
from app.auth import guard, person_now
from app.extensions import db
from editorial import platform_applications
from editorial.intake import receptions
from editorial.people.permissions import Action
from editorial.platform_applications import Platform, PlatformApplication

noun = Noun("applications")


class NewApplication(Body):
    """An application to add: of WeCom `corp_id` and `secret`, of DingTalk and Feishu `app_id` and `secret` are needed.

    Of a smart robot (`aibot`): `app_id`, and either `callback_token` with `encoding_aes_key` or `secret`.
    """

    platform: Platform
    name: str
    corp_id: Text = ""
    app_id: Text = ""
    """DingTalk's AppKey (Client ID), Feishu's App ID, or a smart robot's Bot ID."""
    secret: str = ""
    agent_id: Text = ""
    robot_code: Text = ""
    """DingTalk's; the AppKey when left out."""
    callback_token: Text = ""
    encoding_aes_key: Text = ""
    verification_token: Text = ""
    encrypt_key: Text = ""
    companion: Text = ""
    """The WeCom application (its id) that tells who a smart robot's senders are."""
    active: bool = True


class ApplicationChange(Body):
    """What changes of an application; what is left out stays."""

    name: str | None = None
    corp_id: str | None = None
    app_id: str | None = None
    secret: str | None = None
    agent_id: str | None = None
    robot_code: str | None = None
    callback_token: str | None = None
    encoding_aes_key: str | None = None
    verification_token: str | None = None
    encrypt_key: str | None = None
    companion: str | None = None
    active: bool | None = None
    chat_rules: bool | None = None
    """Of WeCom: whether rules against spam may be made through it."""


class ApplicationShown(Shape):
    """An application; secrets are never shown again. `trouble` says why the platform wants nothing more from it."""

    id: str
    platform: Platform
    name: str
    corp_id: str
    app_id: str
    agent_id: str
    robot_code: str
    companion: str | None
    active: bool
    trouble: str
    checked_at: datetime | None
    chat_rules: bool = False
    """Of WeCom: whether rules against spam may be made through it."""


@noun.post("/applications", guard(Action.MANAGE_ACCOUNTS), status=201)
def add(body: NewApplication) -> ApplicationShown:
    """Add an application."""
    with acting() as act:
        said = body.model_dump(exclude={"platform", "name", "active"})
        return act.done(shown(platform_applications.add(
            act.session, platform=body.platform, name=body.name, said=said, active=body.active, by=person_now(),
        )))


@noun.get("/applications", guard(Action.MANAGE_ACCOUNTS))
def index(query: Page) -> Listing[ApplicationShown]:
    """All applications, the first added first."""
    rows, following = rows_of(db.session(), select(PlatformApplication), PlatformApplication.id, query)
    return Listing[ApplicationShown](items=[shown(row) for row in rows], next=following)


@noun.get("/applications/<id:application_id>", guard(Action.MANAGE_ACCOUNTS))
def one(application_id: int) -> ApplicationShown:
    """One application."""
    return shown(platform_applications.get(db.session(), application_id))


@noun.patch("/applications/<id:application_id>", guard(Action.MANAGE_ACCOUNTS))
def change(application_id: int, body: ApplicationChange) -> ApplicationShown:
    """Change what is named; a platform that refused it before may be asked again."""
    with acting() as act:
        chosen, by = platform_applications.get(act.session, application_id), person_now()
        said = body.model_dump(exclude={"active", "chat_rules"}, exclude_none=True)
        if said:
            platform_applications.change(act.session, chosen, said, by=by)
            receptions.listen_anew(act.session, chosen)
        if body.active is not None and body.active != chosen.active:
            platform_applications.switch(act.session, chosen, on=body.active, by=by)
        if body.chat_rules is not None and body.chat_rules != chosen.chat_rules:
            platform_applications.switch_chat_rules(act.session, chosen, on=body.chat_rules, by=by)
        return act.done(shown(chosen))


@noun.post("/applications/<id:application_id>/test", guard(Action.MANAGE_ACCOUNTS))
def test(application_id: int) -> ApplicationShown:
    """Ask the platform for a token; `trouble` says what it answered. When it works, groups that waited go on."""
    application_tests.test(application_id, by=person_now())
    return shown(platform_applications.get(db.session(), application_id))


def shown(application: PlatformApplication) -> ApplicationShown:
    """An application as the API gives it."""
    return ApplicationShown(
        id=str(application.id), platform=application.platform, name=application.name, corp_id=application.corp_id,
        app_id=application.app_id, agent_id=application.agent_id, robot_code=application.robot_code,
        companion=str(application.companion_id) if application.companion_id else None, active=application.active,
        trouble=application.trouble, checked_at=application.checked_at,
        chat_rules=application.chat_rules,
    )
