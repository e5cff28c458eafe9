"""The demo's writing circle: six weeks of it with a holiday pause, pieces in time and late, and somebody out by the rule."""

from __future__ import annotations

from datetime import timedelta
from functools import partial
from itertools import cycle

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.demo.agenda import Agenda
from app.demo.company import Cast
from app.demo.stories import HOUR, Stories
from editorial import clock
from editorial.circles import circles, comments, hand_ins, members, watch
from editorial.circles.circles import Rule
from editorial.circles.rhythm import Rhythm
from editorial.people.people import Person, Role

NAME, GROUP = "七日写作圈", "culture"
ABOUT = "车间、产线、出差路上，每周写一件亲手做过的事，再认真读两位同事的。"
STARTED_DAYS_AGO, OPENED_DAYS_AGO = 38, 40
PAUSE = ("厂休", 18, 14)
"""What for, and how many days ago it began and ended."""
ROWS = ("hhhhh", "hlhhw", "hhhlh", "lhhhw", "hhlhh", "mmxmw", "hmhhw", "hhhhh")
"""Round by round: in time, late, missed, off by the rule, waiting."""
TITLES = (
    "换模二十分钟是怎么省下来的", "老郑的听音棒", "第一次一个人值夜班", "泵房里的那本旧台账", "客户为什么说“慢一点”",
    "电话里听出来的故障", "食堂那张圆桌", "从图纸到手感", "我撕掉的那页记录", "给徒弟的三句话", "下雨天的装车",
    "一颗没拧到位的螺丝", "站在试车台前的七十二小时",
)
SAYINGS = (
    "开头那声异响一下子把人带进现场，要是写出当时几点就更好了。", "数字用得克制，第三段可以再短一点。",
    "结尾没有喊口号，好。想知道徒弟后来怎么样了。", "对话写得像真的。标题能不能点出“慢”字？",
    "这一段我也经历过，读着出汗。图放在第二段后面更顺。",
)


def plan(agenda: Agenda, stories: Stories, cast: Cast, zone: str) -> None:
    """Put all of it on the agenda: the opening, and for each round its pieces, its comments and what the rule says."""
    known: dict[str, int] = {}
    agenda.add(stories.wall(-OPENED_DAYS_AGO, "09:30"), partial(_open, stories=stories, cast=cast, zone=zone, known=known))
    rhythm = _rhythm(stories, zone)
    titles, sayings = cycle(TITLES), cycle(SAYINGS)
    for number in range(1, len(ROWS[0]) + 1):
        turn = rhythm.round(number)
        agenda.add(turn.opens_at + HOUR, partial(_look, known=known, zone=zone))
        for place, row in enumerate(ROWS):
            at = {"h": turn.due_at - (place + 2) * HOUR, "l": turn.due_at + (place + 1) * HOUR}.get(row[number - 1])
            if at is not None:
                act = partial(_hand_in, number=number, place=place, title=next(titles), known=known, rhythm=rhythm)
                agenda.add(min(at, clock.now() - (place + 1) * HOUR), act)
        agenda.add(turn.closes_at + HOUR, partial(_look, known=known, zone=zone))
        if turn.closes_at < clock.now():
            agenda.add(turn.closes_at + 2 * HOUR, partial(_comment, number=number, sayings=sayings, known=known))


def _open(session: Session, *, stories: Stories, cast: Cast, zone: str, known: dict[str, int]) -> None:
    operator = cast.first(session, Role.OPERATOR)
    starts_on = clock.to_wall(stories.wall(-STARTED_DAYS_AGO, "00:00"), zone).date()
    said = {"name": NAME, "about": ABOUT, "group": GROUP}
    circle = circles.begin(session, said, Rule(), starts_on=starts_on, zone=zone, by=operator)
    name, begun, ended = PAUSE
    first, last = (starts_on + timedelta(days=STARTED_DAYS_AGO - days) for days in (begun, ended))
    circles.pause(session, circle, first, last, name=name, zone=zone, by=operator)
    rhythm = circles.rhythm_of(session, circle, zone)
    for person in _writers(session):
        members.join(session, circle, rhythm, by=person)
    known["circle"] = circle.id


def _rhythm(stories: Stories, zone: str) -> Rhythm:
    rule, starts_on = Rule(), clock.to_wall(stories.wall(-STARTED_DAYS_AGO, "00:00"), zone).date()
    first, last = (starts_on + timedelta(days=STARTED_DAYS_AGO - days) for days in PAUSE[1:])
    return Rhythm(starts_on, rule.days, rule.due_time, rule.grace_days, ((first, last),), zone)


def _hand_in(session: Session, *, number: int, place: int, title: str, known: dict[str, int], rhythm: Rhythm) -> None:
    circle = circles.get(session, known["circle"])
    by = members.roster(session, circle, 1)[place].person
    url = f"https://wiki.chengjiang.example/{number}/{place + 1}"
    hand_ins.hand_in(session, circle, rhythm, number, by=by, title=title, url=url)


def _comment(session: Session, *, number: int, sayings: cycle[str], known: dict[str, int]) -> None:
    """Most of the duties of a round are done; the others wait, so that there is something to do."""
    circle = circles.get(session, known["circle"])
    pieces = hand_ins.of_round(session, circle, number)
    for count, (writer, author) in enumerate(comments.of_round(session, circle, number)):
        by = session.get_one(Person, writer)
        if author in pieces and count % 4 and members.running(session, circle, by) is not None:
            comments.comment(session, circle, pieces[author].id, pieces[author].person, next(sayings), by=by)


def _look(session: Session, *, known: dict[str, int], zone: str) -> None:
    watch.look(session, known["circle"], zone)


def _writers(session: Session) -> list[Person]:
    query = select(Person).where(Person.active, Person.role_rows.any(role=Role.CONTRIBUTOR)).order_by(Person.id)
    return list(session.scalars(query.limit(len(ROWS))))
