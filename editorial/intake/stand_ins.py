"""Who is named as contributor for people we know no account of: one stand-in for each way in, who can never sign in."""

from __future__ import annotations

from sqlalchemy.orm import Session

from editorial.people import people
from editorial.people.people import Person, Role

DOMAIN = "qunsheng.invalid"


def named(session: Session, place: str, name: str, by: Person) -> Person:
    """The stand-in of a place, made when there is none: the address leads nowhere and access has ended."""
    email = f"{place}@{DOMAIN}"
    person = people.by_email(session, email)
    if person is None:
        person = people.add(session, email=email, name=name[:80], roles=[Role.CONTRIBUTOR], by=by)
        people.deactivate(session, person, by=by)
    return person
