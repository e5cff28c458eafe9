"""What the pages of one submission show: the original beside the cleaned text, what resembles it, and the answers there are."""

from __future__ import annotations

from typing import Any

from flask import render_template
from flask_babel import gettext
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.auth import can, person_now
from app.web.standing import standings
from editorial import clock, house
from editorial.articles.assets import Asset, shown_in
from editorial.intake import arrivals, duplicates, letters, triage
from editorial.intake.cleaning import cleaned
from editorial.intake.submissions import Submission, SubmissionState
from editorial.people.permissions import Action
from publishers.importing.results import SAYINGS

ACTS = ("return", "decline", "bank", "join")


def reading(session: Session, shown: Submission) -> dict[str, Any]:
    """For the one that is read at the desk."""
    return {
        "submission": shown, "cleaned": cleaned(shown.body), "pictures": pictures(session, shown), "now": clock.now(),
        "alike": duplicates.suggested(session, shown) if can(Action.TRIAGE) else [], "joinable": triage.JOINABLE,
        "reasons": house.settings(session, "return_reasons", "decline_reasons"),
        "may_decide": can(Action.TRIAGE) and shown.state in triage.ANSWERABLE,
        "lost": letters.lost_parts(session, shown) if shown.channel == letters.CHANNEL else [],
        "arrived": arrivals.of_submission(session, shown) if can(Action.TRIAGE) else [],
    }


def lost_words(rule: str, count: int) -> str:
    """What an import left out, in a sentence."""
    return gettext(SAYINGS[rule]).format(count=count) if rule in SAYINGS else ""


def page(session: Session, shown: Submission, errors: dict[str, str], act: str, reason: str = "") -> str:
    """The page of one submission, for its contributor and for the desk."""
    at_desk = can(Action.TRIAGE)
    return render_template(
        "intake/submission.html", **reading(session, shown), line=standings(session, [shown])[0], errors=errors, reason=reason,
        act=act if act in ACTS else "", own=shown.belongs_to(person_now().id),
        following=_next_in_line(session, shown) if at_desk else None, joined=triage.joined(session, shown) if at_desk else (),
        lost_words=lost_words,
    )


def pictures(session: Session, shown: Submission) -> list[Asset]:
    """The pictures handed in with it, in their order."""
    found = {asset.sha256: asset for asset in session.scalars(select(Asset).where(Asset.sha256.in_(shown.pictures)))}
    return [found[sha256] for sha256 in shown.pictures if sha256 in found]


def as_markdown(session: Session, taken: Submission) -> str:
    """The contributor's words, then the pictures that do not stand among them; an editor moves these to their places."""
    placed = shown_in(taken.body)
    images = [f"![{asset.alt_text}]({asset.url})" for asset in pictures(session, taken) if asset.sha256 not in placed]
    return "\n\n".join([cleaned(taken.body), *images])


def _next_in_line(session: Session, shown: Submission) -> str | None:
    query = select(Submission.number).where(Submission.state == SubmissionState.RECEIVED, Submission.id > shown.id)
    return session.scalar(query.order_by(Submission.id).limit(1))
