"""Lists in pages: `limit` and an opaque `cursor` in, `items` and `next` out."""

from __future__ import annotations

import base64
import binascii
from typing import Annotated, Any, Generic, TypeVar

from pydantic import Field
from sqlalchemy import ColumnElement, Select
from sqlalchemy.orm import InstrumentedAttribute, Session

from app.addresses import MOST_ID
from app.api.shapes import Body, Shape
from editorial.errors import Invalid, Problem

Item = TypeVar("Item")
N_ = str


class Page(Body):
    """Which page of a list."""

    limit: Annotated[int, Field(ge=1, le=200)] = 50
    """How many items at most."""
    cursor: str = ""
    """The `next` of the page before."""


class Listing(Shape, Generic[Item]):
    """One page. `next` is the cursor of the following one, null on the last."""

    items: list[Item]
    next: str | None


def rows_of(
    session: Session, query: Select[Any], key: ColumnElement[int] | InstrumentedAttribute[int], page: Page, *,
    newest_first: bool = False,
) -> tuple[list[Any], str | None]:
    """The rows of one page of `query` ordered by `key`, and the cursor of the next. Raises Invalid naming `cursor`."""
    if page.cursor:
        last = _opened(page.cursor)
        query = query.where(key < last if newest_first else key > last)
    ordered = query.order_by(key.desc() if newest_first else key).limit(page.limit + 1)
    rows = list(session.scalars(ordered).unique())
    shown = rows[: page.limit]
    return shown, _sealed(shown[-1].id) if len(rows) > page.limit else None


def _sealed(row_id: int) -> str:
    return base64.urlsafe_b64encode(f"after:{row_id}".encode()).decode().rstrip("=")


def _opened(cursor: str) -> int:
    try:
        word, _, number = base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)).decode("ascii").partition(":")
        last = int(number) if word == "after" else -1
    except (ValueError, binascii.Error):
        last = -1
    if not 0 <= last <= MOST_ID:
        raise Invalid(Problem("cursor", N_("This is not a cursor of this list.")))
    return last
