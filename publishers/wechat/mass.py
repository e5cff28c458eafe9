"""The mass send (群发): a draft is pushed to followers and uses up quota. Idempotent for 24 hours by `clientmsgid`.

Sources: developers.weixin.qq.com/doc/subscription/api/notify/message/ (api_sendall.html, api_massmsgget.html)
"""

from __future__ import annotations

import hashlib
import json
import time
from collections.abc import Callable
from dataclasses import replace

from publishers.connector import (
    Abilities,
    Absent,
    CannotTell,
    EditionParcel,
    Found,
    OutcomeUnknown,
    Parcel,
    Rate,
    Reading,
    Receipt,
    Refused,
    Remember,
    TryLater,
)
from publishers.wechat import traces
from publishers.wechat.client import Client, Task
from publishers.wechat.errors import DRAFT_GONE, mass_failure
from publishers.wechat.limits import refuse_long_marker
from publishers.wechat.release import asking, is_in_draft_box

PERMALINKS = "permalinks"
"""Under this name whoever receives `MASSSENDJOBFINISH` leaves the links as a JSON list: no call gives them."""

MASS_RESULT = "mass_result"
"""Under this name whoever receives `MASSSENDJOBFINISH` leaves its status: `mass/get` does not say why a send failed."""

ADMIN_UNTIL = "admin_until"
"""Under this name stands until when the account's administrator may confirm, in seconds since the epoch."""

ADMIN_SECONDS = 30 * 60
"""How long WeChat waits for the administrator before it gives the send up (guide, Batch_Sends.html)."""

LINK_WAIT_SECONDS = 20.0
NOT_CONFIRMED = "err(40002)"
ASKED_IN_VAIN = ("err(40001)", NOT_CONFIRMED, "send fail")
"""Ends without a verdict on the content: asking once more may help."""
FAILED_BEFORE = "mass_failed_before"
"""Under this name stands the task that failed before the present one was asked for."""
MARKER_LIVES_SECONDS = 23 * 3600.0


