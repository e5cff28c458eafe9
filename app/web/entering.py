"""The last steps at the door, however somebody proved who they are: the code when they have a second proof, then in."""

from __future__ import annotations

from flask import redirect, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from app import auth
from editorial.people import second_factor
from editorial.people.people import Person


def let_in(session: Session, person: Person, following: str) -> ResponseReturnValue:
    """Sign this person in, or ask for their code first; then on to where they wanted to go."""
    if second_factor.is_on(session, person):
        auth.await_code(person, following)
        return redirect(url_for("second_factor.ask"), 303)
    auth.sign_in(person)
    return redirect(following or url_for("people.home"), 303)


def local(address: str) -> str:
    """`address` when it stays in this house, else nothing."""
    if not address.startswith("/") or address.startswith(("//", "/\\")) or any(ord(sign) < 32 for sign in address):
        return ""
    return address
