"""Signed one-time links: one revision, one stage, one person or outside expert, on a phone without signing in.

Of a link only the hash of its token is kept; the token itself is made anew, from the instance's key, when it is sent.
"""

from __future__ import annotations

import hashlib
import re
import secrets
from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import ForeignKey, Index, String, Text, func, select, update
from sqlalchemy.orm import Mapped, Session, joinedload, mapped_column, relationship

from editorial import audit, clock
from editorial.articles import articles, embargo, revisions
from editorial.articles.articles import Article
from editorial.articles.workflow import State
from editorial.base import Base, Dated, Numbered, compare_and_set
from editorial.errors import (
    Invalid,
    LinkExpired,
    LinkOfAnotherVersion,
    LinkRevoked,
    LinkUnknown,
    LinkUsed,
    Problem,
    WrongState,
)
from editorial.notices import channels, choices, envelopes, tell_all
from editorial.notices.kinds import Channel
from editorial.people.people import Person
from editorial.review import rows, stages
from editorial.review.rows import Decision
from editorial.review.sign_offs import Typeset
from editorial.vault import vault

HOURS = (24, 72, 168)
BY_LINK = (Decision.APPROVE, Decision.APPROVE_WITH_COMMENT, Decision.RETURN)
"""What a link decides. To reject, which cannot be taken back, one signs in."""
MOST_USES = 200
"""Further openings of one link are not written down: nobody needs them, and anybody can press reload."""
_ADDRESS = re.compile(r"[^@\s,;<>]+@[^@\s,;<>]+\.[^@\s,;<>]+")
UNDER_REVIEW = (State.IN_REVIEW, State.IN_PROOF)


class Invitation(Numbered, Dated, Base):
    """One link. Without `person_id` it is an outside expert's: their opinion is advice, and no review."""

    __tablename__ = "review_invitation"

    article_id: Mapped[int] = mapped_column(ForeignKey("article.id"))
    round: Mapped[int]
    stage: Mapped[str] = mapped_column(String(40))
    revision: Mapped[int]
    content_hash: Mapped[str] = mapped_column(String(64))
    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    name: Mapped[str] = mapped_column(String(100))
    address: Mapped[str] = mapped_column(String(254), default="")
    channel: Mapped[Channel] = mapped_column(String(8))
    salt: Mapped[str] = mapped_column(String(32))
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    sent_by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    expires_at: Mapped[datetime]
    used_at: Mapped[datetime | None]
    revoked_at: Mapped[datetime | None]
    decision: Mapped[Decision | None] = mapped_column(String(24))
    text: Mapped[str] = mapped_column(Text, default="")

    article: Mapped[Article] = relationship()
    person: Mapped[Person | None] = relationship(foreign_keys=[person_id])
    sent_by: Mapped[Person] = relationship(foreign_keys=[sent_by_id])

    __table_args__ = (Index("ix_review_invitation_article", "article_id", "id"),)


class InvitationUse(Numbered, Base):
    """One use of a link: what was done, when, in which program. No address of anybody is kept."""

    __tablename__ = "review_invitation_use"

    invitation_id: Mapped[int] = mapped_column(ForeignKey("review_invitation.id"))
    at: Mapped[datetime] = mapped_column(default=clock.now)
    act: Mapped[str] = mapped_column(String(24))
    program: Mapped[str] = mapped_column(String(20), default="")

    __table_args__ = (Index("ix_review_invitation_use_invitation", "invitation_id", "id"),)


def invite(
    session: Session, article: Article, stage: str, person: Person, *, by: Person, channel: Channel = Channel.MAIL, hours: int = 72,
) -> Invitation:
    """Send a colleague the link to decide `stage` of the article as it stands.

    By chat only where nobody else reads. Raises what deciding would raise, WrongState, Invalid.
    """
    stages.ensure_may_decide(session, article, stage, person)
    habit = choices.wishes_of(session, [person.id]).habit(person.id)
    if channel == Channel.CHAT and not (habit.robot_kind and habit.robot_alone):
        raise Invalid(Problem("channel", "Others read along in this chat. A link that decides goes by mail."))
    made = _made(session, article, stage, by=by, channel=channel, hours=hours, person_id=person.id, name=person.name, address="")
    envelopes.send_link(session, made.id, channel=channel, person=person)
    return made


