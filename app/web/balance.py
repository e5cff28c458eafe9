"""Balance: what came out by kind of group and month, by goal, by column; and everything of a year by type and quarter."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence
from datetime import date, datetime, timedelta
from typing import Any

from flask import Blueprint, Response, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from app.auth import guard
from app.extensions import db
from app.web.editions import house_zone
from app.web.topic_words import GOALS, TYPES, goal_words, type_words, words_of
from app.web.words import kind_words
from editorial import clock
from editorial.measuring import balance
from editorial.measuring.balance import Month
from editorial.people.permissions import Action

pages = Blueprint("balance", __name__)

MONTHS = 6
GOAL_DAYS = 90
SHOWN = 100
FIRST_YEAR = 2000
HEADS = ("number", "title", "type", "goal", "column", "group", "kind", "contributor", "published_on", "quarter", "permalink")


@pages.get("/balance")
@guard(Action.SEE_FIGURES)
def index() -> ResponseReturnValue:
    """Which kinds of groups are heard, month by month, and which have fallen silent; what the pieces were for."""
    session, months = _database(), _months()
    lines = balance.by_kind(session, months)
    return render_template(
        "topics/balance.html", months=months, lines=lines, totals=[sum(line.pieces[n] for line in lines) for n in range(MONTHS)],
        silent=[line for line in lines if line.silent], silent_days=balance.SILENT_DAYS, goal_days=GOAL_DAYS,
        goals=balance.by_goal(session, clock.now() - timedelta(days=GOAL_DAYS)),
    )


@pages.get("/balance/csv")
@guard(Action.SEE_FIGURES)
def as_csv() -> ResponseReturnValue:
    """The same as a table for spreadsheets."""
    months = _months()
    rows = [
        [kind_words(line.kind), line.groups, *line.pieces, "1" if line.silent else ""]
        for line in balance.by_kind(_database(), months)
    ]
    return table_file(["kind", "groups", *(month.name for month in months), "silent"], rows, f"balance-{months[-1].name}.csv")


@pages.get("/year-review")
@guard(Action.SEE_FIGURES)
def year() -> ResponseReturnValue:
    """Everything that was published in a year or a quarter, by type."""
    asked = _asked()
    found = balance.year_review(_database(), *_span(asked), type=asked["type"], goal=asked["goal"], limit=SHOWN + 1)
    return render_template(
        "topics/year.html", found=found[:SHOWN], more=len(found) > SHOWN, asked=asked, quarters=_by_quarter(found[:SHOWN]),
        years=_years(), types=words_of(TYPES), goals=words_of(GOALS), csv_url=url_for("balance.year_csv", **asked),
    )


@pages.get("/year-review/csv")
@guard(Action.SEE_FIGURES)
def year_csv() -> ResponseReturnValue:
    """The same, whole, as a table for spreadsheets."""
    asked = _asked()
    found = balance.year_review(_database(), *_span(asked), type=asked["type"], goal=asked["goal"])
    rows = []
    for article, published_at, permalink in found:
        on = clock.to_wall(published_at, house_zone())
        rows.append([
            article.number, article.title, type_words(article.type), goal_words(article.goal),
            article.column.name if article.column else "", article.group.name, kind_words(article.group.kind),
            article.contributor.name, f"{on:%Y-%m-%d}", f"Q{_quarter(on)}", permalink or "",
        ])
    return table_file(HEADS, rows, f"year-review-{asked['year']}{asked['quarter'] and '-Q' + asked['quarter']}.csv")


def table_file(heads: Sequence[str], rows: Iterable[Sequence[object]], name: str) -> Response:
    """A table for spreadsheets. What a person wrote never begins a formula."""
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(heads)
    writer.writerows([_safe(cell) for cell in row] for row in rows)
    # The mark in front lets Excel read it as UTF-8.
    answer = Response("\ufeff" + out.getvalue(), content_type="text/csv; charset=utf-8")
    answer.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer


def _safe(cell: object) -> object:
    return f"'{cell}" if isinstance(cell, str) and cell.startswith(("=", "+", "-", "@", "\t", "\r")) else cell


def _months() -> list[Month]:
    """The last months of the house up to this one, the oldest first."""
    first = clock.to_wall(clock.now(), house_zone()).date().replace(day=1)
    firsts = [first]
    for _ in range(MONTHS - 1):
        firsts.insert(0, (firsts[0] - timedelta(days=1)).replace(day=1))
    firsts.append((first + timedelta(days=32)).replace(day=1))
    return [Month(f"{one:%Y-%m}", _instant(one), _instant(following)) for one, following in zip(firsts, firsts[1:], strict=False)]


def _asked() -> dict[str, str]:
    this_year = clock.to_wall(clock.now(), house_zone()).year
    said = {name: request.args.get(name, "").strip() for name in ("year", "quarter", "type", "goal")}
    known = said["year"].isascii() and said["year"].isdigit() and FIRST_YEAR <= int(said["year"][:4]) <= this_year + 1
    return {
        "year": said["year"][:4] if known else str(this_year), "quarter": said["quarter"] if said["quarter"] in "1234" else "",
        "type": said["type"] if said["type"] in TYPES else "", "goal": said["goal"] if said["goal"] in GOALS else "",
    }


def _span(asked: dict[str, str]) -> tuple[datetime, datetime]:
    """The two instants of the year or of its quarter, by the wall of the house."""
    year, quarter = int(asked["year"]), int(asked["quarter"] or 0)
    begin = date(year, 3 * (quarter - 1) + 1 if quarter else 1, 1)
    end = date(year + 1, 1, 1) if quarter in (0, 4) else date(year, 3 * quarter + 1, 1)
    return _instant(begin), _instant(end)


def _by_quarter(found: Sequence[Any]) -> list[tuple[int, list[Any]]]:
    """The pieces of each quarter that has any, in the order of time."""
    quarters: dict[int, list[Any]] = {}
    for row in found:
        quarters.setdefault(_quarter(clock.to_wall(row[1], house_zone())), []).append(row)
    return sorted(quarters.items())


def _quarter(on: datetime) -> int:
    return (on.month + 2) // 3


def _years() -> list[tuple[str, str]]:
    this_year = clock.to_wall(clock.now(), house_zone()).year
    return [(str(year), str(year)) for year in range(this_year, this_year - 6, -1)]


def _instant(day: date) -> datetime:
    return clock.from_wall(datetime(day.year, day.month, day.day), house_zone())


def _database() -> Session:
    session: Session = db.session()
    return session
