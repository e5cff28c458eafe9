"""The company's own applications on WeCom, DingTalk and Feishu, and its smart robots: what they prove themselves with.

Connectors of groups, callbacks, sign-in and the directory all speak through them. A smart robot (智能机器人) only takes
messages: members of WeCom groups call it there.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import ForeignKey, String, Text, UniqueConstraint, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from editorial import audit, clock
from editorial.base import Base, Dated, Numbered
from editorial.errors import Invalid, NotFound, Problem
from editorial.vault import Sealed


class Platform(StrEnum):
    """Where an application lives; `aibot` is WeCom's own word for its smart robots."""

    WECOM = "wecom"
    DINGTALK = "dingtalk"
    FEISHU = "feishu"
    AIBOT = "aibot"


SECRETS = ("secret", "callback_token", "encoding_aes_key", "verification_token", "encrypt_key")
"""What is sealed and never shown again."""
OPEN = ("corp_id", "app_id", "agent_id", "robot_code")
NEEDED: dict[Platform, tuple[str, ...]] = {
    Platform.WECOM: ("corp_id",), Platform.DINGTALK: ("app_id",), Platform.FEISHU: ("app_id",), Platform.AIBOT: ("app_id",),
}
"""What names an application to its platform; WeCom's directory secret has no agent id, so none is asked for."""
CALLED = ("callback_token", "encoding_aes_key")
"""What a smart robot proves itself with that calls our address; one that we connect to has a secret instead."""
LONGEST = 200
AES_KEY = re.compile(r"[A-Za-z0-9]{43}")
CALLBACK_TOKEN = re.compile(r"[A-Za-z0-9]{3,32}")


class PlatformApplication(Numbered, Dated, Base):
    """One application. `secrets` holds secret, callback_token, encoding_aes_key, verification_token, encrypt_key, sealed.

    `corp_id` and `agent_id` are WeCom's; `app_id` is DingTalk's AppKey (Client ID), Feishu's App ID or a smart robot's Bot ID;
    `robot_code` DingTalk's. `companion_id`: the WeCom application that tells who a smart robot's senders are.
    """

    __tablename__ = "platform_application"

    platform: Mapped[Platform] = mapped_column(String(8))
    name: Mapped[str] = mapped_column(String(80), unique=True)
    corp_id: Mapped[str] = mapped_column(String(LONGEST), default="")
    app_id: Mapped[str] = mapped_column(String(LONGEST), default="")
    agent_id: Mapped[str] = mapped_column(String(LONGEST), default="")
    robot_code: Mapped[str] = mapped_column(String(LONGEST), default="")
    secrets: Mapped[dict[str, Any]] = mapped_column(Sealed)
    companion_id: Mapped[int | None] = mapped_column(ForeignKey("platform_application.id"))
    active: Mapped[bool] = mapped_column(default=True)
    chat_rules: Mapped[bool] = mapped_column(default=False)
    """Whether rules against spam may be made through it; WeCom's interface for them is not tried out, so off at first."""
    trouble: Mapped[str] = mapped_column(Text, default="")
    """Why the platform wants nothing more from it, in words for people; empty while it works."""
    trouble_code: Mapped[str] = mapped_column(String(40), default="")
    checked_at: Mapped[datetime | None]
    """When the platform last gave it a token, or refused to."""

    __table_args__ = (UniqueConstraint("platform", "corp_id", "app_id", "agent_id"),)

    @property
    def connects(self) -> bool:
        """Whether we connect to this smart robot; else it calls our address."""
        return self.platform == Platform.AIBOT and bool(self.secrets.get("secret"))

    @property
    def robot(self) -> str:
        """DingTalk's code of the application's robot: the AppKey unless the console says otherwise."""
        return self.robot_code or self.app_id


def add(
    session: Session, *, platform: str, name: str, said: Mapping[str, str], active: bool = True, by: Any = None
) -> PlatformApplication:
    """Add an application; `said` has the fields of OPEN and SECRETS. Raises Invalid naming the field."""
    kept = {field: str(said.get(field) or "").strip() for field in (*OPEN, *SECRETS)}
    companion, unfit = _companion(session, platform, said.get("companion"))
    problems = [*_name_problems(session, name), *_platform_problems(platform, kept), *_key_problems(kept), *unfit]
    if not problems and _twin(session, platform, kept) is not None:
        problems = [Problem(NEEDED[Platform(platform)][0], "This application is already set up.")]
    if problems:
        raise Invalid(*problems)
    application = PlatformApplication(
        platform=Platform(platform), name=name.strip(), active=active, companion_id=companion,
        **{field: kept[field] for field in OPEN}, secrets={field: kept[field] for field in SECRETS},
    )
    session.add(application)
    session.flush()
    audit.record(session, "add_application", "application", application.id, by=by, details={"name": application.name})
    return application


def change(session: Session, application: PlatformApplication, said: Mapping[str, str], *, by: Any = None) -> None:
    """Change the named fields (`name`, `companion`, those of OPEN and SECRETS); what is left out stays. Raises Invalid naming it.

    What the platform refused before is forgotten: it may be asked again. A smart robot that gets the keys of one mode loses
    those of the other, as it does in the platform's console.
    """
    given = {field: str(words or "").strip() for field, words in said.items()}
    if application.platform == Platform.AIBOT:
        given = {**_other_mode(given), **given}
    companion, unfit = _companion(session, application.platform, given.get("companion", application.companion_id))
    kept = {field: given.get(field, getattr(application, field)) for field in OPEN}
    sealed = {field: given.get(field, application.secrets.get(field, "")) for field in SECRETS}
    name = given.get("name", application.name)
    renamed = _name_problems(session, name) if name != application.name else ()
    problems = [*renamed, *_platform_problems(application.platform, kept | sealed), *_key_problems(sealed), *unfit]
    twin = _twin(session, application.platform, kept)
    if twin is not None and twin.id != application.id:
        problems.append(Problem(NEEDED[application.platform][0], "This application is already set up."))
    if problems:
        raise Invalid(*problems)
    application.name, application.secrets, application.companion_id = name, sealed, companion
    for field, words in kept.items():
        setattr(application, field, words)
    application.trouble = application.trouble_code = ""
    details = {"name": name, "fields": sorted(given)}
    audit.record(session, "change_application", "application", application.id, by=by, details=details)


