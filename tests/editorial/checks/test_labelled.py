"""The rules against a thousand labelled passages, two hundred titles and forty disguises (tests/trials/checks.py)."""

from __future__ import annotations

import pytest

from editorial.review.checks.engine import Engine
from tests.trials import checks


@pytest.fixture(scope="module")
def engine() -> Engine:
    return checks.shipped_engine()


def test_blockers_are_found_and_little_else(engine: Engine) -> None:
    passages = checks.passages()
    assert len(passages) == checks.TOTAL
    found, mistakes = checks.scores(passages, engine)
    together = checks.total_of(found.values())
    assert together.recall >= 0.95 and together.precision >= 0.8, mistakes
    low = {code: score for code, score in found.items() if score.recall < 0.95 or score.precision < 0.8}
    assert low == {}, mistakes


def test_what_was_held_out_is_found_as_well(engine: Engine) -> None:
    apart = [one for one in checks.passages() if one.held_out]
    found, mistakes = checks.scores(apart, engine)
    together = checks.total_of(found.values())
    assert len(apart) >= 70 and together.recall >= 0.85 and together.precision >= 0.8, mistakes


def test_no_disguise_helps(engine: Engine) -> None:
    hidden = checks.disguised()
    assert len(hidden) >= 40
    assert [one for one in hidden if one.label not in checks.blockers_in(one, engine)] == []


def test_clickbait_is_told_from_titles(engine: Engine) -> None:
    score, mistakes = checks.title_score(engine)
    assert len(checks.titles()) >= 200
    assert score.recall >= 0.7 and score.precision >= 0.8, mistakes
