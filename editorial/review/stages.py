"""Review stages: claimed, decided with an opinion, one person one stage, never one's own text."""

from __future__ import annotations

from typing import Any

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from editorial import audit, clock
from editorial.articles import articles, revisions, story_rights
from editorial.articles.articles import Article
from editorial.articles.workflow import Move, State
from editorial.base import compare_and_set
from editorial.errors import Invalid, Problem, Stale, WrongState
from editorial.notices import tell, tell_all
from editorial.people.people import Person
from editorial.review import checks, deciders, rounds
from editorial.review.deciders import ensure_may_decide as ensure_may_decide
from editorial.review.plans import REVIEW_TRACK
from editorial.review.rows import APPROVALS, OPEN, stages_of
from editorial.review.rows import Decision as Decision
from editorial.review.rows import Recusal as Recusal
from editorial.review.rows import ReviewStage as ReviewStage
from editorial.review.rows import StageState as StageState
from editorial.review.sign_offs import SignOff, Typeset

UNDER_REVIEW = (State.IN_REVIEW, State.IN_PROOF)


def submit(session: Session, article: Article, *, by: Person, blockers: list[Problem]) -> ReviewStage:
    """Send for review: a new round begins at the first stage. Raises Invalid with every blocker, WrongState."""
    problems = [*blockers, *checks.gate(session, article), *story_rights.gate(session, article)]
    if problems:
        raise Invalid(*problems)
    articles.move(session, article, Move.SUBMIT, by=by)
    article.reason = ""
    return rounds.open_round(session, article)


def reopen(session: Session, article: Article) -> ReviewStage:
    """The text changed under review or after the sign-off: everything starts again at the first stage."""
    session.execute(
        update(ReviewStage).where(ReviewStage.article_id == article.id, ReviewStage.round == article.round)
        .where(ReviewStage.state.in_(OPEN)).values(state=StageState.REOPENED)
    )
    return rounds.open_round(session, article)


def would_reopen(session: Session, article: Article) -> list[ReviewStage]:
    """The approvals that saving a change takes away, so that these stages are asked again."""
    if article.state not in (*UNDER_REVIEW, State.SIGNED_OFF):
        return []
    return [row for row in stages_of(session, article) if row.approved]


def claim(session: Session, stage: ReviewStage, *, by: Person) -> None:
    """Say "I am on it"; the others see it. Raises what deciding would raise."""
    ensure_may_decide(session, stage.article, stage.name, by)
    change = update(ReviewStage).where(ReviewStage.id == stage.id, ReviewStage.state.in_(OPEN))
    if not compare_and_set(session, change.values(state=StageState.CLAIMED, claimed_by_id=by.id)):
        raise WrongState()
    session.refresh(stage)
    audit.record(session, "claim_stage", "article", stage.article_id, by=by, details={"stage": stage.name})


def decide(
    session: Session, article: Article, *, stage: str, decision: str, revision: int, by: Person, text: str = "",
    typeset: Typeset | None = None, blockers: list[Problem] | None = None,
) -> ReviewStage:
    """Give an opinion on exactly one revision.

    `typeset` is that revision as the edge rendered it; the last stage signs it off. `blockers` stop an approval.
    Raises Stale (another revision, or the stage is not open), NotAllowed, OwnText, SecondStage, Recused, Invalid, WrongState.
    """
    verdict = _decision(decision, text)
    hold(session, article)
    if article.state not in UNDER_REVIEW:
        raise WrongState()
    principal = ensure_may_decide(session, article, stage, by)
    if article.revision != revision:
        raise Stale()
    row = open_stage(session, article, stage)
    approving = verdict in APPROVALS
    problems = []
    if approving:
        problems = [*(blockers or []), *checks.gate(session, article), *story_rights.gate(session, article)]
    if problems:
        raise Invalid(*problems)
    _close(session, row, verdict, text, revision, by, principal)
    if approving or not rounds.lost(stages_of(session, article), row):
        _pass_on(session, article, row, by, typeset)
    else:
        _send_back(session, article, row, by)
    return row


def recuse(session: Session, article: Article, *, stage: str, by: Person, reason: str) -> ReviewStage:
    """Step aside from an article: `by` decides no stage of it any more, and the others are asked.

    Raises Invalid without a reason, what deciding would raise, WrongState when the stage is not open.
    """
    hold(session, article)
    stage = stage or article.stage
    ensure_may_decide(session, article, stage, by)
    if not reason.strip():
        raise Invalid(Problem("reason", "Say why you step aside: the review sheet keeps it."))
    row = open_stage(session, article, stage)
    session.add(Recusal(article_id=article.id, person_id=by.id, round=article.round, stage=stage, reason=reason.strip()))
    if row.claimed_by_id == by.id:
        row.state, row.claimed_by_id = StageState.WAITING, None
    session.flush()
    audit.record(session, "recuse", "article", article.id, by=by, details={"stage": stage, "reason": reason.strip()})
    _ask_another(session, article, row, by)
    return row


def open_stage(session: Session, article: Article, name: str = "") -> ReviewStage:
    """A stage that waits for a decision: the foremost, or the one named. Raises WrongState, or Stale for one not open."""
    row = session.scalar(
        select(ReviewStage).where(
            ReviewStage.article_id == article.id, ReviewStage.round == article.round,
            ReviewStage.name == (name or article.stage),
        )
    )
    if name and (row is None or not row.is_open):
        raise Stale()
    if row is None:
        raise WrongState()
    return row


def open_stages(session: Session, article: Article) -> list[ReviewStage]:
    """Every stage that waits for a decision, the foremost first."""
    return [row for row in stages_of(session, article) if row.is_open] if article.state in UNDER_REVIEW else []


