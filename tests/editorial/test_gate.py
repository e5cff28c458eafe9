"""Promises P1 and P2 as a property: no sequence of acts of any people publishes what three others did not approve.

QUNSHENG_GATE_ACTIONS says how many acts are tried.
"""

from __future__ import annotations

import os
from collections import Counter
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context

import pytest

from tests.editorial.gatekeeping import Machine

ACTIONS = int(os.environ.get("QUNSHENG_GATE_ACTIONS", "20000"))
ACTIONS_A_HOUSE = 500


@pytest.mark.slow
def test_p1_p2_nothing_leaves_without_three_other_people() -> None:
    done: Counter[str] = Counter()
    with ProcessPoolExecutor(2, mp_context=get_context("fork")) as pool:
        for house in pool.map(_play, range(max(ACTIONS // ACTIONS_A_HOUSE, 1))):
            done += house
    print(f"actions {sum(done.values())}: {dict(done.most_common())}")
    assert sum(done.values()) >= ACTIONS
    for act in ("approve", "schedule", "send: sent", "return", "revise", "unschedule", "change the route"):
        assert done[act] > 0, f"{act} never happened, so the property says nothing about it"


def _play(seed: int) -> Counter[str]:
    machine = Machine(seed)
    for number in range(ACTIONS_A_HOUSE):
        try:
            machine.play()
        except AssertionError as error:
            raise AssertionError(f"seed {seed}, act {number}: {error}") from error
    machine.session.close()
    return machine.done
