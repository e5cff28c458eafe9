"""The numbers that bound an article: WeChat's own, and ours against input made to hurt."""

from __future__ import annotations

from dataclasses import dataclass

from publishers.rendering.findings import Severity

VISIBLE_CHARACTERS = 20_000
"""The draft interface asks for "fewer than 20,000 characters"; visible ones are certain to count."""

SOURCE_CHARACTERS = 20_000
"""Articles whose source is longer have been published, so passing this is worth a word and no more."""

BYTES = 1_000_000
"""The draft interface asks for "smaller than 1 MB"."""

MARKDOWN_CHARACTERS = 120_000
"""Longer sources are cut before parsing: six times what WeChat takes, and a bound on one rendering's time."""

NESTING = 5
"""Quotes and boxes nested deeper stay on this level: WeChat's check counts 15 levels (official rule 2.1)."""

LIST_LEVELS = 20
"""Lists in nothing but lists cost no nesting, since they are typed; deeper ones are meant to hurt."""

FORMULAS = 200
"""Different formulas in one article: about 150 drawn ones fill WeChat's megabyte, and each takes milliseconds to draw."""

DIGEST_CHARACTERS = 120
"""The longest digest; WeChat itself would take the first 54 characters."""

PICTURE_WIDTH = 677
"""The widest an article's column gets, in px."""


@dataclass(frozen=True)
class Limits:
    """How strictly the limits of an article's body are taken. Reports on them differ, so a house may decide otherwise."""

    visible: Severity = "blocker"
    source: Severity = "advice"
    bytes: Severity = "blocker"


DOCUMENTED = Limits()
"""As the interface's page and published articles have it."""
