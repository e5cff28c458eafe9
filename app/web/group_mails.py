"""Ending the mails to the address of a group, from the mail itself (RFC 8058)."""

from __future__ import annotations

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue

from app import unsubscribing
from app.auth import everybody
from app.extensions import csrf, db, deciding, limiter
from editorial.errors import NotFound
from editorial.groups import groups
from editorial.share_back import endings

pages = Blueprint("group_mails", __name__)


@pages.route("/unsubscribe/group/<id:group_id>/<sign>", methods=["GET", "POST"])
@everybody
@limiter.limit("30 per minute")
def unsubscribe(group_id: int, sign: str) -> ResponseReturnValue:
    """Stop the mails to a group's address. The address is the proof; asking for the page changes nothing."""
    if not unsubscribing.is_our_group(group_id, sign):
        raise NotFound()
    done = request.method == "POST"
    if done:
        with deciding() as session:
            endings.end(session(), groups.get(session(), group_id))
    name = groups.get(db.session(), group_id).name
    return render_template("share_back/unsubscribe.html", name=name, done=done)


# The reader's mail program sends it for them, from nowhere.
csrf.exempt(f"{__name__}.{unsubscribe.__name__}")
