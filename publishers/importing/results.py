"""What comes out of an import: Markdown, pictures in order, and what could not be kept."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Asset:
    """A picture as it lay in the file, undecoded and unchecked. `name` is its file name for people, never a path."""

    content: bytes
    name: str = ""
    alt: str = ""


@dataclass(frozen=True)
class Lost:
    """One kind of thing that was not kept. `message` is a msgid for {count}; `where` a piece of the text near the first."""

    rule: str
    count: int
    message: str
    where: str = ""


@dataclass(frozen=True)
class Imported:
    """A text as Markdown. Its pictures stand in it as `asset:N`, N counting `assets` from 0.

    `outside` are the web addresses of pictures that lie elsewhere, in order; they stand in the Markdown as `outside:N`.
    """

    markdown: str
    title: str = ""
    assets: tuple[Asset, ...] = ()
    lost: tuple[Lost, ...] = ()
    outside: tuple[str, ...] = ()


class Refused(ValueError):
    """The input is not taken. The text is a sentence for people with `{names}` that `params` fill in."""

    def __init__(self, message: str, params: Mapping[str, object] | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.params = dict(params or {})


@dataclass
class Losses:
    """Counts what is not kept while a conversion runs."""

    counts: dict[str, int] = field(default_factory=dict)
    places: dict[str, str] = field(default_factory=dict)

    def note(self, rule: str, where: str = "", count: int = 1) -> None:
        """Something was left out or changed; the first place is remembered."""
        if not count:
            return
        self.counts[rule] = self.counts.get(rule, 0) + count
        if where and rule not in self.places:
            self.places[rule] = where if len(where) <= 40 else where[:39] + "…"

    def listed(self) -> tuple[Lost, ...]:
        """Everything noted, in the order of SAYINGS."""
        return tuple(
            Lost(rule, self.counts[rule], message, self.places.get(rule, ""))
            for rule, message in SAYINGS.items() if rule in self.counts
        )


SAYINGS: dict[str, str] = {
    "picture_outside": "Pictures that lie on another server were not fetched: {count}. Save them and add them here.",
    "picture_missing": "Pictures whose file did not come along were left out: {count}. Add them here.",
    "picture_unreadable": "Pictures in a format that cannot be shown were left out: {count}. Save them as JPG or PNG.",
    "picture_linked": "Pictures that the document only links to were left out: {count}. Add them here.",
    "picture_too_large": "Pictures that are too large, or too many, were left out: {count}.",
    "picture_cropped": "Pictures are shown whole although the document crops them: {count}. Look whether the rest may be seen.",
    "comments": "Comments were left out: {count}.",
    "insertions": "Tracked insertions were accepted: {count}.",
    "deletions": "Tracked deletions were carried out: {count}.",
    "hidden_text": "Hidden passages were left out: {count}.",
    "page_furniture": "Headers and footers of pages were left out: {count}.",
    "contents": "Tables of contents were left out: {count}.",
    "text_box": "Text boxes now stand in the text where they were anchored: {count}.",
    "formula": "Formulas were kept as plain text: {count}. Write them anew between dollar signs.",
    "drawing": "Drawings, charts and embedded objects were left out: {count}. Insert them as pictures.",
    "media": "Videos and sounds were left out: {count}.",
    "card": "Cards of accounts, mini-programs and links were left out: {count}.",
    "form": "Form fields and buttons were left out: {count}.",
    "colour": "Words in colour or with a marked ground are plain now: {count} places. The theme decides on colours.",
    "link_refused": "Links to files or scripts became plain words: {count}.",
    "table_in_table": "Tables inside tables were laid out as text: {count}.",
    "layout_table": "Tables that only arranged the page were laid out as text: {count}.",
    "symbol": "Signs of special fonts that cannot be shown were left out: {count}.",
    "script": "Scripts were left out: {count}.",
    "attachment": "Attachments that are no pictures were not imported: {count}. Import each by itself.",
    "quoted_mail": "Earlier messages quoted in the mail were kept as quotations: {count}.",
    "other_texts": "Other texts in the archive were not imported: {count}. Import each by itself.",
    "embedded_text": "Documents embedded in the document were left out: {count}.",
    "flattened": "Passages nested very deeply were laid flat: {count}.",
}
"""What is said of each loss: msgids with {count}."""
