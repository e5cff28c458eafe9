"""The draft box (`draft/*`)."""

from __future__ import annotations

import hashlib
from typing import Any

from publishers.sandbox.calls import Call, Json, Refusal
from publishers.sandbox.things import Account, Draft
from publishers.sandbox.wechat.bodies import body_of, paging, text_of
from publishers.sandbox.wechat.html import rewrite, visible_text
from publishers.sandbox.wechat.limits import CROPS, check_article
from publishers.sandbox.wechat.materials import own, picture_url
from publishers.sandbox.world import World, new_id

MOST_ARTICLES = 8
MOST_PICTURES = 20
DIGEST_FROM_BODY = 54


def add(world: World, call: Call, account: Account) -> Json:
    """A new draft of 1 to 8 articles; the answer carries no errcode."""
    articles = body_of(call).get("articles")
    if not isinstance(articles, list) or not articles or not all(isinstance(item, dict) for item in articles):
        raise Refusal(44003, "empty news data")
    if len(articles) > MOST_ARTICLES:
        raise Refusal(45008, "article count out of limit")
    stored = [_stored(world, account, article, single=len(articles) == 1) for article in articles]
    media_id = new_id(64)
    world.record("draft_added", call.at, app_id=account.app_id, media_id=media_id, articles=stored)
    return {"media_id": media_id, "item": []}


def update(world: World, call: Call, account: Account) -> Json:
    """Replace one article of a draft; here `articles` is one object and `index` counts from 0."""
    body = body_of(call)
    draft = find(world, account, text_of(body, "media_id"))
    index, article = body.get("index", 0), body.get("articles")
    needed = {"title", "content"} if _is_newspic(article) else {"title", "content", "thumb_media_id"}
    if not isinstance(article, dict) or not needed <= set(article):
        raise Refusal(40007, "invalid media_id")
    if not isinstance(index, int) or not 0 <= index < len(draft.articles):
        raise Refusal(40114, "invalid index value")
    stored = _stored(world, account, article, single=len(draft.articles) == 1)
    world.record(
        "draft_updated", call.at, app_id=account.app_id, media_id=draft.media_id, index=index, article=stored
    )
    return {"errcode": 0, "errmsg": "ok"}


def get(world: World, call: Call, account: Account) -> Json:
    draft = find(world, account, text_of(body_of(call), "media_id"))
    return {"news_item": _items(world, call, draft), "create_time": int(draft.at), "update_time": int(draft.at)}


def listed(world: World, call: Call, account: Account) -> Json:
    """Newest first; `no_content` 1 leaves the bodies out."""
    body = body_of(call)
    offset, most = paging(body)
    drafts = [draft for draft in world.drafts.values() if draft.app_id == account.app_id][::-1]
    items = [
        {
            "media_id": draft.media_id,
            "content": {
                "news_item": _items(world, call, draft, with_content=not body.get("no_content")),
                "create_time": int(draft.at), "update_time": int(draft.at),
            },
            "update_time": int(draft.at),
        }
        for draft in drafts[offset : offset + most]
    ]
    return {"item": items, "total_count": len(drafts), "item_count": len(items)}


def count(world: World, call: Call, account: Account) -> Json:
    return {"total_count": sum(draft.app_id == account.app_id for draft in world.drafts.values())}


def delete(world: World, call: Call, account: Account) -> Json:
    draft = find(world, account, text_of(body_of(call), "media_id"))
    world.record("draft_deleted", call.at, app_id=account.app_id, media_id=draft.media_id)
    return {"errcode": 0, "errmsg": "ok"}


def find(world: World, account: Account, media_id: str) -> Draft:
    """The account's draft. Raises 40007 when it is unknown, used up or somebody else's."""
    draft = world.drafts.get(media_id)
    if draft is None or draft.app_id != account.app_id:
        raise Refusal(40007, "invalid media_id")
    return draft


def preview_slug(media_id: str, index: int) -> str:
    """The temporary preview page of one article of a draft."""
    return f"tmp{hashlib.sha256(media_id.encode()).hexdigest()[:20]}{index}"


def item_of(world: World, base: str, article: dict[str, Any], url: str, *, with_content: bool = True) -> Json:
    """An article as the platform reads it back."""
    cover = world.materials.get(cover_of(article))
    item = {**article, "url": url, "thumb_url": picture_url(base, cover) if cover else "", "show_cover_pic": 0}
    if not with_content:
        item["content"] = ""
    return item


def cover_of(article: Json) -> str:
    """The permanent id of the cover; of a picture post the first picture."""
    pictures = article.get("image_info", {}).get("image_list", [])
    return str(article["thumb_media_id"] or (pictures[0]["image_media_id"] if pictures else ""))


def _items(world: World, call: Call, draft: Draft, *, with_content: bool = True) -> list[Json]:
    return [
        item_of(
            world, call.base, article, f"{call.base}/s/{preview_slug(draft.media_id, n)}?tempkey=preview", with_content=with_content
        )
        for n, article in enumerate(draft.articles)
    ]


def _stored(world: World, account: Account, article: Json, *, single: bool) -> Json:
    """The article as the platform keeps it: checked, HTML rewritten, digest filled in."""
    check_article(world, account, article)
    slugs = {slug for slug, picture in world.pictures.items() if picture.app_id == account.app_id}
    content = rewrite(article["content"], slugs, world.settings.also_dropped)
    digest = str(article.get("digest") or "")
    if single and not digest:
        digest = visible_text(content)[:DIGEST_FROM_BODY]
    newspic = _is_newspic(article)
    if not newspic and not own(world, account, text_of(article, "thumb_media_id")):
        raise Refusal(40007, "invalid media_id")
    extras = _pictures(world, account, article) if newspic else {}
    return {
        "article_type": article.get("article_type") or "news",
        "title": article["title"],
        "author": str(article.get("author") or ""),
        "digest": digest if single else str(article.get("digest") or ""),
        "content": content,
        "content_source_url": str(article.get("content_source_url") or ""),
        "thumb_media_id": text_of(article, "thumb_media_id"),
        "need_open_comment": int(article.get("need_open_comment") or 0),
        "only_fans_can_comment": int(article.get("only_fans_can_comment") or 0),
        **{name: text_of(article, name) for name in CROPS if article.get(name)},
        **extras,
    }


def _is_newspic(article: object) -> bool:
    return isinstance(article, dict) and article.get("article_type") == "newspic"


def _pictures(world: World, account: Account, article: Json) -> Json:
    """What makes a picture post: 1 to 20 permanent pictures, the first of which is the cover, and its crops."""
    pictures = (article.get("image_info") or {}).get("image_list")
    if not isinstance(pictures, list) or not pictures:
        raise Refusal(40007, "invalid media_id")
    if len(pictures) > MOST_PICTURES:
        raise Refusal(45166, "invalid content")
    ids = [text_of(picture, "image_media_id") for picture in pictures]
    if not all(own(world, account, media_id) for media_id in ids):
        raise Refusal(40007, "invalid media_id")
    kept = {"image_info": {"image_list": [{"image_media_id": media_id} for media_id in ids]}}
    return kept | {name: article[name] for name in ("cover_info", "product_info") if article.get(name)}
