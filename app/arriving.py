"""What has arrived made submissions, by a worker: mails converted, media fetched while they live, all in its order."""

from __future__ import annotations

import functools
import hashlib
import io
from collections.abc import Callable

from sqlalchemy.orm import Session

from app.handed_media import HandedMedia
from app.importing import Keep, Taken, converted, kept
from app.incoming import link_line
from app.mail_in import MAIL
from app.media import Store
from app.uploads.darkroom import darkroom
from app.uploads.storing import store_fitted
from editorial import platform_applications
from editorial.articles import assets
from editorial.articles.assets import Asset
from editorial.crash import crash_point
from editorial.errors import Invalid, Muted, Problem
from editorial.intake import adding, arrivals, conversations, robot_senders
from editorial.intake.adding import Piece
from editorial.intake.arrivals import Arrival, Aside
from editorial.joining import identities
from editorial.people import people
from editorial.review.checks import codes
from publishers.connector import Failure, TryLater
from publishers.importing import Refused
from publishers.importing.passing import Request
from publishers.importing.quotes import without_quotes
from publishers.pictures.results import Unusable

N_ = str
REST_SECONDS = 600.0
TITLE_CHARACTERS = 40
NO_GROUP = N_("The group of this submission is closed.")


def take_in(session: Session, store: Store, stop: Callable[[], bool], zone: str, media: HandedMedia) -> int:
    """Take in all that waits. The caller holds the lane's lock. Returns how many arrivals were worked."""
    worked = 0
    while not stop() and (waiting := arrivals.due(session)):
        for arrival in waiting:
            if arrival.kind == MAIL and arrivals.urgent(session):
                break
            _take_one(session, arrival, store, zone, media)
            crash_point("record.before_commit")
            session.commit()
            crash_point("record.after_commit")
            worked += 1
    return worked


def _take_one(session: Session, arrival: Arrival, store: Store, zone: str, media: HandedMedia) -> None:
    """One arrival. Every way out leaves it settled, set aside or due later."""
    try:
        if arrival.kind == MAIL:
            _take_mail(session, arrival, store, zone)
        elif arrival.kind == arrivals.ANSWER:
            _answer(session, arrival, media)
        else:
            _take_message(session, arrival, store, zone, media)
    except Muted:
        session.rollback()
        arrivals.set_aside(arrival, Aside.MUTED)
    except Invalid:
        session.rollback()
        arrivals.postpone(arrival, NO_GROUP, REST_SECONDS)


def _take_mail(session: Session, arrival: Arrival, store: Store, zone: str) -> None:
    """Converted while no transaction is open: it may take seconds."""
    content, original = store.read(arrival.original), arrival.original
    conversation = arrival.conversation
    assert conversation is not None
    contributor_id = conversation.contributor_id
    fallback = str(arrival.content.get("subject") or "").strip() or str(arrival.content.get("name") or "") or conversation.number
    session.commit()
    try:
        imported = converted(Request("file", content, name=f"{original}.eml"))
        taken = kept(imported, functools.partial(_keep, session, store, contributor_id))
    except Refused as refused:
        adding.lose(session, arrival, Piece(fallback, [], fallback=fallback), refused.message, zone)
        return
    body = taken.markdown if arrival.is_first else without_quotes(taken.markdown)
    arrival.digest = _digest(body, taken)
    arrival.content = {**arrival.content, "lost": [[lost.rule, lost.count] for lost in taken.lost]}
    piece = Piece(body, [one.sha256 for one in taken.assets], taken.title or _first_line(body), fallback)
    adding.join(session, arrival, piece, zone)


