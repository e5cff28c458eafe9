"""Numbers: what WeChat says of an account and of one article, day by day. Our own clicks stand beside, never within."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from typing import Any

from flask import Blueprint, Response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext

from app.auth import allow, can, guard
from app.extensions import db
from app.filters import thousands
from app.web import charts
from editorial import accounts, clock
from editorial.accounts import OfficialAccount
from editorial.articles import articles
from editorial.articles.articles import Article
from editorial.calendar.editions import Mode
from editorial.measuring import figures, messages, questions
from editorial.measuring.figures import ArticleFigures, Day
from editorial.measuring.messages import ArticleMessage
from editorial.measuring.questions import Interface
from editorial.measuring.trail import trail_of
from editorial.people.permissions import Action

pages = Blueprint("figures", __name__)

PERIODS = (7, 30, 90)
MOST_ARTICLES = 60
WORDS: dict[str, Any] = {
    "readers": lazy_gettext("Readers"), "shares": lazy_gettext("Shared by"), "likes": lazy_gettext("Likes"),
    "wows": lazy_gettext("Wows"), "comments": lazy_gettext("Reader comments"), "favourites": lazy_gettext("Favourites"),
    "followers": lazy_gettext("Followers"), "new_followers": lazy_gettext("New followers"),
    "lost_followers": lazy_gettext("Lost followers"), "read_more": lazy_gettext("Followed the read-more link"),
}
OF_ACCOUNT = ("followers", "new_followers", "lost_followers", "readers", "shares", "likes", "wows", "comments", "favourites")
ASKED_OF_ACCOUNT = (Interface.ACCOUNT, Interface.FOLLOWERS, Interface.FOLLOWER_CHANGES)


@pages.get("/figures")
@guard(Action.SEE_FIGURES)
def index() -> ResponseReturnValue:
    """The figures of the first account; without one, what to do."""
    known = accounts.everyone(db.session())
    if known:
        return redirect(url_for("figures.account", account_id=known[0].id))
    return render_template("figures/nothing.html")


@pages.get("/figures/<id:account_id>")
@guard(Action.SEE_FIGURES)
def account(account_id: int) -> ResponseReturnValue:
    """One account over the last 7, 30 or 90 days, and what it published in them."""
    session, chosen, (first, last) = db.session(), accounts.get(db.session(), account_id), _period()
    days = figures.of_account(session, account_id, first, last)
    return render_template(
        "figures/account.html", account=chosen, accounts=accounts.everyone(session), days=days[::-1], period=_length(),
        periods=PERIODS, drawn=[_drawn(name, days) for name in ("readers", "new_followers", "lost_followers")],
        tiles=_tiles(days), followers=figures.followers(session, account_id), words=WORDS, names=OF_ACCOUNT,
        heads=[(str(WORDS[name]), "figures") for name in OF_ACCOUNT], figure=_figure,
        gaps=questions.gaps(session, account_id, first, ASKED_OF_ACCOUNT), trouble=questions.trouble(session, account_id),
        asked_at=questions.last_asked(session, account_id), published=_published(account_id, first),
        sees_comments=can(Action.SEE_COMMENTS),
    )


@pages.get("/figures/<id:account_id>/csv")
@guard(Action.SEE_FIGURES)
def account_csv(account_id: int) -> ResponseReturnValue:
    """The days of one account as a table for spreadsheets; an unknown figure is an empty cell."""
    chosen, (first, last) = accounts.get(db.session(), account_id), _period()
    days = figures.of_account(db.session(), account_id, first, last)
    return _csv(["day", *OF_ACCOUNT], [[day.on, *(_cell(day.get(name)) for name in OF_ACCOUNT)] for day in days],
                f"figures-{chosen.id}-{first}-{last}.csv")


@pages.get("/articles/<id:article_id>/figures")
@guard(Action.SEE_ARTICLE)
def article(article_id: int) -> ResponseReturnValue:
    """What WeChat says of one article, of each of its publications."""
    chosen = _seen(article_id)
    way = trail_of(db.session(), chosen)
    return render_template(
        "figures/article.html", article=chosen, publications=[_shown(one) for one in way.publications], words=WORDS,
        figure=_figure, names=figures.WHOLE_NUMBERS, clicks=way.all_clicks, waits=bool(way.editions),
        sees_comments=can(Action.SEE_COMMENTS),
    )


@pages.get("/articles/<id:article_id>/figures/csv")
@guard(Action.SEE_ARTICLE)
def article_csv(article_id: int) -> ResponseReturnValue:
    """The days of one article, of every publication, as a table for spreadsheets."""
    chosen = _seen(article_id)
    rows = [
        [one.message.place.edition.account.name, day.on, *(_cell(day.get(name)) for name in ("readers", "shares")),
         *(_cell(total.get(name)) for name in figures.WHOLE_NUMBERS)]
        for one in figures.of_article(db.session(), chosen.id)
        for day, total in zip(one.days, one.totals, strict=True)
    ]
    heads = ["account", "day", "readers_that_day", "shares_that_day", *(f"{name}_in_all" for name in figures.WHOLE_NUMBERS)]
    return _csv(heads, rows, f"figures-{chosen.number}.csv")


def _seen(article_id: int) -> Article:
    chosen = articles.get(db.session(), article_id)
    allow(Action.SEE_ARTICLE, chosen)
    return chosen


def _length() -> int:
    said = request.args.get("days", "")
    return int(said) if said in map(str, PERIODS) else 30


def _period() -> tuple[date, date]:
    """Whole days up to yesterday in China: today's figures come tomorrow."""
    last = messages.platform_day(clock.now()) - timedelta(days=1)
    return last - timedelta(days=_length() - 1), last


