"""TeX to standalone SVG: one engine for this process, started with the first formula.

The script writes paths with whole numbers and no `defs`, `use`, class or id (quirks 21 to 25). Nothing a formula does
outlasts it: it cannot define macros, and an engine that a formula harmed has ended.
"""

from __future__ import annotations

import json
import os
import threading
from contextlib import suppress
from dataclasses import dataclass

from publishers.coprocess import Coprocess, Died, Read, Rested
from publishers.mathjax import HEAD

MOST_SECONDS = 20.0
"""Real time for one formula with the engine's start; the engine itself gives a formula two seconds."""


class EngineAbsent(Exception):
    """The bundled script is not there or the engine cannot start; `make setup` makes both."""


@dataclass(frozen=True)
class Formula:
    """A formula as SVG, or with `error` in MathJax's words when its TeX is wrong.

    `ran_over` when it took more time or memory than one formula may.
    """

    svg: str = ""
    error: str = ""
    ran_over: bool = False


def set_formula(tex: str, *, display: bool) -> Formula:
    """Set one formula, by itself (`display`) or in a line. Raises EngineAbsent. Threads wait for each other."""
    return _engine.set_formula(tex, display)


class _Engine:
    def __init__(self) -> None:
        self._one: Coprocess | None = None
        self._turn = threading.Lock()

    def set_formula(self, tex: str, display: bool) -> Formula:
        with self._turn:
            try:
                return self._asked(tex, display)
            except Died:
                pass
            try:
                # An engine may have been ended for want of memory elsewhere; a formula that ends two is to blame.
                return self._asked(tex, display)
            except Died:
                return Formula(error="The formula takes too much time or memory to set", ran_over=True)

    def _asked(self, tex: str, display: bool) -> Formula:
        body = json.dumps([tex, display]).encode()
        while True:
            engine, self._one = self._one or Coprocess("publishers.mathjax", most_seconds=MOST_SECONDS), None
            with suppress(Rested):
                formula = engine.ask([HEAD.pack(len(body)), body], _heard)
                self._one = engine
                return formula


def _heard(read: Read) -> Formula:
    said = json.loads(read(HEAD.unpack(read(HEAD.size))[0]))
    if "absent" in said:
        raise EngineAbsent(said["absent"])
    return Formula(said.get("svg", ""), said.get("error", ""), said.get("ran_over", False))


def _forget() -> None:
    global _engine
    _engine = _Engine()


_engine = _Engine()
# A forked process starts an engine of its own; the lock may have been held when it came to be.
os.register_at_fork(after_in_child=_forget)
