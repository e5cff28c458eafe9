"""The rounds of a writing circle: coming in and leaving, my duties, the piece of a round, and the comments on it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from app.auth import allow, can, guard, person_now
from app.extensions import db, deciding
from app.web.slots import house_zone
from app.web.words import field_errors
from editorial import clock
from editorial.articles import embargo
from editorial.circles import circles, comments, hand_ins, members, rosters
from editorial.circles.circles import WritingCircle
from editorial.circles.members import CircleMember
from editorial.circles.rhythm import Rhythm, Round
from editorial.circles.rosters import Roster
from editorial.errors import Invalid, NotAllowed, NotFound
from editorial.people import people
from editorial.people.people import Person
from editorial.people.permissions import Action

pages = Blueprint("circle_rounds", __name__)

Act = Callable[[Session, WritingCircle, Rhythm, Person], Any]


@pages.get("/circles/mine")
@guard(Action.SEE_CIRCLES)
def mine() -> ResponseReturnValue:
    """What I have to do in my circles: what I hand in, on whose pieces I comment."""
    return render_template("circles/mine.html", owed=rosters.mine(_database(), person_now(), house_zone()), now=clock.now())


@pages.post("/circles/<id:circle_id>/members")
@guard(Action.SEE_CIRCLES)
def join(circle_id: int) -> ResponseReturnValue:
    """Come in; the rule stood on the page before."""
    return _act(circle_id, _("You are in. Your first round stands below."),
                lambda session, circle, rhythm, by: members.join(session, circle, rhythm, by=by))


@pages.post("/circles/<id:circle_id>/leaving")
@guard(Action.SEE_CIRCLES)
def leave(circle_id: int) -> ResponseReturnValue:
    """Go, in one press."""

    def go(session: Session, circle: WritingCircle, rhythm: Rhythm, by: Person) -> None:
        pieces = hand_ins.of_round(session, circle, rhythm.at(clock.now()).number)
        members.leave(session, circle, rhythm, handed_in=by.id in pieces, by=by)

    return _act(circle_id, _("You have left the circle. What you wrote in it stays; you can come back whenever you like."), go)


@pages.post("/circles/<id:circle_id>/members/<id:member_id>/return")
@guard(Action.MANAGE_CIRCLES)
def take_back(circle_id: int, member_id: int) -> ResponseReturnValue:
    """Take somebody back."""
    allow(Action.MANAGE_CIRCLES, circles.get(_database(), circle_id))

    def take(session: Session, circle: WritingCircle, rhythm: Rhythm, by: Person) -> None:
        members.take_back(session, _of(session, circle, member_id), circle, rhythm, by=by)

    return _act(circle_id, _("Taken back, from the next round on. Missed rounds count anew."), take)


@pages.post("/circles/<id:circle_id>/members/<id:member_id>/rounds-off")
@guard(Action.MANAGE_CIRCLES)
def give_break(circle_id: int, member_id: int) -> ResponseReturnValue:
    """Let nothing be due of somebody in the round under way."""
    allow(Action.MANAGE_CIRCLES, circles.get(_database(), circle_id))

    def give(session: Session, circle: WritingCircle, rhythm: Rhythm, by: Person) -> None:
        number = rhythm.at(clock.now()).number
        members.give_break(session, circle, _of(session, circle, member_id), number, rhythm, by=by)

    return _act(circle_id, _("This round is off for them: nothing is due."), give)


@pages.get("/circles/<id:circle_id>/rounds/<id:round_number>")
@guard(Action.SEE_CIRCLES)
def turn(circle_id: int, round_number: int) -> ResponseReturnValue:
    """One round: who handed in what and when, and the comments on it."""
    return _round_page(circle_id, round_number, {}, {})


@pages.route("/circles/<id:circle_id>/rounds/<id:round_number>/piece", methods=["GET", "POST"])
@guard(Action.SEE_CIRCLES)
def piece(circle_id: int, round_number: int) -> ResponseReturnValue:
    """Hand in for a round: a link, or a story of one's own."""
    circle, rhythm, _begun = _inside(circle_id, round_number)
    if members.running(_database(), circle, person_now()) is None:
        raise NotAllowed()
    if request.method == "GET":
        return _piece_page(circle, rhythm.round(round_number), {}, {})
    person_id, typed = person_now().id, request.form.to_dict()
    try:
        with deciding() as scoped:
            session = scoped()
            found = circles.get(session, circle_id)
            hand_ins.hand_in(
                session, found, circles.rhythm_of(session, found, house_zone()), round_number, by=people.get(session, person_id),
                title=typed.get("title", ""), url=typed.get("url", ""), submission=typed.get("submission", ""),
            )
    except Invalid as error:
        return _piece_page(circles.get(_database(), circle_id), rhythm.round(round_number), typed, field_errors(error)), 422
    flash(_("Handed in. The circle can read it now."))
    return redirect(url_for("circle_rounds.turn", circle_id=circle_id, round_number=round_number), 303)


