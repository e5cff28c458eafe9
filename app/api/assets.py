"""Pictures."""

from __future__ import annotations

from flask import current_app, request
from werkzeug.exceptions import RequestEntityTooLarge

from app.api.calls import Noun
from app.api.idempotency import acting
from app.api.shapes import Shape
from app.auth import guard, person_now
from app.uploads.pictures import take_picture
from editorial.articles import assets
from editorial.people.permissions import Action

noun = Noun("assets")


class AssetShown(Shape):
    """A picture. `url` stands in a body as `![what it shows](url)`."""

    id: str
    url: str
    width: int
    height: int
    content_type: str
    sha256: str


@noun.post("/assets", guard(Action.HAND_IN), status=201, form=True)
def add() -> AssetShown:
    """Bring a picture; it is decoded and encoded anew."""
    file = request.files.get("file")
    if file is not None and file.seek(0, 2) > current_app.extensions["settings"].upload_bytes:
        raise RequestEntityTooLarge()
    if file is not None:
        file.seek(0)
    # The bytes are named by their hash, so doing this twice keeps one picture.
    asset_id = take_picture(file, by=person_now(), alt_text=request.form.get("alt_text", "")).id
    with acting() as act:
        asset = assets.get(act.session, asset_id)
        return act.done(AssetShown(
            id=str(asset.id), url=asset.url, width=asset.width, height=asset.height,
            content_type=asset.content_type, sha256=asset.sha256,
        ))
