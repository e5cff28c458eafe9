"""The members of a group: who belongs to it and through whom, invitations, and ending a membership."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from app.addresses import is_id
from app.auth import allow, can, current_person, guard, person_now, public_url
from app.extensions import db, deciding
from app.web.charters import chosen
from app.web.slots import house_zone
from app.web.words import ADMISSIONS, MEMBERSHIP_ENDS, MEMBERSHIP_WAYS, field_errors
from editorial.errors import Invalid, NotFound
from editorial.groups.groups import Group
from editorial.members import admission_requests, invitations, memberships, role_sheet, rules
from editorial.members.invitations import GroupInvitation
from editorial.people import people
from editorial.people.permissions import Action

pages = Blueprint("members", __name__)

SHOWN, PAST_SHOWN, ON_GROUP = 500, 50, 8


@pages.get("/groups/<slug>/members")
@guard(Action.SEE_MEMBERS)
def index(slug: str) -> ResponseReturnValue:
    """Who belongs to the group, who came through whom, who waits at the door."""
    return _page(slug, {}, {})


@pages.post("/groups/<slug>/members/<id:membership_id>/removal")
@guard(Action.LOOK_AFTER_GROUP)
def remove(slug: str, membership_id: int) -> ResponseReturnValue:
    """End a membership, with a reason that the person reads."""
    by_id, typed = person_now().id, request.form.to_dict()
    allow(Action.LOOK_AFTER_GROUP, keepers(_database(), chosen(_database(), slug)))
    try:
        with deciding() as scoped:
            session = scoped()
            found = memberships.get(session, membership_id)
            if found.group.slug != slug:
                raise NotFound()
            name = found.person.name
            memberships.remove(session, found, typed.get("reason", ""), by=people.get(session, by_id))
    except Invalid as error:
        return _page(slug, {**typed, "membership": str(membership_id)}, field_errors(error)), 422
    flash(_("%(name)s is no longer a member and reads the reason.", name=name))
    return redirect(url_for("members.index", slug=slug), 303)


@pages.post("/groups/<slug>/invitations")
@guard(Action.SEE_GROUPS)
def invite(slug: str) -> ResponseReturnValue:
    """Make a link that lets a few people in; a member makes small ones."""
    person_id, typed = person_now().id, request.form.to_dict()
    keeper = keeps(_database(), chosen(_database(), slug))
    try:
        with deciding() as scoped:
            session = scoped()
            invitations.issue(
                session, chosen(session, slug), most_uses=_number(typed, "most_uses"), days=_number(typed, "days"),
                seed=typed.get("seed") == "1", by=people.get(session, person_id), keeper=keeper,
            )
    except Invalid as error:
        flash(" ".join(field_errors(error).values()), "error")
    else:
        flash(_("The link is ready. Copy it and send it to whom it is meant for."))
    return redirect(url_for("groups.group", slug=slug, _anchor="members"), 303)


@pages.post("/group-invitations/<id:invitation_id>/revocation")
@guard(Action.SEE_GROUPS)
def revoke(invitation_id: int) -> ResponseReturnValue:
    """Take a link back: one's own, or any of a group that one looks after."""
    person_id = person_now().id
    found = invitations.get(_database(), invitation_id)
    if found.inviter_id != person_id:
        allow(Action.LOOK_AFTER_GROUP, keepers(_database(), found.group))
    slug = found.group.slug
    with deciding() as scoped:
        session = scoped()
        invitations.revoke(session, invitations.get(session, invitation_id), by=people.get(session, person_id))
    flash(_("The link no longer lets anybody in. Who came by it stays."))
    return redirect(url_for("groups.group", slug=slug, _anchor="members"), 303)


def on_group(group: Group) -> dict[str, Any]:
    """What a group's page shows of its members, to whoever looks."""
    session, person = _database(), person_now()
    keeper, rule = keeps(session, group), rules.rule_of(session, group)
    mine = memberships.of(session, group, person)
    sees = can(Action.SEE_MEMBERS, keepers(session, group))
    return {
        "membership": mine, "asked": admission_requests.waiting_of(session, group, person), "rule": rule,
        "admissions": ADMISSIONS, "keeper": keeper, "sees_members": sees,
        "member_count": memberships.count(session, group),
        "newest_members": memberships.present(session, group, ON_GROUP) if sees else [],
        "may_invite": keeper or (mine is not None and rule.members_invite),
        "most_uses": invitations.MOST_USES if keeper else invitations.MEMBERS_USES,
        "links": [one for one in invitations.of_group(session, group) if one.is_open and (keeper or one.inviter_id == person.id)],
        "link_of": _address, "at_the_door": len(admission_requests.waiting(session, group)) if reviews(session, group) else 0,
    }


def keepers(session: Session, group: Group) -> role_sheet.Keepers:
    """Those who look after the group today."""
    return role_sheet.keepers(session, group, house_zone())


def keeps(session: Session, group: Group) -> bool:
    """Whether the present person looks after the group."""
    return can(Action.LOOK_AFTER_GROUP, keepers(session, group))


def reviews(session: Session, group: Group) -> bool:
    """Whether the present person decides who may join it."""
    person = current_person()
    return person is not None and any(one.id == person.id for one in admission_requests.reviewers(session, group, house_zone()))


def _page(slug: str, typed: dict[str, str], errors: dict[str, str]) -> str:
    session, group = _database(), chosen(_database(), slug)
    allow(Action.SEE_MEMBERS, keepers(session, group))
    keeper = keeps(session, group)
    return render_template(
        "groups/members.html", group=group, typed=typed, errors=errors, keeper=keeper,
        present=memberships.present(session, group, SHOWN), past=memberships.past(session, group, PAST_SHOWN),
        count=memberships.count(session, group), tree=invitations.tree(session, group),
        invitations=invitations.of_group(session, group), link_of=_address, ways=MEMBERSHIP_WAYS, ends=MEMBERSHIP_ENDS,
        waiting=admission_requests.waiting(session, group) if reviews(session, group) else [],
    )


def _address(invitation: GroupInvitation) -> str:
    return f"{public_url()}{url_for('memberships.invited', code=invitation.code)}"


def _number(typed: dict[str, str], name: str) -> int:
    said = typed.get(name, "")
    return int(said) if is_id(said) and len(said) < 6 else 0


def _database() -> Session:
    session: Session = db.session()
    return session
