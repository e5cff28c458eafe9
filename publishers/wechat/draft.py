"""The draft box: an edition's pictures, covers and articles go in; nothing of it is seen by readers.

Source: developers.weixin.qq.com/doc/subscription/api/draftbox/draftmanage/api_draft_add.html
"""

from __future__ import annotations

from collections.abc import Collection, Sequence

from publishers.connector import (
    Abilities,
    Absent,
    Article,
    CannotTell,
    EditionParcel,
    Failure,
    Found,
    HandOver,
    OutcomeUnknown,
    Parcel,
    Rate,
    Reading,
    Receipt,
    Refused,
    Remember,
)
from publishers.rendering.posts import post_text
from publishers.wechat import losses, traces
from publishers.wechat.client import Client
from publishers.wechat.errors import DRAFT_GONE, NO_COMMENTS, RIGHT_MISSING
from publishers.wechat.limits import SOURCE, Limit, is_public_address, refuse_excess
from publishers.wechat.pictures import Pictures
from publishers.wechat.readback import difference

READBACK = "readback"
COMMENTS = "comments"
LOST = "lost"
LOST_BLOCKS = "lost_blocks"
"""Something that readers would miss was left out: it is not published before a person has looked."""
MISSED = "replaced_draft_gone"
USED = "The earlier draft of this edition has left the draft box. Look whether somebody has published it."
GONE = "The draft is not in the draft box, and articles with these titles may be published."


class DraftBox:
    """Purpose `draft`. The receipt's `remote_id` is the draft's `media_id`."""

    kind = "wechat_draft"
    abilities = Abilities(sends_cards=False, reads_back=True)
    rates: tuple[Rate, ...] = ()

    def __init__(self, client: Client, allowed: Collection[Limit] = (SOURCE,)) -> None:
        """`allowed`: the limits of a body that the house only warns of."""
        self._client, self._allowed = client, allowed

    def send(self, parcel: Parcel, remember: Remember) -> Receipt:
        """Upload what has not been uploaded, then make one draft, or bring the one it replaces up to date, and read it back.

        What goes beyond the platform's limits is refused before any call. Remembers `uploadimg:<sha256>`,
        `cover:<sha256>`, `draft_asked_at`, `media_id`, `readback` ("" when the draft is as it was sent, else what
        differs), `lost` (what is missing, as losses.py writes it), `lost_blocks` and `comments` ("closed" when the
        account may not open them).
        """
        edition = traces.edition(parcel)
        if media_id := edition.memory.get(traces.MEDIA_ID):
            return Receipt(final=True, remote_id=media_id)
        refuse_excess(edition.articles, self._allowed)
        pictures = Pictures(self._client, edition.memory, remember)
        fields = draft_fields(edition.articles, pictures)
        traces.stamp(remember, traces.DRAFT_ASKED_AT)
        media_id = self._updated(edition, fields, remember) or self._add(fields, remember)
        remember(traces.MEDIA_ID, media_id)
        self._read_back(media_id, fields, remember)
        return Receipt(final=True, remote_id=media_id)

    def confirm(self, parcel: Parcel) -> Receipt:
        """A draft is there as soon as the platform has named it."""
        return Receipt(final=True, remote_id=traces.edition(parcel).memory.get(traces.MEDIA_ID, ""))

    def find_out(self, parcel: Parcel) -> Reading:
        """Look for the draft by its marks; without one, make sure that it has not been published meanwhile."""
        edition = traces.edition(parcel)
        asked_at = traces.stamped(edition.memory, traces.DRAFT_ASKED_AT)
        known = edition.memory.get(traces.MEDIA_ID)
        if not known and edition.memory.get(traces.REPLACES):
            # Perhaps only some of its articles were brought up to date; doing it again does all of them.
            return CannotTell(USED, final=True) if edition.memory.get(MISSED) else Absent()
        for item in traces.all_items(self._client.drafts):
            if item.get("media_id") == known or traces.is_of(edition, item, asked_at):
                return Found(Receipt(final=True, remote_id=str(item.get("media_id", ""))))
        if known or self._is_published(edition):
            return CannotTell(GONE, final=True)
        return Absent()

    def _updated(self, edition: EditionParcel, fields: list[dict[str, object]], remember: Remember) -> str:
        """The draft of an earlier promise with the articles of this one, or nothing when a new one has to be made.

        Raises OutcomeUnknown when it has left the draft box: somebody may have published it. Once a person has looked
        and says that nothing went out, a new one is made.
        """
        media_id = edition.memory.get(traces.REPLACES, "")
        if not media_id:
            return ""
        try:
            lying = len(self._client.draft(media_id))
        except Refused as failure:
            if failure.code != DRAFT_GONE:
                raise
            if edition.memory.get(MISSED):
                return ""
            remember(MISSED, "1")
            raise OutcomeUnknown(USED, code=failure.code, rid=failure.rid) from None
        if lying != len(fields):
            self._client.delete_draft(media_id)
            return ""
        for index, one in enumerate(fields):
            self._client.update_draft(media_id, index, one)
        return media_id

    def _is_published(self, edition: EditionParcel) -> bool:
        try:
            return any(traces.has_words_of(edition, item) for item in traces.all_items(self._client.published))
        except HandOver as failure:
            if failure.code in RIGHT_MISSING:
                return False
            raise

    def _add(self, fields: list[dict[str, object]], remember: Remember) -> str:
        """Make the draft; with comments closed when the account may not open them: no reason to hold it back."""
        try:
            return self._client.add_draft(fields)
        except HandOver as failure:
            if failure.code != NO_COMMENTS:
                raise
        remember(COMMENTS, "closed")
        return self._client.add_draft([{**one, "need_open_comment": 0, "only_fans_can_comment": 0} for one in fields])

    def _read_back(self, media_id: str, fields: list[dict[str, object]], remember: Remember) -> None:
        try:
            kept = self._client.draft(media_id)
        except Failure:
            remember(READBACK, "not read")
            return
        remember(READBACK, difference(fields, kept))
        lost = [
            losses.losses(str(ours.get("content", "")), str(theirs.get("content", "")))
            for ours, theirs in zip(fields, kept, strict=False) if ours["article_type"] == "news"
        ]
        if line := losses.written(lost):
            remember(LOST, line)
        if any(one.blocks for article in lost for one in article):
            remember(LOST_BLOCKS, "1")