def invite_expert(session: Session, article: Article, *, name: str, address: str, by: Person, hours: int = 72) -> Invitation:
    """Ask somebody outside for an opinion on the article as it stands.

    Raises Invalid naming the field, WrongState, UnderEmbargo.
    """
    embargo.check([article])
    problems = []
    if not name.strip() or len(name.strip()) > 80:
        problems.append(Problem("name", "A name is needed."))
    if not _ADDRESS.fullmatch(address.strip()) or len(address) > 254 or not address.isascii():
        problems.append(Problem("address", "This is not an e-mail address."))
    if problems:
        raise Invalid(*problems)
    made = _made(
        session, article, article.stage, by=by, channel=Channel.MAIL, hours=hours, person_id=None, name=name.strip(),
        address=address.strip(),
    )
    envelopes.send_link(session, made.id, channel=Channel.MAIL, name=made.name, address=made.address)
    return made


def token_of(invitation: Invitation) -> str:
    """The token of a link: the same each time, and made by nobody without the instance's key."""
    return vault.pseudonym("review link", str(invitation.id), invitation.salt)[:48]


def opened(session: Session, token: str, program: str) -> Invitation:
    """The link behind a token, its opening written down. Raises LinkUnknown or what `ensure_good` raises."""
    found = known(session, token)
    _note(session, found, "opened", program)
    return found


def known(session: Session, token: str) -> Invitation:
    """The link behind a token, good or not any more. Raises LinkUnknown."""
    found = session.scalar(select(Invitation).where(Invitation.token_hash == _hash(token)))
    if found is None:
        raise LinkUnknown()
    return found


def ensure_good(session: Session, invitation: Invitation) -> None:
    """Raise LinkRevoked, LinkUsed, LinkExpired, LinkOfAnotherVersion or UnderEmbargo unless the link may still decide."""
    if invitation.revoked_at is not None:
        raise LinkRevoked()
    if invitation.used_at is not None:
        raise LinkUsed()
    if invitation.expires_at <= clock.now():
        raise LinkExpired()
    article = invitation.article
    if article.revision != invitation.revision or article.state not in UNDER_REVIEW:
        raise LinkOfAnotherVersion()
    newest = revisions.numbered(session, article.id, article.revision)
    if newest.content.content_hash != invitation.content_hash:
        raise LinkOfAnotherVersion()
    if invitation.person is None:
        embargo.check([article])
    elif article.round != invitation.round or not _stage_is_open(session, invitation):
        raise LinkOfAnotherVersion()


def use(
    session: Session, invitation: Invitation, *, decision: str, text: str, program: str,
    typeset: Typeset | None = None, blockers: list[Problem] | None = None,
) -> None:
    """Decide by the link, once: as the person and for the stage it was sent for; an expert's opinion is kept as advice.

    Raises what `ensure_good` and `stages.decide` raise; then the link is as good as before.
    """
    ensure_good(session, invitation)
    if decision not in BY_LINK:
        raise Invalid(Problem("decision", "Choose one of: {choices}.", {"choices": ", ".join(BY_LINK)}))
    taken = update(Invitation).where(
        Invitation.id == invitation.id, Invitation.used_at.is_(None), Invitation.revoked_at.is_(None)
    )
    if not compare_and_set(session, taken.values(used_at=clock.now())):
        raise LinkUsed()
    session.refresh(invitation)
    if invitation.person is None:
        _advise(session, invitation, decision, text)
    else:
        stages.decide(
            session, invitation.article, stage=invitation.stage, decision=decision, revision=invitation.revision,
            by=invitation.person, text=text, typeset=typeset, blockers=blockers,
        )
        invitation.decision, invitation.text = Decision(decision), text.strip()
    _note(session, invitation, decision, program)
    audit.record(
        session, "use_review_link", "article", invitation.article_id, by=invitation.person,
        details={"link": invitation.id, "name": invitation.name, "stage": invitation.stage, "decision": decision},
    )


