"""A picture that somebody brings is made fit and stored before any transaction begins, then noted."""

from __future__ import annotations

import io
from typing import IO

from flask import current_app
from werkzeug.datastructures import FileStorage

from app.extensions import deciding
from app.uploads.darkroom import darkroom
from app.uploads.storing import store_fitted
from editorial.articles import assets
from editorial.articles.assets import Asset
from editorial.errors import Invalid, Problem
from editorial.people.people import Person
from editorial.review.checks import codes
from publishers.pictures.covers import SIZE
from publishers.pictures.results import Encoded, Fitted, Unusable


def take_picture(file: FileStorage | None, *, by: Person, alt_text: str = "") -> Asset:
    """Keep an uploaded picture. Raises Invalid naming `file`."""
    if file is None or not file.filename:
        raise Invalid(Problem("file", "Choose a picture."))
    return keep_picture_file(file.stream, _size(file), by=by, alt_text=alt_text, file_name=file.filename or "")


def fit_without_keeping(file: FileStorage) -> Encoded:
    """An uploaded picture made fit, without what its metadata said, stored nowhere. Raises Invalid naming `file`."""
    try:
        return darkroom.fit(file.stream, _size(file)).picture
    except Unusable as error:
        raise Invalid(Problem("file", str(error))) from None


def keep_picture(content: bytes, *, by: Person, alt_text: str = "") -> Asset:
    """Keep a picture given as bytes. Raises Invalid naming `file`."""
    return keep_picture_file(io.BytesIO(content), len(content), by=by, alt_text=alt_text)


def keep_picture_file(file: IO[bytes], size: int, *, by: Person, alt_text: str = "", file_name: str = "") -> Asset:
    """Keep a picture of `size` bytes, read from an open file. Raises Invalid naming `file`."""
    try:
        fitted = darkroom.fit(file, size)
    except Unusable as error:
        raise Invalid(Problem("file", str(error))) from None
    return keep_fitted(fitted, by=by, alt_text=alt_text, file_name=file_name)


def keep_fitted(fitted: Fitted, *, by: Person, alt_text: str = "", file_name: str = "") -> Asset:
    """Store a picture that is fit, with its variants, and note it."""
    person_id, noted = by.id, store_fitted(current_app.extensions["media"], fitted)
    with deciding() as session:
        asset = assets.keep(session, **noted, alt_text=alt_text, by=session.get_one(Person, person_id))
        codes.keep(session(), asset.sha256, fitted.codes)
        return asset


def keep_drawn(content: bytes, *, by: Person) -> Asset:
    """Store a cover that the house has drawn (PNG, 900 × 383) and note it."""
    width, height = SIZE
    return keep_fitted(Fitted(Encoded(content, "image/png", width, height)), by=by)


def small_variant(asset: Asset) -> Encoded:
    """The variant for lists; made now for a picture that came before there were any. Raises FileNotFoundError."""
    store = current_app.extensions["media"]
    if asset.thumb:
        return _as_file(store.read(asset.thumb), asset)
    whole = store.read(asset.sha256)
    if asset.width <= assets.THUMB_WIDTH:
        return _as_file(whole, asset)
    try:
        made = darkroom.thumbnail(io.BytesIO(whole), len(whole))
    except Unusable:
        made = None
    if made is None:
        return _as_file(whole, asset)
    name, asset_id = store.keep(made.content), asset.id
    with deciding() as session:
        session.get_one(Asset, asset_id).thumb = name
    return made


def _size(file: FileStorage) -> int:
    """How many bytes came, the file at its beginning. Raises Invalid naming `file` for too many."""
    limit = current_app.extensions["settings"].upload_bytes
    size = file.stream.seek(0, io.SEEK_END)
    if size > limit:
        raise Invalid(Problem("file", "At most {limit} MB.", {"limit": limit // (1024 * 1024)}))
    file.stream.seek(0)
    return size


def _as_file(content: bytes, asset: Asset) -> Encoded:
    kind = "image/png" if content.startswith(b"\x89PNG") else "image/gif" if content.startswith(b"GIF8") else "image/jpeg"
    return Encoded(content, kind, asset.width, asset.height)
