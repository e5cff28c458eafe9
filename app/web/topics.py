"""The topic pool: pitches of everybody, discussion and votes, decisions, the list for the editorial meeting."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.addresses import is_id
from app.auth import allow, can, guard, person_now
from app.extensions import db, deciding
from app.filters import excerpt
from app.web import topic_words
from app.web.topic_words import GOALS, SOURCES, VIEWS, words_of
from app.web.words import field_errors
from editorial import clock
from editorial.articles import planning
from editorial.errors import Invalid, Muted
from editorial.groups import groups
from editorial.intake.submissions import Submission
from editorial.measuring import comments
from editorial.people import people
from editorial.people.people import Person
from editorial.people.permissions import Action
from editorial.topics import columns, discussion, duties, pool, topics
from editorial.topics.pool import Wanted
from editorial.topics.topics import OPEN, POOL, Origin, Pitch, Source, Step, Topic

pages = Blueprint("topics", __name__)
for _word in (topic_words.source_words, topic_words.source_icon, topic_words.type_words, topic_words.goal_words):
    pages.app_template_filter(_word.__name__)(_word)

PAGE = 50
MIX_DAYS = 90
ASKED = ("q", "view", "source", "column", "group")
PITCHED = ("title", "words", "source", "source_words", "group", "column", "goal")


@pages.get("/topics")
@guard(Action.SEE_TOPICS)
def index() -> ResponseReturnValue:
    """The pool: what is to be decided, approved, under way, done, and what was put aside with its reason."""
    if not can(Action.SEE_TOPICS):
        return redirect(url_for("topics.mine"))
    session, asked = _database(), {name: request.args.get(name, "").strip() for name in ASKED}
    view = asked["view"] if asked["view"] in VIEWS else "open"
    page = pool.page(session, _wanted(session, asked, view), request.args.get("after", ""), PAGE)
    ids = [topic.id for topic in page.topics]
    return render_template(
        "topics/index.html", topics=page.topics, asked=asked, view=view, views=VIEWS, counts=pool.counts(session),
        opinions=discussion.opinions(session, ids), votes=discussion.own_votes(session, ids, person_now()),
        assigned=duties.of_topics(session, ids), open_states=OPEN, sources=words_of(SOURCES),
        columns=columns.everyone(session), groups=groups.names(session), mix=topics.source_mix(session, MIX_DAYS),
        mix_days=MIX_DAYS, filtered=any(asked[name] for name in ("q", "source", "column", "group")),
        older=url_for("topics.index", **asked, after=page.further) if page.further else None,
    )


@pages.get("/topics/meeting")
@guard(Action.DECIDE_TOPICS)
def meeting() -> ResponseReturnValue:
    """The list for the editorial meeting, to print: what is to be decided, with votes and what was said."""
    session = _database()
    found = pool.for_meeting(session)
    ids = [topic.id for topic in found]
    return render_template(
        "topics/meeting.html", topics=found, printed_at=clock.now(), opinions=discussion.opinions(session, ids),
        late=duties.late(session, PAGE), comments=discussion.last_words(session, ids),
    )


@pages.get("/topics/mine")
@guard(Action.PITCH)
def mine() -> ResponseReturnValue:
    """My pitches and what became of them."""
    found = pool.page(_database(), Wanted(person_id=person_now().id), request.args.get("after", ""), PAGE)
    older = url_for("topics.mine", after=found.further) if found.further else None
    return render_template("topics/mine.html", topics=found.topics, older=older, waiting=_waiting())


@pages.route("/topics/new", methods=["GET", "POST"])
@guard(Action.PITCH)
def new() -> ResponseReturnValue:
    """Pitch a topic. Everybody may; it takes a title and a sentence."""
    if request.method == "GET":
        return _pitch_page(request.args.to_dict(), {})
    person_id, typed = person_now().id, request.form.to_dict()
    try:
        said = _pitch(typed)
        with deciding() as scoped:
            session = scoped()
            topic_id = topics.pitch(session, said, by=people.get(session, person_id)).id
    except Invalid as error:
        return _pitch_page(typed, field_errors(error)), 422
    flash(_("Thank you. It is in the topic pool; you are told what is decided and why."))
    return redirect(url_for("topics.topic", topic_id=topic_id), 303)


@pages.get("/topics/<id:topic_id>")
@guard(Action.SEE_TOPICS)
def topic(topic_id: int) -> ResponseReturnValue:
    """One topic: where it came from, what is said about it, who writes it, what was decided."""
    return _topic_page(_seen(topic_id), {}, {})


@pages.post("/topics/<id:topic_id>")
@guard(Action.SEE_TOPICS)
def change(topic_id: int) -> ResponseReturnValue:
    """Say it better: who pitched it while it is open, editors as long as it is in the pool."""
    shown, typed = _seen(topic_id), request.form.to_dict()
    if not _may_change(shown):
        allow(Action.DECIDE_TOPICS)
    said = _("The pitch is changed.")
    return _act(topic_id, lambda session, topic, by: topics.change(session, topic, _pitch(typed), by=by), said, typed)


@pages.post("/topics/<id:topic_id>/comments")
@guard(Action.DISCUSS_TOPICS)
def comment(topic_id: int) -> ResponseReturnValue:
    """Say something about it."""
    typed = request.form.to_dict()
    return _act(
        topic_id, lambda session, topic, by: discussion.comment(session, topic, typed.get("text", ""), by=by), "", typed,
        anchor="discussion",
    )


@pages.post("/topics/<id:topic_id>/vote")
@guard(Action.DISCUSS_TOPICS)
def vote(topic_id: int) -> ResponseReturnValue:
    """Vote for or against; the same vote again takes it back."""
    allow(Action.DISCUSS_TOPICS)
    typed, person = request.form.to_dict(), person_now()
    said = typed.get("vote", "")
    if discussion.own_votes(_database(), [topic_id], person).get(topic_id) == said:
        said = discussion.NONE
    return _act(
        topic_id, lambda session, topic, by: discussion.vote(session, topic, said, by=by), "", typed, back=typed.get("back", "")
    )


@pages.post("/topics/<id:topic_id>/decision")
@guard(Action.DECIDE_TOPICS)
def decide(topic_id: int) -> ResponseReturnValue:
    """Approve, shelve, reject, take up again or finish; who pitched it is told, with the reason."""
    typed = request.form.to_dict()
    step, reason = typed.get("decision", ""), typed.get("reason", "")
    said = _("Decided. Who pitched it reads your reason.")
    return _act(topic_id, lambda session, topic, by: topics.decide(session, topic, step, by=by, reason=reason), said, typed)


@pages.post("/submissions/<number>/topic")
@guard(Action.DISCUSS_TOPICS)
def of_submission(number: str) -> ResponseReturnValue:
    """Make a topic of what somebody handed in, once. The submission stays as it is."""
    allow(Action.DISCUSS_TOPICS)
    person_id = person_now().id
    with deciding() as scoped:
        session = scoped()
        found = session.scalars(select(Submission).where(Submission.number == number)).one_or_none()
        allow(Action.SEE_SUBMISSION, found)
        assert found is not None
        said = Pitch(
            title=found.title[: topics.TITLE_CHARACTERS], words=excerpt(found.body, 400), source=Source.REACTION,
            source_words=_("From the submission %(number)s", number=found.number), group=found.group.slug,
        )
        made = topics.pitch(session, said, by=people.get(session, person_id), origin=Origin("submission", found.id))
        topic_id = made.id
    flash(_("It is in the topic pool."))
    return redirect(url_for("topics.topic", topic_id=topic_id), 303)


@pages.post("/comments/<id:comment_id>/topic")
@guard(Action.MANAGE_COMMENTS)
def of_comment(comment_id: int) -> ResponseReturnValue:
    """Make a topic of what a reader wrote, once; the reader stays unnamed. It is the next round of that article."""
    person_id, typed = person_now().id, request.form.to_dict()
    with deciding() as scoped:
        session = scoped()
        made = comments.make_topic(session, comments.get(session, comment_id), title=typed.get("title", ""),
                                   by=people.get(session, person_id))
        topic_id = made.id
    flash(_("It is in the topic pool."))
    return redirect(url_for("topics.topic", topic_id=topic_id), 303)


def _wanted(session: Session, asked: dict[str, str], view: str) -> Wanted:
    group = groups.by_slug(session, asked["group"]) if asked["group"] else None
    return Wanted(
        words=asked["q"], states=pool.VIEWS[view], source=asked["source"], group_id=group.id if group else None,
        column_id=int(asked["column"]) if is_id(asked["column"]) else None,
    )


def _pitch(typed: dict[str, str]) -> Pitch:
    words = {name: typed.get(name, "") for name in PITCHED}
    return Pitch(**{**words, "source": words["source"] or Source.PERSON}, wanted_on=_day(typed.get("wanted_on", "")))


def _day(said: str) -> date | None:
    try:
        return date.fromisoformat(said)
    except ValueError:
        return None


def _may_change(shown: Topic) -> bool:
    return shown.state in POOL and (can(Action.DECIDE_TOPICS) or (shown.belongs_to(person_now().id) and shown.state in OPEN))


def _act(
    topic_id: int, verb: Callable[[Session, Topic, Person], Any], sentence: str, typed: dict[str, str], *, anchor: str = "",
    back: str = "",
) -> ResponseReturnValue:
    """One verb about one topic, then back to it; what was typed stays when something is wrong with it."""
    person_id = person_now().id
    _seen(topic_id)
    try:
        with deciding() as scoped:
            session = scoped()
            verb(session, topics.get(session, topic_id), people.get(session, person_id))
    except (Invalid, Muted) as error:
        status = 422 if isinstance(error, Invalid) else 403
        return _topic_page(topics.get(_database(), topic_id), typed, field_errors(error)), status
    if sentence:
        flash(sentence)
    here = url_for("topics.topic", topic_id=topic_id, _anchor=anchor or None)
    return redirect(back if back.startswith("/topics") else here, 303)


def _pitch_page(typed: dict[str, str], errors: dict[str, str]) -> str:
    return render_template("topics/new.html", typed=typed, errors=errors, **_choices())


def _choices(shown: Topic | None = None) -> dict[str, Any]:
    kind = shown.group.kind if shown and shown.group else None
    return {
        "groups": groups.names(_database()), "columns": columns.usual_first(columns.everyone(_database()), kind),
        "sources": words_of(SOURCES), "goals": words_of(GOALS),
    }


def _topic_page(shown: Topic, typed: dict[str, str], errors: dict[str, str]) -> str:
    session, decides = _database(), can(Action.DECIDE_TOPICS)
    return render_template(
        "topics/topic.html", topic=shown, typed=typed, errors=errors, comments=discussion.comments_of(session, shown.id),
        votes=discussion.votes_of(session, shown.id), own=discussion.own_votes(session, [shown.id], person_now()).get(shown.id),
        assigned=duties.of_topic(session, shown.id), articles=planning.of_topic(session, shown.id),
        steps=[step for step in Step if topics.may_follow(shown, step)] if decides else [], is_open=shown.state in OPEN,
        may_vote=can(Action.DISCUSS_TOPICS) and shown.state in OPEN, may_say=can(Action.DISCUSS_TOPICS, shown),
        may_assign=decides and shown.state in POOL and shown.state not in OPEN, may_change=_may_change(shown),
        origin=_origin(shown), persons=_persons() if decides else [], **_choices(shown),
    )


def _origin(shown: Topic) -> dict[str, str] | None:
    """Where a topic came from, when that is a thing of ours that this person may see."""
    if shown.source_thing == "submission" and can(Action.SEE_SUBMISSION):
        found = _database().get(Submission, shown.source_id)
        return {"url": url_for("intake.submission", number=found.number), "label": found.title} if found else None
    if shown.predecessor_id is not None and can(Action.SEE_ARTICLE):
        return {"url": url_for("trail.article", article_id=shown.predecessor_id), "label": _("The article before")}
    return None


def _persons() -> list[tuple[int, str]]:
    """Who can be asked to write."""
    query = select(Person.id, Person.name).where(Person.active).order_by(Person.name)
    return [(person_id, name) for person_id, name in _database().execute(query)]


def _waiting() -> int:
    return duties.waiting_for(_database(), person_now())


def _seen(topic_id: int) -> Topic:
    found = topics.get(_database(), topic_id)
    allow(Action.SEE_TOPICS, found)
    return found


def _database() -> Session:
    session: Session = db.session()
    return session
