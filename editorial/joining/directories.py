"""The company's lists of people, and what the last look at one of them showed. What it would change is in moves.py."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import ForeignKey, String, select
from sqlalchemy.orm import Mapped, Session, mapped_column, relationship

from editorial import audit, clock
from editorial.base import Base, Dated, Numbered
from editorial.errors import Invalid, NotFound, Problem
from editorial.people.people import Person
from editorial.platform_applications import Platform, PlatformApplication
from editorial.vault import Sealed

DEPARTMENT_CHARACTERS = 80


class DirectoryKind(StrEnum):
    """Where the list comes from: a file that somebody brings, or a platform."""

    FILE = "file"
    WECOM = "wecom"
    DINGTALK = "dingtalk"
    FEISHU = "feishu"


@dataclass(frozen=True)
class Entry:
    """One person as the directory has them. `subject` is the directory's own name for them and never changes."""

    subject: str
    name: str
    email: str = ""
    department: str = ""


class Directory(Numbered, Dated, Base):
    """One list. `seen` is the last look while nothing was done with it, sealed: {"entries": […]}; `seen_at` when that was."""

    __tablename__ = "directory"

    kind: Mapped[DirectoryKind] = mapped_column(String(8))
    name: Mapped[str] = mapped_column(String(40), unique=True)
    application_id: Mapped[int | None] = mapped_column(ForeignKey("platform_application.id"))
    seen: Mapped[dict[str, Any] | None] = mapped_column(Sealed)
    seen_at: Mapped[datetime | None]
    applied_at: Mapped[datetime | None]

    application: Mapped[PlatformApplication | None] = relationship()


class DirectoryMember(Base):
    """A person whom a directory lists, or listed: `present` no longer once they left it."""

    __tablename__ = "directory_member"

    directory_id: Mapped[int] = mapped_column(ForeignKey("directory.id"), primary_key=True)
    subject: Mapped[str] = mapped_column(String(255), primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    present: Mapped[bool] = mapped_column(default=True)

    person: Mapped[Person] = relationship(lazy="joined")


def add(session: Session, *, kind: str, name: str, application_id: int | None = None, by: Any) -> Directory:
    """Add a directory. Raises Invalid naming the field."""
    name = name.strip()
    if kind not in set(DirectoryKind):
        raise Invalid(Problem("kind", "Choose one of the list."))
    if not 0 < len(name) <= 40 or session.scalar(select(Directory.id).where(Directory.name == name)):
        raise Invalid(Problem("name", "Give it a name of at most 40 characters that no other directory has."))
    application = session.get(PlatformApplication, application_id) if application_id else None
    if kind != DirectoryKind.FILE and (application is None or application.platform != Platform(kind)):
        raise Invalid(Problem("application", "Choose the company's application on this platform."))
    row = Directory(kind=DirectoryKind(kind), name=name, application=application if kind != DirectoryKind.FILE else None)
    session.add(row)
    session.flush()
    audit.record(session, "add_directory", "directory", row.id, by=by, details={"name": name})
    return row


def get(session: Session, directory_id: int) -> Directory:
    """The directory with this id. Raises NotFound."""
    row = session.get(Directory, directory_id)
    if row is None:
        raise NotFound()
    return row


def everyone(session: Session) -> list[Directory]:
    """All directories, the first added first."""
    return list(session.scalars(select(Directory).order_by(Directory.id)))


def keep_look(session: Session, directory: Directory, entries: Iterable[Entry]) -> None:
    """Keep what was seen until somebody says yes or looks again. Nothing of anybody changes."""
    directory.seen, directory.seen_at = {"entries": [asdict(entry) for entry in entries]}, clock.now()


def forget_look(directory: Directory) -> None:
    """What was seen is dropped; when somebody looked last stays known."""
    directory.seen, directory.seen_at = None, clock.now()


def entries_of(said: Iterable[Mapping[str, str]]) -> list[Entry]:
    """Entries with departments named by their last part where that tells them apart, else with the part above it."""
    rows = list(said)
    paths = {tuple(part.strip() for part in row.get("department", "").split("/") if part.strip()) for row in rows}
    leaves = Counter(path[-1] for path in paths if path)
    return [
        Entry(row["subject"], row["name"].strip(), row.get("email", "").strip().lower(), _short(row.get("department", ""), leaves))
        for row in rows
    ]


def _short(path: str, leaves: Mapping[str, int]) -> str:
    parts = [part.strip() for part in path.split("/") if part.strip()]
    if not parts:
        return ""
    return (" / ".join(parts[-2:]) if leaves[parts[-1]] > 1 else parts[-1])[:DEPARTMENT_CHARACTERS]