def _drawn(name: str, days: Sequence[Day]) -> dict[str, Any]:
    label = str(WORDS[name])
    return {"label": label, "picture": charts.bars(label, [(day.on, day.get(name)) for day in days])}


def _tiles(days: Sequence[Day]) -> list[dict[str, Any]]:
    """Sums over the known days of the period, which say how many days they rest on."""
    tiles = []
    for name in ("readers", "shares", "new_followers", "lost_followers"):
        known = [value for day in days if (value := day.get(name)) is not None]
        tiles.append({"label": WORDS[name], "value": int(sum(known)) if known else None, "known": len(known), "all": len(days)})
    return tiles


def _published(account_id: int, since: date) -> list[dict[str, Any]]:
    found = messages.lately_published(db.session(), account_id, since)[:MOST_ARTICLES]
    totals = figures.newest_totals(db.session(), found)
    return [{"message": message, "total": totals.get(message.id)} for message in found]


def _shown(one: ArticleFigures) -> dict[str, Any]:
    """One publication as the page draws it: newest day first in the table."""
    readers = _("Readers of the day")
    points = [(day.on, day.get("readers")) for day in one.days]
    return {
        "figures": one, "account": _account(one.message), "picture": charts.bars(readers, points),
        "rows": list(zip(one.days, one.totals, strict=True))[::-1],
        "sources": sorted(one.sources.items(), key=lambda item: -item[1]), "rates": _rates(one),
    }


def _account(message: ArticleMessage) -> OfficialAccount:
    return message.place.edition.account


def _rates(one: ArticleFigures) -> list[tuple[str, str]]:
    """Figures that are no counts, as people read them; only those that are known. What was not pushed has no open rate."""
    said, total = [], one.total
    if "open_rate" in total and one.message.place.edition.mode == Mode.MASS_SEND:
        said.append((_("Open rate"), f"{total['open_rate']:.1%}"))
    if "completion_rate" in total:
        said.append((_("Completion rate"), f"{total['completion_rate']:.1%}"))
    if "minutes" in total:
        said.append((_("Time spent reading"), _("%(minutes)s min", minutes=f"{total['minutes']:.1f}")))
    if "followed" in total:
        said.append((_("Began to follow after reading"), str(int(total["followed"]))))
    return said


def _figure(value: float | None) -> str:
    """A whole figure; an unknown one is a dash, never 0."""
    return thousands(None if value is None else int(value))


def _cell(value: float | None) -> str:
    return "" if value is None else f"{value:g}"


def _csv(heads: list[str], rows: Iterable[Sequence[object]], name: str) -> Response:
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(heads)
    writer.writerows(rows)
    # The mark in front lets Excel read it as UTF-8.
    answer = Response("\ufeff" + out.getvalue(), content_type="text/csv; charset=utf-8")
    answer.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer
