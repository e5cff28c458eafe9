"""The rights ledger: the licence of every picture, who is shown on it and agreed to what, and what follows for an article."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import Date, ForeignKey, Index, String, Text, and_, or_, select
from sqlalchemy.orm import Mapped, Session, mapped_column, relationship

from editorial import audit, clock
from editorial.articles import picture_uses
from editorial.articles.assets import Asset
from editorial.articles.revisions import Content
from editorial.base import Base, Dated, Numbered
from editorial.errors import Invalid, NotFound, Problem, WrongState
from editorial.people.people import Person


class LicenceStatus(StrEnum):
    """How the house has a picture. `free`: under terms that ask for the attribution."""

    UNKNOWN = "unknown"
    OWN = "own"
    LICENSED = "licensed"
    FREE = "free"


class ConsentScope(StrEnum):
    """What a person on a picture agreed to."""

    INTERNAL = "internal"
    OFFICIAL_ACCOUNT = "official_account"
    ADVERTISING = "advertising"


class PortraitConsent(Numbered, Dated, Base):
    """A person shown on a picture, and what they (of a minor the guardian) agreed to. `given_on` none: not asked yet."""

    __tablename__ = "portrait_consent"

    asset_id: Mapped[int] = mapped_column(ForeignKey("asset.id"))
    name: Mapped[str] = mapped_column(String(80))
    is_minor: Mapped[bool] = mapped_column(default=False)
    guardian: Mapped[str] = mapped_column(String(80), default="")
    scopes: Mapped[list[str]] = mapped_column(default=list)
    given_on: Mapped[date | None] = mapped_column(Date)
    until: Mapped[date | None] = mapped_column(Date)
    evidence: Mapped[str] = mapped_column(String(200), default="")
    """Where the signed paper lies."""
    withdrawn_at: Mapped[datetime | None]
    withdrawn_reason: Mapped[str] = mapped_column(Text, default="")
    noted_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))

    asset: Mapped[Asset] = relationship()

    __table_args__ = (
        Index("ix_portrait_consent_asset", "asset_id", "id"), Index("ix_portrait_consent_name", "name", "id"),
        Index("ix_portrait_consent_until", "until"),
    )

    def covers(self, scope: ConsentScope, day: date) -> bool:
        """Whether it allows this on this day; of a minor only with the guardian's name."""
        asked = self.given_on is not None and self.given_on <= day and (self.until is None or day <= self.until)
        return asked and self.withdrawn_at is None and scope in self.scopes and (bool(self.guardian) or not self.is_minor)


@dataclass(frozen=True)
class Wanted:
    """What the ledger is asked for. `standing`: a licence status, `minors`, `ai`, or `ending` (within 30 days)."""

    standing: str = ""
    person: str = ""
    before: int | None = None


def today() -> date:
    """The day on the house's wall."""
    return clock.to_wall(clock.now()).date()


def note(session: Session, asset: Asset, *, by: Person, **said: Any) -> None:
    """Keep what is known of a picture's rights: `licence_status`, `licence_source`, `licensor`, `licensed_until`, `attribution`,
    `shows_minor`. Raises Invalid naming the field."""
    status = said.get("licence_status", asset.licence_status)
    if status not in set(LicenceStatus):
        raise Invalid(Problem("licence_status", "Choose one of: {choices}.", {"choices": ", ".join(LicenceStatus)}))
    if status == LicenceStatus.FREE and not said.get("attribution", asset.attribution).strip():
        raise Invalid(Problem("attribution", "A free licence with attribution needs the words of the attribution."))
    for name, value in said.items():
        setattr(asset, name, value.strip()[:200] if isinstance(value, str) else value)
    asset.rights_by_id, asset.rights_at = by.id, clock.now()
    audit.record(session, "note_rights", "asset", asset.id, by=by, details={
        name: value.isoformat() if isinstance(value, date) else value for name, value in said.items()
    })


def add_consent(
    session: Session, asset: Asset, *, name: str, scopes: Sequence[str], given_on: date | None, by: Person,
    is_minor: bool = False, guardian: str = "", until: date | None = None, evidence: str = "",
) -> PortraitConsent:
    """Keep a person shown on a picture with their consent. Raises Invalid naming the field."""
    problems = []
    if not 0 < len(name.strip()) <= 80:
        problems.append(Problem("name", "Name the person shown; initials are enough."))
    if not set(scopes) <= set(ConsentScope):
        problems.append(Problem("scopes", "Choose one of: {choices}.", {"choices": ", ".join(ConsentScope)}))
    if is_minor and given_on is not None and not guardian.strip():
        problems.append(Problem("guardian", "The consent of a minor is given by a guardian: name them."))
    if given_on is not None and not scopes:
        problems.append(Problem("scopes", "Say what the consent is for."))
    if problems:
        raise Invalid(*problems)
    consent = PortraitConsent(
        asset_id=asset.id, name=name.strip(), is_minor=is_minor, guardian=guardian.strip()[:80], scopes=list(scopes),
        given_on=given_on, until=until, evidence=evidence.strip()[:200], noted_by_id=by.id,
    )
    session.add(consent)
    asset.shows_minor = asset.shows_minor or is_minor
    session.flush()
    audit.record(session, "note_consent", "asset", asset.id, by=by, details={"consent": consent.id, "scopes": list(scopes)})
    return consent


