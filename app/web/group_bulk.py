"""Many groups at once: one act on those chosen, taken back with one press; questions kept under a name; tags."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.addresses import is_id
from app.auth import can, guard, person_now
from app.extensions import deciding
from app.web import group_lists
from app.web.words import field_errors
from editorial.articles import saved_views
from editorial.errors import Invalid, WrongState
from editorial.groups import bulk, tags
from editorial.groups.bulk import Act
from editorial.groups.groups import Group
from editorial.people import people
from editorial.people.people import Person, Role
from editorial.people.permissions import Action

pages = Blueprint("group_bulk", __name__)

ACTS: dict[str, Any] = {
    Act.TAG: lazy_gettext("Give a tag"),
    Act.UNTAG: lazy_gettext("Take a tag off"),
    Act.OPERATOR: lazy_gettext("Assign to an operator"),
    Act.DEPUTY: lazy_gettext("Name a deputy"),
    Act.PARENT: lazy_gettext("Hang under another group"),
    Act.CLOSE: lazy_gettext("Close"),
}


@pages.post("/group-changes")
@guard(Action.MANAGE_GROUPS)
def change() -> ResponseReturnValue:
    """Do one thing to the chosen groups, or to all that fit the question."""
    by_id, typed = person_now().id, request.form.to_dict()
    wanted, act = group_lists.asked_of(typed), typed.get("act", "")
    try:
        with deciding() as scoped:
            session = scoped()
            made = bulk.do(session, _found(session, wanted), act, typed.get(f"{act}_value", ""), by=people.get(session, by_id))
            count = len(made.before)
    except Invalid as error:
        flash(" ".join(field_errors(error).values()), "error")
    else:
        flash(_("Done for %(count)s groups. It can be taken back above the list.", count=count))
    return redirect(url_for("groups.tree", **_kept(wanted)), 303)


@pages.post("/group-changes/<id:change_id>/undo")
@guard(Action.MANAGE_GROUPS)
def undo(change_id: int) -> ResponseReturnValue:
    """Give every group back what it had before."""
    by_id = person_now().id
    try:
        with deciding() as scoped:
            session = scoped()
            undone = bulk.undo(session, bulk.get(session, change_id), by=people.get(session, by_id))
    except WrongState as error:
        flash(" ".join(field_errors(error).values()), "error")
    else:
        flash(_("%(count)s groups have again what they had. %(left)s were changed since and stay as they are.",
                count=undone.restored, left=undone.left))
    return redirect(url_for("groups.tree"), 303)


@pages.post("/group-views")
@guard(Action.SEE_GROUPS)
def keep_view() -> ResponseReturnValue:
    """Keep a question under a name, for oneself or for all who see the groups."""
    by_id, typed = person_now().id, request.form.to_dict()
    asked, shared = _kept(group_lists.asked_of(typed)), typed.get("shared") == "1" and can(Action.MANAGE_GROUPS)
    try:
        with deciding() as scoped:
            session = scoped()
            saved_views.keep(
                session, name=typed.get("name", ""), asked=asked, shared=shared, place=saved_views.GROUPS,
                by=people.get(session, by_id),
            )
    except Invalid as error:
        flash(" ".join(field_errors(error).values()), "error")
    return redirect(url_for("groups.tree", **asked), 303)


@pages.post("/group-views/<id:kept_id>/removal")
@guard(Action.SEE_GROUPS)
def remove_view(kept_id: int) -> ResponseReturnValue:
    """Forget one of one's own questions."""
    by_id = person_now().id
    with deciding() as scoped:
        session = scoped()
        saved_views.remove(session, kept_id, by=people.get(session, by_id))
    return redirect(url_for("groups.tree"), 303)


@pages.route("/group-tags", methods=["GET", "POST"])
@guard(Action.MANAGE_GROUPS)
def all_tags() -> ResponseReturnValue:
    """The tags of all taxonomies; POST adds one."""
    if request.method == "GET":
        return _tags_page({}, {})
    by_id, typed = person_now().id, request.form.to_dict()
    try:
        with deciding() as scoped:
            session = scoped()
            tags.add(session, taxonomy=typed.get("taxonomy", ""), name=typed.get("name", ""), by=people.get(session, by_id))
    except Invalid as error:
        return _tags_page(typed, field_errors(error)), 422
    flash(_("The tag is there. Choose groups in the list to give it to them."))
    return redirect(url_for("group_bulk.all_tags"), 303)


@pages.post("/group-tags/<id:tag_id>")
@guard(Action.MANAGE_GROUPS)
def rename_tag(tag_id: int) -> ResponseReturnValue:
    """Call a tag something else, everywhere at once."""
    by_id = person_now().id
    try:
        with deciding() as scoped:
            session = scoped()
            tags.rename(session, tags.get(session, tag_id), request.form.get("name", ""), by=people.get(session, by_id))
    except Invalid as error:
        flash(" ".join(field_errors(error).values()), "error")
    return redirect(url_for("group_bulk.all_tags"), 303)


@pages.post("/group-tags/<id:tag_id>/removal")
@guard(Action.MANAGE_GROUPS)
def remove_tag(tag_id: int) -> ResponseReturnValue:
    """Take a tag away; groups that have it get another."""
    by_id, said = person_now().id, request.form.get("replacement", "")
    try:
        with deciding() as scoped:
            session = scoped()
            replacement = tags.get(session, int(said)) if is_id(said) else None
            count = tags.remove(session, tags.get(session, tag_id), replacement, by=people.get(session, by_id))
    except Invalid as error:
        flash(" ".join(field_errors(error).values()), "error")
    else:
        flash(_("The tag is gone. %(count)s groups have the other one now.", count=count) if count else _("The tag is gone."))
    return redirect(url_for("group_bulk.all_tags"), 303)


def beside_tree(ids: list[int] | None) -> dict[str, Any]:
    """What the list of groups offers beside its rows: tags, operators, kept questions, the last change to take back.

    `ids`: the groups that are shown, none for all of them.
    """
    session, manages = group_lists.database(), can(Action.MANAGE_GROUPS)
    asked_for = select(Person.id, Person.email, Person.name).where(Person.active, Person.role_rows.any(role=Role.OPERATOR))
    operators = session.execute(asked_for.order_by(Person.name)).all()
    last = bulk.last_of(session, person_now()) if manages else None
    return {
        "manages": manages, "acts": ACTS, "tags": tags.everyone(session), "tags_of": tags.of_groups(session, ids),
        "operators": operators, "operator_choices": [("", _("nobody yet")), *((one.email, one.name) for one in operators)],
        "views": saved_views.of_person(session, person_now(), saved_views.GROUPS), "me": person_now().id,
        "last": last if last is not None and last.undone_at is None and last.before else None,
    }


def _found(session: Session, wanted: dict[str, str]) -> list[Group]:
    chosen = [int(said) for said in request.form.getlist("groups") if is_id(said)]
    everything = request.form.get("all") == "1"
    query = group_lists.narrowed(select(Group), wanted) if everything else select(Group).where(Group.id.in_(chosen))
    return list(session.scalars(query.order_by(Group.id).limit(bulk.MOST_GROUPS + 1)))


def _kept(wanted: dict[str, str]) -> dict[str, str]:
    return {name: value for name, value in wanted.items() if value}


def _tags_page(typed: dict[str, str], errors: dict[str, str]) -> str:
    return render_template("groups/tags.html", tags=tags.everyone(group_lists.database()), typed=typed, errors=errors)
