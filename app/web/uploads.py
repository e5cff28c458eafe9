"""Pictures piece by piece from a phone; and the words for those who cannot see them.

Piece by piece: POST /uploads says how long the file is, PATCH brings what follows `Upload-Offset`, GET says how far it
got; the last piece is answered with the picture.
"""

from __future__ import annotations

from typing import Any

from flask import Blueprint, current_app, jsonify, request
from flask.typing import ResponseReturnValue

from app.auth import guard, person_now
from app.errors import problem_document
from app.extensions import db, deciding
from app.uploads.parts import OutOfStep, Part, Parts
from app.uploads.pictures import keep_picture_file
from app.web.words import field_errors
from editorial.articles import assets
from editorial.articles.assets import Asset
from editorial.errors import Invalid, NotFound
from editorial.people.permissions import Action

pages = Blueprint("uploads", __name__)


@pages.post("/assets/<id:asset_id>/alt-text")
@guard(Action.HAND_IN)
def put_in_words(asset_id: int) -> ResponseReturnValue:
    """What the picture shows, in words. Who may use a picture may describe it."""
    with deciding() as session:
        asset = assets.get(session(), asset_id)
        if not assets.may_use(person_now(), asset):
            raise NotFound()
        assets.describe(session(), asset, request.form.get("alt_text", ""))
    return "", 204


@pages.post("/uploads")
@guard(Action.HAND_IN)
def begin() -> ResponseReturnValue:
    """Announce a file of so many bytes."""
    said = request.get_json(silent=True)
    size = said.get("size") if isinstance(said, dict) else None
    if not isinstance(size, int) or isinstance(size, bool):
        return problem_document(400)
    most = current_app.extensions["settings"].upload_bytes
    try:
        part = _parts().begin(person_now().id, size, str(said.get("alt_text", "")), most=most)
    except Invalid as error:
        return _refused(error)
    return jsonify(id=part.token, offset=0, size=size), 201, {"Location": f"/uploads/{part.token}", **_measures(part, 0)}


@pages.get("/uploads/<token>")
@guard(Action.HAND_IN)
def progress(token: str) -> ResponseReturnValue:
    """How far it got; of a finished one, its picture."""
    part = _parts().find(token, person_now().id)
    offset = _parts().offset(part)
    return jsonify(id=token, offset=offset, size=part.size, asset=_finished(part)), 200, _measures(part, offset)


@pages.patch("/uploads/<token>")
@guard(Action.HAND_IN)
def go_on(token: str) -> ResponseReturnValue:
    """The next piece. The last one is answered with the picture, as often as it is asked for."""
    part = _parts().find(token, person_now().id)
    if part.asset_id is not None:
        return jsonify(_finished(part)), 201, _measures(part, part.size)
    offset = request.headers.get("Upload-Offset", type=int)
    try:
        arrived = _parts().append(part, -1 if offset is None else offset, request.stream)
        if arrived < part.size:
            return "", 204, _measures(part, arrived)
        with _parts().whole(part) as file:
            asset = keep_picture_file(file, part.size, by=person_now(), alt_text=part.alt_text)
    except OutOfStep:
        return problem_document(409)
    except Invalid as error:
        _parts().drop(part)
        return _refused(error)
    _parts().finish(part, asset.id)
    return jsonify(described(asset)), 201, _measures(part, part.size)


@pages.delete("/uploads/<token>")
@guard(Action.HAND_IN)
def drop(token: str) -> ResponseReturnValue:
    """Throw away what has arrived."""
    _parts().drop(_parts().find(token, person_now().id))
    return "", 204


def _parts() -> Parts:
    return Parts(current_app.extensions["settings"].uploads)


def _measures(part: Part, offset: int) -> dict[str, str]:
    return {"Upload-Offset": str(offset), "Upload-Length": str(part.size)}


def _finished(part: Part) -> dict[str, Any] | None:
    asset = db.session.get(Asset, part.asset_id) if part.asset_id is not None else None
    return described(asset) if asset else None


def described(asset: Asset) -> dict[str, Any]:
    """A picture as the pages' scripts know it."""
    return {
        "id": str(asset.id), "url": asset.url, "small_url": asset.small_url, "width": asset.width, "height": asset.height,
        "sha256": asset.sha256, "alt_text": asset.alt_text, "ai_generated": asset.ai_generated, "licence": asset.licence,
    }


def _refused(error: Invalid) -> ResponseReturnValue:
    return problem_document(422, next(iter(field_errors(error).values()), ""), error.problems)
