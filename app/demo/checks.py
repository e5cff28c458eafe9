"""The demo house's own rules: what it added to the shipped ones in three months, and a fact with its source."""

from __future__ import annotations

from sqlalchemy.orm import Session

from app.demo.agenda import Agenda
from app.demo.company import Cast
from app.demo.stories import Stories
from editorial import clock
from editorial.review.checks import facts, rulebook
from editorial.review.checks.rule import Rule

BEGUN_DAYS_AGO, STRICT_DAYS_AGO = 94, 6
BRANDS = ["澄江机械=>澄江机电", "澄江水泵厂=>澄江机电", "L65泵=>L65 系列泵"]
MARKED = "24-new-dorm"
UNSOURCED, SOURCED = "一副一块六", "各五十把"


def plan(agenda: Agenda, stories: Stories, cast: Cast) -> None:
    """Put the changes of the rules on the agenda: absolute claims were only advised on until one article went too far."""
    agenda.add(stories.wall(-BEGUN_DAYS_AGO, "10:00"), lambda session: _begin(session, cast))
    agenda.add(stories.wall(-STRICT_DAYS_AGO, "16:30"), lambda session: _be_strict(session, cast))
    agenda.add(clock.now(), lambda session: _mark(session, stories, cast))


def _begin(session: Session, cast: Cast) -> None:
    _change(session, cast, "absolute_claim", "试行三个月，先提示不拦截。", severity="advice", joins="")
    brands = rulebook.get(session, "house_brands")
    _change(session, cast, "house_brands", "按《澄江机电品牌手册》录入。", settings={**brands.settings, "terms": BRANDS})


def _be_strict(session: Session, cast: Cast) -> None:
    why = "《全国第一！史上最强节能泵来了》退稿之后，编务会决定改为拦截。"
    _change(session, cast, "absolute_claim", why, severity="blocker", joins="legal")


def _mark(session: Session, stories: Stories, cast: Cast) -> None:
    article = stories.article(session, MARKED)
    editor = cast.first(session, "desk_editor")
    facts.mark(session, article, UNSOURCED, kind="number", by=editor)
    sourced = facts.mark(session, article, SOURCED, kind="number", by=editor)
    facts.give_source(session, sourced, "行政部 7 月宿舍分配表", by=editor)


def _change(session: Session, cast: Cast, code: str, note: str, **changes: object) -> Rule:
    before = rulebook.get(session, code)
    return rulebook.save(session, before.changed(**changes), base=before.version, by=cast.first(session, "admin"), note=note)
