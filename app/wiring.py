"""Settings to connectors. Real or simulated platform is decided by the base addresses, here and nowhere else."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from functools import cached_property
from typing import Any

from sqlalchemy import Engine
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from app.application_ways import CHECKS, Ways, application_id
from app.config import DEFAULT_ADDRESS, Settings
from app.engine import WRITES, open_engine
from app.locks import exclusive
from app.unsubscribing import group_address
from editorial import accounts, calls, clock, house, pauses, platform_applications
from editorial.accounts import AccessToken, OfficialAccount
from editorial.groups import groups
from editorial.groups.connectors import GroupConnector
from editorial.groups.groups import Group
from editorial.notices import channels, choices, tell_all
from editorial.notices.envelopes import NoticeEnvelope
from editorial.notices.kinds import Channel
from editorial.outbox.deliveries import TO_GROUPS, Delivery, Purpose
from editorial.people import people
from editorial.release.take_downs import TakeDown
from publishers import others
from publishers.connector import Connector, Refused, SwitchedOff, TryLater
from publishers.dingtalk import robot as dingtalk
from publishers.feishu import robot as feishu
from publishers.importing.fetching import addresses_of, is_public
from publishers.mail import group as group_mail
from publishers.mail import outgoing as mail
from publishers.net import Base, Line
from publishers.share_kit import ShareKit
from publishers.tokens import Rejection, Token
from publishers.webhook import endpoint as webhook
from publishers.wechat.afterwards import TakeDown as TakeDownConnector
from publishers.wechat.client import Client
from publishers.wechat.draft import DraftBox
from publishers.wechat.limits import TAKEN_BY_THE_HOUSE, Limit
from publishers.wechat.manual import Manual
from publishers.wechat.mass import MassSend
from publishers.wechat.release import Release
from publishers.wechat.tokens import Credentials
from publishers.wecom import robot as wecom

SHARE_KIT = "share_kit"
LOCK_SPARE_SECONDS = 10.0
"""How much longer than one call may last the renewal of a token by somebody else is waited for."""
APPLICATION_REFUSED = "{name}: the platform wants nothing more from this application. {reason}"
log = logging.getLogger("qunsheng.wiring")


class Wiring:
    """One line per platform, shared by all connectors of this process."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self._lines: dict[str, Line] = {}
        self.applications = Ways(settings.platforms, self.line, lambda engine: ApplicationTokens(engine, settings))
        self._robots: dict[str, Callable[[Mapping[str, str]], Connector]] = {
            "wecom_robot": lambda said: wecom.Robot(
                wecom.Settings.from_settings(said), self.line(settings.platforms.wecom)),
            "dingtalk_robot": lambda said: dingtalk.Robot(
                dingtalk.Settings.from_settings(said), self.line(settings.platforms.dingtalk), clock.now),
            "feishu_robot": self._feishu,
            "webhook": self._webhook,
            SHARE_KIT: lambda said: ShareKit(),
        }

    @property
    def robot_kinds(self) -> tuple[str, ...]:
        """The kinds of connector a group can have."""
        return tuple(self._robots)

    def line(self, base: Base) -> Line:
        """The line to a platform."""
        if base.url not in self._lines:
            self._lines[base.url] = Line(base, call_seconds=self.settings.call_seconds)
        return self._lines[base.url]

    def robot(self, kind: str, settings: Mapping[str, str]) -> Connector:
        """A group's connector. Raises publishers.robots.settings.SettingError for unusable settings."""
        if kind in CHECKS:
            return self.applications.connector(self._engine, kind, settings)
        return self._robots[kind](settings)

    @cached_property
    def _engine(self) -> Engine:
        """For what a group's settings only name: the application."""
        return open_engine(self.settings)

    def client(self, engine: Engine, account: OfficialAccount, *, testing: bool = False) -> Client:
        """The client of an official account, with the token that all processes share.

        `testing`: whether the credentials work now is what somebody wants to know, whatever was found before.
        """
        credentials = Credentials(account.app_id, account.secrets["app_secret"])
        line, store = self.line(self.settings.platforms.wechat), TokensInDatabase(engine, self.settings)
        return Client(credentials, line, store, count=CallsInDatabase(engine, account.app_id), testing=testing)

    def connector_of(self, session: Session, delivery: Delivery) -> Connector:
        """The connector that keeps this delivery. Raises SwitchedOff when its group has none any more."""
        if delivery.purpose in TO_GROUPS:
            return self.to_group(session, groups.get(session, delivery.target_id), delivery.connector_id)
        if delivery.purpose == Purpose.NOTICE:
            return self._to_person(session, session.get_one(NoticeEnvelope, delivery.owner_id))
        if delivery.purpose == Purpose.MANUAL:
            return Manual()
        if delivery.purpose == Purpose.TAKE_DOWN and session.get_one(TakeDown, delivery.owner_id).way == Purpose.MANUAL:
            return Manual()
        client = self.client(engine_of(session), accounts.get(session, delivery.target_id))
        steps: dict[Purpose, Callable[[Client], Connector]] = {
            Purpose.DRAFT: lambda client: DraftBox(client, _only_warned_of(session)),
            Purpose.RELEASE: Release, Purpose.MASS_SEND: MassSend, Purpose.TAKE_DOWN: TakeDownConnector,
        }
        if delivery.purpose not in steps:
            raise SwitchedOff("There is no connector for this kind of delivery.")
        return steps[delivery.purpose](client)

    def to_group(self, session: Session, group: Group, connector_id: int | None = None) -> Connector:
        """A way into a group, the preferred one unless another is named, a person's hands when it has none.

        Raises Refused for what the house lacks, and for a way that is gone or switched off.
        """
        row = group.connector if connector_id is None else session.get(GroupConnector, connector_id)
        if row is None and connector_id is None:
            return ShareKit()
        if row is None or row.group_id != group.id or not row.active:
            raise Refused("This way into the group is gone or switched off.")
        if row.kind == "email":
            return self._group_mail(session, group, row.settings)
        if row.kind == "apprise":
            return others.Other(others.Settings.from_settings(row.settings), house.setting(session, "other_services"))
        return self.robot(row.kind, row.settings)

    def mailer(self, said: Mapping[str, Any], recipient: str) -> mail.Mailer:
        """The way to one mail address through the house's server. Raises ValueError naming what cannot be used."""
        return mail.Mailer(mail.Settings(**said, seconds=self.settings.call_seconds), recipient, clock.now)

    def _to_person(self, session: Session, envelope: NoticeEnvelope) -> Connector:
        """The person's present address or robot. Raises Refused when they have none any more."""
        person = people.get(session, envelope.person_id) if envelope.person_id else None
        if person is not None and not person.active:
            raise Refused("This person has no access any more.")
        channel = Channel(envelope.channel)
        habit = choices.wishes_of(session, [person.id]).habit(person.id) if person else None
        if channel == Channel.CHAT and habit is not None and habit.robot_kind and habit.robot_settings:
            return self.robot(habit.robot_kind, habit.robot_settings)
        row = channels.of(session, channel)
        if row is None:
            raise Refused("The house has no such way to its people any more.")
        if channel == Channel.CHAT:
            return self.robot(row.kind, row.settings)
        return self.mailer(row.settings, person.email if person else envelope.address)

    def _group_mail(self, session: Session, group: Group, said: Mapping[str, str]) -> Connector:
        row = channels.of(session, Channel.MAIL)
        if row is None:
            raise Refused("The house has no mail server yet. An administrator can set one under Settings, Notices.")
        mailer = self.mailer(row.settings, group_mail.Address.from_settings(said).address)
        return group_mail.GroupMail(mailer, group.name, group_address(self.settings.public_url or DEFAULT_ADDRESS, group.id))

    def _webhook(self, said: Mapping[str, str]) -> Connector:
        settings = webhook.Settings.from_settings(said)
        return webhook.Endpoint(settings, self.line_outside(settings.base), clock.now)

    def line_outside(self, base: Base) -> Line:
        """The line to an address that people have named: into the public internet only, or to the simulated platforms."""
        if base.is_local and base.url == self.settings.platforms.wecom.url.rstrip("/"):
            return self.line(base)
        named = f"named {base.url}"
        if named not in self._lines:
            door = webhook.outside_only(addresses_of, is_public)
            self._lines[named] = Line(base, call_seconds=self.settings.call_seconds, door=door)
        return self._lines[named]

    def _feishu(self, said: Mapping[str, str]) -> Connector:
        settings = feishu.Settings.from_settings(said)
        return feishu.Robot(settings, self.line(settings.base(self.settings.platforms.feishu)), clock.now)


