"""Taking in what people bring in other formats: converted in a child process, its pictures kept, its losses said."""

from __future__ import annotations

import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import BinaryIO

from flask import current_app

from app.extensions import db
from app.uploads.pictures import keep_picture
from editorial import house
from editorial.articles.assets import Asset
from editorial.errors import Invalid, Problem
from editorial.people.people import Person
from publishers.importing import Imported, Lost, Refused
from publishers.importing.fetching import Fetcher
from publishers.importing.limits import PICTURE_BYTES, SECONDS
from publishers.importing.passing import Request, read_answer, request_bytes
from publishers.importing.placing import placed, placeholders
from publishers.importing.results import Losses

N_ = str
ROOT = Path(__file__).resolve().parents[1]
AT_ONCE = 2
WAITING_SECONDS = 10.0
PICTURES_SECONDS = 20.0
"""For all pictures of a fetched page together; those that come later are named as not fetched."""

CONVERTING = threading.BoundedSemaphore(AT_ONCE)
"""A conversion may take a processor and 200 MB; others of this process wait."""

QUEUE = threading.BoundedSemaphore(2 * AT_ONCE)
"""Conversions and those who wait for one; more would keep threads from people who only read."""


Keep = Callable[[bytes, str], Asset]
"""Keeps one picture with its description. Raises Invalid when it cannot be shown."""


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


def take_address(address: str, *, by: Person, fetcher: Fetcher | None = None) -> Taken:
    """Import a page of the public web, if the house allows it. Raises Invalid naming `url`."""
    if not house.setting(db.session(), "import_url"):
        raise Invalid(Problem("url", N_("Web addresses are not imported here. An administrator can allow it in the settings.")))
    fetcher = fetcher or Fetcher()
    try:
        with _turn():
            page = fetcher.fetch(address.strip())
            imported = converted(Request("page", page.content, address=page.address, charset=page.charset))
            brought = _fetched(imported.outside, fetcher)
    except Refused as refused:
        raise Invalid(Problem("url", refused.message, refused.params)) from None
    return kept(imported, _keeper(by), brought)


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
    return kept(imported, _keeper(by))


def _keeper(by: Person) -> Keep:
    return lambda content, alt: keep_picture(content, by=by, alt_text=alt)


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


def _fetched(outside: tuple[str, ...], fetcher: Fetcher) -> dict[int, bytes]:
    """The pictures of a page by their number, as far as they come in time."""
    deadline = time.monotonic() + PICTURES_SECONDS
    found: dict[int, bytes] = {}
    for number, address in enumerate(outside):
        left = deadline - time.monotonic()
        if left <= 0:
            break
        with suppress(Refused):
            found[number] = replace(fetcher, seconds=min(left, fetcher.seconds)).fetch(address, PICTURE_BYTES).content
    return found


def kept(imported: Imported, keep: Keep, brought: Mapping[int, bytes] | None = None) -> Taken:
    """Keep the pictures in the order of the text, and put their addresses into it."""
    contents = {f"asset:{number}": (one.content, one.alt, one.name) for number, one in enumerate(imported.assets)}
    contents |= {f"outside:{number}": (content, "", "") for number, content in (brought or {}).items()}
    addresses: dict[str, str] = {}
    noted: dict[int, Asset] = {}
    losses = Losses()
    for placeholder in placeholders(imported.markdown):
        if placeholder not in contents:
            losses.note("picture_outside")
            continue
        content, alt, name = contents[placeholder]
        try:
            asset = keep(content, alt)
        except Invalid:
            losses.note("picture_unreadable", alt or name)
            continue
        addresses[placeholder] = asset.url
        noted[asset.id] = asset
    unique = list(noted.values())
    return Taken(placed(imported.markdown, addresses), imported.title, unique, _together(imported.lost, losses.listed()))


def _together(first: tuple[Lost, ...], second: tuple[Lost, ...]) -> list[Lost]:
    """Losses of the conversion and of keeping its pictures, one line for each rule."""
    all_ = Losses()
    for one in (*first, *second):
        all_.note(one.rule, one.where, one.count)
    return list(all_.listed())
