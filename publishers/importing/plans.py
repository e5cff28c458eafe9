"""Plans out of a table (CSV, XLSX) or a calendar (ICS): rows of plain words by field. What they mean is judged elsewhere."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from publishers.importing import sheets
from publishers.importing.sheets import Unreadable

MOST_ROWS = 2_000
MOST_BYTES = 5_000_000
FIELDS = {
    "date": ("date", "day", "日期"), "time": ("time", "时间"), "title": ("title", "headline", "标题", "选题"),
    "account": ("account", "公众号", "账号"), "column": ("column", "栏目"), "department": ("department", "部门"),
    "note": ("note", "notes", "备注"), "uid": ("uid", "编号"),
}
ESCAPED = ("=", "+", "-", "@", "\t", "\r")


@dataclass(frozen=True)
class Row:
    """One row: its number in the file, counted from 1, and what stands in it. What has no field of ours stands in `note`."""

    number: int
    fields: dict[str, str]


def read(content: bytes, name: str, zone: str) -> list[Row]:
    """The rows of a file, by the end of its name. Times with a zone of their own are turned to `zone`. Raises Unreadable."""
    if len(content) > MOST_BYTES:
        raise Unreadable("The file is larger than a calendar can be.")
    kind = name.rpartition(".")[2].lower()
    if kind == "ics":
        return list(_events(content, zone))
    if kind not in sheets.KINDS:
        raise Unreadable("Bring a CSV, XLSX or ICS file.")
    return list(_rows(sheets.read(content, kind, MOST_ROWS + 2)))


def safe(text: str) -> str:
    """A cell that no spreadsheet takes for a formula."""
    return f"'{text}" if text.startswith(ESCAPED) else text


def _rows(table: Iterable[Sequence[str]]) -> Iterator[Row]:
    rows = iter(enumerate(table, start=1))
    heads: list[str] = []
    for _number, cells in rows:
        if any(cell.strip() for cell in cells):
            heads = [cell.strip() for cell in cells]
            break
    names = [_field(head) for head in heads]
    if "title" not in names or "date" not in names:
        raise Unreadable("The first line must name the columns, at least the date and the title.")
    for count, (number, cells) in enumerate((one for one in rows if any(cell.strip() for cell in one[1])), start=1):
        if count > MOST_ROWS:
            raise Unreadable("The file is larger than a calendar can be.")
        yield Row(number, _fields(heads, names, cells))


def _fields(heads: Sequence[str], names: Sequence[str], cells: Sequence[str]) -> dict[str, str]:
    found: dict[str, str] = {}
    more = []
    for place, cell in enumerate(cells):
        text = cell.strip()
        if text[:1] == "'" and text[1:].startswith(ESCAPED):
            text = text[1:]
        name = names[place] if place < len(names) else ""
        if name and name not in found:
            found[name] = text
        elif text:
            more.append(f"{heads[place]}: {text}" if place < len(heads) and heads[place] else text)
    day, _space, at = found.get("date", "").partition(" ")
    if at and not found.get("time"):
        found |= {"date": day, "time": at}
    return found | {"note": "\n".join(filter(None, [found.get("note", ""), *more]))}


def _field(head: str) -> str:
    return next((field for field, words in FIELDS.items() if head.strip().lower() in words), "")


def _events(content: bytes, zone: str) -> Iterator[Row]:
    import icalendar

    try:
        events = list(icalendar.Calendar.from_ical(content).walk("VEVENT"))
    except (ValueError, IndexError, KeyError):
        raise Unreadable("The file is no calendar.") from None
    if len(events) > MOST_ROWS:
        raise Unreadable("The file is larger than a calendar can be.")
    for number, event in enumerate(events, start=1):
        categories = event.get("CATEGORIES")
        begins = event.get("DTSTART")
        yield Row(number, {
            **_moment(getattr(begins, "dt", None), zone), "title": str(event.get("SUMMARY", "")).strip(),
            "column": str(categories.cats[0]) if hasattr(categories, "cats") and categories.cats else "",
            "note": str(event.get("DESCRIPTION", "")).strip(), "uid": str(event.get("UID", "")).strip(),
            "repeats": "1" if event.get("RRULE") else "",
        })


def _moment(begins: Any, zone: str) -> dict[str, str]:
    if isinstance(begins, datetime):
        wall = begins.astimezone(ZoneInfo(zone)) if begins.tzinfo else begins
        return {"date": f"{wall:%Y-%m-%d}", "time": f"{wall:%H:%M}"}
    return {"date": begins.isoformat() if isinstance(begins, date) else "", "time": ""}
