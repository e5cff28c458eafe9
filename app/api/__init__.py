"""`/api/v1`: one file for each noun. A call's types are its checks and its description; the verbs decide.

calls.py        how a call is written down and run
shapes.py       what all bodies and answers have in common;  reading.py  from bytes to a checked body
idempotency.py  one transaction of a call, with its kept answer;  paging.py  lists in pages
document.py     the OpenAPI document and the page that shows it
"""

from __future__ import annotations

from flask import Flask

from app.api import (
    accounts,
    afterwards,
    articles,
    assets,
    chat_rules,
    checks,
    circles,
    conduct,
    conflicts,
    deliveries,
    document,
    editions,
    embargoes,
    figures,
    flash_groups,
    group_connectors,
    group_kinds,
    group_tasks,
    groups,
    imports,
    links,
    members,
    platform_applications,
    reviews,
    role_sheets,
    routes,
    spotlights,
    story_calls,
    tier_rules,
    topics,
    trails,
    welcome_messages,
)

NOUNS = (
    routes, assets, imports, groups, group_connectors, group_kinds, accounts, articles, reviews, trails, embargoes, editions,
    deliveries, links,
    figures, afterwards, conduct, topics, story_calls, checks, conflicts, platform_applications, members,
    role_sheets, circles, welcome_messages, group_tasks, chat_rules, tier_rules, flash_groups, spotlights,
)


def register(app: Flask) -> None:
    """Register every call and the document of them all."""
    for file in NOUNS:
        file.noun.register(app)
    document.register(app, [call for file in NOUNS for call in file.noun.calls])
