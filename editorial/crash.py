"""Named places where a trial may kill this process. Unarmed (always, outside trials) a crash point does nothing."""

from __future__ import annotations

import os
import signal

NAMES = (
    "claim.before_commit", "claim.after_commit", "send.before_call", "send.after_call",
    "remember.before_commit", "remember.after_commit", "record.before_commit", "record.after_commit",
    "recover.before_commit", "recover.after_commit", "read.before_call", "read.after_call",
    "read.before_commit", "read.after_commit", "confirm.before_call", "confirm.after_call",
    "published.before_promise", "published.after_promise", "share.batch_claimed", "share.one_recorded",
    "schedule.before_commit", "media.before_rename", "media.after_rename", "save.before_commit", "save.after_commit",
)
_armed: dict[str, int] = {}


def arm(name: str, hit: int = 1) -> None:
    """Kill this process with SIGKILL the `hit`-th time it passes `name`."""
    if name not in NAMES:
        raise ValueError(f"no crash point is called {name}")
    _armed[name] = hit


def arm_as_told(order: str) -> None:
    """Arm what a trial orders as `POINT` or `POINT:HIT`; "" orders nothing."""
    if order:
        name, _, hit = order.partition(":")
        arm(name, int(hit or 1))


def crash_point(name: str) -> None:
    """Die here if a trial asked for it."""
    if name not in _armed:
        return
    _armed[name] -= 1
    if _armed[name] == 0:
        os.kill(os.getpid(), signal.SIGKILL)
