"""Schedule, unschedule, publish. Scheduling is a promise with a future date; there is no second queue."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from editorial import audit, clock, house
from editorial.accounts import Level, OfficialAccount
from editorial.articles import articles, embargo, planning, story_rights
from editorial.articles.workflow import Move
from editorial.articles.workflow import State as ArticleState
from editorial.calendar import conflicts, editions, haste, quota
from editorial.calendar.editions import Edition, EditionState, Mode
from editorial.crash import crash_point
from editorial.errors import Invalid, NotSignedOff, Problem, WrongState
from editorial.notices import tell_all
from editorial.outbox import deliveries
from editorial.outbox.deliveries import TO_GROUPS, Delivery, Promise, Purpose, State
from editorial.people.people import Person, Role, with_role
from editorial.review import checks, sign_offs

FINAL_PURPOSES = (Purpose.RELEASE, Purpose.MASS_SEND, Purpose.MANUAL)
CIRCLES = {"operator": Role.OPERATOR, "owner": Role.ADMIN}
WORTH_TELLING = timedelta(minutes=2)
"""A longer wait for what is due is told to somebody."""


def schedule(
    session: Session, edition: Edition, publish_at: datetime, *, by: Person, zone: str = clock.DEFAULT_ZONE,
    blockers: list[Problem] | None = None,
) -> None:
    """Promise the edition for `publish_at`; of a scheduled one it moves the time while nothing has left.

    Raises NotSignedOff unless every article is signed off exactly as it stands, Invalid with every blocker.
    """
    if edition.state == EditionState.SCHEDULED:
        unschedule(session, edition, by=by)
    if edition.state != EditionState.PLANNED:
        raise WrongState()
    if any(sign_offs.standing(session, place.article) is None for place in edition.places):
        raise NotSignedOff()
    problems = [
        *(blockers or []), *_found(session, edition), *_under_embargo(edition, publish_at),
        *conflicts.blackout_problems(session, edition, publish_at, zone),
        *_without_quota(session, edition, publish_at),
    ]
    if problems:
        raise Invalid(*problems)
    editions.set_time(edition, publish_at.astimezone(UTC), zone)
    for place in edition.places:
        articles.move(session, place.article, Move.SCHEDULE, by=by, edition=edition.id)
    edition.state = EditionState.SCHEDULED
    _promise(session, edition)
    audit.record(session, "schedule_edition", "edition", edition.id, by=by, details={
        "publish_at": edition.wall_time, "zone": zone, **_in_haste(session, edition),
    })
    crash_point("schedule.before_commit")


def _in_haste(session: Session, edition: Edition) -> dict[str, object]:
    emergency = haste.of_edition(session, edition)
    return {"emergency": emergency.id, "reason": emergency.reason} if emergency is not None else {}


def _found(session: Session, edition: Edition) -> list[Problem]:
    """What the house's rules and the rights ledger say now: it may have changed since the sign-off."""
    return [
        Problem(f"articles.{index}.{problem.field}", problem.message, problem.params, problem.remedy)
        for index, place in enumerate(edition.places)
        for problem in (*checks.gate(session, place.article), *story_rights.gate(session, place.article))
    ]


def _under_embargo(edition: Edition, at: datetime) -> list[Problem]:
    """P6: no time before the embargo of any of its articles."""
    return [
        Problem("publish_at", "“{title}” is under embargo until {until} ({zone}). Choose that time or a later one.",
                {"title": article.title, "until": article.embargo_wall.replace("T", " ")[:16], "zone": article.embargo_zone})
        for article in (place.article for place in edition.places) if embargo.embargoed(article, at)
    ]


def _without_quota(session: Session, edition: Edition, at: datetime) -> list[Problem]:
    """Asked under the account's row lock, so that two editions cannot take its last mass send together.

    What a person publishes by hand is theirs to count: the console says what is left.
    """
    if Purpose.MASS_SEND not in steps(edition) or house.setting(session, "mass_quota") != "block":
        return []
    session.execute(select(OfficialAccount.id).where(OfficialAccount.id == edition.account_id).with_for_update())
    problem = quota.problem(session, edition, at)
    return [problem] if problem else []


