"""What the hand-in form says: read once, kept as a draft, shown again as it was typed."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session
from werkzeug.datastructures import MultiDict

from app.addresses import is_id
from app.web import questions
from editorial.articles.assets import Asset, by_hash, may_use, shown_in
from editorial.errors import Problem
from editorial.intake import drafts
from editorial.intake.submissions import BylineChoice, Submission
from editorial.people.people import Person

LONGEST_BYLINE = 40
MOST_PICTURES = 30


@dataclass
class HandIn:
    """The fields as typed. `assets` are ids of uploaded pictures, `again` the number of the returned one this replaces, `call` the
    code by which a call for stories was followed, `answers` what was said to the kinds' forms, by `KIND.LABEL`."""

    origin_group: str = ""
    title: str = ""
    body: str = ""
    byline: str = BylineChoice.REAL_NAME.value
    pen_name: str = ""
    assets: list[str] = field(default_factory=list)
    again: str = ""
    call: str = ""
    answers: dict[str, str] = field(default_factory=dict)

    def signed(self, person: Person) -> str:
        """The name that will stand with the article."""
        if self.byline == BylineChoice.PEN_NAME:
            return self.pen_name.strip()
        if self.byline == BylineChoice.DEPARTMENT and person.department:
            return person.department.name
        return person.name

    def problems(self) -> list[Problem]:
        """What the page itself asks for; the rest is the domain's."""
        if self.byline == BylineChoice.PEN_NAME and not 0 < len(self.pen_name.strip()) <= LONGEST_BYLINE:
            return [Problem("pen_name", "Give the pen name, at most {limit} characters.", {"limit": LONGEST_BYLINE})]
        if len(self.assets) > MOST_PICTURES:
            return [Problem("assets", "At most {limit} pictures.", {"limit": MOST_PICTURES})]
        return []


def typed(form: MultiDict[str, str]) -> HandIn:
    """What came with a form."""
    return HandIn(
        origin_group=form.get("origin_group", ""), title=form.get("title", ""), body=form.get("body", ""),
        byline=form.get("byline", BylineChoice.REAL_NAME.value), pen_name=form.get("pen_name", ""),
        assets=form.getlist("assets"), again=form.get("again", ""), call=form.get("call", ""),
        answers=questions.typed(form),
    )


def as_kept(session: Session, person: Person, again: Submission | None = None) -> HandIn:
    """What to begin with: a returned story, else the kept draft, else an empty page with the group of last time."""
    if again is not None:
        listed = [sha256 for sha256 in again.pictures if sha256 not in shown_in(again.body)]
        shown = session.scalars(select(Asset).where(Asset.sha256.in_(listed))).all()
        return HandIn(
            origin_group=again.group.slug, title=again.title, body=again.body, assets=[str(asset.id) for asset in shown],
            again=again.number, answers=questions.of_answers(again.group.kind, again.answers), **_named_as(again, person),
        )
    draft = drafts.of(session, person)
    if draft is not None:
        return HandIn(**_checked(draft.fields))
    last = session.scalar(select(Submission).where(Submission.contributor_id == person.id).order_by(Submission.id.desc()).limit(1))
    return HandIn(origin_group=last.group.slug if last else "")


def pictures(session: Session, person: Person, wanted: list[str]) -> list[Asset]:
    """The uploaded pictures of these ids in their order; what is not this person's own to use is left out."""
    ids = [int(one) for one in dict.fromkeys(wanted) if is_id(one)]
    found = {asset.id: asset for asset in session.scalars(select(Asset).where(Asset.id.in_(ids)))}
    return [found[one] for one in ids if one in found and may_use(person, found[one])]


def every_picture(session: Session, person: Person, given: HandIn) -> list[Asset]:
    """The pictures of the list, and those that an import put into the text."""
    listed = pictures(session, person, given.assets)
    placed = [asset for sha256 in shown_in(given.body) if (asset := by_hash(session, sha256)) and may_use(person, asset)]
    return list({asset.id: asset for asset in (*listed, *placed)}.values())


def _named_as(again: Submission, person: Person) -> dict[str, str]:
    """How the contributor was named before, as the form asks for it."""
    if again.signature == person.name:
        return {}
    if person.department and again.signature == person.department.name:
        return {"byline": BylineChoice.DEPARTMENT.value}
    return {"byline": BylineChoice.PEN_NAME.value, "pen_name": again.signature}


def _checked(fields: dict[str, Any]) -> dict[str, Any]:
    lines = [name for name in drafts.FIELDS if name not in ("assets", "answers")]
    kept: dict[str, Any] = {name: str(fields[name]) for name in lines if name in fields}
    listed, said = fields.get("assets", []), fields.get("answers", {})
    answers = {str(name): str(text) for name, text in said.items()} if isinstance(said, dict) else {}
    return {**kept, "assets": [str(one) for one in listed] if isinstance(listed, list) else [], "answers": answers}
