"""What an event of the platform brings that no call would: the links of a mass send, and articles taken away afterwards."""

from __future__ import annotations

from sqlalchemy.orm import Session

from editorial import accounts, clock
from editorial.articles.workflow import State as ArticleState
from editorial.calendar.editions import Edition
from editorial.notices import tell_all
from editorial.outbox.deliveries import Delivery, Purpose, State
from editorial.people.people import Role, with_role
from editorial.release import events, releases
from editorial.release.events import CallbackEvent
from editorial.share_back import shares

TAKEN_AWAY = {
    5: "“{title}” was deleted in WeChat after it was published. Its link leads nowhere any more.",
    6: "WeChat took “{title}” down after it was published. See the notice in WeChat's console.",
}
"""By the `publish_status` of an event that comes after success."""


def take_over(session: Session, event: CallbackEvent) -> None:
    """Take over what one event says, or look again soon while its delivery is not settled or not known yet."""
    mass = event.kind == events.MASS_SEND_FINISHED
    purpose = Purpose.MASS_SEND if mass else Purpose.RELEASE
    delivery = events.found(
        session, accounts.get(session, event.account_id), purpose, str(event.fields.get("msg_id" if mass else "publish_id") or "")
    )
    if delivery is None or delivery.state in (State.IN_FLIGHT, State.ACCEPTED, State.OUTCOME_UNKNOWN):
        patient = clock.now() - event.created_at < events.SETTLES
        event.look_at = clock.now() + events.LOOK_AGAIN if patient else None
        return
    event.look_at = None
    if delivery.state == State.SENT:
        (_take_links if mass else _take_away)(session, event, delivery)


def _take_links(session: Session, event: CallbackEvent, delivery: Delivery) -> None:
    """The send was known to be done before its event came."""
    links = tuple(str(link) for link in event.fields.get("permalinks") or ())
    if links:
        edition = session.get_one(Edition, delivery.edition_id)
        releases.record_published(session, edition, links)
        shares.promise_all(session, edition)


def _take_away(session: Session, event: CallbackEvent, delivery: Delivery) -> None:
    sentence = TAKEN_AWAY.get(int(event.fields.get("status") or 0))
    edition = session.get_one(Edition, delivery.edition_id)
    if sentence is None or all(place.article.state == ArticleState.TAKEN_DOWN for place in edition.places):
        return
    tell_all(
        session, with_role(session, Role.PUBLISHER), sentence, cause=f"taken_away:{delivery.id}:{event.fields['status']}",
        thing="edition", thing_id=edition.id, urgent=True, title=edition.lead.title,
    )
