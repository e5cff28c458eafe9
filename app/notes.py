"""What a notice says outside the product: subject, text and a laid-out mail, in its person's language, nothing embargoed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from jinja2 import Environment, FileSystemLoader
from sqlalchemy import select
from sqlalchemy.orm import Session

from app import mail_answers, unsubscribing
from app.catalogue import Words, words
from editorial import clock, house
from editorial.articles.embargo import embargoed
from editorial.intake.arrivals import Arrival
from editorial.notices import choices, envelopes
from editorial.notices.envelopes import NoticeEnvelope
from editorial.notices.kinds import Channel
from editorial.notices.notices import Notice
from editorial.outbox.deliveries import Delivery
from editorial.people.people import Person
from editorial.release import veils
from editorial.review import invitations
from editorial.review.invitations import Invitation
from publishers.connector import NoteParcel
from publishers.dispatch.parcels import NothingToSend

TEMPLATES = Path(__file__).resolve().parents[1] / "templates"
TELLING = ("reason", "text", "topic", "passage", "picture")
"""Values of a notice's sentence, besides the title, that may tell what an embargoed article is about."""
STAGES = {
    "review_1": "First review", "review_2": "Second review", "review_3": "Final review",
    "proof_1": "First proof", "proof_2": "Second proof", "proof_3": "Third proof", "legal": "Legal review",
    "expert": "Expert review",
}


@dataclass(frozen=True)
class Told:
    """One notice in words: what happened, why it came, where it leads."""

    sentence: str
    why: str
    url: str


@dataclass(frozen=True)
class Letter:
    """What the template of a mail draws. `act`: the words of the one button, which leads to `url`."""

    house: str
    language: str
    lead: str
    told: Sequence[Told]
    act: str
    url: str
    foot: str
    choices: str
    choices_url: str


@dataclass(frozen=True)
class Desk:
    """Where a note is written: the house's name, how the world reaches us, the reader's language."""

    house: str
    public: str
    language: str
    words: Words

    def subject(self, text: str) -> str:
        return f"{self.house}：{text}" if self.language == "zh-CN" else f"{self.house}: {text}"


def note_of(session: Session, delivery: Delivery, public: str, zone: str) -> NoteParcel:
    """The parcel of a delivery of purpose `notice`. `public`: how the world reaches us. Raises NothingToSend."""
    envelope = session.get_one(NoticeEnvelope, delivery.owner_id)
    person = session.get(Person, envelope.person_id) if envelope.person_id else None
    language = person.language if person else ""
    desk = Desk(str(house.setting(session, "name")), public, "en" if language == "en" else "zh-CN", words(language))
    if envelope.content == envelopes.REVIEW_LINK:
        return _link(session, delivery, session.get_one(Invitation, envelope.thing_id), desk, zone)
    if envelope.content == envelopes.MAIL_ANSWER:
        return _answer(session, delivery, session.get_one(Arrival, envelope.thing_id), desk)
    rows = session.scalars(
        select(Notice).where(Notice.id.in_(envelopes.enclosed(session, envelope.id))).order_by(Notice.id)
    ).all()
    if not rows or person is None:
        raise NothingToSend("There is nothing to tell any more.")
    if envelope.channel == Channel.CHAT:
        return _message(session, delivery, person, rows, desk)
    return _mail(session, delivery, person, rows, desk)


def _link(session: Session, delivery: Delivery, invitation: Invitation, desk: Desk, zone: str) -> NoteParcel:
    """A signed link. Whoever holds it decides, so it stands in this one message and nowhere else."""
    gettext, article = desk.words, invitation.article
    if invitation.revoked_at is not None or invitation.used_at is not None:
        raise NothingToSend("There is nothing to tell any more.")
    hidden = embargoed(article, clock.now())
    if hidden and invitation.person is None:
        raise NothingToSend("There is nothing to tell any more.")
    title = gettext("an embargoed article") if hidden else f"“{article.title}”"
    sentence = (
        gettext("{name} asks for your opinion on {title}.", name=invitation.sent_by.name, title=title) if invitation.person is None
        else gettext("{title} waits for your decision: {stage}.", title=title, stage=_stage(invitation.stage, gettext))
    )
    until = clock.to_wall(invitation.expires_at, zone).strftime("%Y-%m-%d %H:%M")
    why = gettext(
        "The link opens version {number} on your phone, without signing in. It decides once, until {until}. Pass it on to nobody.",
        number=invitation.revision, until=until,
    )
    url = f"{desk.public}/r/{invitations.token_of(invitation)}"
    if invitation.channel == Channel.CHAT:
        return NoteParcel(delivery.marker, "", f"{sentence}\n{why}", url, memory=dict(delivery.memory))
    letter = Letter(
        house=desk.house, language=desk.language, lead="", told=[Told(sentence, why, url)], act=gettext("Read and decide"), url=url,
        foot=gettext("{name} of {house} sent you this mail.", name=invitation.sent_by.name, house=desk.house),
        choices="", choices_url="",
    )
    return NoteParcel(
        delivery.marker, desk.subject(sentence), _plain(letter), memory=dict(delivery.memory), html=_drawn(letter),
    )


