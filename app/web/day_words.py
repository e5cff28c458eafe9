"""What a day of the calendar is, in words: holidays, make-up workdays, solar terms, the old calendar, the house's own days."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from flask_babel import get_locale, gettext, lazy_gettext

from editorial.days import Day
from editorial.special_days import Kind

_ = lazy_gettext

HOLIDAYS: dict[str, Any] = {
    "New Year's Day": _("New Year's Day"), "Spring Festival": _("Spring Festival"), "Tomb-sweeping Day": _("Tomb-sweeping Day"),
    "Labour Day": _("Labour Day"), "Dragon Boat Festival": _("Dragon Boat Festival"), "National Day": _("National Day"),
    "Mid-autumn Festival": _("Mid-autumn Festival"), "Anti-Fascist 70th Day": _("Victory Day, 70 years"),
}
FESTIVALS: dict[str, Any] = {
    "Spring Festival": _("Spring Festival"), "Lantern Festival": _("Lantern Festival"),
    "Dragon Boat Festival": _("Dragon Boat Festival"), "Qixi Festival": _("Qixi Festival"),
    "Mid-autumn Festival": _("Mid-autumn Festival"), "Double Ninth Festival": _("Double Ninth Festival"),
    "Laba Festival": _("Laba Festival"), "New Year's Eve of the old calendar": _("New Year's Eve of the old calendar"),
}
TERMS: dict[str, Any] = {
    "Winter Solstice": _("Winter Solstice"), "Minor Cold": _("Minor Cold"), "Major Cold": _("Major Cold"),
    "Beginning of Spring": _("Beginning of Spring"), "Rain Water": _("Rain Water"),
    "Awakening of Insects": _("Awakening of Insects"), "Spring Equinox": _("Spring Equinox"),
    "Clear and Bright": _("Clear and Bright"), "Grain Rain": _("Grain Rain"), "Beginning of Summer": _("Beginning of Summer"),
    "Grain Buds": _("Grain Buds"), "Grain in Ear": _("Grain in Ear"), "Summer Solstice": _("Summer Solstice"),
    "Minor Heat": _("Minor Heat"), "Major Heat": _("Major Heat"), "Beginning of Autumn": _("Beginning of Autumn"),
    "End of Heat": _("End of Heat"), "White Dew": _("White Dew"), "Autumn Equinox": _("Autumn Equinox"),
    "Cold Dew": _("Cold Dew"), "Frost's Descent": _("Frost's Descent"), "Beginning of Winter": _("Beginning of Winter"),
    "Minor Snow": _("Minor Snow"), "Major Snow": _("Major Snow"),
}
KINDS: dict[str, Any] = {
    Kind.COMPANY_DAY: _("Company day"), Kind.BLACKOUT: _("Blackout"), Kind.SENSITIVE_DATE: _("Sensitive date"),
    Kind.CALENDAR_NOTE: _("Calendar note"), Kind.PUBLIC_HOLIDAY: _("Public holiday"), Kind.MAKEUP_WORKDAY: _("Make-up workday"),
}


@dataclass(frozen=True)
class Mark:
    """One thing to see on a day. `kind` picks its look, `note` is what is read when one stays on it."""

    kind: str
    word: str
    note: str = ""


def marks_of(day: Day) -> list[Mark]:
    """What is to be seen on a day, the weightiest first."""
    found = []
    if day.holiday:
        found.append(Mark("off", _said(HOLIDAYS, day.holiday), gettext("Public holiday")))
    if day.makeup:
        found.append(Mark("work", gettext("Workday"), gettext("Make-up workday")))
    found += [
        Mark(row.kind, f"{row.name} {row.from_time}–{row.to_time}" if row.from_time or row.to_time else row.name,
             f"{KINDS[row.kind]}{': ' + row.note if row.note else ''}")
        for row in day.special if row.kind not in (Kind.PUBLIC_HOLIDAY, Kind.MAKEUP_WORKDAY)
    ]
    return found


def old_words(day: Day) -> str:
    """The solar term that begins, else a festival or the day of the old calendar; English has no names for its plain days."""
    if day.term:
        return _said(TERMS, day.term)
    if day.old is None:
        return ""
    if day.old.festival:
        return _said(FESTIVALS, day.old.festival)
    return day.old.text if str(get_locale()) == "zh" else ""


def _said(table: dict[str, Any], code: str) -> str:
    return str(table.get(code, code))