def switch(session: Session, application: PlatformApplication, *, on: bool, by: Any = None) -> None:
    """Use the application, or let it rest: nothing goes out or comes in through one that rests."""
    application.active = on
    audit.record(
        session, "wake_application" if on else "rest_application", "application", application.id, by=by,
        details={"name": application.name},
    )


def switch_chat_rules(session: Session, application: PlatformApplication, *, on: bool, by: Any = None) -> None:
    """Allow rules against spam through the application, or no new ones. Raises NotFound when it is not WeCom's."""
    if application.platform != Platform.WECOM:
        raise NotFound()
    application.chat_rules = on
    audit.record(
        session, "allow_chat_rules" if on else "end_chat_rules", "application", application.id, by=by,
        details={"name": application.name},
    )


def record_working(application: PlatformApplication) -> None:
    """The platform took its credentials."""
    application.trouble = application.trouble_code = ""
    application.checked_at = clock.now()


def record_trouble(application: PlatformApplication, reason: str, code: str = "") -> bool:
    """The platform refused its credentials. Says whether that is news."""
    news = application.trouble != reason
    application.trouble, application.trouble_code = reason, code
    application.checked_at = clock.now()
    return news


def get(session: Session, application_id: int) -> PlatformApplication:
    """The application with this id. Raises NotFound."""
    application = session.get(PlatformApplication, application_id)
    if application is None:
        raise NotFound()
    return application


def everyone(session: Session, platform: str = "", *, active_only: bool = False) -> list[PlatformApplication]:
    """All applications, or those of one platform, the first added first."""
    query = select(PlatformApplication).order_by(PlatformApplication.id)
    if platform:
        query = query.where(PlatformApplication.platform == platform)
    if active_only:
        query = query.where(PlatformApplication.active)
    return list(session.scalars(query))


def _twin(session: Session, platform: str, kept: Mapping[str, str]) -> PlatformApplication | None:
    row = PlatformApplication
    return session.scalar(select(row).where(
        row.platform == platform, row.corp_id == kept["corp_id"], row.app_id == kept["app_id"], row.agent_id == kept["agent_id"],
    ))


def _name_problems(session: Session, name: str) -> Iterator[Problem]:
    name = name.strip()
    if not name:
        yield Problem("name", "A name is needed.")
    elif len(name) > 80:
        yield Problem("name", "At most {limit} characters, now {count}.", {"limit": 80, "count": len(name)})
    elif session.scalar(select(PlatformApplication.id).where(PlatformApplication.name == name)):
        yield Problem("name", "This name is already used.")


def _platform_problems(platform: str, kept: Mapping[str, str]) -> Iterator[Problem]:
    if platform not in set(Platform):
        yield Problem("platform", "Choose one of: {choices}.", {"choices": ", ".join(Platform)})
        return
    for field in (*NEEDED[Platform(platform)], *_proof(platform, kept)):
        if not kept[field]:
            yield Problem(field, "The platform's console shows it; it is needed.")
    if platform == Platform.AIBOT and kept["secret"] and any(kept[field] for field in CALLED):
        yield Problem("secret", "A smart robot has either Token and EncodingAESKey, or a Secret: the two modes exclude each other.")
    for field in (*OPEN, *SECRETS):
        if len(kept[field]) > LONGEST or re.search(r"\s", kept[field]):
            yield Problem(field, "This must be one short word without spaces.")
    if kept["agent_id"] and not re.fullmatch(r"[0-9]{1,18}", kept["agent_id"]):
        yield Problem("agent_id", "The AgentId is a number.")


def _proof(platform: str, kept: Mapping[str, str]) -> tuple[str, ...]:
    """What it must prove itself with: a secret, or the keys of a robot that calls us."""
    return CALLED if platform == Platform.AIBOT and not kept["secret"] else ("secret",)


def _other_mode(given: Mapping[str, str]) -> dict[str, str]:
    """The keys of the mode that a smart robot is taken out of by what was given."""
    if given.get("secret"):
        return dict.fromkeys(CALLED, "")
    return {"secret": ""} if any(given.get(field) for field in CALLED) else {}


def _companion(session: Session, platform: str, named: str | int | None) -> tuple[int | None, list[Problem]]:
    """The WeCom application that was named beside a smart robot; no other kind has one."""
    if not named or platform != Platform.AIBOT:
        return None, []
    number = int(named) if str(named).isdecimal() and len(str(named)) < 19 else 0
    found = session.get(PlatformApplication, number)
    if found is None or found.platform != Platform.WECOM:
        return None, [Problem("companion", "Choose one of the company's WeCom applications.")]
    return found.id, []


def _key_problems(kept: Mapping[str, str]) -> Iterator[Problem]:
    if kept["callback_token"] and not CALLBACK_TOKEN.fullmatch(kept["callback_token"]):
        yield Problem("callback_token", "The token has 3 to 32 letters and digits.")
    if kept["encoding_aes_key"] and not AES_KEY.fullmatch(kept["encoding_aes_key"]):
        yield Problem("encoding_aes_key", "The EncodingAESKey has exactly 43 letters and digits.")
