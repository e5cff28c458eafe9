"""Houses that lack one rule, so that one sees the oracle notice."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from typing import Any
from unittest.mock import patch

from editorial.errors import EditorialError, OwnText, Recused, SecondStage
from editorial.release import embargoes
from editorial.review import deciders, rounds, stages

Removal = tuple[object, str, Callable[..., Any]]


def _forgiving(error: type[EditorialError]) -> list[Removal]:
    """Nobody is barred, and what would raise this error passes."""
    ensure_clear = deciders._ensure_clear

    def ensure(*said: Any) -> None:
        with suppress(error):
            ensure_clear(*said)

    return [(deciders, "_ensure_clear", ensure), (deciders, "barred", lambda *said: set())]


RULES: dict[str, tuple[str, list[Removal]]] = {
    "one person, one stage": ("P2", _forgiving(SecondStage)),
    "never one's own text": ("P2", _forgiving(OwnText)),
    "who stepped aside stays aside": ("stepped aside", _forgiving(Recused)),
    "a change begins anew": (
        "P1", [(stages, "reopen", lambda *said: None), (rounds, "ensure_through", lambda *said: None)],
    ),
    "every stage of a round": (
        "P1", [(rounds, "_done", lambda step: any(row.approved for row in step) or step[0].step > 1),
               (rounds, "ensure_through", lambda *said: None)],
    ),
    "embargoes": ("P6", [(embargoes, "held", lambda *said: {})]),
}
"""What can be taken away: the words of the flaw that must be found then, and what stands in its place."""


@contextmanager
def without(rule: str) -> Iterator[None]:
    """The house without one of RULES; "" takes nothing away."""
    with ExitStack() as stack:
        for holder, name, instead in RULES[rule][1] if rule else ():
            stack.enter_context(patch.object(holder, name, instead))
        yield
