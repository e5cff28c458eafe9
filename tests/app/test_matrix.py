"""Who gets past which door: every route of the application against every role, a stranger's thing included.

A route without a line here fails, so nobody adds a door without saying who may open it.
"""

from __future__ import annotations

import hashlib
import io
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import pytest
from flask import Flask
from PIL import Image
from sqlalchemy import select
from sqlalchemy.orm import Session

from app import unsubscribing
from app.extensions import WRITES
from app.factory import create_app
from app.jobs import open_engine
from editorial import clock, platform_applications, special_days
from editorial.articles import ai_uses, anchors, annotations, assets, picture_rights, saved_views, themes
from editorial.articles.articles import Article
from editorial.calendar import planned_items
from editorial.calendar.editions import Place
from editorial.circles import circles, hand_ins, members
from editorial.circles.circles import Rule
from editorial.circles.members import CircleMember
from editorial.conduct import cases, decisions
from editorial.departures.departures import Departure, HandOver
from editorial.departures.estate import Part
from editorial.groups import anti_harassment, bulk, tags, welcome_messages
from editorial.groups.charters import FIELDS
from editorial.groups.groups import Group, Kind
from editorial.groups.join_codes import JoinCode
from editorial.groups.patterns import GroupTemplate
from editorial.incentives.tiers import TierRule
from editorial.intake import auto_replies, mailboxes, robot_chats, submissions
from editorial.intake.arrivals import Arrival
from editorial.joining import author_requests, directories, identities, moves, ways
from editorial.life_cycle.standings import GroupReview, GroupStanding
from editorial.life_cycle.tasks import GroupTask
from editorial.measuring import comments, messages
from editorial.measuring.comments import Seen
from editorial.members import admission_requests
from editorial.members import invitations as group_invitations
from editorial.members import rules as admission
from editorial.members.admission_requests import AdmissionEvidence
from editorial.notices import channels, latest, tell
from editorial.notices.kinds import Channel
from editorial.outbox import deliveries as outbox
from editorial.outbox.deliveries import State
from editorial.people import credentials
from editorial.people.people import Person
from editorial.platform_applications import Platform
from editorial.release import corrections, releases, rights_tasks
from editorial.review import deciders, invitations
from editorial.review.checks import facts, rulebook, waivers
from editorial.review.checks.found import Found
from editorial.share_back import links, shares, spotlights
from editorial.story_calls import calls
from editorial.story_calls import messages as call_messages
from editorial.story_calls.calls import Wish
from editorial.topics import assignments, columns, topics
from editorial.topics.topics import Pitch
from editorial.vault import vault
from tests import factories
from tests.conftest import SECRET, make_settings

ROLES = {
    "c": "contributor", "x": "other", "d": "desk_editor", "h": "department_head", "e": "editor_in_chief",
    "p": "publisher", "o": "operator", "a": "admin", "n": "",
}
"""c owns the article and the submission, x is another contributor, n is nobody."""
STAFF = "cxdhepoa"
NEWSROOM = "dhepo"
WRITERS = "cxd"

