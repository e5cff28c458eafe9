"""What readers wrote under a published article, as WeChat last listed it. Readers are pseudonyms, never persons."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ForeignKey, Index, String, Text, UniqueConstraint, select, update
from sqlalchemy.orm import Mapped, Session, mapped_column, relationship

from editorial import audit, clock
from editorial.articles.workflow import State as ArticleState
from editorial.base import Base, Numbered
from editorial.calendar.editions import Place
from editorial.errors import NotFound
from editorial.intake import submissions
from editorial.intake.submissions import Submission
from editorial.measuring.messages import ArticleMessage
from editorial.people.people import Person
from editorial.topics import topics
from editorial.topics.topics import TITLE_CHARACTERS, Origin, Pitch, Source, Topic

READ_STEPS = (
    (timedelta(hours=6), timedelta(minutes=30)), (timedelta(days=3), timedelta(hours=3)),
    (timedelta(days=14), timedelta(days=1)), (timedelta(days=90), timedelta(days=7)),
)
"""Up to this age of the publication its comments are read so often; older ones only when somebody asks."""
REFUSED_WAIT = timedelta(days=1)


class ReaderComment(Numbered, Base):
    """One comment. `reader` is a pseudonym within its article. Gone: no longer listed, and its words are forgotten."""

    __tablename__ = "reader_comment"

    message_id: Mapped[int] = mapped_column(ForeignKey("article_message.id"))
    remote_id: Mapped[str] = mapped_column(String(40))
    reader: Mapped[str] = mapped_column(String(8), default="")
    written_at: Mapped[datetime]
    text: Mapped[str] = mapped_column(Text)
    featured: Mapped[bool] = mapped_column(default=False)
    reply: Mapped[str] = mapped_column(Text, default="")
    replied_at: Mapped[datetime | None]
    gone_at: Mapped[datetime | None]
    submission_id: Mapped[int | None] = mapped_column(ForeignKey("submission.id"))

    message: Mapped[ArticleMessage] = relationship(lazy="joined")
    submission: Mapped[Submission | None] = relationship()

    __table_args__ = (
        UniqueConstraint("message_id", "remote_id"), Index("ix_reader_comment_message", "message_id", "written_at"),
        Index("ix_reader_comment_written", "written_at"),
    )


@dataclass(frozen=True)
class Seen:
    """One comment as the platform lists it."""

    id: str
    reader: str
    at: datetime
    text: str
    featured: bool
    reply: str = ""
    replied_at: datetime | None = None


def get(session: Session, comment_id: int) -> ReaderComment:
    """The comment with this id. Raises NotFound, for one that is gone too."""
    comment = session.get(ReaderComment, comment_id)
    if comment is None or comment.gone_at is not None:
        raise NotFound()
    return comment


def standing(session: Session, message_id: int) -> Sequence[ReaderComment]:
    """The comments of one publication that are still there, the newest first."""
    query = select(ReaderComment).where(ReaderComment.message_id == message_id, ReaderComment.gone_at.is_(None))
    return session.scalars(query.order_by(ReaderComment.written_at.desc(), ReaderComment.id.desc())).all()


def shown_under(session: Session, article_id: int) -> tuple[str, ...]:
    """The words of the featured comments of an article, the first written first."""
    query = (
        select(ReaderComment.text).join(ArticleMessage, ArticleMessage.id == ReaderComment.message_id)
        .join(Place, Place.id == ArticleMessage.place_id)
        .where(Place.article_id == article_id, ReaderComment.featured, ReaderComment.gone_at.is_(None))
    )
    return tuple(session.scalars(query.order_by(ReaderComment.written_at, ReaderComment.id)))


def due(session: Session, account_id: int) -> ArticleMessage | None:
    """The publication of this account whose comments are to be read next."""
    query = select(ArticleMessage).where(
        ArticleMessage.account_id == account_id, ArticleMessage.comments_next_at <= clock.now(),
        ArticleMessage.msg_data_id != "",
    )
    return session.scalar(query.order_by(ArticleMessage.comments_next_at).limit(1))


def record(session: Session, message: ArticleMessage, seen: Iterable[Seen], total: int, *, whole: bool) -> None:
    """Keep what was listed. Of a `whole` list, what is missing is gone: its words are forgotten."""
    now = clock.now()
    known = {
        one.remote_id: one
        for one in session.scalars(select(ReaderComment).where(ReaderComment.message_id == message.id))
    }
    listed = set()
    for one in seen:
        listed.add(one.id)
        row = known.get(one.id)
        if row is None:
            row = ReaderComment(message_id=message.id, remote_id=one.id)
            session.add(row)
        row.reader, row.written_at, row.text = one.reader, one.at, one.text
        row.featured, row.reply, row.replied_at, row.gone_at = one.featured, one.reply, one.replied_at, None
    for remote_id, row in known.items():
        if whole and remote_id not in listed and row.gone_at is None:
            forget(row)
    message.comments_total, message.comments_read_at, message.comments_reason = total, now, ""
    message.comments_next_at = next_reading(message, now)
    session.flush()


def forget(comment: ReaderComment) -> None:
    """It is no longer there: keep that it was, and none of its words."""
    comment.gone_at, comment.text, comment.reply, comment.reader = clock.now(), "", "", ""


def not_read(message: ArticleMessage, reason: str) -> None:
    """The comments of this article could not be read: say why, and look again tomorrow."""
    message.comments_reason, message.comments_next_at = reason, clock.now() + REFUSED_WAIT


def postpone(session: Session, account_id: int, reason: str, wait: timedelta) -> None:
    """No comments of this account can be read for a while: those that would be read meanwhile say why."""
    until = clock.now() + wait
    session.execute(
        update(ArticleMessage).where(ArticleMessage.account_id == account_id, ArticleMessage.comments_next_at < until)
        .values(comments_next_at=until, comments_reason=reason).execution_options(synchronize_session=False)
    )
    session.expire_all()


def next_reading(message: ArticleMessage, now: datetime) -> datetime | None:
    """When the comments are read again: often at first, then less often; None for a taken-down or an old article."""
    published_at = message.place.edition.published_at
    if published_at is None or message.place.article.state == ArticleState.TAKEN_DOWN:
        return None
    return next((now + wait for age, wait in READ_STEPS if now - published_at < age), None)


def make_submission(
    session: Session, comment: ReaderComment, *, title: str, body: str, origin_group: str, by: Person
) -> Submission:
    """A comment becomes a story to work on, once; its reader stays unnamed. Raises Invalid as handing in does."""
    if comment.submission_id is not None:
        return submissions.get(session, comment.submission_id)
    submission = submissions.receive(
        session, title=title, body=body, origin_group=origin_group, by=by, channel="comment", nonce=f"comment:{comment.id}",
    )
    comment.submission_id = submission.id
    article_id = comment.message.place.article_id
    audit.record(session, "make_submission_of_comment", "article", article_id, by=by, details={"number": submission.number})
    return submission


def make_topic(session: Session, comment: ReaderComment, *, title: str, by: Person) -> Topic:
    """A comment becomes a topic, once: the next round of the article it stood under. Raises Invalid as pitching does."""
    article = comment.message.place.article
    said = Pitch(
        title=title.strip()[:TITLE_CHARACTERS] or comment.text[:TITLE_CHARACTERS], words=comment.text, source=Source.COMMENT,
        source_words=article.title, group=article.group.slug, column=str(article.column_id or ""),
    )
    turn = (article.topic.round if article.topic else 1) + 1
    return topics.pitch(session, said, by=by, origin=Origin("reader_comment", comment.id, article.id, turn))


def topics_of(session: Session, comments: Sequence[ReaderComment]) -> dict[int, int]:
    """Which of these comments have become topics: the topic's id by the comment's."""
    query = select(Topic.source_id, Topic.id).where(
        Topic.source_thing == "reader_comment", Topic.source_id.in_([one.id for one in comments])
    )
    return {comment_id: topic_id for comment_id, topic_id in session.execute(query) if comment_id is not None}
