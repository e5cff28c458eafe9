"""What people send in: a picture is made fit and stored before any transaction begins, then noted."""

from __future__ import annotations

import threading

from flask import current_app
from werkzeug.datastructures import FileStorage

from app.extensions import deciding
from editorial.articles import assets
from editorial.articles.assets import Asset
from editorial.errors import Invalid, Problem
from editorial.people.people import Person
from publishers import pictures

DECODING = threading.BoundedSemaphore(2)
"""A picture of 50 million pixels takes 200 MB while it is decoded; more than two at a time wait."""


def take_picture(file: FileStorage | None, *, by: Person, alt_text: str = "") -> Asset:
    """Keep an uploaded picture. Raises Invalid naming `file`."""
    if file is None or not file.filename:
        raise Invalid(Problem("file", "Choose a picture."))
    limit = current_app.extensions["settings"].upload_bytes
    content = file.stream.read(limit + 1)
    if len(content) > limit:
        raise Invalid(Problem("file", "At most {limit} MB.", {"limit": limit // (1024 * 1024)}))
    return keep_picture(content, by=by, alt_text=alt_text)


def keep_picture(content: bytes, *, by: Person, alt_text: str = "") -> Asset:
    """Keep a picture given as bytes. Raises Invalid naming `file`."""
    try:
        with DECODING:
            fitted = pictures.fit(content)
    except pictures.Unusable as error:
        raise Invalid(Problem("file", str(error))) from None
    person_id = by.id
    sha256 = current_app.extensions["media"].keep(fitted.content)
    with deciding() as session:
        return assets.keep(
            session, sha256=sha256, content_type=fitted.content_type, width=fitted.width, height=fitted.height,
            size=len(fitted.content), alt_text=alt_text, by=session.get_one(Person, person_id),
        )