EXPECTED = {
    "GET /healthz": "n" + STAFF,
    "GET /readyz": "n" + STAFF,
    "GET /static/<filename>": "n" + STAFF,
    "GET /s/<code>": "n" + STAFF,
    "GET /s/<code>/cover": "n" + STAFF,
    "GET /assets/<sha256>.<extension>": STAFF,
    "GET /callbacks/wechat/<account_id>": "",
    "POST /callbacks/wechat/<account_id>": "",
    "GET /api/docs": "n" + STAFF,
    "GET /api/v1/openapi.json": "n" + STAFF,
    "GET /callbacks/wecom/<application_id>": "",
    "POST /callbacks/wecom/<application_id>": "",
    "GET /callbacks/aibot/<application_id>": "",
    "POST /callbacks/aibot/<application_id>": "",
    "POST /callbacks/dingtalk/<application_id>": "",
    "POST /callbacks/feishu/<application_id>": "",
    "POST /api/v1/applications": "a",
    "GET /api/v1/applications": "a",
    "GET /api/v1/applications/<application_id>": "a",
    "PATCH /api/v1/applications/<application_id>": "a",
    "POST /api/v1/applications/<application_id>/test": "a",
    "POST /api/v1/accounts": "a",
    "GET /api/v1/accounts": NEWSROOM + "a",
    "GET /api/v1/accounts/<account_id>": NEWSROOM + "a",
    "PATCH /api/v1/accounts/<account_id>": "a",
    "POST /api/v1/accounts/<account_id>/probe": "a",
    "POST /api/v1/accounts/<account_id>/pause": "a",
    "DELETE /api/v1/accounts/<account_id>/pause": "a",
    "POST /api/v1/articles": WRITERS,
    "GET /api/v1/articles": STAFF,
    "GET /api/v1/articles/<article_id>": "c" + NEWSROOM,
    "PATCH /api/v1/articles/<article_id>": "cd",
    "POST /api/v1/articles/<article_id>/opinions": "d",
    "GET /api/v1/articles/<article_id>/rendering": "c" + NEWSROOM,
    "POST /api/v1/articles/<article_id>/submission": "cd",
    "GET /api/v1/articles/<article_id>/trail": "c" + NEWSROOM,
    "POST /api/v1/assets": WRITERS,
    "POST /api/v1/imports": WRITERS,
    "GET /api/v1/deliveries": NEWSROOM,
    "GET /api/v1/deliveries/<delivery_id>": NEWSROOM,
    "GET /api/v1/deliveries/<delivery_id>/poster": NEWSROOM,
    "POST /api/v1/deliveries/<delivery_id>/confirmation": "op",
    "POST /api/v1/deliveries/<delivery_id>/resolution": "p",
    "POST /api/v1/deliveries/<delivery_id>/retry": "p",
    "POST /api/v1/editions": "dep",
    "GET /api/v1/editions": NEWSROOM,
    "GET /api/v1/editions/<edition_id>": NEWSROOM,
    "PUT /api/v1/editions/<edition_id>/slot": "p",
    "DELETE /api/v1/editions/<edition_id>/slot": "p",
    "POST /api/v1/editions/<edition_id>/preview": "p",
    "GET /api/v1/accounts/<account_id>/quota": NEWSROOM,
    "GET /api/v1/accounts/<account_id>/figures": NEWSROOM + "a",
    "GET /api/v1/articles/<article_id>/figures": "c" + NEWSROOM,
    "POST /api/v1/groups": "oa",
    "GET /api/v1/groups": STAFF,
    "GET /api/v1/groups/<group_id>": STAFF,
    "GET /api/v1/groups/<group_id>/charter": STAFF,
    "PUT /api/v1/groups/<group_id>/charter": "oa",
    "GET /api/v1/links/<code>": NEWSROOM,
    "GET /": STAFF,
    "GET /sign-in": "n" + STAFF,
    "POST /sign-in": "n" + STAFF,
    "POST /sign-out": "n" + STAFF,
    "POST /language": "n" + STAFF,
    "GET /me": STAFF,
    "POST /me": STAFF,
    "POST /me/tokens": STAFF,
    "POST /me/tokens/<token_id>/revocation": "c",
    "GET /notices": STAFF,
    "POST /notices/seen": STAFF,
    "GET /notices/<notice_id>": "c",
    "GET /r/<token>": "n" + STAFF,
    "POST /r/<token>": "n" + STAFF,
    "GET /r/<token>/preview": "n" + STAFF,
    "GET /r/<token>/pictures/<sha256>": "",
    "POST /articles/<article_id>/review-links": NEWSROOM,
    "POST /articles/<article_id>/review-links/<link_id>/revocation": NEWSROOM,
    "GET /notices/preferences": STAFF,
    "POST /notices/preferences": STAFF,
    "POST /notices/robot": STAFF,
    "POST /notices/mutes": STAFF,
    "GET /notices/sent": STAFF,
    "GET /settings/notices": "a",
    "POST /settings/notices": "a",
    "POST /settings/notices/trial": "a",
    "GET /settings/notices/log": "a",
    "GET /unsubscribe/<person_id>/<kind>/<sign>": "n" + STAFF,
    "POST /unsubscribe/<person_id>/<kind>/<sign>": "n" + STAFF,
    "GET /settings/share-back": "a",
    "POST /settings/share-back": "a",
    "POST /groups/<slug>/habit": "oa",
    "GET /unsubscribe/group/<group_id>/<sign>": "n" + STAFF,
    "POST /unsubscribe/group/<group_id>/<sign>": "n" + STAFF,
    "GET /today": NEWSROOM,
    "GET /hand-in": WRITERS,
    "POST /hand-in": WRITERS,
    "PUT /hand-in/draft": WRITERS,
    "POST /hand-in/draft/removal": WRITERS,
    "POST /assets": WRITERS,
    "POST /assets/<asset_id>/alt-text": WRITERS,
    "POST /uploads": WRITERS,
    "GET /uploads/<token>": "c",
    "PATCH /uploads/<token>": "c",
    "DELETE /uploads/<token>": "c",
    "POST /imports": WRITERS,
    "POST /imports/paste": WRITERS,
    "GET /my-submissions": WRITERS,
    "GET /inbox": "d",
    "GET /inbox/set-aside": "d",
    "GET /groups/<slug>/hand-in-code.<extension>": STAFF,
    "GET /groups/<slug>/hand-in-poster": STAFF,
    "POST /arrivals/<arrival_id>/submission": "d",
    "GET /arrivals/<arrival_id>/original": "d",
    "GET /settings/applications/<application_id>/messages": "a",
    "POST /settings/applications/<application_id>/messages": "a",
    "POST /settings/applications/<application_id>/messages/chats/<chat_id>": "a",
    "POST /settings/applications/<application_id>/messages/auto-replies": "a",
    "POST /settings/applications/<application_id>/messages/auto-replies/<reply_id>/removal": "a",
    "GET /settings/mailbox": "a",
    "POST /settings/mailbox": "a",
    "POST /settings/mailbox/trial": "a",
    "GET /submissions/<number>": "cdhe",
    "GET /submissions/<number>/receipt": "cd",
    "POST /submissions/<number>/acceptance": "d",
    "POST /submissions/<number>/decline": "d",
    "POST /submissions/<number>/return": "d",
    "POST /submissions/<number>/withdrawal": "c",
    "POST /submissions/<number>/banking": "d",
    "POST /submissions/<number>/joining": "d",
    "POST /submissions/<number>/undo": "d",
    "GET /story-bank": "d",
    "GET /my-credit": WRITERS,
    "GET /my-credit/<year>": "c",
    "GET /figures/funnel": NEWSROOM + "a",
    "GET /figures/funnel/csv": NEWSROOM + "a",
    "GET /figures/funnel/events": NEWSROOM + "a",
    "GET /figures/service-levels": NEWSROOM + "a",
    "GET /figures/service-levels/csv": NEWSROOM + "a",
    "GET /settings/triage": "ea",
    "POST /settings/triage": "ea",
    "GET /articles": NEWSROOM,
    "GET /articles/new": WRITERS,
    "POST /articles/new": WRITERS,
    "GET /articles/drawing-board": STAFF,
    "POST /articles/preview": STAFF,
    "GET /articles/<article_id>": "c" + NEWSROOM,
    "POST /articles/<article_id>": "cd",
    "POST /articles/<article_id>/charge": "d",
    "POST /articles/<article_id>/claim": "d",
    "POST /articles/<article_id>/recusal": "d",
    # Nobody in this world holds the right to publish in haste.
    "POST /articles/<article_id>/emergency": "",
    "POST /articles/<article_id>/emergency/removal": "",
    "GET /articles/<article_id>/sheet": "c" + NEWSROOM,
    "GET /articles/<article_id>/sheet/pdf": "c" + NEWSROOM,
    "GET /substitutes": NEWSROOM,
    "POST /substitutes": NEWSROOM,
    "POST /substitutes/<substitution_id>/ending": "d",
    "GET /settings/routes": "ea",
    "GET /settings/routes/new": "ea",
    "POST /settings/routes/new": "ea",
    "GET /settings/routes/<route_id>": "ea",
    "POST /settings/routes/<route_id>": "ea",
    "GET /api/v1/routes": NEWSROOM,
    "GET /api/v1/articles/<article_id>/sheet": "c" + NEWSROOM,
    "POST /api/v1/articles/<article_id>/claim": "d",
    "POST /api/v1/articles/<article_id>/recusal": "d",
    "GET /articles/<article_id>/comparison": "c" + NEWSROOM,
    "GET /articles/<article_id>/cover": "cd",
    "GET /articles/<article_id>/cover/drawn": "cd",
    "POST /articles/<article_id>/cover": "cd",
    "POST /articles/<article_id>/opinions": "d",
    "GET /articles/<article_id>/preview": "c" + NEWSROOM,
    "GET /articles/<article_id>/review": "c" + NEWSROOM,
    "GET /articles/preview": STAFF,
    "GET /articles/<article_id>/notes": "c" + NEWSROOM,
    "POST /articles/<article_id>/annotations": "c" + NEWSROOM,
    "POST /annotations/<annotation_id>/replies": "c" + NEWSROOM,
    "POST /annotations/<annotation_id>/resolution": "c" + NEWSROOM,
    "POST /annotations/<annotation_id>/reopening": "c" + NEWSROOM,
    "POST /articles/<article_id>/versions/<revision>/name": "cd",
    "GET /articles/<article_id>/suggesting": "c" + NEWSROOM,
    "POST /articles/<article_id>/suggestions": "c" + NEWSROOM,
    "POST /articles/<article_id>/suggestions/taking": "cd",
    "POST /articles/<article_id>/suggestions/refusal": "c" + NEWSROOM,
    "PUT /articles/<article_id>/autosave": "cd",
    "POST /articles/<article_id>/autosave/removal": "cd",
    "POST /articles/<article_id>/presence": "c" + NEWSROOM,
    "POST /articles/<article_id>/presence/end": "c" + NEWSROOM,
    "POST /articles/<article_id>/submission": "cd",
    "GET /articles/<article_id>/trail": "c" + NEWSROOM,
    "POST /articles/<article_id>/withdrawal": "cd",
    "GET /calendar": NEWSROOM,
    "GET /calendar/days": NEWSROOM,
    "POST /calendar/days": "dep",
    "POST /calendar/days/<special_day_id>/removal": "dep",
    "POST /calendar/hours": "a",
    "POST /calendar/rules": "a",
    "POST /calendar/plans": "dep",
    "POST /calendar/plans/<item_id>/day": "dep",
    "POST /calendar/plans/<item_id>/removal": "dep",
    "GET /calendar/mine": NEWSROOM,
    "POST /calendar/feed": NEWSROOM,
    "POST /calendar/feed/removal": NEWSROOM,
    # Whoever has the address; a wrong one leads nowhere.
    "GET /calendar/feed/<token>.ics": "",
    "POST /calendar/zone": NEWSROOM,
    "GET /calendar/export/<kind>": NEWSROOM,
    "GET /calendar/import": "dep",
    "POST /calendar/import": "dep",
    "GET /calendar/best-times": NEWSROOM,
    "POST /articles/<article_id>/embargo": "de",
    "PUT /api/v1/articles/<article_id>/embargo": "de",
    "POST /articles/<article_id>/embargo/removal": "e",
    "POST /api/v1/articles/<article_id>/embargo/removal": "e",
    "GET /editions/<edition_id>/conflicts": NEWSROOM,
    "POST /editions/<edition_id>/slot/day": "p",
    "GET /calendar/list": NEWSROOM,
    "GET /calendar/week": NEWSROOM,
    "GET /picture-posts/new": WRITERS,
    "POST /picture-posts/new": WRITERS,
    "GET /editions/<edition_id>": NEWSROOM,
    "GET /editions/new": "dep",
    "POST /editions/new": "dep",
    "POST /editions/<edition_id>/articles": "dep",
    "POST /editions/<edition_id>/audience": "dep",
    "POST /editions/<edition_id>/preview": "p",
    # The edition of this world has gone out; a planned one is given up by whoever may plan.
    "POST /editions/<edition_id>/cancellation": "p",
    "POST /editions/<edition_id>/slot": "p",
    "GET /api/v1/editions/<edition_id>/console": NEWSROOM,
    "PUT /api/v1/editions/<edition_id>/console": "dep",
    "POST /api/v1/editions/<edition_id>/take-down": "p",
    "GET /api/v1/articles/<article_id>/corrections": NEWSROOM,
    "POST /api/v1/articles/<article_id>/corrections": "dp",
    "POST /api/v1/corrections/<correction_id>/signature": "e",
    "POST /api/v1/corrections/<correction_id>/completion": "dp",
    "POST /api/v1/corrections/<correction_id>/removal": "dp",
    "POST /editions/<edition_id>/console": "dep",
    "GET /editions/<edition_id>/take-down": "p",
    "GET /editions/<edition_id>/kept": NEWSROOM,
    "GET /editions/<edition_id>/kept/<position>": NEWSROOM,
    "POST /editions/<edition_id>/take-down": "p",
    "GET /articles/<article_id>/corrections": NEWSROOM,
    "POST /articles/<article_id>/corrections": "dp",
    "POST /corrections/<correction_id>/signature": "e",
    "POST /corrections/<correction_id>/completion": "dp",
    "POST /corrections/<correction_id>/removal": "dp",
    "POST /editions/<edition_id>/slot/removal": "p",
    "GET /settings/rules": NEWSROOM + "a",
    "GET /settings/rules/new": "ea",
    "POST /settings/rules/new": "ea",
    "GET /settings/rules/<code>": NEWSROOM + "a",
    "POST /settings/rules/<code>": "ea",
    "POST /settings/rules/<code>/switch": "ea",
    "GET /settings/rules/<code>/words.csv": NEWSROOM + "a",
    "POST /settings/rules/<code>/words": "ea",
    "POST /articles/<article_id>/waivers": "c" + NEWSROOM,
    "POST /waivers/<waiver_id>/decision": "dhe",
    "POST /articles/<article_id>/facts": "c" + NEWSROOM,
    "POST /facts/<fact_id>/source": "c" + NEWSROOM,
    "POST /facts/<fact_id>/removal": "dhe",
    "GET /deliveries": NEWSROOM,
    "GET /deliveries/<delivery_id>": NEWSROOM,
    "GET /deliveries/<delivery_id>/assisted": "op",
    "POST /deliveries/<delivery_id>/confirmation": "op",
    "POST /deliveries/<delivery_id>/resolution": "p",
    "POST /deliveries/<delivery_id>/retry": "p",
    "GET /share-back": STAFF,
    "GET /share-back/<delivery_id>": NEWSROOM,
    "GET /share-back/<delivery_id>/poster": NEWSROOM,
    "GET /figures": NEWSROOM + "a",
    "GET /figures/<account_id>": NEWSROOM + "a",
    "GET /figures/<account_id>/csv": NEWSROOM + "a",
    "GET /articles/<article_id>/figures": "c" + NEWSROOM,
    "GET /articles/<article_id>/figures/csv": "c" + NEWSROOM,
    "GET /articles/<article_id>/comments": NEWSROOM,
    "POST /articles/<article_id>/comments/reading": "dpo",
    "POST /articles/<article_id>/comments/opening": "dpo",
    "POST /articles/<article_id>/comments/closing": "dpo",
    "POST /comments/<comment_id>/election": "dpo",
    "POST /comments/<comment_id>/election/removal": "dpo",
    "POST /comments/<comment_id>/reply": "dpo",
    "POST /comments/<comment_id>/reply/removal": "dpo",
    "POST /comments/<comment_id>/removal": "dpo",
    "POST /comments/<comment_id>/submission": "dpo",
    "GET /groups": STAFF,
    "GET /welcome-messages": "oa",
    "GET /chat-rules": "oa",
    "POST /chat-rules/<application_id>/switch": "a",
    "GET /chat-rules/<application_id>/new": "oa",
    "POST /chat-rules/<application_id>/new": "oa",
    "GET /chat-rules/rules/<rule_id>": "oa",
    "POST /chat-rules/rules/<rule_id>": "oa",
    "POST /chat-rules/rules/<rule_id>/removal": "oa",
    "POST /chat-rules/rules/<rule_id>/resolution": "oa",
    "GET /api/v1/applications/<application_id>/chat-rules": "oa",
    "POST /api/v1/applications/<application_id>/chat-rules": "oa",
    "PUT /api/v1/chat-rules/<rule_id>": "oa",
    "DELETE /api/v1/chat-rules/<rule_id>": "oa",
    "POST /api/v1/chat-rules/<rule_id>/resolution": "oa",
    **{f"{method} /welcome-messages/<application_id>/<kind>": "oa" for method in ("GET", "POST")},
    "POST /welcome-messages/<application_id>/<kind>/removal": "oa",
    "POST /welcome-messages/<application_id>/<kind>/resolution": "oa",
    "GET /api/v1/applications/<application_id>/welcome-messages": "oa",
    "PUT /api/v1/applications/<application_id>/welcome-messages/<kind>": "oa",
    "DELETE /api/v1/applications/<application_id>/welcome-messages/<kind>": "oa",
    "POST /api/v1/applications/<application_id>/welcome-messages/<kind>/resolution": "oa",
    "GET /settings/group-kinds": "ea",
    "GET /settings/group-kinds/<kind>": "ea",
    "POST /settings/group-kinds/<kind>": "ea",
    "GET /api/v1/group-kinds": STAFF,
    "GET /api/v1/group-kinds/<kind>": STAFF,
    "PUT /api/v1/group-kinds/<kind>": "ea",
    "GET /settings/groups": "a",
    "POST /settings/groups": "a",
    "GET /group-health": NEWSROOM,
    "GET /group-health/playbook": "oa",
    "GET /groups/<slug>/spotlight": "oa",
    "POST /groups/<slug>/spotlight": "oa",
    "POST /groups/<slug>/spotlight/<spotlight_id>/cancellation": "oa",
    "GET /api/v1/groups/<group_id>/spotlights": "oa",
    "POST /api/v1/groups/<group_id>/spotlights": "oa",
    "DELETE /api/v1/spotlights/<spotlight_id>": "oa",
    "GET /settings/tiers": "a",
    "GET /customer-groups": "oa",
    "POST /groups/<slug>/flash": "oa",
    "GET /api/v1/groups/<group_id>/flash": STAFF,
    "PUT /api/v1/groups/<group_id>/flash": "oa",
    "GET /groups/<slug>/join-codes": "oa",
    "POST /groups/<slug>/join-codes": "oa",
    "POST /join-codes/<join_code_id>": "oa",
    "GET /join-codes/<join_code_id>/picture": "oa",
    "POST /customer-groups/<application_id>/look": "oa",
    "POST /settings/tiers": "a",
    "POST /settings/tiers/<tier_rule_id>/end": "a",
    "GET /api/v1/tier-rules": "a",
    "POST /api/v1/tier-rules": "a",
    "DELETE /api/v1/tier-rules/<tier_rule_id>": "a",
    "POST /group-health/playbook": "oa",
    "POST /groups/<slug>/playbook": "oa",
    "POST /group-tasks/<group_task_id>/completion": "oa",
    "GET /group-templates": "oa",
    "POST /groups/<slug>/template": "oa",
    "GET /group-templates/<template_id>/groups/new": "oa",
    "POST /group-templates/<template_id>/groups/new": "oa",
    "POST /groups/<slug>/stage": "oa",
    "POST /groups/<slug>/review": "oa",
    "POST /group-changes": "oa",
    "POST /group-changes/<change_id>/undo": "oa",
    "POST /group-views": STAFF,
    "POST /group-views/<kept_id>/removal": "o",
    "GET /group-tags": "oa",
    "POST /group-tags": "oa",
    "POST /group-tags/<tag_id>": "oa",
    "POST /group-tags/<tag_id>/removal": "oa",
    "GET /groups/new": "oa",
    "POST /groups/new": "oa",
    "GET /groups/<slug>": STAFF,
    "POST /groups/<slug>": "oa",
    "POST /groups/<slug>/closing": "oa",
    "POST /groups/<slug>/reopening": "oa",
    "GET /groups/<slug>/charter": "oa",
    "POST /groups/<slug>/charter": "oa",
    "POST /groups/<slug>/connectors/<connector_id>": "oa",
    "GET /api/v1/groups/<group_id>/connectors": "oa",
    "POST /api/v1/groups/<group_id>/connectors": "oa",
    "PATCH /api/v1/groups/<group_id>/connectors/<connector_id>": "oa",
    "DELETE /api/v1/groups/<group_id>/connectors/<connector_id>": "oa",
    "POST /groups/<slug>/connector": "oa",
    "POST /groups/<slug>/connector/test": "oa",
    "GET /my-groups": STAFF,
    "GET /invitations/<code>": STAFF,
    "GET /groups/<slug>/joining": STAFF,
    "POST /groups/<slug>/joining": STAFF,
    "POST /groups/<slug>/leaving": "c",
    "GET /groups/<slug>/my-copy.zip": STAFF,
    "GET /groups/<slug>/members": NEWSROOM + "a",
    "POST /groups/<slug>/members/<membership_id>/removal": "oa",
    "POST /groups/<slug>/invitations": "coa",
    "POST /group-invitations/<invitation_id>/revocation": "oa",
    "GET /groups/<slug>/admission": "oa",
    "POST /groups/<slug>/admission": "oa",
    # Nobody looks after the group of this world, so its operators decide; an administrator does not.
    "GET /admission-requests/<request_id>": "o",
    "POST /admission-requests/<request_id>/decision": "o",
    "POST /admission-requests/<request_id>/withdrawal": "c",
    "GET /admission-evidence/<evidence_id>": "o",
    "GET /groups/<slug>/roles": "oa",
    "POST /groups/<slug>/roles/<part>": "oa",
    "GET /api/v1/groups/<group_id>/members": NEWSROOM + "a",
    "POST /api/v1/groups/<group_id>/members": STAFF,
    "DELETE /api/v1/groups/<group_id>/membership": "c",
    "POST /api/v1/memberships/<membership_id>/removal": "oa",
    "GET /api/v1/groups/<group_id>/admission": STAFF,
    "PUT /api/v1/groups/<group_id>/admission": "oa",
    "GET /api/v1/groups/<group_id>/admission-requests": "o",
    "POST /api/v1/admission-requests/<request_id>/decision": "o",
    "POST /api/v1/admission-requests/<request_id>/withdrawal": "c",
    "POST /api/v1/groups/<group_id>/invitations": "coa",
    "POST /api/v1/group-invitations/<invitation_id>/revocation": "oa",
    "GET /api/v1/groups/<group_id>/roles": STAFF,
    "PUT /api/v1/groups/<group_id>/roles/<part>": "oa",
    "GET /api/v1/groups/<group_id>/tasks": "oa",
    "POST /api/v1/groups/<group_id>/playbook": "oa",
    "POST /api/v1/group-tasks/<group_task_id>/completion": "oa",
    "GET /circles": STAFF,
    "GET /circles/mine": STAFF,
    # The department head looks after the circle of this world.
    "GET /circles/new": "oah",
    "POST /circles/new": "oah",
    "GET /circles/<circle_id>": STAFF,
    "POST /circles/<circle_id>": "oah",
    "POST /circles/<circle_id>/closing": "oah",
    "POST /circles/<circle_id>/pauses": "oah",
    "POST /circles/<circle_id>/pauses/<pause_id>/removal": "oah",
    "POST /circles/<circle_id>/members": STAFF,
    "POST /circles/<circle_id>/leaving": "c",
    "POST /circles/<circle_id>/members/<member_id>/return": "oah",
    "POST /circles/<circle_id>/members/<member_id>/rounds-off": "oah",
    "GET /circles/<circle_id>/rounds/<round_number>": "coah",
    "GET /circles/<circle_id>/rounds/<round_number>/piece": "c",
    "POST /circles/<circle_id>/rounds/<round_number>/piece": "c",
    # The piece is another member's.
    "POST /circle-pieces/<piece_id>/comments": "c",
    "GET /api/v1/circles": STAFF,
    "POST /api/v1/circles": "oah",
    "GET /api/v1/circles/<circle_id>": STAFF,
    "PUT /api/v1/circles/<circle_id>/membership": STAFF,
    "DELETE /api/v1/circles/<circle_id>/membership": "c",
    "GET /api/v1/circles/<circle_id>/rounds/<round_number>": "coah",
    "POST /api/v1/circles/<circle_id>/pieces": "c",
    "POST /api/v1/circle-pieces/<piece_id>/comments": "c",
    "POST /api/v1/circles/<circle_id>/pauses": "oah",
    "GET /convention": STAFF,
    "GET /convention/labels": "eo",
    "GET /convention/next": "eoa",
    "POST /convention/next": "eoa",
    # What is reported stands in the query, and a report of nothing is of nothing one sees.
    "GET /reports/new": "",
    "POST /reports/new": "c" + NEWSROOM,
    "GET /conduct": STAFF,
    "GET /appeals/<case_id>": "c",
    "POST /appeals/<case_id>": "c",
    "GET /cases": "eo",
    "GET /cases/<case_id>": "eo",
    "POST /cases/<case_id>/decision": "eo",
    "POST /cases/<case_id>/second": "e",
    "POST /cases/<case_id>/appeal": "e",
    "POST /cases/<case_id>/freeze/removal": "eo",
    "GET /rights": NEWSROOM,
    "GET /rights/<asset_id>": NEWSROOM,
    "POST /rights/<asset_id>": NEWSROOM,
    "POST /rights/<asset_id>/consents": NEWSROOM,
    "POST /rights/consents/<consent_id>/withdrawal": "depo",
    "GET /rights/tasks": NEWSROOM,
    "POST /rights/tasks/<task_id>/decision": "p",
    "GET /articles/<article_id>/rights": "c" + NEWSROOM,
    "POST /articles/<article_id>/rights": "cd",
    "POST /articles/<article_id>/ai-uses": "cd",
    "POST /articles/<article_id>/ai-uses/labels": "cd",
    "POST /articles/<article_id>/ai-uses/<use_id>/removal": "cd",
    "GET /objections": "n" + STAFF,
    "POST /objections": "n" + STAFF,
    "PATCH /api/v1/assets/<asset_id>": "depo",
    "GET /api/v1/convention": STAFF,
    "POST /api/v1/reports": STAFF,
    "GET /story-calls": NEWSROOM,
    "GET /story-calls/new": "de",
    "POST /story-calls/new": "de",
    "GET /story-calls/<call_id>": NEWSROOM,
    "POST /story-calls/<call_id>/closing": "de",
    "POST /story-calls/<call_id>/deadline": "de",
    "POST /story-calls/<call_id>/summary": "de",
    "GET /story-calls/through/<code>": STAFF,
    "GET /story-calls/messages/<delivery_id>": NEWSROOM,
    "POST /api/v1/story-calls": "de",
    "GET /api/v1/story-calls": NEWSROOM,
    "GET /api/v1/story-calls/<call_id>": NEWSROOM,
    "POST /api/v1/story-calls/<call_id>/closing": "de",
    "POST /api/v1/story-calls/<call_id>/deadline": "de",
    "POST /api/v1/story-calls/<call_id>/summary": "de",
    "GET /topics": STAFF,
    "GET /topics/meeting": "de",
    "GET /topics/mine": STAFF,
    "GET /topics/new": STAFF,
    "POST /topics/new": STAFF,
    "GET /topics/<topic_id>": "c" + NEWSROOM,
    "POST /topics/<topic_id>": "de",
    "POST /topics/<topic_id>/comments": "c" + NEWSROOM,
    "POST /topics/<topic_id>/vote": NEWSROOM,
    "POST /topics/<topic_id>/decision": "de",
    "POST /topics/<topic_id>/assignments": "de",
    "POST /submissions/<number>/topic": "dhe",
    "POST /comments/<comment_id>/topic": "dpo",
    "GET /assignments": STAFF,
    "POST /assignments/<assignment_id>/acceptance": "c",
    "POST /assignments/<assignment_id>/refusal": "c",
    "POST /assignments/<assignment_id>/article": "c",
    "POST /assignments/<assignment_id>/hand-over": "de",
    "POST /assignments/<assignment_id>/cancellation": "de",
    "POST /assignments/<assignment_id>/due": "de",
    "GET /search": NEWSROOM,
    "POST /search/views": NEWSROOM,
    "POST /search/views/<view_id>/removal": "d",
    "GET /api/v1/topics": STAFF,
    "GET /api/v1/articles/<article_id>/findings": "c" + NEWSROOM,
    "GET /api/v1/articles/<article_id>/waivers": "c" + NEWSROOM,
    "POST /api/v1/articles/<article_id>/waivers": "c" + NEWSROOM,
    "POST /api/v1/waivers/<waiver_id>/decision": "dhe",
    "GET /api/v1/articles/<article_id>/facts": "c" + NEWSROOM,
    "PUT /api/v1/facts/<fact_id>/source": "c" + NEWSROOM,
    "GET /api/v1/rules": NEWSROOM + "a",
    "GET /api/v1/rules/<code>": NEWSROOM + "a",
    "GET /api/v1/editions/<edition_id>/conflicts": NEWSROOM,
    "POST /api/v1/topics": STAFF,
    "POST /api/v1/topics/<topic_id>/decision": "de",
    "POST /api/v1/topics/<topic_id>/assignments": "de",
    "GET /api/v1/search": NEWSROOM,
    "GET /columns": NEWSROOM + "a",
    "GET /columns/new": "dea",
    "POST /columns/new": "dea",
    "GET /columns/<column_id>": "dea",
    "POST /columns/<column_id>": "dea",
    "POST /columns/<column_id>/retirement": "dea",
    "POST /articles/<article_id>/plan": "cd",
    "POST /groups/<slug>/output": "oa",
    "GET /balance": NEWSROOM + "a",
    "GET /balance/csv": NEWSROOM + "a",
    "GET /year-review": NEWSROOM + "a",
    "GET /year-review/csv": NEWSROOM + "a",
    "GET /themes": NEWSROOM + "a",
    "GET /themes/sample": NEWSROOM + "a",
    "POST /themes/default": "dea",
    "POST /themes/trial": "dea",
    "GET /themes/new": "dea",
    "POST /themes/new": "dea",
    "GET /themes/<name>": "dea",
    "POST /themes/<name>": "dea",
    "POST /themes/<name>/retirement": "dea",
    "GET /settings": "a",
    "GET /settings/applications": "a",
    "POST /settings/applications": "a",
    "GET /settings/applications/<application_id>": "a",
    "POST /settings/applications/<application_id>": "a",
    "POST /settings/applications/<application_id>/activity": "a",
    "POST /settings/applications/<application_id>/test": "a",
    "POST /deliveries/<delivery_id>/readers": NEWSROOM,
    "POST /deliveries/<delivery_id>/recall": "po",
    "POST /deliveries/<delivery_id>/reminder": "po",
    "POST /deliveries/<delivery_id>/cancellation": "po",
    "GET /settings/accounts": "a",
    "POST /settings/accounts": "a",
    "GET /settings/accounts/<account_id>": "a",
    "POST /settings/accounts/<account_id>/probe": "a",
    "POST /settings/accounts/<account_id>/secret": "a",
    "POST /settings/accounts/<account_id>/callback": "a",
    "GET /settings/accounts/<account_id>/contact": "a",
    "POST /settings/accounts/<account_id>/pause": "a",
    "POST /settings/accounts/<account_id>/pause/removal": "a",
    "POST /settings/accounts/<account_id>/canary": "a",
    "GET /settings/accounts/<account_id>/calls": "a",
    "POST /settings/accounts/<account_id>/calls": "a",
    "GET /settings/accounts/<account_id>/followers": "a",
    "POST /settings/accounts/<account_id>/followers": "a",
    "POST /settings/accounts/<account_id>/followers/auto-replies": "a",
    "POST /settings/accounts/<account_id>/followers/auto-replies/<reply_id>/removal": "a",
    "GET /settings/audit": "ae",
    "POST /settings/holds/removal": "a",
    "POST /settings/house": "a",
    "GET /settings/people": "a",
    "POST /settings/people": "a",
    "GET /settings/people/<person_id>": "a",
    "POST /settings/people/<person_id>": "a",
    "POST /settings/people/<person_id>/activity": "a",
    "POST /settings/people/<person_id>/password": "a",
    "POST /settings/people/<person_id>/second-factor/removal": "a",
    "GET /sign-in/code": "n" + STAFF,
    "GET /settings/people/<person_id>/departure": "a",
    "POST /settings/people/<person_id>/departure": "a",
    "POST /settings/people/<person_id>/departure/items/<hand_over_id>": "a",
    "POST /settings/people/<person_id>/departure/items/<hand_over_id>/transfer": "a",
    "POST /sign-in/code": "n" + STAFF,
    "GET /me/second-factor": STAFF,
    "POST /me/second-factor": STAFF,
    "POST /me/second-factor/confirmation": STAFF,
    "POST /me/second-factor/codes": STAFF,
    "POST /me/second-factor/removal": STAFF,
    "GET /settings/access": "a",
    "POST /settings/access": "a",
    # The provider of this world does not answer, so a stranger is told so; who is signed in goes home.
    "GET /sign-in/via/<way_id>": STAFF,
    "GET /sign-in/via/<way_id>/return": "",
    "GET /author-status": STAFF,
    "POST /author-status": STAFF,
    "GET /sign-in/request": "n" + STAFF,
    "POST /sign-in/request": "n" + STAFF,
    "GET /settings/requests": "a",
    "POST /settings/requests/<request_id>/decision": "a",
    "POST /settings/requests/criteria": "a",
    "GET /settings/directories": "a",
    "POST /settings/directories": "a",
    "GET /settings/directories/<directory_id>": "a",
    "POST /settings/directories/<directory_id>/look": "a",
    "POST /settings/directories/<directory_id>/look/removal": "a",
    "POST /settings/directories/<directory_id>/changes": "a",
    "GET /me/identities/joining": STAFF,
    "POST /me/identities/joining": STAFF,
    "POST /me/identities/<identity_id>/removal": "c",
    "GET /settings/access/ways/new": "a",
    "POST /settings/access/ways/new": "a",
    "GET /settings/access/ways/<way_id>": "a",
    "POST /settings/access/ways/<way_id>": "a",
    "POST /settings/access/ways/<way_id>/activity": "a",
    "POST /settings/access/ways/<way_id>/trial": "a",
}
BODIES: dict[str, dict[str, object]] = {
    "POST /api/v1/groups/<group_id>/spotlights": {"article": "1"},
    "POST /groups/<slug>/connectors/<connector_id>": {"act": "for_calls"},
    "POST /r/<token>": {"decision": "nothing"},
    "POST /articles/<article_id>/review-links": {"outside": "1", "name": "陈工", "address": "chen@example.org", "hours": "72"},
    "POST /notices/mutes": {"thing": "article", "thing_id": "1"},
    "POST /settings/notices": {"channel": "mail"},
    "POST /settings/notices/trial": {"channel": "mail"},
    "PATCH /api/v1/articles/<article_id>": {"revision": 99},
    "POST /api/v1/articles/<article_id>/opinions": {"stage": "review_1", "decision": "approve", "revision": 99},
    "POST /articles/<article_id>/opinions": {"stage": "review_1", "decision": "approve", "revision": 1},
    "POST /articles/<article_id>/recusal": {"stage": "review_1"},
    "POST /api/v1/articles/<article_id>/recusal": {"stage": "review_1", "reason": " "},
    "POST /themes/default": {"theme": "plain"},
    "POST /reports/new": {"thing": "article", "id": "1"},
    "POST /api/v1/articles/<article_id>/waivers": {"place": "body:1", "reason": "课堂上讲的例子"},
    "PUT /api/v1/facts/<fact_id>/source": {"source": "厂志第三卷"},
    "POST /articles/<article_id>/suggestions": {"base": "1", "body": "改过的一句。"},
    "POST /api/v1/memberships/<membership_id>/removal": {"reason": " "},
    "PUT /api/v1/groups/<group_id>/admission": {"admission": "open"},
    "POST /api/v1/admission-requests/<request_id>/decision": {"admit": False},
    "POST /settings/directories/<directory_id>/changes": {"plan": moves.Plan((), 0, 0).fingerprint},
    "POST /circles/new": {"like": "1"},
    "POST /api/v1/circles": {"name": " ", "starts_on": "2026-01-01", "like": "1"},
    "POST /api/v1/circles/<circle_id>/pieces": {"round": 1},
    "POST /api/v1/circle-pieces/<piece_id>/comments": {"text": " "},
    "POST /api/v1/circles/<circle_id>/pauses": {"begins_on": "2026-01-01", "ends_on": "2026-01-01"},
}
"""Acts whose right depends on what they say, or that say nothing before they know what is meant."""
ELSEWHERE = {
    "GET /deliveries/<delivery_id>/assisted": {"<delivery_id>": "1"},
    "POST /groups/<slug>/connector/test": {"<slug>": "robots"},
    **{f"{method} /settings/rules/<code>{rest}": {"<code>": "gambling"} for method, rest in (
        ("GET", ""), ("POST", ""), ("POST", "/switch"), ("GET", "/words.csv"), ("POST", "/words"),
    )},
    "GET /api/v1/rules/<code>": {"<code>": "gambling"},
    **{f"{door}/<kind>": {"<kind>": "training"} for door in (
        "GET /welcome-messages/<application_id>", "POST /welcome-messages/<application_id>",
        "PUT /api/v1/applications/<application_id>/welcome-messages",
        "GET /settings/group-kinds", "POST /settings/group-kinds", "GET /api/v1/group-kinds", "PUT /api/v1/group-kinds",
    )},
    **{door: {"<kind>": "training"} for door in (
        "POST /welcome-messages/<application_id>/<kind>/removal", "POST /welcome-messages/<application_id>/<kind>/resolution",
        "DELETE /api/v1/applications/<application_id>/welcome-messages/<kind>",
        "POST /api/v1/applications/<application_id>/welcome-messages/<kind>/resolution",
    )},
    "POST /settings/applications/<application_id>/messages/chats/<chat_id>": {"<application_id>": "2", "<chat_id>": "1"},
    "POST /settings/applications/<application_id>/messages/auto-replies/<reply_id>/removal": {
        "<application_id>": "2", "<reply_id>": "2"},
    "GET /circles/new": {"/circles/new": "/circles/new?like=1"},
    # Whoever comes in or goes does it in a circle apart, so that in the first everybody stays who they are.
    "POST /circles/<circle_id>/members": {"<circle_id>": "2"},
    "PUT /api/v1/circles/<circle_id>/membership": {"<circle_id>": "2"},
    "POST /circles/<circle_id>/leaving": {"<circle_id>": "3"},
    "DELETE /api/v1/circles/<circle_id>/membership": {"<circle_id>": "4"},
    "GET /calendar/export/<kind>": {"<kind>": "ics"},
    "GET /calendar/feed/<token>.ics": {"<token>": "x" * 32},
}
"""Doors that only some things have."""
UPLOADS = ("a" * 32, "b" * 32, "c" * 32)
ELSEWHERE |= {
    f"{method} /uploads/<token>": {"<token>": token} for method, token in zip(("GET", "PATCH", "DELETE"), UPLOADS, strict=True)
}
CONVERTER = re.compile(r"<\w+(?:\([^)]*\))?:")
SHUT = (401, 403, 404)
PICTURE = b"nine by nine"


