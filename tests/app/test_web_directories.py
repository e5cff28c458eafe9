"""The pages of the directories: a file is looked at, shown, and done or dropped."""

from __future__ import annotations

import io
import re

import openpyxl
import pytest
from sqlalchemy import func, select

from editorial.people import people as persons
from editorial.people.people import Person
from tests.app.browser import Browser

CSV = "工号,姓名,邮箱,部门\n10024,周小满,contributor@chengjiang.example,制造部\n10377,新同事,New@chengjiang.example,总部/品质部\n"


@pytest.fixture
def admin(app, people) -> Browser:
    return Browser(app, people["admin"])


@pytest.fixture
def place(admin) -> str:
    """The address of a directory of files."""
    return admin.send("/settings/directories", name="花名册", source="file").location


def bring(admin: Browser, place: str, content: bytes, name: str = "people.csv"):
    return admin.send(f"{place}/look", file=(io.BytesIO(content), name))


def plan(admin: Browser, place: str) -> str:
    found = re.search(r'name="plan" value="(\w+)"', admin.look(place))
    assert found
    return found[1]


@pytest.mark.parametrize("charset", ["utf-8", "utf-8-sig", "gb18030"])
def test_a_file_is_shown_first_and_done_after(admin, place, session, charset):
    assert bring(admin, place, CSV.encode(charset)).status_code == 303
    page = admin.look(place)
    assert "目前还没有任何改动" in page and "新同事" in page and "品质部" in page
    assert persons.by_email(session, "new@chengjiang.example") is None
    session.rollback()
    assert admin.send(f"{place}/changes", plan=plan(admin, place)).status_code == 303
    assert persons.by_email(session, "new@chengjiang.example").department.name == "品质部"
    session.rollback()
    assert "最近更新" in admin.look(place)


def test_a_workbook_is_read_as_well(admin, place, session):
    book = openpyxl.Workbook()
    for row in (["姓名", "电子邮箱"], ["新同事", "new@chengjiang.example"]):
        book.active.append(row)
    held = io.BytesIO()
    book.save(held)
    assert bring(admin, place, held.getvalue(), "people.xlsx").status_code == 303
    assert "新同事" in admin.look(place)


@pytest.mark.parametrize(("content", "name", "said"), [
    (b"", "", "CSV"), (CSV.encode(), "people.pdf", "CSV"), (b"a,b\n1,2\n", "people.csv", "第一行要写明各列"),
    (b"PK", "people.xlsx", "表格"),
])
def test_a_file_that_is_no_list_is_told(admin, place, content, name, said):
    answer = bring(admin, place, content, name)
    assert answer.status_code == 422 and said in answer.text


def test_a_look_can_be_dropped(admin, place, session):
    bring(admin, place, CSV.encode())
    assert admin.send(f"{place}/look/removal").status_code == 303
    assert 'name="plan"' not in admin.look(place)
    assert persons.by_email(session, "new@chengjiang.example") is None


def test_done_twice_is_done_once(admin, place, session):
    bring(admin, place, CSV.encode())
    said = plan(admin, place)
    assert admin.send(f"{place}/changes", plan=said).status_code == 303
    assert admin.send(f"{place}/changes", plan=said).status_code == 404
    assert session.scalar(select(func.count()).select_from(Person).where(Person.name == "新同事")) == 1


def test_another_plan_than_the_one_shown_is_not_done(admin, place, session):
    bring(admin, place, CSV.encode())
    assert admin.send(f"{place}/changes", plan="0" * 64).status_code == 409
    assert persons.by_email(session, "new@chengjiang.example") is None


def test_a_name_is_needed_once(admin, place):
    assert admin.send("/settings/directories", name="花名册", source="file").status_code == 422
    assert admin.send("/settings/directories", name="", source="file").status_code == 422
    assert admin.send("/settings/directories", name="另一份", source="wecom:99").status_code == 422
