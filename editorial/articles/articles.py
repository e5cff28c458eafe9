"""The article and what a desk editor does with it. The text itself stands in revisions.py."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, String, Text, select, update
from sqlalchemy.orm import Mapped, Session, mapped_column, relationship

from editorial import audit, clock
from editorial.articles import assets, passages, revisions, search, themes
from editorial.articles.revisions import Content, Revision
from editorial.articles.workflow import Move, State, after
from editorial.base import Base, BigKey, Dated, Numbered, compare_and_set
from editorial.errors import Invalid, NotFound, Stale, UnscheduleFirst, WrongState
from editorial.groups.groups import Group
from editorial.groups.kinds import Filled
from editorial.intake import submissions
from editorial.intake.submissions import Submission, SubmissionState
from editorial.people.people import Person
from editorial.topics.columns import ArticleType, Column, Goal
from editorial.topics.topics import Topic


class Article(Numbered, Dated, Base):
    """The edited work. `revision` is the number of the newest version and the guard against lost updates."""

    __tablename__ = "article"

    number: Mapped[str] = mapped_column(String(20), unique=True)
    title: Mapped[str] = mapped_column(String(200))
    state: Mapped[State] = mapped_column(String(12), default=State.DRAFTING)
    revision: Mapped[int] = mapped_column(default=1)
    round: Mapped[int] = mapped_column(default=0)
    """How often it was sent for review; stages belong to a round."""
    stage: Mapped[str] = mapped_column(String(20), default="")
    """The stage that waits, while in review or in proof."""
    waiting_since: Mapped[datetime] = mapped_column(default=clock.now)
    updated_at: Mapped[datetime] = mapped_column(default=clock.now)
    group_id: Mapped[int] = mapped_column(ForeignKey("community_group.id"))
    contributor_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    editor_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    reason: Mapped[str] = mapped_column(Text, default="")
    """Why it was returned, rejected or taken down."""
    embargo_until: Mapped[datetime | None] = mapped_column(index=True)
    """Nothing of it leaves the house before; `embargo_wall` and `embargo_zone` are what the editor chose."""
    embargo_wall: Mapped[str] = mapped_column(String(19), default="")
    embargo_zone: Mapped[str] = mapped_column(String(40), default="")
    column_id: Mapped[int | None] = mapped_column(BigKey)
    topic_id: Mapped[int | None] = mapped_column(BigKey)
    type: Mapped[ArticleType | None] = mapped_column(String(20))
    goal: Mapped[Goal | None] = mapped_column(String(12))
    details: Mapped[dict[str, str]] = mapped_column(default=dict)
    """What its column's form asks for, by field. Like the four above no part of what readers see; planning.py sets them."""
    ticked: Mapped[list[str]] = mapped_column(default=list)
    """Points of its column's checklist that are done."""

    group: Mapped[Group] = relationship(lazy="joined")
    contributor: Mapped[Person] = relationship(foreign_keys=[contributor_id], lazy="joined")
    editor: Mapped[Person | None] = relationship(foreign_keys=[editor_id], lazy="joined")
    sources: Mapped[list[ArticleSource]] = relationship(order_by="ArticleSource.submission_id")
    column: Mapped[Column | None] = relationship(primaryjoin="foreign(Article.column_id) == Column.id", viewonly=True)
    topic: Mapped[Topic | None] = relationship(primaryjoin="foreign(Article.topic_id) == Topic.id", viewonly=True)

    __table_args__ = (
        Index("ix_article_desk", "state", "waiting_since"),
        Index("ix_article_state", "state", "id"),
        Index("ix_article_stage", "stage", "waiting_since"),
        Index("ix_article_contributor", "contributor_id", "id"),
        Index("ix_article_group", "group_id", "id"),
        # The desk's list merges one ordered run per state, also of one group's or one editor's articles.
        Index("ix_article_group_desk", "group_id", "state", "waiting_since"),
        Index("ix_article_editor_desk", "editor_id", "state", "waiting_since"),
        Index("ix_article_column", "column_id", "id"),
        Index("ix_article_topic", "topic_id"),
        Index("ix_article_type", "type", "id"),
        Index("ix_article_created", "created_at", "id"),
    )

    def belongs_to(self, person_id: int) -> bool:
        return self.contributor_id == person_id


class ArticleSource(Base):
    """A submission that an article was made of. The child names its parent; the submission knows nothing of it."""

    __tablename__ = "article_source"

    article_id: Mapped[int] = mapped_column(ForeignKey("article.id"), primary_key=True)
    submission_id: Mapped[int] = mapped_column(ForeignKey("submission.id"), primary_key=True, index=True)

    submission: Mapped[Submission] = relationship(lazy="joined")


@dataclass(frozen=True)
class Saved:
    """What a save gave: the article and its newest version."""

    article: Article
    revision: Revision


def write(
    session: Session, content: Content, *, origin_group: str, by: Person, channel: str = "api", nonce: str | None = None,
    filled: Filled | None = None,
) -> Saved:
    """Begin an article from a text of one's own: the original is kept as a submission with its number.

    The same `nonce` from the same person gives the first article again. `filled`: the form of the group's kind, if it was
    asked. Raises Invalid naming the field.
    """
    _check(content)
    submission = submissions.receive(
        session, title=content.title, body=content.body, origin_group=origin_group, by=by, byline=content.author,
        channel=channel, nonce=nonce, state=SubmissionState.ACCEPTED, filled=filled,
    )
    begun = session.scalar(select(Article).join(ArticleSource).where(ArticleSource.submission_id == submission.id))
    if begun is not None:
        return Saved(begun, newest(session, begun))
    return begin(session, submission, content, by)


