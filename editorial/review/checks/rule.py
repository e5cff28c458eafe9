"""What a rule is: data with a kind that reads it. A house's rule is written like a shipped one."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, field, replace
from functools import cached_property
from typing import Any, Literal

from editorial.errors import Problem

Severity = Literal["blocker", "advice"]
KINDS = ("terms", "patterns", "function", "title", "pictures", "facts", "wording")
CODE = re.compile(r"[a-z][a-z0-9_]{1,39}")
LONGEST = 400
MOST_TERMS = 50_000
LISTS = ("terms", "patterns", "exceptions", "needs", "unless", "numbers", "signs")


@dataclass(frozen=True)
class Example:
    """A passage that a rule must find, or must leave alone. `field` says where it stands."""

    text: str
    finds: bool
    field: Literal["title", "body"] = "body"


@dataclass(frozen=True)
class Rule:
    """One rule in one version. `name`, `message` and `suggestion` are msgids; In `message`, `{quote}` is what was found and
    `{right}` how the house writes it: a term may say so as `wrong=>right`.

    `class_code` and `item` (from 1; 0: none) name the convention's item. `joins` names a stage that joins the review.
    `settings` are the lists and switches of its kind. `author` says whether it came with the product or is the house's.
    """

    code: str
    version: str
    kind: str
    name: str
    message: str
    suggestion: str = ""
    source: str = ""
    class_code: str = ""
    item: int = 0
    severity: Severity = "advice"
    joins: str = ""
    enabled: bool = True
    settings: Mapping[str, Any] = field(default_factory=dict)
    examples: tuple[Example, ...] = ()
    shipped: bool = True

    def listed(self, name: str) -> list[str]:
        """A list of its settings; empty when it has none."""
        return list(self.settings.get(name, ()))

    @cached_property
    def pairs(self) -> list[tuple[str, str]]:
        """Its terms, each with how it is rightly written, or ""."""
        parts = (term.partition("=>") for term in self.listed("terms"))
        return [(wrong.strip(), right.strip()) for wrong, _, right in parts if wrong.strip()]

    def changed(self, **changes: Any) -> Rule:
        """The same rule with some fields replaced."""
        return replace(self, **changes)

    def as_data(self) -> dict[str, Any]:
        """The rule as a version keeps it."""
        said = asdict(self)
        return said | {"settings": dict(self.settings), "examples": [asdict(example) for example in self.examples]}


def read(said: Mapping[str, Any]) -> Rule:
    """A rule from its data. Raises TypeError where the data is no rule."""
    examples = tuple(example if isinstance(example, Example) else Example(**example) for example in said.get("examples", ()))
    return Rule(**{**said, "examples": examples})


def problems_of(rule: Rule) -> Iterator[Problem]:
    """What is wrong with a rule as it was typed, each naming its field."""
    if not CODE.fullmatch(rule.code):
        yield Problem("code", "A short name of small letters, digits and underscores.")
    if rule.kind not in KINDS:
        yield Problem("kind", "Choose one of: {choices}.", {"choices": ", ".join(KINDS)})
    for name in ("name", "message"):
        if not getattr(rule, name).strip():
            yield Problem(name, "This is needed.")
    for name in ("name", "message", "suggestion", "source"):
        if len(getattr(rule, name)) > LONGEST:
            yield Problem(name, "At most {limit} characters, now {count}.", {"limit": LONGEST, "count": len(getattr(rule, name))})
    yield from _unformattable(rule)
    if rule.severity not in ("blocker", "advice"):
        yield Problem("severity", "Choose one of the two.")
    if rule.kind == "terms" and len(rule.listed("terms")) > MOST_TERMS:
        yield Problem("terms", "A list holds at most {limit} words.", {"limit": MOST_TERMS})
    yield from _unreadable_patterns(rule)


def _unformattable(rule: Rule) -> Iterator[Problem]:
    try:
        rule.message.format(quote="", right="")
    except (KeyError, IndexError, ValueError):
        yield Problem("message", "Only {{quote}} and {{right}} may stand in braces: what was found, and how it is written.")


def _unreadable_patterns(rule: Rule) -> Iterator[Problem]:
    lists = ("patterns", "needs", "unless") if rule.kind in ("terms", "patterns") else ()
    for name in lists:
        for pattern in rule.listed(name):
            try:
                re.compile(pattern)
            except re.error:
                yield Problem(name, "“{pattern}” cannot be read as a pattern.", {"pattern": pattern[:60]})
