"""How a group is reached: the kind of connector and its sealed settings."""

from __future__ import annotations

from typing import Any

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from editorial.base import Base, Dated, Numbered
from editorial.vault import Sealed


class GroupConnector(Numbered, Dated, Base):
    """One way into one group. `settings` (keys, secrets) are never shown again; `hint` is what a page may show."""

    __tablename__ = "group_connector"

    group_id: Mapped[int] = mapped_column(ForeignKey("community_group.id"), unique=True)
    kind: Mapped[str] = mapped_column(String(24))
    settings: Mapped[dict[str, Any]] = mapped_column(Sealed)
    hint: Mapped[str] = mapped_column(String(40), default="")
