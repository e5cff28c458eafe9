"""From a path to the platform that owns it, and the fault that may stand in between."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from urllib.parse import urlencode

from publishers.sandbox import chinatime, companies, oidc
from publishers.sandbox.applications import doors
from publishers.sandbox.calls import Call, Orders, Refusal, Reply
from publishers.sandbox.faults import Fault, Faults
from publishers.sandbox.journal import Journal, without_secret
from publishers.sandbox.robots import dingtalk, feishu, hooks, wecom
from publishers.sandbox.robots.limits import Windows
from publishers.sandbox.wechat import desk
from publishers.sandbox.wechat.desk import Usage
from publishers.sandbox.world import World

PROXY_PAGE = (
    "<!doctype html><html><head><title>Gateway</title></head>"
    "<body><h1>网络安全网关</h1><p>Your request could not be completed.</p></body></html>"
).encode()
MOST_RIDS, MOST_BODY = 1000, 2000


@dataclass(frozen=True)
class Outcome:
    """How to answer: the reply after `hold` seconds, only its first half, or (None) no reply at all."""

    reply: Reply | None
    hold: float = 0.0
    cut: bool = False
    reset: bool = False


class Platforms:
    """All simulated platforms over one world."""

    def __init__(self, state: Path) -> None:
        self.world = World(state)
        self.faults = Faults()
        self.oidc = oidc.Provider()
        self.journal = Journal(state / "calls.jsonl")
        self._robots = {
            wecom.PATH: (wecom.answer, wecom.windows()),
            wecom.UPLOAD_PATH: (wecom.answer, wecom.windows()),
            dingtalk.PATH: (dingtalk.answer, dingtalk.windows()),
            feishu.PATH: (feishu.answer, feishu.windows()),
            hooks.PATH: (hooks.answer, hooks.windows()),
            hooks.OTHER_PATH: (hooks.take, hooks.windows()),
        }
        self.companies = companies.Companies()
        self._robots |= dict.fromkeys(self.companies.paths, (self._ask_company, Windows((100_000, 60.0))))
        self._usage: Usage = self.journal.usage(self.world.now())
        self._usage_day = chinatime.day(self.world.now())

    def owns(self, path: str) -> bool:
        return without_secret(path) in self._robots or doors.knows(path) or desk.knows(path)

    def answer(self, call: Call, sleep: Callable[[float], object]) -> Outcome:
        """Handle one platform call, faults included. Everything it changed is durable when this returns."""
        text = f"{call.path}?{urlencode(call.query)}\n{call.body.decode('utf-8', 'replace')}"
        fault = self.faults.take(call.path, text)
        if fault is None:
            return Outcome(self._handle(call, None))
        if fault.act == "delay":
            sleep(fault.seconds)
        done = self._handle(replace(call, orders=_orders(fault)), fault) if fault.effect else self._spoil(call, fault)
        return _spoiled(call, fault, done)

    def _ask_company(self, world: World, call: Call, limits: Windows) -> Reply:
        return self.companies.answer(world.settings, call)

    def reset(self, *, keep: bool) -> None:
        self.faults.clear()
        self.journal.clear()
        self._usage.clear()
        for _, limits in self._robots.values():
            limits.clear()
        self.world.reset(keep=keep)

    def close(self) -> None:
        self.world.log.close()
        self.journal.close()

    def _handle(self, call: Call, fault: Fault | None) -> Reply:
        app_id = ""
        started = time.perf_counter()
        with self.world.lock:
            try:
                robot = self._robots.get(without_secret(call.path))
                if robot is not None:
                    handler, limits = robot
                    reply = handler(self.world, call, limits)
                elif doors.takes(self.world, call):
                    reply = doors.answer(self.world, call)
                else:
                    reply, app_id = desk.answer(self.world, call, self._usage_of(call.at))
            except (TypeError, AttributeError, ValueError, KeyError, IndexError):
                # The body had another shape than the platform expects.
                reply = _refusal(call, Refusal(47001, "data format error"))
        self.world.log.settle()
        self._note(call, reply, fault, app_id, started)
        return reply

    def _spoil(self, call: Call, fault: Fault) -> Reply:
        """A call that has no effect at all."""
        code = fault.errcode
        if fault.act == "busy":
            code = 11232 if call.path.startswith("/open-apis/") else -1
        reply = _refusal(call, Refusal(code, "system error" if code == -1 else "refused by order"))
        app_id = self._holder(call)
        if app_id:
            self._usage_of(call.at)[app_id, call.path] += 1
        self._note(call, reply, fault, app_id, time.perf_counter())
        return reply

    def _holder(self, call: Call) -> str:
        token = self.world.tokens.get(call.query.get("access_token", ""))
        return token.app_id if token else ""

    def _note(self, call: Call, reply: Reply, fault: Fault | None, app_id: str, started: float) -> None:
        took = round((time.perf_counter() - started) * 1000, 2)
        entry = {
            "at": call.at, "method": call.method, "path": without_secret(call.path), "code": reply.code or 0,
            "ms": took,
        }
        if app_id:
            entry["app_id"] = app_id
        if reply.rid:
            entry["rid"] = reply.rid
            self._keep_rid(call, reply, app_id, int(took))
        if fault is not None:
            entry["fault"] = fault.act
        self.journal.write(entry)

    def _keep_rid(self, call: Call, reply: Reply, app_id: str, took: int) -> None:
        """What `openapi/rid/get` will tell of a failed call; no token stands in it."""
        said = {
            "app_id": app_id, "invoke_time": int(call.at), "cost_in_ms": took, "client_ip": call.address,
            "request_url": without_secret(call.path), "request_body": _body_shown(call),
            "response_body": reply.content.decode("utf-8"),
        }
        with self.world.lock:
            self.world.rids[reply.rid] = said
            if len(self.world.rids) > MOST_RIDS:
                self.world.rids.pop(next(iter(self.world.rids)))

    def _usage_of(self, at: float) -> Usage:
        """The counters of today; a new day in China starts them afresh."""
        if chinatime.day(at) != self._usage_day:
            self._usage_day = chinatime.day(at)
            self._usage.clear()
        return self._usage


def _body_shown(call: Call) -> str:
    """The beginning of the body; that of a token call holds the secret."""
    return "" if call.path.endswith("token") else call.body[:MOST_BODY].decode("utf-8", "replace")


def _orders(fault: Fault) -> Orders:
    if fault.act == "repeat_event":
        return Orders(events=fault.count)
    if fault.act == "skip_event":
        return Orders(events=0)
    if fault.act == "late_event":
        return Orders(late=fault.seconds)
    return Orders(result=fault.code or 3) if fault.act == "result" else Orders()


def _spoiled(call: Call, fault: Fault, reply: Reply) -> Outcome:
    """The reply as the fault lets it through."""
    match fault.act:
        case "drop_before" | "drop_after":
            return Outcome(None, reset=fault.reset)
        case "truncate":
            return Outcome(reply, cut=True)
        case "timeout_after":
            return Outcome(reply, hold=fault.seconds)
        case "html":
            return Outcome(Reply(PROXY_PAGE))
        case "status":
            return Outcome(Reply(PROXY_PAGE, status=fault.code or 502))
        case "busy" if fault.effect:
            return Outcome(_refusal(call, Refusal(-1, "system error")))
    return Outcome(reply)


def _refusal(call: Call, refusal: Refusal) -> Reply:
    """The refusal in the shape of the platform that owns the path."""
    if doors.knows(call.path):
        return doors.refuse(call, doors.malformed(call.path) if refusal.code == 47001 else refusal.code, refusal.words)
    if call.path.startswith(feishu.PATH):
        return feishu.refuse(9499 if refusal.code == 47001 else refusal.code, refusal.words)
    if call.path == dingtalk.PATH:
        return dingtalk.refuse(40035 if refusal.code == 47001 else refusal.code, refusal.words)
    if call.path in (wecom.PATH, wecom.UPLOAD_PATH):
        return wecom.refuse(refusal.code, refusal.words, call.address)
    if call.path.startswith((hooks.PATH, hooks.OTHER_PATH)):
        return hooks.refuse(refusal.code, refusal.words)
    return desk.refuse(refusal.code, refusal.words, **refusal.more)


