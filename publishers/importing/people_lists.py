"""A list of people out of a table, as personnel departments keep it. Who they are to us is judged elsewhere."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from publishers.importing import sheets
from publishers.importing.sheets import Unreadable

MOST_PEOPLE = 20_000
MOST_BYTES = 5_000_000
FIELDS = {
    "subject": ("number", "id", "employee id", "employee number", "工号", "员工编号", "编号", "userid"),
    "name": ("name", "姓名", "名字"), "email": ("email", "e-mail", "mail", "邮箱", "电子邮箱"),
    "department": ("department", "部门"),
}
TOO_LONG = "The file has more people than a list can have."


def read(content: bytes, name: str) -> list[dict[str, str]]:
    """One person per row with subject, name, email and department. Raises Unreadable.

    Without a column of numbers the address is the subject: whoever gets another address is then another person.
    """
    kind = name.rpartition(".")[2].lower()
    if kind not in sheets.KINDS:
        raise Unreadable("Bring a CSV or XLSX file.")
    if len(content) > MOST_BYTES:
        raise Unreadable(TOO_LONG)
    return list(_people(sheets.read(content, kind, MOST_PEOPLE + 2)))


def _people(table: Iterable[Sequence[str]]) -> Iterator[dict[str, str]]:
    rows = (cells for cells in table if any(cell.strip() for cell in cells))
    names = [_field(head) for head in next(rows, ())]
    if "name" not in names or ("subject" not in names and "email" not in names):
        raise Unreadable("The first line must name the columns: the name, and the number or the e-mail address.")
    for count, cells in enumerate(rows, start=1):
        if count > MOST_PEOPLE:
            raise Unreadable(TOO_LONG)
        said = {field: _cell(cells, names.index(field)) if field in names else "" for field in FIELDS}
        said["email"] = said["email"].lower()
        yield said | {"subject": said["subject"] if "subject" in names else said["email"]}


def _cell(cells: Sequence[str], place: int) -> str:
    return " ".join(cells[place].split()) if place < len(cells) else ""


def _field(head: str) -> str:
    return next((field for field, words in FIELDS.items() if head.strip().lower() in words), "")
