"""Joining a group: at once where its rule is open, else a request with answers and evidence, decided with a reason."""

from __future__ import annotations

import base64
from collections.abc import Sequence
from datetime import datetime, timedelta
from enum import StrEnum

from sqlalchemy import ForeignKey, Index, String, Text, delete, func, select
from sqlalchemy.orm import Mapped, Session, joinedload, mapped_column, relationship

from editorial import audit, clock, house, notices
from editorial.base import Base, Dated, Numbered
from editorial.errors import Invalid, NotAllowed, NotFound, Problem, WrongState
from editorial.groups.groups import Group, GroupState
from editorial.members import invitations, memberships, role_sheet, rules
from editorial.members.invitations import GroupInvitation
from editorial.members.memberships import Membership, Way
from editorial.members.rules import Admission, AdmissionRule
from editorial.people.people import Person, Role, with_role
from editorial.vault import Sealed

LONGEST_ANSWER, LONGEST_REASON, MOST_PICTURES, AT_ONCE = 500, 500, 3, 100
Picture = tuple[str, bytes]
"""Content type and bytes of a picture that was made fit."""


class RequestState(StrEnum):
    """How a request stands."""

    WAITING = "waiting"
    ADMITTED = "admitted"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"
    EXPIRED = "expired"


class AdmissionRequest(Numbered, Dated, Base):
    """One request. `answers` are pairs of question and answer as they were asked; `evidence` what the pictures had to show.

    `present` is true while it waits and none afterwards. `evidence_gone_at`: when its pictures were deleted.
    """

    __tablename__ = "admission_request"

    group_id: Mapped[int] = mapped_column(ForeignKey("community_group.id"))
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    present: Mapped[bool | None] = mapped_column(default=True)
    state: Mapped[RequestState] = mapped_column(String(12), default=RequestState.WAITING)
    answers: Mapped[list[str]] = mapped_column(default=list)
    evidence: Mapped[str] = mapped_column(Text, default="")
    invitation_id: Mapped[int | None] = mapped_column(ForeignKey("group_invitation.id"))
    expires_at: Mapped[datetime]
    closed_at: Mapped[datetime | None] = mapped_column(index=True)
    decided_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    reason: Mapped[str] = mapped_column(Text, default="")
    evidence_gone_at: Mapped[datetime | None]

    group: Mapped[Group] = relationship()
    person: Mapped[Person] = relationship(foreign_keys=[person_id])
    decided_by: Mapped[Person | None] = relationship(foreign_keys=[decided_by_id])
    invitation: Mapped[GroupInvitation | None] = relationship()

    __table_args__ = (
        Index("uq_admission_request_present", "group_id", "person_id", "present", unique=True),
        Index("ix_admission_request_waiting", "present", "expires_at"),
        Index("ix_admission_request_person", "person_id", "id"),
    )

    @property
    def pairs(self) -> list[tuple[str, str]]:
        """Each question with its answer."""
        return list(zip(self.answers[::2], self.answers[1::2], strict=True))


class AdmissionEvidence(Numbered, Dated, Base):
    """One picture, sealed: no copy of it lies in the media store, so that deleting the row deletes it."""

    __tablename__ = "admission_evidence"

    request_id: Mapped[int] = mapped_column(ForeignKey("admission_request.id"), index=True)
    content_type: Mapped[str] = mapped_column(String(40))
    picture: Mapped[dict[str, str]] = mapped_column(Sealed, deferred=True)

    @property
    def content(self) -> bytes:
        """Its bytes."""
        return base64.b64decode(self.picture["content"])


def join(
    session: Session, group: Group, person: Person, *, answers: Sequence[str] = (), pictures: Sequence[Picture] = (),
    code: str = "", zone: str = clock.DEFAULT_ZONE,
) -> Membership | AdmissionRequest:
    """Join, or ask to, as the group's rule says; who is in, or waits, stays as they are, and no invitation is used up.

    An invitation opens a group that wants one; it takes the place of no question and of no evidence. Raises WrongState for a
    closed group, what is wrong with an invitation, Invalid naming `invitation`, `answer_1` or `evidence`.
    """
    audit.one_writer(session)
    already = memberships.of(session, group, person) or waiting_of(session, group, person)
    if already is not None:
        return already
    if group.state == GroupState.CLOSED:
        raise WrongState()
    rule = rules.rule_of(session, group)
    invitation = _invitation(session, group, code)
    problems = list(_problems(rule, invitation, answers, pictures))
    if problems:
        raise Invalid(*problems)
    if invitation is not None:
        invitations.take(session, invitation)
    if rule.asks:
        return _ask(session, group, person, rule, invitation, answers, pictures, zone)
    way, seed = (Way.INVITATION, invitation.seed) if invitation else (Way.OPEN, False)
    return memberships.begin(session, group, person, way, invitation_id=invitation.id if invitation else None, seed=seed)


