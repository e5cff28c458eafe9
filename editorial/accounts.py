"""The official accounts we publish through, what each may do, and so how far it goes by itself."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from sqlalchemy import JSON, String, Text, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from editorial import audit, clock
from editorial.base import Base, Dated, Numbered
from editorial.errors import Invalid, NotFound, Problem
from editorial.notices import tell_all
from editorial.people.people import Person, Role, with_role
from editorial.vault import Sealed


class AccountType(StrEnum):
    """WeChat's two kinds of official account."""

    SUBSCRIPTION = "subscription"
    SERVICE = "service"


class Level(StrEnum):
    """How far an account goes by itself (design section 5)."""

    AUTOMATIC = "automatic"
    DRAFT_ONLY = "draft_only"
    COPY_ONLY = "copy_only"


TOKEN = re.compile(r"[A-Za-z0-9]{3,32}")
KEY = re.compile(r"[A-Za-z0-9]{43}")

RIGHTS = ("draft", "release", "mass_send", "statistics")
MORE_RIGHTS = ("comments", "followers")
"""Rights that open pages, and decide nothing about how far an account is published to."""

LOST = "lost"
"""Stands among the rights from the refusal of one until the others were asked."""

CHECK_EVERY = timedelta(days=1)
CHECK_AGAIN = timedelta(hours=1)
"""After a check that the platform did not answer."""

CHANGED: dict[Level, str] = {
    Level.AUTOMATIC: "WeChat lets {account} publish by itself again.",
    Level.DRAFT_ONLY: "WeChat no longer lets {account} publish by itself. Drafts are still laid; what is due goes on by hand.",
    Level.COPY_ONLY: "WeChat no longer takes drafts from {account}. What is due goes on by hand.",
}


class OfficialAccount(Numbered, Dated, Base):
    """One official account. `secrets` holds app_secret, callback_token, encoding_aes_key and the key before it, sealed."""

    __tablename__ = "official_account"

    name: Mapped[str] = mapped_column(String(80), unique=True)
    account_type: Mapped[AccountType] = mapped_column(String(16))
    app_id: Mapped[str] = mapped_column(String(64), unique=True)
    secrets: Mapped[dict[str, Any]] = mapped_column(Sealed)
    rights: Mapped[dict[str, Any]] = mapped_column(default=dict)
    probed_at: Mapped[datetime | None]
    probe_reason: Mapped[str] = mapped_column(Text, default="")
    probe_code: Mapped[str] = mapped_column(String(40), default="")
    outgoing_address: Mapped[str] = mapped_column(String(64), default="")
    """Where our calls come from, in the platform's own words; known only once it has refused them."""
    check_at: Mapped[datetime | None]
    """When a worker asks anew; none: a person must act first."""
    followers: Mapped[int | None]
    tags: Mapped[list[dict[str, Any]]] = mapped_column(JSON, default=list)
    """The followers' tags as the platform lists them: `id`, `name`, `count`."""
    tags_at: Mapped[datetime | None]

    @property
    def level(self) -> Level:
        """Automatic when it may release or mass send, else as far as its drafts go."""
        if self.rights.get("draft") and (self.rights.get("release") or self.rights.get("mass_send")):
            return Level.AUTOMATIC
        return Level.DRAFT_ONLY if self.rights.get("draft") else Level.COPY_ONLY

    @property
    def lane(self) -> str:
        return f"account:{self.id}"


class AccessToken(Base):
    """The one access token of an app, shared by all processes and machines; sealed."""

    __tablename__ = "access_token"

    app_id: Mapped[str] = mapped_column(String(64), primary_key=True)
    sealed: Mapped[dict[str, Any]] = mapped_column(Sealed)


def add(
    session: Session, *, name: str, account_type: str, app_id: str, app_secret: str, callback_token: str = "",
    encoding_aes_key: str = "", by: Any = None,
) -> OfficialAccount:
    """Add an account; its rights are not known until probed. Raises Invalid naming the field."""
    problems = list(_problems(session, name, account_type, app_id, app_secret, encoding_aes_key))
    if problems:
        raise Invalid(*problems)
    account = OfficialAccount(
        name=name.strip(), account_type=AccountType(account_type), app_id=app_id.strip(),
        secrets={
            "app_secret": app_secret.strip(), "callback_token": callback_token.strip(),
            "encoding_aes_key": encoding_aes_key.strip(),
        },
    )
    session.add(account)
    session.flush()
    audit.record(session, "add_account", "account", account.id, by=by, details={"name": account.name})
    return account


def change_secret(session: Session, account: OfficialAccount, app_secret: str, *, by: Any) -> None:
    """Take another AppSecret, and forget the token made with the old one. Raises Invalid naming the field."""
    if not app_secret.strip():
        raise Invalid(Problem("app_secret", "The AppSecret is needed."))
    account.secrets = {**account.secrets, "app_secret": app_secret.strip()}
    audit.record(session, "change_secret", "account", account.id, by=by, details={"name": account.name})