class TokensInDatabase:
    """The token store of `publishers.wechat.tokens`: one sealed row per app, one renewal at a time everywhere."""

    def __init__(self, engine: Engine, settings: Settings) -> None:
        self._engine, self._folder = engine, settings.instance / "locks"
        self._call_seconds = settings.call_seconds

    def get(self, app_id: str) -> Token | None:
        with Session(self._engine) as session:
            row = session.get(AccessToken, app_id)
            return _token(row.sealed) if row else None

    def save(self, app_id: str, token: Token) -> None:
        with Session(self._engine.execution_options(**WRITES)) as session:
            session.merge(AccessToken(app_id=app_id, sealed={
                "value": token.value, "expires_at": token.expires_at, "asked_at": token.asked_at,
                "forced_at": list(token.forced_at),
            }))
            account = accounts.by_app_id(session, app_id)
            if token.value and account is not None and account.probe_code:
                # It works again, though nobody has looked since it was refused.
                account.check_at = clock.now()
            session.commit()

    def rejection(self, app_id: str) -> Rejection | None:
        """What paused the account: lifting the pause is how people say that the platform may be asked again."""
        with Session(self._engine) as session:
            account = accounts.by_app_id(session, app_id)
            paused = pauses.of(session, account) if account else None
            if account is None or paused is None or not account.probe_code:
                return None
            return Rejection(account.probe_reason, account.probe_code, paused.rid)

    def reject(self, app_id: str, rejection: Rejection) -> None:
        """Pause the account for everybody, at the place where its end was met."""
        with Session(self._engine.execution_options(**WRITES)) as session:
            account = accounts.by_app_id(session, app_id)
            if account is None:
                return
            account.outgoing_address = rejection.address or account.outgoing_address
            pauses.pause(session, account, rejection.reason, cause=rejection.code, rid=rejection.rid)
            session.commit()

    @contextmanager
    def lock(self, app_id: str) -> Iterator[None]:
        seconds = self._call_seconds + LOCK_SPARE_SECONDS
        try:
            with exclusive(self._engine, self._folder, f"token:{app_id}", seconds=seconds):
                yield
        except TimeoutError:
            raise TryLater("Another process is renewing this account's access token and does not end.") from None


