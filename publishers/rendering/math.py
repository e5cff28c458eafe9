"""TeX to SVG for an article: within bounds, set once, painted in colours that an article may have."""

from __future__ import annotations

import re
from functools import lru_cache

from publishers.mathjax.engine import Formula, set_formula
from publishers.rendering.allowed import COLOUR

_LONGEST = 4_000
_PAINT = re.compile(r' (?:fill|stroke)="([^"]*)"')


def typeset(tex: str, *, display: bool) -> Formula:
    """The SVG of a formula; `EngineAbsent` when there is nothing to set it with.

    Bounded by 4,000 characters, 2 seconds and 256 MB; what goes beyond comes back as an error.
    """
    if len(tex) > _LONGEST:
        return Formula(error=f"The formula is longer than {_LONGEST} characters")
    return _typeset(tex.strip(), display)


@lru_cache(maxsize=4096)
def _typeset(tex: str, display: bool) -> Formula:
    formula = set_formula(tex, display=display)
    odd = next((paint for paint in _PAINT.findall(formula.svg) if not COLOUR.fullmatch(paint)), "")
    return Formula(error=f"{odd} is not a colour") if odd else formula
