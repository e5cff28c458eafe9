"""Intake: handing in from a phone, and what became of it."""

from __future__ import annotations

import secrets

from flask import Blueprint, current_app, flash, jsonify, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.addresses import whole
from app.auth import allow, guard, person_now
from app.errors import problem_document
from app.extensions import db, deciding
from app.uploads.pictures import take_picture
from app.web import answering, handing_in, questions
from app.web.answering_calls import concerning_me
from app.web.conduct import muted_now
from app.web.handing_in import HandIn
from app.web.standing import standings
from app.web.uploads import described
from app.web.words import field_errors
from editorial import house
from editorial.errors import Invalid, Muted, NotFound
from editorial.groups import groups
from editorial.intake import drafts, submissions, triage
from editorial.intake.submissions import Submission, SubmissionState
from editorial.people import people
from editorial.people.permissions import Action
from editorial.story_calls import answers, calls

pages = Blueprint("intake", __name__)

PAGE = 50


@pages.get("/hand-in")
@guard(Action.HAND_IN)
def hand_in() -> ResponseReturnValue:
    """The page for a phone, with what was typed last time."""
    again = _own_returned(request.args.get("again", ""))
    typed = handing_in.as_kept(_database(), person_now(), again)
    if again is None and (asked := groups.by_slug(_database(), request.args.get("group", ""))) is not None:
        typed.origin_group, typed.call = asked.slug, ""
    if again is None and (target := calls.through(_database(), request.args.get("call", ""))) is not None:
        typed.origin_group, typed.call = target.group.slug, target.code
    return _form(typed, {}, secrets.token_hex(16))


@pages.post("/hand-in", endpoint="receive")
@guard(Action.HAND_IN)
def receive() -> ResponseReturnValue:
    """Take the story in: number and receipt at once. The nonce makes a second press give the first receipt."""
    typed, nonce = handing_in.typed(request.form), request.form.get("nonce", "")[:64] or None
    person_id = person_now().id
    if request.form.get("act") == "questions":
        return _form(typed, {}, nonce or secrets.token_hex(16))
    try:
        if problems := typed.problems():
            raise Invalid(*problems)
        with deciding() as scoped:
            session = scoped()
            person = people.get(session, person_id)
            shown = handing_in.every_picture(session, person, typed)
            submission = submissions.receive(
                session, title=typed.title, body=typed.body, origin_group=typed.origin_group, by=person,
                byline=typed.signed(person), pictures=[asset.sha256 for asset in shown], nonce=nonce,
                follows=_own_returned(typed.again), zone=current_app.extensions["settings"].zone,
                filled=questions.filled(session, typed.origin_group, request.form),
            )
            drafts.forget(session, person)
            noted = answers.note(session, submission, calls.through(session, typed.call))
            number = submission.number
    except Muted as error:
        return _form(typed, field_errors(error), nonce or secrets.token_hex(16)), 403
    except Invalid as error:
        return _form(typed, field_errors(error), nonce or secrets.token_hex(16)), 422
    if typed.call and not noted:
        flash(_("The call was over before your story came. It is in the inbox like any other story."))
    return redirect(url_for("intake.receipt", number=number), 303)


@pages.put("/hand-in/draft")
@guard(Action.HAND_IN)
def keep_draft() -> ResponseReturnValue:
    """Keep what is typed so far, so that another device can go on."""
    fields = request.get_json(silent=True)
    if not isinstance(fields, dict):
        return problem_document(400)
    person_id = person_now().id
    try:
        with deciding() as session:
            drafts.keep(session(), people.get(session(), person_id), fields)
    except Invalid as error:
        return problem_document(422, problems=error.problems)
    return "", 204


@pages.post("/hand-in/draft/removal")
@guard(Action.HAND_IN)
def drop_draft() -> ResponseReturnValue:
    """Throw the kept draft away."""
    person_id = person_now().id
    with deciding() as session:
        drafts.forget(session(), people.get(session(), person_id))
    flash(_("The draft is thrown away."))
    return redirect(url_for("intake.hand_in"), 303)


@pages.post("/assets")
@guard(Action.HAND_IN)
def upload() -> ResponseReturnValue:
    """One picture; the answer names it."""
    try:
        asset = take_picture(request.files.get("file"), by=person_now(), alt_text=request.form.get("alt_text", ""))
    except Invalid as error:
        return problem_document(422, next(iter(field_errors(error).values()), ""), error.problems)
    return jsonify(described(asset)), 201


@pages.get("/submissions/<number>/receipt")
@guard(Action.HAND_IN)
def receipt(number: str) -> ResponseReturnValue:
    """The number, and what happens next."""
    return render_template("intake/receipt.html", submission=_seen(number))


@pages.get("/my-submissions")
@guard(Action.HAND_IN)
def mine() -> ResponseReturnValue:
    """A line for each story of this person: where it is, who has it, what is next."""
    query = select(Submission).where(Submission.contributor_id == person_now().id).order_by(Submission.id.desc()).limit(PAGE + 1)
    before = request.args.get("before", type=whole)
    if before is not None:
        query = query.where(Submission.id < before)
    found = list(_database().scalars(query))
    lines = standings(_database(), found[:PAGE])
    older = url_for("intake.mine", before=found[PAGE - 1].id) if len(found) > PAGE else None
    draft = drafts.of(_database(), person_now()) if before is None else None
    return render_template("intake/mine.html", lines=lines, older=older, draft=draft, **concerning_me())


@pages.get("/submissions/<number>")
@guard(Action.SEE_SUBMISSION)
def submission(number: str) -> ResponseReturnValue:
    """One submission: the unchanged original beside the cleaned text, and the decision."""
    return answering.page(_database(), _seen(number), {}, request.args.get("act", ""))


@pages.post("/submissions/<number>/withdrawal")
@guard(Action.SEE_SUBMISSION)
def withdraw(number: str) -> ResponseReturnValue:
    """Its contributor takes it back."""
    person_id = person_now().id
    with deciding() as session:
        taken = _seen(number)
        if not taken.belongs_to(person_id):
            raise NotFound()
        triage.withdraw(session(), taken, by=people.get(session(), person_id))
    flash(_("You took the story back."))
    return redirect(url_for("intake.mine"), 303)


def _form(typed: HandIn, errors: dict[str, str], nonce: str) -> str:
    person = person_now()
    shown = handing_in.pictures(_database(), person, typed.assets)
    return render_template(
        "intake/hand_in.html", typed=typed, nonce=nonce, pictures=shown,
        **questions.on_page(_database(), typed.origin_group, typed.answers, errors),
        groups=_choices(), person=person, draft=drafts.of(_database(), person), muted=muted_now(),
        import_url=house.setting(_database(), "import_url"), target=calls.through(_database(), typed.call), **concerning_me(),
    )


def _choices() -> list[tuple[str, str]]:
    return groups.names(_database())


def _seen(number: str) -> Submission:
    found = submissions.numbered(_database(), number)
    allow(Action.SEE_SUBMISSION, found)
    return found


def _own_returned(number: str) -> Submission | None:
    if not number:
        return None
    found = submissions.numbered(_database(), number)
    return found if found.belongs_to(person_now().id) and found.state == SubmissionState.RETURNED else None


def _database() -> Session:
    session: Session = db.session()
    return session
