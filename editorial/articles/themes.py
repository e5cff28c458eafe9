"""Themes the house made itself. Every saved version is a row that stays as it is; an article names the one it is set in.

`spring@3` is the third version of the theme `spring`. A text written for `spring` is pinned to the version of that moment, so
its content hash, and with it a sign-off, covers the look as well; a later version changes no article until somebody chooses it.
"""

from __future__ import annotations

import re

from sqlalchemy import ForeignKey, Index, String, func, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Mapped, Session, mapped_column, relationship

from editorial import audit, house
from editorial.base import Base, Dated, Numbered
from editorial.errors import Invalid, NotFound, Problem, Stale
from editorial.groups import kinds
from editorial.people.people import Person

LONGEST_LABEL = 20
_NAME = re.compile(r"[a-z][a-z0-9-]{1,23}")


class HouseTheme(Numbered, Dated, Base):
    """One version of a theme. `recipe` holds the decisions, `own` what single elements say differently, `styles` all of it."""

    __tablename__ = "house_theme"

    name: Mapped[str] = mapped_column(String(24))
    version: Mapped[int]
    label: Mapped[str] = mapped_column(String(40))
    recipe: Mapped[dict[str, str]]
    own: Mapped[dict[str, str]]
    styles: Mapped[dict[str, str]]
    retired: Mapped[bool] = mapped_column(default=False)
    """Not offered any more; articles set in it keep it. The same on all versions of a theme."""
    saved_by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))

    saved_by: Mapped[Person] = relationship()

    __table_args__ = (Index("uq_house_theme_version", "name", "version", unique=True),)

    @property
    def reference(self) -> str:
        """How an article names exactly this version."""
        return f"{self.name}@{self.version}"


def create(
    session: Session, *, name: str, label: str, recipe: dict[str, str], own: dict[str, str], styles: dict[str, str], by: Person
) -> HouseTheme:
    """Keep the first version of a new theme. Raises Invalid naming the field."""
    problems = [problem for problem in (_name_problem(session, name), _label_problem(label)) if problem]
    if problems:
        raise Invalid(*problems)
    return _keep(session, HouseTheme(name=name, version=1, label=label.strip(), recipe=recipe, own=own, styles=styles), by)


def save(
    session: Session, name: str, *, base: int, label: str, recipe: dict[str, str], own: dict[str, str], styles: dict[str, str],
    by: Person,
) -> HouseTheme:
    """Keep the next version over version `base`; of the very same nothing is made. Raises Stale, NotFound, Invalid."""
    before = newest_of(session, name)
    if before.version != base:
        raise Stale()
    if problem := _label_problem(label):
        raise Invalid(problem)
    if (before.label, before.recipe, before.own, before.styles) == (label.strip(), recipe, own, styles):
        return before
    version = HouseTheme(
        name=name, version=base + 1, label=label.strip(), recipe=recipe, own=own, styles=styles, retired=before.retired,
    )
    return _keep(session, version, by)


def retire(session: Session, name: str, *, by: Person, retired: bool = True) -> None:
    """Offer a theme no more, or again. Articles keep what they are set in."""
    newest = newest_of(session, name)
    if newest.retired == retired:
        return
    for version in session.scalars(select(HouseTheme).where(HouseTheme.name == name)):
        version.retired = retired
    verb = "retire_theme" if retired else "restore_theme"
    audit.record(session, verb, "theme", newest.id, by=by, details={"name": newest.label})


def newest_of(session: Session, name: str) -> HouseTheme:
    """The newest version of a theme. Raises NotFound."""
    found = session.scalar(select(HouseTheme).where(HouseTheme.name == name).order_by(HouseTheme.version.desc()).limit(1))
    if found is None:
        raise NotFound()
    return found


def everyone(session: Session) -> list[HouseTheme]:
    """The newest version of every theme, by name; retired ones too."""
    newest = select(func.max(HouseTheme.id)).group_by(HouseTheme.name)
    return list(session.scalars(select(HouseTheme).where(HouseTheme.id.in_(newest)).order_by(HouseTheme.name)))


def referred(session: Session, reference: str) -> HouseTheme | None:
    """The version that a reference names; none when it names none."""
    name, at, version = reference.partition("@")
    if not at or not version.isascii() or not version.isdigit() or len(version) > 9:
        return None
    return session.scalar(select(HouseTheme).where(HouseTheme.name == name, HouseTheme.version == int(version)))


def beginning(session: Session, kind: str) -> str:
    """The theme in which articles from groups of a kind begin: the kind's own, else the house's."""
    return of_kind(session, kind) or str(house.setting(session, "theme"))


def of_kind(session: Session, kind: str) -> str:
    """The own theme of a kind of groups while it is offered; empty for none."""
    own = kinds.of(session, kind).theme
    name = own.partition("@")[0]
    retired = session.scalar(select(HouseTheme.retired).where(HouseTheme.name == name).limit(1)) if own else False
    return "" if retired else own


def pinned(session: Session, theme: str) -> str:
    """The reference for a house theme named without a version; every other name as it is."""
    if not _NAME.fullmatch(theme):
        return theme
    version = session.scalar(select(func.max(HouseTheme.version)).where(HouseTheme.name == theme))
    return f"{theme}@{version}" if version else theme


def _keep(session: Session, version: HouseTheme, by: Person) -> HouseTheme:
    version.saved_by_id = by.id
    session.add(version)
    try:
        session.flush()
    except IntegrityError:
        raise Stale() from None
    audit.record(
        session, "save_theme", "theme", version.id, by=by, details={"name": version.label, "revision": version.version},
    )
    return version


def _name_problem(session: Session, name: str) -> Problem | None:
    if not _NAME.fullmatch(name):
        return Problem("name", "A short name of 2 to 24 small letters, digits and hyphens, beginning with a letter.")
    if session.scalar(select(HouseTheme.id).where(HouseTheme.name == name).limit(1)):
        return Problem("name", "This name is already used.")
    return None


def _label_problem(label: str) -> Problem | None:
    if not label.strip():
        return Problem("label", "A name is needed.")
    if len(label.strip()) > LONGEST_LABEL:
        return Problem("label", "At most {limit} characters, now {count}.", {"limit": LONGEST_LABEL, "count": len(label.strip())})
    return None
