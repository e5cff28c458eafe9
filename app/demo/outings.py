"""How a demo edition goes out at its past instant: by the real dispatcher, to the simulated platforms, back to the groups."""

from __future__ import annotations

import random
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from app.demo import visits
from app.demo.agenda import Agenda
from app.demo.company import Cast
from app.demo.stories import HOUR, Stories
from editorial import accounts, clock
from editorial.calendar import editions
from editorial.calendar.editions import Edition, EditionState
from editorial.outbox import attempts, deliveries
from editorial.outbox.deliveries import Delivery, State
from editorial.release import releases
from editorial.share_back import shares
from publishers import dispatch
from publishers.dispatch import Outfit
from publishers.sandbox.running import Running

Said = dict[str, Any]
FAR = datetime(9999, 1, 1, tzinfo=UTC)
PLANNED_AFTER = 4 * HOUR
FRESH = timedelta(days=5)
"""Share kits of editions younger than this still wait for the people who post them."""


class Outings:
    """Puts editions on the agenda. `outfit` gives the dispatcher's outfit for a lane that the caller holds."""

    def __init__(self, agenda: Agenda, stories: Stories, cast: Cast, sandbox: Running, outfit: Callable[[str], Outfit]) -> None:
        self._agenda, self._stories, self._cast = agenda, stories, cast
        self._sandbox, self._outfit = sandbox, outfit

    def plan(self, said: Said, account: str, signed_off: datetime) -> datetime | None:
        """Plan an edition once its stories are signed off; returns the instant of its publication if that is past."""
        made: list[int] = []
        self._agenda.add(signed_off + PLANNED_AFTER, lambda session: made.append(self._plan(session, said, account)))
        if said.get("days_ago") is not None:
            publish_at = self._stories.wall(-said["days_ago"], said["at"])
            self._agenda.add(signed_off + PLANNED_AFTER + HOUR, partial(self._schedule, made=made, publish_at=publish_at))
            self._agenda.add(publish_at, lambda session: self._let_out(session, made[0], said))
            return publish_at
        if said.get("in_days") is not None:
            # Put a day too early at first, then moved: the calendar shows one, the deliveries keep what was called off.
            for later, days in ((HOUR, said["in_days"] - 1), (2 * HOUR, said["in_days"])):
                instant = self._stories.wall(days, said["at"])
                self._agenda.add(signed_off + PLANNED_AFTER + later, partial(self._schedule, made=made, publish_at=instant))
        return None

    def count_visits(self, session: Session) -> None:
        """Clicks of everything that is out."""
        for edition in session.scalars(select(Edition).where(Edition.state == EditionState.PUBLISHED)).all():
            for share in shares.of_edition(session, edition.id):
                visits.count(session, share)
            session.commit()

    def tell_groups(self, session: Session) -> None:
        """Let go what the groups are owed now, besides the links of editions."""
        session.commit()
        self._sandbox.clock(at=clock.now().timestamp())
        dispatch.drain(session, shares.LANE, self._outfit(shares.LANE))

    def _plan(self, session: Session, said: Said, account: str) -> int:
        chosen = next(one for one in accounts.everyone(session) if one.name == account)
        return editions.plan(
            session, account=str(chosen.id), mode=said["mode"], by=self._cast.first(session, "publisher"),
            article_ids=[str(self._stories.articles[key]) for key in said["articles"]],
        ).id

    def _schedule(self, session: Session, made: list[int], publish_at: datetime) -> None:
        releases.schedule(session, editions.get(session, made[0]), publish_at, by=self._cast.first(session, "publisher"))

    def _let_out(self, session: Session, edition_id: int, said: Said) -> None:
        for order in said.get("faults", []):
            self._sandbox.control("POST", "faults", order)
        lane = editions.get(session, edition_id).account.lane
        session.commit()
        instant = clock.now()
        for one in (lane, shares.LANE):
            instant = self._drain(session, one, edition_id, instant)
        for share in shares.of_edition(session, edition_id):
            delivery = share.delivery
            if delivery is not None and delivery.awaiting == "person" and clock.real() - clock.now() > FRESH:
                posted = random.Random(delivery.id).uniform(0.3, 7)
                self._agenda.add(clock.now() + posted * HOUR, partial(self._post, delivery_id=delivery.id))

    def _drain(self, session: Session, lane: str, edition_id: int, instant: datetime) -> datetime:
        """Work the lane at every instant at which something of the edition is owed, until nothing is; the last instant."""
        while True:
            # Readers come from that day on, and the phone shows when it was.
            self._sandbox.clock(at=instant.timestamp())
            with clock.at(instant):
                dispatch.drain(session, lane, self._outfit(lane))
            following = _next_instant(session, lane, edition_id, instant)
            session.commit()
            if following is None:
                return instant
            instant = following

    def _post(self, session: Session, delivery_id: int) -> None:
        """Somebody posted a share kit by hand."""
        deliveries.confirm_by_person(session, session.get_one(Delivery, delivery_id), by=self._cast.first(session, "operator"))


def _next_instant(session: Session, lane: str, edition_id: int, instant: datetime) -> datetime | None:
    query = select(Delivery).where(
        Delivery.lane == lane, Delivery.edition_id == edition_id, or_(attempts.ready_to_read(FAR), attempts.ready_to_start(FAR)),
    )
    owed = [one.due_at if one.state == State.WAITING else one.read_at for one in session.scalars(query)]
    return max(min(one for one in owed if one is not None), instant) if owed else None
