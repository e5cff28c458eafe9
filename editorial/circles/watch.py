"""What happens in circles by the clock, whoever looks: duties are drawn, the written rule is applied, members are reminded.

A clock that comes late does the same as one in time: rounds are looked at one after another, each as it was at its close.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from editorial import audit, clock
from editorial.circles import circles, comments, hand_ins, members, rosters
from editorial.circles.circles import WritingCircle
from editorial.circles.members import CircleBreak, CircleMember, Ending
from editorial.circles.rhythm import Rhythm, Round
from editorial.circles.standings import Consequence, Standing, consequence, misses_in_row, standing
from editorial.notices import tell, tell_all
from editorial.people.people import Person, Role, with_role

OUT = "Rounds missed in a row: {misses}, the last was round {round}. The rule of the circle ends membership then."
OFF = "Rounds missed in a row: {misses}, the last was round {round}. The rule of the circle gives a round off then."
ACCESS_ENDED = "Access to Qunsheng has ended."


def watch(session: Session, zone: str = clock.DEFAULT_ZONE, limit: int = 100) -> int:
    """Do what is due in all circles. Returns how many were told something."""
    told = _part_with_leavers(session, zone)
    query = select(WritingCircle.id).where(WritingCircle.next_look_at <= clock.now()).order_by(WritingCircle.next_look_at)
    return told + sum(look(session, circle_id, zone) for circle_id in session.scalars(query.limit(limit)).all())


def look(session: Session, circle_id: int, zone: str = clock.DEFAULT_ZONE) -> int:
    """Do what is due in one circle. Returns how many were told something."""
    circle = session.get(WritingCircle, circle_id, with_for_update=True, populate_existing=True)
    if circle is None or circle.closed_at is not None:
        return 0
    rhythm, now = circles.rhythm_of(session, circle, zone), clock.now()
    told = _catch_up(session, circle, rhythm, now) + _remind(session, circle, rhythm, now)
    circle.next_look_at = _next_look(circle, rhythm, now)
    session.flush()
    return told


def _catch_up(session: Session, circle: WritingCircle, rhythm: Rhythm, now: datetime) -> int:
    """Judge the rounds that are closed; the duties of each are drawn once the one before is judged."""
    told = 0
    while True:
        turn = rhythm.round(circle.judged + 1)
        if circle.drawn < turn.number and turn.opens_at <= now:
            comments.draw(session, circle, turn.number)
            circle.drawn = turn.number
        if now <= turn.closes_at:
            return told
        told += _judge(session, circle, rhythm, turn)
        circle.judged = turn.number


def _judge(session: Session, circle: WritingCircle, rhythm: Rhythm, turn: Round) -> int:
    """Apply the rule to everybody who is in and for whom this round counted."""
    found = [one for one in members.roster(session, circle, turn.number) if one.left_at is None]
    off, times = members.breaks(session, found), hand_ins.times(session, circle)
    told = 0
    for member in found:
        row = [_stood(member, rhythm.round(number), times, off) for number in range(member.first_round, turn.number + 1)]
        misses = misses_in_row(row)
        step = consequence(misses, off_after=circle.off_after, out_after=circle.out_after)
        if row[-1] == Standing.MISSED and step is not None:
            _apply(session, circle, member, step, turn.number, misses)
            told += 1
    return told


def _stood(
    member: CircleMember, turn: Round, times: dict[tuple[int, int], datetime], off: set[tuple[int, int]]
) -> Standing:
    """How a member stood when the round was over for good."""
    handed_at = times.get((member.person_id, turn.number))
    return standing(turn, handed_at, turn.closes_at + timedelta.resolution, excused=(member.id, turn.number) in off)


def _apply(session: Session, circle: WritingCircle, member: CircleMember, step: Consequence, number: int, misses: int) -> None:
    """What the rule says, in the audit log with its reason in words, and said to the member and the steward."""
    out = step == Consequence.LEFT_BY_RULE
    sentence = OUT if out else OFF
    if out:
        members.end(member, number, Ending.LEFT_BY_RULE, OUT, misses=misses, round=number)
    elif session.get(CircleBreak, (member.id, number + 1)) is None:
        session.add(CircleBreak(member_id=member.id, round=number + 1, by_rule=True))
    session.flush()
    audit.record(
        session, "leave_circle_by_rule" if out else "give_circle_break", "circle", circle.id,
        details={"name": member.person.name, "reason": sentence.format(misses=misses, round=number)},
    )
    cause, yours = f"circle_rule:{member.id}:{number}", "“{circle}”: you have round {round} off, nothing is due of you in it."
    if out:
        yours = "“{circle}”: by its written rule you are out, missed rounds in a row: {misses}. The steward can take you back."
        tell(session, circle.steward, "“{circle}”: by its written rule {name} is out.", cause=f"{cause}:steward",
             thing="circle", thing_id=circle.id, circle=circle.name, name=member.person.name)
    tell(session, member.person, yours, cause=cause, thing="circle", thing_id=circle.id, circle=circle.name,
         misses=misses, round=number + 1)


def _remind(session: Session, circle: WritingCircle, rhythm: Rhythm, now: datetime) -> int:
    """Tell everybody who owes something, once for each due time, in one notice."""
    turn = rhythm.at(now)
    if circle.reminded_at == turn.due_at or now < _reminds_at(circle, turn):
        return 0
    circle.reminded_at = turn.due_at
    told = 0
    for mine in rosters.owed(session, circle, members.everyone(session, circle), rhythm):
        piece = any(at == turn and line.standing == Standing.WAITING for at, line in mine.lines)
        count = sum(duty.due_at == turn.due_at for _at, duty in mine.duties)
        if not piece and not count:
            continue
        both = "“{circle}”: your piece for round {round} is due soon, and so are your comments on the round before: {comments}."
        one = "“{circle}”: your piece for round {round} is due soon."
        others = "“{circle}”: comments that you still write until the end of round {round}: {comments}."
        tell(session, mine.member.person, (both if count else one) if piece else others,
             cause=f"circle:{circle.id}:remind:{turn.due_at.isoformat()}", thing="circle", thing_id=circle.id,
             circle=circle.name, round=turn.number, comments=count)
        told += 1
    return told


def _reminds_at(circle: WritingCircle, turn: Round) -> datetime:
    return max(turn.opens_at, turn.due_at - timedelta(hours=circle.remind_hours))


def _next_look(circle: WritingCircle, rhythm: Rhythm, now: datetime) -> datetime:
    """The next instant at which the clock has something to do here."""
    turn, following = rhythm.at(now), rhythm.round(circle.judged + 1)
    if circle.reminded_at == turn.due_at:
        turn = rhythm.round(turn.number + 1)
    opening = [following.opens_at] if circle.drawn < following.number else []
    return min([_reminds_at(circle, turn), following.closes_at + timedelta.resolution, *opening])


def _part_with_leavers(session: Session, zone: str) -> int:
    """Whose access has ended is in no circle any more, and a circle they looked after passes to its group's steward."""
    query = select(CircleMember, WritingCircle).join(WritingCircle, WritingCircle.id == CircleMember.circle_id)
    query = query.join(Person, Person.id == CircleMember.person_id).where(CircleMember.left_at.is_(None), Person.active.is_(False))
    rounds: dict[int, int] = {}
    for member, circle in session.execute(query.limit(100)).all():
        if circle.id not in rounds:
            rounds[circle.id] = circles.rhythm_of(session, circle, zone).at(clock.now()).number
        members.end(member, rounds[circle.id] - 1, Ending.ACCESS_ENDED, ACCESS_ENDED)
        details = {"name": member.person.name, "reason": ACCESS_ENDED}
        audit.record(session, "leave_circle", "circle", circle.id, details=details)
    left = select(WritingCircle).join(Person, Person.id == WritingCircle.steward_id).where(Person.active.is_(False))
    return sum(_pass_on(session, circle) for circle in session.scalars(left.limit(100)).all())


def _pass_on(session: Session, circle: WritingCircle) -> int:
    gone, heir = circle.steward_id, circle.group.steward if circle.group else None
    circle.steward = heir if heir is not None and heir.active else None
    session.flush()
    audit.record(session, "describe_circle", "circle", circle.id, details={"name": circle.name})
    told = [circle.steward] if circle.steward else with_role(session, Role.OPERATOR)
    tell_all(session, told, "The circle “{circle}” needs a steward, or has passed to you: whoever looked after it has left.",
             cause=f"circle_rule:{circle.id}:steward:{gone}", thing="circle", thing_id=circle.id, circle=circle.name)
    return len(told)
