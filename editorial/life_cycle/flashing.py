"""The clock of flash groups: they open, and at their end they are closed in one go: message, members, report."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from editorial import audit, clock
from editorial.groups import flash, groups
from editorial.groups.flash import FlashRun
from editorial.intake.submissions import Submission
from editorial.members import memberships
from editorial.notices import tell_all
from editorial.outbox import deliveries
from editorial.outbox.deliveries import TO_GROUPS, Delivery, Promise, Purpose, State
from editorial.share_back.clicks import PEOPLE, Click
from editorial.share_back.links import TrackedLink
from editorial.share_back.shares import LANE

COUNTED_AFTER = timedelta(minutes=2)
"""By then every visit before the end has been taken in."""
AT_ONCE = 50


def watch(session: Session) -> int:
    """Open and close what is due, and write reports anew until they are final. Returns how many groups were touched."""
    now = clock.now()
    over = FlashRun.opened_at.isnot(None), FlashRun.closed_at.is_(None), FlashRun.ends_at <= now
    ended = session.scalars(select(FlashRun).where(*over).order_by(FlashRun.id).limit(AT_ONCE)).all()
    for run in ended:
        _close(session, run)
    counted = FlashRun.closed_at <= now - COUNTED_AFTER, FlashRun.final.is_(False)
    reported = session.scalars(select(FlashRun).where(*counted).order_by(FlashRun.id).limit(AT_ONCE)).all()
    for run in reported:
        run.report, run.final = {**run.report, **_figures(session, run)}, True
    session.flush()
    return flash.open_due(session) + len(ended) + len(reported)


def _close(session: Session, run: FlashRun) -> None:
    """Everything in the caller's transaction: whatever dies in between, it is done whole or not at all."""
    group = run.group
    run.closed_at = clock.now()
    run.report = {"members": memberships.count(session, group), **_figures(session, run)}
    memberships.archive(session, group)
    groups.close(session, group, by=None)
    run.delivery_id = deliveries.promise(session, Promise(
        purpose=Purpose.CLOSING, lane=LANE, key=f"closing:{run.id}", owner_id=run.id, target_kind="group", target_id=group.id,
        target_name=group.name, due_at=clock.now(),
    )).id
    audit.record(session, "close_flash_group", "group", group.id, details=run.report)
    tell_all(
        session, [one for one in (group.steward, group.deputy) if one is not None and one.active],
        "The flash group “{group}” is over. See what came of it.", cause=f"group_ended:{group.id}:flash:{run.id}",
        thing="group", thing_id=group.id, group=group.name,
    )


def _figures(session: Session, run: FlashRun) -> dict[str, int]:
    """What came of it between its start and its end."""
    stories = select(func.count()).select_from(Submission).where(
        Submission.group_id == run.group_id, Submission.created_at >= run.starts_at, Submission.created_at <= run.ends_at,
    )
    sent = select(func.count()).select_from(Delivery).where(
        Delivery.purpose.in_(TO_GROUPS), Delivery.purpose != Purpose.CLOSING, Delivery.target_kind == "group",
        Delivery.target_id == run.group_id, Delivery.state == State.SENT, Delivery.settled_at >= run.starts_at,
        Delivery.settled_at <= run.ends_at,
    )
    clicks = select(func.count()).select_from(Click).join(TrackedLink, TrackedLink.id == Click.link_id).where(
        TrackedLink.group_id == run.group_id, Click.kind == PEOPLE, Click.at >= run.starts_at, Click.at <= run.ends_at,
    )
    return {name: session.scalar(query) or 0 for name, query in (("stories", stories), ("sent", sent), ("clicks", clicks))}
