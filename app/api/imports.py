"""Taking in texts of other formats."""

from __future__ import annotations

from flask import request

from app.api.calls import Noun
from app.api.idempotency import acting
from app.api.reading import checked, json_body
from app.api.shapes import Body, Shape
from app.auth import guard, person_now
from app.importing import Taken, take_address, take_file
from editorial.articles.assets import Asset
from editorial.errors import Invalid, Problem
from editorial.people.permissions import Action
from publishers.importing import Lost

noun = Noun("imports")


class ImportAddress(Body):
    """A page of the public web; the house must allow it."""

    url: str


class ImportedPicture(Shape):
    """A picture of the text. It is kept; say what it shows where `alt_text` is empty."""

    id: str
    url: str
    width: int
    height: int
    alt_text: str

    @classmethod
    def of(cls, asset: Asset) -> ImportedPicture:
        """A kept picture."""
        return cls(id=str(asset.id), url=asset.url, width=asset.width, height=asset.height, alt_text=asset.alt_text)


class LostShown(Shape):
    """One kind of thing that could not be kept: how often, and a piece of the text near the first."""

    rule: str
    count: int
    message: str
    where: str

    @classmethod
    def of(cls, lost: Lost) -> LostShown:
        """A loss in English."""
        return cls(rule=lost.rule, count=lost.count, message=lost.message.format(count=lost.count), where=lost.where)


class ImportShown(Shape):
    """What came out. Nothing is written yet: `markdown` is the body of an article to be."""

    title: str
    markdown: str
    assets: list[ImportedPicture]
    lost: list[LostShown]


@noun.post("/imports", guard(Action.HAND_IN), status=201, form=True)
def take_in() -> ImportShown:
    """Turn a Word document, a web page, a mail, Markdown or a zip of it into Markdown with its pictures."""
    # Pictures are named by their hash and nothing else is kept, so doing this twice changes nothing.
    taken = _taken()
    with acting() as act:
        return act.done(ImportShown(
            title=taken.title, markdown=taken.markdown, assets=[ImportedPicture.of(one) for one in taken.assets],
            lost=[LostShown.of(one) for one in taken.lost],
        ))


def _taken() -> Taken:
    if request.is_json:
        return take_address(checked(ImportAddress, json_body()).url, by=person_now())
    file = request.files.get("file")
    if file is None or not file.filename:
        raise Invalid(Problem("file", "Choose a file."))
    return take_file(file.stream, file.filename, by=person_now())
