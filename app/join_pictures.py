"""WeCom's picture of a join code, fetched once from where WeCom keeps it, and our own drawing of what it says."""

from __future__ import annotations

import io
from urllib.parse import urlsplit

import segno
from flask import current_app
from PIL import Image, UnidentifiedImageError
from sqlalchemy.orm import Session

from app import outside
from app.extensions import db, deciding
from app.wiring import Wiring
from editorial import platform_applications
from editorial.groups import join_codes
from editorial.groups.join_codes import JoinCode
from publishers.connector import Failure
from publishers.net import Base
from publishers.pictures.codes import codes_of

MOST_BYTES = 1_000_000
NO_PICTURE = "WeCom gave no picture of this code."


def fetch(row: JoinCode) -> str:
    """Keep WeCom's picture with the row, which must be committed. Returns why that failed, "" when it is kept."""
    wiring: Wiring = current_app.extensions["wiring"]
    code_id, remote_id = row.id, row.remote_id
    application = platform_applications.get(db.session(), row.application_id)
    speaker = outside.join_code(wiring.applications.customer_contact(db.engine, application), row)
    db.session.rollback()
    try:
        content = received(wiring, speaker.picture_at(remote_id))
    except Failure as failure:
        return failure.reason
    except ValueError:
        return NO_PICTURE
    with deciding() as scoped:
        session: Session = scoped()
        join_codes.get(session, code_id).picture = content
    return ""


def received(wiring: Wiring, address: str) -> bytes:
    """The picture that WeCom keeps at this address. Raises Failure, and ValueError for what is no picture or too large."""
    parts = urlsplit(address)
    line = wiring.line_outside(Base(f"{parts.scheme}://{parts.netloc}"))
    content = line.get(f"{parts.path}?{parts.query}" if parts.query else parts.path, {}).content
    if len(content) > MOST_BYTES or not _is_picture(content):
        raise ValueError(NO_PICTURE)
    return content


def drawn(row: JoinCode) -> bytes:
    """The code as a sharp picture (PNG): what it says drawn anew where it can be read, else WeCom's own picture."""
    picture = row.picture or b""
    with Image.open(io.BytesIO(picture)) as opened:
        said = codes_of(opened.convert("RGB"))
    if len(said) != 1:
        return picture
    file = io.BytesIO()
    segno.make(said[0], error="m", micro=False).save(file, kind="png", scale=12, border=4)
    return file.getvalue()


def _is_picture(content: bytes) -> bool:
    try:
        with Image.open(io.BytesIO(content)) as opened:
            opened.verify()
    except (UnidentifiedImageError, OSError):
        return False
    return True
