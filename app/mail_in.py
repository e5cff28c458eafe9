"""Looking into the submission mailbox: every new mail is stored whole, numbered and answered before it is marked."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable

from sqlalchemy.orm import Session

from app import public_states
from app.media import Store
from editorial import clock
from editorial.crash import crash_point
from editorial.errors import WrongState
from editorial.groups import groups
from editorial.groups.groups import GroupState
from editorial.intake import arrivals, conversations, mailboxes
from editorial.intake.arrivals import Arrival, Aside, Incoming
from editorial.intake.conversations import Sender, Way
from editorial.intake.mailboxes import LANE, Mailbox, Strangers
from editorial.notices import channels, envelopes, tell_all
from editorial.notices.kinds import Channel
from editorial.people import people
from editorial.people.people import Role, with_role
from editorial.vault import vault
from publishers.connector import Failure
from publishers.importing.heads import Head, bare_subject, read_head, says_nothing
from publishers.mail import inbox
from publishers.mail.inbox import Inbox, Settings

N_ = str
MAIL = "mail"
QUESTION = "question"
"""The kind of a mail that only asks for the state of a story."""
MOST_BYTES = 40_000_000
"""Beyond this only the head of a mail is kept."""
NUMBER = re.compile(r"(?<![\d-])\d{4}-\d{4,8}(?![\d-])")
HANDED_IN = re.compile(r"^\s*[【\[(（]?\s*(?:投稿|来稿|供稿)\s*[】\])）]?\s*[:：\-—–]?\s*")
PART = re.compile(r"\s*[(（\[【]\s*(?:续|补充|补图|\d{1,2}\s*/\s*\d{1,2}|[一二三四五六七八九十\d]{1,3})\s*[)）\]】]\s*$")
NO_GROUP = N_("The group of the mailbox is closed.")


def look(session: Session, lane: str, store: Store, stop: Callable[[], bool], seconds: float) -> int:
    """Take in all that is new. The caller holds the lane's lock. Returns how many mails were stored."""
    box = session.get(Mailbox, int(lane.removeprefix(LANE)))
    if box is None or not box.is_open:
        return 0
    taken, reason = 0, "" if box.takes else NO_GROUP
    if not reason:
        settings = Settings(**box.settings, seconds=seconds)
        session.commit()
        try:
            with inbox.opened(settings) as opened:
                taken = _take_new(session, box, opened, store, stop)
        except Failure as failure:
            session.rollback()
            reason = failure.reason
    if reason:
        _note_failure(session, box, reason)
    else:
        mailboxes.looked(box)
    session.commit()
    return taken


def _take_new(session: Session, box: Mailbox, opened: Inbox, store: Store, stop: Callable[[], bool]) -> int:
    is_known = box.uid_validity == opened.validity
    session.commit()
    # In a mailbox that we see for the first time, what somebody has read is not ours.
    numbers = opened.after(box.last_uid) if is_known else opened.unread()
    newest = opened.after(0) if not is_known else []
    taken = 0
    for uid in numbers:
        if stop():
            return taken
        taken += _take_one(session, box, opened, store, uid, is_known=is_known)
    if not is_known:
        box.uid_validity, box.last_uid = opened.validity, max([*newest, *numbers, 0])
        session.commit()
    return taken


def _take_one(session: Session, box: Mailbox, opened: Inbox, store: Store, uid: int, *, is_known: bool) -> bool:
    session.commit()
    too_large = opened.size(uid) > MOST_BYTES
    content = opened.head(uid) if too_large else opened.whole(uid)
    if content:
        original = store.keep(content)
        crash_point("record.before_commit")
        _receive(session, box, content, original, too_large=too_large)
    if is_known:
        box.last_uid = uid
    session.commit()
    crash_point("record.after_commit")
    opened.mark_seen(uid)
    return bool(content)


def _receive(session: Session, box: Mailbox, content: bytes, original: str, *, too_large: bool) -> None:
    head = read_head(content)
    sender, way = _sender(session, head), way_of(box)
    key = key_of(box, head.message_id or hashlib.sha256(content).hexdigest())
    if _is_question(head):
        incoming = Incoming(
            key, QUESTION, _facts(head), aside=_aside(box, sender, head, too_large=False), is_question=True,
        )
    else:
        incoming = Incoming(
            key, MAIL, _facts(head), title=title_of(head), subject=_subject(box, head),
            references=[key_of(box, one) for one in head.references], number=_number(head), original=original,
            group_id=_group(session, box, head), aside=_aside(box, sender, head, too_large=too_large),
        )
    arrival, is_new = arrivals.receive(session, way, sender, incoming)
    if is_new and _wants_answer(session, arrival, head, sender):
        envelopes.answer_mail(session, arrival.id, person=sender.person, name=head.name, address=head.address)


