"""What calendars say of a day whatever the house thinks of it: public holidays, make-up workdays, solar terms, old months.

Two libraries know it; each is read on first use only, because most processes never ask.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache, lru_cache

SOLAR_TERMS = (
    "Winter Solstice", "Minor Cold", "Major Cold", "Beginning of Spring", "Rain Water", "Awakening of Insects", "Spring Equinox",
    "Clear and Bright", "Grain Rain", "Beginning of Summer", "Grain Buds", "Grain in Ear", "Summer Solstice", "Minor Heat",
    "Major Heat", "Beginning of Autumn", "End of Heat", "White Dew", "Autumn Equinox", "Cold Dew", "Frost's Descent",
    "Beginning of Winter", "Minor Snow", "Major Snow",
)
"""In the order in which lunar_python lists them."""
FESTIVALS = {
    (1, 1): "Spring Festival", (1, 15): "Lantern Festival", (5, 5): "Dragon Boat Festival", (7, 7): "Qixi Festival",
    (8, 15): "Mid-autumn Festival", (9, 9): "Double Ninth Festival", (12, 8): "Laba Festival",
}
"""Days of the old calendar that people keep, by month and day; no leap month has any."""
EVE = "New Year's Eve of the old calendar"


@dataclass(frozen=True)
class Holiday:
    """What the State Council says of a day: `off` with the holiday's name, or a weekend day worked for it."""

    name: str
    off: bool


@dataclass(frozen=True)
class OldDay:
    """A day of the old calendar; `text` is its Chinese name, or that of its month on the first day."""

    month: int
    day: int
    leap: bool
    text: str
    festival: str


def known(year: int) -> bool:
    """Whether the holidays of `year` have been published and stand in the data."""
    return year in _years()


def holiday(on: date) -> Holiday | None:
    """The holiday, or the make-up workday, that `on` is; none also where nothing is known."""
    import chinese_calendar

    name = chinese_calendar.holidays.get(on)
    if name:
        return Holiday(str(name), off=True)
    name = chinese_calendar.workdays.get(on)
    return Holiday(str(name), off=False) if name else None


def solar_term(on: date) -> str:
    """The solar term that begins on this day of China, or nothing."""
    return _terms(on.year).get(on, "")


def old_day(on: date) -> OldDay:
    """The day as the old calendar counts it."""
    return _old_days(on.year)[on]


@cache
def _years() -> frozenset[int]:
    import chinese_calendar

    return frozenset(on.year for on in chinese_calendar.holidays)


@lru_cache(maxsize=16)
def _terms(year: int) -> dict[date, str]:
    from lunar_python import Lunar, LunarYear, Solar

    found = {}
    for named, moment in zip(Lunar.JIE_QI_IN_USE, LunarYear.fromYear(year).getJieQiJulianDays(), strict=True):
        if named in Lunar.JIE_QI:
            at = Solar.fromJulianDay(moment)
            found[date(at.getYear(), at.getMonth(), at.getDay())] = SOLAR_TERMS[Lunar.JIE_QI.index(named)]
    # The library's year begins and ends at a solstice; the one at its end goes by a letter code there.
    last = Solar.fromJulianDay(LunarYear.fromYear(year + 1).getJieQiJulianDays()[Lunar.JIE_QI_IN_USE.index(Lunar.JIE_QI[0])])
    found[date(last.getYear(), last.getMonth(), last.getDay())] = SOLAR_TERMS[0]
    return {on: term for on, term in found.items() if on.year == year}


@lru_cache(maxsize=16)
def _old_days(year: int) -> dict[date, OldDay]:
    from lunar_python import LunarYear, Solar
    from lunar_python.util import LunarUtil

    found: dict[date, OldDay] = {}
    for old in (year - 1, year, year + 1):
        for month in LunarYear.fromYear(old).getMonthsInYear():
            begins = Solar.fromJulianDay(month.getFirstJulianDay())
            first = date(begins.getYear(), begins.getMonth(), begins.getDay())
            number, length = abs(month.getMonth()), month.getDayCount()
            for day in range(1, length + 1):
                text = LunarUtil.DAY[day] if day > 1 else month.toString().partition("年")[2].partition("(")[0].strip().strip()
                eve = number == 12 and day == length
                festival = "" if month.isLeap() else EVE if eve else FESTIVALS.get((number, day), "")
                found[first + timedelta(days=day - 1)] = OldDay(number, day, month.isLeap(), text, festival)
    return {on: one for on, one in found.items() if on.year == year}
