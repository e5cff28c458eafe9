"""What a colleague who writes to an application is told at once: the number of their story, or the state of one of theirs."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy.orm import Session

from app import public_states
from app.catalogue import words
from editorial import platform_applications
from editorial.intake import arrivals, auto_replies, conversations, receptions, robot_chats, robot_senders
from editorial.intake.arrivals import Aside, Incoming
from editorial.intake.conversations import Sender, Way
from editorial.intake.receptions import Reception
from editorial.intake.robot_chats import RobotChat
from editorial.joining import identities
from editorial.platform_applications import Platform, PlatformApplication
from editorial.vault import vault
from publishers.inbound import Message

_ = words()
"""The house's own language: it is a platform that calls, whose browser says nothing of its people's languages."""
MESSAGE = "message"
TITLE_CHARACTERS = 40
ASKS_WHICH = ("群号", "chat")
"""What a member writes to learn by which number this group stands on the robot's page."""


@dataclass(frozen=True)
class Said:
    """The answer in words, empty for silence; `again`: the platform has told us this before."""

    words: str
    again: bool = False


def take(session: Session, application_id: int, message: Message | None) -> Said:
    """What the platform has proved to be its own, taken in: stored before it is answered, known again when it is repeated.

    None is what says nothing to us. Does not commit.
    """
    receptions.note(session, application_id)
    reception = receptions.of(session, application_id)
    if message is None or not reception.takes:
        return Said("")
    application = platform_applications.get(session, application_id)
    said = receive(session, application, reception, message)
    if said.words and message.answer_at:
        _owe(session, application, reception, message, said.words)
    return said


def receive(session: Session, application: PlatformApplication, reception: Reception, message: Message) -> Said:
    """Store a message, if it is for us, and say what to answer."""
    way = receptions.way(application, reception)
    sender = _sender(session, application, way, message)
    chat = robot_chats.called(session, application, message.chat) if message.chat else None
    asked = public_states.asked(message.own_text)
    if asked is not None:
        return Said(_only_between_two() if message.chat else _state(session, way, sender, asked["number"] or ""))
    if chat is not None and message.own_text.casefold() in ASKS_WHICH:
        return Said(_("On the robot’s page this group is chat {number}.", number=chat.id))
    if (answer := _by_itself(session, application, message)):
        return Said(answer)
    if not any(piece.text or piece.value for piece in message.pieces):
        return Said(_unread(application) if message.unread else greeting(application, message))
    arrival, is_new = arrivals.receive(session, way, sender, _incoming(application, way, sender, message, chat))
    if chat is not None and is_new:
        chat.messages += 1
    lost = _unread(application) if message.unread else ""
    return Said("\n".join(filter(None, (_told(arrival, message.chat), lost))), again=not is_new)


def _by_itself(session: Session, application: PlatformApplication, message: Message) -> str:
    """The auto reply to words that come without anything else."""
    alone = message.pieces and all(piece.kind == "text" and not piece.quoted for piece in message.pieces)
    return auto_replies.answer_to(session, application, message.own_text) if alone else ""


def told_again(session: Session, application: PlatformApplication, reception: Reception, key: str) -> str:
    """What was answered to the message that is stored under this key; empty for none."""
    arrival = arrivals.known(session, receptions.way(application, reception).name, key)
    return _told(arrival) if arrival is not None else ""


def key_of(application: PlatformApplication, message: Message) -> str:
    """Under what a message is stored."""
    return vault.pseudonym("message", f"{application.platform}:{application.id}", message.key)


def greeting(application: PlatformApplication, message: Message) -> str:
    """What somebody reads who opens the chat with a smart robot, or calls it and says nothing; empty elsewhere."""
    if application.platform != Platform.AIBOT:
        return ""
    if message.chat:
        return _("Write your story behind my name, or quote words, a picture or a file of this group and call me.")
    return _("Send me your story: text, pictures and documents go to the editors. “status” with its number tells you how it fares.")


def _incoming(
    application: PlatformApplication, way: Way, sender: Sender, message: Message, chat: RobotChat | None
) -> Incoming:
    """What is stored of a message. One group's words are never joined to another's."""
    content = {
        "pieces": [[piece.kind, piece.text, piece.value, piece.key] for piece in message.pieces],
        "message_id": message.message_id, "title": _title(message), "name": message.name,
    }
    if sender.person is None and application.companion_id is not None:
        content["sender"] = message.sender
    return Incoming(
        key=key_of(application, message), kind=MESSAGE, bare=True, title=_title(message), content=content,
        subject=vault.pseudonym("chat", way.name, message.chat) if message.chat else "",
        group_id=chat.origin_id if chat is not None else None,
    )


def _owe(session: Session, application: PlatformApplication, reception: Reception, message: Message, words: str) -> None:
    """The platform takes no answer within ours: the worker gives it where the message came from."""
    way = receptions.way(application, reception)
    arrivals.owe(session, way, vault.pseudonym("answer", way.name, message.key), words, message.answer_at)


def _only_between_two() -> str:
    """Everybody in a group reads what is answered there: nothing is told of any story."""
    return _("I tell how a story fares only between the two of us: open my chat and send “status” with its number.")


def _unread(application: PlatformApplication) -> str:
    if application.platform == Platform.AIBOT:
        return _("Text, pictures and documents can be taken in here, and voice as the words it was turned into. Video cannot.")
    return _("Text, pictures and documents can be taken in here. Voice and video cannot.")


def _told(arrival: arrivals.Arrival, chat: str = "") -> str:
    if arrival.aside == Aside.TOO_MANY:
        return _("You have sent many stories today. Please send more tomorrow.")
    if arrival.aside or not arrival.is_first or arrival.conversation is None:
        return ""
    if chat:
        return _(
            "Received, number {number}. What you send me within ten minutes, here or between the two of us, is added to it. "
            "How it fares I tell only between the two of us.", number=arrival.conversation.number,
        )
    return _(
        "Received, number {number}. Text, pictures and links that you send within ten minutes are added to it. "
        "Send “status {number}” to learn how it fares.", number=arrival.conversation.number,
    )


def _state(session: Session, way: Way, sender: Sender, number: str) -> str:
    """The public state of a story to the one who handed it in. Of others' stories not even that they exist."""
    found = conversations.of_sender(session, way.name, sender.key, number)
    if found is None:
        return _("We find no story of yours with this number.")
    return public_states.told(session, _, found.submission, found.number)


def _sender(session: Session, application: PlatformApplication, way: Way, message: Message) -> Sender:
    person = identities.known_as(session, *_account(session, application, message.sender))
    known = person if person is not None and person.active else None
    return Sender(vault.pseudonym("sender", way.name, message.sender), known, message.name)


def _account(session: Session, application: PlatformApplication, told: str) -> tuple[int, str]:
    """The application whose people count, and the sender's id there: a smart robot is told ids that may stand for others."""
    if application.platform != Platform.AIBOT:
        return application.id, told
    return application.companion_id or 0, robot_senders.user_id(session, application.id, told) or told


def _title(message: Message) -> str:
    """The first line that was said; empty for pictures alone."""
    line: str = next((one.strip() for one in message.text.splitlines() if one.strip()), "")
    line = line or next((piece.text for piece in message.pieces if piece.kind == "link" and piece.text), "")
    return line if len(line) <= TITLE_CHARACTERS else line[:TITLE_CHARACTERS - 1] + "…"
