"""What a colleague who writes to an application is told at once: the number of their story, or the state of one of theirs."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from flask_babel import get_locale
from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.orm import Session

from app import public_states
from app.catalogue import words
from editorial.intake import arrivals, conversations, receptions
from editorial.intake.arrivals import Aside, Incoming
from editorial.intake.conversations import Sender, Way
from editorial.intake.receptions import Reception
from editorial.joining.directories import Directory, DirectoryMember
from editorial.joining.identities import Identity
from editorial.joining.ways import SignInWay
from editorial.people.people import Person
from editorial.platform_applications import PlatformApplication
from editorial.vault import vault
from publishers.inbound import Message

MESSAGE = "message"
TITLE_CHARACTERS = 40


@dataclass(frozen=True)
class Said:
    """The answer in words, empty for silence; `again`: the platform has told us this before."""

    words: str
    again: bool = False


def receive(session: Session, application: PlatformApplication, reception: Reception, message: Message) -> Said:
    """Store a message, if it is for us, and say what to answer."""
    way = receptions.way(application, reception)
    sender = _sender(session, application, way, message)
    asked = public_states.asked(message.text)
    if asked is not None:
        return Said(_state(session, way, sender, asked["number"] or ""))
    if not any(piece.text or piece.value for piece in message.pieces):
        return Said(_("Text, pictures and documents can be taken in here. Voice and video cannot.") if message.unread else "")
    incoming = Incoming(
        key=vault.pseudonym("message", way.name, message.key), kind=MESSAGE, bare=True, title=_title(message),
        content={
            "pieces": [[piece.kind, piece.text, piece.value] for piece in message.pieces], "message_id": message.message_id,
            "title": _title(message), "name": message.name,
        },
    )
    arrival, is_new = arrivals.receive(session, way, sender, incoming)
    return Said(_told(arrival), again=not is_new)


def owe(session: Session, application: PlatformApplication, reception: Reception, message: Message, words: str) -> None:
    """The platform takes no answer within ours: the worker gives it where the message came from."""
    way = receptions.way(application, reception)
    arrivals.owe(session, way, vault.pseudonym("answer", way.name, message.key), words, message.answer_at)


def _told(arrival: arrivals.Arrival) -> str:
    if arrival.aside == Aside.TOO_MANY:
        return _("You have sent many stories today. Please send more tomorrow.")
    if arrival.aside or not arrival.is_first or arrival.conversation is None:
        return ""
    return _(
        "Received, number %(number)s. Text, pictures and links that you send within ten minutes are added to it. "
        "Send “status %(number)s” to learn how it fares.", number=arrival.conversation.number,
    )


def _state(session: Session, way: Way, sender: Sender, number: str) -> str:
    """The public state of a story to the one who handed it in. Of others' stories not even that they exist."""
    found = conversations.of_sender(session, way.name, sender.key, number)
    if found is None:
        return _("We find no story of yours with this number.")
    return public_states.told(session, words(get_locale().language), found.submission, found.number)


def _sender(session: Session, application: PlatformApplication, way: Way, message: Message) -> Sender:
    person = person_of(session, application.id, message.sender)
    known = person if person is not None and person.active else None
    return Sender(vault.pseudonym("sender", way.name, message.sender), known, message.name)


def person_of(session: Session, application_id: int, subject: str) -> Person | None:
    """Whose account on the platform this is, as a directory or their sign-in has shown."""
    member: Any = session.scalar(
        select(DirectoryMember).join(Directory, Directory.id == DirectoryMember.directory_id)
        .where(Directory.application_id == application_id, DirectoryMember.subject == subject, DirectoryMember.present)
    ) or session.scalar(
        select(Identity).join(SignInWay, SignInWay.id == Identity.way_id)
        .where(SignInWay.application_id == application_id, Identity.subject == subject)
    )
    return member.person if member is not None else None


def _title(message: Message) -> str:
    """The first line that was said; empty for pictures alone."""
    line: str = next((one.strip() for one in message.text.splitlines() if one.strip()), "")
    line = line or next((piece.text for piece in message.pieces if piece.kind == "link" and piece.text), "")
    return line if len(line) <= TITLE_CHARACTERS else line[:TITLE_CHARACTERS - 1] + "…"
