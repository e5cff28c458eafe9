"""What a person may do: one function, asked by every route, page and API alike. Whatever is not named is refused."""

from __future__ import annotations

from enum import StrEnum
from typing import Protocol

from editorial.errors import NotAllowed, NotFound
from editorial.people.people import Person, Role


class Action(StrEnum):
    """What one may want to do."""

    HAND_IN = "hand_in"
    SEE_ARTICLE = "see_article"
    EDIT_ARTICLE = "edit_article"
    SUBMIT_FOR_REVIEW = "submit_for_review"
    WITHDRAW = "withdraw"
    SEE_SUBMISSION = "see_submission"
    SEE_DESK = "see_desk"
    PITCH = "pitch"
    SEE_TOPICS = "see_topics"
    DISCUSS_TOPICS = "discuss_topics"
    DECIDE_TOPICS = "decide_topics"
    MANAGE_COLUMNS = "manage_columns"
    CALL_FOR_STORIES = "call_for_stories"
    TRIAGE = "triage"
    MANAGE_TRIAGE = "manage_triage"
    REVIEW_1 = "review_1"
    REVIEW_2 = "review_2"
    REVIEW_3 = "review_3"
    PROOFREAD = "proofread"
    SEE_RULES = "see_rules"
    MANAGE_RULES = "manage_rules"
    DECIDE_WAIVER = "decide_waiver"
    LEGAL_REVIEW = "legal_review"
    EXPERT_REVIEW = "expert_review"
    EMERGENCY = "emergency"
    MANAGE_ROUTES = "manage_routes"
    PLAN = "plan"
    SCHEDULE = "schedule"
    SEE_EDITIONS = "see_editions"
    EMBARGO = "embargo"
    LIFT_EMBARGO = "lift_embargo"
    WRITE_CALENDAR = "write_calendar"
    SEE_DELIVERIES = "see_deliveries"
    RESOLVE_DELIVERY = "resolve_delivery"
    CONFIRM_SHARE = "confirm_share"
    TAKE_DOWN = "take_down"
    CORRECT = "correct"
    SEE_LINKS = "see_links"
    SEE_FIGURES = "see_figures"
    SEE_COMMENTS = "see_comments"
    MANAGE_COMMENTS = "manage_comments"
    SEE_GROUPS = "see_groups"
    MANAGE_GROUPS = "manage_groups"
    SEE_MEMBERS = "see_members"
    LOOK_AFTER_GROUP = "look_after_group"
    MANAGE_PEOPLE = "manage_people"
    SEE_ACCOUNTS = "see_accounts"
    MANAGE_ACCOUNTS = "manage_accounts"
    MANAGE_SETTINGS = "manage_settings"
    SEE_AUDIT = "see_audit"
    SEE_THEMES = "see_themes"
    MANAGE_THEMES = "manage_themes"
    MODERATE = "moderate"
    CHANGE_CONVENTION = "change_convention"
    SEE_RIGHTS = "see_rights"
    MANAGE_RIGHTS = "manage_rights"
    SEE_CIRCLES = "see_circles"
    MANAGE_CIRCLES = "manage_circles"


class Owned(Protocol):
    """A thing that belongs to persons (their story, their group)."""

    def belongs_to(self, person_id: int) -> bool: ...


C, K, D, H, E, P, O, A, R, L, U = (  # noqa: E741
    Role.CONTRIBUTOR, Role.CORRESPONDENT, Role.DESK_EDITOR, Role.DEPARTMENT_HEAD,
    Role.EDITOR_IN_CHIEF, Role.PUBLISHER, Role.OPERATOR, Role.ADMIN, Role.PROOFREADER, Role.LEGAL_REVIEWER,
    Role.EMERGENCY_PUBLISHER,
)
NEWSROOM = frozenset({D, H, E, P, O, R, L, U})

