"""Words for codes that pages show: roles, review stages, kinds of groups, decisions. The catalogue translates them."""

from __future__ import annotations

from typing import Any

from flask_babel import gettext, lazy_gettext

from app.errors import say
from editorial.errors import EditorialError
from editorial.people.people import Person

_ = lazy_gettext

ROLES: dict[str, Any] = {
    "contributor": _("Contributor"),
    "correspondent": _("Correspondent"),
    "desk_editor": _("Desk editor"),
    "department_head": _("Department head"),
    "editor_in_chief": _("Editor-in-chief"),
    "publisher": _("Publisher"),
    "operator": _("Operator"),
    "admin": _("Administrator"),
    "proofreader": _("Proofreader"),
    "legal_reviewer": _("Legal reviewer"),
    "emergency_publisher": _("Emergency publisher"),
}
STAGES: dict[str, Any] = {
    "review_1": _("First review"),
    "review_2": _("Second review"),
    "review_3": _("Final review"),
    "proof_1": _("First proof"),
    "proof_2": _("Second proof"),
    "proof_3": _("Third proof"),
    "legal": _("Legal review"),
    "expert": _("Expert review"),
}
KINDS: dict[str, Any] = {
    "activity": _("Activities"),
    "culture": _("Culture"),
    "training": _("Training"),
    "management": _("Management"),
    "research": _("R&D"),
    "product": _("Product"),
    "marketing": _("Marketing"),
    "sales": _("Sales"),
    "external": _("External"),
    "other": _("Other"),
}

CHARTER: dict[str, Any] = {
    "audience": _("Who it is for"),
    "purpose": _("What they do there"),
    "output": _("Agreed output"),
    "rules": _("Rules"),
    "kpi": _("How its worth is measured"),
}
MEMBERSHIP_WAYS: dict[str, Any] = {
    "open": _("joined by themselves"), "request": _("was let in"), "invitation": _("came by an invitation"),
}
MEMBERSHIP_ENDS: dict[str, Any] = {"left": _("left"), "removed": _("was removed"), "left_by_rule": _("out by rule")}
ADMISSIONS: dict[str, Any] = {
    "open": _("Open to everybody in the house"), "questions": _("By answering questions"),
    "evidence": _("With evidence"), "invitation": _("By invitation only"),
}
GROUP_PARTS: dict[str, Any] = {
    "steward": _("Steward"), "deputy": _("Deputy"), "correspondent": _("Correspondent"), "moderator": _("Moderator"),
}


def charter_names(fields: list[str]) -> str:
    """The names of what a group lacks, as one list."""
    return "、".join(str(CHARTER.get(name, _("Steward"))) for name in fields)


def role_words(person: Person) -> str:
    """All roles of a person, in the order of the house."""
    return "、".join(str(word) for role, word in ROLES.items() if role in person.roles)


def stage_words(stage: str) -> str:
    """The name of a review stage."""
    kind, _underline, number = stage.partition("_")
    if stage not in STAGES and kind in STAGES:
        return f"{STAGES[kind]} {number}"
    return str(STAGES.get(stage, stage))


def kind_words(kind: str) -> str:
    """The name of a kind of group."""
    return str(KINDS.get(kind, kind))


def told(params: dict[str, Any]) -> dict[str, Any]:
    """The values of a catalogue sentence, with codes among them as words."""
    words = {**params, "stage": stage_words(params["stage"])} if "stage" in params else dict(params)
    reason = words.get("reason")
    return {**words, "reason": gettext(reason)} if reason else words


def field_errors(error: EditorialError) -> dict[str, str]:
    """What is wrong, by field; an error without fields stands under its own name."""
    if error.problems:
        said: dict[str, list[str]] = {}
        for problem in error.problems:
            said.setdefault(problem.field, []).append(say(problem))
        return {field: " ".join(dict.fromkeys(sentences)) for field, sentences in said.items()}
    return {"form": gettext(error.message).format(**error.params)}
