"""Reader comments of one article: read, feature, answer, delete, and make a story of one."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app import commenting
from app.addresses import is_id
from app.auth import can, guard, person_now
from app.commenting import Act, Outcome
from app.extensions import db, deciding
from app.filters import excerpt, house_time
from app.web.words import field_errors
from editorial.articles import articles
from editorial.errors import Invalid, NotFound, WrongState
from editorial.groups import groups
from editorial.measuring import comments, messages
from editorial.measuring.comments import ReaderComment
from editorial.measuring.messages import ArticleMessage
from editorial.people import people
from editorial.people.permissions import Action

pages = Blueprint("comments", __name__)

SHOWN = ("all", "featured", "unanswered")
TITLE_CHARACTERS = 40


@pages.get("/articles/<id:article_id>/comments")
@guard(Action.SEE_COMMENTS)
def article(article_id: int) -> ResponseReturnValue:
    """What readers wrote under an article, the newest first."""
    return _page(_message(article_id), {}, {})


@pages.post("/articles/<id:article_id>/comments/reading")
@guard(Action.MANAGE_COMMENTS)
def read(article_id: int) -> ResponseReturnValue:
    """Read the comments from WeChat now."""
    message = _message(article_id)
    if message is None:
        raise WrongState()
    _say(commenting.read_now(message.id), _("The comments are as WeChat lists them now."))
    return _back(article_id)


@pages.post("/articles/<id:article_id>/comments/opening")
@guard(Action.MANAGE_COMMENTS)
def opening(article_id: int) -> ResponseReturnValue:
    """Let readers write under the article."""
    return _switch(article_id, Act.OPEN, _("Readers can write under this article now."))


@pages.post("/articles/<id:article_id>/comments/closing")
@guard(Action.MANAGE_COMMENTS)
def closing(article_id: int) -> ResponseReturnValue:
    """Let nobody write any more."""
    return _switch(article_id, Act.CLOSE, _("Nobody can write under this article any more. What stands there stays."))


@pages.post("/comments/<id:comment_id>/election")
@guard(Action.MANAGE_COMMENTS)
def elect(comment_id: int) -> ResponseReturnValue:
    """Show a comment under the article."""
    return _act(comment_id, Act.ELECT, _("The comment is featured: everybody sees it under the article."))


@pages.post("/comments/<id:comment_id>/election/removal")
@guard(Action.MANAGE_COMMENTS)
def unelect(comment_id: int) -> ResponseReturnValue:
    """Take a comment from under the article."""
    return _act(comment_id, Act.UNELECT, _("The comment is no longer featured."))


@pages.post("/comments/<id:comment_id>/reply")
@guard(Action.MANAGE_COMMENTS)
def reply(comment_id: int) -> ResponseReturnValue:
    """Answer a comment in the account's name."""
    try:
        return _act(comment_id, Act.REPLY, _("The answer stands under the comment."), request.form.get("text", ""))
    except Invalid as error:
        message = comments.get(db.session(), comment_id).message
        return _page(message, {"reply": str(comment_id), **request.form.to_dict()}, field_errors(error)), 422


@pages.post("/comments/<id:comment_id>/reply/removal")
@guard(Action.MANAGE_COMMENTS)
def delete_reply(comment_id: int) -> ResponseReturnValue:
    """Take our answer away."""
    return _act(comment_id, Act.DELETE_REPLY, _("The answer is taken away."))


@pages.post("/comments/<id:comment_id>/removal")
@guard(Action.MANAGE_COMMENTS)
def delete(comment_id: int) -> ResponseReturnValue:
    """Delete a comment for good."""
    return _act(comment_id, Act.DELETE, _("The comment is deleted."))


