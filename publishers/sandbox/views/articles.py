"""The reading page of one article, as WeChat's readers know it."""

from __future__ import annotations

from typing import Any

from publishers.sandbox.views.words import Words, day, link, safe
from publishers.sandbox.wechat.html import for_reader
from publishers.sandbox.world import World


def page(world: World, words: Words, app_id: str, fields: dict[str, Any], at: float, *, draft: bool = False) -> str:
    """The article. Its body lost scripts and links when it was stored, and the policy allows no script either."""
    account = world.account(app_id)
    name = account.name if account else app_id
    author = f'<span class="author">{safe(fields["author"])}</span>' if fields["author"] else ""
    banner = f'<p class="draft">{words["draft"]}</p>' if draft else ""
    source = link(fields["content_source_url"], words["source"], "source") if fields["content_source_url"] else ""
    inner = (
        f'{banner}<article class="reading"><h1>{safe(fields["title"])}</h1>'
        f'<p class="meta">{author}<span class="account">{safe(name)}</span><time>{day(at, words)}</time></p>'
        f'<div class="body">{for_reader(fields["content"])}</div>{source}</article>'
    )
    return _frame(words, fields["title"], inner)


def gone(words: Words) -> str:
    """The page of an article that is not there."""
    return _frame(words, words["title"], f'<div class="empty"><p>{words["gone"]}</p></div>')


def _frame(words: Words, title: str, inner: str) -> str:
    return f"""<!doctype html>
<html lang="{words['lang']}"><head><meta charset="utf-8"><title>{safe(title)}</title>
<meta name="viewport" content="width=device-width, initial-scale=1, viewport-fit=cover">
<link rel="icon" href="data:,"><link rel="stylesheet" href="/phone.css"></head>
<body class="read">{inner}<p class="foot">{words['note']}</p></body></html>"""
