"""Correcting an article that is out. Every word of it was signed off, so every corrected word is, too.

No interface changes a published article: a person carries the signed correction over in WeChat's console and says so.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from enum import StrEnum

from sqlalchemy import ForeignKey, Index, String, Text, select
from sqlalchemy.orm import Mapped, Session, mapped_column, relationship

from editorial import audit, clock
from editorial.articles import articles, revisions, story_rights
from editorial.articles.articles import Article
from editorial.articles.revisions import Revision
from editorial.articles.workflow import Move, after
from editorial.base import Base, Dated, Numbered
from editorial.calendar import editions
from editorial.calendar.editions import EditionState, Place
from editorial.errors import Invalid, OwnText, Problem, WrongState
from editorial.notices import tell_all
from editorial.people.people import Person, Role, with_role
from editorial.people.permissions import Action, require
from editorial.review import checks
from editorial.review.sign_offs import SignOff, Typeset


class CorrectionState(StrEnum):
    """Where a correction stands."""

    PROPOSED = "proposed"
    SIGNED_OFF = "signed_off"
    DONE = "done"
    DROPPED = "dropped"


class Correction(Numbered, Dated, Base):
    """One correction of one article. `before` and `revision` are the numbers of the two versions it lies between."""

    __tablename__ = "correction"

    article_id: Mapped[int] = mapped_column(ForeignKey("article.id"))
    before: Mapped[int]
    revision: Mapped[int]
    state: Mapped[CorrectionState] = mapped_column(String(12), default=CorrectionState.PROPOSED)
    reason: Mapped[str] = mapped_column(Text)
    """What was wrong, for the trail."""
    proposed_by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    signed_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    signed_at: Mapped[datetime | None]
    done_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    done_at: Mapped[datetime | None]

    article: Mapped[Article] = relationship()
    proposed_by: Mapped[Person] = relationship(foreign_keys=[proposed_by_id])
    signed_by: Mapped[Person | None] = relationship(foreign_keys=[signed_by_id])
    done_by: Mapped[Person | None] = relationship(foreign_keys=[done_by_id])

    __table_args__ = (Index("ix_correction_article", "article_id", "id"),)

    @property
    def is_open(self) -> bool:
        return self.state in (CorrectionState.PROPOSED, CorrectionState.SIGNED_OFF)


def propose(session: Session, article: Article, body: str, *, base: int, reason: str, by: Person) -> Correction:
    """Keep a corrected text over version `base` and ask the editor-in-chief to sign it. Readers see nothing of it yet.

    Only the text: WeChat lets nobody change the headline of what is out. Raises WrongState unless it is published and no
    other correction is open, Stale, Invalid.
    """
    require(by, Action.CORRECT)
    if after(article.state, Move.CORRECT) is None or open_of(session, article) is not None:
        raise WrongState()
    standing = published_revision(session, article)
    content = standing.content.changed(body=body.replace("\r\n", "\n"))
    problems = [] if reason.strip() else [Problem("reason", "Say what was wrong: the reason stands on the trail.")]
    if content.content_hash == standing.content_hash:
        problems.append(Problem("body", "Nothing was changed yet."))
    if problems:
        raise Invalid(*problems)
    revision = articles.append_correction(session, article, content, base=base, by=by)
    made = Correction(
        article=article, before=standing.number, revision=revision.number, reason=reason.strip(), proposed_by=by,
    )
    session.add(made)
    session.flush()
    tell_all(session, with_role(session, Role.EDITOR_IN_CHIEF), "A correction of “{title}” waits for your signature.",
             cause=f"correction:{made.id}", thing="article", thing_id=article.id, title=article.title)
    audit.record(session, "propose_correction", "article", article.id, by=by, details={"revision": made.revision})
    return made


def sign(session: Session, correction: Correction, typeset: Typeset, *, by: Person) -> None:
    """Sign exactly this version. Raises WrongState, OwnText for whoever wrote it, NotAllowed, Invalid naming what stops it."""
    require(by, Action.REVIEW_3, correction.article)
    _expect(correction, CorrectionState.PROPOSED)
    article = correction.article
    if by.id == correction.proposed_by_id or by.id == article.contributor_id:
        raise OwnText()
    found = stops(session, correction)
    if found:
        raise Invalid(*found)
    content = revisions.numbered(session, article.id, correction.revision).content
    session.add(SignOff(
        article_id=article.id, round=article.round, revision=correction.revision, content_hash=content.content_hash,
        html=typeset.html, digest=typeset.digest, signed_by_id=by.id,
    ))
    correction.state, correction.signed_by, correction.signed_at = CorrectionState.SIGNED_OFF, by, clock.now()
    session.flush()
    tell_all(session, with_role(session, Role.PUBLISHER),
             "The correction of “{title}” is signed; carry it over in WeChat's console.",
             cause=f"correction_signed:{correction.id}", thing="article", thing_id=article.id, title=article.title)
    audit.record(session, "sign_correction", "article", article.id, by=by, details={"revision": correction.revision})


def finish(session: Session, correction: Correction, *, by: Person) -> None:
    """A person has carried the signed correction over: a fact, noted whatever stops it by now. Raises WrongState."""
    _expect(correction, CorrectionState.SIGNED_OFF)
    correction.state, correction.done_by, correction.done_at = CorrectionState.DONE, by, clock.now()
    article = correction.article
    articles.move(session, article, Move.CORRECT, by=by, correction=correction.id)
    tell_all(session, articles.contributors(article), "“{title}” was corrected.", cause=f"corrected:{correction.id}",
             thing="article", thing_id=article.id, title=article.title)


def drop(session: Session, correction: Correction, *, by: Person) -> None:
    """Leave the article as it is. The version is kept, without effect. Raises WrongState."""
    if not correction.is_open:
        raise WrongState()
    correction.state = CorrectionState.DROPPED
    audit.record(session, "drop_correction", "article", correction.article_id, by=by, details={"revision": correction.revision})


def stops(session: Session, correction: Correction) -> list[Problem]:
    """What keeps an open correction from being signed or carried over: rules, rights and labels, as with any other version.

    Nothing stops what is done or dropped. While it is open its version is the article's newest.
    """
    if not correction.is_open:
        return []
    return [*checks.gate(session, correction.article), *story_rights.gate(session, correction.article)]


def published_revision(session: Session, article: Article) -> Revision:
    """The version that readers should see: of the last correction that was carried over, else the signed one."""
    done = next((one for one in of_article(session, article) if one.state == CorrectionState.DONE), None)
    if done is not None:
        return revisions.numbered(session, article.id, done.revision)
    open_ones = [one.revision for one in of_article(session, article)]
    signed = session.scalars(
        select(SignOff.revision).where(SignOff.article_id == article.id).order_by(SignOff.id.desc())
    )
    return revisions.numbered(session, article.id, next(number for number in signed if number not in open_ones))


def open_of(session: Session, article: Article) -> Correction | None:
    """The correction of an article that is under way."""
    return next((one for one in of_article(session, article) if one.is_open), None)


def of_article(session: Session, article: Article) -> Sequence[Correction]:
    """Every correction of an article, the newest first."""
    query = select(Correction).where(Correction.article_id == article.id).order_by(Correction.id.desc())
    return session.scalars(query).all()


def places_to_mend(session: Session, article: Article) -> list[Place]:
    """Where the article stands in public, the newest first."""
    return [place for place in editions.standing_of(session, article.id) if place.edition.state == EditionState.PUBLISHED]


def _expect(correction: Correction, state: CorrectionState) -> None:
    if correction.state != state:
        raise WrongState()