def admit(session: Session, row: AdmissionRequest, reason: str = "", *, by: Person) -> Membership:
    """Let somebody in. Raises WrongState when it waits no more or asked evidence is not there, NotAllowed for one's own."""
    if row.evidence and not evidence_of(session, row):
        raise WrongState()
    _decide(session, row, RequestState.ADMITTED, reason, by=by)
    seed = row.invitation is not None and row.invitation.seed
    made = memberships.begin(
        session, row.group, row.person, Way.REQUEST, invitation_id=row.invitation_id, seed=seed, let_in_by=by,
    )
    _tell(session, row, "You are a member of “{group}” now.")
    return made


def refuse(session: Session, row: AdmissionRequest, reason: str, *, by: Person) -> None:
    """Say no, with a reason that the person reads. Raises WrongState, NotAllowed for one's own, Invalid naming `reason`."""
    if not reason.strip():
        raise Invalid(Problem("reason", "Say why, in at most {limit} characters: the person reads it.", {"limit": LONGEST_REASON}))
    _decide(session, row, RequestState.REFUSED, reason, by=by)
    details = {"name": row.person.name, "reason": row.reason}
    audit.record(session, "refuse_admission", "group", row.group_id, by=by, details=details)
    _tell(session, row, "You were not let into “{group}”: {reason}")


def withdraw(session: Session, row: AdmissionRequest, *, by: Person) -> None:
    """Take one's own request back; its evidence is deleted at once. Raises NotFound, WrongState."""
    if row.person_id != by.id:
        raise NotFound()
    _close(row, RequestState.WITHDRAWN)
    _delete_evidence(session, row)
    audit.record(session, "withdraw_admission_request", "group", row.group_id, by=by)


def expire_due(session: Session) -> int:
    """Close requests that nobody decided in time, and say so. Returns how many."""
    due = select(AdmissionRequest).where(AdmissionRequest.present.is_(True), AdmissionRequest.expires_at <= clock.now())
    found = session.scalars(due.limit(AT_ONCE)).all()
    for row in found:
        _close(row, RequestState.EXPIRED)
        audit.record(session, "expire_admission_request", "group", row.group_id, details={"name": row.person.name})
        _tell(session, row, "Nobody decided in time whether you join “{group}”. You can ask again.")
    return len(found)


def forget_evidence(session: Session) -> int:
    """Delete the pictures of requests that were closed longer ago than the house keeps them. Returns of how many requests."""
    before = clock.now() - timedelta(days=house.setting(session, "evidence_days"))
    kept = select(AdmissionEvidence.request_id).distinct()
    old = select(AdmissionRequest).where(AdmissionRequest.closed_at <= before, AdmissionRequest.id.in_(kept))
    found = session.scalars(old.limit(AT_ONCE)).all()
    for row in found:
        _delete_evidence(session, row)
        audit.record(session, "delete_admission_evidence", "group", row.group_id, details={"name": row.person.name})
    return len(found)


def reviewers(session: Session, group: Group, zone: str) -> list[Person]:
    """Who decides, and sees the evidence: those who look after the group and whom its rule names; operators when that is nobody."""
    ids = set(role_sheet.keepers(session, group, zone).ids)
    rule = rules.rule_of(session, group)
    if rule.reviewer_id is not None:
        ids.add(rule.reviewer_id)
    found = session.scalars(select(Person).where(Person.id.in_(ids), Person.active).order_by(Person.id)).all()
    return list(found) or with_role(session, Role.OPERATOR)


def get(session: Session, request_id: int) -> AdmissionRequest:
    """The request with this id. Raises NotFound."""
    row = session.get(AdmissionRequest, request_id)
    if row is None:
        raise NotFound()
    return row


def waiting_of(session: Session, group: Group, person: Person) -> AdmissionRequest | None:
    """The person's request for this group that waits."""
    mine = AdmissionRequest.group_id == group.id, AdmissionRequest.person_id == person.id, AdmissionRequest.present.is_(True)
    return session.scalar(select(AdmissionRequest).where(*mine))


def waiting(session: Session, group: Group, limit: int = 100) -> Sequence[AdmissionRequest]:
    """What waits for a decision, the oldest first."""
    query = select(AdmissionRequest).where(AdmissionRequest.group_id == group.id, AdmissionRequest.present.is_(True))
    return session.scalars(query.options(joinedload(AdmissionRequest.person)).order_by(AdmissionRequest.id).limit(limit)).all()


