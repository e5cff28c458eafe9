"""One finding: which rule, where in the author's own text, and who let it pass."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

from editorial.review.checks.rule import Rule


@dataclass(frozen=True)
class Found:
    """`begins` and `length` count characters of `field` as written; `quote` is that piece, `passage` the sentence around it.

    `meant` is the word of the rule behind a disguise, `right` how the house writes it. `waiver_id`: the waiver
    that lets it pass; `asked`: somebody asked for one.
    """

    rule: Rule
    field: str
    begins: int
    length: int
    quote: str
    passage: str
    line: int = 1
    meant: str = ""
    right: str = ""
    waiver_id: int | None = None
    asked: bool = False

    @property
    def params(self) -> dict[str, str]:
        """The values of the rule's message."""
        return {"quote": self.quote, "right": self.right}

    @property
    def place(self) -> str:
        """What a waiver is bound to: this rule at these words in this sentence, wherever the sentence stands now."""
        said = "\0".join((self.rule.code, self.field, self.quote, " ".join(self.passage.split())))
        return hashlib.sha256(said.encode()).hexdigest()

    @property
    def is_open_blocker(self) -> bool:
        return self.rule.severity == "blocker" and self.waiver_id is None