@dataclass(frozen=True)
class World:
    """One thing of each kind, and who is who."""

    app: Flask
    values: dict[str, str]
    persons: dict[str, tuple[int, int]]
    tokens: dict[str, str]

    def knock(self, role: str, method: str, rule: str, address: str) -> int:
        """The status that this role gets at this door."""
        client = self.app.test_client()
        given: dict[str, object] = {}
        if rule.startswith("/api/"):
            if method != "GET":
                given["json"] = BODIES.get(f"{method} {rule}", {})
            if role != "n":
                given["headers"] = {"Authorization": f"Bearer {self.tokens[role]}"}
        elif role != "n":
            with client.session_transaction() as kept:
                kept["person"], kept["epoch"] = self.persons[role]
        if method != "GET" and "json" not in given:
            given["data"] = BODIES.get(f"{method} {rule}", {})
        answer = client.open(address, method=method, **given)  # type: ignore[arg-type]
        turned_away = answer.status_code == 302 and "/sign-in" in answer.headers["Location"]
        return 401 if turned_away else answer.status_code


@pytest.fixture(scope="module")
def world(migrated_sqlite: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """A house with one of everything."""
    folder = tmp_path_factory.mktemp("matrix")
    (folder / "qunsheng.sqlite").write_bytes(migrated_sqlite.read_bytes())
    settings = make_settings(folder)
    vault.open_with(SECRET)
    engine = open_engine(settings)
    with Session(engine.execution_options(**WRITES)) as session:
        values, persons, tokens = _furnish(session)
        session.commit()
    engine.dispose()
    app = create_app(settings)
    # A browser's form brings its token; what is asked here is what happens behind that.
    app.config.update(WTF_CSRF_ENABLED=False, RATELIMIT_ENABLED=False)
    app.extensions["media"].keep(PICTURE)
    for token in UPLOADS:
        _begin_upload(settings.uploads, token, persons["c"][0])
    yield World(app, values, persons, tokens)


def doors(app: Flask) -> Iterator[tuple[str, str]]:
    """Every method and rule of the application."""
    for rule in app.url_map.iter_rules():
        for method in sorted((rule.methods or set()) - {"HEAD", "OPTIONS"}):
            yield method, CONVERTER.sub("<", rule.rule)


def test_every_route_is_in_the_matrix(world: World) -> None:
    there = {f"{method} {rule}" for method, rule in doors(world.app)}
    assert there - set(EXPECTED) == set(), "say who may open these"
    assert set(EXPECTED) - there == set(), "these are gone"


def test_every_view_names_one_guard(world: World) -> None:
    bare = [name for name, view in world.app.view_functions.items() if not hasattr(view, "guard") and name != "static"]
    assert bare == []


@pytest.mark.parametrize("door", sorted(EXPECTED))
def test_only_those_get_in_who_may(world: World, door: str) -> None:
    method, _, rule = door.partition(" ")
    address = rule
    for name, value in {**world.values, **ELSEWHERE.get(door, {})}.items():
        address = address.replace(name, value)
    assert "<" not in address, "the world lacks what this address names"
    expected = EXPECTED[door]
    # Those who may not knock first, while everything is still as it was.
    got = {role: world.knock(role, method, rule, address) for role in sorted(ROLES, key=lambda role: role in expected)}
    assert {role for role, status in got.items() if status not in SHUT} == set(expected), got
    assert all(status < 500 or rule == "/readyz" for status in got.values()), got


def _welcoming(session: Session, admin: Person) -> dict[str, str]:
    """An application with a welcome message and a rule against spam; nobody knows what became of them."""
    application = factories.application(session)
    welcome_messages.write(session, application.id, Kind.TRAINING, welcome_messages.Words("欢迎。"), by=admin)
    platform_applications.switch_chat_rules(session, application, on=True, by=admin)
    wanted = anti_harassment.Wanted("广告", words=("代开发票",), users=("zhang",))
    rule = anti_harassment.write(session, application.id, wanted, by=admin)
    return {"<application_id>": str(application.id), "<rule_id>": str(rule.id)}


def _robot_chat(session: Session, admin: Person) -> dict[str, str]:
    """A smart robot's chat; the robot answers a word by itself."""
    robot = platform_applications.add(session, platform="aibot", name="机器人", said={"app_id": "AIB", "secret": "s"})
    auto_replies.add(session, robot, words="投稿须知", whole=True, answer="@我 就行。", by=admin)
    chat = robot_chats.called(session, robot, "chat-1")
    assert chat is not None
    return {"<chat_id>": str(chat.id)}


def _joined(session: Session, people: dict[str, Person]) -> dict[str, str]:
    """A way to sign in whose provider does not answer, and who is known on it."""
    said = {"kind": "oidc", "name": "统一登录", "issuer": "http://127.0.0.1:9", "client_id": "qunsheng"}
    way = ways.add(session, said, by=people["admin"])
    identity = identities.join(session, people["contributor"], way, subject="10024", label="", by=None)
    directory = directories.add(session, kind="file", name="花名册", by=people["admin"])
    directories.keep_look(session, directory, [])
    asked = author_requests.ask_as_stranger(session, way, "10377", name="新同事", email="", text="我在质量部。")
    return {
        "<request_id>": str(asked.id), "<directory_id>": str(directory.id), "<way_id>": str(way.id),
        "<identity_id>": str(identity.id),
    }


def _members(session: Session, people: dict[str, Person], victim: Person) -> dict[str, str]:
    """Groups that the contributor belongs to or would like to; an invitation; somebody else's request with evidence."""
    member, keeper, picture = people["contributor"], people["operator"], ("image/png", PICTURE)
    said = {"questions": [], "evidence": "上岗证", "days": 14, "members_invite": True}
    club, choir, chorus, band, tribe = (factories.group(session, slug) for slug in ("club", "choir", "chorus", "band", "tribe"))
    inside = [admission_requests.join(session, group, member) for group in (club, choir, chorus)]
    for group in (club, band, tribe):
        admission.change(session, group, admission="evidence", **said, by=keeper)
    by_page, by_api = (admission_requests.join(session, group, member, pictures=[picture]) for group in (band, tribe))
    other = admission_requests.join(session, club, victim, pictures=[picture])
    link = group_invitations.issue(session, club, most_uses=1, days=7, by=keeper, keeper=True)
    evidence = session.scalars(select(AdmissionEvidence).where(AdmissionEvidence.request_id == other.id)).one()
    ELSEWHERE.update({
        "GET /invitations/<code>": {"<code>": link.code}, "POST /groups/<slug>/leaving": {"<slug>": "choir"},
        "DELETE /api/v1/groups/<group_id>/membership": {"<group_id>": str(chorus.id)},
        "POST /groups/<slug>/members/<membership_id>/removal": {"<slug>": "club"},
        "POST /groups/<slug>/invitations": {"<slug>": "club"},
        "POST /api/v1/groups/<group_id>/invitations": {"<group_id>": str(club.id)},
        "POST /admission-requests/<request_id>/withdrawal": {"<request_id>": str(by_page.id)},
        "POST /api/v1/admission-requests/<request_id>/withdrawal": {"<request_id>": str(by_api.id)},
        **{door: {"<request_id>": str(other.id)} for door in (
            "GET /admission-requests/<request_id>", "POST /admission-requests/<request_id>/decision",
            "POST /api/v1/admission-requests/<request_id>/decision",
        )},
    })
    return {
        "<membership_id>": str(inside[0].id), "<invitation_id>": str(link.id), "<evidence_id>": str(evidence.id),
        "<part>": "moderator",
    }


def _taken_on(session: Session, group: Group) -> dict[str, str]:
    """A task that somebody has taken on for the group, a rule that moves people, and a join code."""
    task = GroupTask(
        group_id=group.id, change=1, position=0, stage="growth", words="约好节奏", days=7, doer="steward", state="open",
        due_on=clock.now().date(),
    )
    session.add(task)
    session.flush()
    rule = TierRule(role="correspondent", conditions=[{"fact": "tenure", "least": 900, "days": 0}])
    wecom = platform_applications.everyone(session, Platform.WECOM)[0]
    drawn = io.BytesIO()
    Image.new("RGB", (8, 8)).save(drawn, "PNG")
    code = JoinCode(
        group_id=group.id, application_id=wecom.id, name="展会海报", chats=["wr1"], state="qs-matrix", picture=drawn.getvalue(),
        standing="refused",
    )
    session.add_all([rule, code])
    session.flush()
    return {"<group_task_id>": str(task.id), "<tier_rule_id>": str(rule.id), "<join_code_id>": str(code.id)}


def _checked(session: Session, article: Article, people: dict[str, Person]) -> dict[str, str]:
    """A waiver that somebody asked for, and a fact without a source."""
    found = Found(rulebook.shipped()["gambling"], "body", 0, 3, "六合彩", "六合彩")
    waiver = waivers.ask(session, article, found, "课堂上讲的例子", by=people["operator"])
    fact = facts.mark(session, article, "七十二小时", by=people["operator"])
    return {"<waiver_id>": str(waiver.id), "<fact_id>": str(fact.id)}


def _planned(session: Session, people: dict[str, Person]) -> dict[str, str]:
    """A column, and a topic that its contributor has been asked to write."""
    column = columns.add(session, name="身边人", by=people["admin"])
    topic = topics.pitch(session, Pitch("夜班食堂的灯", group="safety"), by=people["contributor"])
    topics.decide(session, topic, "approve", by=people["desk_editor"])
    asked = assignments.offer(
        session, topic, person=people["contributor"], due_at=clock.now() + timedelta(days=3), by=people["desk_editor"],
    )
    view = saved_views.keep(session, name="食堂", asked={"q": "食堂"}, shared=True, by=people["desk_editor"])
    return {"<view_id>": str(view.id), "<column_id>": str(column.id), "<topic_id>": str(topic.id), "<assignment_id>": str(asked.id)}


def _called(session: Session, by: Person) -> dict[str, str]:
    """An open call for stories; its link and its message have doors of their own."""
    call = calls.open_call(session, Wish("夜班", "写一个人。", clock.now() + timedelta(days=3), ["safety"]), by=by)
    ELSEWHERE["GET /story-calls/through/<code>"] = {"<code>": call.targets[0].code}
    ELSEWHERE["GET /story-calls/messages/<delivery_id>"] = {
        "<delivery_id>": str(call_messages.of_call(session, call)[0].delivery_id),
    }
    return {"<call_id>": str(call.id)}


def _in_circles(session: Session, people: dict[str, Person], victim: Person) -> dict[str, str]:
    """Four circles that began yesterday; in all but the second the contributor and one more write."""
    with clock.at(clock.now() - timedelta(days=1)):
        yesterday = clock.to_wall(clock.now()).date()
        for number in range(1, 5):
            said = {"name": f"写作圈 {number}", "steward": people["department_head"].email}
            circle = circles.begin(session, said, Rule(), starts_on=yesterday, by=people["operator"])
            for person in (people["contributor"], victim) if number != 2 else ():
                session.add(CircleMember(circle_id=circle.id, person=person, first_round=1))
    first = circles.get(session, 1)
    tomorrow = clock.to_wall(clock.now()).date() + timedelta(days=1)
    pause = circles.pause(session, first, tomorrow, tomorrow, by=people["operator"])
    rhythm = circles.rhythm_of(session, first)
    piece = hand_ins.hand_in(session, first, rhythm, 1, by=victim, title="夜班的灯", url="https://wiki.example.com/1")
    member = members.running(session, first, victim)
    assert member is not None
    return {
        "<circle_id>": "1", "<round_number>": "1", "<pause_id>": str(pause.id), "<member_id>": str(member.id),
        "<piece_id>": str(piece.id),
    }


def _comment(session: Session, place: Place) -> int:
    """What a reader wrote under a published article."""
    message = messages.of_place(session, place)
    message.msg_data_id = "2247503051"
    comments.record(session, message, [Seen("1", "K7Q2", clock.now(), "图书角在几楼？", featured=False)], 1, whole=True)
    return comments.standing(session, message.id)[0].id


def _decided(session: Session, people: dict[str, Person]) -> int:
    """A case about the contributor that the operator decided."""
    subject = cases.Subject("article", 1, "七十二小时的试车台", "你们懂什么。", people["contributor"])
    case = cases.report(session, subject, text="嘲讽同事", by=people["other"]).case
    verdict = decisions.Verdict("breach", "取笑新人", item="unfriendly.3", measure="none", scope="comment")
    decisions.decide(session, case, verdict, by=people["operator"])
    return case.id


def _tagged(session: Session, group: Group, by: Person) -> dict[str, str]:
    """A tag, a change of several groups, a kept question, how a group fares, a template."""
    tag = tags.add(session, taxonomy="地区", name="澄江", by=by)
    change = bulk.do(session, [group], "operator", by.email, by=by)
    tags.give(session, [group.id], tag)
    view = saved_views.keep(session, name="安全", asked={"q": "安全"}, shared=True, by=by, place=saved_views.GROUPS)
    session.add_all([
        GroupStanding(group_id=group.id, stage="mature", found_at=clock.now()), GroupReview(group_id=group.id, figures={}),
    ])
    template = GroupTemplate(name="安全员群", version=1, content={"kind": "training", "tags": [], **dict.fromkeys(FIELDS, "")})
    session.add(template)
    session.flush()
    return {
        "<tag_id>": str(tag.id), "<change_id>": str(change.id), "<kept_id>": str(view.id), "<template_id>": str(template.id),
    }


def _left(session: Session, person: Person) -> int:
    """Something that this person leaves behind."""
    item = HandOver(departure=Departure(leaver_id=person.id), part=Part.ROBOT, thing_id=1, name="safety 群")
    session.add(item)
    session.flush()
    return item.id


def _arrived(session: Session, people: dict[str, Person]) -> int:
    """A mail that was set aside, in the house's mailbox."""
    said = {"host": "127.0.0.1", "port": 9, "security": "none", "username": "u", "password": "p", "folder": "INBOX"}
    box = mailboxes.change(
        session, address="tougao@example.com", settings=said, is_open=True, strangers="refuse", origin_group="safety",
        stand_in="来信人", by=people["admin"],
    )
    arrival = Arrival(
        way=box.way, key="matrix", kind="mail", original=hashlib.sha256(PICTURE).hexdigest(), aside="stranger",
        content={"subject": "读者来信", "address": "reader@example.org", "name": "读者"},
    )
    session.add(arrival)
    session.flush()
    return arrival.id


def _notice(session: Session, person: Person) -> int:
    """Something this person was told; the house has a way to tell people outside, too."""
    channels.change(session, Channel.MAIL, "smtp", {
        "host": "127.0.0.1", "port": 9, "security": "none", "username": "", "password": "", "sender": "d@x.cn", "sender_name": "",
    }, "", by=None)
    tell(session, person, "“{title}” is published.", cause="published:0:0", title="试车台")
    return latest(session, person)[0].id


def _begin_upload(folder: Path, token: str, person_id: int) -> None:
    folder.mkdir(exist_ok=True)
    (folder / f"{token}.json").write_text(json.dumps({"token": token, "person_id": person_id, "size": 9}))
    (folder / f"{token}.part").touch()


def _furnish(session: Session) -> tuple[dict[str, str], dict[str, tuple[int, int]], dict[str, str]]:
    people = factories.one_of_each(session)
    tokens = {letter: credentials.create_token(session, people[role]) for letter, role in ROLES.items() if role}
    victim = factories.person(session, "contributor", "钱多多", email="victim@chengjiang.example")
    group = factories.group(session, "safety", connector="share_kit")
    factories.group(session, "robots", connector="wecom_robot", settings={"key": "693a91f6-7xxx-4bc4-97a0-0ec2sifa5aaa"})
    article = factories.in_review(session, people)
    thread = annotations.annotate(session, article, anchors.at(factories.BODY, 0, 5), "真的吗？", by=people["desk_editor"])
    handed_in = submissions.receive(
        session, title="食堂换了新灶", body=factories.BODY, origin_group="safety", by=people["contributor"],
    )
    edition = factories.scheduled(session, people)
    for delivery in releases.deliveries_of(session, edition):
        outbox.shift(session, delivery, State.WAITING, State.IN_FLIGHT)
        outbox.shift(session, delivery, State.IN_FLIGHT, State.SENT)
    releases.record_published(session, edition, ("https://mp.weixin.qq.com/s/Q1w2E3r4T5y6U7i8O9p0aA",))
    shares.promise_all(session, edition)
    wrong = edition.places[0].article
    correction = corrections.propose(
        session, wrong, factories.BODY + "又及。", base=wrong.revision, reason="漏了一句", by=people["desk_editor"],
    )
    share = shares.of_edition(session, edition.id)[0]
    assert share.delivery is not None
    (author,) = spotlights.authors(session, wrong.group, 1, wrong.id)
    lit = spotlights.promise(session, group, author, "本周聚光", "《题》", by=people["operator"])
    code = links.of_article(session, edition.places[0].article_id)[0].code
    spare = credentials.ApiToken(person_id=people["contributor"].id, name="spare", digest="0" * 64)
    session.add(spare)
    session.flush()
    themes.create(session, name="spring", label="春天", recipe={}, own={}, styles={}, by=people["desk_editor"])
    reply = auto_replies.add(session, edition.account, words="地址", whole=True, answer="澄江路 1 号", by=people["admin"])
    comment = _comment(session, edition.places[0])
    plan = planned_items.put(session, title="年会预告", on=clock.now().date(), by=people["desk_editor"])
    day = special_days.write(session, kind="company_day", name="司庆", begins_on=clock.now().date(), by=people["desk_editor"])
    picture = assets.keep(session, sha256=hashlib.sha256(PICTURE).hexdigest(), content_type="image/png", width=9, height=9, size=9)
    notice = _notice(session, people["contributor"])
    link = invitations.invite_expert(session, article, name="陈工", address="chen@example.org", by=people["desk_editor"])
    for method, rule in (("GET", "/r/<token>"), ("POST", "/r/<token>"), ("GET", "/r/<token>/preview"),
                         ("GET", "/r/<token>/pictures/<sha256>")):
        ELSEWHERE[f"{method} {rule}"] = {"<token>": invitations.token_of(link)}
    for method in ("GET", "POST"):
        sign = unsubscribing.group_address("", group.id).rpartition("/")[2]
        ELSEWHERE[f"{method} /unsubscribe/group/<group_id>/<sign>"] = {"<sign>": sign}
    away = deciders.name_substitute(
        session, people["desk_editor"], people["operator"],
        begins_at=clock.now() + timedelta(days=1), ends_at=clock.now() + timedelta(days=2),
    )
    consent = picture_rights.add_consent(
        session, picture, name="陈立", scopes=["internal"], given_on=picture_rights.today(), by=people["desk_editor"],
    )
    task = rights_tasks.RightsTask(asset_id=picture.id, article_id=article.id, cause="licence_ended", key="matrix")
    use = ai_uses.AiUse(article_id=article.id, part="article", degree="assisted", declared_by_id=people["contributor"].id)
    session.add_all([task, use])
    session.flush()
    values = {
        **_called(session, people["desk_editor"]), "<route_id>": "1", "<substitution_id>": str(away.id),
        "<article_id>": str(article.id), "<edition_id>": str(edition.id), "<delivery_id>": str(share.delivery.id),
        "<account_id>": str(edition.account_id), "<group_id>": str(group.id), "<slug>": "safety",
        "<connector_id>": str(group.connector.id if group.connector else 0),
        "<link_id>": str(link.id), "<notice_id>": str(notice), "<kind>": "all",
        "<sign>": unsubscribing.address("", victim.id, "").rpartition("/")[2],
        "<number>": handed_in.number, "<name>": "spring", "<reply_id>": str(reply.id),
        "<consent_id>": str(consent.id), "<task_id>": str(task.id), "<use_id>": str(use.id),
        "<case_id>": str(_decided(session, people)), "<correction_id>": str(correction.id), "<position>": "1",
        "<annotation_id>": str(thread.id), "<revision>": "1", **_planned(session, people),
        "<spotlight_id>": str(lit.id),
        "<year>": str(clock.now().year), "<person_id>": str(victim.id), "<token_id>": str(spare.id), "<code>": code,
        "<arrival_id>": str(_arrived(session, people)),
        "<filename>": "icon.svg", "<asset_id>": str(picture.id), **_checked(session, article, people),
        **_welcoming(session, people["admin"]),
        **_taken_on(session, group),
        **_robot_chat(session, people["admin"]),
        "<item_id>": str(plan.id), "<hand_over_id>": str(_left(session, victim)),
        **_tagged(session, group, people["operator"]), "<special_day_id>": str(day.id),
        **_joined(session, people), **_members(session, people, victim), **_in_circles(session, people, victim),
        "<comment_id>": str(comment), "<sha256>": picture.sha256, "<extension>": "png",
    }
    persons = {letter: (people[role].id, people[role].session_epoch) for letter, role in ROLES.items() if role}
    return values, persons, tokens
