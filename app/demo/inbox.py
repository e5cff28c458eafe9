"""What the demo company's inbox and story bank hold besides: a story that waits too long, one in the bank, two of the same."""

from __future__ import annotations

from functools import partial
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.demo.agenda import Agenda
from app.demo.company import Cast
from app.demo.stories import Stories
from editorial.articles import adopting
from editorial.intake import submissions, triage
from editorial.intake.submissions import Submission

GATE = (
    "昨天夜里十一点，三号门的电动伸缩门卡住了，物流车进不来，排了六台。值班的老周没有等维修，带着两个门卫把链条拆下来，"
    "用手推了四十分钟，最后一台车是零点过五分进来的。今天早上发现是链条里夹了一颗螺丝，已经换了新的护罩。"
)
HANDED_IN: tuple[dict[str, Any], ...] = (
    {"group": "apprentice", "contributor": "bai.ruolan", "days": -9, "at": "10:20", "title": "一把用了三十年的扳手",
     "text": "祝师傅退休前把一把扳手留给了徒弟，手柄上缠的布换过四次。扳手是一九九六年进厂时领的，工具卡还在。"
             "徒弟说先不用，挂在墙上，等自己也带徒弟了再拿下来。"},
    {"group": "training", "contributor": "yu.tianyou", "days": -6, "at": "09:10", "title": "老周和三号门的四十分钟", "text": GATE},
    {"group": "service", "contributor": "qiu.dahai", "days": -6, "at": "14:30", "title": "夜里推门的人",
     "text": GATE.replace("排了六台", "排了六七台").replace("今天早上", "第二天早上") + "我当时就在第三台车上。"},
    {"group": "lean", "contributor": "dong.chunhua", "days": -5, "at": "11:00", "title": "食堂冬天的第一锅羊汤",
     "text": "每年小雪前后食堂煮第一锅羊汤，今年的羊是工会跟牧区合作社订的。师傅说汤要煮六个小时，三点就得起来。"
             "想等小雪那天再发，照片到时候补。"},
)
BANKED, MAIN, TWIN = "食堂冬天的第一锅羊汤", "老周和三号门的四十分钟", "夜里推门的人"


def fill(agenda: Agenda, stories: Stories, cast: Cast) -> None:
    """Put the stories and the desk's decisions on the agenda. The first one nobody has answered."""
    for said in HANDED_IN:
        agenda.add(stories.wall(said["days"], said["at"]), partial(_hand_in, said=said, cast=cast))
    agenda.add(stories.wall(-4, "10:00"), partial(_decide, cast=cast))


def _hand_in(session: Session, said: dict[str, Any], cast: Cast) -> None:
    by = cast.get(session, said["contributor"])
    submissions.receive(
        session, title=said["title"], body=said["text"], origin_group=said["group"], by=by, byline=by.name, nonce=said["title"],
    )


def _decide(session: Session, cast: Cast) -> None:
    editor = cast.first(session, "desk_editor")
    banked, main, twin = (
        session.scalars(select(Submission).where(Submission.nonce == title)).one() for title in (BANKED, MAIN, TWIN)
    )
    triage.bank(session, banked, by=editor, reason="等到小雪那天再发，照片请届时补上。")
    adopting.join(session, twin, into=main, by=editor, named=True)