def of_person(session: Session, person: Person, limit: int = 20) -> Sequence[AdmissionRequest]:
    """The person's requests, the newest first."""
    query = select(AdmissionRequest).where(AdmissionRequest.person_id == person.id).options(joinedload(AdmissionRequest.group))
    return session.scalars(query.order_by(AdmissionRequest.id.desc()).limit(limit)).all()


def evidence_of(session: Session, row: AdmissionRequest) -> Sequence[AdmissionEvidence]:
    """The pictures of a request, without their bytes."""
    query = select(AdmissionEvidence).where(AdmissionEvidence.request_id == row.id)
    return session.scalars(query.order_by(AdmissionEvidence.id)).all()


def _invitation(session: Session, group: Group, code: str) -> GroupInvitation | None:
    if not code:
        return None
    found = invitations.usable(session, code)
    if found.group_id != group.id:
        raise NotFound()
    return found


def _problems(
    rule: AdmissionRule, invitation: GroupInvitation | None, answers: Sequence[str], pictures: Sequence[Picture]
) -> list[Problem]:
    found = []
    if rule.admission == Admission.INVITATION and invitation is None:
        found.append(Problem("invitation", "This group is open to those who were invited. Ask a member for a link."))
    if not rule.asks:
        return found
    for number, _question in enumerate(rule.questions, start=1):
        said = answers[number - 1].strip() if number <= len(answers) else ""
        if not 0 < len(said) <= LONGEST_ANSWER:
            found.append(Problem(f"answer_{number}", "Answer in at most {limit} characters.", {"limit": LONGEST_ANSWER}))
    if rule.admission == Admission.EVIDENCE and not 0 < len(pictures) <= MOST_PICTURES:
        found.append(Problem("evidence", "Add one to {most} pictures of what is asked for.", {"most": MOST_PICTURES}))
    return found


def _ask(
    session: Session, group: Group, person: Person, rule: AdmissionRule, invitation: GroupInvitation | None,
    answers: Sequence[str], pictures: Sequence[Picture], zone: str,
) -> AdmissionRequest:
    said = [text for question, answer in zip(rule.questions, answers, strict=False) for text in (question, answer.strip())]
    wants_evidence = rule.admission == Admission.EVIDENCE
    row = AdmissionRequest(
        group_id=group.id, person_id=person.id, answers=said, evidence=rule.evidence if wants_evidence else "",
        invitation_id=invitation.id if invitation else None, expires_at=clock.now() + timedelta(days=rule.days),
    )
    session.add(row)
    session.flush()
    for content_type, content in pictures if wants_evidence else ():
        sealed = {"content": base64.b64encode(content).decode()}
        session.add(AdmissionEvidence(request_id=row.id, content_type=content_type, picture=sealed))
    session.flush()
    audit.record(session, "ask_admission", "group", group.id, by=person, details={"name": person.name})
    notices.tell_all(
        session, [one for one in reviewers(session, group, zone) if one.id != person.id], "{name} would like to join “{group}”.",
        cause=f"admission_asked:{row.id}", thing="admission", thing_id=row.id, name=person.name, group=group.name,
    )
    return row


def _decide(session: Session, row: AdmissionRequest, state: RequestState, reason: str, *, by: Person) -> None:
    if row.person_id == by.id:
        raise NotAllowed()
    said = reason.strip()
    if len(said) > LONGEST_REASON:
        raise Invalid(Problem("reason", "At most {limit} characters, now {count}.", {"limit": LONGEST_REASON, "count": len(said)}))
    _close(row, state)
    row.decided_by_id, row.reason = by.id, said
    session.flush()


def _close(row: AdmissionRequest, state: RequestState) -> None:
    if row.present is None:
        raise WrongState()
    row.present, row.state, row.closed_at = None, state, clock.now()


def _delete_evidence(session: Session, row: AdmissionRequest) -> None:
    if session.scalar(select(func.count()).select_from(AdmissionEvidence).where(AdmissionEvidence.request_id == row.id)):
        session.execute(delete(AdmissionEvidence).where(AdmissionEvidence.request_id == row.id))
        row.evidence_gone_at = clock.now()


def _tell(session: Session, row: AdmissionRequest, sentence: str) -> None:
    notices.tell(
        session, row.person, sentence, cause=f"admission:{row.id}", thing="group", thing_id=row.group_id, group=row.group.name,
        reason=row.reason,
    )
