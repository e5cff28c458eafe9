"""Whatever dies, wherever: nothing appears twice, nothing is lost, nothing leaves unsigned (promises P1, P3, P4).

Every named step of an edition and its shares once on each database. `python -m tests.trials` goes on from here;
QUNSHENG_TRIALS=200 adds that many drawn trials on each database.
"""

from __future__ import annotations

import itertools
import os
import re
from collections.abc import Sequence
from pathlib import Path

import pytest

from editorial.crash import NAMES
from tests import databases
from tests.trials import plans
from tests.trials.plans import Plan
from tests.trials.series import Series, run_series
from tests.trials.trial import Redis

pytestmark = pytest.mark.slow
MORE = int(os.environ.get("QUNSHENG_TRIALS", "0"))
KINDS = ("sqlite", "postgresql")


def test_every_named_step_has_a_trial() -> None:
    tried = {(plan.crash or plan.web_crash).partition(":")[0] for plan in plans.EVERY_STEP}
    assert tried == set(NAMES)
    assert len(tried) >= 20


@pytest.mark.parametrize("kind", KINDS)
def test_p3_a_worker_killed_at_every_step_publishes_and_shares_once(kind: str, tmp_path: Path) -> None:
    series = _run([*plans.WORKER_STEPS, *plans.READING_STEPS], kind, tmp_path)
    assert series.kills >= len(plans.WORKER_STEPS)
    assert not _first_passages(series.missed)


@pytest.mark.parametrize("kind", KINDS)
def test_p3_web_killed_while_it_schedules_and_stores(kind: str, tmp_path: Path) -> None:
    series = _run([*plans.WEB_STEPS, *plans.KILLS], kind, tmp_path)
    assert not _first_passages(series.missed)


@pytest.mark.parametrize(("kind", "chosen"), [("sqlite", slice(0, None, 2)), ("postgresql", slice(1, None, 2))])
def test_p3_platforms_that_take_a_call_and_do_not_say_so(kind: str, chosen: slice, tmp_path: Path) -> None:
    _run([*plans.PLATFORM_FAULTS[chosen], *plans.SEVERAL_AT_ONCE[chosen]], kind, tmp_path)


@pytest.mark.parametrize(("kind", "chosen"), [("sqlite", slice(0, 2)), ("postgresql", slice(2, None))])
def test_p3_a_redis_that_is_flushed_and_killed(kind: str, chosen: slice, tmp_path: Path) -> None:
    if not Redis.installed():
        pytest.skip("Redis is not installed")
    _run(plans.REDIS[chosen], kind, tmp_path)


@pytest.mark.skipif(not MORE, reason="QUNSHENG_TRIALS says how many")
@pytest.mark.parametrize("kind", KINDS)
def test_p3_drawn_trials(kind: str, tmp_path: Path) -> None:
    _run(list(itertools.islice(plans.drawn(MORE, redis=Redis.installed()), MORE)), kind, tmp_path)


def _run(chosen: Sequence[Plan], kind: str, folder: Path) -> Series:
    if kind == "postgresql" and not databases.installed():
        pytest.skip("PostgreSQL is not installed")
    series = run_series(chosen, kind, folder, seed=1)
    print(f"{kind}: {series}")
    assert not series.lines
    return series


def _first_passages(missed: list[str]) -> list[str]:
    """Points that were never passed at all. A second passage may not come: how many rounds a lane needs is chance."""
    return [name for name in missed if not re.search(r":[2-9]", name)]