@pages.post("/circle-pieces/<id:piece_id>/comments")
@guard(Action.SEE_CIRCLES)
def comment(piece_id: int) -> ResponseReturnValue:
    """Comment on somebody's piece."""
    found = hand_ins.get(_database(), piece_id)
    circle_id, number, person_id = found.circle_id, found.round, person_now().id
    text = request.form.get("text", "")
    try:
        with deciding() as scoped:
            session = scoped()
            chosen, author = circles.get(session, circle_id), hand_ins.get(session, piece_id).person
            comments.comment(session, chosen, piece_id, author, text, by=people.get(session, person_id))
    except Invalid as error:
        return _round_page(circle_id, number, {"piece": str(piece_id), "text": text}, field_errors(error)), 422
    flash(_("Your comment is there. The circle reads it."))
    return redirect(url_for("circle_rounds.turn", circle_id=circle_id, round_number=number, _anchor=f"piece-{piece_id}"), 303)


def _act(circle_id: int, sentence: str, act: Act) -> ResponseReturnValue:
    person_id = person_now().id
    try:
        with deciding() as scoped:
            session = scoped()
            circle = circles.get(session, circle_id)
            act(session, circle, circles.rhythm_of(session, circle, house_zone()), people.get(session, person_id))
    except Invalid as error:
        flash(" ".join(field_errors(error).values()), "error")
    else:
        flash(sentence)
    return redirect(url_for("circles.circle", circle_id=circle_id), 303)


def _of(session: Session, circle: WritingCircle, member_id: int) -> CircleMember:
    member = members.get(session, member_id)
    if member.circle_id != circle.id:
        raise NotFound()
    return member


def _inside(circle_id: int, number: int) -> tuple[WritingCircle, Rhythm, Round]:
    """A circle whose rounds the present person may read, and a round of it that has begun. Raises NotAllowed, NotFound."""
    circle = circles.get(_database(), circle_id)
    if members.running(_database(), circle, person_now()) is None and not can(Action.MANAGE_CIRCLES, circle):
        raise NotAllowed()
    rhythm = circles.rhythm_of(_database(), circle, house_zone())
    if not 1 <= number <= rhythm.at(clock.now()).number:
        raise NotFound()
    return circle, rhythm, rhythm.round(number)


def _round_page(circle_id: int, number: int, typed: dict[str, str], errors: dict[str, str]) -> str:
    circle, rhythm, begun = _inside(circle_id, number)
    roster = rosters.of_round(_database(), circle, rhythm, number)
    return render_template(
        "circles/round.html", circle=circle, turn=begun, roster=roster, typed=typed, errors=errors, me=person_now(),
        member=members.running(_database(), circle, person_now()), held=_held_back(roster), now=clock.now(),
        latest=rhythm.at(clock.now()).number, mine=roster.line(person_now()),
    )


def _held_back(roster: Roster) -> set[int]:
    """Submissions among the pieces whose text is not shown: their article is under embargo."""
    told = [line.piece.submission_id for line in roster.lines if line.piece and line.piece.submission_id]
    return embargo.holding_back(_database(), told)


def _piece_page(circle: WritingCircle, begun: Round, typed: dict[str, str], errors: dict[str, str]) -> str:
    before = hand_ins.of_round(_database(), circle, begun.number).get(person_now().id)
    stored = {"title": before.title, "url": before.url} if before else {}
    if before and before.submission:
        stored = {"submission": before.submission.number}
    offered = [(one.number, f"{one.number} {one.title}") for one in hand_ins.offered(_database(), person_now())]
    return render_template(
        "circles/piece.html", circle=circle, turn=begun, values=stored | typed, errors=errors, offered=offered, now=clock.now(),
        before=before,
    )


def _database() -> Session:
    session: Session = db.session()
    return session
