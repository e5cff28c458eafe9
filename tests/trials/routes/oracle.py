"""Says whether what left the house, or is about to, may: by reading rows in plain SQL, with none of the house's code."""

from __future__ import annotations

import hashlib
import json
from typing import Any

from sqlalchemy import text
from sqlalchemy.orm import Session

FIELDS = (
    "title", "body", "author", "digest", "cover", "source_url", "theme", "comments_open", "comments_fans_only", "cover_wide",
    "cover_square", "kind",
)
LATER = {"cover_wide": "", "cover_square": "", "kind": "news"}
REVIEWS = {"review_1", "review_2", "review_3"}


def look(session: Session, article_id: int) -> None:
    """Assert that nothing about this article breaks P1, P2 or P6, whatever was done to it."""
    [article] = _rows(session, "SELECT * FROM article WHERE id = :id", id=article_id)
    stages = _rows(session, "SELECT * FROM review_stage WHERE article_id = :id", id=article_id)
    _one_person_one_stage(stages)
    _nobody_after_stepping_aside(session, article_id, stages)
    _substitutes_are_in_force(session, stages)
    if article["state"] in ("signed_off", "scheduled", "published"):
        _signed_as_it_stands(session, article, stages)


def left(session: Session, delivery_id: int) -> None:
    """Assert that a delivery whose first byte leaves now may: signed off as it stands, and under no embargo."""
    [delivery] = _rows(session, "SELECT * FROM delivery WHERE id = :id", id=delivery_id)
    begun = _rows(session, "SELECT max(at) AS at FROM attempt WHERE delivery_id = :id", id=delivery_id)[0]["at"]
    held = "SELECT a.* FROM article a JOIN edition_article p ON p.article_id = a.id WHERE p.edition_id = :id"
    for article in _rows(session, held, id=delivery["edition_id"]):
        ends = article["embargo_until"]
        assert ends is None or str(ends) <= str(begun), f"P6: {begun} is before the embargo's end {ends}"
        stages = _rows(session, "SELECT * FROM review_stage WHERE article_id = :id", id=article["id"])
        _signed_as_it_stands(session, article, stages)


def _signed_as_it_stands(session: Session, article: dict[str, Any], stages: list[dict[str, Any]]) -> None:
    [revision] = _rows(
        session, "SELECT * FROM revision WHERE article_id = :id AND number = :number", id=article["id"], number=article["revision"]
    )
    digest = _digest(revision)
    assert digest == revision["content_hash"], "the revision's hash is not its content's"
    signed = _rows(session, "SELECT * FROM sign_off WHERE article_id = :id AND round = :round AND revision = :revision",
                   id=article["id"], round=article["round"], revision=article["revision"])
    assert [one["content_hash"] for one in signed] == [digest], "P1: no signature names this content"
    assert signed[0]["html"] == f"<p>{revision['body']}</p>", "P1: the signature keeps another text"
    approved = {
        one["name"]: one["decided_by_id"] for one in stages
        if one["round"] == article["round"] and one["content_hash"] == digest
        and one["decision"] in ("approve", "approve_with_comment")
    }
    assert set(approved) >= REVIEWS, f"P1: only {sorted(approved)} approved this content"
    assert len(set(approved.values())) == len(approved), "P2: one person approved two stages"
    wrote = _rows(session, "SELECT DISTINCT saved_by_id AS id FROM revision WHERE article_id = :id", id=article["id"])
    writers = {article["contributor_id"], *(one["id"] for one in wrote)}
    assert not writers & set(approved.values()), "P2: a writer approved their own text"
    _nothing_left_out(session, article, stages, digest)


def _nothing_left_out(session: Session, article: dict[str, Any], stages: list[dict[str, Any]], digest: str) -> None:
    """Every step of the round is through on this content; only an emergency may leave a stage out, and never a review."""
    steps: dict[tuple[str, int], list[dict[str, Any]]] = {}
    for one in stages:
        if one["round"] == article["round"]:
            steps.setdefault((one["track"], one["step"]), []).append(one)
    haste = _rows(session, "SELECT id FROM emergency WHERE article_id = :id", id=article["id"])
    for together in steps.values():
        yes = [one for one in together if one["decision"] in ("approve", "approve_with_comment") and one["content_hash"] == digest]
        spared = [one for one in together if haste and one["kind"] != "review" and one["decision"] is None]
        needed = max(one["needed"] for one in together) or len(together) - len(spared)
        assert len(yes) >= needed or (haste and len(spared) + len(yes) == len(together)), (
            f"P1: {[one['name'] for one in together]} needed {needed}, has {len(yes)}"
        )


def _one_person_one_stage(stages: list[dict[str, Any]]) -> None:
    held: dict[int, str] = {}
    for one in stages:
        if one["decided_by_id"] is not None:
            before = held.setdefault(one["decided_by_id"], one["name"])
            assert before == one["name"], f"P2: person {one['decided_by_id']} decided {before} and {one['name']}"


def _nobody_after_stepping_aside(session: Session, article_id: int, stages: list[dict[str, Any]]) -> None:
    for aside in _rows(session, "SELECT * FROM recusal WHERE article_id = :id", id=article_id):
        later = [
            one["name"] for one in stages
            if one["decided_by_id"] == aside["person_id"] and str(one["decided_at"]) > str(aside["created_at"])
        ]
        assert not later, f"person {aside['person_id']} stepped aside and decided {later}"


def _substitutes_are_in_force(session: Session, stages: list[dict[str, Any]]) -> None:
    for one in stages:
        if one["decided_for_id"] is not None:
            named = _rows(session, "SELECT * FROM substitution WHERE person_id = :person AND substitute_id = :by",
                          person=one["decided_for_id"], by=one["decided_by_id"])
            at = str(one["decided_at"])
            assert any(str(row["begins_at"]) <= at <= str(row["ends_at"]) for row in named), f"{one['name']}: nobody's substitute"


def _digest(revision: dict[str, Any]) -> str:
    said = {name: bool(revision[name]) if name.startswith("comments_") else revision[name] for name in FIELDS}
    said = {name: value for name, value in said.items() if name not in LATER or value != LATER[name]}
    return hashlib.sha256(json.dumps(said, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()).hexdigest()


def _rows(session: Session, query: str, **values: Any) -> list[dict[str, Any]]:
    return [dict(row) for row in session.execute(text(query), values).mappings()]
