"""Comment duties, drawn once a round, and the peer comments (点评) that answer them. Everybody in the circle reads them."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import ForeignKey, Index, Text, select
from sqlalchemy.orm import Mapped, Session, mapped_column, relationship

from editorial import audit
from editorial.base import Base, Dated, Numbered
from editorial.circles import circles, drawing, members
from editorial.circles.circles import WritingCircle
from editorial.circles.drawing import Pair
from editorial.conduct import penalties
from editorial.conduct.penalties import Scope
from editorial.errors import Invalid, NotAllowed, NotFound, Problem
from editorial.notices import tell
from editorial.people.people import Person

TEXT_CHARACTERS = 2_000


class CommentDuty(Base):
    """In this round `writer_id` comments on the piece of `author_id`."""

    __tablename__ = "circle_duty"

    circle_id: Mapped[int] = mapped_column(ForeignKey("writing_circle.id"), primary_key=True)
    round: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    writer_id: Mapped[int] = mapped_column(ForeignKey("person.id"), primary_key=True)
    author_id: Mapped[int] = mapped_column(ForeignKey("person.id"), primary_key=True)


class PeerComment(Numbered, Dated, Base):
    """One comment on one piece. It is never changed."""

    __tablename__ = "peer_comment"

    hand_in_id: Mapped[int] = mapped_column(ForeignKey("circle_hand_in.id"))
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    text: Mapped[str] = mapped_column(Text)

    person: Mapped[Person] = relationship(lazy="joined", innerjoin=True)

    __table_args__ = (Index("ix_peer_comment_hand_in", "hand_in_id", "id"),)


def draw(session: Session, circle: WritingCircle, number: int) -> None:
    """Draw the duties of a round among all for whom it counts and who have no round off."""
    found = members.roster(session, circle, number)
    off = members.breaks(session, found)
    there = [one.person_id for one in found if (one.id, number) not in off]
    pairs = drawing.draw(there, circle.comments, of_round(session, circle, number - 1), number)
    session.add_all(
        CommentDuty(circle_id=circle.id, round=number, writer_id=writer, author_id=author) for writer, author in pairs
    )
    session.flush()


def comment(session: Session, circle: WritingCircle, piece_id: int, author: Person, text: str, *, by: Person) -> PeerComment:
    """Comment on a piece of `author`. Raises Invalid naming `text`, NotAllowed on one's own and outside the circle, Muted."""
    if author.id == by.id or members.running(session, circle, by) is None:
        raise NotAllowed()
    circles.ensure_open(circle)
    penalties.ensure_may(session, by, Scope.COMMENT)
    words = text.strip()
    if not words:
        raise Invalid(Problem("text", "Write what you think of the piece."))
    if len(words) > TEXT_CHARACTERS:
        raise Invalid(Problem("text", "At most {limit} characters, now {count}.", {"limit": TEXT_CHARACTERS, "count": len(words)}))
    made = PeerComment(hand_in_id=piece_id, person=by, text=words)
    session.add(made)
    session.flush()
    audit.record(session, "comment_in_circle", "circle", circle.id, by=by, details={"name": circle.name})
    tell(session, author, "“{circle}”: {name} has commented on your piece.", cause=f"circle:{circle.id}:comment:{made.id}",
         thing="circle", thing_id=circle.id, circle=circle.name, name=by.name)
    return made


def get(session: Session, comment_id: int) -> PeerComment:
    """The comment with this id. Raises NotFound."""
    found = session.get(PeerComment, comment_id)
    if found is None:
        raise NotFound()
    return found


def of_round(session: Session, circle: WritingCircle, number: int) -> list[Pair]:
    """The duties of a round, as writer and author."""
    query = select(CommentDuty.writer_id, CommentDuty.author_id).where(
        CommentDuty.circle_id == circle.id, CommentDuty.round == number,
    )
    return [(writer, author) for writer, author in session.execute(query.order_by(CommentDuty.writer_id, CommentDuty.author_id))]


def on_pieces(session: Session, piece_ids: Sequence[int]) -> dict[int, list[PeerComment]]:
    """The comments on these pieces, the first written first, by the id of the piece."""
    found: dict[int, list[PeerComment]] = {piece_id: [] for piece_id in piece_ids}
    query = select(PeerComment).where(PeerComment.hand_in_id.in_(piece_ids)).order_by(PeerComment.id)
    for one in session.scalars(query):
        found[one.hand_in_id].append(one)
    return found
