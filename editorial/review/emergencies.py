"""Publishing in haste: a right of its own, with a reason, told to every editor. The three reviews by three others stay."""

from __future__ import annotations

from sqlalchemy.orm import Session

from editorial import audit, clock
from editorial.articles import articles
from editorial.articles.articles import Article
from editorial.articles.workflow import Move, State
from editorial.errors import Invalid, Problem, WrongState
from editorial.notices import tell
from editorial.people.people import Person, with_role
from editorial.people.permissions import NEWSROOM, Action, require
from editorial.review import rounds, stages
from editorial.review.rows import Emergency, emergency_of, round_of, stages_of
from editorial.review.rows import StageState as StageState
from editorial.review.sign_offs import Typeset

BEFORE_IT_IS_OUT = (
    State.DRAFTING, State.RETURNED, State.IN_REVIEW, State.IN_PROOF, State.SIGNED_OFF, State.SCHEDULED,
)


def declare(session: Session, article: Article, *, reason: str, by: Person, typeset: Typeset | None = None) -> Emergency:
    """Say that an article goes out in haste: its proofs and further stages are left out, its reviews are due at once.

    `typeset` is the newest revision as the edge rendered it, for an article of which only such stages were missing.
    Raises NotAllowed, Invalid without a reason, WrongState.
    """
    require(by, Action.EMERGENCY)
    if not reason.strip():
        raise Invalid(Problem("reason", "Say why it cannot wait: every editor reads it."))
    stages.hold(session, article)
    if article.state not in BEFORE_IT_IS_OUT or emergency_of(session, article.id) is not None:
        raise WrongState()
    emergency = Emergency(article_id=article.id, declared_by_id=by.id, reason=reason.strip())
    session.add(emergency)
    session.flush()
    audit.record(session, "declare_emergency", "article", article.id, by=by, details={"reason": emergency.reason})
    if article.state in stages.UNDER_REVIEW:
        _shorten(session, article, by, typeset)
    for person in with_role(session, *sorted(NEWSROOM)):
        tell(session, person, "“{title}” goes out in haste, says {name}: {reason}", cause=f"emergency:{emergency.id}",
             thing="article", thing_id=article.id, urgent=True, title=article.title, name=by.name, reason=emergency.reason)
    return emergency


def stand_down(session: Session, article: Article, *, by: Person) -> None:
    """There is no haste any more: the next round takes the whole route again. Raises NotAllowed, WrongState."""
    require(by, Action.EMERGENCY)
    emergency = emergency_of(session, article.id)
    if emergency is None:
        raise WrongState()
    emergency.ended_at = clock.now()
    audit.record(session, "end_emergency", "article", article.id, by=by)


def _shorten(session: Session, article: Article, by: Person, typeset: Typeset | None) -> None:
    rows, under = stages_of(session, article), round_of(session, article)
    if under is not None:
        under.emergency = True
    for row in rows:
        if row.kind != "review" and row.state != StageState.DECIDED:
            row.state = StageState.SKIPPED
        elif row.is_open:
            row.due_at = rounds.due(session, row.due_minutes, emergency=True)
    session.flush()
    waiting = rounds.go_on(session, article)
    if not waiting:
        last = next(row for row in rows if row.name == "review_3")
        stages.finish(session, article, last, typeset, by=by, stage=last.name, content_hash=last.content_hash)
    elif article.state == State.IN_PROOF:
        articles.move(session, article, Move.PASS_ON, by=by, emergency=True)
