"""What a person needs who publishes by hand: the fields to copy, the settings of the console, the link to bring back."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from flask import render_template, request
from flask_babel import lazy_gettext as _

from app import confirming
from app.extensions import db
from app.web import meanings
from editorial.articles import assets, embargo, revisions
from editorial.articles.assets import Asset
from editorial.articles.revisions import Content
from editorial.calendar import editions
from editorial.calendar.editions import Edition, Place
from editorial.errors import NotFound
from editorial.outbox.deliveries import Delivery, Purpose
from editorial.release import console
from editorial.release.console import Setting
from editorial.review import sign_offs
from publishers.dispatch import parcels

SETTINGS: dict[str, Any] = {
    Setting.ORIGINAL: _("Declare it original"),
    Setting.REWARD: _("Switch rewards on"),
    Setting.COLLECTION: _("Put it into a collection"),
    Setting.AI_STATEMENT: _("State where the content comes from"),
    Setting.COMMENTS: _("Open the comments"),
}
HINTS: dict[str, Any] = {
    Setting.ORIGINAL: _("WeChat compares the text and asks for the author."),
    Setting.REWARD: _("Readers can then thank the author with money."),
    Setting.COLLECTION: _("The collection must be there already."),
    Setting.AI_STATEMENT: _("For example: made with AI, from the net, own opinion."),
    Setting.COMMENTS: _("If the console offers it: some accounts have no comments."),
}


@dataclass(frozen=True)
class Sheet:
    """One article as a person copies it into WeChat's console."""

    place: Place
    title: str
    author: str
    digest: str
    source_url: str
    html: str
    cover: Asset | None


@dataclass(frozen=True)
class ToSet:
    """One setting of the console, for the list on the page."""

    setting: str
    note: str
    done: bool


def page(chosen: Delivery, errors: dict[str, str], *, ask_reason: bool = False) -> str:
    """The steps. After a link that nobody could check they ask for a reason, too."""
    if chosen.edition_id is None or chosen.target_kind != "account":
        raise NotFound()
    session = db.session()
    edition = editions.get(session, chosen.edition_id)
    embargo.check(place.article for place in edition.places)
    ticked = request.form.getlist("setting")
    return render_template(
        "deliveries/assisted.html", delivery=chosen, edition=edition, sheets=[sheet(place) for place in edition.places],
        heading=meanings.heading(edition), errors=errors, typed=request.form.getlist("permalinks"),
        in_draft_box=_is_in_draft_box(chosen), open=confirming.takes_links(chosen, edition), ask_reason=ask_reason,
        reason=request.form.get("reason", ""), settings=to_set(chosen, edition, ticked), setting_words=SETTINGS,
        setting_hints=HINTS, lost=_lost(chosen),
    )


def sheet(place: Place) -> Sheet:
    """The article as it was signed off; nothing newer is offered for copying."""
    session = db.session()
    signed = sign_offs.latest(session, place.article_id)
    if signed is None:
        raise NotFound()
    text = revisions.numbered(session, place.article_id, signed.revision)
    return Sheet(
        place=place, title=text.title, author=text.author, digest=signed.digest, source_url=text.source_url,
        html=signed.html, cover=_cover(text.content, signed.html),
    )


def to_set(chosen: Delivery, edition: Edition, ticked: list[str]) -> list[ToSet]:
    """What was chosen beforehand, and the comments when WeChat did not let us open them."""
    session = db.session()
    items = {str(item.setting): item for item in console.items_of(session, edition)}
    draft = session.get(Delivery, chosen.after_id) if chosen.after_id else chosen
    if draft is not None and draft.memory.get("comments") == "closed":
        items.setdefault(Setting.COMMENTS, console.ConsoleItem(setting=Setting.COMMENTS, note=""))
    return [ToSet(name, item.note, item.done_at is not None or name in ticked) for name, item in items.items()]


def _cover(content: Content, html: str) -> Asset | None:
    """The chosen cover, else the first picture of the text: what a delivery by itself would take."""
    shown = [content.cover] if content.cover else assets.shown_in(html)[:1]
    return assets.by_hash(db.session(), shown[0]) if shown else None


def _lost(chosen: Delivery) -> str:
    """Whether WeChat left something out of the draft that lies ready: `blocks` when readers would miss it."""
    memory = parcels.memory_of(db.session(), chosen)
    return ("blocks" if memory.get("lost_blocks") else "some") if memory.get("lost") else ""


def _is_in_draft_box(chosen: Delivery) -> bool:
    before = db.session.get(Delivery, chosen.after_id) if chosen.after_id else chosen
    return before is not None and before.purpose == Purpose.DRAFT and bool(before.memory.get("media_id"))
