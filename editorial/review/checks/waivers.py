"""What the house lets pass although a rule finds it: a reason, and a second person who says yes."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String, Text, select
from sqlalchemy.orm import Mapped, Session, mapped_column, relationship

from editorial import audit, clock
from editorial.articles import revisions
from editorial.articles.articles import Article
from editorial.base import Base, Dated, Numbered
from editorial.errors import Invalid, NotAllowed, NotFound, Problem, WrongState
from editorial.people.people import Person
from editorial.review.checks.found import Found

MOST_CHARACTERS = 1000


class AskedYourself(NotAllowed):
    """You asked for this waiver, so somebody else has to decide it."""


class WroteYourself(NotAllowed):
    """You wrote or changed this text, so somebody else has to decide its waivers."""


class CheckWaiver(Numbered, Dated, Base):
    """Asked by one person, decided by another. It holds for one rule at one passage of one article, as long as that stands.

    `granted` is unknown until it is decided.
    """

    __tablename__ = "check_waiver"

    article_id: Mapped[int] = mapped_column(ForeignKey("article.id"))
    content_hash: Mapped[str] = mapped_column(String(64))
    rule: Mapped[str] = mapped_column(String(40))
    version: Mapped[str] = mapped_column(String(12))
    place: Mapped[str] = mapped_column(String(64))
    quote: Mapped[str] = mapped_column(Text)
    reason: Mapped[str] = mapped_column(Text)
    asked_by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    granted: Mapped[bool | None]
    decided_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    decided_at: Mapped[datetime | None]
    answer: Mapped[str] = mapped_column(Text, default="")

    asked_by: Mapped[Person] = relationship(foreign_keys=[asked_by_id], lazy="joined")
    decided_by: Mapped[Person | None] = relationship(foreign_keys=[decided_by_id], lazy="joined")

    __table_args__ = (Index("ix_check_waiver_article", "article_id", "place"),)


def ask(session: Session, article: Article, found: Found, reason: str, *, by: Person) -> CheckWaiver:
    """Ask that this finding be let pass. Raises Invalid without a reason, WrongState where it is asked or granted already."""
    reason = reason.strip()
    if not reason or len(reason) > MOST_CHARACTERS:
        raise Invalid(Problem("reason", "Say in at most {limit} characters why it may stand.", {"limit": MOST_CHARACTERS}))
    if found.asked or found.waiver_id is not None:
        raise WrongState()
    waiver = CheckWaiver(
        article_id=article.id, content_hash=revisions.numbered(session, article.id, article.revision).content_hash,
        rule=found.rule.code, version=found.rule.version, place=found.place, quote=found.quote, reason=reason, asked_by_id=by.id,
    )
    session.add(waiver)
    session.flush()
    audit.record(session, "ask_waiver", "article", article.id, by=by, details=_told(waiver, reason))
    return waiver


def decide(session: Session, waiver: CheckWaiver, *, granted: bool, by: Person, answer: str = "") -> None:
    """A second person says yes or no; neither the one who asked nor anybody who wrote the text.

    Raises AskedYourself, WroteYourself, WrongState.
    """
    if waiver.granted is not None:
        raise WrongState()
    ensure_may_decide(session, waiver, by)
    waiver.granted, waiver.decided_by, waiver.decided_at = granted, by, clock.now()
    waiver.answer = answer.strip()[:MOST_CHARACTERS]
    session.flush()
    verb = "grant_waiver" if granted else "refuse_waiver"
    audit.record(session, verb, "article", waiver.article_id, by=by, details=_told(waiver, waiver.answer or waiver.reason))


def ensure_may_decide(session: Session, waiver: CheckWaiver, by: Person) -> None:
    """Raise AskedYourself or WroteYourself unless `by` is a second person."""
    if waiver.asked_by_id == by.id:
        raise AskedYourself()
    article = session.get_one(Article, waiver.article_id)
    if by.id == article.contributor_id or by.id in revisions.writers(session, article.id):
        raise WroteYourself()


def of(session: Session, article_id: int) -> list[CheckWaiver]:
    """Every waiver of an article, the newest first."""
    query = select(CheckWaiver).where(CheckWaiver.article_id == article_id)
    return list(session.scalars(query.order_by(CheckWaiver.id.desc())))


def get(session: Session, waiver_id: int) -> CheckWaiver:
    """The waiver with this id. Raises NotFound."""
    waiver = session.get(CheckWaiver, waiver_id)
    if waiver is None:
        raise NotFound()
    return waiver


def _told(waiver: CheckWaiver, reason: str) -> dict[str, object]:
    return {"rule": waiver.rule, "version": waiver.version, "place": waiver.place, "reason": reason, "waiver": waiver.id}
