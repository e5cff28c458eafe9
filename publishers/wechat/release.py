"""Publishing a draft without a mass send (发布): a permanent link for each article, no push, no mass-send quota.

Sources: developers.weixin.qq.com/doc/subscription/api/public/ (api_freepublish_submit.html, api_freepublish_get.html,
api_freepublish_batchget.html)
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from publishers.connector import (
    ASKED_BEFORE,
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
from publishers.wechat.client import Client
from publishers.wechat.errors import DRAFT_GONE, publish_failure

SUCCEEDED, RUNNING, FAILED_WITHOUT_REASON = 0, 1, 3
FAILED = (2, FAILED_WITHOUT_REASON, 4)
_GONE = "The draft has left the draft box, but the article is not in the list of published ones."


class Release:
    """Purpose `release`. Needs `media_id` in the parcel's memory.

    The receipt's `remote_id` is the `publish_id` at first and the `article_id` in the end.
    """

    kind = "wechat_release"
    abilities = Abilities(sends_cards=False, reads_back=True)
    rates: tuple[Rate, ...] = ()

    def __init__(self, client: Client) -> None:
        self._client = client

    def send(self, parcel: Parcel, remember: Remember) -> Receipt:
        """Ask once for publication. Remembers `submit_asked_at`, `publish_id` and `msg_data_id`.

        A parcel that already has a task is asked for again only after a failure without effect and without reason.
        """
        edition = traces.edition(parcel)
        media_id = edition.memory.get(traces.MEDIA_ID)
        if not media_id:
            raise Refused("The edition has no draft yet.")
        if publish_id := edition.memory.get(traces.PUBLISH_ID):
            with asking():
                said = self._client.publishing(publish_id)
            if _status(said) != FAILED_WITHOUT_REASON:
                return self._receipt(edition, said, publish_id)
            # From here on the old task says nothing about what this request does.
            remember(traces.PUBLISH_ID, "")
        traces.stamp(remember, traces.SUBMIT_ASKED_AT)
        task = self._client.submit(media_id)
        remember(traces.PUBLISH_ID, task.id)
        if task.msg_data_id:
            remember(traces.MSG_DATA_ID, task.msg_data_id)
        return Receipt(final=False, remote_id=task.id, awaiting="platform")

    def confirm(self, parcel: Parcel) -> Receipt:
        """Ask for the task's state. Raises Refused with the articles to blame when it ended without publication."""
        edition = traces.edition(parcel)
        publish_id = edition.memory.get(traces.PUBLISH_ID)
        with asking():
            said = self._client.publishing(publish_id) if publish_id else None
            if said is None or publish_id is None:
                return self._listed(edition) or Receipt(final=False, awaiting="platform")
        return self._receipt(edition, said, publish_id)

    def find_out(self, parcel: Parcel) -> Reading:
        """A task that has an id was taken; else read the published list and the draft box.

        Absent only while the draft is still there and the article is not listed.
        """
        edition = traces.edition(parcel)
        if publish_id := edition.memory.get(traces.PUBLISH_ID):
            return Found(Receipt(final=False, remote_id=publish_id, awaiting="platform"))
        if receipt := self._listed(edition):
            return Found(receipt)
        media_id = edition.memory.get(traces.MEDIA_ID)
        if media_id and is_in_draft_box(self._client, media_id):
            return Absent()
        return CannotTell(_GONE)

    def _listed(self, edition: EditionParcel) -> Receipt | None:
        asked_at = traces.stamped(edition.memory, traces.SUBMIT_ASKED_AT)
        for item in traces.all_items(self._client.published):
            if traces.is_of(edition, item, asked_at):
                return Receipt(final=True, remote_id=str(item.get("article_id", "")), permalinks=traces.links_in(item))
        return None

    def _receipt(self, edition: EditionParcel, said: dict[str, Any], publish_id: str) -> Receipt:
        """A failed task is not believed while the list shows the article: an earlier request may have succeeded.

        Nor is it when such a request was lost and the draft has gone: then the list will show it sooner or later.
        """
        status = _status(said)
        if status == RUNNING:
            return Receipt(final=False, remote_id=publish_id, awaiting="platform")
        if status != SUCCEEDED:
            with asking():
                listed = self._listed(edition) if status in FAILED else None
                gone = status in FAILED and not listed and self._is_gone_after_doubt(edition)
            if listed:
                return listed
            if gone:
                raise OutcomeUnknown(_GONE)
            raise publish_failure(status, failed_positions(said.get("fail_idx")))
        article_id = str(said.get("article_id") or "").strip()
        links = permalinks(said.get("article_detail"))
        if article_id and not links:
            with asking():
                links = traces.links_in({"content": {"news_item": self._client.published_articles(article_id)}})
        return Receipt(final=True, remote_id=article_id or publish_id, permalinks=links)

    def _is_gone_after_doubt(self, edition: EditionParcel) -> bool:
        media_id = edition.memory.get(traces.MEDIA_ID, "")
        return bool(edition.memory.get(ASKED_BEFORE)) and not is_in_draft_box(self._client, media_id)


@contextmanager
def asking() -> Iterator[None]:
    """A question that the platform refuses leaves the answer open: the task itself was not refused."""
    try:
        yield
    except Refused as refusal:
        raise OutcomeUnknown(refusal.reason, code=refusal.code, rid=refusal.rid, http_status=refusal.http_status) from None


def is_in_draft_box(client: Client, media_id: str) -> bool:
    """Whether a draft is still there; publishing and mass sending take it away.

    Where an answer comes that cannot be read, the list of drafts is asked instead.
    """
    try:
        client.draft(media_id)
    except Refused as failure:
        if failure.code == DRAFT_GONE:
            return False
        raise
    except TryLater as failure:
        if failure.code or failure.http_status is None:
            raise
        return any(item.get("media_id") == media_id for item in traces.all_items(client.drafts))
    return True


def permalinks(detail: object) -> tuple[str, ...]:
    """The links of an `article_detail` in the order of the positions. A single item may stand without its list."""
    items = detail.get("item") if isinstance(detail, dict) else None
    items = [items] if isinstance(items, dict) else items if isinstance(items, list) else []
    rows = [item for item in items if isinstance(item, dict) and item.get("article_url")]
    return tuple(str(row["article_url"]).strip() for row in sorted(rows, key=lambda row: _number(row.get("idx"))))


def failed_positions(value: object) -> tuple[int, ...]:
    """`fail_idx` as positions from 1: absent, one value or a list."""
    values = value if isinstance(value, list) else [] if value is None else [value]
    return tuple(sorted(_number(one) for one in values if _number(one) > 0))


def _status(said: dict[str, Any]) -> int:
    """The task's status; an answer without one says nothing yet, which is the same as still running."""
    value = said.get("publish_status")
    return RUNNING if value is None else _number(value)


def _number(value: object) -> int:
    try:
        return int(str(value))
    except ValueError:
        return -1
