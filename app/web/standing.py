"""Where each story of a contributor is, who has it, and what comes next: one line per submission, in few queries."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from flask_babel import gettext as _
from sqlalchemy import func, select
from sqlalchemy.orm import Session, joinedload

from app.web import stations
from app.web.words import stage_words
from editorial.articles.articles import Article, ArticleSource
from editorial.articles.workflow import State
from editorial.calendar.editions import Edition, EditionState, Place
from editorial.intake.submissions import Submission, SubmissionState
from editorial.measuring import figures
from editorial.measuring.messages import ArticleMessage
from editorial.outbox.deliveries import Delivery, Purpose
from editorial.outbox.deliveries import State as DeliveryState
from editorial.review.stages import ReviewStage
from editorial.share_back.clicks import PEOPLE, Click
from editorial.share_back.links import TrackedLink


@dataclass(frozen=True)
class Standing:
    """One story. `kind` and `state` name its state word; `reason` is the last decision's, `clicks` none when unknown.

    `readers` are WeChat's, never added to our clicks; none: WeChat has not told. `again` is the number it was handed in
    anew under, `main` the one it was joined with.
    """

    submission: Submission
    article: Article | None
    kind: str
    state: str
    who: str
    following: str
    reason: str
    permalink: str
    clicks: int | None
    readers: int | None = None
    again: str = ""
    main: str = ""
    stations: tuple[tuple[str, str], ...] = ()


def standings(session: Session, submissions: list[Submission]) -> list[Standing]:
    """The standing of each submission, in their order."""
    known = _Known(session, submissions)
    return [_standing(submission, known) for submission in submissions]


class _Known:
    """What is known of several stories, asked for once: by submission, or by article."""

    def __init__(self, session: Session, submissions: list[Submission]) -> None:
        mains = select(Submission).where(Submission.id.in_({one.merged_into_id for one in submissions if one.merged_into_id}))
        self.mains = {main.id: main for main in session.scalars(mains)}
        numbers = [one.id for one in submissions]
        self.articles = _articles(session, numbers)
        ids = [article.id for article in self.articles.values()]
        self.places = _places(session, ids)
        self.stages = _open_stages(session, self.articles.values())
        self.clicks = _clicks(session, ids)
        self.readers = _readers(session, self.places)
        self.shared = _shared(session, self.places)
        again = select(Submission.follows_id, Submission.number).where(Submission.follows_id.in_(numbers)).order_by(Submission.id)
        self.again: dict[int | None, str] = {row.follows_id: row.number for row in session.execute(again)}


def _standing(submission: Submission, known: _Known) -> Standing:
    article, main = known.articles.get(submission.id), known.mains.get(submission.merged_into_id or 0)
    number = main.number if main else ""
    if article is None:
        holder = main or submission
        who = holder.decided_by.name if holder.decided_by else _("the duty editors")
        return Standing(
            submission, None, "submission", submission.state, who, _after_hand_in(submission.state), submission.reason, "", None,
            again=known.again.get(submission.id, ""), main=number, stations=stations.of_submission(holder.state),
        )
    place, stage = known.places.get(article.id), known.stages.get(article.id)
    permalink = (place.permalink if place else None) or ""
    return Standing(
        submission, article, "article", article.state, _holder(article, stage), _after_adoption(article, place, stage),
        article.reason, permalink, known.clicks.get(article.id, 0) if permalink else None,
        readers=known.readers.get(article.id), main=number,
        stations=stations.of_article(article.state, place is not None and place.edition_id in known.shared),
    )


def _after_hand_in(state: str) -> str:
    return {
        SubmissionState.RECEIVED: _("An editor reads it and answers you here."),
        SubmissionState.RETURNED: _("Change it as asked and hand it in again."),
        SubmissionState.DECLINED: _("Nothing more happens with it. The reason stands beside it."),
        SubmissionState.WITHDRAWN: _("You took it back."),
        SubmissionState.BANKED: _("It waits for its day. You are told when it is taken up."),
        SubmissionState.MERGED: _("It shares the way of the one it was joined with."),
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


def _readers(session: Session, places: dict[int, Place]) -> dict[int, int]:
    """WeChat's readers by article, where it has told of them."""
    of_place = {place.id: article_id for article_id, place in places.items()}
    found = session.scalars(select(ArticleMessage).where(ArticleMessage.place_id.in_(of_place))).all()
    totals = figures.newest_totals(session, found)
    known = {of_place[message.place_id]: totals[message.id].get("readers") for message in found if message.id in totals}
    return {article_id: int(readers) for article_id, readers in known.items() if readers is not None}


def _shared(session: Session, places: dict[int, Place]) -> set[int]:
    """Editions whose link stands in a group again."""
    if not places:
        return set()
    query = select(Delivery.edition_id).where(
        Delivery.edition_id.in_({place.edition_id for place in places.values()}), Delivery.purpose == Purpose.SHARE,
        Delivery.state == DeliveryState.SENT,
    )
    return {edition_id for edition_id in session.scalars(query.distinct()) if edition_id is not None}


def _clicks(session: Session, article_ids: list[int]) -> dict[int, int]:
    if not article_ids:
        return {}
    query = (
        select(TrackedLink.article_id, func.count()).join(Click, Click.link_id == TrackedLink.id)
        .where(TrackedLink.article_id.in_(article_ids), Click.kind == PEOPLE).group_by(TrackedLink.article_id)
    )
    return dict(session.execute(query).all())
