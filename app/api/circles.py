"""Writing circles: opening one, coming in and leaving, the roster of a round, pieces, comments, pauses."""

from __future__ import annotations

from flask import current_app
from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from app.api.calls import Noun
from app.api.circle_shapes import (
    CircleShown,
    CommentShown,
    MemberShown,
    NewCircle,
    NewComment,
    NewPause,
    NewPiece,
    PauseShown,
    PieceShown,
    RosterShown,
    RoundShown,
    RuleBody,
)
from app.api.idempotency import acting
from app.api.paging import Listing, Page, rows_of
from app.api.shapes import Nothing, PersonShown
from app.auth import allow, can, guard, person_now
from app.extensions import db
from editorial import clock
from editorial.circles import circles, comments, hand_ins, members, rosters
from editorial.circles.circles import Rule, WritingCircle
from editorial.circles.rhythm import Rhythm
from editorial.errors import NotAllowed, NotFound
from editorial.people.permissions import Action

noun = Noun("circles")


@noun.get("/circles", guard(Action.SEE_CIRCLES))
def index(query: Page) -> Listing[CircleShown]:
    """All writing circles, the first opened first."""
    session = db.session()
    wanted = select(WritingCircle).options(joinedload(WritingCircle.group), joinedload(WritingCircle.steward))
    rows, following = rows_of(session, wanted, WritingCircle.id, query)
    counts = members.counts(session)
    return Listing[CircleShown](items=[_shown(session, one, counts.get(one.id, 0)) for one in rows], next=following)


@noun.post("/circles", guard(Action.MANAGE_CIRCLES), status=201)
def begin(body: NewCircle) -> CircleShown:
    """Open a circle, perhaps like another one."""
    with acting() as act:
        like = circles.get(act.session, int(body.like)) if body.like else None
        allow(Action.MANAGE_CIRCLES, like)
        said = {name: getattr(body, name) for name in ("name", "kind", "about", "group", "steward")}
        rule = like.rule if like else Rule(**body.rule.model_dump())
        made = circles.begin(act.session, said, rule, starts_on=body.starts_on, like=like, zone=_zone(), by=person_now())
        return act.done(_shown(act.session, made, 0))


@noun.get("/circles/<id:circle_id>", guard(Action.SEE_CIRCLES))
def one(circle_id: int) -> CircleShown:
    """One circle."""
    circle = circles.get(db.session(), circle_id)
    return _shown(db.session(), circle, len(members.everyone(db.session(), circle)))


@noun.put("/circles/<id:circle_id>/membership", guard(Action.SEE_CIRCLES))
def join(circle_id: int, body: Nothing) -> MemberShown:
    """Come into a circle; who is in stays in."""
    with acting() as act:
        circle, rhythm = _both(act.session, circle_id)
        return act.done(MemberShown.of(members.join(act.session, circle, rhythm, by=person_now())))


@noun.delete("/circles/<id:circle_id>/membership", guard(Action.SEE_CIRCLES))
def leave(circle_id: int) -> MemberShown:
    """Leave a circle."""
    with acting() as act:
        circle, rhythm = _both(act.session, circle_id)
        pieces = hand_ins.of_round(act.session, circle, rhythm.at(clock.now()).number)
        members.leave(act.session, circle, rhythm, handed_in=person_now().id in pieces, by=person_now())
        return act.done(MemberShown.of(members.spells(act.session, circle, person_now())[-1]))


@noun.get("/circles/<id:circle_id>/rounds/<id:round_number>", guard(Action.SEE_CIRCLES))
def roster(circle_id: int, round_number: int) -> RosterShown:
    """The roster of a round with its pieces, comments and duties, for who is in the circle or looks after it."""
    circle, rhythm = _both(db.session(), circle_id)
    if members.running(db.session(), circle, person_now()) is None and not can(Action.MANAGE_CIRCLES, circle):
        raise NotAllowed()
    if not 1 <= round_number <= rhythm.at(clock.now()).number:
        raise NotFound()
    return RosterShown.of(rosters.of_round(db.session(), circle, rhythm, round_number))


@noun.post("/circles/<id:circle_id>/pieces", guard(Action.SEE_CIRCLES), status=201)
def hand_in(circle_id: int, body: NewPiece) -> PieceShown:
    """Hand in a piece for a round that is open."""
    with acting() as act:
        circle, rhythm = _both(act.session, circle_id)
        said = body.model_dump(exclude={"round"})
        return act.done(PieceShown.of(hand_ins.hand_in(act.session, circle, rhythm, body.round, by=person_now(), **said)))


@noun.post("/circle-pieces/<id:piece_id>/comments", guard(Action.SEE_CIRCLES), status=201)
def comment(piece_id: int, body: NewComment) -> CommentShown:
    """Comment on the piece of another member."""
    with acting() as act:
        piece = hand_ins.get(act.session, piece_id)
        circle = circles.get(act.session, piece.circle_id)
        made = comments.comment(act.session, circle, piece.id, piece.person, body.text, by=person_now())
        return act.done(CommentShown.of(made))


@noun.post("/circles/<id:circle_id>/pauses", guard(Action.MANAGE_CIRCLES), status=201)
def pause(circle_id: int, body: NewPause) -> PauseShown:
    """Put a holiday pause into a circle; due times after it move."""
    with acting() as act:
        circle = circles.get(act.session, circle_id)
        allow(Action.MANAGE_CIRCLES, circle)
        days = body.begins_on, body.ends_on
        return act.done(PauseShown.of(circles.pause(act.session, circle, *days, name=body.name, zone=_zone(), by=person_now())))


def _both(session: Session, circle_id: int) -> tuple[WritingCircle, Rhythm]:
    circle = circles.get(session, circle_id)
    return circle, circles.rhythm_of(session, circle, _zone())


def _zone() -> str:
    zone: str = current_app.extensions["settings"].zone
    return zone


def _shown(session: Session, circle: WritingCircle, count: int) -> CircleShown:
    turn = circles.rhythm_of(session, circle, _zone()).at(clock.now()) if circle.closed_at is None else None
    return CircleShown(
        id=str(circle.id), name=circle.name, kind=circle.kind, about=circle.about,
        group=circle.group.slug if circle.group else None,
        steward=PersonShown.of(circle.steward), starts_on=circle.starts_on, rule=RuleBody(**circle.rule.__dict__), members=count,
        round=RoundShown(**turn.__dict__) if turn else None,
    )