def _take_message(session: Session, arrival: Arrival, store: Store, zone: str, media: HandedMedia) -> None:
    """Its pieces in their order. Media are fetched before the platform throws them away, with no transaction open."""
    conversation, said = arrival.conversation, dict(arrival.content)
    assert conversation is not None
    keep = functools.partial(_keep, session, store, conversation.contributor_id)
    fetched, number = functools.partial(media.fetch, session, arrival.way, str(said.get("message_id") or "")), conversation.number
    session.commit()
    written: list[str] = []
    pictures: list[str] = []
    missed = ""
    for kind, text, value, *key in said["pieces"]:
        try:
            body, shown = _piece(kind, text, value, functools.partial(fetched, kind, value, *key), keep)
        except TryLater as failure:
            if not arrivals.has_expired(arrival):
                arrivals.postpone(arrival, failure.reason, failure.after)
                return
            missed = failure.reason
        except Failure as failure:
            missed = failure.reason
        except Invalid as refused:
            missed = refused.problems[0].message
        except Refused as refused:
            missed = refused.message
        else:
            written.append(body)
            pictures += shown
    if sender := str(said.get("sender") or ""):
        _recognise(session, arrival, sender, media)
    has_words = any(kind != "picture" for kind, *_rest in said["pieces"])
    piece = Piece("\n\n".join(filter(None, written)), pictures, str(said.get("title") or ""), number, has_words=has_words)
    if missed:
        adding.lose(session, arrival, piece, missed, zone)
    else:
        adding.join(session, arrival, piece, zone)


def _recognise(session: Session, arrival: Arrival, told: str, media: HandedMedia) -> None:
    """Ask who a smart robot's sender is; what it has handed in is theirs then. No answer holds no story up."""
    assert arrival.conversation is not None
    robot_id = int(arrival.way.partition(":")[2])
    companion_id = platform_applications.get(session, robot_id).companion_id
    if companion_id is None or robot_senders.user_id(session, robot_id, told) is not None:
        return
    try:
        found = media.member(session, arrival.way, told)
    except Failure as failure:
        platform_applications.record_trouble(platform_applications.get(session, robot_id), failure.reason, failure.code)
        return
    platform_applications.record_working(platform_applications.get(session, robot_id))
    robot_senders.learn(session, robot_id, told, found)
    person = identities.known_as(session, companion_id, found) if found else None
    if person is not None and person.active:
        conversations.recognise(arrival.conversation, person)


def _answer(session: Session, arrival: Arrival, media: HandedMedia) -> None:
    """Tried once, and noted before: an answer that comes twice is worse than none."""
    said, way, key = dict(arrival.content), arrival.way, arrival.key
    arrivals.settle(arrival)
    session.commit()
    try:
        media.answer(session, way, str(said["answer_at"]), str(said["words"]), key[:32])
    except Failure as failure:
        arrival.reason = failure.reason


def _piece(kind: str, text: str, value: str, fetched: Callable[[], bytes], keep: Keep) -> tuple[str, list[str]]:
    """One piece as Markdown, and the pictures in it by sha256. Raises Failure, Invalid or Refused."""
    if kind == "text":
        return text, []
    if kind == "link":
        return link_line(text, value), []
    if kind == "picture":
        asset = keep(fetched(), "")
        return f"![]({asset.url})", [asset.sha256]
    taken = kept(converted(Request("file", fetched(), name=text)), keep)
    return taken.markdown.strip(), [one.sha256 for one in taken.assets]


def _keep(session: Session, store: Store, contributor_id: int, content: bytes, alt: str) -> Asset:
    """Keep one picture, in a transaction of its own. Raises Invalid."""
    try:
        fitted = darkroom.fit(io.BytesIO(content), len(content))
    except Unusable as reason:
        raise Invalid(Problem("file", str(reason))) from None
    noted = store_fitted(store, fitted)
    asset = assets.keep(session, **noted, alt_text=alt, by=people.get(session, contributor_id))
    codes.keep(session, asset.sha256, fitted.codes)
    session.commit()
    return asset


def _first_line(body: str) -> str:
    """A headline for a story without one: its first words, without their marks."""
    line = next((one for one in map(_bare, body.splitlines()) if one), "")
    return line if len(line) <= TITLE_CHARACTERS else line[:TITLE_CHARACTERS - 1] + "…"


def _bare(line: str) -> str:
    return "" if line.lstrip().startswith(("![", "|")) else line.strip("#>*- \t\u3000\\")


def _digest(body: str, taken: Taken) -> str:
    said = "\n".join([" ".join(body.split()), *(one.sha256 for one in taken.assets)])
    return hashlib.sha256(said.encode(errors="replace")).hexdigest()