def unschedule(session: Session, edition: Edition, *, by: Person) -> None:
    """Take the time away while readers can have seen nothing of it: its articles are signed off and free again.

    Raises AlreadyLeft, WrongState.
    """
    if edition.state != EditionState.SCHEDULED:
        raise WrongState()
    for delivery in deliveries_of(session, edition):
        if delivery.state == State.CALLED_OFF:
            continue
        if delivery.state == State.SENT and delivery.purpose == Purpose.DRAFT:
            deliveries.lay_aside(session, delivery)
            continue
        deliveries.call_off(session, delivery)
    for place in edition.places:
        articles.move(session, place.article, Move.UNSCHEDULE, by=by, edition=edition.id)
    edition.state, edition.publish_at, edition.wall_time = EditionState.PLANNED, None, ""
    audit.record(session, "unschedule_edition", "edition", edition.id, by=by)


def give_up(session: Session, edition: Edition, *, by: Person) -> None:
    """Give up an edition, scheduled or not, that readers have seen nothing of. Raises AlreadyLeft, WrongState."""
    if edition.state == EditionState.SCHEDULED:
        unschedule(session, edition, by=by)
    editions.cancel(session, edition, by=by)


def record_published(session: Session, edition: Edition, permalinks: tuple[str, ...]) -> None:
    """The platform confirmed it: every article is published and has its link. Doing it twice changes nothing."""
    if edition.state == EditionState.PUBLISHED:
        _keep_links(edition, permalinks)
        return
    edition.state, edition.published_at = EditionState.PUBLISHED, clock.now()
    _keep_links(edition, permalinks)
    for place in edition.places:
        if place.article.state == ArticleState.SCHEDULED:
            articles.move(session, place.article, Move.PUBLISH, by=None, edition=edition.id)
            planning.published(session, place.article)
        tell_all(session, articles.contributors(place.article), "“{title}” is published.",
                 cause=f"published:{place.article_id}:{edition.id}", thing="article", thing_id=place.article_id,
                 title=place.article.title)
    crash_point("published.before_promise")


def tell_trouble(session: Session, delivery: Delivery, edition: Edition, circle: str = "") -> None:
    """Somebody must know at once that what was due is not done, or that a person is awaited.

    The publishers always, and the `circle` that can mend it: `editor`, `operator` or `owner` of the account.
    """
    urgent = delivery.state in (State.NEEDS_PERSON, State.REFUSED)
    sentence = {
        State.WAITING: "“{title}” waits: {reason}",
        State.NEEDS_PERSON: "“{title}”: it is not known whether it went out. Please decide.",
        State.REFUSED: "“{title}” was not taken: {reason}",
        State.ACCEPTED: "“{title}” is in the draft box; somebody must press publish there and give the link.",
        State.OUTCOME_UNKNOWN: "“{title}”: the answer is missing; we are finding out by reading.",
    }.get(delivery.state)
    if sentence is None or (delivery.state == State.ACCEPTED and delivery.awaiting != "person"):
        return
    if delivery.state == State.WAITING and (not delivery.reason or delivery.due_at - clock.now() < WORTH_TELLING):
        return
    cause = f"{delivery.state}:{delivery.id}:{delivery.code if delivery.state == State.WAITING else delivery.fence}"
    tell_all(
        session, _concerned(session, edition, circle), sentence, cause=cause,
        thing="edition", thing_id=edition.id, urgent=urgent, title=edition.lead.title, reason=delivery.reason,
    )


def _concerned(session: Session, edition: Edition, circle: str) -> list[Person]:
    """The publishers, and of the circle those who are not among them."""
    if circle == "editor":
        editors = [place.article.editor for place in edition.places]
        more = [person for person in (edition.planned_by, *editors) if person is not None and person.active]
    else:
        more = with_role(session, CIRCLES[circle]) if circle in CIRCLES else []
    return list({person.id: person for person in [*with_role(session, Role.PUBLISHER), *more]}.values())


