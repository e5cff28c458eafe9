"""Review routes as versioned rows: which way an article takes through review, and why. A version is never changed."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, String, func, select
from sqlalchemy.orm import Mapped, Session, mapped_column, relationship

from editorial import audit
from editorial.articles.articles import Article
from editorial.base import Base, Dated, Numbered
from editorial.errors import Invalid, NotFound, Problem
from editorial.groups.groups import Kind
from editorial.people.people import Person
from editorial.people.permissions import Action, may
from editorial.review import plans
from editorial.review.plans import Plan, Stage
from editorial.topics.columns import Column

RIGHT_OF: dict[str, Action] = {
    "review_1": Action.REVIEW_1,
    "review_2": Action.REVIEW_2,
    "review_3": Action.REVIEW_3,
    "proof_1": Action.PROOFREAD,
    "proof_2": Action.PROOFREAD,
    "proof_3": Action.PROOFREAD,
    "legal": Action.LEGAL_REVIEW,
    "expert": Action.EXPERT_REVIEW,
}
"""Whose right a stage is; further legal and expert stages are numbered."""


class ReviewRoute(Numbered, Base):
    """A named way through review. The house's own is taken by every article that no other route claims."""

    __tablename__ = "review_route"

    name: Mapped[str] = mapped_column(String(60), unique=True)
    of_house: Mapped[bool] = mapped_column(default=False)
    active: Mapped[bool] = mapped_column(default=True)
    group_kinds: Mapped[list[str]] = mapped_column(default=list)
    """Articles from groups of these kinds take it."""
    version: Mapped[int] = mapped_column(default=0)


class RouteVersion(Numbered, Dated, Base):
    """One version of a route; a running round keeps the one it began with."""

    __tablename__ = "route_version"

    route_id: Mapped[int] = mapped_column(ForeignKey("review_route.id"))
    number: Mapped[int]
    proofs_after: Mapped[bool] = mapped_column(default=False)
    saved_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))

    route: Mapped[ReviewRoute] = relationship(lazy="joined")
    saved_by: Mapped[Person | None] = relationship()
    stages: Mapped[list[RouteStage]] = relationship(order_by="RouteStage.id", cascade="all, delete-orphan")

    __table_args__ = (Index("uq_route_version_number", "route_id", "number", unique=True),)

    @property
    def plan(self) -> Plan:
        return Plan(tuple(row.stage for row in self.stages), self.proofs_after)


class RouteStage(Numbered, Base):
    """One stage of one version, as `plans.Stage` describes it."""

    __tablename__ = "route_stage"

    version_id: Mapped[int] = mapped_column(ForeignKey("route_version.id"), index=True)
    name: Mapped[str] = mapped_column(String(20))
    kind: Mapped[str] = mapped_column(String(10))
    track: Mapped[str] = mapped_column(String(10))
    step: Mapped[int]
    title: Mapped[str] = mapped_column(String(40), default="")
    people: Mapped[list[Any]] = mapped_column(JSON, default=list)
    needed: Mapped[int] = mapped_column(default=0)
    due_minutes: Mapped[int] = mapped_column(default=plans.DUE_MINUTES)
    on_finding: Mapped[str] = mapped_column(String(20), default="")

    @property
    def stage(self) -> Stage:
        return Stage(
            self.name, self.kind, self.track, self.step, self.title, tuple(self.people), self.needed, self.due_minutes,
            self.on_finding,
        )


@dataclass(frozen=True)
class Choice:
    """The version an article would take now, and why, as a sentence of the catalogue with its values."""

    version: RouteVersion
    because: str
    params: dict[str, Any] = field(default_factory=dict)


def right_of(name: str) -> Action | None:
    """The right that deciding a stage of this name takes; none for a name that no stage can have."""
    return RIGHT_OF.get(name) or RIGHT_OF.get(name.split("_")[0])


def choose(session: Session, article: Article) -> Choice:
    """The way `article` takes when it is sent for review: its column's, else its group's kind's, else the house's."""
    routes = everyone(session)
    for route in routes:
        if route.active and _is_of_column(route, article.column):
            return Choice(newest(session, route), "Its column takes the route “{route}”.", {"route": route.name})
    claiming = _claiming(routes, article.group.kind)
    if claiming is not None:
        because = "Stories from groups of this kind take the route “{route}”."
        return Choice(newest(session, claiming), because, {"route": claiming.name})
    house = next(route for route in routes if route.of_house)
    return Choice(newest(session, house), "No other route claims it, so it takes the house's.", {"route": house.name})


def everyone(session: Session) -> list[ReviewRoute]:
    """All routes, the house's first."""
    return list(session.scalars(select(ReviewRoute).order_by(ReviewRoute.of_house.desc(), ReviewRoute.id)))


def of_kind(session: Session, kind: str) -> ReviewRoute | None:
    """The route of stories from groups of a kind, where no column says another; none for the house's."""
    return _claiming(everyone(session), kind)


