"""The QR code of a group's way in: whoever scans it hands a story in for that group, signed in as always."""

from __future__ import annotations

import io

import segno
from flask import Blueprint, Response, url_for
from flask.typing import ResponseReturnValue

from app.auth import guard, public_url
from app.extensions import db
from editorial.errors import NotFound
from editorial.groups import groups
from editorial.groups.groups import GroupState
from editorial.people.permissions import Action

pages = Blueprint("hand_in_codes", __name__)

QUIET_MODULES = 4
"""The white margin that scanners need (ISO/IEC 18004)."""
KINDS = {"svg": "image/svg+xml", "png": "image/png"}


@pages.get("/groups/<slug>/hand-in-code.<extension>")
@guard(Action.SEE_GROUPS)
def code(slug: str, extension: str) -> ResponseReturnValue:
    """The code as a picture: SVG for print, PNG for a message."""
    group = groups.by_slug(db.session(), slug)
    if group is None or group.state == GroupState.CLOSED or extension not in KINDS:
        raise NotFound()
    drawn = io.BytesIO()
    how = {"xmldecl": True, "svgns": True, "unit": "mm"} if extension == "svg" else {}
    segno.make(f"{public_url()}{url_for('intake.hand_in', group=slug)}", error="m", micro=False).save(
        drawn, kind=extension, scale=12 if extension == "png" else 2, border=QUIET_MODULES, **how,
    )
    return Response(drawn.getvalue(), mimetype=KINDS[extension], headers={
        "Content-Disposition": f"inline; filename=hand-in-{slug}.{extension}", "Cache-Control": "private, no-store",
    })