class MassSend:
    """Purpose `mass_send`, to whom the parcel says. Needs `media_id` in the parcel's memory.

    `link_wait` is how many seconds after the request the links' event is waited for before the send counts as done.
    """

    kind = "wechat_mass_send"
    abilities = Abilities(sends_cards=False, reads_back=True)
    rates: tuple[Rate, ...] = ()

    def __init__(
        self, client: Client, *, link_wait: float = LINK_WAIT_SECONDS, now: Callable[[], float] = time.time
    ) -> None:
        self._client, self._link_wait, self._now = client, link_wait, now

    def send(self, parcel: Parcel, remember: Remember) -> Receipt:
        """Ask once. Remembers `mass_asked_at` (of the first time), `msg_id`, `msg_data_id` and `admin_until`.

        A parcel that already has a task is asked for again only after a final failure that nobody's review caused.
        """
        edition = traces.edition(parcel)
        if msg_id := edition.memory.get(traces.MSG_ID):
            if not self._may_be_asked_anew(edition, msg_id):
                return _accepted(msg_id)
            edition = _anew(edition, msg_id, remember)
        media_id = edition.memory.get(traces.MEDIA_ID)
        if not media_id:
            raise Refused("The edition has no draft yet.")
        if self._seconds_since_asked(edition) is None:
            traces.stamp(remember, traces.MASS_ASKED_AT)
        task = self._ask(edition, media_id)
        until = self._now() + ADMIN_SECONDS
        if task.awaiting == "admin":
            remember(ADMIN_UNTIL, str(int(until)))
        remember(traces.MSG_ID, task.id)
        if task.msg_data_id:
            remember(traces.MSG_DATA_ID, task.msg_data_id)
        return _accepted(task.id, task.awaiting, None if edition.tag_id is not None else until)

    def confirm(self, parcel: Parcel) -> Receipt:
        """Ask for the send's state. Raises Refused when it ended without being sent.

        After the administrator's term a send that the event calls failed is failed, whatever its state still says.
        """
        edition = traces.edition(parcel)
        with asking():
            reading = self.find_out(parcel)
            if not isinstance(reading, Found):
                return Receipt(final=False, awaiting="platform")
            msg_id = reading.receipt.remote_id
            status = self._client.mass_status(msg_id)
        told = edition.memory.get(MASS_RESULT, "")
        until = traces.stamped(edition.memory, ADMIN_UNTIL)
        over = until is not None and self._now() >= until
        if status == "SENDING" and not (over and told and told.lower() != "send success"):
            return self._still_sending(edition, msg_id, until)
        if status != "SEND_SUCCESS":
            raise mass_failure(told or (NOT_CONFIRMED if over and status == "SEND_FAIL" else status))
        links = _links(edition.memory.get(PERMALINKS, ""))
        waited = self._seconds_since_asked(edition)
        if not links and waited is not None and waited < self._link_wait:
            return _accepted(msg_id)
        return Receipt(final=True, remote_id=msg_id, permalinks=links)

    def find_out(self, parcel: Parcel) -> Reading:
        """Read the draft box; when the draft is gone, name the same marker again, which gives the earlier task.

        A used draft cannot go out again, so that repeat reads and sends nothing. While the draft is there, sending
        again under the same marker cannot double it, as long as the platform remembers the marker. Within a minute
        of the first time the platform answers 45066 instead.
        """
        edition = traces.edition(parcel)
        if msg_id := edition.memory.get(traces.MSG_ID):
            return Found(_accepted(msg_id))
        waited = self._seconds_since_asked(edition)
        if waited is not None and waited > MARKER_LIVES_SECONDS:
            return CannotTell("WeChat has forgotten the mark of this mass send. Look into the console.", final=True)
        media_id = edition.memory.get(traces.MEDIA_ID, "")
        if media_id and is_in_draft_box(self._client, media_id):
            return Absent()
        return self._adopted(edition, media_id)

    def _may_be_asked_anew(self, edition: EditionParcel, msg_id: str) -> bool:
        told = edition.memory.get(MASS_RESULT, "")
        return (not told or told in ASKED_IN_VAIN) and self._client.mass_status(msg_id) == "SEND_FAIL"

    def _still_sending(self, edition: EditionParcel, msg_id: str, until: float | None) -> Receipt:
        """Whom it waits for. No answer need say that the administrator is asked, so every send to all has the term."""
        awaiting = "admin" if until is not None and self._now() < until else "platform"
        asked_at = traces.stamped(edition.memory, traces.MASS_ASKED_AT)
        if until is None and edition.tag_id is None and asked_at is not None:
            until = asked_at + ADMIN_SECONDS
        return _accepted(msg_id, awaiting, until)

    def _adopted(self, edition: EditionParcel, media_id: str) -> Reading:
        try:
            task = self._ask(edition, media_id)
            return Found(_accepted(task.id, task.awaiting))
        except (OutcomeUnknown, TryLater) as failure:
            if failure.code != DRAFT_GONE:
                return CannotTell(failure.reason)
            return CannotTell("The draft has left the draft box, but WeChat does not know this mass send.", final=True)

    def _ask(self, edition: EditionParcel, media_id: str) -> Task:
        refuse_long_marker(edition.marker)
        return self._client.send_to_all(
            media_id, tag_id=edition.tag_id, marker=_marker(edition), despite_reprint=edition.despite_reprint
        )

    def _seconds_since_asked(self, edition: EditionParcel) -> float | None:
        asked_at = traces.stamped(edition.memory, traces.MASS_ASKED_AT)
        return None if asked_at is None else self._now() - asked_at


def _anew(edition: EditionParcel, failed: str, remember: Remember) -> EditionParcel:
    """The parcel without its failed task. From here on that task says nothing about what is asked for next."""
    forgotten = {FAILED_BEFORE: failed, traces.MSG_ID: "", traces.MASS_ASKED_AT: "", ADMIN_UNTIL: ""}
    for name, value in forgotten.items():
        remember(name, value)
    return replace(edition, memory={**edition.memory, **forgotten})


def _marker(edition: EditionParcel) -> str:
    """The mark of this request: WeChat takes each only once a day, so a request after a failed one has its own."""
    failed = edition.memory.get(FAILED_BEFORE, "")
    return hashlib.sha256(f"{edition.marker}:{failed}".encode()).hexdigest()[:32] if failed else edition.marker


def _links(text: str) -> tuple[str, ...]:
    try:
        said = json.loads(text or "[]")
    except ValueError:
        return ()
    return tuple(one for one in said if isinstance(one, str)) if isinstance(said, list) else ()


def _accepted(msg_id: str, awaiting: str = "platform", decided_by: float | None = None) -> Receipt:
    return Receipt(final=False, remote_id=msg_id, awaiting=awaiting, decided_by=decided_by)
