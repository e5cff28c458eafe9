"""WeChat's own figures by day, of an account and of an article. Beside the clicks of tracked links, never added to them."""

from __future__ import annotations

from datetime import date, timedelta

from pydantic import Field

from app.api.articles import seen
from app.api.calls import Noun
from app.api.shapes import Shape
from app.auth import guard
from app.extensions import db
from editorial import accounts, clock
from editorial.measuring import figures, messages
from editorial.measuring.figures import ArticleFigures, Day
from editorial.people.permissions import Action

noun = Noun("figures")


class PeriodAsked(Shape):
    """How many whole days up to yesterday in China, whose figures are the newest."""

    days: int = Field(default=30, ge=1, le=366)


class DayShown(Shape):
    """One day. A figure that is not named is unknown; a day without any is a gap."""

    day: date
    figures: dict[str, float]


class AccountFiguresShown(Shape):
    """Every day of the period, the oldest first."""

    account: str
    days: list[DayShown]


class PublicationShown(Shape):
    """One publication. `days`: what each day brought; `totals`: all since the publication at the end of each day."""

    account: str
    edition: str
    position: int
    published_on: date
    total: dict[str, float]
    as_of: date | None
    days: list[DayShown]
    totals: list[DayShown]


class ArticleFiguresShown(Shape):
    """The publications of an article, the newest first."""

    article: str
    publications: list[PublicationShown]


@noun.get("/accounts/<id:account_id>/figures", guard(Action.SEE_FIGURES))
def of_account(account_id: int, query: PeriodAsked) -> AccountFiguresShown:
    """The figures of an account day by day."""
    account = accounts.get(db.session(), account_id)
    last = messages.platform_day(clock.now()) - timedelta(days=1)
    found = figures.of_account(db.session(), account.id, last - timedelta(days=query.days - 1), last)
    return AccountFiguresShown(account=str(account.id), days=_days(found))


@noun.get("/articles/<id:article_id>/figures", guard(Action.SEE_ARTICLE))
def of_article(article_id: int) -> ArticleFiguresShown:
    """The figures of an article's publications day by day."""
    article = seen(article_id)
    return ArticleFiguresShown(
        article=str(article.id), publications=[_publication(one) for one in figures.of_article(db.session(), article.id)],
    )


def _publication(one: ArticleFigures) -> PublicationShown:
    place = one.message.place
    return PublicationShown(
        account=str(place.edition.account_id), edition=str(place.edition_id), position=place.position,
        published_on=one.message.published_on, total=one.total, as_of=one.as_of, days=_days(one.days), totals=_days(one.totals),
    )


def _days(found: tuple[Day, ...]) -> list[DayShown]:
    return [DayShown(day=day.on, figures=day.figures) for day in found]
