"""The desk's inbox: what waits for its first answer, read and decided there by keyboard or thumb; the story bank behind it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.addresses import whole
from app.auth import guard, person_now
from app.extensions import db, deciding
from app.web import answering
from app.web.answering import as_markdown
from app.web.words import field_errors
from editorial import clock
from editorial.articles import adopting
from editorial.errors import Invalid
from editorial.groups import groups
from editorial.intake import marks, submissions, triage
from editorial.intake.submissions import Submission, SubmissionState
from editorial.people import people
from editorial.people.people import Person
from editorial.people.permissions import Action

pages = Blueprint("triage", __name__)

PAGE = 50


@dataclass(frozen=True)
class Desk:
    """What a desk editor looks at: only one group's submissions when `group` is given, after a page's last id."""

    group: str = ""
    after: int | None = None


@pages.get("/inbox")
@guard(Action.TRIAGE)
def inbox() -> ResponseReturnValue:
    """What waits for a first answer, the oldest first, and beside it the one that is read."""
    desk = Desk(request.args.get("group", ""), request.args.get("after", type=whole))
    chosen = request.args.get("at", "")
    if request.args.get("part"):
        return render_template("intake/reading.html", **answering.reading(_database(), submissions.numbered(_database(), chosen)))
    return _inbox_page(desk, chosen)


@pages.post("/submissions/<number>/acceptance")
@guard(Action.TRIAGE)
def accept(number: str) -> ResponseReturnValue:
    """Adopt it: an article is made of it, and this person is its editor."""
    person_id = person_now().id
    with deciding() as scoped:
        session = scoped()
        taken = submissions.numbered(session, number)
        following = _following(session, taken)
        body = as_markdown(session, taken)
        saved = adopting.adopt(session, taken, by=people.get(session, person_id), body=body)
        article_id = saved.article.id
    if request.form.get("desk"):
        return _on(following)
    flash(_("Adopted. You are its editor now; the contributor has been told."))
    return redirect(url_for("articles.article", article_id=article_id), 303)


@pages.post("/submissions/<number>/return", endpoint="return")
@guard(Action.TRIAGE)
def send_back(number: str) -> ResponseReturnValue:
    """Back to the contributor with a reason."""
    return _answer(number, "return", _with_reason(triage.return_for_revision), _("Sent back. The contributor reads your reason."))


@pages.post("/submissions/<number>/decline")
@guard(Action.TRIAGE)
def decline(number: str) -> ResponseReturnValue:
    """It will not be used; the reason goes to the contributor."""
    return _answer(number, "decline", _with_reason(triage.decline), _("Declined. The contributor reads your reason."))


@pages.post("/submissions/<number>/banking")
@guard(Action.TRIAGE)
def bank(number: str) -> ResponseReturnValue:
    """Accepted, and into the story bank until somebody plans it."""
    return _answer(number, "bank", _with_reason(triage.bank), _("In the story bank now; the contributor has been told."))


@pages.post("/submissions/<number>/joining")
@guard(Action.TRIAGE)
def join(number: str) -> ResponseReturnValue:
    """One story with another that tells of the same."""
    def verb(session: Session, taken: Submission, by: Person) -> None:
        said = request.form.get("number", "").strip() or request.form.get("into", "")
        adopting.join(session, taken, into=triage.joinable(session, said), by=by, named=bool(request.form.get("named")))

    return _answer(number, "join", verb, _("Joined. The contributor has been told and follows the way of the other one."))


@pages.post("/submissions/<number>/undo")
@guard(Action.TRIAGE)
def undo(number: str) -> ResponseReturnValue:
    """Take one's own last decision back while nothing was built on it."""
    person_id = person_now().id
    with deciding() as scoped:
        session = scoped()
        adopting.undo(session, submissions.numbered(session, number), by=people.get(session, person_id))
    flash(_("Taken back. It waits for its answer again, and the contributor has been told."))
    return redirect(url_for("triage.inbox", at=number, group=request.form.get("group") or None), 303)


