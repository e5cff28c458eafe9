"""Pictures."""

from __future__ import annotations

from datetime import date
from typing import Literal

from flask import current_app, request
from werkzeug.exceptions import RequestEntityTooLarge

from app.api.calls import Noun
from app.api.idempotency import acting
from app.api.shapes import Body, Shape
from app.auth import can, guard, person_now, signed_in
from app.uploads.marking import mark
from app.uploads.pictures import take_picture
from editorial.articles import assets, picture_rights
from editorial.articles.picture_rights import LicenceStatus
from editorial.errors import NotFound
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


class RightsPatch(Body):
    """Fields of the rights ledger to change; those left out stay."""

    licence_status: LicenceStatus | None = None
    licence_source: str | None = None
    licensor: str | None = None
    licensed_until: date | None = None
    attribution: str | None = None
    shows_minor: bool | None = None
    ai_use: Literal["none", "assisted", "generated"] | None = None


class RightsShown(Shape):
    """What the ledger knows of a picture."""

    id: str
    licence_status: LicenceStatus
    licence_source: str
    licensor: str
    licensed_until: date | None
    attribution: str
    shows_minor: bool
    ai_use: str


@noun.patch("/assets/<id:asset_id>", signed_in)
def note_rights(asset_id: int, body: RightsPatch) -> RightsShown:
    """Note the rights of a picture."""
    with acting() as act:
        asset = assets.get(act.session, asset_id)
        if not (can(Action.MANAGE_RIGHTS) or asset.brought_by_id == person_now().id):
            raise NotFound()
        picture_rights.note(act.session, asset, by=person_now(), **body.model_dump(exclude_unset=True, exclude_none=True))
        answer = act.done(RightsShown(
            id=str(asset.id), licence_status=LicenceStatus(asset.licence_status), licence_source=asset.licence_source,
            licensor=asset.licensor, licensed_until=asset.licensed_until, attribution=asset.attribution,
            shows_minor=asset.shows_minor, ai_use=asset.ai_use,
        ))
    mark(asset_id)
    return answer
