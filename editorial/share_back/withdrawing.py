"""Taking an article down, seen from the groups: what has not gone there stays back, and those who have the link are told."""

from __future__ import annotations

from sqlalchemy.orm import Session

from editorial.calendar.editions import Edition
from editorial.notices import tell, tell_all
from editorial.outbox import deliveries
from editorial.outbox.deliveries import Delivery, State
from editorial.people.people import Person, Role, with_role
from editorial.release import take_downs
from editorial.release.take_downs import TakeDown
from editorial.share_back import shares, spotlights

HELD_BACK = "This was taken down; nothing is posted any more."


def ask(session: Session, edition: Edition, position: int, *, reason: str, by: Person) -> TakeDown:
    """Promise the take-down; what still waits to go into a group is called off at once when nothing of the edition stays.

    Raises Invalid naming `reason`, WrongState.
    """
    wish = take_downs.ask(session, edition, position, reason=reason, by=by)
    if len(wish.places) == len(edition.places):
        for share in shares.of_edition(session, edition.id):
            if share.delivery is not None:
                _hold_back(session, share.delivery)
    for spotlight in spotlights.of_articles(session, [place.article_id for place in wish.places]):
        if spotlight.delivery is not None:
            _hold_back(session, spotlight.delivery)
    return wish


def record(session: Session, wish: TakeDown) -> None:
    """It is gone: the articles' state follows, and whoever looks after a group that has the link learns of it."""
    if wish.done_at is not None:
        return
    take_downs.record(session, wish)
    reached = [
        share for share in shares.of_edition(session, wish.edition_id)
        if share.delivery is not None and share.delivery.state in (State.SENT, State.NEEDS_PERSON, State.OUTCOME_UNKNOWN)
    ]
    title, cause = wish.places[0].article.title, f"link_dead:{wish.id}"
    for share in reached:
        tell(session, share.group.steward or share.group.deputy,
             "“{title}” was taken down; its link in {group} leads nowhere any more.", cause=f"{cause}:{share.group_id}",
             thing="edition", thing_id=wish.edition_id, title=title, group=share.group.name)
    if reached:
        tell_all(session, with_role(session, Role.OPERATOR),
                 "“{title}” was taken down; its link stands in {count} groups and leads nowhere any more.", cause=cause,
                 thing="edition", thing_id=wish.edition_id, title=title, count=len(reached))


def _hold_back(session: Session, delivery: Delivery) -> None:
    """A share that waits for its time or for a person goes nowhere; one that is under way is told of later."""
    if delivery.state == State.ACCEPTED and delivery.awaiting == "person":
        deliveries.shift(session, delivery, State.ACCEPTED, State.REFUSED, reason=HELD_BACK, awaiting="")
    if delivery.state in (State.WAITING, State.REFUSED):
        deliveries.call_off(session, delivery)
