"""What shall go wrong in a trial: every named step once, platform faults, random kills, a Redis that cannot be trusted."""

from __future__ import annotations

import random
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

DRAFT, SUBMIT, GET = "/cgi-bin/draft/add", "/cgi-bin/freepublish/submit", "/cgi-bin/freepublish/get"
LISTED, DRAFTS = "/cgi-bin/freepublish/batchget", "/cgi-bin/draft/batchget"
WECOM, DING, LARK = "/cgi-bin/webhook/send", "/robot/send", "/open-apis/bot/v2/hook"
CALLS = (DRAFT, SUBMIT, GET, WECOM, DING, LARK)

Order = Mapping[str, Any]


@dataclass(frozen=True)
class Plan:
    """One trial's misfortune. `crash` is `POINT:HIT` of the first worker, `web_crash` of the first web process."""

    name: str
    crash: str = ""
    web_crash: str = ""
    faults: tuple[Order, ...] = ()
    kills: int = 0
    web: bool = False
    redis: str = ""
    """Empty: no Redis; `steady`, `flushed` or `killed`."""


def drop_after(path: str) -> Order:
    """The effect is there, the answer is not."""
    return {"path": path, "act": "drop_after"}


WORKER_STEPS: tuple[Plan, ...] = tuple(
    Plan(f"{point}:{hit}", crash=f"{point}:{hit}")
    for point, hits in (
        ("recover.before_commit", (1, 2)), ("recover.after_commit", (1,)),
        ("claim.before_commit", (1, 3)), ("claim.after_commit", (1, 3)),
        ("send.before_call", (1, 3)), ("send.after_call", (1, 3)),
        ("remember.before_commit", (1, 4)), ("remember.after_commit", (1, 4)),
        ("record.before_commit", (1, 2, 4)), ("record.after_commit", (1, 3)),
        ("confirm.before_call", (1,)), ("confirm.after_call", (1, 2)),
        ("published.before_promise", (1, 2)), ("published.after_promise", (1, 2)),
        ("share.batch_claimed", (1,)), ("share.one_recorded", (4, 6)),
    )
    for hit in hits
)
READING_STEPS: tuple[Plan, ...] = tuple(
    Plan(f"{point}:{hit} while finding out", crash=f"{point}:{hit}", faults=(drop_after(path),))
    for point in ("read.before_call", "read.after_call", "read.before_commit", "read.after_commit")
    for hit, path in ((1, SUBMIT), (1, DRAFT))
)
WEB_STEPS: tuple[Plan, ...] = tuple(
    Plan(f"web {point}:1", web_crash=f"{point}:1", web=True)
    for point in ("schedule.before_commit", "save.before_commit", "save.after_commit", "media.before_rename", "media.after_rename")
)
PLATFORM_FAULTS: tuple[Plan, ...] = tuple(
    Plan(f"{order['act']} at {order['path']}", faults=(order,))
    for order in (
        *({"path": path, "act": "drop_before"} for path in CALLS),
        *(drop_after(path) for path in CALLS),
        *({"path": path, "act": "truncate"} for path in CALLS),
        {"path": SUBMIT, "act": "drop_after", "reset": True}, {"path": WECOM, "act": "drop_after", "reset": True},
        {"path": SUBMIT, "act": "timeout_after", "seconds": 2.0}, {"path": DING, "act": "timeout_after", "seconds": 2.0},
        *({"path": path, "act": "html"} for path in CALLS), {"path": SUBMIT, "act": "html", "effect": False},
        *({"path": path, "act": "status", "code": 502} for path in (DRAFT, SUBMIT, LARK)),
        {"path": SUBMIT, "act": "status", "code": 503, "effect": True},
        # Feishu when busy asks for a whole minute, which is too long here.
        *({"path": path, "act": "busy"} for path in CALLS[:-1]), {"path": SUBMIT, "act": "busy", "effect": True},
        {"path": WECOM, "act": "busy", "effect": True}, {"path": SUBMIT, "act": "result", "code": 3},
        {"path": SUBMIT, "act": "result", "code": 2},
    )
)
SEVERAL_AT_ONCE: tuple[Plan, ...] = (
    Plan("the answers of draft, submit and a robot are lost", faults=(drop_after(DRAFT), drop_after(SUBMIT), drop_after(LARK))),
    Plan("reading fails while finding out", faults=(drop_after(SUBMIT), {"path": LISTED, "act": "html", "times": 2})),
    Plan("events twice", web=True, faults=({"path": SUBMIT, "act": "repeat_event", "count": 3},)),
    Plan("events never", web=True, faults=({"path": SUBMIT, "act": "skip_event"},)),
)
REDIS: tuple[Plan, ...] = (
    Plan("a steady Redis and random kills", redis="steady", kills=2), Plan("Redis flushed in flight", redis="flushed"),
    Plan("Redis killed in flight", redis="killed"), Plan("Redis killed, and the worker", redis="killed", kills=2),
)
KILLS: tuple[Plan, ...] = (
    Plan("random kills of the worker", kills=5), Plan("random kills of worker and web", kills=3, web=True),
)
EVERY_STEP: tuple[Plan, ...] = (*WORKER_STEPS, *READING_STEPS, *WEB_STEPS)


def drawn(seed: int, *, redis: bool) -> Iterator[Plan]:
    """Plans without end: every step and fault in turn, mixed with faults and kills as `seed` draws them."""
    dice = random.Random(seed)  # noqa: S311
    known = (*EVERY_STEP, *PLATFORM_FAULTS, *SEVERAL_AT_ONCE, *KILLS, *(REDIS if redis else ()))
    while True:
        for plan in dice.sample(known, len(known)):
            extra = dice.choice(PLATFORM_FAULTS)
            mixed = dice.random() < 0.3 and not plan.web_crash
            yield Plan(
                f"{plan.name}, {extra.name}" if mixed else plan.name, crash=plan.crash, web_crash=plan.web_crash,
                faults=(*plan.faults, *extra.faults) if mixed else plan.faults,
                kills=plan.kills + (dice.randrange(3) if mixed else 0), web=plan.web or dice.random() < 0.1,
                redis=plan.redis or (dice.choice(("steady", "flushed", "killed")) if redis and dice.random() < 0.2 else ""),
            )
