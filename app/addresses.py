"""Ids in addresses: what no database could hold does not exist."""

from __future__ import annotations

from typing import Any

from flask import Flask
from werkzeug.routing import IntegerConverter

MOST_ID = 2**63 - 1


class IdConverter(IntegerConverter):
    """A positive number that fits a key."""

    def __init__(self, url_map: Any) -> None:
        super().__init__(url_map, min=1, max=MOST_ID)


def whole(said: str) -> int:
    """A number from a query or form that a key could have. Raises ValueError, which Werkzeug takes for "not given"."""
    number = int(said)
    if not 0 <= number <= MOST_ID:
        raise ValueError
    return number


def is_id(said: str) -> bool:
    """Whether a text from a query or form is a number that a key could have."""
    return said.isascii() and said.isdigit() and len(said) < 19


def register(app: Flask) -> None:
    """Let rules say `<id:…>`."""
    app.url_map.converters["id"] = IdConverter
