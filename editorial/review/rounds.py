"""How a round goes on: its stages laid out from a route, opened step by step on both tracks, until nothing is missing."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from editorial import clock, days, house
from editorial.articles.articles import Article
from editorial.errors import Invalid, WrongState
from editorial.notices import tell_all
from editorial.people.people import Person
from editorial.review import checks, deciders, plans, routes
from editorial.review.plans import PROOF_TRACK, REVIEW_TRACK, REVIEWS, Plan, Stage
from editorial.review.rows import NAMED, AskedPerson, ReviewRound, ReviewStage, StageState, emergency_of, round_of, stages_of


def open_round(session: Session, article: Article) -> ReviewStage:
    """Begin the next round of an article on the way it takes now; the first stages open. Returns the foremost of them."""
    choice, emergency = routes.choose(session, article), emergency_of(session, article.id) is not None
    plan = urgent(choice.version.plan) if emergency else joined(choice.version.plan, joining(session, article))
    article.round += 1
    session.flush()
    session.add(ReviewRound(
        article_id=article.id, number=article.round, version_id=choice.version.id, because=choice.because,
        params=choice.params, proofs_after=plan.proofs_after, emergency=emergency,
    ))
    lay_out(session, article, plan.stages)
    return go_on(session, article)[0]


def lay_out(session: Session, article: Article, stages: Iterable[Stage]) -> None:
    """Write the stages of the present round down, all still to come."""
    for stage in stages:
        right = routes.right_of(stage.name)
        row = ReviewStage(
            article_id=article.id, round=article.round, name=stage.name, kind=stage.kind, track=stage.track, step=stage.step,
            needed=stage.needed, title=stage.title, asks=NAMED if stage.people or right is None else right.value,
            joins=stage.on_finding, due_minutes=stage.due_minutes, state=StageState.TO_COME,
        )
        session.add(row)
        session.flush()
        session.add_all(AskedPerson(stage_id=row.id, person_id=person_id) for person_id in stage.people)
    session.flush()


def go_on(session: Session, article: Article) -> list[ReviewStage]:
    """Open what may open now, and set the article's foremost stage. Returns the open stages, the foremost first.

    None left means that the round is through.
    """
    rows = stages_of(session, article)
    under = round_of(session, article)
    for together in _ready(rows, proofs_after=bool(under and under.proofs_after)):
        for row in together:
            if row.state == StageState.TO_COME:
                _open(session, article, row, emergency=bool(under and under.emergency))
    session.flush()
    waiting = [row for row in rows if row.is_open]
    article.stage = waiting[0].name if waiting else ""
    return waiting


def close_needless(rows: Sequence[ReviewStage]) -> None:
    """When enough of “so many of them” approved, the others of that step are not asked any more."""
    for together in _steps(rows):
        if _needed(together) and sum(row.approved for row in together) >= _needed(together):
            for row in together:
                if row.state != StageState.DECIDED:
                    row.state = StageState.SKIPPED


def lost(rows: Sequence[ReviewStage], row: ReviewStage) -> bool:
    """Whether the no just given in `row` ends the round; of “so many of them” others may still be enough."""
    together = next(step for step in _steps(rows) if row in step)
    possible = sum(one.approved or one.state != StageState.DECIDED for one in together)
    return not _needed(together) or possible < _needed(together)


def is_last(rows: Sequence[ReviewStage], row: ReviewStage) -> bool:
    """Whether an approval of `row` is all that is missing before the signature."""
    undone = [step for step in _steps(rows) if not _done(step)]
    if [row in step for step in undone] != [True]:
        return False
    missing_here = [one for one in undone[0] if not one.approved and one.state != StageState.SKIPPED]
    needed = _needed(undone[0])
    return sum(one.approved for one in undone[0]) + 1 >= needed if needed else missing_here == [row]


def ensure_through(session: Session, article: Article, content_hash: str) -> None:
    """The last gate before a signature: every stage approved exactly this content, all of them by different people.

    Raises WrongState. It trusts no route: the three reviews are asked for here once more.
    """
    rows, under = stages_of(session, article), round_of(session, article)
    approved = [row for row in rows if row.approved and row.content_hash == content_hash]
    deciders_of = {row.name: row.decided_by_id for row in approved}
    if not set(REVIEWS) <= set(deciders_of) or None in deciders_of.values():
        raise WrongState()
    if len(set(deciders_of.values())) != len(approved):
        raise WrongState()
    for together in _steps(rows):
        enough = _needed(together) or len([row for row in together if not _spared(row, under)])
        if sum(row in approved for row in together) < enough:
            raise WrongState()


def joined(plan: Plan, wanted: set[str]) -> Plan:
    """The plan with the stages that findings ask for; one that the route does not know stands beside the second review."""
    kept = [stage for stage in plan.stages if not stage.on_finding or stage.on_finding in wanted]
    known = {stage.on_finding for stage in kept} | {stage.kind for stage in kept}
    beside = next(stage.step for stage in plan.stages if stage.name == "review_2") if wanted else 0
    return Plan((*kept, *_added(wanted - known, beside)), plan.proofs_after)


def urgent(plan: Plan) -> Plan:
    """What an emergency leaves of a plan: the three reviews, one after the other."""
    return Plan(tuple(stage for stage in plan.stages if stage.lasting))


def joining(session: Session, article: Article) -> set[str]:
    """Names of the stages that findings on the present content ask for."""
    return {name for name in checks.joining(session, article) if routes.right_of(name) is not None}


def missing(session: Session, article: Article, rows: Sequence[ReviewStage], step: int) -> list[Stage]:
    """Stages that findings ask for and the round lacks, to stand at `step`; an emergency goes without."""
    under = round_of(session, article)
    if under is not None and under.emergency:
        return []
    known = {row.joins for row in rows} | {row.kind for row in rows}
    return _added(joining(session, article) - known, step)


def ask(session: Session, article: Article, row: ReviewStage) -> list[Person]:
    """Tell everybody who may decide an open stage that it waits. Returns whom."""
    persons = deciders.able(session, row)
    tell_all(
        session, persons, "“{title}” waits for you: {stage}.", cause=f"stage:{row.id}", thing="article",
        thing_id=article.id, title=article.title, stage=row.name,
    )
    return persons


def due(session: Session, minutes: int, *, emergency: bool) -> datetime | None:
    """When a stage that opens now is due: after working minutes of the house, in an emergency after plain ones."""
    if emergency:
        return clock.now() + timedelta(minutes=int(house.setting(session, "emergency_minutes")))
    try:
        return days.add_working_minutes(session, clock.now(), minutes) if minutes else None
    except Invalid:
        # A house that never works has no due times; its articles are reviewed all the same.
        return None


def _added(names: set[str], step: int) -> list[Stage]:
    return [
        Stage(name, plans.kind_of(name), REVIEW_TRACK, step, on_finding=name)
        for name in sorted(names)
    ]


def _open(session: Session, article: Article, row: ReviewStage, *, emergency: bool) -> None:
    row.state, row.opened_at = StageState.WAITING, clock.now()
    row.due_at = due(session, row.due_minutes, emergency=emergency)
    session.flush()
    if not ask(session, article, row) and row.asks == NAMED:
        ask_by_right(session, article, row)


def ask_by_right(session: Session, article: Article, row: ReviewStage) -> list[Person]:
    """Nobody asked by name can decide it any more, so everybody whose right it is may. Returns whom was told."""
    right = routes.right_of(row.name)
    if right is not None:
        row.asks = right.value
        session.flush()
    return ask(session, article, row)


def _ready(rows: Sequence[ReviewStage], *, proofs_after: bool) -> list[list[ReviewStage]]:
    """The steps that are open or may open: of each track the first that is not done."""
    ready: list[list[ReviewStage]] = []
    for track in (REVIEW_TRACK, PROOF_TRACK):
        if track == PROOF_TRACK and proofs_after and ready:
            break
        undone = [step for step in _steps(rows) if step[0].track == track and not _done(step)]
        ready.extend(undone[:1])
    return ready


def _steps(rows: Sequence[ReviewStage]) -> list[list[ReviewStage]]:
    found: dict[tuple[str, int], list[ReviewStage]] = {}
    for row in rows:
        found.setdefault((row.track, row.step), []).append(row)
    return [found[key] for key in sorted(found, key=lambda key: (key[0] != REVIEW_TRACK, key[1]))]


def _done(step: Sequence[ReviewStage]) -> bool:
    enough = sum(row.approved for row in step) >= _needed(step) if _needed(step) else False
    return enough or all(row.approved or row.state == StageState.SKIPPED for row in step)


def _needed(step: Sequence[ReviewStage]) -> int:
    return max(row.needed for row in step)


def _spared(row: ReviewStage, under: ReviewRound | None) -> bool:
    return row.state == StageState.SKIPPED and row.kind != "review" and under is not None and under.emergency
