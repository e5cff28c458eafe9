"""The review sheet (审稿单): every round of an article with its opinions, who stepped aside, waivers, signatures, and the
place of all this in the audit chain."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session, selectinload

from editorial import audit
from editorial.articles.articles import Article
from editorial.audit import AuditEntry
from editorial.review.checks import waivers
from editorial.review.checks.waivers import CheckWaiver
from editorial.review.rows import Emergency, Recusal, ReviewRound, ReviewStage
from editorial.review.sign_offs import SignOff

WRITTEN_DOWN = (
    "submit", "pass_on", "proof", "sign_off", "return", "reject", "recuse", "declare_emergency", "end_emergency", "escalate_stage",
    "grant_waiver", "refuse_waiver",
)
"""What of the audit log the sheet rests on."""


@dataclass(frozen=True)
class Turn:
    """One round: its number, the way it took (none of rounds before routes had versions), its stages, its signature."""

    number: int
    round: ReviewRound | None
    stages: tuple[ReviewStage, ...]
    signature: SignOff | None


@dataclass(frozen=True)
class Sheet:
    """All of it. `entries` are the audit entries it rests on, each with its number and fingerprint in the chain."""

    article: Article
    turns: tuple[Turn, ...]
    recusals: tuple[Recusal, ...]
    emergencies: tuple[Emergency, ...]
    waivers: tuple[CheckWaiver, ...]
    entries: tuple[AuditEntry, ...]
    chain: str
    """The fingerprint at which the whole chain ends now; later entries grow from it."""


def of(session: Session, article: Article) -> Sheet:
    """The sheet of an article as it stands now; of one that was never sent for review it is empty."""
    about = {"article_id": article.id}
    stages = session.scalars(
        select(ReviewStage).filter_by(**about).options(
            selectinload(ReviewStage.decided_by), selectinload(ReviewStage.decided_for), selectinload(ReviewStage.claimed_by),
            selectinload(ReviewStage.asked),
        ).order_by(ReviewStage.round, ReviewStage.track.desc(), ReviewStage.step, ReviewStage.id)
    ).all()
    rounds = {one.number: one for one in session.scalars(select(ReviewRound).filter_by(**about))}
    signed = {one.round: one for one in session.scalars(select(SignOff).filter_by(**about).order_by(SignOff.id))}
    numbers = dict.fromkeys(stage.round for stage in stages)
    return Sheet(
        article=article,
        turns=tuple(
            Turn(number, rounds.get(number), tuple(one for one in stages if one.round == number), signed.get(number))
            for number in numbers
        ),
        recusals=tuple(session.scalars(select(Recusal).filter_by(**about).order_by(Recusal.id))),
        emergencies=tuple(session.scalars(select(Emergency).filter_by(**about).order_by(Emergency.id))),
        waivers=tuple(reversed(waivers.of(session, article.id))),
        entries=tuple(session.scalars(
            select(AuditEntry).where(
                AuditEntry.thing == "article", AuditEntry.thing_id == article.id, AuditEntry.verb.in_(WRITTEN_DOWN)
            ).order_by(AuditEntry.id)
        )),
        chain=audit.end(session),
    )
