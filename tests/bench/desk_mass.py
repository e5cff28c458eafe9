"""What else a desk leaves behind in a house of any size: topics, pictures and their rights, cases, findings, notices sent."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from editorial.articles.assets import Asset
from editorial.articles.passages import Annotation, Remark
from editorial.articles.picture_rights import PortraitConsent
from editorial.articles.picture_uses import PictureUse
from editorial.articles.saved_views import SavedView
from editorial.audit import AuditEntry
from editorial.calendar.planned_items import PlannedItem
from editorial.conduct.cases import Case, Report
from editorial.conduct.penalties import Penalty
from editorial.events import Event, Node
from editorial.notices.envelopes import NoticeEnclosure, NoticeEnvelope
from editorial.release.corrections import Correction
from editorial.release.rights_tasks import RightsTask
from editorial.review.checks.facts import CheckFact
from editorial.review.checks.records import CheckFinding
from editorial.review.checks.waivers import CheckWaiver
from editorial.review.rows import ReviewRound
from editorial.topics.assignments import Assignment
from editorial.topics.columns import Column
from editorial.topics.discussion import TopicComment, TopicVote
from editorial.topics.topics import Topic
from tests.bench import prose

if TYPE_CHECKING:
    from tests.bench.mass import Mass

Row = dict[str, Any]
Rows = list[tuple[type[Any], Iterable[Row]]]

COLUMNS = 8
EACH = {
    Topic: 20, Asset: 2, PortraitConsent: 10, RightsTask: 500, Case: 200, Annotation: 10, CheckWaiver: 50, CheckFact: 20,
    Correction: 50, NoticeEnvelope: 4,
}
"""To so many articles there is one of these."""
POOL = ("proposed", "discussed", "approved", "assigned", "in_progress")
OPEN_TOPICS = 200
VIEWS, PLANS = 20, 120


def before_articles(mass: Mass) -> Rows:
    """What articles refer to."""
    return [(Column, _columns()), (Asset, _assets(mass)), (Topic, _topics(mass))]


def after_articles(mass: Mass) -> Rows:
    """What refers to articles, topics and notices."""
    return [
        (TopicComment, _comments(mass)), (TopicVote, _votes(mass)), (Assignment, _assignments(mass)),
        (PictureUse, _uses(mass)), (PortraitConsent, _consents(mass)), (RightsTask, _tasks(mass)), (Case, _cases(mass)),
        (Report, _reports(mass)), (Penalty, _penalties(mass)), (ReviewRound, _rounds(mass)), (Annotation, _annotations(mass)),
        (Remark, _remarks(mass)), (CheckFinding, _findings(mass)), (CheckWaiver, _waivers(mass)),
        (CheckFact, _facts(mass)), (Correction, _corrections(mass)), (Event, _events(mass)),
        (AuditEntry, _entries(mass)), (NoticeEnvelope, _envelopes(mass)), (NoticeEnclosure, _enclosures(mass)),
        (PlannedItem, _plans(mass)), (SavedView, _views(mass)),
    ]


def findable(mass: Mass) -> Iterator[tuple[str, int, str]]:
    """What can be searched beside articles and submissions: kind, id, words."""
    for number in range(1, _count(mass, Topic) + 1):
        yield "topic", number, mass.title(number)
    for number in range(1, _count(mass, Asset) + 1):
        yield "asset", number, mass.title(number)


def _count(mass: Mass, of: type[Any]) -> int:
    return max(mass.size // EACH[of], 1)


def _columns() -> Iterator[Row]:
    for number in range(1, COLUMNS + 1):
        yield {"id": number, "name": f"专栏{number}", "fields": [], "checklist": []}


def _assets(mass: Mass) -> Iterator[Row]:
    statuses = ("own", "own", "own", "licensed", "unknown")
    for number in range(1, _count(mass, Asset) + 1):
        day = mass.day_of(number * EACH[Asset])
        yield {
            "id": number, "sha256": _hash(number), "content_type": "image/jpeg", "width": 1600, "height": 1200, "size": 240_000,
            "alt_text": mass.title(number), "licence_status": statuses[number % len(statuses)], "shows_minor": number % 97 == 0,
            "licensed_until": (day + timedelta(days=3650)).date() if number % 5 == 3 else None, "ai_use": "none",
            "brought_by_id": mass.contributor(number), "created_at": day,
        }


def _topics(mass: Mass) -> Iterator[Row]:
    count = _count(mass, Topic)
    ends = ("done", "done", "done", "shelved", "rejected")
    for number in range(1, count + 1):
        is_open = number > count - min(OPEN_TOPICS, count // 2)
        day = mass.day_of(number * EACH[Topic])
        yield {
            "id": number, "title": mass.title(number), "words": mass.title(number + 1),
            "state": POOL[number % len(POOL)] if is_open else ends[number % len(ends)], "source": "person",
            "group_id": mass.group(number), "column_id": number % COLUMNS + 1, "pitched_by_id": mass.contributor(number),
            "decided_by_id": None if is_open else mass.people["editor_in_chief"], "decided_at": None if is_open else day,
            "reason": "" if is_open else "本季度已有同题稿件", "updated_at": day, "created_at": day,
        }


def _comments(mass: Mass) -> Iterator[Row]:
    for number in range(1, _count(mass, Topic) + 1):
        for role in ("desk_editor", "department_head"):
            yield {"topic_id": number, "person_id": mass.people[role], "text": "可以做，先找班组长聊聊。"}


def _votes(mass: Mass) -> Iterator[Row]:
    for number in range(1, _count(mass, Topic) + 1):
        for role in ("desk_editor", "department_head", "editor_in_chief"):
            yield {"topic_id": number, "person_id": mass.people[role], "vote": "against" if number % 7 == 0 else "for"}


def _assignments(mass: Mass) -> Iterator[Row]:
    count = _count(mass, Topic)
    for number in range(1, count + 1):
        goes_on = number > count - min(OPEN_TOPICS, count // 2)
        if number % len(POOL) in (3, 4):
            day = mass.day_of(number * EACH[Topic])
            yield {
                "topic_id": number, "person_id": mass.contributor(number), "offered_by_id": mass.people["desk_editor"],
                "state": "assignment_accepted" if goes_on else "closed", "due_at": day + timedelta(days=7), "created_at": day,
            }


def _uses(mass: Mass) -> Iterator[Row]:
    for number in range(1, _count(mass, Asset) + 1):
        yield {"sha256": _hash(number), "article_id": number * EACH[Asset], "first_revision": 1, "last_revision": 1}


def _consents(mass: Mass) -> Iterator[Row]:
    step = EACH[PortraitConsent] // EACH[Asset]
    for number in range(1, _count(mass, PortraitConsent) + 1):
        day = mass.day_of(number * EACH[PortraitConsent])
        yield {
            "asset_id": number * step, "name": mass.name(number), "scopes": ["internal", "official_account"],
            "given_on": day.date(), "until": (day + timedelta(days=3650)).date() if number % 3 == 0 else None, "created_at": day,
        }


def _tasks(mass: Mass) -> Iterator[Row]:
    count = _count(mass, RightsTask)
    for number in range(1, count + 1):
        article = number * EACH[RightsTask]
        yield {
            "asset_id": article // EACH[Asset], "article_id": article, "cause": "consent_ended", "key": f"t{number}",
            "name": mass.name(number), "state": "open" if number > count - 5 else "kept", "created_at": mass.day_of(article),
        }


def _cases(mass: Mass) -> Iterator[Row]:
    count = _count(mass, Case)
    for number in range(1, count + 1):
        article, waits = number * EACH[Case], number > count - 10
        yield {
            "id": number, "thing": "article", "thing_id": article, "title": mass.title(article), "words": "……",
            "about_id": mass.contributor(article), "state": "open" if waits else "closed",
            "open_key": f"article:{article}" if waits else None, "aggravations": [], "item": "privacy:1",
            "outcome": "" if waits else "breach", "measure": "" if waits else "none",
            "decided_by_id": None if waits else mass.people["operator"], "decided_at": None if waits else mass.day_of(article),
            "convention_number": 1, "created_at": mass.day_of(article),
        }


def _reports(mass: Mass) -> Iterator[Row]:
    for number in range(1, _count(mass, Case) + 1):
        for step in range(2):
            yield {
                "case_id": number, "reporter_id": mass.contributor(number + step), "item": "privacy:1", "text": "没有问过当事人。",
                "created_at": mass.day_of(number * EACH[Case]),
            }


def _penalties(mass: Mass) -> Iterator[Row]:
    for number in range(1, _count(mass, Case) - 10, 3):
        day = mass.day_of(number * EACH[Case])
        yield {
            "case_id": number, "person_id": mass.contributor(number * EACH[Case]), "measure": "mute_1", "scope": "submit",
            "begins_at": day, "ends_at": day + timedelta(days=1), "rule": "个人信息", "reason": "未经同意", "created_at": day,
        }


def _rounds(mass: Mass) -> Iterator[Row]:
    for number in range(1, mass.size + 1):
        if mass.state_of(number) != "drafting":
            yield {
                "article_id": number, "number": 1, "version_id": 1, "because": "No other route claims it, so it takes the house's.",
                "params": {"route": "本社路线"}, "opened_at": mass.day_of(number),
            }


def _annotations(mass: Mass) -> Iterator[Row]:
    for number in range(1, _count(mass, Annotation) + 1):
        article = number * EACH[Annotation]
        yield {
            "id": number, "made_by_id": mass.people["desk_editor"], "article_id": article, "revision": 1, "begin": 4, "end": 12,
            "quote": mass.body(article)[4:12], "before": "", "after": "", "created_at": mass.day_of(article),
            "resolved_by_id": None if number % 4 else mass.people["desk_editor"],
            "resolved_at": None if number % 4 else mass.day_of(article),
        }


def _remarks(mass: Mass) -> Iterator[Row]:
    for number in range(1, _count(mass, Annotation) + 1):
        for role in ("desk_editor", "department_head"):
            yield {"annotation_id": number, "made_by_id": mass.people[role], "text": "这里要核对。"}


def _findings(mass: Mass) -> Iterator[Row]:
    for number in range(1, mass.size + 1):
        yield {
            "article_id": number, "content_hash": mass.hash_of(number), "rule": "spacing", "version": "1", "severity": "advice",
            "field": "body", "begins": 3, "length": 2, "quote": "上周", "created_at": mass.day_of(number),
        }


def _waivers(mass: Mass) -> Iterator[Row]:
    for number in range(EACH[CheckWaiver], mass.size + 1, EACH[CheckWaiver]):
        yield {
            "article_id": number, "content_hash": mass.hash_of(number), "rule": "mobile", "version": "1", "place": _hash(number),
            "quote": "热线", "reason": "公开的热线", "asked_by_id": mass.people["desk_editor"], "granted": True,
            "decided_by_id": mass.people["department_head"], "decided_at": mass.day_of(number), "created_at": mass.day_of(number),
        }


def _facts(mass: Mass) -> Iterator[Row]:
    for number in range(EACH[CheckFact], mass.size + 1, EACH[CheckFact]):
        yield {
            "article_id": number, "kind": "number", "quote": "72 小时", "source": "试车记录", "created_at": mass.day_of(number),
            "marked_by_id": mass.people["desk_editor"],
        }


def _corrections(mass: Mass) -> Iterator[Row]:
    for number in range(EACH[Correction], mass.size + 1, EACH[Correction]):
        yield {
            "article_id": number, "before": 1, "revision": 1, "state": "done", "reason": "数字写错",
            "proposed_by_id": mass.people["desk_editor"], "created_at": mass.day_of(number),
        }


def _events(mass: Mass) -> Iterator[Row]:
    for number in range(1, mass.size + 1):
        for node, actor in ((Node.REACTED, "reader"), (Node.TOPIC_REUSED, "editor"))[:1 + (number % 8 == 0)]:
            yield {
                "at": mass.day_of(number), "node": node.value, "actor": actor, "group_id": mass.group(number), "thing": "article",
                "thing_id": number,
            }


def _entries(mass: Mass) -> Iterator[Row]:
    for number in range(1, mass.size + 1):
        for verb in ("hand_in", "take_in", "submit", "decide_stage"):
            yield {
                "at": mass.day_of(number), "person_id": mass.people["desk_editor"], "person_name": "林晓雯", "verb": verb,
                "thing": "article", "thing_id": number, "details": {"number": str(number)}, "previous": "", "digest": "",
            }


def _envelopes(mass: Mass) -> Iterator[Row]:
    for number in range(1, _count(mass, NoticeEnvelope) + 1):
        day = mass.day_of(number * EACH[NoticeEnvelope])
        yield {
            "id": number, "person_id": mass.people["desk_editor"], "channel": "mail", "due_at": day, "created_at": day,
            "address": "desk_editor@chengjiang.example",
        }


def _enclosures(mass: Mass) -> Iterator[Row]:
    for number in range(1, _count(mass, NoticeEnvelope) + 1):
        yield {"envelope_id": number, "notice_id": number * EACH[NoticeEnvelope]}


def _plans(mass: Mass) -> Iterator[Row]:
    for number in range(PLANS):
        yield {
            "title": mass.title(number), "planned_on": (mass.newest - timedelta(days=number - PLANS // 2)).date(),
            "planned_by_id": mass.people["desk_editor"],
        }


def _views(mass: Mass) -> Iterator[Row]:
    for number in range(VIEWS):
        yield {
            "person_id": mass.people["desk_editor"], "name": f"视图{number}", "asked": {"q": prose.SUBJECTS[number % 16]},
            "shared": number % 2 == 0,
        }


def _hash(number: int) -> str:
    return hashlib.sha256(f"picture {number}".encode()).hexdigest()
