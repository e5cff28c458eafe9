"""What templates may ask: house time, excerpts, catalogue sentences."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from flask import Flask, current_app
from flask_babel import gettext

from editorial import clock


def house_time(instant: datetime | None, pattern: str = "%Y-%m-%d %H:%M") -> str:
    """An instant as the house reads it off the wall; nothing for none."""
    if instant is None:
        return ""
    return clock.to_wall(instant, current_app.extensions["settings"].zone).strftime(pattern)


def sentence(message: str, params: dict[str, Any] | None = None) -> str:
    """A catalogue sentence with its values filled in."""
    return gettext(message).format(**(params or {})) if message else ""


def answered(reason: str, code: str = "", rid: str = "") -> str:
    """A failure's sentence with what the platform itself calls it, as people hand it on: code and rid."""
    named = ", ".join(filter(None, (code, f"rid {rid}" if rid else "")))
    return " ".join(filter(None, (sentence(reason), f"({named})" if named else "")))


def excerpt(text: str, length: int = 80) -> str:
    """The beginning of a text, on one line."""
    flat = " ".join(text.split())
    return flat if len(flat) <= length else flat[:length].rstrip() + "…"


def thousands(number: int | None) -> str:
    """12 345; an unknown number is a dash, never 0."""
    return "–" if number is None else f"{number:,}".replace(",", "\u202f")


def register(app: Flask) -> None:
    """Hand the filters to Jinja."""
    app.jinja_env.filters.update(house_time=house_time, sentence=sentence, answered=answered, excerpt=excerpt, thousands=thousands)