def note_refusal(session: Session, invitation: Invitation, program: str) -> None:
    """Somebody wanted to decide by a link that is not good any more."""
    _note(session, invitation, "refused", program)


def revoke(session: Session, invitation: Invitation, *, by: Person) -> None:
    """The link decides nothing any more. Raises WrongState when it has already."""
    change = update(Invitation).where(
        Invitation.id == invitation.id, Invitation.used_at.is_(None), Invitation.revoked_at.is_(None)
    )
    if not compare_and_set(session, change.values(revoked_at=clock.now())):
        raise WrongState()
    session.refresh(invitation)
    audit.record(session, "revoke_review_link", "article", invitation.article_id, by=by, details={"link": invitation.id})


def of_article(session: Session, article_id: int) -> Sequence[Invitation]:
    """Every link of an article, the newest first, with whom it went to and who sent it."""
    query = select(Invitation).where(Invitation.article_id == article_id).order_by(Invitation.id.desc())
    return session.scalars(query.options(joinedload(Invitation.person), joinedload(Invitation.sent_by))).all()


def uses_of(session: Session, invitation_ids: Sequence[int]) -> dict[int, list[InvitationUse]]:
    """The uses of these links, oldest first, by link."""
    found: dict[int, list[InvitationUse]] = {}
    query = select(InvitationUse).where(InvitationUse.invitation_id.in_(invitation_ids)).order_by(InvitationUse.id)
    for row in session.scalars(query):
        found.setdefault(row.invitation_id, []).append(row)
    return found


def _made(
    session: Session, article: Article, stage: str, *, by: Person, channel: Channel, hours: int, person_id: int | None,
    name: str, address: str,
) -> Invitation:
    if article.state not in UNDER_REVIEW:
        raise WrongState()
    if channel == Channel.MAIL and channels.of(session, Channel.MAIL) is None:
        raise Invalid(Problem("channel", "The house has no mail server yet, so no link can be sent by mail."))
    if hours not in HOURS:
        raise Invalid(Problem("hours", "Choose one of: {choices}.", {"choices": ", ".join(map(str, HOURS))}))
    row = Invitation(
        article_id=article.id, round=article.round, stage=stage, revision=article.revision,
        content_hash=articles.newest(session, article).content.content_hash, person_id=person_id, name=name, address=address,
        channel=channel, salt=secrets.token_hex(16), token_hash=secrets.token_hex(32), sent_by_id=by.id,
        expires_at=clock.now() + timedelta(hours=hours),
    )
    session.add(row)
    session.flush()
    row.token_hash = _hash(token_of(row))
    session.flush()
    audit.record(session, "send_review_link", "article", article.id, by=by, details={
        "link": row.id, "name": name, "stage": stage, "revision": row.revision,
    })
    return row


def _stage_is_open(session: Session, invitation: Invitation) -> bool:
    present = rows.stages_of(session, invitation.article)
    return any(row.is_open for row in present if row.name == invitation.stage)


def _advise(session: Session, invitation: Invitation, decision: str, text: str) -> None:
    if decision != Decision.APPROVE and not text.strip():
        raise Invalid(Problem("text", "Say why: the contributor reads it."))
    invitation.decision, invitation.text = Decision(decision), text.strip()
    told = [person for person in (invitation.sent_by, invitation.article.editor) if person is not None]
    tell_all(
        session, told, "{name} gave an opinion on “{title}”.", cause=f"link_used:{invitation.id}", thing="article",
        thing_id=invitation.article_id, name=invitation.name, title=invitation.article.title,
    )


def _note(session: Session, invitation: Invitation, act: str, program: str) -> None:
    before = select(func.count()).select_from(InvitationUse).where(InvitationUse.invitation_id == invitation.id)
    if act != "opened" or (session.scalar(before) or 0) < MOST_USES:
        session.add(InvitationUse(invitation_id=invitation.id, act=act, program=program))
        session.flush()


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode(errors="replace")).hexdigest()
