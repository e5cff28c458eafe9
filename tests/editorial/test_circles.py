"""Writing circles: what the clock says of every piece, who comments on whom, and that only the written rule has consequences."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import settings as effort
from hypothesis import strategies as some
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.engine import WRITES, open_engine
from editorial import clock
from editorial.audit import AuditEntry
from editorial.circles import circles, comments, drawing, hand_ins, members, rosters, rule_text, watch
from editorial.circles.circles import CircleKind, Rule, WritingCircle
from editorial.circles.comments import CommentDuty
from editorial.circles.members import CircleMember, Ending
from editorial.circles.rhythm import Rhythm
from editorial.circles.standings import Consequence, DutyStanding, Standing, consequence, misses_in_row, standing
from editorial.errors import Invalid, NotAllowed, WrongState
from editorial.intake import submissions
from editorial.notices import Notice
from editorial.people import people as persons
from editorial.people.people import Person
from tests import factories
from tests.conftest import make_settings

MONDAY = date(2026, 9, 7)
HOLIDAY = (date(2026, 9, 21), date(2026, 9, 27))
SIGNS = {"h": Standing.HANDED_IN, "l": Standing.LATE, "m": Standing.MISSED, "x": Standing.EXCUSED, "w": Standing.WAITING,
         "o": Standing.OVERDUE}


def wall(on: date, at: str) -> datetime:
    """A wall time in China."""
    return clock.from_wall(datetime.combine(on, datetime.strptime(at, "%H:%M").time()))


@pytest.mark.parametrize(("pauses", "number", "due"), [
    ((), 1, "2026-09-13"), ((), 2, "2026-09-20"), ((), 4, "2026-10-04"),
    # A week off moves what comes after it by a week, and nothing before it.
    ((HOLIDAY,), 2, "2026-09-20"), ((HOLIDAY,), 3, "2026-10-04"), ((HOLIDAY,), 4, "2026-10-11"),
    # In the middle of a round, over the due day, overlapping, touching, before the start, over the start.
    (((date(2026, 9, 9), date(2026, 9, 10)),), 1, "2026-09-15"), (((date(2026, 9, 13), date(2026, 9, 13)),), 1, "2026-09-14"),
    (((date(2026, 9, 9), date(2026, 9, 11)), (date(2026, 9, 10), date(2026, 9, 12))), 1, "2026-09-17"),
    (((date(2026, 9, 11), date(2026, 9, 12)), (date(2026, 9, 9), date(2026, 9, 10))), 1, "2026-09-17"),
    (((date(2026, 9, 1), date(2026, 9, 6)),), 1, "2026-09-13"), (((date(2026, 9, 1), date(2026, 9, 8)),), 1, "2026-09-15"),
])
def test_due_times_follow_from_start_rhythm_and_pauses(pauses: tuple[tuple[date, date], ...], number: int, due: str) -> None:
    rhythm = Rhythm(MONDAY, 7, "20:00", 2, pauses)
    assert rhythm.round(number).due_at == wall(date.fromisoformat(due), "20:00")


def test_days_of_grace_wait_for_the_holiday_too() -> None:
    turn = Rhythm(MONDAY, 7, "20:00", 2, (HOLIDAY,)).round(2)
    assert turn.due_at == wall(date(2026, 9, 20), "20:00") and turn.closes_at == wall(date(2026, 9, 29), "20:00")


DAYS = some.integers(0, 60).map(lambda number: MONDAY + timedelta(days=number))
PAUSES = some.lists(some.tuples(DAYS, some.integers(0, 12)).map(lambda one: (one[0], one[0] + timedelta(days=one[1]))), max_size=4)


@given(PAUSES, some.integers(1, 14), some.integers(0, 13), some.integers(1, 12))
def test_rounds_follow_each_other_and_hold_only_days_that_count(
    pauses: list[tuple[date, date]], days: int, grace: int, number: int
) -> None:
    rhythm = Rhythm(MONDAY, days, "20:00", min(grace, days - 1), tuple(pauses))
    turn, following = rhythm.round(number), rhythm.round(number + 1)
    assert turn.opens_at < turn.due_at <= turn.closes_at < following.due_at and following.opens_at == turn.due_at
    assert rhythm.at(turn.due_at).number == number and rhythm.at(turn.due_at + timedelta.resolution).number == number + 1
    first = MONDAY if number == 1 else clock.to_wall(turn.opens_at).date() + timedelta(days=1)
    last = clock.to_wall(turn.due_at).date()
    counted = [on for on in (first + timedelta(days=step) for step in range((last - first).days + 1)) if not rhythm.is_paused(on)]
    assert len(counted) == days and last == counted[-1]


@given(PAUSES, DAYS, some.integers(1, 10))
def test_a_pause_moves_nothing_that_was_due_before_it(pauses: list[tuple[date, date]], first: date, length: int) -> None:
    before = Rhythm(MONDAY, 7, "20:00", 2, tuple(pauses))
    after = Rhythm(MONDAY, 7, "20:00", 2, (*pauses, (first, first + timedelta(days=length))))
    for number in range(1, 12):
        due = before.round(number).due_at
        assert after.round(number).due_at == due if clock.to_wall(due).date() < first else after.round(number).due_at >= due


@pytest.mark.parametrize(("handed", "now", "off", "expected"), [
    (None, "13 19:59", False, "w"), (None, "13 20:00", False, "w"), (None, "13 20:01", False, "o"), (None, "15 20:00", False, "o"),
    (None, "15 20:01", False, "m"), (None, "15 20:01", True, "x"), ("13 20:00", "30 00:00", False, "h"),
    ("13 20:01", "30 00:00", False, "l"), ("12 08:00", "30 00:00", True, "h"),
])
def test_the_clock_says_how_a_member_stands(handed: str | None, now: str, off: bool, expected: str) -> None:
    turn = Rhythm(MONDAY, 7, "20:00", 2).round(1)

    def at(said: str) -> datetime:
        return clock.from_wall(datetime.strptime(f"2026-09-{said}", "%Y-%m-%d %H:%M"))

    assert standing(turn, at(handed) if handed else None, at(now), excused=off) == SIGNS[expected]


@pytest.mark.parametrize(("row", "misses", "step"), [
    ("", 0, None), ("m", 1, None), ("mm", 2, Consequence.ROUND_OFF), ("mmx", 2, Consequence.ROUND_OFF),
    ("mmxm", 3, Consequence.LEFT_BY_RULE), ("mmh", 0, None), ("mml", 0, None), ("mhm", 1, None), ("xm", 1, None),
    ("mmmm", 4, Consequence.LEFT_BY_RULE),
])
def test_the_rule_looks_at_misses_in_a_row_only(row: str, misses: int, step: Consequence | None) -> None:
    found = misses_in_row([SIGNS[sign] for sign in row])
    assert found == misses and consequence(found, off_after=2, out_after=3) == step
    assert consequence(found, off_after=0, out_after=0) is None


ROSTERS = some.lists(some.integers(1, 30), min_size=2, max_size=14, unique=True)


@effort(deadline=None)
@given(ROSTERS, some.integers(1, 4), some.integers(0, 9), some.data())
def test_everybody_writes_and_receives_as_many_and_old_pairs_are_avoided(
    roster: list[int], count: int, turn: int, data: some.DataObject
) -> None:
    others = data.draw(some.lists(some.sampled_from(roster), min_size=2, unique=True)) if len(roster) > 2 else roster
    before = drawing.draw(others + [99], count, [], turn)
    pairs = drawing.draw(roster, count, before, turn + 1)
    each = min(count, len(roster) - 1)
    assert len(pairs) == len(set(pairs)) and all(writer != author for writer, author in pairs)
    for one in roster:
        assert sum(writer == one for writer, _ in pairs) == sum(author == one for _, author in pairs) == each
    assert pairs == drawing.draw(list(reversed(roster)), count, list(reversed(before)), turn + 1)
    if len(roster) >= 3 * count + 2:
        assert not set(pairs) & set(before)


@effort(deadline=None, max_examples=60)
@given(some.integers(2, 5), some.integers(1, 2), some.data())
def test_no_drawing_repeats_fewer_pairs(size: int, count: int, data: some.DataObject) -> None:
    roster, each = list(range(1, size + 1)), min(count, size - 1)
    every = [(writer, author) for writer in roster for author in roster if writer != author]
    before = set(data.draw(some.lists(some.sampled_from(every), unique=True, max_size=size * each)))
    fewest = min(
        len(before & {(writer, author) for writer, chosen in zip(roster, choice, strict=True) for author in chosen})
        for choice in itertools.product(*(itertools.combinations(sorted({*roster} - {writer}), each) for writer in roster))
        if all(sum(author in chosen for chosen in choice) == each for author in roster)
    )
    assert len(before & set(drawing.draw(roster, count, before))) == fewest


def test_sixty_members_are_drawn_without_a_pair_of_the_round_before() -> None:
    roster, before = list(range(60)), []
    for turn in range(1, 4):
        pairs = drawing.draw(roster, 3, before, turn)
        assert len(pairs) == 180 and not set(pairs) & set(before)
        before = pairs


@pytest.fixture
def ten(session: Session, people: dict[str, Person]) -> list[Person]:
    """Ten who write."""
    return [factories.person(session, "contributor", f"写手{number}", f"w{number}@chengjiang.example") for number in range(10)]


@pytest.fixture
def begun(session: Session, people: dict[str, Person], ten: list[Person]) -> WritingCircle:
    """A circle of ten that starts on a Monday, with a week off from the third on."""
    with clock.at(wall(date(2026, 9, 1), "09:00")):
        circle = circles.begin(session, {"name": "七日写作圈"}, Rule(), starts_on=MONDAY, by=people["operator"])
        circles.pause(session, circle, *HOLIDAY, name="秋假", by=people["operator"])
        for person in ten:
            members.join(session, circle, circles.rhythm_of(session, circle), by=person)
    return circle


def hand_in(session: Session, circle: WritingCircle, number: int, by: Person, at: datetime) -> None:
    with clock.at(at):
        rhythm = circles.rhythm_of(session, circle)
        url = f"https://example.com/{by.id}/{number}"
        hand_ins.hand_in(session, circle, rhythm, number, by=by, title=f"{by.name}的第 {number} 篇", url=url)


FOUR_WEEKS = (
    # Round by round: in time, late within grace, missed, a round off that the rule gives.
    "hhhh", "hhlh", "lhhh", "llll", "hmhh", "hhhm", "mhmh", "mmxh", "mmxm", "hmmx",
)


def test_ten_members_over_four_weeks_and_a_holiday_stand_exactly_as_the_clock_says(
    session: Session, people: dict[str, Person], ten: list[Person], begun: WritingCircle
) -> None:
    rhythm = circles.rhythm_of(session, begun)
    assert [clock.to_wall(rhythm.round(number).due_at).date().isoformat() for number in range(1, 5)] == [
        "2026-09-13", "2026-09-20", "2026-10-04", "2026-10-11",
    ]
    for number in range(1, 5):
        turn = rhythm.round(number)
        for place, (person, row) in enumerate(zip(ten, FOUR_WEEKS, strict=True)):
            if row[number - 1] in "hl":
                # At the very last moment each, and one in the middle of the holiday.
                at = turn.due_at if row[number - 1] == "h" else turn.closes_at
                hand_in(session, begun, number, person, wall(date(2026, 9, 24), "12:00") if (place, number) == (0, 3) else at)
        with clock.at(turn.closes_at + timedelta(seconds=30)):
            watch.watch(session)
    with clock.at(rhythm.round(4).closes_at + timedelta(minutes=1)):
        found = [rosters.of_round(session, begun, rhythm, number) for number in range(1, 5)]
        for place, person in enumerate(ten):
            stood = [roster.line(person) for roster in found]
            assert [line and line.standing for line in stood] == [SIGNS[sign] for sign in FOUR_WEEKS[place]], person.name
    gone = members.gone(session, begun)
    assert [(one.person.name, one.ending, one.last_round) for one in gone] == [("写手8", Ending.LEFT_BY_RULE, 4)]


def test_a_clock_that_comes_weeks_late_does_the_same(
    session: Session, people: dict[str, Person], ten: list[Person], begun: WritingCircle
) -> None:
    rhythm = circles.rhythm_of(session, begun)
    for number, person in itertools.product(range(1, 5), ten[1:]):
        hand_in(session, begun, number, person, rhythm.round(number).due_at)
    with clock.at(rhythm.round(4).closes_at + timedelta(hours=1)):
        watch.watch(session)
        assert members.running(session, begun, ten[0]) is None
        stood = [rosters.of_round(session, begun, rhythm, number).line(ten[0]) for number in range(1, 5)]
        assert [line and line.standing for line in stood] == [SIGNS[sign] for sign in "mmxm"]
        assert watch.watch(session) == 0
    assert begun.judged == 4 and begun.drawn == 5


def test_leaving_by_rule_has_its_reason_in_words_and_the_steward_takes_back(
    session: Session, people: dict[str, Person], ten: list[Person], begun: WritingCircle
) -> None:
    rhythm, person = circles.rhythm_of(session, begun), ten[0]
    with clock.at(rhythm.round(4).closes_at + timedelta(hours=1)):
        watch.watch(session)
        entries = session.scalars(select(AuditEntry).where(AuditEntry.verb == "leave_circle_by_rule")).all()
        assert len(entries) == 10
        assert entries[0].details["reason"].startswith("Rounds missed in a row: 3, the last was round 4.")
        said = session.scalars(select(Notice.sentence).where(Notice.person_id == person.id)).all()
        assert sum("you are out" in sentence for sentence in said) == 1
        with pytest.raises(NotAllowed):
            members.join(session, begun, rhythm, by=person)
        out = members.spells(session, begun, person)[-1]
        back = members.take_back(session, out, begun, rhythm, by=people["operator"])
        assert back.first_round == 6 and back.left_at is None
    with clock.at(rhythm.round(6).closes_at + timedelta(hours=1)):
        watch.watch(session)
        assert members.running(session, begun, person) is not None, "misses count anew"


def test_nothing_but_the_rule_puts_anybody_out(session: Session, people: dict[str, Person], ten: list[Person]) -> None:
    with clock.at(wall(date(2026, 9, 1), "09:00")):
        circle = circles.begin(
            session, {"name": "随意圈"}, Rule(off_after=0, out_after=0), starts_on=MONDAY, by=people["operator"],
        )
        rhythm = circles.rhythm_of(session, circle)
        members.join(session, circle, rhythm, by=ten[0])
    with clock.at(rhythm.round(12).closes_at):
        watch.watch(session)
        assert members.running(session, circle, ten[0]) is not None
    assert session.scalar(select(func.count()).select_from(CircleMember).where(CircleMember.left_at.is_not(None))) == 0


def test_duties_come_round_by_round_and_are_written_once(
    session: Session, people: dict[str, Person], ten: list[Person], begun: WritingCircle
) -> None:
    rhythm = circles.rhythm_of(session, begun)
    drawn = []
    for number in (1, 2):
        for person in ten[:9]:
            hand_in(session, begun, number, person, rhythm.round(number).due_at)
        with clock.at(rhythm.round(number).closes_at + timedelta(minutes=1)):
            watch.watch(session)
            watch.watch(session)
        drawn.append(comments.of_round(session, begun, number))
    assert [len(pairs) for pairs in drawn] == [20, 20] and not set(drawn[0]) & set(drawn[1])
    with clock.at(rhythm.round(2).closes_at + timedelta(minutes=2)):
        writer, author = next((w, a) for w, a in drawn[1] if a != ten[9].id and w != ten[9].id)
        by, about = session.get_one(Person, writer), session.get_one(Person, author)
        piece = hand_ins.of_round(session, begun, 2)[author]
        comments.comment(session, begun, piece.id, about, "开头那段声音写得好。", by=by)
        with pytest.raises(NotAllowed):
            comments.comment(session, begun, piece.id, about, "我自己也觉得好。", by=about)
        with pytest.raises(NotAllowed):
            comments.comment(session, begun, piece.id, about, "外人说一句。", by=people["other"])
        line = rosters.of_round(session, begun, rhythm, 2).line(by)
        assert line is not None
        stands = {duty.author.id: duty.standing for duty in line.duties}
        assert stands[author] == DutyStanding.WRITTEN
        lapsed = [duty for one in rosters.of_round(session, begun, rhythm, 2).lines for duty in one.duties
                  if duty.author.id == ten[9].id]
        assert len(lapsed) == 2 and {duty.standing for duty in lapsed} == {DutyStanding.LAPSED}
    with clock.at(rhythm.round(3).due_at + timedelta(minutes=1)):
        again = rosters.of_round(session, begun, rhythm, 2).line(by)
        assert again is not None
        assert {duty.standing for duty in again.duties} <= {
            DutyStanding.WRITTEN, DutyStanding.UNWRITTEN, DutyStanding.LAPSED,
        }


def test_one_reminder_before_the_due_time_and_another_when_a_pause_moves_it(
    session: Session, people: dict[str, Person], ten: list[Person], begun: WritingCircle
) -> None:
    turn = circles.rhythm_of(session, begun).round(1)
    hand_in(session, begun, 1, ten[0], turn.opens_at)

    def told(at: datetime) -> int:
        with clock.at(at):
            return watch.watch(session)

    assert told(turn.due_at - timedelta(hours=25)) == 0
    assert told(turn.due_at - timedelta(hours=23)) == 9, "all but the one who has handed in"
    assert told(turn.due_at - timedelta(hours=1)) == 0
    with clock.at(turn.due_at - timedelta(hours=23)):
        circles.pause(session, begun, date(2026, 9, 13), date(2026, 9, 14), by=people["operator"])
    assert told(turn.due_at) == 0 and told(turn.due_at + timedelta(hours=30)) == 9


def test_a_piece_is_a_link_or_a_story_of_ones_own_and_counts_once(
    session: Session, people: dict[str, Person], ten: list[Person], begun: WritingCircle
) -> None:
    factories.group(session)
    own, other = (
        submissions.receive(session, title="夜班的灯", body="还亮着。", origin_group="assembly", by=person) for person in ten[:2]
    )
    rhythm = circles.rhythm_of(session, begun)

    def refused(**said: str) -> set[str]:
        with pytest.raises(Invalid) as error:
            hand_ins.hand_in(session, begun, rhythm, 1, by=ten[0], **said)
        return {problem.field for problem in error.value.problems}

    with clock.at(rhythm.round(1).due_at):
        assert refused() == {"url", "title"} and refused(title="x", url="javascript:alert(1)") == {"url"}
        assert refused(submission=other.number) == {"submission"} and refused(title="长" * 121, url="https://a.cn/") == {"title"}
        piece = hand_ins.hand_in(session, begun, rhythm, 1, by=ten[0], submission=own.number)
        assert (piece.title, piece.submission_id, piece.handed_at) == ("夜班的灯", own.id, rhythm.round(1).due_at)
    with clock.at(rhythm.round(1).closes_at):
        assert hand_ins.hand_in(session, begun, rhythm, 1, by=ten[0], title="改投", url="https://a.cn/1") is piece
        assert piece.handed_at == rhythm.round(1).due_at
        comments.comment(session, begun, piece.id, ten[0], "写得细。", by=ten[1])
        assert refused(title="再改", url="https://a.cn/2") == {"url"}
    with clock.at(rhythm.round(2).due_at):
        assert refused(title="过期", url="https://a.cn/3") == {"round"}
        with pytest.raises(Invalid):
            hand_ins.hand_in(session, begun, rhythm, 2, by=ten[0], title="旧作", url="https://a.cn/1")
        with pytest.raises(NotAllowed):
            hand_ins.hand_in(session, begun, rhythm, 2, by=people["other"], title="外人", url="https://a.cn/9")


def test_coming_and_going(session: Session, people: dict[str, Person], ten: list[Person], begun: WritingCircle) -> None:
    rhythm, latecomer = circles.rhythm_of(session, begun), people["other"]
    with clock.at(rhythm.round(2).opens_at + timedelta(hours=1)):
        assert members.join(session, begun, rhythm, by=latecomer).first_round == 3
        members.leave(session, begun, rhythm, handed_in=False, by=ten[0])
        members.leave(session, begun, rhythm, handed_in=True, by=ten[1])
        assert [one.last_round for one in members.gone(session, begun)] == [2, 1]
        with pytest.raises(NotAllowed):
            members.leave(session, begun, rhythm, handed_in=False, by=ten[0])
        assert members.join(session, begun, rhythm, by=ten[0]).first_round == 3
        off = members.running(session, begun, ten[2])
        assert off is not None
        members.give_break(session, begun, off, 2, rhythm, by=people["operator"])
        with pytest.raises(Invalid):
            members.give_break(session, begun, off, 1, rhythm, by=people["operator"])
    with clock.at(rhythm.round(2).closes_at + timedelta(hours=1)):
        watch.watch(session)
        line = rosters.of_round(session, begun, rhythm, 2).line(ten[2])
        assert line is not None and line.standing == Standing.EXCUSED
        assert rosters.of_round(session, begun, rhythm, 2).line(latecomer) is None


def test_whose_access_ended_is_out_and_the_steward_s_place_is_filled(
    session: Session, people: dict[str, Person], ten: list[Person], begun: WritingCircle
) -> None:
    heir = people["desk_editor"]
    begun.group = factories.group(session)
    begun.group.steward, begun.steward = heir, ten[1]
    session.flush()
    for person in ten[:2]:
        persons.deactivate(session, person, by=people["admin"])
    with clock.at(wall(date(2026, 9, 8), "09:00")):
        watch.watch(session)
        watch.watch(session)
    assert begun.steward == heir and len(members.everyone(session, begun)) == 8
    assert {one.ending for one in members.gone(session, begun)} == {Ending.ACCESS_ENDED}
    assert session.scalar(select(func.count()).select_from(Notice).where(Notice.person_id == heir.id)) == 1


@pytest.mark.parametrize(("change", "field"), [
    ({"days": 0}, "days"), ({"days": 93}, "days"), ({"grace_days": 7}, "grace_days"), ({"due_time": "25:00"}, "due_time"),
    ({"comments": 6}, "comments"), ({"days": 1, "grace_days": 0}, "remind_hours"), ({"off_after": 3}, "out_after"),
])
def test_a_rule_that_cannot_be_kept_is_refused(
    session: Session, people: dict[str, Person], change: dict[str, object], field: str
) -> None:
    rule, tomorrow = Rule(**{**Rule().__dict__, **change}), clock.to_wall(clock.now()).date() + timedelta(days=1)
    with pytest.raises(Invalid) as refused:
        circles.begin(session, {"name": "圈"}, rule, starts_on=tomorrow, by=people["admin"])
    assert {problem.field for problem in refused.value.problems} == {field}


def test_what_was_due_stays_due(session: Session, people: dict[str, Person], begun: WritingCircle) -> None:
    by = people["operator"]
    with clock.at(wall(date(2026, 9, 13), "21:00")):
        for first, last in ((date(2026, 9, 13), date(2026, 9, 14)), (date(2026, 9, 15), date(2026, 9, 14)),
                            (date(2026, 9, 14), date(2027, 9, 14)), (None, None)):
            with pytest.raises(Invalid):
                circles.pause(session, begun, first, last, by=by)
    holiday = circles.pauses(session, begun)[0]
    with clock.at(wall(date(2026, 9, 23), "12:00")):
        circles.end_pause(session, begun, holiday, by=by)
        assert holiday.ends_on == date(2026, 9, 23)
        with pytest.raises(WrongState):
            circles.end_pause(session, begun, holiday, by=by)
        circles.close(session, begun, by=by)
        with pytest.raises(WrongState):
            circles.close(session, begun, by=by)
    with clock.at(datetime(2027, 1, 1, tzinfo=UTC)):
        assert watch.watch(session) == 0 and len(members.everyone(session, begun)) == 10


def test_a_circle_like_another_has_its_rule_and_an_empty_roster(
    session: Session, people: dict[str, Person], begun: WritingCircle
) -> None:
    with clock.at(wall(date(2026, 9, 10), "09:00")):
        said = {"name": "不出局晨跑圈", "kind": "sport"}
        made = circles.begin(session, said, begun.rule, starts_on=date(2026, 9, 14), like=begun, by=people["operator"])
    assert (made.kind, made.rule, made.like_id, members.everyone(session, made)) == (CircleKind.SPORT, begun.rule, begun.id, [])
    assert circles.pauses(session, made) == []


def test_the_rule_names_every_number_of_the_settings_and_no_money() -> None:
    rule = Rule(days=9, due_time="21:30", grace_days=4, comments=3, remind_hours=30, off_after=5, out_after=8)
    text = " ".join(one.sentence.format(**one.params) for one in rule_text.clauses(rule))
    assert all(word in text for word in ("9 days", "21:30", "4 days of grace", ": 3.", "30 hours", ": 5.", ": 8."))
    bare = [one.sentence for one in rule_text.clauses(Rule(grace_days=0, comments=0, off_after=0, out_after=0))]
    assert len(bare) == 7 and "never money" in bare[-1]


def test_two_workers_do_it_once(database_url: str, tmp_path: object, begin_in: Callable[..., tuple[int, datetime]]) -> None:
    engine = open_engine(make_settings(tmp_path, database_url=database_url))  # type: ignore[arg-type]
    with Session(engine.execution_options(**WRITES)) as first:
        circle_id, later = begin_in(first)
    for _worker in range(2):
        with Session(engine.execution_options(**WRITES)) as worker, clock.at(later):
            watch.look(worker, circle_id)
            worker.commit()
    with Session(engine) as reader:
        assert reader.scalar(select(func.count()).select_from(CommentDuty).where(CommentDuty.round == 1)) == 3
        assert reader.get_one(WritingCircle, circle_id).judged == 1
    engine.dispose()


@pytest.fixture
def begin_in() -> Callable[[Session], tuple[int, datetime]]:
    """Opens a circle of three in a database, and says when its first round has been closed for a while."""

    def begin(session: Session) -> tuple[int, datetime]:
        operator = factories.person(session, "operator")
        with clock.at(wall(date(2026, 9, 1), "09:00")):
            circle = circles.begin(session, {"name": "三人圈"}, Rule(comments=1), starts_on=MONDAY, by=operator)
            rhythm = circles.rhythm_of(session, circle)
            for number in range(3):
                person = factories.person(session, "contributor", f"写手{number}", f"t{number}@chengjiang.example")
                members.join(session, circle, rhythm, by=person)
        session.commit()
        return circle.id, rhythm.round(1).closes_at + timedelta(hours=1)

    return begin
