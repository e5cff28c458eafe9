"""Cases of the demo company: one to decide, one that awaits a second person, one whose appeal was granted."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.demo.agenda import Agenda
from app.demo.company import Cast
from app.demo.stories import Stories
from editorial.conduct import cases, decisions
from editorial.conduct.cases import Case, Subject
from editorial.conduct.decisions import Verdict
from editorial.intake.submissions import Submission, SubmissionState
from editorial.people.people import Person

DECIDED_DAYS_AGO, WAITING_DAYS_AGO = 12, 4


class Cases:
    """Puts reports and decisions on the agenda, between the company's people."""

    def __init__(self, cast: Cast) -> None:
        self._cast = cast

    def plan(self, agenda: Agenda, stories: Stories) -> None:
        """An old case with its appeal, and what waits for somebody now."""
        agenda.add(stories.wall(-DECIDED_DAYS_AGO, "10:20"), self._an_appeal_granted)
        agenda.add(stories.wall(-WAITING_DAYS_AGO, "15:10"), self._two_that_wait)

    def _an_appeal_granted(self, session: Session) -> None:
        author = self._cast.get(session, "lin.shuyao")
        own = session.scalars(select(Submission).where(Submission.contributor_id == author.id).order_by(Submission.id)).first()
        if own is None:
            return
        case = self._reported(session, own, "“同事的嗓门像老式空压机”，读着不舒服。", "unfriendly.3")
        operator, chief = self._cast.first(session, "operator"), self._cast.first(session, "editor_in_chief")
        verdict = Verdict("breach", "比喻拿同事的嗓门取笑。", item="unfriendly.3", measure="mute_1", scope="comment")
        decisions.decide(session, case, verdict, by=operator)
        decisions.appeal(session, case, text="这句是他本人说的，我照录，并请他看过。", by=author)
        decisions.decide_appeal(session, case, outcome="lifted", reason="与本人核实过，确为自嘲，不算嘲讽。", by=chief)

    def _two_that_wait(self, session: Session) -> None:
        query = select(Submission).where(Submission.state != SubmissionState.RECEIVED).order_by(Submission.id.desc())
        newest = [one for one in session.scalars(query.limit(20)) if one.contributor.email != self._cast.email("lin.shuyao")]
        if len(newest) < 2:
            return
        self._reported(session, newest[0], "标题写“全厂最快”，正文只比了两个班组。", "clickbait.2")
        heavier = self._reported(session, newest[1], "点名说实习的中学生“笨手笨脚”。", "unlawful.11")
        verdict = Verdict(
            "breach", "对实习学生的描述带有嘲讽，须修改后再发。", item="unfriendly.3", measure="mute_7", scope="submit",
            aggravations=("minors",), aggravation_reason="对象是未满十八岁的实习学生，稿中能认出是谁。",
        )
        decisions.decide(session, heavier, verdict, by=self._cast.first(session, "operator"))

    def _reported(self, session: Session, about: Submission, text: str, item: str) -> Case:
        """A report by somebody who neither wrote it nor decides cases."""
        subject = Subject("submission", about.id, about.title, about.body, about.contributor)
        return cases.report(session, subject, text=text, item=item, by=self._reporter(session, about.contributor)).case

    def _reporter(self, session: Session, author: Person) -> Person:
        for role in ("desk_editor", "department_head", "publisher"):
            found = self._cast.first(session, role)
            if found.id != author.id:
                return found
        raise LookupError("the company has only one person")
