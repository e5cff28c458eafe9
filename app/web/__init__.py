"""Pages, one file per room: parse, call one verb inside `deciding()`, show."""

from __future__ import annotations

from flask import Flask

from app.web import (
    access,
    account_calls,
    accounts,
    afterwards,
    articles,
    assignments,
    autosaves,
    balance,
    best_times,
    calendar,
    calendar_acts,
    calendar_files,
    cases,
    charters,
    checks,
    columns,
    comments,
    conduct,
    convention,
    covers,
    credit,
    declaring,
    deliveries,
    desk,
    embargoes,
    figures,
    finding,
    followers,
    funnel,
    groups,
    imports,
    intake,
    notes,
    notice_settings,
    notices,
    objections,
    people,
    picture_posts,
    platform_applications,
    previewing,
    readback,
    review,
    review_acts,
    review_links,
    rights,
    routes,
    rules,
    second_factor,
    sending,
    settings,
    share_back,
    sheets,
    speaking_against,
    suggestions,
    themes,
    topics,
    trail,
    triage,
    triage_rules,
    uploads,
)

PAGES = (
    triage_rules, funnel, credit,
    calendar_acts, calendar_files, best_times, embargoes, speaking_against,
    people, desk, review_acts, routes, sheets,
    imports, uploads, intake, articles, picture_posts, covers, previewing, autosaves, notes, suggestions, review,
    calendar, sending, deliveries, share_back, groups, charters, trail, figures, comments, themes, settings, followers, triage, accounts,
    account_calls, afterwards,
    topics, assignments, columns, balance, finding,
    readback,
    convention, conduct, cases, rights, declaring, objections, checks, rules,
    notices, notice_settings, review_links,
    platform_applications,
    second_factor, access,
)


def register(app: Flask) -> None:
    """Register every page."""
    for page in PAGES:
        app.register_blueprint(page.pages)
