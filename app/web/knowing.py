"""Everything that is known of a delivery which waits for a decision: what was to go, what was answered, where to look."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from flask import url_for
from flask_babel import gettext as _

from app.extensions import db
from app.filters import house_time, sentence
from app.web import meanings
from editorial.calendar.editions import Edition
from editorial.outbox.deliveries import Attempt, Delivery, Purpose
from editorial.review import sign_offs
from publishers.dispatch import gate, parcels

CONSOLE = "https://mp.weixin.qq.com/"
NUMBERS = ("media_id", "publish_id", "msg_id")


@dataclass(frozen=True)
class Known:
    """`facts` and `links` for the page; `words` of the three buttons: label, consequence and question."""

    facts: list[tuple[str, str]]
    links: list[tuple[str, str]]
    words: dict[str, tuple[str, str, str]]


def known_of(delivery: Delivery) -> Known:
    """What a person should have before their eyes when they decide."""
    edition = db.session.get(Edition, delivery.edition_id) if delivery.edition_id else None
    facts = [*_times(delivery), *_content(edition), *_answers(delivery), *_numbers(delivery)]
    return Known(facts, _links(delivery, edition), _words(delivery))


def _times(delivery: Delivery) -> list[tuple[str, str]]:
    sent = [one for one in delivery.attempts if one.act == "send"]
    said = [(_("Due"), house_time(delivery.due_at))]
    if sent:
        said.append((_("Asked at"), house_time(sent[-1].at, "%Y-%m-%d %H:%M:%S")))
        said.append((_("Tried so far"), str(len(sent))))
    return said


def _content(edition: Edition | None) -> list[tuple[str, str]]:
    """By its fingerprint a version is told from every other."""
    said = []
    for place in edition.places if edition else ():
        signed = sign_offs.latest(db.session(), place.article_id)
        if signed is not None:
            said.append((
                _("What was to go"),
                _("%(title)s, version %(number)s, fingerprint %(hash)s", title=place.article.title, number=signed.revision,
                  hash=signed.content_hash[:12]),
            ))
    return said


def _answers(delivery: Delivery) -> list[tuple[str, str]]:
    said = []
    for label, acts in ((_("Last answer"), ("send",)), (_("What was read"), ("poll", "read"))):
        found = [one for one in delivery.attempts if one.act in acts]
        if found:
            said.append((label, _answer(found[-1])))
    return said


def _answer(attempt: Attempt) -> str:
    parts = [house_time(attempt.at, "%m-%d %H:%M:%S"), meanings.tried(attempt), sentence(attempt.reason)]
    if attempt.http_status:
        parts.append(f"HTTP {attempt.http_status}")
    if attempt.code:
        parts.append(_("code %(code)s", code=attempt.code))
    if attempt.rid:
        parts.append(f"rid {attempt.rid}")
    return " · ".join(part for part in parts if part)


def _numbers(delivery: Delivery) -> list[tuple[str, str]]:
    if delivery.target_kind != "account":
        return []
    memory = parcels.memory_of(db.session(), delivery)
    return [(_("Number at WeChat"), f"{name} {memory[name]}") for name in NUMBERS if memory.get(name)]


def _links(delivery: Delivery, edition: Edition | None) -> list[tuple[str, str]]:
    if delivery.target_kind == "group":
        return [(_("The words and the link as they were to be posted"), url_for("share_back.kit", delivery_id=delivery.id))]
    if edition is None:
        return []
    found = [
        (_("WeChat's console: published articles and the draft box"), CONSOLE),
        *((place.article.title, place.permalink) for place in edition.places if place.permalink),
    ]
    if parcels.memory_of(db.session(), delivery).get("lost"):
        found.insert(0, (_("See what is missing"), url_for("readback.kept", edition_id=edition.id)))
    return found


def _words(delivery: Delivery) -> dict[str, tuple[str, str, str]]:
    sent = (_("It went out"), _("It is there. Nothing is sent again."), "")
    again = (
        _("It did not go out: send"), _("It is not there. It is sent at once."),
        _("It is sent at once. If it is there after all, it will be there twice."),
    )
    drop = (_("Drop it"), _("It is not sent any more, now or later."), _("It is not sent any more, now or later."))
    if delivery.purpose == Purpose.TAKE_DOWN:
        sent = (_("It is gone"), _("Nobody can read it any more."), "")
        again = (_("It still stands there: delete"), _("It is deleted at once, for everybody and for good."),
                 _("It is deleted at once, for everybody and for good."))
        drop = (_("Leave it there"), _("It stays published."), _("It stays published."))
    elif delivery.reason == gate.LEFT_OUT:
        again = (_("Publish it as it is"), _("It goes out at once, without what is missing."),
                 _("It goes out at once, without what is missing."))
    return {"sent": sent, "not_sent": again, "drop": drop}


def words() -> dict[str, Any]:
    """For the pages that show deliveries."""
    return {"known_of": known_of}
