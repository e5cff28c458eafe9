"""From a platform's answer to one of the four words. The tables themselves stand with their platforms."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from publishers.connector import Failure, OutcomeUnknown, Refused, SwitchedOff, TryLater
from publishers.net import Answer

LONGEST_WAIT_SECONDS = 3600.0
USUAL_WAIT_SECONDS = 60.0


@dataclass(frozen=True)
class Verdict:
    """What one error code means: the word, the sentence for people, and how long the channel waits (seconds)."""

    word: type[Failure]
    reason: str
    after: float | None = None
    field: str = ""

    def failure(self, *, code: str, rid: str = "", http_status: int | None = None) -> Failure:
        """The exception to raise. A wait concerns the whole channel, not only this parcel."""
        if self.word is TryLater:
            return TryLater(
                self.reason, after=self.after, whole_channel=self.after is not None,
                code=code, rid=rid, http_status=http_status,
            )
        if self.word is Refused:
            return Refused(self.reason, field=self.field, code=code, rid=rid, http_status=http_status)
        return self.word(self.reason, code=code, rid=rid, http_status=http_status)


Verdicts = Mapping[int, Verdict]

BUSY = Verdict(OutcomeUnknown, "The platform was busy and did not say whether it took the message.")
TOO_FAST = "The platform found us too fast; what goes there waits for a while."
UNKNOWN_CODE = Verdict(Refused, "The platform refused the message with a code that is not in our table.")


def check_status(answer: Answer) -> None:
    """Raise what the HTTP status alone decides; 2xx and the 4xx with a body of the platform's own pass.

    After a 5xx the message may stand in the group: a webhook has no idempotency key, so nobody may send it again blindly.
    """
    check_way(answer)
    status = answer.status
    if status == 408 or status >= 500:
        raise OutcomeUnknown(
            "The platform or a proxy failed and did not say whether it took the message.",
            code=str(status), http_status=status,
        )


def check_way(answer: Answer) -> None:
    """Raise when the call certainly never reached the platform's own program: a redirect and 407 come from a proxy on the
    way, 429 from the door."""
    status = answer.status
    if status == 407 or 300 <= status < 400:
        reason = "A proxy on the way to the platform asks for a sign-in."
        raise SwitchedOff(reason, code=str(status), http_status=status)
    if status == 429:
        raise TryLater(TOO_FAST, after=wait_of(answer), whole_channel=True, code="429", http_status=status)


def code_in(fields: Mapping[str, object], *names: str) -> int | None:
    """The first of `names` that is an integer; a missing or odd code is not a success."""
    for name in names:
        value = fields.get(name)
        if isinstance(value, int) and not isinstance(value, bool):
            return value
    return None


def settle(code: int | None, verdicts: Verdicts, *, http_status: int, rid: str = "") -> None:
    """Return for success; raise the word that `code` stands for. Codes we do not know are refusals, never success."""
    if code is None or (code == 0 and not 200 <= http_status < 300):
        raise OutcomeUnknown("The platform's answer could not be read.", rid=rid, http_status=http_status)
    if code != 0:
        raise verdicts.get(code, UNKNOWN_CODE).failure(code=str(code), rid=rid, http_status=http_status)


def wait_of(answer: Answer) -> float:
    """Seconds from `Retry-After` or Feishu's `x-ogw-ratelimit-reset`, at most an hour."""
    for name in ("retry-after", "x-ogw-ratelimit-reset"):
        word = answer.headers.get(name, "").strip()
        if word.isascii() and word.isdigit():
            return min(max(float(word), 1.0), LONGEST_WAIT_SECONDS)
    return USUAL_WAIT_SECONDS
