"""Acts on a mass send before it leaves: whom it reaches, and a look at it on one phone."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.addresses import is_id
from app.auth import guard, person_now
from app.extensions import deciding
from app.phone_preview import show_on_phone
from app.web.editions import edition_page
from app.web.mass_sends import term_of
from app.web.words import field_errors
from editorial.calendar import editions
from editorial.errors import EditorialError
from editorial.people import people
from editorial.people.permissions import Action

pages = Blueprint("sending", __name__)
pages.add_app_template_global(term_of, "admin_term")


@pages.post("/editions/<id:edition_id>/audience")
@guard(Action.PLAN)
def address(edition_id: int) -> ResponseReturnValue:
    """Say whom a planned mass send reaches and what becomes of a reprint."""
    person_id, tag = person_now().id, request.form.get("tag", "")
    try:
        with deciding() as session:
            chosen = editions.get(session(), edition_id)
            editions.address(
                session(), chosen, int(tag) if is_id(tag) else None,
                despite_reprint=request.form.get("despite_reprint") == "1", by=people.get(session(), person_id),
            )
    except EditorialError as error:
        return edition_page(edition_id, {}, field_errors(error)), 422 if error.family == "invalid" else 409
    flash(_("Kept. The edition goes to exactly these followers."))
    return redirect(url_for("calendar.edition", edition_id=edition_id), 303)


@pages.post("/editions/<id:edition_id>/preview")
@guard(Action.SCHEDULE)
def preview(edition_id: int) -> ResponseReturnValue:
    """Show the edition on one follower's phone, as it will go out."""
    person_id, wechat_id = person_now().id, request.form.get("wechat_id", "").strip()[:60]
    try:
        left = show_on_phone(edition_id, wechat_id)
    except EditorialError as error:
        status = 422 if error.family == "invalid" else 409
        return edition_page(edition_id, {"wechat_id": wechat_id}, field_errors(error)), status
    with deciding() as session:
        editions.note_preview(session(), editions.get(session(), edition_id), by=people.get(session(), person_id))
    flash(_("WeChat shows it on the phone of %(name)s in a moment. Nobody else sees it.", name=wechat_id))
    if left:
        flash(_("The passing draft could not be deleted. Delete it in the draft box of WeChat's console."))
    return redirect(url_for("calendar.edition", edition_id=edition_id, _anchor="on-phone"), 303)
