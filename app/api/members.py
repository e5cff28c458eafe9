"""Members of groups: joining and leaving, admission rules and requests, invitations."""

from __future__ import annotations

import base64
import binascii
import io
from datetime import datetime

from flask import current_app
from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload
from werkzeug.datastructures import FileStorage

from app.api.calls import Noun
from app.api.idempotency import acting
from app.api.paging import Listing, Page, rows_of
from app.api.shapes import Body, Nothing, PersonShown, Shape, Text
from app.auth import allow, can, guard, person_now, public_url, signed_in
from app.extensions import db
from app.uploads.pictures import fit_without_keeping
from editorial.errors import Invalid, NotFound, Problem
from editorial.groups import groups
from editorial.groups.groups import Group
from editorial.members import admission_requests, invitations, memberships, role_sheet, rules
from editorial.members.admission_requests import AdmissionRequest, Picture, RequestState
from editorial.members.invitations import GroupInvitation
from editorial.members.memberships import End, Membership, Way
from editorial.members.rules import Admission
from editorial.people import people
from editorial.people.permissions import Action

noun = Noun("members")


class MemberShown(Shape):
    """One membership. `end` is null while it lasts."""

    id: str
    person: PersonShown
    joined_at: datetime
    way: Way
    seed: bool
    let_in_by: PersonShown | None
    ended_at: datetime | None
    end: End | None
    reason: str


class RequestShown(Shape):
    """One request to join; its evidence is seen on its page by those who decide."""

    id: str
    person: PersonShown
    state: RequestState
    answers: list[tuple[str, str]]
    pictures: int
    expires_at: datetime
    reason: str


class Joined(Shape):
    """What joining came to: one of the two."""

    membership: MemberShown | None
    request: RequestShown | None


class Joining(Body):
    """What the group asks for: answers in the order of its questions, pictures as base64, the code of an invitation."""

    answers: list[str] = []
    evidence: list[str] = []
    invitation: Text = ""


class Removal(Body):
    """Why; the person reads it."""

    reason: str


class RuleBody(Body):
    """Who may join. `reviewer` is an e-mail address."""

    admission: Admission
    questions: list[str] = []
    evidence: Text = ""
    days: int = rules.USUAL_DAYS
    members_invite: bool = True
    reviewer: Text = ""


class RuleShown(Shape):
    """The rule in force."""

    admission: Admission
    questions: list[str]
    evidence: str
    days: int
    members_invite: bool
    reviewer: PersonShown | None


class Verdict(Body):
    """`admit`, or refuse with a reason that the person reads."""

    admit: bool
    reason: Text = ""


class NewInvitation(Body):
    """A link for so many people and days."""

    most_uses: int = 1
    days: int = 14
    seed: bool = False


class InvitationShown(Shape):
    """An invitation and its link."""

    id: str
    url: str
    inviter: PersonShown
    most_uses: int
    uses: int
    expires_at: datetime
    seed: bool
    revoked_at: datetime | None


@noun.get("/groups/<id:group_id>/members", guard(Action.SEE_MEMBERS))
def index(group_id: int, query: Page) -> Listing[MemberShown]:
    """Who belongs to a group now, the first first."""
    group = groups.get(db.session(), group_id)
    allow(Action.SEE_MEMBERS, _keepers(db.session(), group))
    wanted = select(Membership).where(Membership.group_id == group.id, Membership.present.is_(True))
    rows, following = rows_of(db.session(), wanted.options(joinedload(Membership.person)), Membership.id, query)
    return Listing[MemberShown](items=[_member(one) for one in rows], next=following)


@noun.post("/groups/<id:group_id>/members", signed_in, status=201)
def join(group_id: int, body: Joining) -> Joined:
    """Join a group, or ask to, as its rule says; whoever is in or waits stays so."""
    pictures = [_picture(said) for said in body.evidence[: admission_requests.MOST_PICTURES + 1]]
    person_id = person_now().id
    with acting() as act:
        made = admission_requests.join(
            act.session, groups.get(act.session, group_id), people.get(act.session, person_id), answers=body.answers,
            pictures=pictures, code=body.invitation, zone=_zone(),
        )
        if isinstance(made, Membership):
            return act.done(Joined(membership=_member(made), request=None))
        return act.done(Joined(membership=None, request=_request(act.session, made)))


@noun.delete("/groups/<id:group_id>/membership", signed_in)
def leave(group_id: int) -> MemberShown:
    """Leave a group."""
    with acting() as act:
        return act.done(_member(memberships.leave(act.session, groups.get(act.session, group_id), person_now())))


@noun.post("/memberships/<id:membership_id>/removal", guard(Action.LOOK_AFTER_GROUP))
def remove(membership_id: int, body: Removal) -> MemberShown:
    """End somebody's membership."""
    with acting() as act:
        found = memberships.get(act.session, membership_id)
        allow(Action.LOOK_AFTER_GROUP, _keepers(act.session, found.group))
        memberships.remove(act.session, found, body.reason, by=person_now())
        return act.done(_member(found))


@noun.get("/groups/<id:group_id>/admission", guard(Action.SEE_GROUPS))
def rule(group_id: int) -> RuleShown:
    """Who may join a group."""
    return _rule(rules.rule_of(db.session(), groups.get(db.session(), group_id)))


