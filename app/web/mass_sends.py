"""What the pages of a mass send show: whom it reaches, what quota is left, the administrator's half hour, how it ended."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from flask_babel import gettext
from sqlalchemy.orm import Session

from app.filters import house_time, thousands
from app.web import meanings
from editorial.accounts import OfficialAccount
from editorial.calendar import quota
from editorial.calendar.editions import Edition, Mode
from editorial.calendar.quota import Quota
from editorial.outbox.deliveries import Delivery, Purpose, State
from editorial.release import mass_results
from editorial.release.mass_results import MassResult

ADMIN_TERM = timedelta(minutes=30)


@dataclass(frozen=True)
class Term:
    """Until when the account's administrator may confirm. Not `certain`: only if the account asks for it at all."""

    until: datetime
    certain: bool


@dataclass(frozen=True)
class MassDesk:
    """One mass send as its edition's page shows it. `tags`: (id, words) of those it may go to, everybody first."""

    tags: list[tuple[str, str]]
    reached: str
    quota: Quota
    quota_words: str
    result: MassResult | None
    deed: str


def desk(session: Session, edition: Edition, at: datetime) -> MassDesk | None:
    """What is to be shown of an edition that would go out `at`; none of one that is no mass send."""
    if edition.mode != Mode.MASS_SEND:
        return None
    found = quota.quota(session, edition.account, at, tag_id=edition.tag_id)
    return MassDesk(
        tags=_tags(edition.account), reached=_reached(edition), quota=found, quota_words=quota_words(found),
        result=mass_results.of_editions(session, [edition]).get(edition.id),
        deed=meanings.deed(edition.account, edition.mode, edition.audience),
    )


def quotas(session: Session, accounts: Sequence[OfficialAccount], at: datetime) -> list[tuple[str, str]]:
    """Of each account that may mass-send: its name, and what is taken of the day or month in which `at` falls."""
    may = [account for account in accounts if account.rights.get("mass_send")]
    return [(found.account.name, quota_words(found)) for found in quota.quotas(session, may, at)]


def quota_words(found: Quota) -> str:
    """A day's or month's quota in one sentence."""
    if found.refused_at:
        return gettext("%(period)s: WeChat said at %(at)s that no mass send is left.",
                       period=found.period, at=house_time(found.refused_at))
    taken = len(found.taken)
    if found.monthly:
        return gettext("%(period)s: %(taken)s of the month's %(most)s mass sends are taken.",
                       period=found.period, taken=taken, most=found.most)
    return gettext("%(period)s: %(taken)s of the day's %(most)s mass send is taken.",
                   period=found.period, taken=taken, most=found.most)


def term_of(delivery: Delivery) -> Term | None:
    """The administrator's term of a mass send that the platform has taken; none of anything else."""
    if delivery.purpose != Purpose.MASS_SEND or delivery.state != State.ACCEPTED or delivery.awaiting == "person":
        return None
    told, asked, certain = delivery.memory.get("admin_until"), delivery.memory.get("mass_asked_at"), delivery.awaiting == "admin"
    if told:
        return Term(datetime.fromtimestamp(int(told), UTC), certain)
    return Term(datetime.fromtimestamp(int(asked), UTC) + ADMIN_TERM, certain) if asked else None


def _tags(account: OfficialAccount) -> list[tuple[str, str]]:
    everybody = (gettext("All %(count)s followers", count=thousands(account.followers))
                 if account.followers is not None else gettext("All followers"))
    return [("", everybody)] + [
        (str(tag["id"]), gettext("%(tag)s (%(count)s followers)", tag=tag["name"], count=thousands(tag["count"])))
        for tag in account.tags
    ]


def _reached(edition: Edition) -> str:
    if edition.tag_id is None:
        return _tags(edition.account)[0][1]
    name, count = edition.tag_name or str(edition.tag_id), thousands(edition.tag_followers)
    return gettext("%(tag)s (%(count)s followers)", tag=name, count=count)
