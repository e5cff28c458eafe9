"""Deciding a case: class and item named, the penalty chosen by a person, aggravation by two, an appeal by somebody else."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sqlalchemy import ForeignKey, String, Text, select, update
from sqlalchemy.orm import Mapped, Session, mapped_column, relationship

from editorial import audit, clock
from editorial.base import Base, Dated, Numbered, compare_and_set
from editorial.conduct import cases, penalties, versions
from editorial.conduct.cases import Case, CaseKind, CaseState, Report
from editorial.conduct.penalties import Measure, Penalty, Scope
from editorial.errors import Invalid, NotAllowed, OwnCase, Problem, Stale, WrongState
from editorial.notices import tell, tell_all
from editorial.people import people
from editorial.people.people import Person
from editorial.people.permissions import Action, require


class Outcome(StrEnum):
    """What was found. Of an objection: it is right, or it is not."""

    BREACH = "breach"
    NO_BREACH = "no_breach"
    UPHELD = "upheld"
    REFUSED = "refused"


class Aggravation(StrEnum):
    """Why a breach weighs more."""

    MINORS = "minors"
    FALSE_REGISTRATION = "false_registration"
    SEVERAL_ACCOUNTS = "several_accounts"


class AppealOutcome(StrEnum):
    """What became of an appeal."""

    STANDS = "stands"
    LIFTED = "lifted"


OUTCOMES = {CaseKind.REPORT: (Outcome.BREACH, Outcome.NO_BREACH), CaseKind.OBJECTION: (Outcome.UPHELD, Outcome.REFUSED)}


@dataclass(frozen=True)
class Verdict:
    """What one moderator decides."""

    outcome: str
    reason: str
    item: str = ""
    measure: str = Measure.NONE.value
    scope: str = Scope.ALL.value
    aggravations: tuple[str, ...] = ()
    aggravation_reason: str = ""


class Appeal(Numbered, Dated, Base):
    """One appeal against one decision."""

    __tablename__ = "appeal"

    case_id: Mapped[int] = mapped_column(ForeignKey("conduct_case.id"), unique=True)
    by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    text: Mapped[str] = mapped_column(Text)
    outcome: Mapped[str] = mapped_column(String(12), default="")
    reason: Mapped[str] = mapped_column(Text, default="")
    decided_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    decided_at: Mapped[datetime | None]

    case: Mapped[Case] = relationship()
    by: Mapped[Person] = relationship(foreign_keys=[by_id])
    decided_by: Mapped[Person | None] = relationship(foreign_keys=[decided_by_id])


def decide(session: Session, case: Case, verdict: Verdict, *, by: Person) -> None:
    """Decide an open case. With an aggravation nothing takes effect before a second person agrees.

    Raises WrongState, Stale, NotAllowed, OwnCase, Invalid naming the field.
    """
    _ensure_apart(session, case, by)
    problems = _problems(session, case, verdict)
    if problems:
        raise Invalid(*problems)
    aggravated = verdict.outcome == Outcome.BREACH and bool(verdict.aggravations)
    said = verdict.outcome == Outcome.BREACH
    _shift(
        session, case, CaseState.OPEN, CaseState.AWAITING_SECOND if aggravated else CaseState.DECIDED,
        outcome=verdict.outcome, item=verdict.item if said else "", text=verdict.reason.strip(),
        measure=verdict.measure if said else "", scope=verdict.scope if said else "",
        convention_number=versions.current(session).number, decided_by_id=by.id, decided_at=clock.now(),
        aggravations=list(verdict.aggravations) if said else [],
        aggravation_reason=verdict.aggravation_reason.strip() if said else "",
    )
    audit.record(session, "propose_decision" if aggravated else "decide_case", "case", case.id, by=by, details=_told(case))
    if aggravated:
        tell_all(
            session, cases.moderators(session, by.id, case.about_id),
            "Case {number} needs a second person: a heavier penalty is proposed.",
            cause=f"second:{case.id}:{clock.now():%s}", thing="case", thing_id=case.id, number=case.number,
        )
    else:
        _take_effect(session, case, by)


def second(session: Session, case: Case, *, agreed: bool, by: Person) -> None:
    """A second person agrees to the heavier penalty, or gives the case back to be decided anew. Raises what deciding raises."""
    _ensure_apart(session, case, by, case.decided_by_id)
    if agreed:
        _shift(session, case, CaseState.AWAITING_SECOND, CaseState.DECIDED, second_by_id=by.id)
        audit.record(session, "second_decision", "case", case.id, by=by, details=_told(case))
        _take_effect(session, case, by)
        return
    _shift(
        session, case, CaseState.AWAITING_SECOND, CaseState.OPEN, outcome="", item="", text="", measure="", scope="",
        aggravations=[], aggravation_reason="", decided_by_id=None, decided_at=None, convention_number=None,
    )
    audit.record(session, "refuse_second", "case", case.id, by=by, details={"number": case.number})


def appeal(session: Session, case: Case, *, text: str, by: Person) -> Appeal:
    """The person decided about asks for another look, once. Raises NotAllowed, WrongState, Invalid naming `text`."""
    if case.about_id != by.id or case.outcome != Outcome.BREACH:
        raise NotAllowed()
    if not text.strip():
        raise Invalid(Problem("text", "Say why the decision is wrong."))
    _shift(session, case, CaseState.DECIDED, CaseState.APPEALED)
    made = Appeal(case_id=case.id, by_id=by.id, text=text.strip()[: cases.LONGEST_TEXT])
    session.add(made)
    session.flush()
    audit.record(session, "appeal", "case", case.id, by=by, details={"number": case.number})
    tell_all(
        session, cases.moderators(session, *_deciders(case), by.id), "{name} appeals against the decision of case {number}.",
        cause=f"appeal:{case.id}", thing="case", thing_id=case.id, name=by.name, number=case.number,
    )
    return made


def decide_appeal(session: Session, case: Case, *, outcome: str, reason: str, by: Person) -> None:
    """Somebody who had no part in the decision says whether it stands. Raises OwnCase, WrongState, Invalid."""
    _ensure_apart(session, case, by, *_deciders(case))
    if outcome not in set(AppealOutcome):
        raise Invalid(Problem("outcome", "Choose one of: {choices}.", {"choices": ", ".join(AppealOutcome)}))
    if not reason.strip():
        raise Invalid(Problem("reason", "Say why: the person reads it."))
    _shift(session, case, CaseState.APPEALED, CaseState.CLOSED)
    made = appeal_of(session, case)
    if made is None:
        raise WrongState()
    made.outcome, made.reason = outcome, reason.strip()
    made.decided_by_id, made.decided_at = by.id, clock.now()
    if outcome == AppealOutcome.LIFTED:
        for penalty in penalties_of(session, case):
            if penalty.lifted_at is None:
                penalties.lift(session, penalty, by=by)
    audit.record(session, "decide_appeal", "case", case.id, by=by, details={"number": case.number, "reason": made.reason})
    sentence = (
        "Your appeal (case {number}) was granted, the penalty is lifted: {reason}" if outcome == AppealOutcome.LIFTED
        else "Your appeal (case {number}) was decided, the penalty stands: {reason}"
    )
    tell(session, case.about, sentence, cause=f"appeal_decided:{case.id}", thing="case", thing_id=case.id, urgent=True,
         number=case.number, reason=made.reason)


def appeal_of(session: Session, case: Case) -> Appeal | None:
    """The appeal against the decision of a case."""
    return session.scalar(select(Appeal).where(Appeal.case_id == case.id))


def penalties_of(session: Session, case: Case) -> list[Penalty]:
    """What the decision of a case imposed."""
    return list(session.scalars(select(Penalty).where(Penalty.case_id == case.id).order_by(Penalty.id)))


def rule_of(session: Session, case: Case) -> str:
    """Class and item of a decision in the words of the version it was made under; empty where no breach was found."""
    if not case.item or case.convention_number is None:
        return ""
    convention = versions.numbered(session, case.convention_number)
    item = convention.item(case.item)
    name = next((one.chinese for one in convention.classes if item and one.code == item.violation_class), "")
    return f"{convention.place_of(case.item)} {name}：{item.chinese}" if item else case.item


def refusal_of(session: Session, case: Case, by: Person) -> str:
    """Why this person may not take the step that waits, as a sentence; empty when they may."""
    barred = {
        CaseState.AWAITING_SECOND: (case.decided_by_id,), CaseState.APPEALED: _deciders(case),
    }.get(case.state, ())
    try:
        _ensure_apart(session, case, by, *barred)
    except NotAllowed as refusal:
        return refusal.message
    return ""


def _take_effect(session: Session, case: Case, by: Person) -> None:
    case.open_key = None
    session.flush()
    if case.kind == CaseKind.REPORT:
        _tell_reporters(session, case)
    if case.outcome == Outcome.BREACH and case.about is not None:
        _tell_about(session, case, _impose(session, case, case.about, by))


def _impose(session: Session, case: Case, about: Person, by: Person) -> Penalty | None:
    measure = Measure(case.measure)
    if measure == Measure.NONE:
        return None
    return penalties.impose(
        session, people.get(session, about.id), case_id=case.id, measure=measure, scope=Scope(case.scope),
        rule=rule_of(session, case)[:240], reason=case.text, by=by,
    )


def _tell_about(session: Session, case: Case, penalty: Penalty | None) -> None:
    words = {"title": case.title, "rule": rule_of(session, case), "reason": case.text, "number": case.number}
    if penalty is None:
        sentence = "“{title}” breaks the convention ({rule}): {reason} You can appeal (case {number})."
    elif penalty.ends_at is None:
        sentence = "A penalty without an end was decided for “{title}” ({rule}): {reason} You can appeal (case {number})."
    else:
        sentence = "A penalty until {until} was decided for “{title}” ({rule}): {reason} You can appeal (case {number})."
        words["until"] = f"{clock.to_wall(penalty.ends_at):%Y-%m-%d %H:%M}"
    tell(session, case.about, sentence, cause=f"decided:{case.id}:{clock.now():%s}", thing="case", thing_id=case.id,
         urgent=True, **words)


def _tell_reporters(session: Session, case: Case) -> None:
    sentence = (
        "Your report {number} on “{title}” was right; something was done about it." if case.outcome == Outcome.BREACH
        else "Your report {number} on “{title}” was looked into; no breach was found: {reason}"
    )
    for made in session.scalars(select(Report).where(Report.case_id == case.id, Report.reporter_id.is_not(None))):
        tell(session, made.reporter, sentence, cause=f"reported:{made.id}", thing="report", thing_id=made.id,
             number=made.number, title=case.title, reason=case.text)


def _ensure_apart(session: Session, case: Case, by: Person, *barred: int | None) -> None:
    """Nobody decides what they reported, what is about them, or what they have had a part in."""
    require(by, Action.MODERATE)
    reported = select(Report.id).where(Report.case_id == case.id, Report.reporter_id == by.id)
    if by.id in (case.about_id, *barred) or session.scalar(reported.limit(1)) is not None:
        raise OwnCase()


def _deciders(case: Case) -> tuple[int | None, ...]:
    return (case.decided_by_id, case.second_by_id)


def _shift(session: Session, case: Case, before: CaseState, after: CaseState, **values: object) -> None:
    if case.state != before:
        raise WrongState()
    if not compare_and_set(session, update(Case).where(Case.id == case.id, Case.state == before).values(state=after, **values)):
        raise Stale()
    session.refresh(case)


def _problems(session: Session, case: Case, verdict: Verdict) -> list[Problem]:
    found = []
    if verdict.outcome not in OUTCOMES[case.kind]:
        found.append(Problem("outcome", "Choose one of: {choices}.", {"choices": ", ".join(OUTCOMES[case.kind])}))
    if not verdict.reason.strip():
        found.append(Problem("reason", "Say why: the person reads it."))
    if verdict.outcome != Outcome.BREACH:
        return found
    if versions.current(session).item(verdict.item) is None:
        found.append(Problem("item", "Name the class and the item that was broken."))
    if verdict.measure not in set(Measure):
        found.append(Problem("measure", "Choose one of: {choices}.", {"choices": ", ".join(Measure)}))
    elif verdict.measure != Measure.NONE and case.about_id is None:
        found.append(Problem("measure", "Nobody of the house made this, so there is nobody to penalise."))
    if verdict.scope not in set(Scope):
        found.append(Problem("scope", "Choose one of: {choices}.", {"choices": ", ".join(Scope)}))
    if not set(verdict.aggravations) <= set(Aggravation):
        found.append(Problem("aggravations", "Choose one of: {choices}.", {"choices": ", ".join(Aggravation)}))
    elif verdict.aggravations and not verdict.aggravation_reason.strip():
        found.append(Problem("aggravation_reason", "Say in writing why it weighs more; a second person reads it."))
    return found


def _told(case: Case) -> dict[str, object]:
    return {
        "number": case.number, "outcome": case.outcome, "item": case.item, "version": case.convention_number,
        "measure": case.measure, "scope": case.scope, "aggravations": case.aggravations, "reason": case.text,
    }
