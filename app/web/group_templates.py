"""Templates of groups: made of a good group, opened as the next one, and where groups have drifted from them."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext
from sqlalchemy import select

from app.auth import can, guard, person_now
from app.extensions import deciding
from app.web import group_lists
from app.web.charters import chosen
from app.web.words import CHARTER, KINDS, field_errors
from editorial.errors import Invalid, NotFound
from editorial.groups import groups, patterns
from editorial.groups.groups import Group
from editorial.groups.patterns import GroupTemplate
from editorial.people import people
from editorial.people.people import Person
from editorial.people.permissions import Action

pages = Blueprint("group_templates", __name__)

POINTS: dict[str, Any] = {"kind": lazy_gettext("Kind"), **CHARTER, "tags": lazy_gettext("Tags")}


@pages.get("/group-templates")
@guard(Action.MANAGE_GROUPS)
def index() -> ResponseReturnValue:
    """The newest version of every template, and the groups that differ from theirs."""
    session = group_lists.database()
    found = patterns.everyone(session)
    return render_template(
        "groups/templates.html", templates=found, points=POINTS, kinds=KINDS,
        drifted={template.name: patterns.drifted(session, template.name) for template, uses in found if uses},
    )


@pages.post("/groups/<slug>/template")
@guard(Action.MANAGE_GROUPS)
def save(slug: str) -> ResponseReturnValue:
    """Make a template of a group, or the next version of one."""
    by_id = person_now().id
    try:
        with deciding() as scoped:
            session = scoped()
            by = people.get(session, by_id)
            version = patterns.save(session, request.form.get("name", ""), chosen(session, slug), by=by).version
    except Invalid as error:
        flash(" ".join(field_errors(error).values()), "error")
        return redirect(url_for("groups.group", slug=slug), 303)
    flash(_("Version %(number)s of the template is kept.", number=version))
    return redirect(url_for("group_templates.index"), 303)


@pages.route("/group-templates/<id:template_id>/groups/new", methods=["GET", "POST"])
@guard(Action.MANAGE_GROUPS)
def replicate(template_id: int) -> ResponseReturnValue:
    """Open a group like the template: only its names and its people are asked."""
    if request.method == "GET":
        return _page(template_id, {}, {})
    by_id, typed = person_now().id, request.form.to_dict()
    try:
        with deciding() as scoped:
            session = scoped()
            slug = patterns.replicate(session, _get(template_id), typed, by=people.get(session, by_id)).slug
    except Invalid as error:
        return _page(template_id, typed, field_errors(error)), 422
    flash(_("The group is there. Say now how it can be reached."))
    return redirect(url_for("groups.group", slug=slug, _anchor="connector"), 303)


def on_group(group: Group) -> dict[str, Any]:
    """What a group's page shows of its template."""
    report = patterns.drift(group_lists.database(), group) if can(Action.MANAGE_GROUPS) else None
    return {"template": report[0] if report else None, "drift": report[1] if report else [], "points": POINTS}


def _get(template_id: int) -> GroupTemplate:
    found = group_lists.database().get(GroupTemplate, template_id)
    if found is None:
        raise NotFound()
    return found


def _page(template_id: int, typed: dict[str, str], errors: dict[str, str]) -> str:
    session, template = group_lists.database(), _get(template_id)
    everybody = select(Person.email, Person.name).where(Person.active).order_by(Person.name)
    return render_template(
        "groups/replicate.html", template=template, typed=typed, errors=errors, charter_words=CHARTER, kinds=KINDS,
        persons=session.execute(everybody).all(), parents=[{"slug": slug, "name": name} for slug, name in groups.names(session)],
    )
