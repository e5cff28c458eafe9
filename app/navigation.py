"""Where a person can go from every page: only what they may see, with the number of things that wait there."""

from __future__ import annotations

from functools import cache
from typing import Any

from flask import request, url_for
from flask_babel import lazy_gettext
from sqlalchemy import Select, func, select

from app.auth import can, current_person, is_api
from app.extensions import db
from editorial.articles.articles import Article
from editorial.articles.workflow import State as ArticleState
from editorial.conduct.cases import WAITING, Case
from editorial.groups import groups
from editorial.intake.submissions import Submission, SubmissionState
from editorial.outbox import deliveries
from editorial.outbox.deliveries import Delivery
from editorial.people.people import Person
from editorial.people.permissions import Action
from editorial.release.rights_tasks import RightsTask, TaskState

_ = lazy_gettext

UNDER_REVIEW = (ArticleState.IN_REVIEW, ArticleState.IN_PROOF)

# More do not fit side by side in the bar at a phone's foot; the others are in the drawer.
THUMBS = 5
COUNTED = {
    "inbox": (Submission, Submission.state == SubmissionState.RECEIVED),
    "review": (Article, Article.state.in_(UNDER_REVIEW)),
    "rights": (RightsTask, RightsTask.state == TaskState.OPEN),
    "cases": (Case, Case.state.in_(WAITING)),
    "deliveries": (Delivery, deliveries.wants_person()),
}

# endpoint, words, icon, what one must be able to do, what is counted, whether it belongs in that bar
PLACES: tuple[tuple[str, Any, str, Action, str, bool], ...] = (
    ("desk.today", _("Today"), "home", Action.SEE_DESK, "", True),
    ("intake.hand_in", _("Hand in"), "pencil-plus", Action.HAND_IN, "", True),
    ("intake.mine", _("My submissions"), "file-text", Action.HAND_IN, "", True),
    ("triage.inbox", _("Inbox"), "inbox", Action.TRIAGE, "inbox", True),
    ("topics.index", _("Topics"), "bulb", Action.PITCH, "", False),
    ("story_calls.index", _("Calls for stories"), "speakerphone", Action.SEE_DESK, "", False),
    ("articles.desk", _("Articles"), "article", Action.SEE_DESK, "review", False),
    ("calendar.month", _("Calendar"), "calendar", Action.SEE_EDITIONS, "", True),
    ("deliveries.index", _("Deliveries"), "send", Action.SEE_DELIVERIES, "deliveries", True),
    ("share_back.index", _("Share-back"), "share", Action.SEE_DELIVERIES, "", True),
    ("figures.index", _("Numbers"), "chart-bar", Action.SEE_FIGURES, "", False),
    ("groups.tree", _("Groups"), "users-group", Action.SEE_GROUPS, "", False),
    ("rights.ledger", _("Rights ledger"), "photo", Action.SEE_RIGHTS, "rights", False),
    ("cases.queue", _("Cases"), "scale", Action.MODERATE, "cases", False),
    ("circles.index", _("Writing circles"), "writing", Action.SEE_CIRCLES, "", False),
    ("convention.read", _("Convention"), "shield-check", Action.SEE_GROUPS, "", False),
    ("themes.gallery", _("Themes"), "palette", Action.SEE_THEMES, "", False),
    ("settings.audit", _("Audit log"), "history", Action.SEE_AUDIT, "", False),
    ("settings.index", _("Settings"), "settings", Action.MANAGE_SETTINGS, "", False),
)


def navigation() -> list[dict[str, Any]]:
    """The places of the present person, in the order of a story's way."""
    person = current_person() if not is_api() else None
    if person is None:
        return []
    here = (request.endpoint or "").partition(".")[0]
    open_places = [place for place in PLACES if _leads(place[0], place[3], person)]
    thumbs = [endpoint for endpoint, *_rest, bar in open_places if bar][:THUMBS]
    waiting = _waiting(tuple(place[4] for place in open_places if place[4]))
    return [
        {
            "url": url_for(endpoint), "label": label, "icon": icon, "count": waiting.get(count), "bar": endpoint in thumbs,
            "active": request.endpoint == endpoint or (here == endpoint.partition(".")[0] and here != "intake"),
        }
        for endpoint, label, icon, _action, count, _bar in open_places
    ]


def doors() -> dict[str, str]:
    """Addresses the frame of every page needs."""
    return {
        "home": url_for("people.home"), "search": url_for("finding.index") if can(Action.SEE_DESK) else "",
        "sign_in": url_for("people.sign_in"),
        "sign_out": url_for("people.sign_out"), "person": url_for("people.me"), "language": url_for("people.language"),
        "notices": url_for("people.notices"),
    }


def _leads(endpoint: str, action: Action, person: Person) -> bool:
    """Whether the place is this person's. Stewards post for their groups; the settings have the log on a page of theirs."""
    if endpoint == "settings.audit" and can(Action.MANAGE_SETTINGS):
        return False
    return can(action) or (endpoint == "share_back.index" and groups.has_steward(db.session(), person.id))


def _waiting(counted: tuple[str, ...]) -> dict[str, int]:
    """How many things wait at each of these places, in one question."""
    return dict(zip(counted, db.session.execute(_counting(counted)).one(), strict=True)) if counted else {}


@cache
def _counting(counted: tuple[str, ...]) -> Select[Any]:
    """Built once for each set of places: putting a query together costs more than asking it."""
    waiting = (COUNTED[name] for name in counted)
    return select(*(select(func.count()).select_from(table).where(waits).scalar_subquery() for table, waits in waiting))
