"""A picture that a person declares as made with AI gets a twin with the label in its metadata; the twin leaves the house."""

from __future__ import annotations

from flask import current_app

from app.extensions import db, deciding
from editorial import house
from editorial.articles import assets
from editorial.articles.assets import Asset
from publishers.pictures.marking import marked


def mark(asset_id: int) -> None:
    """Store the twin and note it. One whose own metadata says so already, or that moves, needs or gets none."""
    asset = assets.get(db.session(), asset_id)
    if asset.ai_generated or asset.marked or not asset.is_ai_made or asset.content_type == "image/gif":
        return
    store, name = current_app.extensions["media"], house.setting(db.session(), "name")
    whole, producer, sha256 = asset.ai_use == "generated", asset.ai_tool, asset.sha256
    twin = store.keep(marked(store.read(sha256), producer=producer, spreader=name, number=sha256[:16], whole=whole))
    with deciding() as session:
        session.get_one(Asset, asset_id).marked = twin