def change_callback(session: Session, account: OfficialAccount, token: str, encoding_aes_key: str, *, by: Any) -> None:
    """Take another token and EncodingAESKey; what WeChat has sealed with the key before can still be read.

    Raises Invalid naming the field.
    """
    token, key = token.strip(), encoding_aes_key.strip()
    problems = list(_callback_problems(token, key))
    if problems:
        raise Invalid(*problems)
    before = account.secrets.get("encoding_aes_key", "")
    previous = before if before and before != key else account.secrets.get("previous_aes_key", "")
    account.secrets = {
        **account.secrets, "callback_token": token, "encoding_aes_key": key, "previous_aes_key": previous,
    }
    audit.record(session, "change_callback", "account", account.id, by=by, details={"name": account.name})


def record_rights(
    session: Session, account: OfficialAccount, rights: Mapping[str, bool | None], *, only_losses: bool = False
) -> None:
    """Note what probing showed; a right never seen is False. A change of level is told.

    `only_losses`: a right that was refused a moment ago does not come back because a reading was allowed.
    """
    before, known = account.level if account.rights else None, account.rights
    account.rights = {
        right: bool(rights.get(right)) and (bool(known.get(right)) or not only_losses) for right in (*RIGHTS, *MORE_RIGHTS)
    }
    account.probed_at = clock.now()
    account.probe_reason = account.probe_code = ""
    account.check_at = account.probed_at + CHECK_EVERY
    if before is not None and account.level != before:
        _tell_level(session, account)


def record_silence(account: OfficialAccount, reason: str) -> None:
    """Note why probing showed nothing this time. What was known before still counts."""
    account.probed_at = clock.now()
    account.probe_reason, account.probe_code = reason, ""
    account.check_at = account.probed_at + CHECK_AGAIN


def record_tags(account: OfficialAccount, tags: Sequence[Mapping[str, Any]]) -> None:
    """Keep the followers' tags as the platform lists them now."""
    account.tags = [{"id": int(tag["id"]), "name": str(tag["name"]), "count": int(tag.get("count") or 0)} for tag in tags]
    account.tags_at = clock.now()


def withdraw_right(session: Session, account: OfficialAccount, right: str) -> None:
    """The platform no longer grants `right`; the account's level follows by itself, and those who run it are told.

    Rights come and go with the account's verification, so what else is lost is asked at once.
    """
    if not account.rights.get(right):
        return
    before = account.level
    account.rights = {**account.rights, right: False, LOST: True}
    account.check_at = clock.now()
    audit.record(session, "lose_right", "account", account.id, details={"right": right})
    if account.level != before:
        _tell_level(session, account)


def who_runs(session: Session) -> list[Person]:
    """Who must know when something is wrong with an account: those who set it up and those who publish through it."""
    return with_role(session, Role.ADMIN, Role.PUBLISHER)


def due_for_check(session: Session) -> list[int]:
    """The ids of the accounts that a worker should ask about now."""
    return list(session.scalars(select(OfficialAccount.id).where(OfficialAccount.check_at <= clock.now())))


def get(session: Session, account_id: int) -> OfficialAccount:
    """The account with this id. Raises NotFound."""
    account = session.get(OfficialAccount, account_id)
    if account is None:
        raise NotFound()
    return account


def everyone(session: Session) -> list[OfficialAccount]:
    """All accounts, the first added first."""
    return list(session.scalars(select(OfficialAccount).order_by(OfficialAccount.id)))


def by_app_id(session: Session, app_id: str) -> OfficialAccount | None:
    """The account with this AppID, if it is ours."""
    return session.scalar(select(OfficialAccount).where(OfficialAccount.app_id == app_id))


def _tell_level(session: Session, account: OfficialAccount) -> None:
    tell_all(
        session, who_runs(session), CHANGED[account.level], cause=f"level:{account.id}:{clock.now():%Y%m%d%H%M%S}",
        thing="account", thing_id=account.id, urgent=account.level != Level.AUTOMATIC, account=account.name,
    )


def _callback_problems(token: str, key: str) -> Iterator[Problem]:
    if not TOKEN.fullmatch(token):
        yield Problem("callback_token", "The token has 3 to 32 letters and digits.")
    if key and not KEY.fullmatch(key):
        yield Problem("encoding_aes_key", "The EncodingAESKey has exactly 43 letters and digits.")


def _problems(session: Session, name: str, account_type: str, app_id: str, app_secret: str, aes_key: str) -> Any:
    if not name.strip():
        yield Problem("name", "A name is needed.")
    elif session.scalar(select(OfficialAccount.id).where(OfficialAccount.name == name.strip())):
        yield Problem("name", "This name is already used.")
    if account_type not in set(AccountType):
        yield Problem("account_type", "Choose one of: {choices}.", {"choices": ", ".join(AccountType)})
    if not app_id.strip():
        yield Problem("app_id", "The AppID is needed.")
    elif session.scalar(select(OfficialAccount.id).where(OfficialAccount.app_id == app_id.strip())):
        yield Problem("app_id", "This AppID is already set up.")
    if not app_secret.strip():
        yield Problem("app_secret", "The AppSecret is needed.")
    if aes_key.strip() and len(aes_key.strip()) != 43:
        yield Problem("encoding_aes_key", "The EncodingAESKey has exactly 43 characters.")
