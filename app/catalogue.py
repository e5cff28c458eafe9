"""The message catalogue without a request: for what a worker writes to a person in their language."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

from babel.support import Translations

TRANSLATIONS = Path(__file__).resolve().parent / "translations"
FIRST = "zh"

Words = Callable[..., str]
"""A catalogue sentence and the values of its `{names}`, as words."""


@cache
def words(language: str = "") -> Words:
    """How a language says a sentence: Chinese unless it is another of ours."""
    catalogue = _catalogue(language or FIRST)

    def say(sentence: str, **values: Any) -> str:
        return catalogue.ugettext(sentence).format(**values) if sentence else ""

    return say


@cache
def _catalogue(language: str) -> Translations:
    merged = Translations()
    for path in sorted((TRANSLATIONS / language / "LC_MESSAGES").glob("*.mo")):
        merged.merge(Translations.load(TRANSLATIONS, [language], path.stem))
    return merged
