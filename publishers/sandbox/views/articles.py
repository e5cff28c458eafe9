"""The reading page of one article, as WeChat's readers know it."""

from __future__ import annotations

from typing import Any

from publishers.sandbox.things import Material
from publishers.sandbox.views.words import Words, day, link, safe
from publishers.sandbox.wechat.html import for_reader
from publishers.sandbox.wechat.materials import picture_url
from publishers.sandbox.world import World


def page(world: World, words: Words, app_id: str, fields: dict[str, Any], at: float, *, draft: bool = False) -> str:
    """The article, with the marks by which machines know the real page (`activity-name`, `js_name`, `js_content`).

    Its body lost scripts and links when it was stored, and the policy allows no script either.
    """
    account = world.account(app_id)
    name = account.name if account else app_id
    author = f'<span class="author">{safe(fields["author"])}</span>' if fields["author"] else ""
    banner = f'<p class="draft">{words["draft"]}</p>' if draft else ""
    source = link(fields["content_source_url"], words["source"], "source") if fields["content_source_url"] else ""
    pictures = "".join(f'<img src="{picture_url("", picture)}" alt="">' for picture in _pictures(world, fields))
    inner = (
        f'{banner}<article class="reading"><h1 id="activity-name">{safe(fields["title"])}</h1>'
        f'<p class="meta">{author}<span class="account" id="js_name">{safe(name)}</span><time>{day(at, words)}</time></p>'
        f'<div class="body" id="js_content">{pictures}{for_reader(fields["content"])}</div>{source}</article>'
    )
    return _frame(words, fields["title"], inner)


def gone(words: Words) -> str:
    """The page of an article that is not there."""
    return _frame(words, words["title"], f'<div class="empty"><p>{words["gone"]}</p></div>')


def _pictures(world: World, fields: dict[str, Any]) -> list[Material]:
    """The pictures of a picture post."""
    ids = [one["image_media_id"] for one in fields.get("image_info", {}).get("image_list", [])]
    return [world.materials[media_id] for media_id in ids if media_id in world.materials]


def _frame(words: Words, title: str, inner: str) -> str:
    return f"""<!doctype html>
<html lang="{words['lang']}"><head><meta charset="utf-8"><title>{safe(title)}</title>
<meta property="og:title" content="{safe(title)}">
<meta name="viewport" content="width=device-width, initial-scale=1, viewport-fit=cover">
<link rel="icon" href="data:,"><link rel="stylesheet" href="/phone.css"></head>
<body class="read">{inner}<p class="foot">{words['note']}</p></body></html>"""
