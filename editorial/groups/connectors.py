"""How a group is reached: one or several ways with their sealed settings, one of them preferred."""

from __future__ import annotations

from typing import Any

from sqlalchemy import ForeignKey, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column

from editorial.base import Base, Dated, Numbered
from editorial.vault import Sealed


class GroupConnector(Numbered, Dated, Base):
    """One way into one group. `settings` (keys, secrets) are never shown again; `hint` is what a page may show.

    Links go back through the preferred one; calls for stories through every one that is marked `for_calls`. One that is
    not `active` is spoken to by nobody.
    """

    __tablename__ = "group_connector"

    group_id: Mapped[int] = mapped_column(ForeignKey("community_group.id"), index=True)
    kind: Mapped[str] = mapped_column(String(24))
    settings: Mapped[dict[str, Any]] = mapped_column(Sealed)
    hint: Mapped[str] = mapped_column(String(40), default="")
    preferred: Mapped[bool] = mapped_column(default=True)
    for_calls: Mapped[bool] = mapped_column(default=True)
    active: Mapped[bool] = mapped_column(default=True)

    __table_args__ = (
        Index(
            "uq_group_connector_preferred", "group_id", unique=True, sqlite_where=text("preferred"),
            postgresql_where=text("preferred"),
        ),
    )

    @property
    def hold_target(self) -> str:
        """What a pause of this way is called: of the preferred one it is the group's."""
        return f"group:{self.group_id}" if self.preferred else f"connector:{self.id}"