def _answer(session: Session, delivery: Delivery, arrival: Arrival, desk: Desk) -> NoteParcel:
    """The answer to a mail that came in."""
    said = mail_answers.answer(session, arrival, desk.words)
    url = f"{desk.public}{said.path}" if said.path else ""
    letter = Letter(
        house=desk.house, language=desk.language, lead="", told=[Told(said.sentence, said.why, url)],
        act=desk.words("Open it") if url else "", url=url, choices="", choices_url="",
        foot=desk.words("This answers your mail “{subject}”.", subject=str(arrival.content.get("subject") or "–")),
    )
    return NoteParcel(
        delivery.marker, desk.subject(said.subject), _plain(letter), memory=dict(delivery.memory), html=_drawn(letter),
        answers=str(arrival.content.get("message_id") or ""),
    )


def _message(session: Session, delivery: Delivery, person: Person, rows: Sequence[Notice], desk: Desk) -> NoteParcel:
    """A line for a group, which calls the person by name."""
    habit = choices.wishes_of(session, [person.id]).habit(person.id)
    alone = bool(habit.robot_kind) and habit.robot_alone
    told = [_told(session, row, desk, hidden=row.kind.private and not alone) for row in rows]
    if len(told) == 1:
        text, url = "\n".join(filter(None, (f"@{person.name} {told[0].sentence}", told[0].why))), told[0].url
    else:
        numbered = [f"{number}. {one.sentence}" for number, one in enumerate(told, 1)]
        text, url = "\n".join([f"@{person.name}", *numbered]), f"{desk.public}/notices"
    return NoteParcel(delivery.marker, "", text, url, memory=dict(delivery.memory))


def _mail(session: Session, delivery: Delivery, person: Person, rows: Sequence[Notice], desk: Desk) -> NoteParcel:
    gettext = desk.words
    told = [_told(session, row, desk, hidden=False) for row in rows]
    kinds = {row.kind.code for row in rows}
    letter = Letter(
        house=desk.house, language=desk.language, told=told, act=gettext("Open it"),
        lead="" if len(told) == 1 else gettext("What gathered since the last mail:"),
        url=told[0].url if len(told) == 1 else f"{desk.public}/notices",
        foot=gettext("You get this mail from {house} because you chose so, or have not chosen yet.", house=desk.house),
        choices=gettext("Choose what is sent to you"), choices_url=f"{desk.public}/notices/preferences",
    )
    subject = told[0].sentence if len(told) == 1 else gettext("{count} notices", count=len(told))
    return NoteParcel(
        delivery.marker, desk.subject(subject), _plain(letter), memory=dict(delivery.memory), html=_drawn(letter),
        unsubscribe_url=unsubscribing.address(desk.public, person.id, kinds.pop() if len(kinds) == 1 else ""),
    )


def _told(session: Session, notice: Notice, desk: Desk, *, hidden: bool) -> Told:
    gettext, url = desk.words, f"{desk.public}/notices/{notice.id}"
    if hidden:
        return Told(gettext("There is news about a story of yours."), "", url)
    values = dict(notice.params)
    if veils.is_veiled(session, notice.thing, notice.thing_id):
        values |= {name: "…" for name in TELLING if name in values}
        values["title"] = gettext("an embargoed article")
    elif values.get("reason"):
        values["reason"] = _said(str(values["reason"]), gettext)
    if "stage" in values:
        values["stage"] = _stage(str(values["stage"]), gettext)
    return Told(gettext(notice.sentence, **values), gettext(notice.why, **values), url)


def _stage(name: str, gettext: Words) -> str:
    return gettext(STAGES.get(name, name))


def _said(reason: str, gettext: Words) -> str:
    """A reason of ours is in the catalogue; one that a person wrote stays as it is, braces and all."""
    return gettext(reason.replace("{", "{{").replace("}", "}}"))


def _plain(letter: Letter) -> str:
    parts = [letter.lead, *("\n".join(filter(None, (one.sentence, one.why, one.url))) for one in letter.told)]
    foot = f"--\n{letter.foot}\n{letter.choices}: {letter.choices_url}" if letter.choices else f"--\n{letter.foot}"
    return "\n\n".join([*filter(None, parts), foot])


def _drawn(letter: Letter) -> str:
    return _environment().get_template("notices/mail.html").render(letter=letter)


@cache
def _environment() -> Environment:
    return Environment(loader=FileSystemLoader(TEMPLATES), autoescape=True)