@pages.get("/story-bank")
@guard(Action.TRIAGE)
def story_bank() -> ResponseReturnValue:
    """Accepted, not planned yet: back into work from here."""
    session, group_slug, before = _database(), request.args.get("group", ""), request.args.get("before", type=whole)
    query = select(Submission).where(Submission.state == SubmissionState.BANKED).order_by(Submission.id.desc()).limit(PAGE + 1)
    if before is not None:
        query = query.where(Submission.id < before)
    found = list(session.scalars(_of_group(session, query, group_slug)))
    further = url_for("triage.story_bank", before=found[PAGE - 1].id, group=group_slug or None) if len(found) > PAGE else None
    return render_template(
        "intake/story_bank.html", found=found[:PAGE], further=further, first=url_for("triage.story_bank") if before else None,
        group=group_slug, groups=groups.names(session),
    )


def _with_reason(verb: Any) -> Callable[[Session, Submission, Person], None]:
    """The typed reason, else the one chosen from those of the house."""
    reason = request.form.get("reason", "").strip() or request.form.get("chosen", "")
    return lambda session, taken, by: verb(session, taken, by=by, reason=reason)


def _answer(number: str, act: str, verb: Callable[[Session, Submission, Person], None], sentence: str) -> ResponseReturnValue:
    person_id = person_now().id
    try:
        with deciding() as scoped:
            session = scoped()
            taken = submissions.numbered(session, number)
            following = _following(session, taken)
            verb(session, taken, people.get(session, person_id))
    except Invalid as error:
        shown = submissions.numbered(_database(), number)
        return answering.page(_database(), shown, field_errors(error), act, request.form.get("reason", "")), 422
    if request.form.get("desk"):
        return _on(following)
    flash(sentence)
    return redirect(url_for("triage.inbox"), 303)


def _on(following: str | None) -> ResponseReturnValue:
    """To the next one that waits; the page there offers to take the decision back."""
    return redirect(url_for("triage.inbox", at=following, group=request.form.get("group") or None), 303)


def _following(session: Session, taken: Submission) -> str | None:
    """The next one that waits, else the oldest."""
    query = select(Submission.number).where(Submission.state == SubmissionState.RECEIVED, Submission.id != taken.id)
    query = _of_group(session, query, request.form.get("group", "")).order_by(Submission.id).limit(1)
    return session.scalar(query.where(Submission.id > taken.id)) or session.scalar(query)


def _inbox_page(desk: Desk, chosen: str) -> str:
    session = _database()
    query = select(Submission).where(Submission.state == SubmissionState.RECEIVED).order_by(Submission.id).limit(PAGE + 1)
    if desk.after is not None:
        query = query.where(Submission.id > desk.after)
    found = list(session.scalars(_of_group(session, query, desk.group)))
    shown = next((one for one in found[:PAGE] if one.number == chosen), found[0] if found else None)
    now = clock.now()
    waiting = select(func.count()).select_from(Submission).where(Submission.state == SubmissionState.RECEIVED)
    further = url_for("triage.inbox", after=found[PAGE - 1].id, group=desk.group or None) if len(found) > PAGE else None
    return render_template(
        "intake/inbox.html", found=found[:PAGE], further=further, first=url_for("triage.inbox") if desk.after else None,
        waiting=session.scalar(waiting), overdue=session.scalar(waiting.where(Submission.answer_due_at < now)),
        group=desk.group, groups=groups.names(session), chosen=chosen,
        doubled=marks.doubled(session, [one.id for one in found[:PAGE]]), last=triage.last_decided(session, person_now()),
        **(answering.reading(session, shown) if shown else {"submission": None, "now": now}),
    )


def _of_group(session: Session, query: Any, slug: str) -> Any:
    if not slug:
        return query
    group = groups.by_slug(session, slug)
    return query.where(Submission.group_id == (group.id if group else None))


def _database() -> Session:
    session: Session = db.session()
    return session
