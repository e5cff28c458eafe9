"""Who is asking, and the guard that every route names: `@guard(Action…)`, `@signed_in` or `@everybody`."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any, TypeVar

from flask import current_app, g, redirect, request, session, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session
from werkzeug.exceptions import Unauthorized

from app.extensions import db
from editorial import clock, house
from editorial.errors import NotAllowed
from editorial.people import credentials, second_factor
from editorial.people.people import Person
from editorial.people.permissions import Action, Owned, may, require

HALF_SECONDS = 600
"""How long somebody may take to look at their phone."""
SEEN_SECONDS = 60
"""How exactly the last sign of life is kept."""
BY_ITSELF = ("autosaves.be_there", "accounts.contact")
"""What an open page asks again and again, whether or not somebody sits before it."""
View = TypeVar("View", bound=Callable[..., ResponseReturnValue])


def current_person() -> Person | None:
    """The person of this request: by session on pages, by bearer token in the API. Asked for once."""
    if "person" not in g:
        g.person = _by_token() if is_api() else _by_session()
    person: Person | None = g.person
    return person


def person_now() -> Person:
    """The signed-in person. Raises Unauthorized."""
    person = current_person()
    if person is None:
        raise Unauthorized()
    return person


def is_api() -> bool:
    """Whether the request came in by the API, where cookies do not count."""
    return request.path.startswith("/api/")


def guard(action: Action) -> Callable[[View], View]:
    """Only those who may do `action` at all, or to things of their own, get past; the view asks again about the thing."""
    return _guarded(action.value, lambda person: _ask(person, action))


def signed_in(view: View) -> View:
    """Anybody signed in; the view asks `allow` about what it shows."""
    return _guarded("signed_in", lambda person: None)(view)


def before_set_up(view: View) -> View:
    """Open also to those who must set up their second proof before anything else."""
    view.before_set_up = True  # type: ignore[attr-defined]
    return view


def everybody(view: View) -> View:
    """Strangers too."""
    view.guard = "everybody"  # type: ignore[attr-defined]
    return view


def allow(action: Action, thing: Owned | None = None) -> None:
    """Raise NotAllowed or NotFound unless the present person may do this to `thing`."""
    require(person_now(), action, thing)


def can(action: Action | str, thing: Owned | None = None) -> bool:
    """For pages: whether to show an act."""
    return may(current_person(), Action(action), thing)


def sign_in(person: Person) -> None:
    """Begin a new session; nothing of the one before is kept."""
    session.clear()
    session["person"], session["epoch"], session["seen"] = person.id, person.session_epoch, _seconds()
    session.permanent = True
    g.person = person


def await_code(person: Person, following: str) -> None:
    """The first proof was given, the second is asked for; nobody is signed in yet."""
    session.clear()
    session["half"] = {"person": person.id, "epoch": person.session_epoch, "since": _seconds(), "next": following}


def half_signed_in() -> tuple[int, str] | None:
    """The person whose code is awaited and where they wanted to go, while that is not too long ago."""
    half = session.get("half")
    if not half or _seconds() - half["since"] > HALF_SECONDS:
        return None
    person = db.session.get(Person, half["person"])
    if person is None or not person.active or person.is_suspended or person.session_epoch != half["epoch"]:
        return None
    return person.id, half["next"]


def sign_out() -> None:
    """End the session."""
    session.clear()
    g.person = None


def _ask(person: Person, action: Action) -> None:
    if not may(person, action, _Mine(person)):
        raise NotAllowed()


class _Mine:
    """Stands for "some thing of one's own" while the thing itself is not loaded yet."""

    def __init__(self, person: Person) -> None:
        self._id = person.id

    def belongs_to(self, person_id: int) -> bool:
        return person_id == self._id


def _guarded(name: str, check: Callable[[Person], None]) -> Callable[[View], View]:
    def decorate(view: View) -> View:
        @functools.wraps(view)
        def wrapped(*args: Any, **kwargs: Any) -> ResponseReturnValue:
            person = current_person()
            if person is None:
                if is_api() or request.method != "GET":
                    raise Unauthorized()
                return redirect(url_for("people.sign_in", next=request.full_path.rstrip("?")))
            if "must_set_up" in g and not getattr(wrapped, "before_set_up", False):
                return redirect(url_for("second_factor.mine"), 303)
            check(person)
            return view(*args, **kwargs)

        wrapped.guard = name  # type: ignore[attr-defined]
        return wrapped  # type: ignore[return-value]

    return decorate


def _by_session() -> Person | None:
    person_id = session.get("person")
    if person_id is None:
        return None
    person = db.session.get(Person, person_id)
    if person is None or not person.active or person.is_suspended or person.session_epoch != session.get("epoch"):
        session.clear()
        return None
    rules = house.settings(db.session(), "idle_hours", "second_factor")
    if not _still_awake(rules["idle_hours"]):
        session.clear()
        return None
    if second_factor.is_missing(db.session(), person, rules["second_factor"]):
        g.must_set_up = True
    return person


def _still_awake(hours: int) -> bool:
    """Whether the session gave a sign of life lately; this request is one unless the page asked by itself."""
    now = _seconds()
    if now - session.get("seen", now) > hours * 3600:
        return False
    if now - session.get("seen", 0) > SEEN_SECONDS and request.endpoint not in BY_ITSELF:
        session["seen"] = now
    return True


def _seconds() -> int:
    return int(clock.now().timestamp())


def _by_token() -> Person | None:
    kind, _, token = request.headers.get("Authorization", "").partition(" ")
    if kind.lower() != "bearer" or not token.strip():
        return None
    database: Session = db.session()
    return credentials.holder(database, token.strip())


def public_url() -> str:
    """How the world reaches us: as configured, else as this request did."""
    configured: str = current_app.extensions["settings"].public_url
    return configured or request.url_root.rstrip("/")
