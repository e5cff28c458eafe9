"""One finding: which rule, where in the author's own text, and who let it pass."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

from editorial.review.checks.rule import Rule


@dataclass(frozen=True)
class Found:
    """`begins` and `length` count characters of `field` as written; `quote` is that piece, `passage` the sentence around it.

    `meant` is what stood behind a disguise, where there was one. `waiver_id`: who let it pass; `asked`: somebody asked for it.
    """

    rule: Rule
    field: str
    begins: int
    length: int
    quote: str
    passage: str
    line: int = 1
    meant: str = ""
    waiver_id: int | None = None
    asked: bool = False

    @property
    def place(self) -> str:
        """What a waiver is bound to: this rule at these words in this sentence, wherever the sentence now stands."""
        said = "\0".join((self.rule.code, self.field, self.quote, " ".join(self.passage.split())))
        return hashlib.sha256(said.encode()).hexdigest()

    @property
    def is_open_blocker(self) -> bool:
        return self.rule.severity == "blocker" and self.waiver_id is None
