"""The review sheet as a page, on paper, and as a PDF file."""

from __future__ import annotations

from flask import Blueprint, Response, current_app, render_template
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from app.auth import allow, guard
from app.extensions import db
from app.web import doings, signs
from editorial import clock, house
from editorial.articles import articles
from editorial.people.permissions import Action
from editorial.review import sheets
from editorial.review.sheets import Sheet

pages = Blueprint("sheets", __name__)


@pages.get("/articles/<id:article_id>/sheet")
@guard(Action.SEE_ARTICLE)
def sheet(article_id: int) -> ResponseReturnValue:
    """Who said what about which version, and where that stands in the audit chain."""
    return render_template("review/sheet.html", **_words(_seen(article_id)), pdf=_printer() is not None)


@pages.get("/articles/<id:article_id>/sheet/pdf")
@guard(Action.SEE_ARTICLE)
def as_pdf(article_id: int) -> ResponseReturnValue:
    """The sheet as a file to keep; without the program that draws it, the page says how to print instead."""
    shown = _seen(article_id)
    printer = _printer()
    if printer is None:
        return render_template("review/sheet.html", **_words(shown), pdf=False)
    drawn = printer(render_template("review/sheet_paper.html", **_words(shown)))
    answer = Response(drawn, mimetype="application/pdf")
    answer.headers["Content-Disposition"] = f'inline; filename="{shown.article.number}-review-sheet.pdf"'
    return answer


def _words(shown: Sheet) -> dict[str, object]:
    session: Session = db.session()
    return {
        "sheet": shown, "article": shown.article, "verbs": doings.VERBS, "now": clock.now(),
        "house_name": house.setting(session, "name"), "zone": current_app.extensions["settings"].zone,
        "said": {code: str(word) for code, (_tone, _icon, word) in signs.STATES["decision"].items()},
        "waived": {True: _("let pass"), False: _("not let pass"), None: _("asked for")},
    }


def _seen(article_id: int) -> Sheet:
    session: Session = db.session()
    article = articles.get(session, article_id)
    allow(Action.SEE_ARTICLE, article)
    return sheets.of(session, article)


def _printer():  # type: ignore[no-untyped-def]
    """What turns a page into PDF; none where the extra `paper` is not installed."""
    try:
        from weasyprint import HTML
    except (ImportError, OSError):
        # OSError: the Python package is there and the system's Pango is not.
        return None
    return lambda page: HTML(string=page, url_fetcher=_nothing).write_pdf()


def _nothing(url: str) -> dict[str, object]:
    """The paper names no file and no address; whatever would, gets nothing."""
    raise ValueError("a review sheet fetches nothing")
