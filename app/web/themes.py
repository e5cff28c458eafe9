"""Themes: all of them rendered beside one another, the one the house begins with, and those it makes itself."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response, flash, jsonify, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from app.addresses import whole
from app.auth import guard, person_now
from app.extensions import db, deciding
from app.typesetting import PREVIEW_POLICY, phone_page, theme_of
from app.web import theme_making
from app.web.words import field_errors
from editorial import house
from editorial.articles import themes
from editorial.articles.themes import HouseTheme
from editorial.errors import Invalid, NotFound, Problem, Stale
from editorial.people import people
from editorial.people.permissions import Action
from publishers.rendering import THEMES, render
from publishers.rendering.sample import SAMPLE, TITLE
from publishers.rendering.themes import DESIGNS

pages = Blueprint("themes", __name__)

WIDTHS = (320, 375, 414)
RESERVED = frozenset([*THEMES, "new", "sample", "trial", "default"])
"""Names that belong to us or to addresses."""


@pages.get("/themes")
@guard(Action.SEE_THEMES)
def gallery() -> ResponseReturnValue:
    """Every theme with the same article, by day and in the dark."""
    session = _database()
    return render_template(
        "themes/gallery.html", designs=DESIGNS, own=themes.everyone(session), default=house.setting(session, "theme"),
        source={name: render(SAMPLE, name).source_characters for name in THEMES},
    )


@pages.get("/themes/sample")
@guard(Action.SEE_THEMES)
def sample() -> ResponseReturnValue:
    """The sample in a theme, as a phone shows it."""
    theme = theme_of(db.session(), request.args.get("theme", "default"))
    if theme is None:
        raise NotFound()
    page = phone_page(TITLE, [], render(SAMPLE, theme).html, dark=request.args.get("dark") == "1")
    return Response(page, content_type="text/html; charset=utf-8", headers={"Content-Security-Policy": PREVIEW_POLICY})


@pages.post("/themes/default")
@guard(Action.MANAGE_THEMES)
def choose() -> ResponseReturnValue:
    """Begin new articles in a theme. Articles that exist keep theirs."""
    name, person_id = request.form.get("theme", ""), person_now().id
    with deciding() as session:
        if name not in THEMES and themes.newest_of(session(), name).retired:
            raise Invalid(Problem("theme", "There is no theme called {theme}.", {"theme": name}))
        if name != house.setting(session(), "theme"):
            house.change(session(), "theme", name, by=people.get(session(), person_id))
    flash(_("New articles begin in this theme. Those that exist keep theirs."))
    return redirect(url_for("themes.gallery"), 303)


@pages.route("/themes/new", methods=["GET", "POST"])
@guard(Action.MANAGE_THEMES)
def new() -> ResponseReturnValue:
    """Make a theme of one's own, beginning with another one."""
    if request.method == "GET":
        return _making_page(theme_making.begun(_origin(request.args.get("from", "default"))), {})
    typed, person_id = request.form.to_dict(), person_now().id
    try:
        made = theme_making.made(typed)
        if typed.get("name", "") in RESERVED:
            raise Invalid(Problem("name", "This name is already used."))
        with deciding() as session:
            by = people.get(session(), person_id)
            kept = themes.create(session(), name=typed.get("name", ""), by=by, **made.words())
            name = kept.name
    except Invalid as error:
        return _making_page(typed, field_errors(error)), 422
    flash(_("The theme is kept as version 1 and can be chosen for articles."))
    return redirect(url_for("themes.theme", name=name), 303)


@pages.route("/themes/<name>", methods=["GET", "POST"])
@guard(Action.MANAGE_THEMES)
def theme(name: str) -> ResponseReturnValue:
    """One theme of the house; POST keeps its next version, and articles keep the one they are set in."""
    present = themes.newest_of(_database(), name)
    if request.method == "GET":
        return _making_page(theme_making.begun(present), {}, present)
    typed, person_id = request.form.to_dict(), person_now().id
    base = request.form.get("base", 0, type=whole)
    try:
        made = theme_making.made(typed)
        with deciding() as session:
            by = people.get(session(), person_id)
            version = themes.save(session(), name, base=base, by=by, **made.words()).version
    except Stale as error:
        return _making_page(typed, field_errors(error), themes.newest_of(_database(), name)), 409
    except Invalid as error:
        return _making_page(typed, field_errors(error), present), 422
    if version == base:
        flash(_("Nothing was changed: version %(number)s stands.", number=version))
    else:
        flash(_(
            "Saved as version %(number)s. Articles keep the version they are set in until somebody chooses this one.",
            number=version,
        ))
    return redirect(url_for("themes.theme", name=name), 303)


@pages.post("/themes/<name>/retirement")
@guard(Action.MANAGE_THEMES)
def retire(name: str) -> ResponseReturnValue:
    """Offer a theme no more, or again."""
    person_id, retired = person_now().id, request.form.get("retired") == "1"
    with deciding() as session:
        if retired and house.setting(session(), "theme") == name:
            raise Invalid(Problem("theme", "New articles begin in this theme. Choose another one for them first."))
        themes.retire(session(), name, by=people.get(session(), person_id), retired=retired)
    flash(_("The theme is not offered any more.") if retired else _("The theme is offered again."))
    return redirect(url_for("themes.gallery"), 303)


@pages.post("/themes/trial")
@guard(Action.MANAGE_THEMES)
def trial() -> ResponseReturnValue:
    """What the form would make: the sample's pages, what is hard to read, or what cannot be used. Nothing is kept."""
    try:
        made = theme_making.made(request.form.to_dict())
    except Invalid as error:
        return jsonify(errors=field_errors(error)), 422
    html = made.html
    return jsonify(
        light=phone_page(TITLE, [], html), dark=phone_page(TITLE, [], html, dark=True), weak=theme_making.warnings(html),
        count=len(html), generated=made.generated,
    )


def _making_page(typed: dict[str, Any], errors: dict[str, str], present: HouseTheme | None = None) -> str:
    made = theme_making.usable(typed)
    return render_template(
        "themes/theme.html", typed=typed, errors=errors, present=present, widths=WIDTHS, groups=theme_making.GROUPS,
        elements=theme_making.ELEMENTS, generated=made.generated, warnings=theme_making.warnings(made.html), count=len(made.html),
        shown=present.reference if present else _shown(request.args.get("from", "default")),
    )


def _origin(name: str) -> HouseTheme | str:
    return name if name in THEMES else themes.newest_of(_database(), name.partition("@")[0])


def _shown(name: str) -> str:
    origin = _origin(name)
    return origin if isinstance(origin, str) else origin.reference


def _database() -> Session:
    session: Session = db.session()
    return session
