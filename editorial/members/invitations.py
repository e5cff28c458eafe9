"""Invitations into a group: a link with a limit and an end. Each person who comes by it counts once; who came through whom."""

from __future__ import annotations

import secrets
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ForeignKey, Index, String, select, update
from sqlalchemy.orm import Mapped, Session, joinedload, mapped_column, relationship

from editorial import audit, clock
from editorial.base import Base, Dated, Numbered, compare_and_set
from editorial.errors import (
    Invalid,
    InvitationExpired,
    InvitationRevoked,
    InvitationUnknown,
    InvitationUsedUp,
    NotAllowed,
    Problem,
    WrongState,
)
from editorial.groups.groups import Group, GroupState
from editorial.members import memberships, rules
from editorial.members.memberships import Membership
from editorial.people.people import Person

MOST_USES, MOST_DAYS = 200, 90
MEMBERS_USES = 5
"""So many may come by one link of a member who does not look after the group."""


class GroupInvitation(Numbered, Dated, Base):
    """One link. `seed`: whoever comes by it is one of the first, chosen members. `uses` never passes `most_uses`."""

    __tablename__ = "group_invitation"

    group_id: Mapped[int] = mapped_column(ForeignKey("community_group.id"))
    inviter_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    code: Mapped[str] = mapped_column(String(32), unique=True)
    most_uses: Mapped[int]
    uses: Mapped[int] = mapped_column(default=0)
    expires_at: Mapped[datetime]
    seed: Mapped[bool] = mapped_column(default=False)
    revoked_at: Mapped[datetime | None]

    group: Mapped[Group] = relationship()
    inviter: Mapped[Person] = relationship()

    __table_args__ = (Index("ix_group_invitation_group", "group_id", "id"),)

    @property
    def is_open(self) -> bool:
        """Whether somebody can still come by it."""
        taken_back = self.revoked_at is not None or not self.inviter.active
        return not taken_back and self.uses < self.most_uses and clock.now() < self.expires_at


@dataclass
class Branch:
    """One member and those who came through them."""

    name: str
    seed: bool
    gone: bool
    came: list[Branch]


def issue(
    session: Session, group: Group, *, most_uses: int, days: int, seed: bool = False, by: Person, keeper: bool,
) -> GroupInvitation:
    """Make a link. A member who does not look after the group (`keeper`) may when its rule lets members invite: a few, no
    seeds. Raises NotAllowed, WrongState for a closed group, Invalid naming `most_uses` or `days`."""
    rule, most = rules.rule_of(session, group), MOST_USES if keeper else MEMBERS_USES
    if not keeper and (seed or not rule.members_invite or memberships.of(session, group, by) is None):
        raise NotAllowed()
    if group.state == GroupState.CLOSED:
        raise WrongState()
    problems = [
        Problem(field, "Choose a number from {least} to {most}.", {"least": 1, "most": limit})
        for field, number, limit in (("most_uses", most_uses, most), ("days", days, MOST_DAYS)) if not 1 <= number <= limit
    ]
    if problems:
        raise Invalid(*problems)
    made = GroupInvitation(
        group_id=group.id, inviter_id=by.id, code=secrets.token_urlsafe(16), most_uses=most_uses, seed=seed,
        expires_at=clock.now() + timedelta(days=days),
    )
    session.add(made)
    session.flush()
    audit.record(session, "invite_to_group", "group", group.id, by=by, details={"uses": most_uses, "days": days, "seed": seed})
    return made


def revoke(session: Session, invitation: GroupInvitation, *, by: Person) -> None:
    """Take a link back; who came by it stays. Raises WrongState for the second time."""
    if invitation.revoked_at is not None:
        raise WrongState()
    invitation.revoked_at = clock.now()
    audit.record(session, "revoke_group_invitation", "group", invitation.group_id, by=by)


def usable(session: Session, code: str) -> GroupInvitation:
    """The open invitation with this code. Raises what is wrong with it: InvitationUnknown, -Revoked (also when
    its inviter's access has ended), -Expired, -UsedUp."""
    found = by_code(session, code)
    if found is None:
        raise InvitationUnknown()
    if found.revoked_at is not None or not found.inviter.active:
        raise InvitationRevoked()
    if clock.now() >= found.expires_at:
        raise InvitationExpired()
    if found.uses >= found.most_uses:
        raise InvitationUsedUp()
    return found


def take(session: Session, invitation: GroupInvitation) -> None:
    """Count one use, or raise what `usable` does: of many who come at once, no more than the limit get past."""
    now = clock.now()
    counted = update(GroupInvitation).where(
        GroupInvitation.id == invitation.id, GroupInvitation.uses < GroupInvitation.most_uses,
        GroupInvitation.revoked_at.is_(None), GroupInvitation.expires_at > now,
    ).values(uses=GroupInvitation.uses + 1)
    taken = compare_and_set(session, counted)
    session.refresh(invitation)
    if not taken:
        usable(session, invitation.code)
        raise WrongState()


def by_code(session: Session, code: str) -> GroupInvitation | None:
    """The invitation with this code, open or not."""
    return session.scalar(select(GroupInvitation).where(GroupInvitation.code == code))


def get(session: Session, invitation_id: int) -> GroupInvitation:
    """The invitation with this id. Raises InvitationUnknown."""
    found = session.get(GroupInvitation, invitation_id)
    if found is None:
        raise InvitationUnknown()
    return found


def of_group(session: Session, group: Group, limit: int = 50) -> Sequence[GroupInvitation]:
    """The group's invitations, the newest first."""
    query = select(GroupInvitation).where(GroupInvitation.group_id == group.id).options(joinedload(GroupInvitation.inviter))
    return session.scalars(query.order_by(GroupInvitation.id.desc()).limit(limit)).all()


def tree(session: Session, group: Group, limit: int = 500) -> list[Branch]:
    """Who came through whom. At the top: inviters who came through nobody, and nobody who brought no one."""
    query = (
        select(Membership, GroupInvitation.inviter_id).join(GroupInvitation, GroupInvitation.id == Membership.invitation_id)
        .where(Membership.group_id == group.id).options(joinedload(Membership.person)).order_by(Membership.id).limit(limit)
    )
    came: dict[int, list[Membership]] = defaultdict(list)
    first: dict[int, Membership] = {}
    for found, inviter_id in session.execute(query):
        if found.person_id not in first:
            first[found.person_id] = found
            came[inviter_id].append(found)
    tops = [inviter_id for inviter_id in came if inviter_id not in first]
    names = {person.id: person.name for person in session.scalars(select(Person).where(Person.id.in_(tops)))}
    return [Branch(names[top], False, False, [_branch(one, came) for one in came[top]]) for top in tops]


def _branch(found: Membership, came: dict[int, list[Membership]]) -> Branch:
    brought = [_branch(one, came) for one in came.get(found.person_id, [])]
    return Branch(found.person.name, found.seed, found.present is None, brought)
