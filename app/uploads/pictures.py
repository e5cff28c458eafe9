"""A picture that somebody brings is made fit and stored before any transaction begins, then noted."""

from __future__ import annotations

import io
from typing import IO

from flask import current_app
from werkzeug.datastructures import FileStorage

from app.extensions import deciding
from app.uploads.darkroom import darkroom
from editorial.articles import assets
from editorial.articles.assets import Asset
from editorial.errors import Invalid, Problem
from editorial.people.people import Person
from publishers.pictures import Fitted, Unusable


def take_picture(file: FileStorage | None, *, by: Person, alt_text: str = "") -> Asset:
    """Keep an uploaded picture. Raises Invalid naming `file`."""
    if file is None or not file.filename:
        raise Invalid(Problem("file", "Choose a picture."))
    limit = current_app.extensions["settings"].upload_bytes
    size = file.stream.seek(0, io.SEEK_END)
    if size > limit:
        raise Invalid(Problem("file", "At most {limit} MB.", {"limit": limit // (1024 * 1024)}))
    file.stream.seek(0)
    return keep_picture_file(file.stream, size, by=by, alt_text=alt_text)


def keep_picture(content: bytes, *, by: Person, alt_text: str = "") -> Asset:
    """Keep a picture given as bytes. Raises Invalid naming `file`."""
    return keep_picture_file(io.BytesIO(content), len(content), by=by, alt_text=alt_text)


def keep_picture_file(file: IO[bytes], size: int, *, by: Person, alt_text: str = "") -> Asset:
    """Keep a picture of `size` bytes, read from an open file. Raises Invalid naming `file`."""
    try:
        fitted = darkroom.fit(file, size)
    except Unusable as error:
        raise Invalid(Problem("file", str(error))) from None
    return keep_fitted(fitted, by=by, alt_text=alt_text)


def keep_fitted(fitted: Fitted, *, by: Person, alt_text: str = "") -> Asset:
    """Store a picture that is fit and note it."""
    picture, person_id = fitted.still or fitted.picture, by.id
    sha256 = current_app.extensions["media"].keep(picture.content)
    with deciding() as session:
        return assets.keep(
            session, sha256=sha256, content_type=picture.content_type, width=picture.width, height=picture.height,
            size=len(picture.content), alt_text=alt_text, by=session.get_one(Person, person_id),
        )
