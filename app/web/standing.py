"""Where each story of a contributor is, who has it, and what comes next: one line per submission, in few queries."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from flask_babel import gettext as _
from sqlalchemy import func, select
from sqlalchemy.orm import Session, joinedload

from app.web.words import stage_words
from editorial.articles.articles import Article, ArticleSource
from editorial.articles.workflow import State
from editorial.calendar.editions import Edition, EditionState, Place
from editorial.intake.submissions import Submission, SubmissionState
from editorial.review.stages import ReviewStage
from editorial.share_back.clicks import PEOPLE, Click
from editorial.share_back.links import TrackedLink


@dataclass(frozen=True)
class Standing:
    """One story. `kind` and `state` name its state word; `reason` is the last decision's, `clicks` none when unknown."""

    submission: Submission
    article: Article | None
    kind: str
    state: str
    who: str
    following: str
    reason: str
    permalink: str
    clicks: int | None


def standings(session: Session, submissions: list[Submission]) -> list[Standing]:
    """The standing of each submission, in their order."""
    articles = _articles(session, [submission.id for submission in submissions])
    ids = [article.id for article in articles.values()]
    places = _places(session, ids)
    stages = _open_stages(session, articles.values())
    clicks = _clicks(session, ids)
    return [
        _standing(submission, article, places.get(article.id) if article else None,
                  stages.get(article.id) if article else None, clicks.get(article.id) if article else None)
        for submission in submissions for article in (articles.get(submission.id),)
    ]


def _standing(
    submission: Submission, article: Article | None, place: Place | None, stage: ReviewStage | None, clicks: int | None
) -> Standing:
    if article is None:
        who = submission.decided_by.name if submission.decided_by else _("the duty editors")
        return Standing(submission, None, "submission", submission.state, who, _after_hand_in(submission.state),
                        submission.reason, "", None)
    permalink = (place.permalink if place else None) or ""
    return Standing(
        submission, article, "article", article.state, _holder(article, stage), _after_adoption(article, place, stage),
        article.reason, permalink, (clicks or 0) if permalink else None,
    )


def _after_hand_in(state: str) -> str:
    return {
        SubmissionState.RECEIVED: _("An editor reads it and answers you here."),
        SubmissionState.RETURNED: _("Change it as asked and hand it in again."),
        SubmissionState.DECLINED: _("Nothing more happens with it. The reason stands beside it."),
        SubmissionState.WITHDRAWN: _("You took it back."),
    }.get(SubmissionState(state), "")


OVER = (State.PUBLISHED, State.CORRECTED, State.TAKEN_DOWN, State.REJECTED, State.WITHDRAWN)
"""Nobody has it any more."""


def _holder(article: Article, stage: ReviewStage | None) -> str:
    if stage is not None and article.state in (State.IN_REVIEW, State.IN_PROOF):
        return stage.claimed_by.name if stage.claimed_by else _("the reviewers of the %(stage)s", stage=stage_words(stage.name))
    if article.state in OVER:
        return ""
    return article.editor.name if article.editor else article.contributor.name


def _after_adoption(article: Article, place: Place | None, stage: ReviewStage | None) -> str:
    if article.state in (State.IN_REVIEW, State.IN_PROOF):
        return _("%(stage)s, then the next stage or the sign-off.", stage=stage_words(stage.name if stage else article.stage))
    if article.state == State.SCHEDULED and place is not None and place.edition.wall_time:
        return _("It goes out at %(time)s.", time=place.edition.wall_time.replace("T", " ")[:16])
    return {
        State.DRAFTING: _("The editor works on it, then it is reviewed."),
        State.RETURNED: _("It is changed as the reviewer asked, then reviewed again."),
        State.SIGNED_OFF: _("It gets its place in the calendar."),
        State.PUBLISHED: _("It is out, and its link goes back to the groups."),
        State.CORRECTED: _("It is out, with a correction."),
        State.REJECTED: _("It will not be published. The reason stands beside it."),
        State.WITHDRAWN: _("It was taken back."),
        State.TAKEN_DOWN: _("It was taken down."),
    }.get(article.state, "")


def _articles(session: Session, submission_ids: list[int]) -> dict[int, Article]:
    query = (
        select(ArticleSource.submission_id, Article).join(Article, Article.id == ArticleSource.article_id)
        .where(ArticleSource.submission_id.in_(submission_ids))
    )
    return dict(session.execute(query).all())


def _places(session: Session, article_ids: list[int]) -> dict[int, Place]:
    query = (
        select(Place).join(Edition, Edition.id == Place.edition_id).options(joinedload(Place.edition))
        .where(Place.article_id.in_(article_ids), Edition.state != EditionState.CANCELLED).order_by(Place.id)
    )
    return {place.article_id: place for place in session.scalars(query)}


def _open_stages(session: Session, articles: Iterable[Article]) -> dict[int, ReviewStage]:
    waiting = {article.id: article for article in articles if article.stage}
    query = (
        select(ReviewStage).options(joinedload(ReviewStage.claimed_by))
        .where(ReviewStage.article_id.in_(waiting)).order_by(ReviewStage.id)
    )
    return {
        stage.article_id: stage for stage in session.scalars(query)
        if (stage.round, stage.name) == (waiting[stage.article_id].round, waiting[stage.article_id].stage)
    }


def _clicks(session: Session, article_ids: list[int]) -> dict[int, int]:
    query = (
        select(TrackedLink.article_id, func.count()).join(Click, Click.link_id == TrackedLink.id)
        .where(TrackedLink.article_id.in_(article_ids), Click.kind == PEOPLE).group_by(TrackedLink.article_id)
    )
    return dict(session.execute(query).all())
