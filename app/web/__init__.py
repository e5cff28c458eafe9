"""Pages, one file per room: parse, call one verb inside `deciding()`, show."""

from __future__ import annotations

from flask import Flask

from app.web import articles, calendar, deliveries, desk, groups, intake, people, review, settings, share_back, trail

PAGES = (people, desk, intake, articles, review, calendar, deliveries, share_back, groups, trail, settings)


def register(app: Flask) -> None:
    """Register every page."""
    for page in PAGES:
        app.register_blueprint(page.pages)
