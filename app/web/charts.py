"""Daily series drawn on the server: bars that need no script, with a place for what is unknown."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from flask_babel import gettext as _
from markupsafe import Markup, escape

from app.filters import thousands

HEIGHT, FOOT, HEAD = 148, 22, 16
BAR_SHARE = 0.72
"""Of a day's width the bar takes so much."""
STEPS = (1, 1.5, 2, 3, 4, 5, 6, 8, 10)

Point = tuple[date, float | None]


def bars(label: str, points: Sequence[Point]) -> Markup:
    """One bar a day; an unknown day is a hollow stub of its own, never a bar of no height."""
    top = _top(max((value for _day, value in points if value is not None), default=0))
    wide = 100 / max(len(points), 1)
    drawn = "".join(_bar(place * wide, wide, day, value, top) for place, (day, value) in enumerate(points))
    return Markup(
        f'<svg class="chart" role="img" aria-label="{escape(_told(label, points))}" width="100%" height="{HEAD + HEIGHT + FOOT}">'
        f"{_lines()}{drawn}{_height(top)}{_feet(points, wide)}</svg>"
    )


def _bar(left: float, wide: float, day: date, value: float | None, top: float) -> str:
    x, width = f"{left + wide * (1 - BAR_SHARE) / 2:.3f}%", f"{wide * BAR_SHARE:.3f}%"
    if value is None:
        said = escape(_("%(day)s: unknown", day=f"{day:%m-%d}"))
        return f'<rect class="chart-gap" x="{x}" y="{HEAD + HEIGHT - 9}" width="{width}" height="8"><title>{said}</title></rect>'
    height = max(value / top * HEIGHT, 1.0) if value else 0.0
    said = f"{day:%m-%d}: {thousands(int(value))}"
    return (
        f'<rect class="chart-bar" x="{x}" y="{HEAD + HEIGHT - height:.1f}" width="{width}" height="{height:.1f}">'
        f"<title>{escape(said)}</title></rect>"
    )


def _lines() -> str:
    levels = (HEAD + HEIGHT * (1 - part) for part in (0.0, 0.5, 1.0))
    return "".join(f'<line class="chart-line" x1="0" x2="100%" y1="{y:.1f}" y2="{y:.1f}"/>' for y in levels)


def _height(top: float) -> str:
    """What the uppermost line stands for."""
    return f'<text class="chart-words" x="0" y="{HEAD - 4}">{thousands(int(top))}</text>'


def _feet(points: Sequence[Point], wide: float) -> str:
    """The first day, the one in the middle and the last."""
    if not points:
        return ""
    last = len(points) - 1
    places = {0: ("0", "start"), last // 2: (f"{(last // 2 + 0.5) * wide:.2f}%", "middle"), last: ("100%", "end")}
    y = HEAD + HEIGHT + FOOT - 5
    return "".join(
        f'<text class="chart-words" x="{x}" y="{y}" text-anchor="{anchor}">{points[place][0]:%m-%d}</text>'
        for place, (x, anchor) in places.items()
    )


def _told(label: str, points: Sequence[Point]) -> str:
    """What the picture shows, for those who do not see it."""
    known = [(value, day) for day, value in points if value is not None]
    if not known:
        return _("%(label)s: nothing is known yet.", label=label)
    most, on = max(known)
    return _(
        "%(label)s, %(first)s to %(last)s: %(known)s of %(days)s days are known, the most is %(most)s on %(on)s.",
        label=label, first=f"{points[0][0]:%Y-%m-%d}", last=f"{points[-1][0]:%Y-%m-%d}", known=len(known), days=len(points),
        most=thousands(int(most)), on=f"{on:%m-%d}",
    )


def _top(most: float) -> float:
    """The next round number, at least 2."""
    size = 10 ** (len(str(int(most))) - 1)
    return next(float(size * step) for step in STEPS if size * step >= max(most, 2) and (size * step) % 1 == 0)
