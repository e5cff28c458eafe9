"""Official accounts."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.accounts_setup import probe_account
from app.api.calls import Noun
from app.api.idempotency import acting, amend
from app.api.paging import Listing, Page, rows_of
from app.api.shapes import Body, Shape, Text
from app.auth import guard, person_now, public_url
from app.extensions import db
from editorial import accounts, pauses
from editorial.accounts import AccountType, Level, OfficialAccount
from editorial.people.permissions import Action

noun = Noun("accounts")


class NewAccount(Body):
    """An official account to add."""

    name: str
    account_type: AccountType
    app_id: str
    app_secret: str
    callback_token: Text = ""
    encoding_aes_key: Text = ""


class RightsShown(Shape):
    """What the account may do through the interface, as last probed."""

    draft: bool
    release: bool
    mass_send: bool
    statistics: bool


class AccountChange(Body):
    """What changes of an account; what is left out stays. A new AppSecret is tried at once."""

    app_secret: str | None = None
    callback_token: str | None = None
    encoding_aes_key: str | None = None


class PauseShown(Shape):
    """Why nothing goes out through an account: `cause` is the platform's code, or `person`."""

    since: datetime
    reason: str
    cause: str


class AccountShown(Shape):
    """An official account. `probe_reason` says why its rights could not be asked for."""

    id: str
    name: str
    account_type: AccountType
    app_id: str
    callback_url: str
    rights: RightsShown
    level: Level
    probed_at: datetime | None
    probe_reason: str
    paused: PauseShown | None


@noun.post("/accounts", guard(Action.MANAGE_ACCOUNTS), status=201)
def add(body: NewAccount) -> AccountShown:
    """Add an official account and ask the platform what it may do."""
    with acting() as act:
        account = accounts.add(act.session, **body.model_dump(), by=person_now())
        account_id = account.id
        act.done(shown(account))
    answer = shown(probe_account(account_id))
    amend(answer)
    return answer


@noun.get("/accounts", guard(Action.SEE_ACCOUNTS))
def index(query: Page) -> Listing[AccountShown]:
    """All official accounts, the first added first."""
    rows, following = rows_of(db.session(), select(OfficialAccount), OfficialAccount.id, query)
    return Listing[AccountShown](items=[shown(account) for account in rows], next=following)


@noun.get("/accounts/<id:account_id>", guard(Action.SEE_ACCOUNTS))
def one(account_id: int) -> AccountShown:
    """One official account."""
    return shown(accounts.get(db.session(), account_id))


@noun.patch("/accounts/<id:account_id>", guard(Action.MANAGE_ACCOUNTS))
def change(account_id: int, body: AccountChange) -> AccountShown:
    """Take another AppSecret, or other keys for callbacks; then ask the platform what the account may do."""
    with acting() as act:
        account = accounts.get(act.session, account_id)
        if body.app_secret is not None:
            accounts.change_secret(act.session, account, body.app_secret, by=person_now())
        if body.callback_token is not None or body.encoding_aes_key is not None:
            _change_callback(act.session, account, body)
        act.done(shown(account))
    answer = shown(probe_account(account_id))
    amend(answer)
    return answer


@noun.post("/accounts/<id:account_id>/probe", guard(Action.MANAGE_ACCOUNTS))
def probe(account_id: int) -> AccountShown:
    """Ask the platform anew. A pause that the platform caused ends when it answers."""
    accounts.get(db.session(), account_id)
    return shown(probe_account(account_id))


@noun.post("/accounts/<id:account_id>/pause", guard(Action.MANAGE_ACCOUNTS))
def pause(account_id: int) -> AccountShown:
    """Let nothing go out through the account; what falls due meanwhile is held back."""
    with acting() as act:
        account = accounts.get(act.session, account_id)
        pauses.pause_by_person(act.session, account, by=person_now())
        return act.done(shown(account))


@noun.delete("/accounts/<id:account_id>/pause", guard(Action.MANAGE_ACCOUNTS))
def resume(account_id: int) -> AccountShown:
    """Let the account go on, whoever paused it; what was held back waits again."""
    with acting() as act:
        account = accounts.get(act.session, account_id)
        pauses.resume(act.session, account, by=person_now())
        return act.done(shown(account))


def shown(account: OfficialAccount) -> AccountShown:
    """An account as the API gives it: its secrets are never shown again."""
    paused = pauses.of(db.session(), account)
    return AccountShown(
        id=str(account.id), name=account.name, account_type=account.account_type, app_id=account.app_id,
        callback_url=f"{public_url()}/callbacks/wechat/{account.id}",
        rights=RightsShown(**{right: bool(account.rights.get(right)) for right in accounts.RIGHTS}),
        level=account.level, probed_at=account.probed_at, probe_reason=account.probe_reason,
        paused=PauseShown(since=paused.since, reason=paused.reason, cause=paused.cause) if paused else None,
    )


def _change_callback(session: Session, account: OfficialAccount, body: AccountChange) -> None:
    kept = account.secrets
    token = kept.get("callback_token", "") if body.callback_token is None else body.callback_token
    key = kept.get("encoding_aes_key", "") if body.encoding_aes_key is None else body.encoding_aes_key
    accounts.change_callback(session, account, token, key, by=person_now())
