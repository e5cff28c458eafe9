"""Beside the editor: what a text that is not saved yet will look like, what is to be said of it, what goes on the clipboard."""

from __future__ import annotations

import math

from flask import Blueprint, Response, jsonify, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from app import checking
from app.auth import signed_in
from app.extensions import db
from app.filters import sentence
from app.typesetting import PREVIEW_POLICY, preview_document, rendering
from editorial import accounts
from editorial.articles.revisions import Content
from publishers.rendering import Finding, Rendered

pages = Blueprint("previewing", __name__)

DRAWING_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'unsafe-inline'; img-src data: blob:; base-uri 'none'; form-action 'none'; "
    "frame-ancestors 'self'"
)
"""A drawing needs inline styles; nothing it names can be loaded, and no address can be called."""
CHARACTERS_A_MINUTE = 400


@pages.post("/articles/preview")
@signed_in
def live() -> ResponseReturnValue:
    """The text of the form as the phone shows it, with its findings and figures; with `copy` what is sent,
    with `bare` without the account's name. Nothing is kept.
    """
    content = typed(Content(title="", body=""))
    rendered = rendering(db.session(), content)
    if request.form.get("copy"):
        return jsonify(html=rendered.html, plain=rendered.plain, characters=rendered.characters, pictures=_of_this_house(rendered))
    found = [*rendered.findings, *checking.remarks_on(db.session(), content)]
    account = "" if request.form.get("bare") else account_name(db.session())
    return jsonify(
        page=preview_document(db.session(), content, account=account, dark=request.form.get("dark") == "1"),
        findings=render_template("articles/findings.html", findings=found).strip(),
        found=[_told(one) for one in found], count=reading_words(rendered.characters),
    )


@pages.get("/articles/preview", endpoint="blank")
@signed_in
def blank() -> ResponseReturnValue:
    """The phone before anything is written."""
    return framed(Content(title="", body=""))


@pages.get("/articles/drawing-board")
@signed_in
def drawing_board() -> ResponseReturnValue:
    """The frame in which the author's browser turns a diagram's source into a picture."""
    return Response(
        render_template("articles/drawing_board.html"), content_type="text/html; charset=utf-8",
        headers={"Content-Security-Policy": DRAWING_POLICY},
    )


def typed(before: Content) -> Content:
    """The form's words over what the form does not name."""
    form = request.form
    names = ("title", "body", "author", "digest", "source_url", "theme")
    switches = ("comments_open", "comments_fans_only") if "switches" in form else ()
    return before.changed(
        **{name: form[name].replace("\r\n", "\n") for name in names if name in form},
        **{name: form.get(name) == "1" for name in switches},
    )


def framed(content: Content) -> Response:
    """The phone's page of a content, which runs no script."""
    page = preview_document(db.session(), content, account=account_name(db.session()), dark=request.values.get("dark") == "1")
    return Response(page, content_type="text/html; charset=utf-8", headers={"Content-Security-Policy": PREVIEW_POLICY})


def account_name(session: Session) -> str:
    """The account whose name stands over previews: the first of the house."""
    known = accounts.everyone(session)
    name: str = known[0].name if known else ""
    return name


def reading_words(characters: int) -> str:
    """How long a text is and how long it takes to read, in words."""
    minutes = max(1, math.ceil(characters / CHARACTERS_A_MINUTE))
    return str(_("%(count)s characters · about %(minutes)s min to read", count=f"{characters:,}", minutes=minutes))


def _told(finding: Finding) -> dict[str, str]:
    return {"where": finding.where, "severity": finding.severity, "message": sentence(finding.message, dict(finding.params))}


def _of_this_house(rendered: Rendered) -> int:
    """Pictures that lie on this machine, where WeChat cannot fetch them."""
    return sum(1 for address in rendered.images if address.startswith("/"))
