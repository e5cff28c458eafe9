"""A picture that is fit goes to the media store with its variants; what is noted of it goes into the database."""

from __future__ import annotations

from typing import Any

from app.media import Store
from publishers.pictures.results import Fitted


def store_fitted(store: Store, fitted: Fitted) -> dict[str, Any]:
    """Store a picture and its variants. Returns what `editorial.articles.assets.keep` notes of it."""
    picture = fitted.picture
    variants = {
        "still": store.keep(fitted.still.content) if fitted.still else "",
        "thumb": store.keep(fitted.thumb.content) if fitted.thumb else "",
    }
    return {
        "sha256": store.keep(picture.content), "content_type": picture.content_type, "width": picture.width,
        "height": picture.height, "size": len(picture.content), **variants,
        "focus": list(fitted.focus), "ai_generated": fitted.ai_generated, "licence": fitted.licence,
    }
