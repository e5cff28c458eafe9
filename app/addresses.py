"""Addresses: ids that no database could hold do not exist, and what writes an address is made when it is first needed."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import Flask
from werkzeug.routing import IntegerConverter, Rule

MOST_ID = 2**63 - 1


class IdConverter(IntegerConverter):
    """A positive number that fits a key."""

    def __init__(self, url_map: Any) -> None:
        super().__init__(url_map, min=1, max=MOST_ID)


class WrittenWhenNeeded(Rule):
    """A rule whose functions that write its address are compiled with the first address.

    Werkzeug compiles two for each of some five hundred rules, of which a process writes few: a fifth of a second at the start.
    Where Werkzeug has no such method any more, it compiles them at once, as ever.
    """

    def _compile_builder(self, append_unknown: bool = True) -> Callable[..., tuple[str, str]]:
        compiled: Callable[..., tuple[str, str]] | None = None

        def write(rule: Rule, /, **values: Any) -> tuple[str, str]:
            nonlocal compiled
            compiled = compiled or compile_now(append_unknown)
            return compiled(rule, **values)

        compile_now = super()._compile_builder
        return write


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
    """Let rules say `<id:…>`, and write addresses when they are needed."""
    app.url_rule_class = WrittenWhenNeeded
    app.url_map.converters["id"] = IdConverter