@noun.put("/groups/<id:group_id>/admission", guard(Action.LOOK_AFTER_GROUP))
def change_rule(group_id: int, body: RuleBody) -> RuleShown:
    """Say who may join a group."""
    with acting() as act:
        group = groups.get(act.session, group_id)
        allow(Action.LOOK_AFTER_GROUP, _keepers(act.session, group))
        return act.done(_rule(rules.change(act.session, group, **body.model_dump(), by=person_now())))


@noun.get("/groups/<id:group_id>/admission-requests", signed_in)
def requests(group_id: int, query: Page) -> Listing[RequestShown]:
    """Requests that wait, for those who decide; the oldest first."""
    group = groups.get(db.session(), group_id)
    _ensure_reviewer(db.session(), group)
    wanted = select(AdmissionRequest).where(AdmissionRequest.group_id == group.id, AdmissionRequest.present.is_(True))
    rows, following = rows_of(db.session(), wanted, AdmissionRequest.id, query)
    return Listing[RequestShown](items=[_request(db.session(), one) for one in rows], next=following)


@noun.post("/admission-requests/<id:request_id>/decision", signed_in)
def decide(request_id: int, body: Verdict) -> RequestShown:
    """Let somebody in, or not."""
    with acting() as act:
        row = admission_requests.get(act.session, request_id)
        _ensure_reviewer(act.session, row.group)
        if body.admit:
            admission_requests.admit(act.session, row, body.reason, by=person_now())
        else:
            admission_requests.refuse(act.session, row, body.reason, by=person_now())
        return act.done(_request(act.session, row))


@noun.post("/admission-requests/<id:request_id>/withdrawal", signed_in)
def withdraw(request_id: int, body: Nothing) -> RequestShown:
    """Take one's own request back."""
    with acting() as act:
        row = admission_requests.get(act.session, request_id)
        admission_requests.withdraw(act.session, row, by=person_now())
        return act.done(_request(act.session, row))


@noun.post("/groups/<id:group_id>/invitations", guard(Action.SEE_GROUPS), status=201)
def invite(group_id: int, body: NewInvitation) -> InvitationShown:
    """Make an invitation."""
    with acting() as act:
        group = groups.get(act.session, group_id)
        keeper = can(Action.LOOK_AFTER_GROUP, _keepers(act.session, group))
        made = invitations.issue(act.session, group, **body.model_dump(), by=person_now(), keeper=keeper)
        return act.done(_invitation(made))


@noun.post("/group-invitations/<id:invitation_id>/revocation", guard(Action.SEE_GROUPS))
def revoke(invitation_id: int, body: Nothing) -> InvitationShown:
    """Take an invitation back."""
    with acting() as act:
        found = invitations.get(act.session, invitation_id)
        if found.inviter_id != person_now().id:
            allow(Action.LOOK_AFTER_GROUP, _keepers(act.session, found.group))
        invitations.revoke(act.session, found, by=person_now())
        return act.done(_invitation(found))


def _keepers(session: Session, group: Group) -> role_sheet.Keepers:
    return role_sheet.keepers(session, group, _zone())


def _ensure_reviewer(session: Session, group: Group) -> None:
    if all(one.id != person_now().id for one in admission_requests.reviewers(session, group, _zone())):
        raise NotFound()


def _picture(said: str) -> Picture:
    try:
        content = base64.b64decode(said, validate=True)
        fitted = fit_without_keeping(FileStorage(io.BytesIO(content), filename="evidence"))
    except binascii.Error:
        raise Invalid(Problem("evidence", "This is not base64.")) from None
    except Invalid as error:
        raise Invalid(*(Problem("evidence", one.message, one.params) for one in error.problems)) from None
    return fitted.content_type, fitted.content


def _member(one: Membership) -> MemberShown:
    return MemberShown(
        id=str(one.id), person=_named(one.person_id, one.person.name), joined_at=one.joined_at, way=one.way, seed=one.seed,
        let_in_by=PersonShown.of(one.let_in_by), ended_at=one.ended_at, end=one.end, reason=one.reason,
    )


def _request(session: Session, row: AdmissionRequest) -> RequestShown:
    return RequestShown(
        id=str(row.id), person=_named(row.person_id, row.person.name), state=row.state, answers=row.pairs,
        pictures=len(admission_requests.evidence_of(session, row)), expires_at=row.expires_at, reason=row.reason,
    )


def _invitation(one: GroupInvitation) -> InvitationShown:
    return InvitationShown(
        id=str(one.id), url=f"{public_url()}/invitations/{one.code}", inviter=_named(one.inviter_id, one.inviter.name),
        most_uses=one.most_uses, uses=one.uses, expires_at=one.expires_at, seed=one.seed, revoked_at=one.revoked_at,
    )


def _rule(one: rules.AdmissionRule) -> RuleShown:
    return RuleShown(
        admission=one.admission, questions=one.questions, evidence=one.evidence, days=one.days,
        members_invite=one.members_invite, reviewer=PersonShown.of(one.reviewer),
    )


def _named(person_id: int, name: str) -> PersonShown:
    return PersonShown(id=str(person_id), name=name)


def _zone() -> str:
    zone: str = current_app.extensions["settings"].zone
    return zone
