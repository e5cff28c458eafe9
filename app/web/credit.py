"""Credit: one's own accepted stories by year, and a certificate to print. No points, and none for forwarding."""

from __future__ import annotations

from flask import Blueprint, current_app, render_template, request
from flask.typing import ResponseReturnValue

from app.auth import guard, person_now
from app.extensions import db
from editorial import clock, house
from editorial.errors import NotFound
from editorial.measuring import credits as credited
from editorial.measuring.credits import Piece
from editorial.people.permissions import Action

pages = Blueprint("credit", __name__)


@pages.get("/my-credit")
@guard(Action.HAND_IN)
def index() -> ResponseReturnValue:
    """My accepted stories, year by year."""
    return render_template("intake/credit.html", years=_years(), person=person_now())


@pages.get("/my-credit/<int:year>")
@guard(Action.HAND_IN)
def certificate(year: int) -> ResponseReturnValue:
    """A certificate over what came out in a year, made out to one of the names that its by-lines bear."""
    out = [piece for piece in _years().get(year, []) if piece.published_at is not None]
    if not out:
        raise NotFound()
    names = list(dict.fromkeys(piece.signature for piece in out))
    chosen = request.args.get("name", "")
    name = chosen if chosen in names else names[0]
    return render_template(
        "intake/certificate.html", year=year, names=names, name=name, pieces=[piece for piece in out if piece.signature == name],
        house_name=house.setting(db.session(), "name"), today=clock.now(),
    )


def _years() -> dict[int, list[Piece]]:
    return credited.by_year(credited.pieces(db.session(), person_now()), current_app.extensions["settings"].zone)
