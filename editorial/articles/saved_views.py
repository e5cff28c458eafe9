"""Searches that a person keeps under a name, for themselves or for the whole desk."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import ForeignKey, Index, String, func, or_, select
from sqlalchemy.orm import Mapped, Session, joinedload, mapped_column, relationship

from editorial.base import Base, Dated, Numbered
from editorial.errors import Invalid, NotFound, Problem
from editorial.people.people import Person

NAME_CHARACTERS = 40
MOST_VIEWS = 40
SEARCH, GROUPS = "search", "groups"
"""Pages whose questions can be kept."""


class SavedView(Numbered, Dated, Base):
    """One search: its words and filters by name. `place`: on which page. `shared`: everybody who sees the page has it."""

    __tablename__ = "saved_view"

    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    name: Mapped[str] = mapped_column(String(NAME_CHARACTERS))
    asked: Mapped[dict[str, str]] = mapped_column(default=dict)
    shared: Mapped[bool] = mapped_column(default=False)
    place: Mapped[str] = mapped_column(String(12), default=SEARCH)

    person: Mapped[Person] = relationship()

    __table_args__ = (Index("ix_saved_view_person", "person_id", "id"), Index("ix_saved_view_shared", "shared", "id"))


def keep(
    session: Session, *, name: str, asked: dict[str, str], shared: bool, by: Person, place: str = SEARCH
) -> SavedView:
    """Keep a search; of the same name it takes the place of the person's former one. Raises Invalid naming `name`."""
    name = name.strip()
    if not name:
        raise Invalid(Problem("name", "A name is needed."))
    if len(name) > NAME_CHARACTERS:
        raise Invalid(Problem("name", "At most {limit} characters, now {count}.", {"limit": NAME_CHARACTERS, "count": len(name)}))
    own = select(func.count()).select_from(SavedView).where(SavedView.person_id == by.id)
    view = session.scalar(select(SavedView).where(SavedView.person_id == by.id, SavedView.name == name, SavedView.place == place))
    if view is None and (session.scalar(own) or 0) >= MOST_VIEWS:
        raise Invalid(Problem("name", "You keep {limit} searches already. Remove one first.", {"limit": MOST_VIEWS}))
    view = view or SavedView(person_id=by.id, name=name, place=place)
    view.asked, view.shared = {field: value for field, value in asked.items() if value}, shared
    session.add(view)
    session.flush()
    return view


def remove(session: Session, view_id: int, *, by: Person) -> None:
    """Forget one's own view. Raises NotFound, for the views of others too."""
    view = session.get(SavedView, view_id)
    if view is None or view.person_id != by.id:
        raise NotFound()
    session.delete(view)


def of_person(session: Session, person: Person, place: str = SEARCH) -> Sequence[SavedView]:
    """The person's own views of one page, then those that others share."""
    query = select(SavedView).options(joinedload(SavedView.person)).where(SavedView.place == place)
    query = query.where(or_(SavedView.person_id == person.id, SavedView.shared))
    return sorted(session.scalars(query.order_by(SavedView.id).limit(200)), key=lambda view: view.person_id != person.id)