def way_of(box: Mailbox) -> Way:
    """The mailbox as a way in."""
    assert box.group_id is not None and box.contributor_id is not None
    return Way(box.way, box.group_id, box.contributor_id, mailboxes.TOGETHER)


def key_of(box: Mailbox, message_id: str) -> str:
    """By what a mail is known again."""
    return vault.pseudonym("mail", str(box.id), message_id)


def sender_key(address: str) -> str:
    """By what a writer is known to us, without their address."""
    return vault.pseudonym("mail sender", address)


def title_of(head: Head) -> str:
    """The headline that a subject gives; empty when it says no more than that this is a story."""
    subject = bare_subject(head.subject)
    if says_nothing(subject):
        return ""
    return HANDED_IN.sub("", PART.sub("", subject)).strip()[:200] or subject[:200]


def _facts(head: Head) -> dict[str, str]:
    return {"subject": head.subject, "address": head.address, "name": head.name, "message_id": head.message_id}


def _sender(session: Session, head: Head) -> Sender:
    """Who wrote. An address whose domain disowns the mail is nobody's."""
    person = people.by_email(session, head.address) if head.address and not head.is_forged else None
    known = person if person is not None and person.active else None
    return Sender(sender_key(head.address), known, head.name or head.address.partition("@")[0])


def _subject(box: Mailbox, head: Head) -> str:
    """The same for every mail on one subject; none for a subject that says nothing."""
    title = title_of(head)
    return vault.pseudonym("subject", str(box.id), " ".join(title.casefold().split())) if title else ""


def _number(head: Head) -> str:
    found = NUMBER.search(head.subject)
    return found[0] if found else ""


def _is_question(head: Head) -> bool:
    asked = public_states.asked(bare_subject(head.subject))
    return asked is not None and bool(asked["word"])


def _group(session: Session, box: Mailbox, head: Head) -> int | None:
    """The group whose short name stands in the address: tougao+assembly@…"""
    local, _, domain = box.address.partition("@")
    for address in head.recipients:
        name, _, place = address.partition("@")
        if place == domain and name.startswith(f"{local}+"):
            group = groups.by_slug(session, name.removeprefix(f"{local}+"))
            if group is not None and group.state != GroupState.CLOSED:
                return group.id
    return None


def _aside(box: Mailbox, sender: Sender, head: Head, *, too_large: bool) -> Aside | None:
    if head.is_automatic:
        return Aside.AUTOMATIC
    if sender.person is None and box.strangers == Strangers.REFUSE:
        return Aside.STRANGER
    return Aside.TOO_LARGE if too_large else None


def _wants_answer(session: Session, arrival: Arrival, head: Head, sender: Sender) -> bool:
    """Never a program or a list; a refusal only once a day."""
    if head.is_automatic or head.is_bulk or not head.address or channels.of(session, Channel.MAIL) is None:
        return False
    return not arrival.aside or not envelopes.was_answered(session, sender.person, head.address, since=clock.now() - mailboxes.DAY)


def take_after_all(session: Session, arrival: Arrival) -> str:
    """A person wants a mail that was set aside: it is numbered, answered and taken in. Returns the number."""
    box = mailboxes.of(session)
    if box is None or not box.takes or not arrival.aside:
        raise WrongState()
    said = {name: str(arrival.content.get(name) or "") for name in ("subject", "address", "name")}
    head = Head("", (), said["address"], said["name"], said["subject"], (), is_automatic=False, is_bulk=False, is_forged=False)
    sender = _sender(session, head)
    arrivals.take_after_all(session, way_of(box), sender, arrival, title=title_of(head))
    if channels.of(session, Channel.MAIL) is not None and head.address:
        envelopes.answer_mail(session, arrival.id, person=sender.person, name=head.name, address=head.address)
    assert arrival.conversation is not None
    return arrival.conversation.number


def _note_failure(session: Session, box: Mailbox, reason: str) -> None:
    if mailboxes.failed(box, reason):
        tell_all(
            session, with_role(session, Role.ADMIN), N_("The submission mailbox cannot be read: {reason}"),
            cause=f"mailbox_off:{box.id}:{clock.now():%s}", urgent=True, reason=reason,
        )


def of_question(session: Session, arrival: Arrival) -> conversations.Conversation | None:
    """The story that a question is about: one of the same writer, or none."""
    asked = public_states.asked(bare_subject(str(arrival.content.get("subject") or "")))
    key = sender_key(str(arrival.content.get("address") or ""))
    return conversations.of_sender(session, arrival.way, key, (asked["number"] or "") if asked else "")
