"""Official accounts."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select

from app.accounts_setup import probe_account
from app.api.calls import Noun
from app.api.idempotency import acting, amend
from app.api.paging import Listing, Page, rows_of
from app.api.shapes import Body, Shape, Text
from app.auth import guard, person_now, public_url
from app.extensions import db
from editorial import accounts
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


def shown(account: OfficialAccount) -> AccountShown:
    """An account as the API gives it: its secrets are never shown again."""
    return AccountShown(
        id=str(account.id), name=account.name, account_type=account.account_type, app_id=account.app_id,
        callback_url=f"{public_url()}/callbacks/wechat/{account.id}",
        rights=RightsShown(**{right: bool(account.rights.get(right)) for right in accounts.RIGHTS}),
        level=account.level, probed_at=account.probed_at, probe_reason=account.probe_reason,
    )
