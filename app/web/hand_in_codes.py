"""The QR code of a group's way in: whoever scans it hands a story in for that group, signed in as always."""

from __future__ import annotations

import io

import segno
from flask import Blueprint, Response, request, url_for
from flask.typing import ResponseReturnValue

from app import group_posters
from app.auth import guard, public_url
from app.extensions import db
from editorial.errors import NotFound
from editorial.groups import groups
from editorial.groups.groups import Group, GroupState
from editorial.people.permissions import Action
from publishers.pictures.posters import Shape

pages = Blueprint("hand_in_codes", __name__)

QUIET_MODULES = 4
"""The white margin that scanners need (ISO/IEC 18004)."""
KINDS = {"svg": "image/svg+xml", "png": "image/png"}


@pages.get("/groups/<slug>/hand-in-code.<extension>")
@guard(Action.SEE_GROUPS)
def code(slug: str, extension: str) -> ResponseReturnValue:
    """The code as a picture: SVG for print, PNG for a message."""
    if extension not in KINDS:
        raise NotFound()
    return _file(_drawn(_open(slug), extension), KINDS[extension], f"hand-in-{slug}.{extension}")


@pages.get("/groups/<slug>/hand-in-poster")
@guard(Action.SEE_GROUPS)
def poster(slug: str) -> ResponseReturnValue:
    """A poster with the code, `shape` upright or square."""
    group, shape = _open(slug), request.args.get("shape", Shape.UPRIGHT)
    if shape not in set(Shape):
        raise NotFound()
    drawn = group_posters.hand_in_poster(db.session(), group, _drawn(group, "png"), Shape(shape))
    return _file(drawn, "image/jpeg", f"hand-in-{slug}-{shape}.jpg")


def _open(slug: str) -> Group:
    group = groups.by_slug(db.session(), slug)
    if group is None or group.state == GroupState.CLOSED:
        raise NotFound()
    return group


def _drawn(group: Group, extension: str) -> bytes:
    drawn = io.BytesIO()
    how = {"xmldecl": True, "svgns": True, "unit": "mm"} if extension == "svg" else {}
    segno.make(f"{public_url()}{url_for('intake.hand_in', group=group.slug)}", error="m", micro=False).save(
        drawn, kind=extension, scale=12 if extension == "png" else 2, border=QUIET_MODULES, **how,
    )
    return drawn.getvalue()


def _file(content: bytes, kind: str, name: str) -> Response:
    return Response(content, mimetype=kind, headers={
        "Content-Disposition": f"inline; filename={name}", "Cache-Control": "private, no-store",
    })
