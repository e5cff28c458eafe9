"""What WeChat kept of a draft beside what was signed off: what it left out is shown where it was."""

from __future__ import annotations

from collections import Counter
from typing import Any

from flask import Blueprint, Response, render_template
from flask.typing import ResponseReturnValue
from flask_babel import lazy_gettext as _

from app.auth import guard
from app.extensions import db
from app.typesetting import PREVIEW_POLICY, phone_page
from app.web import meanings
from app.web.assisting import sheet
from editorial.calendar import editions
from editorial.calendar.editions import Edition, Place
from editorial.errors import NotFound
from editorial.outbox.deliveries import Delivery
from editorial.people.permissions import Action
from editorial.release import releases
from publishers.wechat import losses
from publishers.wechat.losses import Loss

pages = Blueprint("readback", __name__)

KINDS: dict[str, Any] = {
    "text": _("words"), "picture": _("pictures"), "link": _("links"),
    "form": _("forms of blocks"),
}
MARKS = (
    "mark.lost{background:#fce9e7;color:#8c1d17;text-decoration:line-through;outline:1px solid #b3261e}"
    ".lost-picture{display:block;outline:3px solid #b3261e;opacity:.55}"
)
"""How missing words and pictures look."""


@pages.get("/editions/<id:edition_id>/kept")
@guard(Action.SEE_EDITIONS)
def kept(edition_id: int) -> ResponseReturnValue:
    """What WeChat kept of the draft: what it left out, at its place."""
    chosen = editions.get(db.session(), edition_id)
    return render_template(
        "afterwards/kept.html", edition=chosen, heading=meanings.heading(chosen), draft=draft_of(chosen),
        compared=[_compared(place, found) for place, found in zip(chosen.places, _losses_of(chosen), strict=False)],
    )


@pages.get("/editions/<id:edition_id>/kept/<int:position>")
@guard(Action.SEE_EDITIONS)
def kept_article(edition_id: int, position: int) -> ResponseReturnValue:
    """One article as it was signed off, with marks where something is missing; stands in a frame."""
    chosen = editions.get(db.session(), edition_id)
    found = dict(zip(range(1, len(chosen.places) + 1), zip(chosen.places, _losses_of(chosen), strict=False), strict=False))
    if position not in found:
        raise NotFound()
    place, lost = found[position]
    html = losses.marked(sheet(place).html, lost)
    page = phone_page(place.article.title, [chosen.account.name], f"<style>{MARKS}</style>{html}")
    return Response(page, content_type="text/html; charset=utf-8", headers={"Content-Security-Policy": PREVIEW_POLICY})


def draft_of(chosen: Edition) -> Delivery | None:
    """The newest draft of an edition that was read back."""
    made = [one for one in releases.deliveries_of(db.session(), chosen) if "readback" in one.memory]
    return made[-1] if made else None


def _losses_of(chosen: Edition) -> list[list[Loss]]:
    """What is missing of each article, in their order."""
    draft = draft_of(chosen)
    found = losses.remembered(draft.memory.get("lost", "")) if draft else []
    return [*found, *([] for _place in chosen.places[len(found):])]


def _compared(place: Place, found: list[Loss]) -> dict[str, Any]:
    counted = Counter(one.kind for one in found)
    return {
        "place": place, "words": [str(KINDS[kind]) for kind in KINDS if counted[kind]],
        "found": [(str(KINDS[one.kind]), one.words) for one in found if one.words],
    }
