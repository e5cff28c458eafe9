"""The demo's calls for stories: one that is summed up, one that collects, with what came in for them."""

from __future__ import annotations

from functools import partial
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.call_notes import draft_summary
from app.demo.agenda import Agenda
from app.demo.company import Cast
from app.demo.outings import Outings
from app.demo.stories import Stories
from editorial.intake import submissions, triage
from editorial.intake.submissions import Submission
from editorial.outbox import deliveries
from editorial.outbox.deliveries import State
from editorial.story_calls import answers, calls, messages
from editorial.story_calls.calls import Wish
from editorial.story_calls.rows import StoryCall

CALLS: tuple[dict[str, Any], ...] = (
    {"title": "我的第一双劳保鞋", "groups": ("apprentice", "training", "culture"), "days": -20, "until": -13, "summed_up": True,
     "prompt": "还记得进厂领到的第一双劳保鞋吗？两三百字，写写它陪你走过的地方。有照片更好，鞋旧了也没关系。",
     "answers": (
         ("apprentice", "bai.ruolan", "四十三码的鞋，四十一码的脚", "仓库那天只剩四十三码，师傅给我垫了两层鞋垫，说走着就合脚了。"
          "三个月以后真的合脚了，是我的步子变大了。"),
         ("training", "yu.tianyou", "鞋底的三道槽", "第一双鞋在试车台边踩过油，鞋底三道槽里的铁屑是抠不出来的。"
          "换鞋那天我把它刷干净放在柜子最下面，新来的徒弟问我为什么不扔。"),
     )},
    {"title": "夜班食堂的一碗面", "groups": ("lean", "running", "apprentice", "chengjiang"), "days": -3, "until": 5,
     "summed_up": False,
     "prompt": "凌晨一点，你在食堂遇见过谁？写一个人、一碗面、一句话，三百字以内。不用写得漂亮，写真的就行。",
     "answers": (
         ("lean", "dong.chunhua", "给焊工留的那碗不放葱", "二号窗口的师傅记得谁不吃葱。焊工老贺每次来晚，那碗面都扣着盘子。"
          "老贺调去白班以后，盘子还在窗台上放了一个星期。"),
     )},
)
ADOPTED = "四十三码的鞋，四十一码的脚"


def plan(agenda: Agenda, stories: Stories, cast: Cast, outings: Outings) -> None:
    """Put the calls on the agenda, with what becomes of them."""
    for said in CALLS:
        agenda.add(stories.wall(said["days"], "10:00"), partial(_open, said=said, stories=stories, cast=cast, outings=outings))
        for later, one in enumerate(said["answers"], start=1):
            agenda.add(stories.wall(said["days"] + later, "12:40"), partial(_answer, call=said["title"], said=one, cast=cast))
        if said["summed_up"]:
            agenda.add(stories.wall(said["until"], "09:30"), partial(_adopt, cast=cast))
            agenda.add(stories.wall(said["until"], "18:00"), calls.close_due)
            agenda.add(stories.wall(said["until"] + 1, "09:40"), partial(_sum_up, said=said, cast=cast, outings=outings))


def _open(session: Session, *, said: dict[str, Any], stories: Stories, cast: Cast, outings: Outings) -> None:
    wish = Wish(said["title"], said["prompt"], stories.wall(said["until"], "18:00"), said["groups"])
    made = calls.open_call(session, wish, by=cast.first(session, "desk_editor"), nonce=said["title"])
    outings.tell_groups(session)
    if said["summed_up"]:
        _post(session, made, cast)


def _answer(session: Session, *, call: str, said: tuple[str, str, str, str], cast: Cast) -> None:
    group, name, title, text = said
    target = next(one for one in _called(session, call).targets if one.group.slug == group)
    by = cast.get(session, name)
    came = submissions.receive(session, title=title, body=text, origin_group=group, by=by, byline=by.name, nonce=title)
    answers.note(session, came, target)


def _adopt(session: Session, *, cast: Cast) -> None:
    came = session.scalars(select(Submission).where(Submission.nonce == ADOPTED)).one()
    triage.bank(session, came, by=cast.first(session, "desk_editor"), reason="师徒专版用，配上旧鞋的照片。")


def _sum_up(session: Session, *, said: dict[str, Any], cast: Cast, outings: Outings) -> None:
    call = _called(session, said["title"])
    calls.send_summary(session, call, draft_summary(session, call), by=call.owner)
    outings.tell_groups(session)
    _post(session, call, cast)


def _post(session: Session, call: StoryCall, cast: Cast) -> None:
    """Whoever looks after a group without a robot has posted it by hand."""
    for message in messages.of_call(session, call):
        delivery = message.delivery
        if delivery is not None and delivery.state == State.ACCEPTED and delivery.awaiting == "person":
            deliveries.confirm_by_person(session, delivery, by=cast.first(session, "operator"))


def _called(session: Session, title: str) -> StoryCall:
    return session.scalars(select(StoryCall).where(StoryCall.nonce == title)).unique().one()
