"""The trail of one article: every station of its way with its time and person, as plain values."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload, selectinload

from editorial.articles.articles import Article
from editorial.calendar import editions
from editorial.calendar.editions import Edition, Place
from editorial.groups.groups import Group
from editorial.intake.submissions import Submission
from editorial.measuring import afterwards, comments, figures
from editorial.measuring.afterwards import Later
from editorial.measuring.figures import ArticleFigures
from editorial.outbox.deliveries import Attempt, Delivery
from editorial.release import releases
from editorial.review.sign_offs import SignOff
from editorial.review.stages import ReviewStage
from editorial.share_back import clicks
from editorial.share_back.clicks import Counts
from editorial.share_back.links import TrackedLink


@dataclass(frozen=True)
class Origin:
    """The group the story came from, and who brought it."""

    group_id: int
    slug: str
    name: str
    kind: str
    contributor_id: int
    contributor: str


@dataclass(frozen=True)
class HandedIn:
    """A submission that the article was made of. `decided_at` None: nobody decided yet."""

    id: int
    number: str
    title: str
    state: str
    channel: str
    at: datetime
    contributor: str
    group: str
    decided_at: datetime | None
    decided_by: str
    reason: str


@dataclass(frozen=True)
class Opinion:
    """One stage of one round. `decision` is empty while it waits."""

    round: int
    stage: str
    state: str
    opened_at: datetime
    decision: str
    text: str
    revision: int | None
    by: str
    at: datetime | None


@dataclass(frozen=True)
class Signature:
    """A sign-off: which revision, by whom, when."""

    round: int
    revision: int
    content_hash: str
    by: str
    at: datetime


@dataclass(frozen=True)
class Try:
    """One attempt. `act` is send, or the kind of reading it was; `ended_at` None: still under way."""

    at: datetime
    ended_at: datetime | None
    act: str
    verdict: str
    reason: str
    code: str
    http_status: int | None


@dataclass(frozen=True)
class Sent:
    """One delivery. `link` is the code of this article's tracked link in the delivery's group, "" for an account."""

    id: int
    purpose: str
    state: str
    target_kind: str
    target_id: int
    target_name: str
    created_at: datetime
    due_at: datetime
    settled_at: datetime | None
    awaiting: str
    reason: str
    code: str
    link: str
    attempts: tuple[Try, ...]


@dataclass(frozen=True)
class InEdition:
    """The article's place in one edition. `state` is the one people see; `deliveries` and `shares` are apart."""

    id: int
    account_id: int
    account: str
    mode: str
    state: str
    position: int
    planned_at: datetime
    planned_by: str
    publish_at: datetime | None
    published_at: datetime | None
    permalink: str | None
    deliveries: tuple[Sent, ...]
    shares: tuple[Sent, ...]


@dataclass(frozen=True)
class GroupClicks:
    """Visits that came through the tracked link of one group."""

    group_id: int
    slug: str
    name: str
    code: str
    counts: Counts


@dataclass(frozen=True)
class Trail:
    """The whole way. Clicks are ours; `publications` hold WeChat's figures, never added to them; what lacks is unknown.

    `reactions` are the words of readers that stand under the article for everybody.
    """

    article_id: int
    number: str
    title: str
    state: str
    origin: Origin
    submissions: tuple[HandedIn, ...]
    opinions: tuple[Opinion, ...]
    sign_offs: tuple[Signature, ...]
    editions: tuple[InEdition, ...]
    clicks: tuple[GroupClicks, ...]
    later: tuple[Later, ...]
    publications: tuple[ArticleFigures, ...] = ()
    reactions: tuple[str, ...] = field(default_factory=tuple)

    @property
    def measured(self) -> ArticleFigures | None:
        """The newest publication that WeChat has told figures of."""
        return next((one for one in self.publications if one.as_of is not None), None)

    @property
    def figures(self) -> dict[str, int] | None:
        """What WeChat counted up to `figures_as_of`: whole numbers by name, those that are unknown left out."""
        return self.measured.whole_numbers if self.measured else None

    @property
    def figures_as_of(self) -> date | None:
        """The last day that `figures` count."""
        return self.measured.as_of if self.measured else None

    @property
    def edition(self) -> InEdition | None:
        """The newest edition the article stands in."""
        return self.editions[0] if self.editions else None

    @property
    def deliveries(self) -> tuple[Sent, ...]:
        """All deliveries, those to accounts before the shares of each edition."""
        return tuple(sent for edition in self.editions for sent in (*edition.deliveries, *edition.shares))

    @property
    def all_clicks(self) -> Counts:
        """The clicks of all groups together."""
        return clicks.total(one.counts for one in self.clicks)


