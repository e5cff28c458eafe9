"""Signed links: sent from the review page, opened on a phone without signing in, deciding once. Looking decides nothing."""

from __future__ import annotations

import re

from flask import Blueprint, Response, abort, current_app, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from app.addresses import is_id
from app.auth import allow, everybody, guard, person_now
from app.errors import STATUS, say
from app.extensions import db, deciding, limiter
from app.typesetting import PREVIEW_POLICY, final_blockers, findings, phone_page, rendering, typeset
from app.web import comparing
from app.web.previewing import account_name
from app.web.words import field_errors
from editorial.articles import articles, assets, revisions
from editorial.articles.articles import Article
from editorial.errors import EditorialError, Invalid, LinkUnknown, NotFound
from editorial.notices import channels, envelopes
from editorial.notices.kinds import Channel
from editorial.people import people
from editorial.people.permissions import Action
from editorial.review import deciders, invitations, stages
from editorial.review.invitations import Invitation
from editorial.review.rows import APPROVALS, Decision

pages = Blueprint("review_links", __name__)

PROGRAMS = {
    "wxwork": "WeCom", "micromessenger": "WeChat", "dingtalk": "DingTalk", "lark": "Feishu", "feishu": "Feishu",
}
PREVIEWERS = re.compile(r"bot|spider|crawl|preview|fetch|facebookexternalhit|curl|python|okhttp", re.IGNORECASE)
TOKEN = re.compile(r"[0-9a-f]{48}")


@pages.post("/articles/<id:article_id>/review-links")
@guard(Action.SEE_DESK)
@limiter.limit("60 per hour", key_func=lambda: str(person_now().id))
def send(article_id: int) -> ResponseReturnValue:
    """Send a link to a colleague who may decide an open stage, or to an expert outside."""
    by_id, form = person_now().id, request.form
    stage, _colon, person_id = form.get("whom", "").partition(":")
    hours = int(form["hours"]) if is_id(form.get("hours", "")) else 0
    try:
        with deciding() as scoped:
            session = scoped()
            shown, by = articles.get(session, article_id), people.get(session, by_id)
            allow(Action.SEE_ARTICLE, shown)
            if form.get("outside"):
                made = invitations.invite_expert(
                    session, shown, name=form.get("name", ""), address=form.get("address", ""), by=by, hours=hours)
            elif is_id(person_id):
                channel = Channel.CHAT if form.get("channel") == Channel.CHAT else Channel.MAIL
                made = invitations.invite(
                    session, shown, stage, people.get(session, int(person_id)), by=by, channel=channel, hours=hours)
            else:
                raise NotFound()
            name = made.name
    except Invalid as error:
        flash(" ".join(field_errors(error).values()), "error")
    else:
        flash(_("The link is on its way to %(name)s. It opens exactly this version.", name=name))
    return redirect(url_for("review.stage", article_id=article_id, _anchor="links"), 303)


@pages.post("/articles/<id:article_id>/review-links/<id:link_id>/revocation")
@guard(Action.SEE_DESK)
def revoke(article_id: int, link_id: int) -> ResponseReturnValue:
    """Take a link back before it was used."""
    by_id = person_now().id
    with deciding() as scoped:
        session = scoped()
        allow(Action.SEE_ARTICLE, articles.get(session, article_id))
        found = session.get(Invitation, link_id)
        if found is None or found.article_id != article_id:
            raise NotFound()
        invitations.revoke(session, found, by=people.get(session, by_id))
    flash(_("The link is taken back: whoever opens it reads that, and nothing else."))
    return redirect(url_for("review.stage", article_id=article_id, _anchor="links"), 303)


@pages.get("/r/<token>")
@everybody
@limiter.limit("60 per minute")
def open_link(token: str) -> ResponseReturnValue:
    """The version to decide on. Programs that look at links for their readers see this too, and decide nothing."""
    with deciding() as scoped:
        session = scoped()
        found = invitations.opened(session, _whole(token), _program())
        link_id = found.id
    return _page(token, _database().get_one(Invitation, link_id), {}, "")


@pages.post("/r/<token>")
@everybody
@limiter.limit("10 per minute")
def decide(token: str) -> ResponseReturnValue:
    """Decide, once."""
    link = invitations.known(_database(), _whole(token))
    link_id, article_id, revision = link.id, link.article_id, link.revision
    decision, text = request.form.get("decision", ""), request.form.get("text", "")
    if decision == Decision.APPROVE and text.strip():
        decision = Decision.APPROVE_WITH_COMMENT.value
    content = revisions.numbered(_database(), article_id, revision).content
    approving = decision in APPROVALS
    ready, stops = (typeset(db.session(), content), final_blockers(db.session(), content)) if approving else (None, None)
    try:
        with deciding() as scoped:
            session = scoped()
            invitations.use(
                session, session.get_one(Invitation, link_id), decision=decision, text=text, program=_program(), typeset=ready,
                blockers=stops,
            )
    except Invalid as error:
        return _page(token, _database().get_one(Invitation, link_id), field_errors(error), text), 422
    except EditorialError as error:
        with deciding() as scoped:
            invitations.note_refusal(scoped(), scoped().get_one(Invitation, link_id), _program())
        return _gone(_database().get_one(Invitation, link_id), error)
    return redirect(url_for("review_links.open_link", token=token), 303)


