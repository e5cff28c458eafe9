"""When a consent is withdrawn or a licence ends: every published or scheduled article that shows the picture becomes a task.

A person decides each: take the article down, or keep it with a reason. Nothing is taken down by itself.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from enum import StrEnum

from sqlalchemy import ForeignKey, Index, String, Text, func, select
from sqlalchemy.orm import Mapped, Session, mapped_column, relationship

from editorial import audit, clock
from editorial.articles import picture_rights, picture_uses
from editorial.articles.articles import Article
from editorial.articles.assets import Asset, shown_in
from editorial.articles.picture_rights import PortraitConsent
from editorial.articles.workflow import State as ArticleState
from editorial.base import Base, Dated, Numbered
from editorial.errors import Invalid, NotFound, Problem, WrongState
from editorial.notices import tell_all
from editorial.people.people import Person, Role, with_role
from editorial.review import sign_offs

OUT = (ArticleState.PUBLISHED, ArticleState.CORRECTED)
CONCERNED = (*OUT, ArticleState.SCHEDULED)


class TaskState(StrEnum):
    """Where a task stands."""

    OPEN = "open"
    TAKEN_DOWN = "taken_down"
    KEPT = "kept"


class RightsTask(Numbered, Dated, Base):
    """One article that shows one picture without the right to. `cause`: consent_withdrawn, consent_ended, licence_ended."""

    __tablename__ = "rights_task"

    asset_id: Mapped[int] = mapped_column(ForeignKey("asset.id"), index=True)
    article_id: Mapped[int] = mapped_column(ForeignKey("article.id"), index=True)
    cause: Mapped[str] = mapped_column(String(20))
    key: Mapped[str] = mapped_column(String(80), unique=True)
    name: Mapped[str] = mapped_column(String(80), default="")
    """Whose consent it was."""
    state: Mapped[TaskState] = mapped_column(String(12), default=TaskState.OPEN)
    reason: Mapped[str] = mapped_column(Text, default="")
    decided_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    decided_at: Mapped[datetime | None]

    asset: Mapped[Asset] = relationship(lazy="joined")
    article: Mapped[Article] = relationship(lazy="joined")
    decided_by: Mapped[Person | None] = relationship()

    __table_args__ = (Index("ix_rights_task_state", "state", "id"),)


def withdraw_consent(session: Session, consent: PortraitConsent, *, reason: str, by: Person) -> list[RightsTask]:
    """Take a consent back and open a task for every use. Raises WrongState when it was withdrawn before."""
    picture_rights.withdraw(session, consent, reason=reason, by=by)
    return _open(session, consent.asset, "consent_withdrawn", f"consent:{consent.id}:withdrawn", consent.name)


def open_ended(session: Session) -> list[RightsTask]:
    """Open tasks for licences and consents whose time is over; asked again it opens nothing twice."""
    licences, consents = picture_rights.ended(session, picture_rights.today())
    made = []
    for asset in licences:
        made += _open(session, asset, "licence_ended", f"licence:{asset.id}:{asset.licensed_until}", "")
    for consent in consents:
        made += _open(session, consent.asset, "consent_ended", f"consent:{consent.id}:{consent.until}", consent.name)
    return made


def settle(session: Session, task: RightsTask, *, taken_down: bool, reason: str, by: Person) -> None:
    """Close a task: the take-down was asked for, or the article stays with a reason. Raises WrongState, Invalid."""
    if task.state != TaskState.OPEN:
        raise WrongState()
    if not reason.strip():
        raise Invalid(Problem("reason", "Say why: the reason is kept with your name."))
    task.state = TaskState.TAKEN_DOWN if taken_down else TaskState.KEPT
    task.reason, task.decided_by_id, task.decided_at = reason.strip(), by.id, clock.now()
    session.flush()
    audit.record(session, "settle_rights", "article", task.article_id, by=by, details={
        "asset": task.asset_id, "outcome": task.state, "reason": task.reason,
    })


def get(session: Session, task_id: int) -> RightsTask:
    """The task with this id. Raises NotFound."""
    task = session.get(RightsTask, task_id)
    if task is None:
        raise NotFound()
    return task


def waiting(session: Session, limit: int = 100) -> Sequence[RightsTask]:
    """Tasks that nobody has decided, the oldest first."""
    query = select(RightsTask).where(RightsTask.state == TaskState.OPEN).order_by(RightsTask.id).limit(limit)
    return session.scalars(query).all()


def waiting_count(session: Session) -> int:
    """How many tasks wait."""
    return session.scalar(select(func.count()).select_from(RightsTask).where(RightsTask.state == TaskState.OPEN)) or 0


def of_asset(session: Session, asset: Asset) -> Sequence[RightsTask]:
    """Every task about a picture, the newest first."""
    return session.scalars(select(RightsTask).where(RightsTask.asset_id == asset.id).order_by(RightsTask.id.desc())).all()


def _open(session: Session, asset: Asset, cause: str, key: str, name: str) -> list[RightsTask]:
    made = []
    for use in picture_uses.of_picture(session, asset.sha256):
        article = session.get_one(Article, use.article_id)
        known = select(RightsTask.id).where(RightsTask.key == f"{key}:{article.id}")
        if article.state in CONCERNED and _stands_in(session, article, asset) and session.scalar(known) is None:
            made.append(RightsTask(asset_id=asset.id, article_id=article.id, cause=cause, key=f"{key}:{article.id}", name=name))
    session.add_all(made)
    session.flush()
    if made:
        tell_all(
            session, with_role(session, Role.PUBLISHER, Role.EDITOR_IN_CHIEF),
            "The right to the picture {picture} has ended; {count} articles show it. Decide what becomes of them.",
            cause=f"rights:{key}", thing="asset", thing_id=asset.id, urgent=True, picture=picture_rights.named(asset),
            count=len(made),
        )
    return made


def _stands_in(session: Session, article: Article, asset: Asset) -> bool:
    """Whether what was signed off, and so what readers see, shows the picture."""
    signed = sign_offs.latest(session, article.id)
    if signed is None:
        return False
    from_text = shown_in(signed.html)
    return asset.sha256 in from_text or asset.sha256 == sign_offs.content_of(session, signed).cover
