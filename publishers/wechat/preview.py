"""An edition on one follower's phone, as it will go out: a passing draft, the preview call, and the draft is gone again.

Source: developers.weixin.qq.com/doc/subscription/api/notify/message/api_preview.html
"""

from __future__ import annotations

from collections.abc import Sequence

from publishers.connector import Article, Failure
from publishers.wechat.client import Client
from publishers.wechat.draft import draft_fields
from publishers.wechat.pictures import Pictures


def show(client: Client, articles: Sequence[Article], wechat_id: str) -> bool:
    """Send the preview. True: the passing draft could not be deleted and is still in the draft box. Raises Failure."""
    media_id = client.add_draft(draft_fields(articles, Pictures(client, {}, _forget)))
    try:
        client.preview(media_id, wechat_id)
    except Failure:
        _deleted(client, media_id)
        raise
    return not _deleted(client, media_id)


def _deleted(client: Client, media_id: str) -> bool:
    try:
        client.delete_draft(media_id)
    except Failure:
        return False
    return True


def _forget(name: str, value: str) -> None:
    """Nothing of a preview is needed again."""
