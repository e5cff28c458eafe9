"""Conduct and rights of the demo company: cases in every state, licences of its pictures, consents, one withdrawn, AI declared."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.demo.agenda import Agenda
from app.demo.company import Cast
from app.demo.stories import Stories
from editorial.articles import ai_uses, articles, picture_rights
from editorial.articles.articles import Article
from editorial.articles.assets import Asset
from editorial.articles.picture_rights import LicenceStatus
from editorial.articles.picture_uses import PictureUse
from editorial.conduct import cases, decisions
from editorial.conduct.cases import Case, Subject
from editorial.conduct.decisions import Verdict
from editorial.intake.submissions import Submission, SubmissionState
from editorial.people.people import Person
from editorial.release import rights_tasks
from editorial.review import revising

DECIDED_DAYS_AGO, WAITING_DAYS_AGO = 12, 4


class Cases:
    """Puts reports and decisions on the agenda, between the company's people."""

    def __init__(self, cast: Cast) -> None:
        self._cast = cast

    def plan(self, agenda: Agenda, stories: Stories) -> None:
        """An old case with its appeal, and what waits for somebody now."""
        agenda.add(stories.wall(-DECIDED_DAYS_AGO, "10:20"), self._an_appeal_granted)
        agenda.add(stories.wall(-WAITING_DAYS_AGO, "15:10"), self._two_that_wait)
        agenda.add(stories.wall(-WAITING_DAYS_AGO, "16:30"), self._rights)
        agenda.add(stories.wall(0, "00:05"), self._a_machine_helped)

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

    def _rights(self, session: Session) -> None:
        """The house took most pictures itself; of two people on a published one, one has changed their mind."""
        editor, publisher = self._cast.get(session, "shen.zhixia"), self._cast.first(session, "publisher")
        pictures = session.scalars(select(Asset).order_by(Asset.id)).all()
        for asset in pictures[2:]:
            asset.licence_status, asset.licence_source = LicenceStatus.OWN, "企业文化部拍摄绘制"
        published = select(Article.id).where(Article.state == "published").order_by(Article.id.desc()).limit(1)
        use = session.scalar(select(PictureUse).where(PictureUse.article_id == published.scalar_subquery()))
        shown = next((asset for asset in pictures if use is not None and asset.sha256 == use.sha256), None)
        if shown is None:
            return
        day = picture_rights.today()
        for name in ("陈立", "老郑"):
            consent = picture_rights.add_consent(
                session, shown, name=name, scopes=["internal", "official_account"], given_on=day, by=editor, evidence="档案柜 3-12",
            )
        rights_tasks.withdraw_consent(session, consent, reason="已调离，不希望再出现在公众号上。", by=publisher)

    def _a_machine_helped(self, session: Session) -> None:
        article = session.scalars(select(Article).where(Article.state == "drafting").order_by(Article.id)).first()
        if article is None:
            return
        content, by = articles.newest(session, article).content, self._cast.get(session, "shen.zhixia")
        labelled = ai_uses.declare(session, article, content, part="article", degree="assisted", tool="写作助手", by=by)
        revising.revise(session, article, labelled, base=article.revision, by=by)

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
