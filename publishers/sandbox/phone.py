"""The phone page."""
from __future__ import annotations

from publishers.sandbox.calls import Call, Reply, problem
from publishers.sandbox.world import World


def answer(world: World, call: Call) -> Reply:
    return problem("later", 404)
