"""The stories that came in for a call. Of those of others a contributor learns title, name and what is public, nothing else."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from editorial import audit, clock
from editorial.articles.articles import Article, ArticleSource
from editorial.articles.embargo import embargoed
from editorial.articles.workflow import State as ArticleState
from editorial.calendar.editions import Edition, EditionState, Place
from editorial.intake.submissions import ADOPTED, Submission, SubmissionState
from editorial.story_calls.rows import CallAnswer, CallState, CallTarget, StoryCall

STANDS = Submission.state.not_in([SubmissionState.WITHDRAWN]) & Submission.id.not_in(
    select(Submission.follows_id).where(Submission.follows_id.is_not(None))
)
"""What was taken back, or handed in again after it was returned, counts no more."""
OUT = (ArticleState.PUBLISHED, ArticleState.CORRECTED)
ENDED = (ArticleState.REJECTED, ArticleState.WITHDRAWN, ArticleState.TAKEN_DOWN)


class Fate(StrEnum):
    """What everybody may know of a story. That one was returned or declined is its contributor's business alone."""

    HANDED_IN = "handed_in"
    ADOPTED = "adopted"
    PUBLISHED = "published"


@dataclass(frozen=True)
class Told:
    """One story as others see it. `title` is empty while it is under embargo; `permalink` stands when it is out."""

    submission: Submission
    target: CallTarget
    fate: Fate
    title: str
    permalink: str = ""


def note(session: Session, submission: Submission, target: CallTarget | None) -> bool:
    """Put the submission under the call it was handed in for, or under that of the returned one it takes the place of.

    False: it answers none, or the call was over before it came. Said twice, the first counts.
    """
    if session.get(CallAnswer, submission.id) is not None:
        return True
    before = session.get(CallAnswer, submission.follows_id) if submission.follows_id else None
    target = before.target if before else target
    if target is None or (before is None and target.call.state != CallState.OPEN):
        return False
    session.add(CallAnswer(submission_id=submission.id, target_id=target.id))
    session.flush()
    audit.record(
        session, "answer_story_call", "story_call", target.call_id, by=submission.contributor,
        details={"number": submission.number},
    )
    return True


def of_call(session: Session, call: StoryCall) -> Sequence[Told]:
    """Every story that was handed in for the call and not taken back, the first first."""
    found = _of_call(session, call)
    articles = _articles(session, [_main(answer.submission).id for answer in found])
    links = _permalinks(session, [article.id for article in articles.values()])
    return [_told(answer, articles, links) for answer in found]


def veiled(session: Session, call: StoryCall, text: str, instead: str) -> str:
    """`text` without the titles and links of stories of the call that are under embargo now (promise P6).

    What was written before the embargo was set names them still when it is read or sent.
    """
    if not text:
        return ""
    answered = [answer.submission for answer in _of_call(session, call)]
    articles = _articles(session, [_main(submission).id for submission in answered])
    links = _permalinks(session, [article.id for article in articles.values()])
    now, titles = clock.now(), set[str]()
    for submission in answered:
        article = articles.get(_main(submission).id)
        if article is not None and embargoed(article, now):
            titles |= {submission.title, article.title, links.get(article.id, "")}
    for title in sorted(titles - {""}, key=len, reverse=True):
        text = text.replace(title, instead)
    return text


def count(session: Session, call: StoryCall) -> int:
    """How many stories came in for the call and were not taken back."""
    return counts(session, [call.id]).get(call.id, 0)


def counts(session: Session, call_ids: Iterable[int]) -> dict[int, int]:
    """The same for several calls, by id; those without any are left out."""
    query = (
        select(CallTarget.call_id, func.count()).select_from(CallAnswer).join(CallTarget).join(Submission)
        .where(CallTarget.call_id.in_(list(call_ids)), STANDS).group_by(CallTarget.call_id)
    )
    return dict(session.execute(query).all())


def call_of(session: Session, submission: Submission) -> StoryCall | None:
    """The call that a submission answers."""
    answer = session.get(CallAnswer, submission.id)
    return answer.target.call if answer else None


def _of_call(session: Session, call: StoryCall) -> Sequence[CallAnswer]:
    query = (
        select(CallAnswer).join(CallTarget).join(Submission)
        .where(CallTarget.call_id == call.id, STANDS).order_by(Submission.id)
    )
    return session.scalars(query).unique().all()


def _told(answer: CallAnswer, articles: dict[int, Article], links: dict[int, str]) -> Told:
    submission = answer.submission
    article = articles.get(_main(submission).id)
    hidden = article is not None and embargoed(article, clock.now())
    permalink = links.get(article.id, "") if article is not None and article.state in OUT and not hidden else ""
    return Told(submission, answer.target, _fate(submission, article, permalink), "" if hidden else submission.title, permalink)


def _fate(submission: Submission, article: Article | None, permalink: str) -> Fate:
    if permalink:
        return Fate.PUBLISHED
    ended = article is not None and article.state in ENDED
    return Fate.ADOPTED if _main(submission).state in ADOPTED and not ended else Fate.HANDED_IN


def _main(submission: Submission) -> Submission:
    """The one it was joined with, which carries on for both."""
    return submission.merged_into or submission


def _articles(session: Session, submission_ids: list[int]) -> dict[int, Article]:
    query = (
        select(ArticleSource.submission_id, Article).join(Article, Article.id == ArticleSource.article_id)
        .where(ArticleSource.submission_id.in_(submission_ids)).order_by(Article.id.desc())
    )
    return dict(session.execute(query).unique().all())


def _permalinks(session: Session, article_ids: list[int]) -> dict[int, str]:
    query = (
        select(Place.article_id, Place.permalink).join(Edition, Edition.id == Place.edition_id)
        .where(Place.article_id.in_(article_ids), Edition.state == EditionState.PUBLISHED, Place.permalink.is_not(None))
        .order_by(Place.id)
    )
    return {article_id: permalink or "" for article_id, permalink in session.execute(query)}
