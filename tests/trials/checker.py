"""What the world saw beside what the database says: nothing twice, nothing lost, nothing unsigned, nobody left untold."""

from __future__ import annotations

import json
import re
from collections import Counter
from dataclasses import dataclass, field
from functools import cache
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session, aliased

from editorial.calendar.editions import Edition, EditionState, Place
from editorial.groups import groups
from editorial.notices import Notice
from editorial.outbox.deliveries import Delivery, Purpose, State
from editorial.release.releases import FINAL_PURPOSES
from editorial.review.sign_offs import SignOff
from editorial.share_back.shares import Share

ENDS = (State.SENT, State.REFUSED, State.CALLED_OFF, State.NEEDS_PERSON)
DONE = ("published", "mass_sent")
Effect = dict[str, Any]


@dataclass
class Findings:
    """What is wrong, in words, and how the deliveries ended."""

    editions_twice: list[str] = field(default_factory=list)
    shares_twice: list[str] = field(default_factory=list)
    lost: list[str] = field(default_factory=list)
    unsigned: list[str] = field(default_factory=list)
    early: list[str] = field(default_factory=list)
    untold: list[str] = field(default_factory=list)
    ends: Counter[str] = field(default_factory=Counter)

    @property
    def faults(self) -> list[str]:
        """Everything that must not be."""
        kinds = ("editions_twice", "shares_twice", "lost", "unsigned", "early", "untold")
        return [f"{kind}: {words}" for kind in kinds for words in getattr(self, kind)]


def at_rest(session: Session) -> bool:
    """Whether nothing will happen any more by itself: what still waits stands behind something a person must decide."""
    return session.scalar(select(Delivery.id).where(_moving()).limit(1)) is None


def examine(session: Session, effects: list[Effect]) -> Findings:
    """Lay the effects beside the database."""
    found = Findings()
    editions = {edition.id: edition for edition in session.scalars(select(Edition))}
    deliveries = list(session.scalars(select(Delivery).order_by(Delivery.id)))
    found.ends.update(_end(delivery) for delivery in deliveries)
    for delivery in session.scalars(select(Delivery).where(_moving())):
        found.lost.append(f"{delivery.key} is still {delivery.state}")
    _check_editions(found, list(editions.values()), deliveries, effects)
    _check_signatures(found, session, list(editions.values()), effects)
    _check_shares(found, session, deliveries, effects)
    _check_told(found, session, deliveries)
    return found


@cache
def _moving() -> Any:
    before = aliased(Delivery)
    stopped = before.state.in_([State.NEEDS_PERSON, State.REFUSED, State.CALLED_OFF])
    handed_over = (before.state == State.ACCEPTED) & (before.awaiting == "person")
    blocked = select(before.id).where(before.id == Delivery.after_id, stopped | handed_over).exists()
    by_hand = (Delivery.state == State.ACCEPTED) & (Delivery.awaiting == "person")
    return Delivery.state.not_in(ENDS) & ~by_hand & ~((Delivery.state == State.WAITING) & blocked)


def _end(delivery: Delivery) -> str:
    return "by_hand" if delivery.state == State.ACCEPTED else str(delivery.state)


def _check_editions(found: Findings, editions: list[Edition], deliveries: list[Delivery], effects: list[Effect]) -> None:
    seen = Counter(tuple(effect["titles"]) for effect in effects if effect["kind"] in DONE)
    for edition in editions:
        titles = tuple(place.article.title for place in edition.places)
        times = seen[titles]
        if times > 1:
            found.editions_twice.append(f"{titles[0]} appeared {times} times")
        final = [one for one in deliveries if one.edition_id == edition.id and one.purpose in FINAL_PURPOSES]
        if edition.state == EditionState.PUBLISHED and times == 0:
            found.lost.append(f"{titles[0]} is called published and is not")
        if edition.state == EditionState.SCHEDULED and all(one.state in (State.SENT, State.CALLED_OFF) for one in final):
            found.lost.append(f"{titles[0]} is scheduled and nothing of it will leave")
        for effect in effects:
            submitted = effect["kind"] in ("publish_submitted", "mass_submitted") and tuple(effect.get("titles", ())) == titles
            if submitted and (edition.publish_at is None or effect["at"] < edition.publish_at.timestamp()):
                found.early.append(f"{titles[0]} left before its time")


def _check_signatures(found: Findings, session: Session, editions: list[Edition], effects: list[Effect]) -> None:
    known = {tuple(place.article.title for place in edition.places): edition for edition in editions}
    drafts = {effect["media_id"]: effect["articles"] for effect in effects if effect["kind"] == "draft_added"}
    for effect in effects:
        if effect["kind"] not in DONE:
            continue
        edition = known.get(tuple(effect["titles"]))
        if edition is None:
            found.unsigned.append(f"{effect['titles']} is no edition of ours")
            continue
        for place, seen in zip(edition.places, drafts.get(effect["media_id"], []), strict=True):
            _check_signature(found, session, place, seen)


def _check_signature(found: Findings, session: Session, place: Place, seen: dict[str, Any]) -> None:
    query = select(SignOff).where(SignOff.article_id == place.article_id).order_by(SignOff.id.desc()).limit(1)
    signed = session.scalar(query)
    if signed is None or _words(signed.html) != _words(seen["content"]) or seen["digest"] not in ("", signed.digest):
        found.unsigned.append(f"{place.article.title} left without its sign-off")


def _check_shares(found: Findings, session: Session, deliveries: list[Delivery], effects: list[Effect]) -> None:
    said = [json.dumps(effect["body"], ensure_ascii=False) for effect in effects if effect["kind"] == "robot_message"]
    states = {delivery.owner_id: delivery for delivery in deliveries if delivery.purpose == Purpose.SHARE}
    claimed = 0
    for share in session.scalars(select(Share)):
        times = sum(f"/s/{share.link.code}" in words for words in said)
        claimed += times
        name = f"{share.edition.lead.title} in {share.group.slug}"
        if times > 1:
            found.shares_twice.append(f"{name}: {times} times")
        delivery = states.get(share.id)
        if delivery is None or (delivery.state == State.SENT and times == 0 and share.group.connector is not None):
            found.lost.append(f"{name} is called sent and is not")
    if claimed != len(said):
        found.unsigned.append(f"{len(said) - claimed} messages that no share has promised")
    wanted = {group.id for group in groups.reachable(session)}
    for edition in session.scalars(select(Edition).where(Edition.state == EditionState.PUBLISHED)):
        shared = set(session.scalars(select(Share.group_id).where(Share.edition_id == edition.id)))
        if all(place.permalink for place in edition.places) and shared != wanted:
            found.lost.append(f"{edition.lead.title} did not come back to {len(wanted - shared)} groups")


def _check_told(found: Findings, session: Session, deliveries: list[Delivery]) -> None:
    causes = set(session.scalars(select(Notice.cause)))
    for delivery in deliveries:
        cause = f"{delivery.state}:{delivery.id}:{delivery.fence}"
        if delivery.state in (State.NEEDS_PERSON, State.REFUSED) and cause not in causes:
            found.untold.append(f"nobody was told that {delivery.key} is {delivery.state}: {delivery.reason}")


def _words(html: str) -> str:
    return "".join(re.sub(r"<[^>]*>", "", html).split())
