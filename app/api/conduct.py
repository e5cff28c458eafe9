"""The convention, and reporting a breach of it."""

from __future__ import annotations

from typing import Literal

from app import subjects
from app.api.calls import Noun
from app.api.idempotency import acting
from app.api.shapes import Body, Id, Shape, Text
from app.auth import person_now, signed_in
from app.extensions import db
from editorial.conduct import cases, versions

noun = Noun("conduct")


class NewReport(Body):
    """What is wrong with something one can see. `item` is the code of the convention's item, such as `unfriendly.3`."""

    thing: Literal["article", "submission", "reader_comment", "remark", "topic_comment"]
    id: Id
    text: str
    item: Text = ""


class ReportShown(Shape):
    """A report with its number; reports of one object make one case."""

    number: str
    case: str


class ItemShown(Shape):
    """One rule."""

    code: str
    number: str
    chinese: str
    english: str


class ClassShown(Shape):
    """One class with its rules in force."""

    code: str
    number: int
    chinese: str
    english: str
    items: list[ItemShown]


class ConventionShown(Shape):
    """The version in force. Decisions keep the version they were made under."""

    version: int
    note: str
    classes: list[ClassShown]


@noun.post("/reports", signed_in, status=201)
def report(body: NewReport) -> ReportShown:
    """Report a breach of the convention."""
    with acting() as act:
        found = subjects.subject(act.session, body.thing, int(body.id))
        made = cases.report(act.session, found, text=body.text, item=body.item, by=person_now())
        return act.done(ReportShown(number=made.number, case=made.case.number))


@noun.get("/convention", signed_in)
def read() -> ConventionShown:
    """The convention in force."""
    present = versions.current(db.session())
    return ConventionShown(version=present.number, note=present.note, classes=[
        ClassShown(
            code=one.code, number=one.number, chinese=one.chinese, english=one.english,
            items=[
                ItemShown(code=item.code, number=f"{one.number}.{item.number}", chinese=item.chinese, english=item.english)
                for item in one.items
            ],
        ) for one in present.classes
    ])
