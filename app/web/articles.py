"""Articles: the desk's list, the page where a text is worked on beside its truth, its versions."""

from __future__ import annotations

import secrets
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.orm import Session, defer, joinedload

from app.addresses import whole
from app.auth import allow, can, guard, person_now
from app.extensions import db, deciding
from app.typesetting import final_blockers, judged, theme_choices
from app.web import columns, comparing, stale
from app.web.covers import covered
from app.web.notes import around
from app.web.picture_posts import parts_of, posted
from app.web.previewing import account_name, framed, typed
from app.web.review import on_article, why_not
from app.web.went import went, window
from app.web.words import KINDS, field_errors
from editorial import house
from editorial.articles import articles, assets, autosaves, desk, names, revisions
from editorial.articles.articles import Article
from editorial.articles.desk import Wanted
from editorial.articles.revisions import NEWSPIC, Content, Revision
from editorial.articles.workflow import Move, State, after
from editorial.calendar import editions
from editorial.errors import Invalid, Muted, Stale
from editorial.groups import groups
from editorial.people import people
from editorial.people.permissions import Action
from editorial.review import revising, stages

pages = Blueprint("articles", __name__)

OPEN_TO_CHANGE = tuple(state for state in State if after(state, Move.SAVE) or after(state, Move.REOPEN))


@pages.get("/articles", endpoint="desk")
@guard(Action.SEE_DESK)
def listing() -> ResponseReturnValue:
    """What waits, the oldest first; or what was searched for, the newest first."""
    asked = {name: request.args.get(name, "").strip() for name in ("q", "state", "kind", "group", "mine")}
    group = groups.by_slug(_database(), asked["group"]) if asked["group"] else None
    wanted = Wanted(
        words=asked["q"][:100], state=asked["state"] if asked["state"] in set(State) else "",
        kind=asked["kind"] if asked["kind"] in KINDS else "", group_id=group.id if group else None,
        editor_id=person_now().id if asked["mine"] else None,
    )
    page = desk.page(_database(), wanted, request.args.get("after", ""))
    kept = {name: value for name, value in asked.items() if value}
    return render_template(
        "articles/desk.html", page=page, asked=asked, kinds=KINDS, states=list(State), groups=_choices(),
        older=url_for("articles.desk", **kept, after=page.further) if page.further else None,
        first=url_for("articles.desk", **kept) if request.args.get("after") else None, filtered=bool(kept),
    )


@pages.route("/articles/new", methods=["GET", "POST"])
@guard(Action.HAND_IN)
def new() -> ResponseReturnValue:
    """Begin an article from a text of one's own."""
    if request.method == "GET":
        return _new_page({}, {})
    person_id, content = person_now().id, typed(Content(title="", body="", theme=""))
    try:
        with deciding() as scoped:
            session = scoped()
            saved = articles.write(
                session, content, origin_group=request.form.get("origin_group", ""), by=people.get(session, person_id),
                channel="page", nonce=request.form.get("nonce", "")[:64] or None,
            )
            article_id = saved.article.id
    except Muted as error:
        return _new_page(request.form.to_dict(), field_errors(error)), 403
    except Invalid as error:
        return _new_page(request.form.to_dict(), field_errors(error)), 422
    flash(_("Begun. It has its number and is saved as version 1."))
    return went(url_for("articles.article", article_id=article_id))


@pages.get("/articles/<id:article_id>")
@guard(Action.SEE_ARTICLE)
def article(article_id: int) -> ResponseReturnValue:
    """The text beside what readers will see, its people and stages, its next step."""
    shown = _seen(article_id)
    content, wanted = articles.newest(_database(), shown).content, request.args.get("autosave", 0, type=whole)
    if not wanted:
        return _article_page(shown, content, {})
    kept = autosaves.get(_database(), article_id, wanted, person_now())
    return _article_page(shown, kept.over(content), {}, kept.base)


@pages.post("/articles/<id:article_id>", endpoint="save")
@guard(Action.EDIT_ARTICLE)
def save(article_id: int) -> ResponseReturnValue:
    """Keep a new version; with `act=submit` send it for review as well. Of two who save at once the second is told."""
    shown = articles.get(_database(), article_id)
    allow(Action.EDIT_ARTICLE, shown)
    base, person_id = request.form.get("base", 0, type=whole), person_now().id
    kept = articles.newest(_database(), shown).content
    content, before = typed(kept), shown.revision
    try:
        content = posted(kept) if kept.kind == NEWSPIC else covered(content)
        with deciding() as scoped:
            session = scoped()
            saved = revising.revise(
                session, articles.get(session, article_id), content, base=base, by=people.get(session, person_id)
            )
            number, state = saved.revision.number, saved.article.state
            autosaves.end(session, article_id, window=window(), by=people.get(session, person_id), saved_as=number)
    except Stale:
        shown = articles.get(_database(), article_id)
        if not stale.is_saved_already(articles.newest(_database(), shown), content, person_id):
            return stale.page(_database(), shown, content, base), 409
        number, state = shown.revision, shown.state
    except Invalid as error:
        return _article_page(articles.get(_database(), article_id), content, field_errors(error), base), 422
    if request.form.get("act") == "submit":
        return submit(article_id)
    if number == before:
        flash(_("Nothing was changed: version %(number)s stands.", number=number))
    elif state == State.IN_REVIEW:
        flash(_("Saved as version %(number)s. The review starts again at the first stage.", number=number))
    else:
        flash(_("Saved as version %(number)s.", number=number))
    return went(url_for("articles.article", article_id=article_id))


