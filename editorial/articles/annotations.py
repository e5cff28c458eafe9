"""Annotations: threads about a passage of a draft. Mentions tell people; a thread is resolved and can be opened again."""

from __future__ import annotations

import re
from collections.abc import Iterable

from sqlalchemy import func, select
from sqlalchemy.orm import Session, joinedload, selectinload

from editorial import audit, clock
from editorial.articles import anchors, articles
from editorial.articles.anchors import Anchor
from editorial.articles.articles import Article
from editorial.articles.passages import Annotation, Remark
from editorial.conduct import penalties
from editorial.conduct.penalties import Scope
from editorial.errors import Invalid, NotFound, Problem
from editorial.notices import tell_all
from editorial.people.people import Person, with_role
from editorial.people.permissions import NEWSROOM

MOST_CHARACTERS = 4000
MOST_QUOTED = 2000


def annotate(session: Session, article: Article, anchor: Anchor, text: str, *, by: Person) -> Annotation:
    """Begin a thread about a passage of the newest version.

    A passage that is not saved yet is kept as lost and found with the next version. Raises Invalid, and Muted.
    """
    penalties.ensure_may(session, by, Scope.COMMENT)
    if not anchor.quote.strip():
        raise Invalid(Problem("quote", "Select the words you speak of."))
    if len(anchor.quote) > MOST_QUOTED:
        raise Invalid(Problem("quote", "Select at most {limit} characters.", {"limit": MOST_QUOTED}))
    _check(text)
    newest = articles.newest(session, article)
    thread = Annotation(
        article_id=article.id, revision=newest.number, made_by_id=by.id,
        begin=anchor.begin, end=anchor.end, quote=anchor.quote, before=anchor.before, after=anchor.after,
    )
    thread.stand(anchors.found(newest.body, anchor))
    session.add(thread)
    session.flush()
    audit.record(session, "annotate", "article", article.id, by=by, details={"annotation": thread.id})
    _say(session, article, thread, text, by)
    return thread


def reply(session: Session, article: Article, thread: Annotation, text: str, *, by: Person) -> Remark:
    """Say something in a thread; a resolved one is open again. Raises Invalid, and Muted."""
    penalties.ensure_may(session, by, Scope.COMMENT)
    _check(text)
    thread.resolved_at = thread.resolved_by_id = None
    return _say(session, article, thread, text, by)


def resolve(session: Session, thread: Annotation, *, by: Person) -> None:
    """The thread is done. It leaves the text and stays in the list of resolved ones."""
    if thread.resolved_at is None:
        thread.resolved_at, thread.resolved_by_id = clock.now(), by.id
        audit.record(session, "resolve_annotation", "article", thread.article_id, by=by, details={"annotation": thread.id})


def reopen(session: Session, thread: Annotation, *, by: Person) -> None:
    """The thread was not done."""
    if thread.resolved_at is not None:
        thread.resolved_at = thread.resolved_by_id = None
        audit.record(session, "reopen_annotation", "article", thread.article_id, by=by, details={"annotation": thread.id})


def threads(session: Session, article_id: int) -> list[Annotation]:
    """All threads of an article as they stand in the text, the lost ones last."""
    query = (
        select(Annotation).where(Annotation.article_id == article_id)
        .options(joinedload(Annotation.made_by), selectinload(Annotation.remarks).joinedload(Remark.made_by))
    )
    return list(session.scalars(query.order_by(Annotation.lost, Annotation.begin, Annotation.id)))


def get(session: Session, annotation_id: int) -> Annotation:
    """The thread with this id. Raises NotFound."""
    thread = session.get(Annotation, annotation_id)
    if thread is None:
        raise NotFound()
    return thread


def remark(session: Session, remark_id: int) -> tuple[Annotation, Remark]:
    """One thing that was said, with its thread. Raises NotFound."""
    found = session.get(Remark, remark_id)
    if found is None:
        raise NotFound()
    return get(session, found.annotation_id), found


def stamp(session: Session, article_id: int) -> str:
    """Another word whenever a thread of the article began, went on, or was resolved or opened."""
    said = select(func.count(Remark.id), func.max(Remark.id)).join(Annotation, Annotation.id == Remark.annotation_id)
    resolved = select(func.count(), func.max(Annotation.resolved_at)).where(Annotation.resolved_at.is_not(None))
    one = session.execute(said.where(Annotation.article_id == article_id)).one()
    other = session.execute(resolved.where(Annotation.article_id == article_id)).one()
    return "-".join(str(part) for part in (*one, *other))


def colleagues(session: Session, article: Article) -> list[Person]:
    """Whom one can mention: the newsroom and the contributor, by name."""
    known = {person.id: person for person in [*with_role(session, *sorted(NEWSROOM)), article.contributor]}
    return sorted(known.values(), key=lambda person: person.name)


def mentioned(text: str, persons: Iterable[Person]) -> list[Person]:
    """Who is named after an @, the longest name that fits."""
    by_name: dict[str, Person] = {}
    for person in persons:
        by_name.setdefault(person.name, person)
    if not by_name:
        return []
    names = sorted(by_name, key=len, reverse=True)
    found = re.findall("[@＠](" + "|".join(re.escape(name) for name in names) + ")", text)
    return [by_name[name] for name in dict.fromkeys(found)]


def _say(session: Session, article: Article, thread: Annotation, text: str, by: Person) -> Remark:
    before = set(session.scalars(select(Remark.made_by_id).where(Remark.annotation_id == thread.id)))
    remark = Remark(annotation_id=thread.id, made_by_id=by.id, text=text.strip())
    session.add(remark)
    session.flush()
    session.expire(thread, ["remarks"])
    known = colleagues(session, article)
    named = [person for person in mentioned(text, known) if person.id != by.id]
    also = [
        person for person in known
        if (person.id in before or (article.editor_id == person.id and not before)) and person.id != by.id and person not in named
    ]
    for persons, sentence in (
        (named, "{name} mentions you in an annotation of “{title}”: {text}"), (also, "{name} annotated “{title}”: {text}"),
    ):
        tell_all(session, persons, sentence, cause=f"remark:{remark.id}", thing="article", thing_id=article.id,
                 name=by.name, title=article.title, text=text.strip()[:120])
    return remark


def _check(text: str) -> None:
    if not text.strip():
        raise Invalid(Problem("text", "Write what you want to say."))
    if len(text) > MOST_CHARACTERS:
        raise Invalid(Problem("text", "At most {limit} characters, now {count}.", {"limit": MOST_CHARACTERS, "count": len(text)}))
