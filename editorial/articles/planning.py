"""What an article is for: its topic, column, type and goal. None of it is seen by readers or changes a sign-off."""

from __future__ import annotations

from dataclasses import dataclass, field

from sqlalchemy import select
from sqlalchemy.orm import Session

from editorial import audit
from editorial.articles import articles
from editorial.articles.articles import Article, Saved
from editorial.articles.revisions import Content
from editorial.errors import Invalid, Problem
from editorial.people.people import Person
from editorial.topics import assignments, columns, topics
from editorial.topics.assignments import Assignment
from editorial.topics.columns import Column
from editorial.topics.topics import POOL, Topic

DETAIL_CHARACTERS = 500


@dataclass(frozen=True)
class Plan:
    """What somebody chose for an article; ids as a form gives them, empty for none."""

    column: str = ""
    type: str = ""
    goal: str = ""
    topic: str = ""
    details: dict[str, str] = field(default_factory=dict)
    ticked: tuple[str, ...] = ()


def plan(session: Session, article: Article, said: Plan, *, by: Person) -> None:
    """Say what the article is for. A column gives its type and goal where none is chosen. Raises Invalid naming the field."""
    column = columns.chosen(session, said.column)
    topic = _topic(session, article, said.topic)
    article.column_id, article.topic_id = column.id if column else None, topic.id if topic else None
    article.type = columns.type_named(said.type) or (column.type if column else None)
    article.goal = columns.goal_named(said.goal) or (column.goal if column else None)
    article.details = _details(column, said.details)
    article.ticked = [point for point in column.checklist if point in said.ticked] if column else []
    session.flush()
    session.expire(article, ["column", "topic"])
    audit.record(session, "plan_article", "article", article.id, by=by, details={"name": column.name} if column else {})


def begin(session: Session, assignment: Assignment, *, by: Person, origin_group: str = "") -> Saved:
    """Begin the article of an assignment, with the column's form as its headings. Raises Invalid, WrongState.

    `origin_group`: for a topic that came from no group.
    """
    topic = assignment.topic
    column = topic.column
    content = Content(title=topic.title, body=skeleton(topic), author=by.name, theme=column.theme if column else "")
    slug = topic.group.slug if topic.group else origin_group
    saved = articles.write(session, content, origin_group=slug, by=by, channel="assignment", nonce=f"assignment:{assignment.id}")
    said = Plan(column=str(topic.column_id or ""), goal=topic.goal or "", topic=str(topic.id))
    plan(session, saved.article, said, by=by)
    assignments.deliver(session, assignment, by=by)
    return saved


def skeleton(topic: Topic) -> str:
    """What a text of this topic begins with: a heading for each field of its column, else the words of the pitch."""
    fields = topic.column.fields if topic.column else []
    return "\n\n".join(f"## {name}\n\n…" for name in fields) or topic.words or topic.title


def unticked(article: Article) -> list[str]:
    """Points of the column's checklist that are not done."""
    return [point for point in article.column.checklist if point not in article.ticked] if article.column else []


def of_topic(session: Session, topic_id: int) -> list[Article]:
    """Articles made from a topic."""
    return list(session.scalars(select(Article).where(Article.topic_id == topic_id).order_by(Article.id)))


def begun_of(session: Session, topic_ids: list[int], person: Person) -> dict[int, Article]:
    """Of several topics the article that this person began, in one query."""
    query = select(Article).where(Article.topic_id.in_(topic_ids), Article.contributor_id == person.id)
    return {article.topic_id: article for article in session.scalars(query.order_by(Article.id)) if article.topic_id is not None}


def published(session: Session, article: Article) -> None:
    """The article is out: so its topic is done."""
    if article.topic_id is not None:
        topics.finish(session, article.topic_id)
        assignments.close_of(session, article.topic_id)


def _topic(session: Session, article: Article, said: str) -> Topic | None:
    if not said:
        return None
    known = said.isascii() and said.isdigit() and len(said) < 19
    topic = session.get(Topic, int(said)) if known else None
    if topic is None or (topic.state not in POOL and topic.id != article.topic_id):
        raise Invalid(Problem("topic", "This topic is not in the pool."))
    return topic


def _details(column: Column | None, said: dict[str, str]) -> dict[str, str]:
    kept = {name: said.get(name, "").strip() for name in column.fields} if column else {}
    if any(len(value) > DETAIL_CHARACTERS for value in kept.values()):
        raise Invalid(Problem("details", "A line has at most {limit} characters.", {"limit": DETAIL_CHARACTERS}))
    return {name: value for name, value in kept.items() if value}
