"""Taking in what people bring in other formats: converted in a child process, its pictures kept, its losses said."""

from __future__ import annotations

import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from flask import current_app

from app.uploads import keep_picture
from editorial.articles.assets import Asset
from editorial.errors import Invalid, Problem
from editorial.people.people import Person
from publishers.importing import Imported, Lost, Refused
from publishers.importing.limits import SECONDS
from publishers.importing.passing import Request, read_answer, request_bytes
from publishers.importing.placing import placed
from publishers.importing.results import Losses

ROOT = Path(__file__).resolve().parents[1]
AT_ONCE = 2
WAITING_SECONDS = 10.0

CONVERTING = threading.BoundedSemaphore(AT_ONCE)
"""A conversion may take a processor and 200 MB; others of this process wait."""

QUEUE = threading.BoundedSemaphore(2 * AT_ONCE)
"""Conversions and those who wait for one; more would keep threads from people who only read."""


@dataclass(frozen=True)
class Taken:
    """What came out: Markdown with the addresses of kept pictures, these in order, a title if there was one, the losses."""

    markdown: str
    title: str
    assets: list[Asset]
    lost: list[Lost]


def take_file(stream: BinaryIO, name: str, *, by: Person) -> Taken:
    """Import an uploaded file. Raises Invalid naming `file`."""
    limit = current_app.extensions["settings"].upload_bytes
    content = stream.read(limit + 1)
    if len(content) > limit:
        raise Invalid(Problem("file", "At most {limit} MB.", {"limit": limit // (1024 * 1024)}))
    return _taken(Request("file", content, name=name[:200]), "file", by)


def take_paste(html: str, *, by: Person) -> Taken:
    """Import what was pasted. Raises Invalid naming `html`."""
    return _taken(Request("paste", html.encode("utf-8", "replace")), "html", by)


def converted(request: Request) -> Imported:
    """Convert in a child of its own. Raises Refused, also when the child dies or takes too long."""
    with tempfile.TemporaryDirectory(prefix="qunsheng-import-") as folder:
        child = subprocess.Popen(
            [sys.executable, "-sP", "-m", "publishers.importing"], cwd=folder, env={"PYTHONPATH": str(ROOT)},
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
        )
        try:
            answer, _ = child.communicate(request_bytes(request), timeout=SECONDS)
        except subprocess.TimeoutExpired:
            raise Refused("The import took too long and was stopped. Divide the file and try again.") from None
        finally:
            child.kill()
            child.wait()
    try:
        return read_answer(answer)
    except (ValueError, KeyError) as error:
        if isinstance(error, Refused):
            raise
        raise Refused("This file could not be read and the import was stopped.") from None


def _taken(request: Request, field: str, by: Person) -> Taken:
    try:
        with _turn():
            imported = converted(request)
    except Refused as refused:
        raise Invalid(Problem(field, refused.message, refused.params)) from None
    return _kept(imported, by)


@contextmanager
def _turn() -> Iterator[None]:
    """One of the few places; who finds too many before them is asked to come again."""
    if not QUEUE.acquire(blocking=False):
        raise Refused("Several imports are under way. Try again in a minute.")
    try:
        if not CONVERTING.acquire(timeout=WAITING_SECONDS):
            raise Refused("Several imports are under way. Try again in a minute.")
        try:
            yield
        finally:
            CONVERTING.release()
    finally:
        QUEUE.release()


def _kept(imported: Imported, by: Person) -> Taken:
    """Keep the pictures, in order, and put their addresses into the text."""
    addresses: dict[str, str] = {}
    assets: list[Asset] = []
    losses = Losses()
    for number, picture in enumerate(imported.assets):
        try:
            asset = keep_picture(picture.content, by=by, alt_text=picture.alt)
        except Invalid:
            losses.note("picture_unreadable", picture.name or picture.alt)
            continue
        addresses[f"asset:{number}"] = asset.url
        assets.append(asset)
    losses.note("picture_outside", count=len(imported.outside))
    unique = list({asset.id: asset for asset in assets}.values())
    return Taken(placed(imported.markdown, addresses), imported.title, unique, _together(imported.lost, losses.listed()))


def _together(first: tuple[Lost, ...], second: tuple[Lost, ...]) -> list[Lost]:
    """Losses of the conversion and of keeping its pictures, one line for each rule."""
    all_ = Losses()
    for one in (*first, *second):
        all_.note(one.rule, one.where, one.count)
    return list(all_.listed())
