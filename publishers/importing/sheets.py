"""Tables that people bring: CSV in the charsets of Chinese spreadsheets, and XLSX. Rows of plain words; nothing is judged."""

from __future__ import annotations

import csv
import io
import zipfile
from collections.abc import Iterable, Sequence
from datetime import date, datetime, time
from typing import Any

KINDS = ("csv", "tsv", "txt", "xlsx")
MOST_UNPACKED = 60_000_000
"""A table of some thousand rows is far below; what unpacks to more is no table that people keep."""


class Unreadable(Exception):
    """The file is not what its name says, or far too large. The text says which."""


def read(content: bytes, kind: str, most_rows: int) -> Iterable[Sequence[str]]:
    """The rows of a table of one of KINDS; of a workbook the first `most_rows` of its first sheet. Raises Unreadable."""
    return _xlsx(content, most_rows) if kind == "xlsx" else _csv(content)


def _csv(content: bytes) -> Iterable[Sequence[str]]:
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = content.decode("gb18030", errors="replace")
    head = text.partition("\n")[0]
    divider = max(",;\t", key=head.count)
    try:
        return list(csv.reader(io.StringIO(text), delimiter=divider))
    except csv.Error:
        raise Unreadable("The file is no table.") from None


def _xlsx(content: bytes, most_rows: int) -> Iterable[Sequence[str]]:
    import openpyxl

    try:
        with zipfile.ZipFile(io.BytesIO(content)) as packed:
            if sum(part.file_size for part in packed.infolist()) > MOST_UNPACKED:
                raise Unreadable("The file is no table.")
        sheet = openpyxl.load_workbook(io.BytesIO(content), read_only=True, data_only=True).worksheets[0]
        return [[_cell(value) for value in row] for row in sheet.iter_rows(max_row=most_rows, values_only=True)]
    except (zipfile.BadZipFile, KeyError, ValueError, IndexError, OSError, SyntaxError):
        raise Unreadable("The file is no table.") from None


def _cell(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, datetime):
        return f"{value:%Y-%m-%d}" if value.time() == time() else f"{value:%Y-%m-%d %H:%M}"
    if isinstance(value, date):
        return value.isoformat()
    return f"{value:%H:%M}" if isinstance(value, time) else str(value)
