"""The rules in force: what is shipped, with the house's own versions on top. Every version is kept."""

from __future__ import annotations

import hashlib
import json
import tomllib
from functools import cache
from pathlib import Path
from typing import Any

from sqlalchemy import ForeignKey, Index, String, Text, select
from sqlalchemy.orm import Mapped, Session, mapped_column, relationship

from editorial import audit
from editorial.base import Base, Dated, Numbered
from editorial.errors import Invalid, NotFound, Stale
from editorial.people.people import Person
from editorial.review.checks import rule as rules
from editorial.review.checks.rule import Rule

SHIPPED = Path(__file__).parent / "shipped"
MOST_KEPT = 8
_built: dict[tuple[str, ...], Rulebook] = {}
"""The rules in force by the digests of the house's versions: a digest names its content, so nothing here grows old."""


class CheckRuleVersion(Numbered, Dated, Base):
    """One version of a rule that the house made; the newest of a code is in force. Rows are never changed."""

    __tablename__ = "check_rule_version"

    code: Mapped[str] = mapped_column(String(40))
    version: Mapped[str] = mapped_column(String(12))
    said: Mapped[dict[str, Any]]
    digest: Mapped[str] = mapped_column(String(64))
    note: Mapped[str] = mapped_column(Text, default="")
    made_by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))

    made_by: Mapped[Person] = relationship(lazy="joined")

    __table_args__ = (Index("uq_check_rule_version", "code", "version", unique=True),)


class Rulebook:
    """The rules in force. `fingerprint` changes with any of them."""

    def __init__(self, everything: tuple[Rule, ...], fingerprint: str) -> None:
        self.rules = everything
        self.fingerprint = fingerprint
        self.by_code = {rule.code: rule for rule in everything}

    @property
    def enabled(self) -> tuple[Rule, ...]:
        return tuple(rule for rule in self.rules if rule.enabled)


def in_force(session: Session) -> Rulebook:
    """Every rule in its newest version, switched off ones included. A version is read once by each process."""
    rows = session.execute(select(CheckRuleVersion.code, CheckRuleVersion.digest).order_by(CheckRuleVersion.id))
    digests = tuple(sorted({row.code: row.digest for row in rows}.values()))
    if digests not in _built:
        own = session.execute(select(CheckRuleVersion.said).where(CheckRuleVersion.digest.in_(digests))) if digests else ()
        while len(_built) >= MOST_KEPT:
            _built.pop(next(iter(_built)), None)
        _built[digests] = _with_house_rules([rules.read(said) for (said,) in own])
    return _built[digests]


def get(session: Session, code: str) -> Rule:
    """The rule in force with this code. Raises NotFound."""
    rule = in_force(session).by_code.get(code)
    if rule is None:
        raise NotFound()
    return rule


def save(session: Session, rule: Rule, *, base: str, by: Person, note: str = "") -> Rule:
    """Keep the next version of a rule over version `base` ("" for a new one).

    Raises Invalid naming the field, Stale when another version is in force.
    """
    before = in_force(session).by_code.get(rule.code)
    if (before.version if before else "") != base:
        raise Stale()
    problems = list(rules.problems_of(rule))
    if problems:
        raise Invalid(*problems)
    kept = rule.changed(version=_next(session, rule.code), shipped=False)
    if before is not None and before.changed(version=kept.version, shipped=False) == kept:
        return before
    session.add(CheckRuleVersion(
        code=kept.code, version=kept.version, said=kept.as_data(), digest=_digest(kept), note=note.strip(), made_by_id=by.id,
    ))
    session.flush()
    details = {"name": kept.code, "version": kept.version, "enabled": kept.enabled, "reason": note.strip()}
    audit.record(session, "change_rule" if before else "add_rule", "rule", None, by=by, details=details)
    return kept


def switch(session: Session, code: str, *, enabled: bool, by: Person, note: str = "") -> Rule:
    """Switch a rule on or off, as a version of its own."""
    before = get(session, code)
    return save(session, before.changed(enabled=enabled), base=before.version, by=by, note=note)


def history(session: Session, code: str) -> list[CheckRuleVersion]:
    """The house's versions of a rule, the newest first."""
    query = select(CheckRuleVersion).where(CheckRuleVersion.code == code)
    return list(session.scalars(query.order_by(CheckRuleVersion.id.desc())))


@cache
def shipped() -> dict[str, Rule]:
    """The rules that come with the product, by code."""
    found: dict[str, Rule] = {}
    for file in sorted(SHIPPED.glob("*.toml")):
        for said in tomllib.loads(file.read_text(encoding="utf-8"))["rules"]:
            found[said["code"]] = _shipped(said)
    return found


def _shipped(said: dict[str, Any]) -> Rule:
    """Shipped rules write their examples as two lists; those of title rules are titles."""
    field = "title" if said["kind"] == "title" else "body"
    examples = [
        {"text": text, "finds": finds, "field": field}
        for finds, texts in ((True, said.pop("finds", [])), (False, said.pop("leaves", []))) for text in texts
    ]
    return rules.read({"version": "1", **said, "examples": examples})


def _with_house_rules(own: list[Rule]) -> Rulebook:
    everything = shipped() | {rule.code: rule for rule in own}
    versions = sorted(_digest(rule) for rule in everything.values())
    return Rulebook(tuple(everything.values()), hashlib.sha256("\n".join(versions).encode()).hexdigest())


def _digest(rule: Rule) -> str:
    return hashlib.sha256(json.dumps(rule.as_data(), ensure_ascii=False, sort_keys=True).encode()).hexdigest()


def _next(session: Session, code: str) -> str:
    """`1.3`: the house's third version over the shipped first one; `0.1`: the first of a rule of its own."""
    known = shipped().get(code)
    return f"{known.version if known else 0}.{len(history(session, code)) + 1}"
