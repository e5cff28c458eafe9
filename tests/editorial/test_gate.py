"""Promise P1 and P2 as a property: no sequence of acts of any people publishes what three others did not approve."""

from __future__ import annotations

import os
from collections import Counter

import pytest

from tests.editorial.gatekeeping import Machine

ACTIONS = int(os.environ.get("QUNSHENG_GATE_ACTIONS", "20000"))
ACTIONS_A_HOUSE = 500


@pytest.mark.slow
def test_p1_p2_nothing_leaves_without_three_other_people() -> None:
    done: Counter[str] = Counter()
    for seed in range(max(ACTIONS // ACTIONS_A_HOUSE, 1)):
        machine = Machine(seed)
        for _ in range(ACTIONS_A_HOUSE):
            try:
                machine.play()
            except AssertionError as error:
                raise AssertionError(f"seed {seed}: {error}") from error
        machine.session.close()
        done += machine.done
    print(f"actions {sum(done.values())}: {dict(done.most_common())}")
    assert sum(done.values()) >= ACTIONS
    for act in ("approve", "schedule", "send: sent", "return", "revise", "unschedule", "change the route"):
        assert done[act] > 0, f"{act} never happened, so the property says nothing about it"
