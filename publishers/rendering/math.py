"""TeX to standalone SVG: MathJax in an embedded V8, started with the first formula and shared by the process.

The script is bundled from app/frontend/math.js; it writes paths with whole numbers and no `defs`, `use`, class or id
(quirks 21 to 25). Nothing a formula does outlasts it: it cannot define macros, and an engine that ran over is dropped.
"""

from __future__ import annotations

import json
import os
import re
import threading
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar

from publishers.rendering.allowed import COLOUR

if TYPE_CHECKING:
    from py_mini_racer import MiniRacer

_BUNDLE = Path(__file__).with_name("mathjax.bundle.js")
_SECONDS = 2.0
_MEMORY = 256 * 1024 * 1024
_MOST_ENGINES = 4
"""Given up per process; each holds about 100 MB until the process ends."""
_LONGEST = 4_000
_PAINT = re.compile(r' (?:fill|stroke)="([^"]*)"')
_WARMING = (r"\frac{-b\pm\sqrt{b^2-4ac}}{2a}", r"\sum_{i=1}^n\left(\begin{matrix}\alpha_i\\x\end{matrix}\right)")
"""Run once at the start: they bring V8 to compile what every formula needs."""


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


def typeset(tex: str, *, display: bool) -> Formula:
    """The SVG of a formula; `EngineAbsent` when there is nothing to set it with.

    Bounded by 4,000 characters, 2 seconds and 256 MB; what goes beyond comes back as an error.
    """
    if len(tex) > _LONGEST:
        return Formula(error=f"The formula is longer than {_LONGEST} characters")
    return _typeset(tex.strip(), display)


@lru_cache(maxsize=4096)
def _typeset(tex: str, display: bool) -> Formula:
    return _Engine.shared().run(tex, display)


class _Engine:
    """One V8 context. Calls wait for each other; the lock also keeps two first formulas from starting two engines."""

    _one: ClassVar[_Engine | None] = None
    _lock: ClassVar[threading.RLock] = threading.RLock()
    _lost: ClassVar[_Engine | None] = None
    _given_up: ClassVar[list[_Engine]] = []
    """Kept for good: freeing a V8 that has run over can end the whole process with it."""

    def __init__(self) -> None:
        if self._lost:
            raise EngineAbsent("the engine does not survive a fork")
        if len(self._given_up) >= _MOST_ENGINES:
            raise EngineAbsent("the engine had to be given up too often; restart this process")
        try:
            from py_mini_racer import MiniRacer

            script = _BUNDLE.read_text(encoding="utf-8")
        except (ImportError, OSError) as reason:
            raise EngineAbsent(str(reason)) from reason
        self._context: MiniRacer = MiniRacer()
        self._context.eval(script)
        self._context.set_hard_memory_limit(_MEMORY)
        self._samples = [self._call(tex, True) for tex in _WARMING]

    @classmethod
    def shared(cls) -> _Engine:
        """The engine of this process, started when it is first asked for."""
        with cls._lock:
            if cls._one is None:
                cls._one = cls()
            return cls._one

    @classmethod
    def forget(cls) -> None:
        """Give the engine up; the next formula starts another."""
        if cls._one is not None:
            cls._given_up.append(cls._one)
            cls._one = None

    @classmethod
    def forked(cls) -> None:
        """A child process has the parent's engine without its threads: V8 would wait for them for ever, even to end."""
        cls._lost, cls._lock = cls._one or cls._lost, threading.RLock()
        cls._one = None

    def run(self, tex: str, display: bool) -> Formula:
        """Set one formula. An engine that ran over, in time or memory, stays only if it still does what it did at first."""
        from py_mini_racer import JSEvalException, JSOOMException, JSTimeoutException

        with self._lock:
            try:
                found = self._call(tex, display)
                svg = found.get("svg", "")
                odd = next((paint for paint in _PAINT.findall(svg) if not COLOUR.fullmatch(paint)), "")
                return Formula(error=f"{odd} is not a colour") if odd else Formula(svg, found.get("error", ""))
            except JSTimeoutException:
                self._recover()
                return Formula(error="The formula takes too long to set", ran_over=True)
            except JSOOMException:
                self.forget()
                return Formula(error="The formula takes too much memory to set", ran_over=True)
            except JSEvalException as error:
                self.forget()
                return Formula(error=str(error).splitlines()[0][:200])

    def _recover(self) -> None:
        from py_mini_racer import JSEvalException

        try:
            sound = [self._call(tex, True) for tex in _WARMING] == self._samples
        except JSEvalException:
            sound = False
        if not sound:
            self.forget()

    def _call(self, tex: str, display: bool) -> Mapping[str, str]:
        answer = self._context.eval(f"formula({json.dumps(tex)},{json.dumps(display)})", timeout_sec=_SECONDS)
        found: Mapping[str, str] = json.loads(str(answer))
        return found


os.register_at_fork(after_in_child=_Engine.forked)
