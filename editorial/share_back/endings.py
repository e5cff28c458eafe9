"""A reader of a group's mail address wants no more mails: nothing goes there until its steward has looked into it."""

from __future__ import annotations

from sqlalchemy.orm import Session

from editorial.groups.groups import Group
from editorial.notices import tell_all
from editorial.outbox import holds
from editorial.people.people import Role, with_role

CAUSE = "unsubscribed"


def end(session: Session, group: Group) -> None:
    """Pause the mails and tell whoever looks after the group. A second wish changes nothing; of another connector none counts."""
    mails = next((one for one in group.connectors if one.kind == "email"), None)
    if mails is None or holds.holding(session, mails.hold_target) is not None:
        return
    holds.hold(session, mails.hold_target, "A reader of this group's mail address wants no more mails.", cause=CAUSE)
    keepers = [person for person in (group.steward, group.deputy) if person is not None and person.active]
    tell_all(
        session, keepers or with_role(session, Role.OPERATOR), "A reader of {group} wants no more mails; they are paused.",
        cause=f"mails_ended:{group.id}:{mails.id}", thing="group", thing_id=group.id, group=group.name,
    )
