"""What the writer of a mail is answered: the number of their story, its state, or why it is not taken in."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy.orm import Session

from app import mail_in, public_states
from app.catalogue import Words
from editorial.intake.arrivals import Arrival, Aside

N_ = str
REFUSALS = {
    Aside.STRANGER: N_(
        "We take stories in from colleagues only. If you are one, write from your company address, or sign in here."
    ),
    Aside.TOO_MANY: N_("You have sent many stories today. Please send more tomorrow."),
    Aside.MUTED: N_("Your stories are not taken in at the moment. Sign in to read why, and what you can do."),
    Aside.TOO_LARGE: N_("Your mail is too large to be taken in. Send fewer pictures at a time, or hand the story in here."),
}


@dataclass(frozen=True)
class Answer:
    """Subject, one sentence, what follows from it, and where to go on (a path of ours, or nothing)."""

    subject: str
    sentence: str
    why: str = ""
    path: str = ""


def answer(session: Session, arrival: Arrival, gettext: Words) -> Answer:
    """The answer to one mail, in the language of `gettext`."""
    if arrival.aside:
        return Answer(gettext("Your mail was not taken in"), gettext(REFUSALS[Aside(arrival.aside)]), "", "/hand-in")
    if arrival.kind == mail_in.QUESTION:
        return _state(session, arrival, gettext)
    conversation = arrival.conversation
    number = conversation.number if conversation else ""
    title = conversation.title if conversation and conversation.title else gettext("your story")
    if not arrival.is_first:
        return Answer(
            gettext("Added to {number}", number=number),
            gettext("Your mail was added to {title}, number {number}.", title=title, number=number),
            _next(gettext, number), "/my-submissions",
        )
    return Answer(
        gettext("Received: {number}", number=number),
        gettext("We have received {title}. Its number is {number}.", title=title, number=number),
        _next(gettext, number), "/my-submissions",
    )


def _state(session: Session, arrival: Arrival, gettext: Words) -> Answer:
    conversation = mail_in.of_question(session, arrival)
    subject = gettext("The state of your story")
    if conversation is None:
        return Answer(subject, gettext("We find no story of yours with this number."))
    return Answer(subject, public_states.told(session, gettext, conversation.submission, conversation.number))


def _next(gettext: Words, number: str) -> str:
    return gettext(
        "An editor reads it and answers with a reason, whatever is decided. Answer this mail to add something; write one with the "
        "subject “status {number}” to learn how it fares.", number=number,
    )