def deliveries_of(session: Session, edition: Edition) -> list[Delivery]:
    """The deliveries of an edition to its account (shares not included), oldest first."""
    query = select(Delivery).where(Delivery.edition_id == edition.id, Delivery.purpose.not_in(TO_GROUPS))
    return list(session.scalars(query.order_by(Delivery.id)))


def shown_state(session: Session, edition: Edition) -> str:
    """The state people see: what we decided, and while the world is answering what its delivery says."""
    return shown_states(session, [edition])[edition.id]


def shown_states(session: Session, many: Sequence[Edition]) -> dict[int, str]:
    """The state people see of each edition, by its id, in one query."""
    scheduled = [edition.id for edition in many if edition.state == EditionState.SCHEDULED]
    query = select(Delivery.edition_id, Delivery.state, Delivery.awaiting).where(
        Delivery.edition_id.in_(scheduled), Delivery.purpose.not_in(TO_GROUPS), Delivery.state != State.CALLED_OFF
    )
    standing: dict[int | None, set[tuple[str, str]]] = {edition_id: set() for edition_id in scheduled}
    for edition_id, state, awaiting in session.execute(query) if scheduled else ():
        standing[edition_id].add((state, awaiting))
    return {
        edition.id: _shown(standing[edition.id]) if edition.id in standing else str(edition.state) for edition in many
    }


def _shown(standing: set[tuple[str, str]]) -> str:
    states = {state for state, _ in standing}
    if State.NEEDS_PERSON in states:
        return "needs_person"
    if State.REFUSED in states:
        return "refused"
    if not states or (State.ACCEPTED, "person") in standing:
        return "needs_person"
    return "publishing" if states - {State.WAITING} else "scheduled"


def needs_hand(session: Session, edition: Edition) -> Delivery | None:
    """The delivery whose permalink a person must bring, if one waits."""
    for delivery in deliveries_of(session, edition):
        awaited = delivery.state == State.ACCEPTED and delivery.awaiting == "person"
        if awaited and delivery.purpose != Purpose.TAKE_DOWN:
            return delivery
    return None


def _promise(session: Session, edition: Edition) -> None:
    if edition.publish_at is None:
        raise WrongState()
    old_draft = _draft_left(session, edition)
    last: Delivery | None = None
    for purpose in steps(edition):
        last = deliveries.promise(session, Promise(
            purpose=purpose, lane=edition.account.lane, key=f"{purpose}:{edition.id}", owner_id=edition.id,
            target_kind="account", target_id=edition.account_id, target_name=edition.account.name,
            due_at=edition.publish_at, edition_id=edition.id, after=last,
        ))
        if purpose == Purpose.DRAFT and old_draft:
            last.memory = {**last.memory, "replaces": old_draft}
    session.flush()


def _draft_left(session: Session, edition: Edition) -> str:
    """The platform's number of a draft that an earlier schedule of this edition left in the draft box, or nothing.

    What was signed off since may differ, so that draft is brought up to date and never published as it lies there.
    """
    made = [one for one in deliveries_of(session, edition) if one.purpose == Purpose.DRAFT and one.state == State.SENT]
    return str(made[-1].memory.get("media_id") or made[-1].remote_id) if made else ""


def steps(edition: Edition) -> list[Purpose]:
    """What has to happen, by the mode and by how far the account goes by itself."""
    level = edition.account.level
    if edition.mode == Mode.MANUAL or level == Level.COPY_ONLY:
        return [Purpose.MANUAL]
    if edition.mode == Mode.DRAFT:
        return [Purpose.DRAFT, Purpose.MANUAL]
    if not edition.account.rights.get(edition.mode):
        return [Purpose.DRAFT, Purpose.MANUAL]
    return [Purpose.DRAFT, Purpose(edition.mode)]


def _keep_links(edition: Edition, permalinks: tuple[str, ...]) -> None:
    for place, permalink in zip(edition.places, permalinks, strict=False):
        place.permalink = place.permalink or permalink
