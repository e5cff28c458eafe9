"""An answer that is an error, a missing answer and a failed result, folded into the words of `publishers.connector`."""

from __future__ import annotations

import re
import time
from enum import Enum

from publishers.connector import Failure, HandOver, OutcomeUnknown, Refused, SwitchedOff, Told, TryLater
from publishers.wechat import codes
from publishers.wechat.codes import BUSY, Verdict, Word

TOKEN_REJECTED = frozenset({40001, 40014, 42001})
"""The token is stale or wrong: renew it once, repeat the call once."""

DRAFT_GONE = "40007"
NO_COMMENTS = "88000"
RIGHT_MISSING = frozenset({"48001", "48003", "48008"})


class Effect(Enum):
    """What a call leaves behind, which decides how an unclear answer is read."""

    NONE = "a reading or an upload: harmless to repeat"
    HIDDEN = "a draft: private, but not to be doubled needlessly"
    VISIBLE = "readers see it: never repeated blindly"


def failure_for(code: int, message: str, *, call: str, effect: Effect, http_status: int | None = None) -> Failure:
    """The failure that an error answer to `call` (such as `draft/add`) means; only the rid of `message` is kept."""
    found = re.search(r"\brid:\s*([0-9A-Za-z-]+)", message)
    rid = found.group(1) if found else ""
    verdict = verdict_on(code, call, effect)
    failure = _as_failure(verdict, str(code), rid, http_status)
    failure.told = verdict.told
    return failure


def verdict_on(code: int, call: str, effect: Effect) -> Verdict:
    """The row for `code`, or for an unlisted code a final refusal that shows the code as it is."""
    if code == BUSY and effect is Effect.VISIBLE:
        return codes.BUSY_WHILE_VISIBLE
    return codes.BY_CALL.get((call, code)) or codes.TABLE.get(code) or codes.UNLISTED


def unclear(effect: Effect, reason: str, http_status: int | None = None) -> Failure:
    """No readable answer after the request left: harmless calls are tried again, the others must be found out."""
    if effect is Effect.NONE:
        return TryLater(reason, http_status=http_status)
    return OutcomeUnknown(reason, http_status=http_status)


def _as_failure(verdict: Verdict, code: str, rid: str, http_status: int | None) -> Failure:
    match verdict.word:
        case Word.LATER:
            return TryLater(
                verdict.reason, after=verdict.after, whole_channel=verdict.channel,
                code=code, rid=rid, http_status=http_status,
            )
        case Word.TOMORROW:
            return TryLater(
                verdict.reason, after=seconds_to_next_day(time.time()), whole_channel=True,
                code=code, rid=rid, http_status=http_status,
            )
        case Word.REFUSED:
            return Refused(verdict.reason, field=verdict.field, code=code, rid=rid, http_status=http_status)
        case Word.OFF:
            return SwitchedOff(verdict.reason, code=code, rid=rid, http_status=http_status)
        case Word.PERSON:
            return HandOver(verdict.reason, code=code, rid=rid, http_status=http_status)
        case Word.UNKNOWN:
            return OutcomeUnknown(verdict.reason, code=code, rid=rid, http_status=http_status)


def seconds_to_next_day(now: float) -> float:
    """Seconds from the epoch instant `now` to five past midnight in China, when daily quotas have been renewed."""
    return 86_400 - (now + 8 * 3600) % 86_400 + 300


def publish_failure(status: int, positions: tuple[int, ...]) -> Refused:
    """What a final `publish_status` other than success means; `positions` (from 1) name the articles to blame.

    Source: developers.weixin.qq.com/doc/subscription/api/public/api_freepublish_get.html
    """
    reason = codes.PUBLISH_STATUS.get(status, "WeChat ended publishing with a status that is not in our list.")
    blamed = ",".join(f"articles[{position}]" for position in positions)
    return _of_the_editor(Refused(reason, field=blamed, code=f"publish_status {status}"))


def mass_failure(status: str) -> Refused:
    """What a mass send's final status other than success means: `send fail`, `err(N)`, `SEND_FAIL`, `DELETE`.

    Source: developers.weixin.qq.com/doc/subscription/guide/product/message/Batch_Sends.html
    """
    found = re.search(r"\d{5}", status)
    if status == "DELETE":
        return _of_the_editor(Refused("The mass send went out and was then deleted in WeChat.", code=status))
    reason = codes.MASS_RESULTS.get(found.group()) if found else None
    return _of_the_editor(Refused(reason or "WeChat could not make the mass send and gave no reason.", code=status))


def _of_the_editor(failure: Refused) -> Refused:
    failure.told = Told.EDITOR
    return failure