def withdraw(session: Session, consent: PortraitConsent, *, reason: str, by: Person) -> None:
    """The person takes the consent back. What shows the picture is found by release/rights_tasks.py. Raises WrongState."""
    if consent.withdrawn_at is not None:
        raise WrongState()
    consent.withdrawn_at, consent.withdrawn_reason = clock.now(), reason.strip()
    session.flush()
    details = {"consent": consent.id, "reason": reason.strip()}
    audit.record(session, "withdraw_consent", "asset", consent.asset_id, by=by, details=details)


def consent(session: Session, consent_id: int) -> PortraitConsent:
    """The consent with this id. Raises NotFound."""
    found = session.get(PortraitConsent, consent_id)
    if found is None:
        raise NotFound()
    return found


def consents_of(session: Session, asset_ids: Sequence[int]) -> list[PortraitConsent]:
    """Who is shown on these pictures."""
    query = select(PortraitConsent).where(PortraitConsent.asset_id.in_(asset_ids))
    return list(session.scalars(query.order_by(PortraitConsent.id)))


def ledger(session: Session, wanted: Wanted, limit: int) -> list[Asset]:
    """Pictures of the ledger, the newest first."""
    query = select(Asset).order_by(Asset.id.desc()).limit(limit)
    if wanted.before is not None:
        query = query.where(Asset.id < wanted.before)
    if wanted.person:
        query = query.where(Asset.id.in_(select(PortraitConsent.asset_id).where(PortraitConsent.name == wanted.person)))
    if wanted.standing in set(LicenceStatus):
        query = query.where(Asset.licence_status == wanted.standing)
    if wanted.standing == "minors":
        query = query.where(Asset.shows_minor)
    if wanted.standing == "ai":
        query = query.where(or_(Asset.ai_generated, Asset.ai_use.in_(["assisted", "generated"])))
    if wanted.standing == "ending":
        query = query.where(Asset.licensed_until.is_not(None))
    return list(session.scalars(query))


def pictures_in(session: Session, content: Content) -> list[Asset]:
    """The pictures an article shows, the cover first."""
    shown = picture_uses.pictures_of(content.body, content.cover)
    found = {asset.sha256: asset for asset in session.scalars(select(Asset).where(Asset.sha256.in_(shown)))} if shown else {}
    return [found[sha256] for sha256 in shown if sha256 in found]


def problems(session: Session, content: Content) -> Iterator[Problem]:
    """What forbids an article to show its pictures on the official account today."""
    pictures, day = pictures_in(session, content), today()
    consents = consents_of(session, [asset.id for asset in pictures]) if pictures else []
    for asset in pictures:
        field = "cover" if asset.sha256 == content.cover else "body"
        own = [one for one in consents if one.asset_id == asset.id]
        for sentence, params in _faults(asset, own, day):
            yield Problem(field, sentence, {"picture": named(asset), **params})


def unknown(session: Session, content: Content) -> list[Asset]:
    """The pictures of an article whose licence nobody has noted."""
    return [asset for asset in pictures_in(session, content) if asset.licence_status == LicenceStatus.UNKNOWN]


def named(asset: Asset) -> str:
    """How people recognise a picture in a sentence."""
    return asset.alt_text[:40] or f"#{asset.id}"


def _faults(asset: Asset, consents: list[PortraitConsent], day: date) -> Iterator[tuple[str, dict[str, object]]]:
    valid = [one for one in consents if one.covers(ConsentScope.OFFICIAL_ACCOUNT, day)]
    if asset.shows_minor and not any(one.is_minor for one in valid):
        yield "The picture {picture} shows a minor, and no guardian's consent to publish it is in force.", {}
    agreed = {one.name for one in valid}
    for name in dict.fromkeys(one.name for one in consents if not one.is_minor and one.name not in agreed):
        yield "{name} is shown on the picture {picture} and has given no consent to publish it that is in force.", {"name": name}
    for name in dict.fromkeys(one.name for one in consents if one.is_minor and one.name not in agreed) if agreed else ():
        yield "The guardian of {name} on the picture {picture} has given no consent to publish it that is in force.", {"name": name}
    if asset.licence_status == LicenceStatus.LICENSED and asset.licensed_until is not None and asset.licensed_until < day:
        yield "The licence of the picture {picture} ended on {day}.", {"day": asset.licensed_until.isoformat()}


def ended(session: Session, day: date) -> tuple[list[Asset], list[PortraitConsent]]:
    """Pictures whose licence, and consents whose time, ended before this day."""
    licences = session.scalars(
        select(Asset).where(Asset.licence_status == LicenceStatus.LICENSED, Asset.licensed_until < day)
    ).all()
    consents = session.scalars(
        select(PortraitConsent).where(and_(PortraitConsent.until < day, PortraitConsent.withdrawn_at.is_(None)))
    ).all()
    return list(licences), list(consents)