@pages.post("/articles/<id:article_id>/submission")
@guard(Action.SUBMIT_FOR_REVIEW)
def submit(article_id: int) -> ResponseReturnValue:
    """Send the newest version for review."""
    shown = articles.get(_database(), article_id)
    allow(Action.SUBMIT_FOR_REVIEW, shown)
    content, revision, person_id = articles.newest(_database(), shown).content, shown.revision, person_now().id
    stops = final_blockers(db.session(), content)
    try:
        with deciding() as scoped:
            session = scoped()
            sent = articles.get(session, article_id)
            if sent.revision != revision:
                raise Stale()
            stages.submit(session, sent, by=people.get(session, person_id), blockers=stops)
    except Invalid as error:
        return _article_page(articles.get(_database(), article_id), content, field_errors(error)), 422
    flash(_("Sent for review. The reviewers of the first stage have been told."))
    return went(url_for("articles.article", article_id=article_id))


@pages.post("/articles/<id:article_id>/withdrawal")
@guard(Action.WITHDRAW)
def withdraw(article_id: int) -> ResponseReturnValue:
    """Take the article back before it is scheduled."""
    allow(Action.WITHDRAW, articles.get(_database(), article_id))
    person_id, reason = person_now().id, request.form.get("reason", "").strip()
    with deciding() as scoped:
        session = scoped()
        articles.withdraw(session, articles.get(session, article_id), by=people.get(session, person_id), reason=reason)
    flash(_("The article is withdrawn. Everything written stays in its history."))
    return redirect(url_for("articles.article", article_id=article_id), 303)


@pages.post("/articles/<id:article_id>/charge")
@guard(Action.TRIAGE)
def take_charge(article_id: int) -> ResponseReturnValue:
    """Become the editor of the article."""
    person_id = person_now().id
    with deciding() as scoped:
        session = scoped()
        articles.take_charge(session, articles.get(session, article_id), by=people.get(session, person_id))
    flash(_("You are the editor of this article now."))
    return redirect(url_for("articles.article", article_id=article_id), 303)


@pages.get("/articles/<id:article_id>/preview")
@guard(Action.SEE_ARTICLE)
def preview_of(article_id: int) -> ResponseReturnValue:
    """The phone's page of a saved version, the newest unless `revision` names one."""
    shown = _seen(article_id)
    number = request.args.get("revision", shown.revision, type=whole)
    return framed(revisions.numbered(_database(), article_id, number).content)


@pages.get("/articles/<id:article_id>/comparison")
@guard(Action.SEE_ARTICLE)
def compare(article_id: int) -> ResponseReturnValue:
    """What changed between two versions, readably."""
    shown = _seen(article_id)
    later = request.args.get("to", shown.revision, type=whole)
    earlier = request.args.get("from", max(1, later - 1), type=whole)
    left, right = (revisions.numbered(_database(), article_id, number) for number in (earlier, later))
    return render_template(
        "articles/comparison.html", article=shown, left=left, right=right, history=_history(article_id),
        pieces=comparing.pieces(left.body, right.body), fields=comparing.fields_changed(_database(), left.content, right.content),
        pictures=comparing.pictures_changed(_database(), left.body, right.body), names=names.of(_database(), article_id),
    )


def _article_page(shown: Article, content: Content, errors: dict[str, str], base: int | None = None) -> str:
    session = _database()
    may_edit = can(Action.EDIT_ARTICLE, shown) and shown.state in OPEN_TO_CHANGE
    places = editions.standing_of(session, shown.id)
    found, stops = judged(session, content)
    return render_template(
        "articles/article.html", article=shown, content=content, errors=errors, base=base or shown.revision, may_edit=may_edit,
        reopens=after(shown.state, Move.REOPEN) is not None,
        history=_history(shown.id), findings=found, problems=stops,
        cover=assets.by_hash(session, content.cover) if content.cover else None, place=places[0] if places else None,
        may_submit=can(Action.SUBMIT_FOR_REVIEW, shown) and after(shown.state, Move.SUBMIT) is not None,
        may_withdraw=can(Action.WITHDRAW, shown) and after(shown.state, Move.WITHDRAW) is not None,
        import_url=_by_address(), post=parts_of(session, content) if content.kind == NEWSPIC else None,
        **columns.on_article(shown),
        account=account_name(session), refusal=_refusal(shown), themes=theme_choices(session, content.theme),
        **on_article(session, shown), **around(session, shown),
    )


def _new_page(values: dict[str, Any], errors: dict[str, str]) -> str:
    nonce = values.get("nonce") or secrets.token_hex(16)
    return render_template(
        "articles/new.html", values=values, errors=errors, groups=_choices(), import_url=_by_address(), nonce=nonce,
    )


def _by_address() -> bool:
    return bool(house.setting(_database(), "import_url"))


def _choices() -> list[tuple[str, str]]:
    return groups.names(_database())


def _refusal(shown: Article) -> str | None:
    """Why this person may not decide the open stage; none when they may, or none is open."""
    return why_not(_database(), shown, person_now()) if shown.state in (State.IN_REVIEW, State.IN_PROOF) else None


def _history(article_id: int) -> list[Revision]:
    query = select(Revision).options(joinedload(Revision.saved_by), defer(Revision.body)).where(Revision.article_id == article_id)
    return list(_database().scalars(query.order_by(Revision.number.desc())))


def _seen(article_id: int) -> Article:
    found = articles.get(_database(), article_id)
    allow(Action.SEE_ARTICLE, found)
    return found


def _database() -> Session:
    session: Session = db.session()
    return session
