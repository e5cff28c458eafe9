"""Who belongs to the demo's groups: seeds and whom they brought, somebody at the door, some who went; a role sheet."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy.orm import Session

from app.demo import material
from app.demo.agenda import Agenda
from app.demo.company import Cast
from editorial import clock
from editorial.groups import groups
from editorial.groups.groups import Group
from editorial.members import admission_requests, invitations, memberships, role_sheet, rules
from editorial.members.admission_requests import AdmissionRequest
from editorial.members.role_sheet import Part
from publishers.pictures.fitting import fit

READING, OPEN, LEFT, ASKING = "reading", "activity", "running", "lean"
QUESTION = "最近读完的一本书是什么，哪一页折了角？"
QUESTIONS = ("在哪条线上班，想改善哪一处？", "愿意每月写一条改善记录吗？")
MOVED = "已常驻外地办事处，线下活动参加不了，欢迎回来再加入。"
EVIDENCE = "拍一页自己的读书笔记或手绘图，看得清就行，不用露脸。"
NOTE = "02-caliper.png"
BROUGHT = (
    ("bai.ruolan", ("fang.jing", "jin.haoran"), True), ("jin.haoran", ("tang.xiaoqi",), False),
    ("tang.xiaoqi", ("yu.tianyou",), False),
)
"""Who invited whom, seeds first."""


def plan(agenda: Agenda, cast: Cast) -> None:
    """The reading group begins with invited people, asks for a page of notes later, and others join the open groups."""
    now = clock.now()
    agenda.add(now - timedelta(days=60), lambda session: _begin(session, cast))
    agenda.add(now - timedelta(days=20), lambda session: _ask_for_notes(session, cast))
    agenda.add(now - timedelta(days=9), lambda session: _part(session, cast))
    agenda.add(now - timedelta(days=1), lambda session: _knock(session, cast))


def _begin(session: Session, cast: Cast) -> None:
    group = _group(session, READING)
    for inviter, came, seed in BROUGHT:
        by = cast.get(session, inviter)
        link = invitations.issue(session, group, most_uses=len(came) + 2, days=30, seed=seed, by=by, keeper=seed)
        for name in came:
            admission_requests.join(session, group, cast.get(session, name), code=link.code)
    for slug, names in ((OPEN, ("lin.shuyao", "qiu.dahai", "meng.fanxing")), (LEFT, ("lin.shuyao",))):
        for name in names:
            admission_requests.join(session, _group(session, slug), cast.get(session, name))


def _ask_for_notes(session: Session, cast: Cast) -> None:
    operator, steward = cast.first(session, "operator"), cast.get(session, "bai.ruolan")
    rules.change(
        session, _group(session, READING), admission="evidence", questions=[QUESTION], evidence=EVIDENCE, days=14,
        members_invite=True, reviewer=operator.email, by=steward,
    )
    rules.change(
        session, _group(session, ASKING), admission="questions", questions=list(QUESTIONS), evidence="", days=7,
        members_invite=False, by=operator,
    )
    today = clock.to_wall(clock.now()).date()
    group = _group(session, READING)
    away = {
        "substitute": cast.email("ruan.qing"), "substitute_from": f"{today + timedelta(days=19)}",
        "substitute_until": f"{today + timedelta(days=26)}",
    }
    role_sheet.change(session, group, Part.STEWARD, away, by=operator)
    writes = {"person": cast.email("tang.xiaoqi"), "duties": "每月一篇夜读手记，附一张书页照片。"}
    role_sheet.change(session, group, Part.CORRESPONDENT, writes, by=operator)
    role_sheet.change(session, group, Part.MODERATOR, {"person": cast.email("jin.haoran")}, by=operator)


def _part(session: Session, cast: Cast) -> None:
    memberships.leave(session, _group(session, READING), cast.get(session, "yu.tianyou"))
    memberships.leave(session, _group(session, LEFT), cast.get(session, "lin.shuyao"))
    moved = memberships.of(session, _group(session, OPEN), cast.get(session, "meng.fanxing"))
    if moved is not None:
        memberships.remove(session, moved, MOVED, by=cast.get(session, "ruan.qing"))
    asked = _ask(session, cast, "shi.lei", "没读完过整本，想先旁听。")
    if isinstance(asked, AdmissionRequest):
        reason = "先跟着读一本，写一页笔记再来，群里随时欢迎。"
        admission_requests.refuse(session, asked, reason, by=cast.get(session, "jin.haoran"))


def _knock(session: Session, cast: Cast) -> None:
    invitations.issue(session, _group(session, READING), most_uses=3, days=14, by=cast.get(session, "bai.ruolan"), keeper=True)
    _ask(session, cast, "dong.chunhua", "《滚动轴承手册》，折在讲公差的那一页，照着画了一张轴承位的图。")


def _ask(session: Session, cast: Cast, name: str, answer: str) -> object:
    note = fit(material.picture(NOTE)).picture
    return admission_requests.join(
        session, _group(session, READING), cast.get(session, name), answers=[answer], pictures=[(note.content_type, note.content)],
    )


def _group(session: Session, slug: str) -> Group:
    found = groups.by_slug(session, slug)
    if found is None:
        raise LookupError(f"no group in company.json is called {slug}")
    return found
