"""The admission rule of a group: what it asks of whoever wants to join, and who may invite."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import ForeignKey, String, Text
from sqlalchemy.orm import Mapped, Session, mapped_column, relationship

from editorial import audit, clock
from editorial.base import Base
from editorial.errors import Invalid, Problem
from editorial.groups.groups import Group
from editorial.people import people
from editorial.people.people import Person

MOST_QUESTIONS, LONGEST_QUESTION, LONGEST_EVIDENCE = 5, 200, 500
LEAST_DAYS, MOST_DAYS, USUAL_DAYS = 1, 60, 14
"""Days that an admission request waits for a decision."""


class Admission(StrEnum):
    """How one gets in."""

    OPEN = "open"
    QUESTIONS = "questions"
    EVIDENCE = "evidence"
    INVITATION = "invitation"


ASKING = (Admission.QUESTIONS, Admission.EVIDENCE)
"""Somebody decides."""


class AdmissionRule(Base):
    """The rule of one group. `evidence` says what a picture must show; `reviewer` decides beside those who look after it."""

    __tablename__ = "admission_rule"

    group_id: Mapped[int] = mapped_column(ForeignKey("community_group.id"), primary_key=True, autoincrement=False)
    admission: Mapped[Admission] = mapped_column(String(12), default=Admission.OPEN)
    questions: Mapped[list[str]] = mapped_column(default=list)
    evidence: Mapped[str] = mapped_column(Text, default="")
    days: Mapped[int] = mapped_column(default=USUAL_DAYS)
    members_invite: Mapped[bool] = mapped_column(default=True)
    reviewer_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    changed_at: Mapped[datetime] = mapped_column(default=clock.now)

    reviewer: Mapped[Person | None] = relationship()

    @property
    def asks(self) -> bool:
        """Whether somebody decides about each who wants to join."""
        return self.admission in ASKING


def rule_of(session: Session, group: Group) -> AdmissionRule:
    """The rule in force. A group that has said nothing is open; that rule is not kept."""
    return session.get(AdmissionRule, group.id) or AdmissionRule(
        group_id=group.id, admission=Admission.OPEN, questions=[], evidence="", days=USUAL_DAYS, members_invite=True,
    )


def change(
    session: Session, group: Group, *, admission: str, questions: list[str], evidence: str, days: int, members_invite: bool,
    reviewer: str = "", by: Person,
) -> AdmissionRule:
    """Set the rule; requests that wait are decided by what was asked then. `reviewer` is an address. Raises Invalid."""
    asked = [" ".join(line.split()) for line in questions if line.strip()]
    person = people.by_email(session, reviewer) if reviewer.strip() else None
    problems = list(_problems(admission, asked, evidence.strip(), days))
    if reviewer.strip() and (person is None or not person.active):
        problems.append(Problem("reviewer", "Nobody here has this address."))
    if problems:
        raise Invalid(*problems)
    rule = rule_of(session, group)
    rule.admission, rule.questions, rule.evidence = Admission(admission), asked, evidence.strip()
    rule.days, rule.members_invite, rule.changed_at = days, members_invite, clock.now()
    rule.reviewer_id, rule.reviewer = (person.id, person) if person else (None, None)
    session.add(rule)
    session.flush()
    audit.record(session, "change_admission_rule", "group", group.id, by=by, details={"admission": admission, "days": days})
    return rule


def _problems(admission: str, questions: list[str], evidence: str, days: int) -> Any:
    if admission not in set(Admission):
        yield Problem("admission", "Choose one of: {choices}.", {"choices": ", ".join(Admission)})
    if admission == Admission.QUESTIONS and not questions:
        yield Problem("questions", "Write at least one question.")
    if len(questions) > MOST_QUESTIONS or any(len(line) > LONGEST_QUESTION for line in questions):
        limits: dict[str, object] = {"most": MOST_QUESTIONS, "limit": LONGEST_QUESTION}
        yield Problem("questions", "At most {most} questions of {limit} characters each, one in a line.", limits)
    if admission == Admission.EVIDENCE and not evidence:
        yield Problem("evidence", "Say what the picture must show.")
    if len(evidence) > LONGEST_EVIDENCE:
        yield Problem("evidence", "At most {limit} characters, now {count}.", {"limit": LONGEST_EVIDENCE, "count": len(evidence)})
    if not LEAST_DAYS <= days <= MOST_DAYS:
        yield Problem("days", "Choose a number from {least} to {most}.", {"least": LEAST_DAYS, "most": MOST_DAYS})