@pages.post("/comments/<id:comment_id>/submission")
@guard(Action.MANAGE_COMMENTS)
def submission(comment_id: int) -> ResponseReturnValue:
    """Make a story to work on of a comment; its reader stays unnamed."""
    person_id, typed = person_now().id, request.form.to_dict()
    try:
        with deciding() as session:
            comment = comments.get(session(), comment_id)
            number = comments.make_submission(
                session(), comment, title=typed.get("title", ""), body=_quoted(comment), by=people.get(session(), person_id),
                origin_group=typed.get("origin_group", ""),
            ).number
            article_id = comment.message.place.article_id
    except Invalid as error:
        message = comments.get(db.session(), comment_id).message
        return _page(message, {"story": str(comment_id), **typed}, field_errors(error)), 422
    flash(_("It is in the inbox as %(number)s.", number=number))
    return _back(article_id)


def _message(article_id: int) -> ArticleMessage | None:
    """The publication that the address means: the chosen one, else the newest; none before the article is published."""
    chosen = articles.get(db.session(), article_id)
    found = messages.of_article(db.session(), chosen.id)
    wanted = request.values.get("message", "")
    if is_id(wanted):
        message = next((one for one in found if one.id == int(wanted)), None)
        if message is None:
            raise NotFound()
        return message
    return found[0] if found else None


def _page(message: ArticleMessage | None, typed: dict[str, str], errors: dict[str, str]) -> str:
    session = db.session()
    if message is None:
        chosen = articles.get(session, (request.view_args or {})["article_id"])
        return render_template("comments/article.html", article=chosen, message=None)
    shown = request.args.get("shown", "")
    found = comments.standing(session, message.id)
    return render_template(
        "comments/article.html", article=message.place.article, message=message, comments=_chosen(found, shown),
        shown=shown if shown in SHOWN else "all", counts={name: len(_chosen(found, name)) for name in SHOWN},
        others=[one for one in messages.of_article(session, message.place.article_id) if one.id != message.id],
        may_act=can(Action.MANAGE_COMMENTS), typed=typed, errors=errors, title_of=_title,
        groups=groups.names(session) if can(Action.MANAGE_COMMENTS) else [],
        origin=message.place.article.group.slug, topics_of=comments.topics_of(session, found),
    )


def _chosen(found: list[ReaderComment] | tuple[ReaderComment, ...], shown: str) -> list[ReaderComment]:
    if shown == "featured":
        return [one for one in found if one.featured]
    return [one for one in found if not one.reply] if shown == "unanswered" else list(found)


def _title(comment: ReaderComment) -> str:
    """A first title of the story that a comment becomes."""
    return _("A reader asks: %(words)s", words=excerpt(comment.text, TITLE_CHARACTERS))


def _quoted(comment: ReaderComment) -> str:
    """The comment's words as a quotation, and where they stood; nothing of its reader."""
    words = "\n".join(f"> {line}" for line in comment.text.splitlines())
    place = comment.message.place
    where = _(
        "A reader wrote this on %(at)s under “%(title)s”.", at=house_time(comment.written_at, "%Y-%m-%d"), title=place.article.title
    )
    return f"{words}\n\n{where}\n"


def _switch(article_id: int, act: Act, done: str) -> ResponseReturnValue:
    message = _message(article_id)
    if message is None:
        raise WrongState()
    outcome = commenting.switch(message.id, act, by=person_now())
    _say(outcome, done)
    return _back(article_id)


def _act(comment_id: int, act: Act, done: str, text: str = "") -> ResponseReturnValue:
    article_id = comments.get(db.session(), comment_id).message.place.article_id
    _say(commenting.act_on(comment_id, act, by=person_now(), text=text), done)
    return _back(article_id)


def _say(outcome: Outcome, done: str) -> None:
    """What became of it, in one sentence; a refusal with the platform's number for the people who look after it."""
    if outcome.done:
        flash(done)
    elif outcome.unknown:
        flash(_("WeChat's answer is missing. The list is read again in a while; look at it before you press again."), "error")
    else:
        reason = _(outcome.reason) if outcome.reason else _("WeChat did not do it.")
        trace = f"（{' · '.join(part for part in (outcome.code, outcome.rid) if part)}）" if outcome.code else ""
        flash(_("It was not done: %(reason)s", reason=reason) + trace, "error")


def _back(article_id: int) -> ResponseReturnValue:
    return redirect(url_for("comments.article", article_id=article_id), 303)