def trail_of(session: Session, article: Article) -> Trail:
    """Everything known about the way of `article`, the newest edition first, each in a fixed number of queries."""
    links = _links(session, article)
    return Trail(
        article_id=article.id, number=article.number, title=article.title, state=article.state,
        origin=Origin(
            group_id=article.group_id, slug=article.group.slug, name=article.group.name, kind=article.group.kind,
            contributor_id=article.contributor_id, contributor=article.contributor.name,
        ),
        submissions=tuple(_handed_in(source.submission) for source in article.sources),
        opinions=_opinions(session, article), sign_offs=_signatures(session, article),
        editions=tuple(_in_edition(session, place, links) for place in editions.standing_of(session, article.id)),
        clicks=_clicks(session, article, links), publications=tuple(figures.of_article(session, article.id)),
        later=afterwards.of_article(session, article),
        reactions=comments.shown_under(session, article.id),
    )


def _links(session: Session, article: Article) -> Sequence[TrackedLink]:
    query = select(TrackedLink).where(TrackedLink.article_id == article.id).order_by(TrackedLink.id)
    return session.scalars(query.options(joinedload(TrackedLink.group).load_only(Group.slug, Group.name))).all()


def _handed_in(submission: Submission) -> HandedIn:
    return HandedIn(
        id=submission.id, number=submission.number, title=submission.title, state=submission.state,
        channel=submission.channel, at=submission.created_at, contributor=submission.contributor.name,
        group=submission.group.name, decided_at=submission.decided_at,
        decided_by=submission.decided_by.name if submission.decided_by else "", reason=submission.reason,
    )


def _opinions(session: Session, article: Article) -> tuple[Opinion, ...]:
    query = (
        select(ReviewStage).where(ReviewStage.article_id == article.id).order_by(ReviewStage.round, ReviewStage.id)
        .options(joinedload(ReviewStage.decided_by), joinedload(ReviewStage.claimed_by))
    )
    return tuple(_opinion(row) for row in session.scalars(query).unique())


def _opinion(row: ReviewStage) -> Opinion:
    person = row.decided_by or row.claimed_by
    return Opinion(
        round=row.round, stage=row.name, state=row.state, opened_at=row.opened_at, decision=row.decision or "",
        text=row.text, revision=row.revision, by=person.name if person else "", at=row.decided_at,
    )


def _signatures(session: Session, article: Article) -> tuple[Signature, ...]:
    query = select(SignOff).where(SignOff.article_id == article.id).order_by(SignOff.id)
    return tuple(_signature(row) for row in session.scalars(query.options(joinedload(SignOff.signed_by))).unique())


def _signature(row: SignOff) -> Signature:
    return Signature(
        round=row.round, revision=row.revision, content_hash=row.content_hash, by=row.signed_by.name, at=row.created_at,
    )


def _in_edition(session: Session, place: Place, links: Sequence[TrackedLink]) -> InEdition:
    edition = place.edition
    codes = {link.group_id: link.code for link in links if link.edition_id == edition.id}
    sent = [_sent(delivery, codes) for delivery in _deliveries(session, edition)]
    return InEdition(
        id=edition.id, account_id=edition.account_id, account=edition.account.name, mode=edition.mode,
        state=releases.shown_state(session, edition), position=place.position, planned_at=edition.created_at,
        planned_by=edition.planned_by.name, publish_at=edition.publish_at, published_at=edition.published_at,
        permalink=place.permalink, deliveries=tuple(one for one in sent if one.target_kind != "group"),
        shares=tuple(one for one in sent if one.target_kind == "group"),
    )


def _deliveries(session: Session, edition: Edition) -> Sequence[Delivery]:
    query = select(Delivery).where(Delivery.edition_id == edition.id).order_by(Delivery.id)
    return session.scalars(query.options(selectinload(Delivery.attempts))).all()


def _sent(delivery: Delivery, codes: dict[int, str]) -> Sent:
    facts: dict[str, Any] = {
        name: getattr(delivery, name) for name in Sent.__dataclass_fields__ if name not in ("attempts", "link")
    }
    link = codes.get(delivery.target_id, "") if delivery.target_kind == "group" else ""
    return Sent(**facts, link=link, attempts=tuple(_try(attempt) for attempt in delivery.attempts))


def _try(attempt: Attempt) -> Try:
    return Try(**{name: getattr(attempt, name) for name in Try.__dataclass_fields__})


def _clicks(session: Session, article: Article, links: Sequence[TrackedLink]) -> tuple[GroupClicks, ...]:
    """One entry for each group that has a link, visited or not."""
    counted = clicks.of_article_by_group(session, article.id)
    first = {link.group_id: link for link in reversed(links)}
    return tuple(
        GroupClicks(
            group_id=group_id, slug=link.group.slug, name=link.group.name, code=link.code,
            counts=counted.get(group_id, Counts()),
        ) for group_id, link in sorted(first.items(), key=lambda item: item[1].id)
    )