@pages.get("/r/<token>/preview")
@everybody
@limiter.limit("120 per minute")
def preview(token: str) -> ResponseReturnValue:
    """The very text and layout of the link's version, in a frame; its pictures come by the link, too."""
    session = _database()
    link = _good(session, token)
    content = revisions.numbered(session, link.article_id, link.revision).content
    html = rendering(session, content).html
    for sha256 in assets.shown_in(html):
        asset = assets.by_hash(session, sha256)
        if asset is not None:
            html = html.replace(asset.url, url_for("review_links.picture", token=token, sha256=sha256))
    page = phone_page(content.title, [content.author, account_name(session)], html, dark=request.args.get("dark") == "1")
    return _unseen(Response(page, content_type="text/html; charset=utf-8", headers={"Content-Security-Policy": PREVIEW_POLICY}))


@pages.get("/r/<token>/pictures/<sha256>")
@everybody
@limiter.limit("600 per minute")
def picture(token: str, sha256: str) -> ResponseReturnValue:
    """A picture of the link's version."""
    session = _database()
    link = _good(session, token)
    content = revisions.numbered(session, link.article_id, link.revision).content
    asset = assets.by_hash(session, sha256)
    if asset is None or sha256 not in assets.shown_in(rendering(session, content).html):
        abort(404)
    answer = Response(current_app.extensions["media"].read(sha256), content_type=asset.content_type)
    answer.headers["Content-Security-Policy"] = "sandbox; default-src 'none'"
    return _unseen(answer)


def on_article(session: Session, shown: Article) -> dict[str, object]:
    """What the review page shows of links: those sent, and to whom one can be sent."""
    sent = invitations.of_article(session, shown.id)
    ids = [link.id for link in sent]
    waiting = stages.open_stages(session, shown)
    return {
        "links": sent, "link_uses": invitations.uses_of(session, ids),
        "link_deliveries": envelopes.deliveries_of_link(session, ids),
        "link_whom": [(row, person) for row in waiting for person in deciders.able(session, row)],
        "link_mail": channels.of(session, Channel.MAIL) is not None,
    }


def _page(token: str, link: Invitation, errors: dict[str, str], text: str) -> ResponseReturnValue:
    session = _database()
    try:
        invitations.ensure_good(session, link)
    except EditorialError as error:
        return _gone(link, error)
    shown = link.article
    revision = revisions.numbered(session, shown.id, link.revision)
    sheet = stages.sheet(session, shown.id) if link.person else []
    before = next((row for row in reversed(sheet) if row.revision is not None and row.revision < link.revision), None)
    seen = revisions.numbered(session, shown.id, before.revision) if before and before.revision else None
    stops = final_blockers(session, revision.content)
    page = render_template(
        "review/link.html", link=link, article=shown, revision=revision, token=token, errors=errors, text=text,
        given=[row for row in sheet if row.decision], findings=findings(session, revision.content) if link.person else [],
        problems=[say(problem) for problem in stops] if link.person else [], seen=seen,
        pieces=comparing.pieces(seen.body, revision.body) if seen else [],
    )
    return _unseen(Response(page))


def _gone(link: Invitation, error: EditorialError) -> Response:
    """What a link says that decides nothing any more."""
    page = render_template("review/link_gone.html", sentence=_(error.message).format(**error.params), link=link)
    return _unseen(Response(page, status=200 if link.used_at is not None and request.method == "GET" else STATUS[error.family]))


def _good(session: Session, token: str) -> Invitation:
    link = invitations.known(session, _whole(token))
    invitations.ensure_good(session, link)
    return link


def _whole(token: str) -> str:
    if not TOKEN.fullmatch(token):
        raise LinkUnknown()
    return token


def _unseen(answer: Response) -> Response:
    """The address is the key: it is handed to nobody, kept in no list, shown in no search."""
    answer.headers["Referrer-Policy"] = "no-referrer"
    answer.headers["X-Robots-Tag"] = "noindex, nofollow"
    answer.headers["Cache-Control"] = "no-store"
    return answer


def _program() -> str:
    agent = request.user_agent.string.lower()
    named = next((name for word, name in PROGRAMS.items() if word in agent), "")
    return "preview" if PREVIEWERS.search(agent) else named or "browser"


def _database() -> Session:
    session: Session = db.session()
    return session