def claim(session: Session, kind: str, route_id: int | None, *, by: Person) -> None:
    """Let stories from groups of a kind take this route and no other; none for the house's. Raises Invalid naming `route`."""
    routes = everyone(session)
    chosen = next((route for route in routes if route.id == route_id and route.active), None)
    if route_id is not None and chosen is None:
        raise Invalid(Problem("route", "There is no such route."))
    for route in routes:
        others = [one for one in route.group_kinds if one != kind]
        wanted = [*others, kind] if route is chosen and not route.of_house else others
        if set(wanted) != set(route.group_kinds):
            describe(session, route, name=route.name, group_kinds=wanted, active=route.active, by=by)


def get(session: Session, route_id: int) -> ReviewRoute:
    """The route with this id. Raises NotFound."""
    route = session.get(ReviewRoute, route_id)
    if route is None:
        raise NotFound()
    return route


def of_house(session: Session) -> ReviewRoute:
    """The house's own route."""
    return session.scalars(select(ReviewRoute).where(ReviewRoute.of_house)).one()


def newest(session: Session, route: ReviewRoute) -> RouteVersion:
    """The version in force."""
    return numbered(session, route, route.version)


def numbered(session: Session, route: ReviewRoute, number: int) -> RouteVersion:
    """One version of a route. Raises NotFound."""
    query = select(RouteVersion).where(RouteVersion.route_id == route.id, RouteVersion.number == number)
    version = session.scalar(query)
    if version is None:
        raise NotFound()
    return version


def add(session: Session, name: str, plan: Plan, *, by: Person, group_kinds: list[str] | None = None) -> ReviewRoute:
    """A new route with its first version. Raises Invalid."""
    problems = [*_naming_problems(session, name, None), *_kind_problems(group_kinds or [])]
    _raise(problems)
    route = ReviewRoute(name=name.strip(), group_kinds=group_kinds or [])
    session.add(route)
    session.flush()
    change(session, route, plan, by=by)
    return route


def change(session: Session, route: ReviewRoute, plan: Plan, *, by: Person | None) -> RouteVersion:
    """Keep the next version of a route; rounds under way go on as they began. Of the same stages nothing is made.

    Raises Invalid naming what is wrong with the plan.
    """
    _raise([*plans.problems_of(plan), *_people_problems(session, plan)])
    if route.version and newest(session, route).plan == plan:
        return newest(session, route)
    route.version += 1
    version = RouteVersion(
        route_id=route.id, number=route.version, proofs_after=plan.proofs_after, saved_by_id=by.id if by else None,
        stages=[RouteStage(**{**stage.__dict__, "people": list(stage.people)}) for stage in plan.stages],
    )
    session.add(version)
    session.flush()
    details = {"name": route.name, "version": route.version, "stages": plan.facts(), "proofs_after": plan.proofs_after}
    audit.record(session, "change_route", "review_route", route.id, by=by, details=details)
    return version


def describe(
    session: Session, route: ReviewRoute, *, name: str, group_kinds: list[str], active: bool, by: Person
) -> None:
    """Rename a route, say which kinds of groups take it, and whether it is taken at all; the house's always is."""
    _raise([*_naming_problems(session, name, route), *_kind_problems(group_kinds)])
    after = {"name": name.strip(), "group_kinds": group_kinds, "active": active or route.of_house}
    before = {field: getattr(route, field) for field in after}
    if before != after:
        for field_name, value in after.items():
            setattr(route, field_name, value)
        audit.record(session, "describe_route", "review_route", route.id, by=by, details=after)


def change_route(session: Session, stages: list[str], *, by: Person) -> None:
    """Set the house's route to these stages, one after the other. Raises Invalid."""
    change(session, of_house(session), plans.serial(stages), by=by)


def is_proof(stage: str) -> bool:
    """Proofs check that it is correct; reviews decide whether."""
    return stage.startswith("proof_")


def _claiming(routes: list[ReviewRoute], kind: str) -> ReviewRoute | None:
    return next((one for one in routes if one.active and not one.of_house and kind in one.group_kinds), None)


def _is_of_column(route: ReviewRoute, column: Column | None) -> bool:
    """Whether the article's column names the route, by id or by its name."""
    return column is not None and (column.route_id == route.id or (bool(column.route) and column.route == route.name))


def _people_problems(session: Session, plan: Plan) -> Iterator[Problem]:
    for stage in plan.stages:
        for person_id in stage.people:
            person = session.get(Person, person_id)
            right = Action.SEE_ARTICLE if stage.kind in ("legal", "expert") else right_of(stage.name)
            if person is None or right is None or not may(person, right):
                name = person.name if person else str(person_id)
                yield Problem("people", "{name} has no role that may decide this stage.", {"name": name})


def _naming_problems(session: Session, name: str, route: ReviewRoute | None) -> Iterator[Problem]:
    name = name.strip()
    if not name or len(name) > 60:
        yield Problem("name", "A name is needed.")
    same = select(func.count()).select_from(ReviewRoute).where(ReviewRoute.name == name)
    if session.scalar(same.where(ReviewRoute.id != route.id) if route else same):
        yield Problem("name", "Another route already has this name.")


def _kind_problems(kinds: list[str]) -> Iterator[Problem]:
    if not set(kinds) <= set(Kind):
        yield Problem("group_kinds", "Choose one of the kinds offered.")


def _raise(problems: list[Problem]) -> None:
    if problems:
        raise Invalid(*problems)