def draft_fields(articles: Sequence[Article], pictures: Pictures) -> list[dict[str, object]]:
    """What `draft/add` is told of each article; its pictures are uploaded on the way."""
    return [
        _post_fields(article, pictures) if article.kind == "newspic" else _news_fields(article, pictures)
        for article in articles
    ]


def _news_fields(article: Article, pictures: Pictures) -> dict[str, object]:
    crops = {"pic_crop_235_1": article.cover_wide, "pic_crop_1_1": article.cover_square}
    return {
        "article_type": "news",
        "title": article.title,
        "author": article.author,
        "digest": article.digest,
        "content": pictures.body(article),
        "content_source_url": article.source_url if is_public_address(article.source_url) else "",
        "thumb_media_id": pictures.cover(article.cover),
        **_comments(article),
        **{name: "_".join(map(_fraction, crop)) for name, crop in crops.items() if crop},
    }


def _post_fields(article: Article, pictures: Pictures) -> dict[str, object]:
    """A picture post has neither author, digest nor source link; its text is plain."""
    crops = {"2.35_1": article.cover_wide, "1_1": article.cover_square}
    parts = [
        {"ratio": ratio, **dict(zip(("x1", "y1", "x2", "y2"), map(_fraction, crop), strict=True))}
        for ratio, crop in crops.items() if crop
    ]
    return {
        "article_type": "newspic",
        "title": article.title,
        "content": post_text(article.html),
        "image_info": {"image_list": [{"image_media_id": pictures.cover(picture)} for picture in article.pictures]},
        **_comments(article),
        **({"cover_info": {"crop_percent_list": parts}} if parts else {}),
    }


def _comments(article: Article) -> dict[str, object]:
    return {
        "need_open_comment": int(article.comments_open),
        "only_fans_can_comment": int(article.comments_open and article.comments_fans_only),
    }


def _fraction(value: float) -> str:
    """At most six decimals; a crop is four of them, left, top, right, bottom."""
    return f"{value:.6f}".rstrip("0").rstrip(".")
