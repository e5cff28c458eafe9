"""The official accounts we publish through, what each may do, and so how far it goes by itself."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import String, Text, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from editorial import audit, clock
from editorial.base import Base, Dated, Numbered
from editorial.errors import Invalid, NotFound, Problem
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


RIGHTS = ("draft", "release", "mass_send", "statistics")


class OfficialAccount(Numbered, Dated, Base):
    """One official account. `secrets` holds app_secret, callback_token and encoding_aes_key, sealed."""

    __tablename__ = "official_account"

    name: Mapped[str] = mapped_column(String(80), unique=True)
    account_type: Mapped[AccountType] = mapped_column(String(16))
    app_id: Mapped[str] = mapped_column(String(64), unique=True)
    secrets: Mapped[dict[str, Any]] = mapped_column(Sealed)
    rights: Mapped[dict[str, Any]] = mapped_column(default=dict)
    probed_at: Mapped[datetime | None]
    probe_reason: Mapped[str] = mapped_column(Text, default="")
    followers: Mapped[int | None]

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


def record_rights(session: Session, account: OfficialAccount, rights: dict[str, bool], reason: str = "") -> None:
    """Note what probing showed; a right never seen is False."""
    account.rights = {right: bool(rights.get(right)) for right in RIGHTS}
    account.probed_at = clock.now()
    account.probe_reason = reason


def withdraw_right(session: Session, account: OfficialAccount, right: str) -> None:
    """The platform no longer grants `right`; the account's level follows by itself."""
    account.rights = {**account.rights, right: False}
    audit.record(session, "lose_right", "account", account.id, details={"right": right})


def get(session: Session, account_id: int) -> OfficialAccount:
    """The account with this id. Raises NotFound."""
    account = session.get(OfficialAccount, account_id)
    if account is None:
        raise NotFound()
    return account


def everyone(session: Session) -> list[OfficialAccount]:
    """All accounts, the first added first."""
    return list(session.scalars(select(OfficialAccount).order_by(OfficialAccount.id)))


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