def sheet(session: Session, article_id: int) -> list[ReviewStage]:
    """The review sheet: every stage of every round that was ever opened, in order."""
    query = select(ReviewStage).where(ReviewStage.article_id == article_id, ReviewStage.state != StageState.TO_COME)
    return list(session.scalars(query.order_by(ReviewStage.round, ReviewStage.id)))


def recusals(session: Session, article_id: int) -> list[Recusal]:
    """Who stepped aside from an article, and why."""
    return list(session.scalars(select(Recusal).where(Recusal.article_id == article_id).order_by(Recusal.id)))


def finish(session: Session, article: Article, row: ReviewStage, typeset: Typeset | None, *, by: Person, **details: Any) -> None:
    """Nothing is missing any more: sign off what `row` approved. Raises WrongState if something is missing after all."""
    if typeset is None:
        raise ValueError("the last stage signs off what the reader will see, so it must be rendered")
    rounds.ensure_through(session, article, row.content_hash)
    articles.move(session, article, Move.SIGN_OFF, by=by, **details)
    article.stage = ""
    _sign(session, article, row, typeset)


def hold(session: Session, article: Article) -> None:
    """Two who decide side by side take turns: until this transaction ends, no other one decides about this article."""
    # SQLite writes one at a time anyway; PostgreSQL would let both see the other stage still open.
    session.execute(select(Article.id).where(Article.id == article.id).with_for_update())
    session.refresh(article, ["state", "stage", "round", "revision"])


def _ask_another(session: Session, article: Article, row: ReviewStage, by: Person) -> None:
    left = deciders.able(session, row) or rounds.ask_by_right(session, article, row)
    for person in left:
        tell(session, person, "“{title}”: {name} stepped aside, so {stage} waits for you.",
             cause=f"aside:{row.id}:{by.id}", thing="article", thing_id=article.id, title=article.title, name=by.name,
             stage=row.name)
    if not left:
        tell(session, article.editor or article.contributor, "“{title}”: nobody is left who may decide {stage}.",
             cause=f"nobody:{row.id}:{by.id}", thing="article", thing_id=article.id, title=article.title, stage=row.name)


def _decision(decision: str, text: str) -> Decision:
    if decision not in set(Decision):
        raise Invalid(Problem("decision", "Choose one of: {choices}.", {"choices": ", ".join(Decision)}))
    verdict = Decision(decision)
    if verdict != Decision.APPROVE and not text.strip():
        raise Invalid(Problem("text", "Say why: the contributor reads it."))
    return verdict


def _close(
    session: Session, row: ReviewStage, verdict: Decision, text: str, revision: int, by: Person, principal: Person | None
) -> None:
    content_hash = revisions.numbered(session, row.article_id, revision).content.content_hash
    change = update(ReviewStage).where(ReviewStage.id == row.id, ReviewStage.state.in_(OPEN))
    if not compare_and_set(session, change.values(
        state=StageState.DECIDED, decision=verdict, text=text.strip(), decided_by_id=by.id, decided_at=clock.now(),
        decided_for_id=principal.id if principal else None, revision=revision, content_hash=content_hash,
    )):
        raise Stale()
    session.refresh(row)


def _pass_on(session: Session, article: Article, row: ReviewStage, by: Person, typeset: Typeset | None) -> None:
    details: dict[str, Any] = {"stage": row.name, "decision": row.decision, "text": row.text, "content_hash": row.content_hash}
    if row.decided_for:
        details["for"] = row.decided_for.name
    rounds.close_needless(stages_of(session, article))
    waiting = rounds.go_on(session, article) or _joined_late(session, article)
    if not waiting:
        finish(session, article, row, typeset, by=by, **details)
        return
    step = Move.PROOF if all(one.kind == "proof" for one in waiting) else Move.PASS_ON
    articles.move(session, article, step, by=by, **details)


def _joined_late(session: Session, article: Article) -> list[ReviewStage]:
    """A finding that came after the round began still asks for its stage before the signature."""
    rows = stages_of(session, article)
    last = max(row.step for row in rows if row.track == REVIEW_TRACK)
    missing = rounds.missing(session, article, rows, last + 1)
    rounds.lay_out(session, article, missing)
    return rounds.go_on(session, article) if missing else []


def _sign(session: Session, article: Article, row: ReviewStage, typeset: Typeset) -> None:
    session.add(SignOff(
        article_id=article.id, round=article.round, revision=article.revision, content_hash=row.content_hash,
        html=typeset.html, digest=typeset.digest, signed_by_id=row.decided_by_id,
    ))
    session.flush()
    tell_all(session, articles.contributors(article), "“{title}” is signed off and will be planned.",
             cause=f"signed:{article.id}:{article.round}", thing="article", thing_id=article.id, title=article.title)


def _send_back(session: Session, article: Article, row: ReviewStage, by: Person) -> None:
    verdict, text = row.decision, row.text
    step = Move.RETURN if verdict == Decision.RETURN else Move.REJECT
    articles.move(session, article, step, by=by, stage=row.name, text=text)
    sentence = (
        "“{title}” came back from review: {reason}" if verdict == Decision.RETURN else "“{title}” was rejected: {reason}"
    )
    for person in {*articles.contributors(article), article.editor} - {None, by}:
        tell(session, person, sentence, cause=f"{verdict}:{article.id}:{article.round}", thing="article",
             thing_id=article.id, title=article.title, reason=text)
    article.stage, article.reason = "", text
    for other in stages_of(session, article):
        if other.is_open:
            other.state = StageState.SKIPPED
