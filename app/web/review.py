"""Review: exactly one revision, what changed in it, what others said, and the decision."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from app.addresses import whole
from app.auth import allow, guard, person_now
from app.errors import say
from app.extensions import db, deciding
from app.typesetting import final_blockers, judged, typeset
from app.web import comparing, review_links
from app.web.words import field_errors, stage_words
from editorial import clock
from editorial.articles import articles, revisions
from editorial.articles.articles import Article
from editorial.articles.workflow import State
from editorial.errors import Invalid, NotAllowed, OwnText, Recused, SecondStage
from editorial.people import people
from editorial.people.people import Person
from editorial.people.permissions import Action
from editorial.review import checks, rounds, rows, stages
from editorial.review.stages import Decision, ReviewStage

pages = Blueprint("review", __name__)

UNDER_REVIEW = (State.IN_REVIEW, State.IN_PROOF)


@pages.get("/articles/<id:article_id>/review")
@guard(Action.SEE_ARTICLE)
def stage(article_id: int) -> ResponseReturnValue:
    """The revision to decide on and everything known about it."""
    shown = articles.get(_database(), article_id)
    allow(Action.SEE_ARTICLE, shown)
    return _page(shown, {}, "", request.args.get("stage", ""))


@pages.post("/articles/<id:article_id>/claim")
@guard(Action.SEE_DESK)
def claim(article_id: int) -> ResponseReturnValue:
    """Say "I am on it"."""
    person_id = person_now().id
    with deciding() as scoped:
        session = scoped()
        shown = articles.get(session, article_id)
        chosen = stages.open_stage(session, shown, request.form.get("stage", ""))
        stages.claim(session, chosen, by=people.get(session, person_id))
    flash(_("The others see now that you are on it."))
    return redirect(url_for("review.stage", article_id=article_id), 303)


@pages.post("/articles/<id:article_id>/opinions")
@guard(Action.SEE_DESK)
def decide(article_id: int) -> ResponseReturnValue:
    """Give an opinion on the revision that was shown."""
    shown = articles.get(_database(), article_id)
    stage_name, revision = request.form.get("stage", ""), request.form.get("revision", 0, type=whole)
    decision, text, person_id = request.form.get("decision", ""), request.form.get("text", ""), person_now().id
    if decision == Decision.APPROVE and text.strip():
        decision = Decision.APPROVE_WITH_COMMENT.value
    read = revisions.numbered(_database(), article_id, revision) if revision else articles.newest(_database(), shown)
    approving, content = decision in (Decision.APPROVE, Decision.APPROVE_WITH_COMMENT), read.content
    ready, stops = (typeset(db.session(), content), final_blockers(db.session(), content)) if approving else (None, None)
    try:
        with deciding() as scoped:
            session = scoped()
            stages.decide(
                session, articles.get(session, article_id), stage=stage_name, decision=decision, revision=revision,
                by=people.get(session, person_id), text=text, typeset=ready, blockers=stops,
            )
            state = articles.get(session, article_id).state
    except Invalid as error:
        return _page(articles.get(_database(), article_id), field_errors(error), text, stage_name), 422
    flash(_said(approving, state))
    return redirect(url_for("articles.article", article_id=article_id), 303)


def why_not(session: Session, shown: Article, person: Person, stage: str = "") -> str | None:
    """Why `person` may not decide the stage (the foremost open one), in a sentence; none when they may."""
    stage = stage or shown.stage
    try:
        stages.ensure_may_decide(session, shown, stage, person)
    except (OwnText, SecondStage, Recused) as refusal:
        return _(refusal.message)
    except NotAllowed:
        return _("%(stage)s is decided by others; your role does not include it.", stage=stage_words(stage))
    except Invalid as problem:
        return "; ".join(say(one) for one in problem.problems)
    return None


def _page(shown: Article, errors: dict[str, str], text: str, wanted: str = "") -> str:
    session = _database()
    newest = articles.newest(session, shown)
    sheet, around = stages.sheet(session, shown.id), on_article(session, shown)
    chosen = _chosen(stages.open_stages(session, shown), around["asides"], wanted)
    found, stops = judged(session, newest.content)
    before = _last_decided(sheet, newest.number)
    seen = revisions.numbered(session, shown.id, before.revision) if before and before.revision else None
    return render_template(
        "review/stage.html", article=shown, revision=newest, sheet=sheet, errors=errors, text=text, open=chosen,
        refusal=why_not(session, shown, person_now(), chosen.name) if chosen and chosen not in around["asides"] else None,
        findings=found, problems=[say(problem) for problem in [*stops, *checks.problems(session, shown)]],
        seen=seen, pieces=comparing.pieces(seen.body, newest.body) if seen else [],
        fields=comparing.fields_changed(session, seen.content, newest.content) if seen else [],
        last=chosen is not None and rounds.is_last(around["stages"], chosen), **around,
        **review_links.on_article(session, shown),
    )


def on_article(session: Session, shown: Article) -> dict[str, Any]:
    """What pages about an article show of its round: both tracks, why this route, who stepped aside, and any haste."""
    return {
        "stages": rows.stages_of(session, shown) if shown.round else [], "turn": rows.round_of(session, shown),
        "emergency": rows.emergency_of(session, shown.id), "aside": stages.recusals(session, shown.id),
        "asides": [
            row for row in stages.open_stages(session, shown) if why_not(session, shown, person_now(), row.name) is None
        ], "reopening": [stage_words(row.name) for row in stages.would_reopen(session, shown)], "now": clock.now(),
    }


def _chosen(waiting: list[ReviewStage], mine: list[ReviewStage], wanted: str) -> ReviewStage | None:
    """The open stage that the page is about: the one asked for, else one this person may decide, else the foremost."""
    asked = [row for row in waiting if row.name == wanted]
    return next(iter([*asked, *mine, *waiting]), None)


def _last_decided(sheet: list[ReviewStage], newest: int) -> ReviewStage | None:
    """The last opinion given on an earlier revision than the one shown."""
    earlier = [row for row in sheet if row.revision is not None and row.revision < newest]
    return earlier[-1] if earlier else None


def _said(approving: bool, state: State) -> str:
    if not approving:
        return _("Your decision is kept; the contributor and the editor read your reason.")
    if state == State.SIGNED_OFF:
        return _("Approved and signed off, exactly as it stands. It can be planned now.")
    return _("Approved. The reviewers of the next stage have been told.")


def _database() -> Session:
    session: Session = db.session()
    return session