RIGHTS: dict[Action, frozenset[Role]] = {
    Action.HAND_IN: frozenset({C, K, D}),
    Action.SEE_ARTICLE: NEWSROOM,
    Action.EDIT_ARTICLE: frozenset({D}),
    Action.SUBMIT_FOR_REVIEW: frozenset({D}),
    Action.WITHDRAW: frozenset({D}),
    Action.SEE_SUBMISSION: frozenset({D, H, E}),
    Action.SEE_DESK: NEWSROOM,
    Action.PITCH: frozenset({C, K, A}) | NEWSROOM,
    Action.SEE_TOPICS: NEWSROOM,
    Action.DISCUSS_TOPICS: NEWSROOM,
    Action.DECIDE_TOPICS: frozenset({D, E}),
    Action.MANAGE_COLUMNS: frozenset({D, E, A}),
    Action.CALL_FOR_STORIES: frozenset({D, E}),
    Action.TRIAGE: frozenset({D}),
    Action.MANAGE_TRIAGE: frozenset({E, A}),
    Action.REVIEW_1: frozenset({D}),
    Action.REVIEW_2: frozenset({H}),
    Action.REVIEW_3: frozenset({E}),
    Action.SEE_RULES: NEWSROOM | {A},
    Action.MANAGE_RULES: frozenset({E, A}),
    Action.DECIDE_WAIVER: frozenset({D, H, E}),
    Action.PROOFREAD: frozenset({D, R}),
    Action.LEGAL_REVIEW: frozenset({L}),
    Action.EXPERT_REVIEW: frozenset({H, E}),
    Action.EMERGENCY: frozenset({U}),
    Action.MANAGE_ROUTES: frozenset({A, E}),
    Action.PLAN: frozenset({D, E, P}),
    Action.SCHEDULE: frozenset({P}),
    Action.SEE_EDITIONS: NEWSROOM,
    Action.EMBARGO: frozenset({D, E}),
    Action.LIFT_EMBARGO: frozenset({E}),
    Action.WRITE_CALENDAR: frozenset({D, E, P}),
    Action.SEE_DELIVERIES: NEWSROOM,
    Action.RESOLVE_DELIVERY: frozenset({P}),
    Action.CONFIRM_SHARE: frozenset({O, P}),
    Action.TAKE_DOWN: frozenset({P}),
    Action.CORRECT: frozenset({D, P}),
    Action.SEE_LINKS: NEWSROOM,
    Action.SEE_FIGURES: NEWSROOM | {A},
    Action.SEE_COMMENTS: NEWSROOM,
    Action.MANAGE_COMMENTS: frozenset({D, P, O}),
    Action.SEE_GROUPS: frozenset({C, K, D, H, E, P, O, A}),
    Action.MANAGE_GROUPS: frozenset({O, A}),
    Action.SEE_MEMBERS: NEWSROOM | {A},
    Action.LOOK_AFTER_GROUP: frozenset({O, A}),
    Action.MANAGE_PEOPLE: frozenset({A}),
    Action.SEE_ACCOUNTS: NEWSROOM | {A},
    Action.MANAGE_ACCOUNTS: frozenset({A}),
    Action.MANAGE_SETTINGS: frozenset({A}),
    Action.SEE_AUDIT: frozenset({A, E}),
    Action.SEE_THEMES: NEWSROOM | {A},
    Action.MANAGE_THEMES: frozenset({D, E, A}),
    Action.MODERATE: frozenset({E, O}),
    Action.CHANGE_CONVENTION: frozenset({E, O, A}),
    Action.SEE_RIGHTS: NEWSROOM,
    Action.MANAGE_RIGHTS: frozenset({D, E, P, O}),
    Action.SEE_CIRCLES: frozenset({C, K, A}) | NEWSROOM,
    Action.MANAGE_CIRCLES: frozenset({O, A}),
}

OWN = frozenset({
    Action.SEE_ARTICLE, Action.EDIT_ARTICLE, Action.SUBMIT_FOR_REVIEW, Action.WITHDRAW, Action.SEE_SUBMISSION,
    Action.CONFIRM_SHARE, Action.SEE_TOPICS, Action.DISCUSS_TOPICS,
    Action.SEE_MEMBERS, Action.LOOK_AFTER_GROUP, Action.MANAGE_CIRCLES,
})
"""What one may also do with what is one's own, whatever one's role."""


def may(person: Person | None, action: Action, thing: Owned | None = None) -> bool:
    """Whether `person` may do `action`, to `thing` when it is about one."""
    if person is None or not person.active or person.is_suspended:
        return False
    if person.roles & RIGHTS[action]:
        return True
    return action in OWN and thing is not None and thing.belongs_to(person.id)


def require(person: Person | None, action: Action, thing: Owned | None = None) -> None:
    """Raise NotAllowed unless `may`; NotFound instead when even seeing the thing is not theirs."""
    if may(person, action, thing):
        return
    if thing is not None and not any(may(person, sight, thing) for sight in (Action.SEE_ARTICLE, Action.SEE_SUBMISSION)):
        raise NotFound()
    raise NotAllowed()
