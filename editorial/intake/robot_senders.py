"""Who writes to a smart robot: ids that only our robot is told, and the company's own user ids behind them, for a while."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import ForeignKey, String, delete
from sqlalchemy.orm import Mapped, Session, mapped_column

from editorial import clock
from editorial.base import Base
from editorial.vault import Sealed, vault

KNOWN_FOR = timedelta(days=30)
"""How long an answer of the platform holds; then it is asked again."""
UNKNOWN_FOR = timedelta(days=1)


class RobotSender(Base):
    """One sender. `sender` is a pseudonym of the id that the robot was told; `held` holds the plain user id, empty for none."""

    __tablename__ = "robot_sender"

    application_id: Mapped[int] = mapped_column(ForeignKey("platform_application.id"), primary_key=True, autoincrement=False)
    sender: Mapped[str] = mapped_column(String(64), primary_key=True)
    held: Mapped[dict[str, str]] = mapped_column(Sealed)
    asked_at: Mapped[datetime]


def user_id(session: Session, application_id: int, told: str) -> str | None:
    """The company's user id behind what the robot was told: "" for nobody of ours, None when the platform is to be asked."""
    row = session.get(RobotSender, (application_id, _pseudonym(application_id, told)))
    if row is None:
        return None
    found = str(row.held.get("user_id") or "")
    return found if clock.now() - row.asked_at < (KNOWN_FOR if found else UNKNOWN_FOR) else None


def learn(session: Session, application_id: int, told: str, found: str) -> None:
    """What the platform answered; `found` "" for nobody."""
    session.merge(RobotSender(
        application_id=application_id, sender=_pseudonym(application_id, told), held={"user_id": found}, asked_at=clock.now(),
    ))


def forget_old(session: Session) -> None:
    """Forget what would be asked again anyway."""
    session.execute(delete(RobotSender).where(RobotSender.asked_at < clock.now() - KNOWN_FOR))


def _pseudonym(application_id: int, told: str) -> str:
    return vault.pseudonym("robot_sender", str(application_id), told)