def begin(session: Session, submission: Submission, content: Content, writer: Person) -> Saved:
    """An article with its first version, `content` by `writer`, of an accepted submission.

    A content that names no theme gets the one in which articles from this kind of group begin.
    """
    content = _pinned(session, content.changed(theme=content.theme or themes.beginning(session, submission.group.kind)))
    article = Article(
        number=submission.number, title=content.title.strip(), group_id=submission.group_id,
        contributor_id=submission.contributor_id,
    )
    session.add(article)
    session.flush()
    session.add(ArticleSource(article_id=article.id, submission_id=submission.id))
    submissions.become_article(session, submission)
    revision = revisions.append(session, article.id, 1, content, writer)
    _make_findable(session, article, content)
    audit.record(session, "write", "article", article.id, by=writer, details={"revision": 1})
    return Saved(article, revision)


def save(session: Session, article: Article, content: Content, *, base: int, by: Person) -> Saved:
    """Keep a new version over version `base`. Of the very same content nothing is made.

    Raises Stale when somebody saved in between, UnscheduleFirst, WrongState, Invalid.
    What is under review or signed off goes back to the first stage (`round` grows; review.stages opens it).
    """
    if article.state == State.SCHEDULED:
        raise UnscheduleFirst()
    reopening = after(article.state, Move.REOPEN)
    state = reopening or after(article.state, Move.SAVE)
    if state is None:
        raise WrongState()
    if article.revision != base:
        raise Stale()
    _check(content)
    content = _pinned(session, content)
    newest = revisions.numbered(session, article.id, base)
    if newest.content_hash == content.content_hash:
        return Saved(article, newest)
    _advance(session, article, base, content)
    revision = revisions.append(session, article.id, base + 1, content, by)
    passages.follow(session, article.id, newest.content, revision)
    if reopening:
        article.state = state
        article.waiting_since = clock.now()
    _make_findable(session, article, content)
    audit.record(session, "save", "article", article.id, by=by, details={"revision": revision.number, "reopened": bool(reopening)})
    return Saved(article, revision)


def append_correction(session: Session, article: Article, content: Content, *, base: int, by: Person) -> Revision:
    """Keep a corrected version of an article that is out, over version `base`; what readers see stays as it is.

    Raises Stale, WrongState, Invalid.
    """
    if after(article.state, Move.CORRECT) is None:
        raise WrongState()
    if article.revision != base:
        raise Stale()
    _check(content)
    before = revisions.numbered(session, article.id, base).content
    _advance(session, article, base, content)
    revision = revisions.append(session, article.id, base + 1, content, by)
    passages.follow(session, article.id, before, revision)
    return revision


def move(session: Session, article: Article, step: Move, *, by: Person | None, **details: Any) -> None:
    """Take one step of the table, by compare-and-set, with its entry in the audit log. Raises WrongState."""
    target = after(article.state, step)
    if target is None:
        raise WrongState()
    now = clock.now()
    change = update(Article).where(
        Article.id == article.id, Article.state == article.state, Article.revision == article.revision
    )
    if not compare_and_set(session, change.values(state=target, waiting_since=now, updated_at=now)):
        raise Stale()
    session.refresh(article)
    audit.record(session, step.value, "article", article.id, by=by, details={"revision": article.revision, **details})


def withdraw(session: Session, article: Article, *, by: Person, reason: str = "") -> None:
    """Take an article back before it is scheduled."""
    if article.state == State.SCHEDULED:
        raise UnscheduleFirst()
    move(session, article, Move.WITHDRAW, by=by, reason=reason)
    article.stage, article.reason = "", reason


def take_charge(session: Session, article: Article, *, by: Person) -> None:
    """A desk editor becomes responsible for the article."""
    article.editor_id = by.id
    audit.record(session, "take_charge", "article", article.id, by=by)


def newest(session: Session, article: Article) -> Revision:
    """The newest version."""
    return revisions.numbered(session, article.id, article.revision)


def contributors(article: Article) -> list[Person]:
    """Everybody whose story it tells: its contributor, and those whose submissions were joined with theirs."""
    return list(dict.fromkeys([article.contributor, *(source.submission.contributor for source in article.sources)]))


def get(session: Session, article_id: int) -> Article:
    """The article with this id. Raises NotFound."""
    article = session.get(Article, article_id)
    if article is None:
        raise NotFound()
    return article


def _make_findable(session: Session, article: Article, content: Content) -> None:
    search.index(session, article.id, f"{content.title}\n{content.author}\n{content.body}")
    assets.note_captions(session, content.body)


def _advance(session: Session, article: Article, base: int, content: Content) -> None:
    now = clock.now()
    change = update(Article).where(
        Article.id == article.id, Article.revision == base, Article.state == article.state
    )
    if not compare_and_set(
        session, change.values(revision=base + 1, title=content.title.strip(), updated_at=now)
    ):
        raise Stale()
    session.refresh(article)


def _pinned(session: Session, content: Content) -> Content:
    """The content with the version of its theme, which a later change of that theme must not touch."""
    return content.changed(theme=themes.pinned(session, content.theme))


def _check(content: Content) -> None:
    problems = list(revisions.problems_of(content))
    if problems:
        raise Invalid(*problems)
