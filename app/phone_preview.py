"""An edition on the phone of one follower before it goes out, exactly as it would: signed off, and to nobody else."""

from __future__ import annotations

from flask import current_app

from app.extensions import db
from app.outfit import materials
from app.wiring import Wiring
from editorial.articles import embargo
from editorial.calendar import editions
from editorial.errors import Invalid, NotSignedOff, Problem
from publishers.connector import Failure
from publishers.dispatch.parcels import NothingToSend, edition_articles
from publishers.wechat import preview


def show_on_phone(edition_id: int, wechat_id: str) -> bool:
    """Ask the platform for it, which may take a while when there are many pictures. True: a draft was left behind.

    Raises NotSignedOff, UnderEmbargo, and Invalid naming `wechat_id` with the platform's reason.
    """
    session = db.session()
    edition = editions.get(session, edition_id)
    if not wechat_id:
        raise Invalid(Problem("wechat_id", "Whose phone? Give a WeChat id."))
    embargo.check(place.article for place in edition.places)
    settings = current_app.extensions["settings"]
    try:
        articles = edition_articles(session, edition, materials(settings))
    except NothingToSend:
        raise NotSignedOff() from None
    wiring: Wiring = current_app.extensions["wiring"]
    client = wiring.client(db.engine, edition.account)
    db.session.rollback()
    try:
        return preview.show(client, articles, wechat_id)
    except Failure as failure:
        raise Invalid(Problem("wechat_id", failure.reason)) from None