class ApplicationTokens(TokensInDatabase):
    """The same for platform applications; what their platform refuses is kept with them and told to the administrators."""

    def save(self, app_id: str, token: Token) -> None:
        super().save(app_id, token)
        if token.value:
            with Session(self._engine.execution_options(**WRITES)) as session:
                platform_applications.record_working(platform_applications.get(session, application_id(app_id)))
                session.commit()

    def rejection(self, app_id: str) -> Rejection | None:
        """What the platform refused last. It stands until the application is changed, or a test succeeds."""
        with Session(self._engine) as session:
            application = platform_applications.get(session, application_id(app_id))
            return Rejection(application.trouble, application.trouble_code) if application.trouble else None

    def reject(self, app_id: str, rejection: Rejection) -> None:
        with Session(self._engine.execution_options(**WRITES)) as session:
            application = platform_applications.get(session, application_id(app_id))
            if platform_applications.record_trouble(application, rejection.reason, rejection.code):
                tell_all(
                    session, people.with_role(session, people.Role.ADMIN), APPLICATION_REFUSED,
                    cause=f"application:{application.id}:{application.checked_at:%Y%m%d%H%M%S}", urgent=True,
                    name=application.name, reason=rejection.reason,
                )
            session.commit()


class CallsInDatabase:
    """Counts every call of one account, for all processes together. A count that cannot be kept stops no call."""

    def __init__(self, engine: Engine, app_id: str) -> None:
        self._engine, self._app_id = engine, app_id

    def __call__(self, path: str) -> None:
        try:
            with Session(self._engine.execution_options(**WRITES)) as session:
                calls.count(session, self._app_id, path)
                session.commit()
        except SQLAlchemyError as error:
            log.warning("a call was not counted", extra={"action": "call_not_counted", "kind": type(error).__name__})


def _token(sealed: dict[str, Any]) -> Token:
    return Token(sealed["value"], sealed["expires_at"], sealed["asked_at"], tuple(sealed["forced_at"]))


def _only_warned_of(session: Session) -> list[Limit]:
    """The limits of a body that the house lets pass with a warning, at the sending as before."""
    said = house.settings(session, *TAKEN_BY_THE_HOUSE)
    return [limit for name, limit in TAKEN_BY_THE_HOUSE.items() if said[name] == "warn"]


def engine_of(session: Session) -> Engine:
    """What the session is bound to."""
    bind = session.get_bind()
    return bind if isinstance(bind, Engine) else bind.engine
