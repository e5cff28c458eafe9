"""The trail of one article: from the group it came from to the groups it went back to."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from flask import Blueprint, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.auth import allow, can, guard
from app.extensions import db
from app.filters import house_time
from app.web import meanings
from app.web.words import stage_words
from editorial.articles import articles
from editorial.measuring import trail as measuring
from editorial.measuring.afterwards import Later
from editorial.measuring.trail import GroupClicks, InEdition, Opinion, Sent, Trail
from editorial.outbox.deliveries import State
from editorial.people.permissions import Action

pages = Blueprint("trail", __name__)

Station = dict[str, Any]
DECISIONS = {
    "approve": ("circle-check", "good"), "approve_with_comment": ("message-circle", "good"),
    "return": ("arrow-back-up", "wait"), "reject": ("circle-x", "bad"),
}


@pages.get("/articles/<id:article_id>/trail")
@guard(Action.SEE_ARTICLE)
def article(article_id: int) -> ResponseReturnValue:
    """Every station with its time and person. Contributors see the trail of their own story."""
    chosen = articles.get(db.session(), article_id)
    allow(Action.SEE_ARTICLE, chosen)
    way = measuring.trail_of(db.session(), chosen)
    return render_template(
        "trail/article.html", article=chosen, trail=way, stations=_stations(way), clicks=way.all_clicks,
        by_group=_by_group(way), sees_deliveries=can(Action.SEE_DELIVERIES),
    )


def _by_group(way: Trail) -> list[tuple[GroupClicks, Sent | None]]:
    """Every group that has a link of its own, with its newest share; the most readers first."""
    shared = {sent.target_id: sent for edition in reversed(way.editions) for sent in edition.shares}
    return [(one, shared.get(one.group_id)) for one in sorted(way.clicks, key=lambda one: -one.counts.people)]


def _stations(way: Trail) -> list[Station]:
    """One after the other, as it happened."""
    found = [*_handed_in(way), *(_opinion(one) for one in way.opinions if one.at or one.state == "claimed"), *_signed(way)]
    for edition in way.editions:
        found.extend(_edition(edition))
    found.extend(_later(one) for one in way.later)
    return sorted(found, key=lambda one: one["iso"])


def _handed_in(way: Trail) -> list[Station]:
    found = []
    for one in way.submissions:
        found.append(_station("inbox", _("Handed in from %(group)s", group=one.group), one.at, person=one.contributor))
        if one.decided_at is not None:
            found.append(_station(
                "circle-check", _("Adopted"), one.decided_at, person=one.decided_by, text=one.reason, tone="good"))
    return found


def _opinion(one: Opinion) -> Station:
    stage = stage_words(one.stage)
    if one.at is None:
        return _station("eye-check", _("%(stage)s: being read", stage=stage), one.opened_at, person=one.by, tone="wait")
    icon, tone = DECISIONS.get(one.decision, ("circle", ""))
    said = {
        "approve": _("approved"), "approve_with_comment": _("approved with comment"), "return": _("returned"),
        "reject": _("rejected"),
    }.get(one.decision, "")
    title = _("%(stage)s: %(said)s", stage=stage, said=said)
    return _station(icon, title, one.at, person=one.by, text=one.text, tone=tone)


def _signed(way: Trail) -> list[Station]:
    return [
        _station("rubber-stamp", _("Signed off, version %(number)s", number=one.revision), one.at, person=one.by, tone="good")
        for one in way.sign_offs
    ]


def _edition(one: InEdition) -> list[Station]:
    url = url_for("calendar.edition", edition_id=one.id) if can(Action.SEE_EDITIONS) else None
    title = _("Planned for %(account)s as lead article", account=one.account) if one.position == 1 else _(
        "Planned for %(account)s at place %(position)s", account=one.account, position=one.position)
    found = [_station("calendar", title, one.planned_at, person=one.planned_by, url=url, text=_planned_time(one))]
    found.extend(_sent(sent) for sent in one.deliveries)
    if one.published_at is not None:
        found.append(_station(
            "world", _("Published on %(account)s", account=one.account), one.published_at, tone="good", url=one.permalink))
    if one.shares:
        found.append(_shared(one))
    return found


def _later(one: Later) -> Station:
    icon, tone, title = {
        "emergency": ("alert-circle", "bad", _("Goes out in haste")),
        "emergency_ended": ("circle-check", "", _("No haste any more")),
        "link": ("link", "good", _("Link brought by hand")),
        "correction_proposed": ("pencil", "wait", _("Correction proposed")),
        "correction_done": ("pencil", "good", _("Corrected on WeChat")),
        "take_down": ("ban", "wait", _("To be taken down from %(account)s", account=one.account)),
        "taken_down": ("ban", "", _("Taken down from %(account)s", account=one.account)),
    }[one.kind]
    return _station(icon, title, one.at, person=one.by, text=one.text, tone=tone)


def _planned_time(one: InEdition) -> str:
    if one.publish_at is None:
        return _("It has no time yet.")
    return _("%(mode)s, set for %(at)s", mode=meanings.word_of(meanings.MODES, one.mode), at=house_time(one.publish_at))


def _sent(sent: Sent) -> Station:
    state = meanings.word_of(dict(meanings.DELIVERY_STATES), sent.state)
    title = f"{meanings.word_of(meanings.PURPOSES, sent.purpose)}：{state}"
    at = sent.settled_at or (sent.attempts[-1].at if sent.attempts else sent.due_at)
    tone = {State.SENT: "good", State.REFUSED: "bad", State.NEEDS_PERSON: "bad"}.get(State(sent.state), "wait")
    return _station(
        "send", title, at, text=_(sent.reason) if sent.reason else "", tone=tone,
        url=url_for("deliveries.delivery", delivery_id=sent.id) if can(Action.SEE_DELIVERIES) else None,
        numbers=[(_("Tries"), len([one for one in sent.attempts if one.act == "send"]))] if sent.attempts else [],
    )


def _shared(one: InEdition) -> Station:
    counts = _share_counts(one)
    at = max((sent.settled_at or sent.created_at) for sent in one.shares)
    return _station(
        "share", _("Back in the groups"), at, tone="good" if counts["done"] == counts["all"] else "wait",
        numbers=[(_("Groups reached"), f"{counts['done']} / {counts['all']}")],
        url=url_for("share_back.index", edition=one.id) if can(Action.SEE_DELIVERIES) else None,
    )


def _share_counts(one: InEdition) -> dict[str, int]:
    standing = [sent for sent in one.shares if sent.state != State.CALLED_OFF]
    return {"all": len(standing), "done": len([sent for sent in standing if sent.state == State.SENT])}


def _station(icon: str, title: str, at: datetime, **more: Any) -> Station:
    return {"icon": icon, "title": title, "iso": at.isoformat(), "shown": house_time(at), **more}
