"""Review stages: claimed, decided with an opinion, one person one stage, never one's own text."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import ForeignKey, Index, String, Text, select, update
from sqlalchemy.orm import Mapped, Session, mapped_column, relationship

from editorial import audit, clock
from editorial.articles import articles, revisions
from editorial.articles.articles import Article
from editorial.articles.workflow import Move, State
from editorial.base import Base, Numbered, compare_and_set
from editorial.errors import Invalid, OwnText, Problem, SecondStage, Stale, WrongState
from editorial.notices import tell, tell_all
from editorial.people.people import Person, Role, with_role
from editorial.people.permissions import RIGHTS, require
from editorial.review import routes
from editorial.review.sign_offs import SignOff, Typeset


class Decision(StrEnum):
    """What a reviewer can say."""

    APPROVE = "approve"
    APPROVE_WITH_COMMENT = "approve_with_comment"
    RETURN = "return"
    REJECT = "reject"


class StageState(StrEnum):
    """Where a stage stands."""

    WAITING = "waiting"
    CLAIMED = "claimed"
    DECIDED = "decided"
    REOPENED = "reopened"


class ReviewStage(Numbered, Base):
    """One stage of one round. Its opinion names the revision and the content hash it was given on."""

    __tablename__ = "review_stage"

    article_id: Mapped[int] = mapped_column(ForeignKey("article.id"))
    round: Mapped[int]
    name: Mapped[str] = mapped_column(String(20))
    state: Mapped[StageState] = mapped_column(String(12), default=StageState.WAITING)
    opened_at: Mapped[datetime] = mapped_column(default=clock.now)
    claimed_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    decided_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    decided_at: Mapped[datetime | None]
    decision: Mapped[Decision | None] = mapped_column(String(24))
    text: Mapped[str] = mapped_column(Text, default="")
    revision: Mapped[int | None]
    content_hash: Mapped[str] = mapped_column(String(64), default="")

    article: Mapped[Article] = relationship()
    claimed_by: Mapped[Person | None] = relationship(foreign_keys=[claimed_by_id])
    decided_by: Mapped[Person | None] = relationship(foreign_keys=[decided_by_id])

    __table_args__ = (
        Index("uq_review_stage_open", "article_id", "round", "name", unique=True),
        Index("ix_review_stage_decider", "decided_by_id", "article_id"),
    )


def submit(session: Session, article: Article, *, by: Person, blockers: list[Problem]) -> ReviewStage:
    """Send for review: a new round begins at the first stage. Raises Invalid with every blocker, WrongState."""
    if blockers:
        raise Invalid(*blockers)
    articles.move(session, article, Move.SUBMIT, by=by)
    article.reason = ""
    return _open_round(session, article)


def reopen(session: Session, article: Article) -> ReviewStage:
    """The text changed under review or after the sign-off: everything starts again at the first stage."""
    session.execute(
        update(ReviewStage).where(ReviewStage.article_id == article.id, ReviewStage.round == article.round)
        .where(ReviewStage.state != StageState.DECIDED).values(state=StageState.REOPENED)
    )
    return _open_round(session, article)


def claim(session: Session, stage: ReviewStage, *, by: Person) -> None:
    """Say "I am on it"; the others see it. Raises what deciding would raise."""
    ensure_may_decide(session, stage.article, stage.name, by)
    if stage.state == StageState.DECIDED:
        raise WrongState()
    stage.state, stage.claimed_by_id = StageState.CLAIMED, by.id
    audit.record(session, "claim_stage", "article", stage.article_id, by=by, details={"stage": stage.name})


def decide(
    session: Session, article: Article, *, stage: str, decision: str, revision: int, by: Person, text: str = "",
    typeset: Typeset | None = None, blockers: list[Problem] | None = None,
) -> ReviewStage:
    """Give an opinion on exactly one revision.

    `typeset` is that revision as the edge rendered it; the last stage signs it off. `blockers` stop an approval.
    Raises Stale (another revision or stage is open), NotAllowed, OwnText, SecondStage, Invalid, WrongState.
    """
    verdict = _decision(decision, text)
    if article.state not in (State.IN_REVIEW, State.IN_PROOF):
        raise WrongState()
    ensure_may_decide(session, article, stage, by)
    if article.stage != stage or article.revision != revision:
        raise Stale()
    approving = verdict in (Decision.APPROVE, Decision.APPROVE_WITH_COMMENT)
    if approving and blockers:
        raise Invalid(*blockers)
    row = open_stage(session, article)
    _close(session, row, verdict, text, revision, by)
    if approving:
        _pass_on(session, article, row, by, typeset)
    else:
        _send_back(session, article, verdict, text, by)
    return row


def ensure_may_decide(session: Session, article: Article, stage: str, by: Person) -> None:
    """Raise NotAllowed, OwnText or SecondStage unless `by` may decide `stage` of `article`."""
    right = routes.RIGHT_OF.get(stage)
    if right is None:
        raise Invalid(Problem("stage", "There is no stage called {stage}.", {"stage": stage}))
    require(by, right)
    if by.id == article.contributor_id or by.id in revisions.writers(session, article.id):
        raise OwnText()
    other = select(ReviewStage.id).where(
        ReviewStage.article_id == article.id, ReviewStage.decided_by_id == by.id, ReviewStage.name != stage
    )
    if session.scalar(other.limit(1)) is not None:
        raise SecondStage()


def open_stage(session: Session, article: Article) -> ReviewStage:
    """The stage that waits for a decision. Raises WrongState when there is none."""
    row = session.scalar(
        select(ReviewStage).where(
            ReviewStage.article_id == article.id, ReviewStage.round == article.round, ReviewStage.name == article.stage
        )
    )
    if row is None:
        raise WrongState()
    return row


def sheet(session: Session, article_id: int) -> list[ReviewStage]:
    """The review sheet: every stage of every round, in order."""
    query = select(ReviewStage).where(ReviewStage.article_id == article_id)
    return list(session.scalars(query.order_by(ReviewStage.round, ReviewStage.id)))


def _open_round(session: Session, article: Article) -> ReviewStage:
    article.round += 1
    session.flush()
    return _open(session, article, routes.route_of(session, article)[0])


def _open(session: Session, article: Article, name: str) -> ReviewStage:
    article.stage = name
    row = ReviewStage(article_id=article.id, round=article.round, name=name)
    session.add(row)
    session.flush()
    roles: list[Role] = sorted(RIGHTS[routes.RIGHT_OF[name]])
    own = {article.contributor_id} | revisions.writers(session, article.id)
    tell_all(
        session, [person for person in with_role(session, *roles) if person.id not in own],
        "“{title}” waits for you: {stage}.", cause=f"stage:{row.id}", thing="article", thing_id=article.id,
        title=article.title, stage=name,
    )
    return row


def _decision(decision: str, text: str) -> Decision:
    if decision not in set(Decision):
        raise Invalid(Problem("decision", "Choose one of: {choices}.", {"choices": ", ".join(Decision)}))
    verdict = Decision(decision)
    if verdict != Decision.APPROVE and not text.strip():
        raise Invalid(Problem("text", "Say why: the contributor reads it."))
    return verdict


def _close(session: Session, row: ReviewStage, verdict: Decision, text: str, revision: int, by: Person) -> None:
    content_hash = revisions.numbered(session, row.article_id, revision).content.content_hash
    change = update(ReviewStage).where(
        ReviewStage.id == row.id, ReviewStage.state.in_([StageState.WAITING, StageState.CLAIMED])
    )
    if not compare_and_set(session, change.values(
        state=StageState.DECIDED, decision=verdict, text=text.strip(), decided_by_id=by.id, decided_at=clock.now(),
        revision=revision, content_hash=content_hash,
    )):
        raise Stale()
    session.refresh(row)


def _pass_on(session: Session, article: Article, row: ReviewStage, by: Person, typeset: Typeset | None) -> None:
    route = routes.route_of(session, article)
    # The route may have changed since this round began: what is still missing comes next, what was decided stays decided.
    passed = set(session.scalars(
        select(ReviewStage.name).where(ReviewStage.article_id == article.id, ReviewStage.round == article.round)
    ))
    following = [name for name in route if name not in passed]
    details: dict[str, Any] = {"stage": row.name, "decision": row.decision, "text": row.text, "content_hash": row.content_hash}
    if not following:
        if typeset is None:
            raise ValueError("the last stage signs off what the reader will see, so it must be rendered")
        _ensure_whole_route_approved(session, article, route, row.content_hash)
        articles.move(session, article, Move.SIGN_OFF, by=by, **details)
        article.stage = ""
        _sign(session, article, row, by, typeset)
        return
    step = Move.PROOF if routes.is_proof(following[0]) else Move.PASS_ON
    articles.move(session, article, step, by=by, **details)
    _open(session, article, following[0])


def _ensure_whole_route_approved(session: Session, article: Article, route: list[str], content_hash: str) -> None:
    """The last gate before a signature: every stage of the route approved exactly this content, by different people."""
    rows = session.scalars(
        select(ReviewStage).where(ReviewStage.article_id == article.id, ReviewStage.round == article.round)
    ).all()
    approved = {
        row.name: row.decided_by_id for row in rows
        if row.decision in (Decision.APPROVE, Decision.APPROVE_WITH_COMMENT) and row.content_hash == content_hash
    }
    deciders = [approved.get(name) for name in dict.fromkeys([*routes.REVIEWS, *route])]
    if None in deciders or len(set(deciders)) != len(deciders):
        raise WrongState()


def _sign(session: Session, article: Article, row: ReviewStage, by: Person, typeset: Typeset) -> None:
    session.add(SignOff(
        article_id=article.id, round=article.round, revision=article.revision, content_hash=row.content_hash,
        html=typeset.html, digest=typeset.digest, signed_by_id=by.id,
    ))
    session.flush()
    tell(session, article.contributor, "“{title}” is signed off and will be planned.",
         cause=f"signed:{article.id}:{article.round}", thing="article", thing_id=article.id, title=article.title)


def _send_back(session: Session, article: Article, verdict: Decision, text: str, by: Person) -> None:
    step = Move.RETURN if verdict == Decision.RETURN else Move.REJECT
    articles.move(session, article, step, by=by, stage=article.stage, text=text)
    sentence = (
        "“{title}” came back from review: {reason}" if verdict == Decision.RETURN else "“{title}” was rejected: {reason}"
    )
    for person in {article.contributor, article.editor} - {None, by}:
        tell(session, person, sentence, cause=f"{verdict}:{article.id}:{article.round}", thing="article",
             thing_id=article.id, title=article.title, reason=text)
    article.stage, article.reason = "", text
