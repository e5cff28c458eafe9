"""The groups: the tree, one group with its connector, and what a person may change about them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy import func, select

from app import application_ways, connecting
from app.abilities import KINDS as ABLE
from app.addresses import is_id
from app.auth import can, guard, person_now
from app.extensions import db, deciding
from app.web import charters as charters_pages
from app.web import columns, group_bulk, group_health, group_lists, group_templates, meanings, members, playbook, role_sheets
from app.web.group_lists import Node
from app.web.words import KINDS, field_errors
from editorial import house, platform_applications
from editorial.articles.articles import Article
from editorial.errors import EditorialError, Invalid, NotFound
from editorial.groups import charters, groups
from editorial.groups import flash as flash_groups
from editorial.groups.groups import Group, GroupState
from editorial.outbox import holds
from editorial.outbox.deliveries import Delivery
from editorial.people import people
from editorial.people.people import Person
from editorial.people.permissions import Action
from editorial.share_back import group_habits

pages = Blueprint("groups", __name__)

WHOLE_TREE = 150
PAGE = 50

@pages.get("/groups")
@guard(Action.SEE_GROUPS)
def tree() -> ResponseReturnValue:
    """The whole tree while it is small; of many groups the main ones, a branch, or what a search found."""
    wanted = group_lists.asked_of(request.args)
    total = db.session.scalar(select(func.count()).select_from(Group)) or 0
    cursor = request.args.get("cursor", "")
    following = None
    if total <= WHOLE_TREE and not any(wanted.values()):
        nodes = group_lists.hung(db.session.execute(group_lists.query().order_by(Group.name)).all())
    else:
        rows = _page(wanted, cursor)
        following = url_for("groups.tree", **wanted, cursor=rows[PAGE - 1].id) if len(rows) > PAGE else None
        nodes = [Node(row) for row in rows[:PAGE]]
    many, ids = total > WHOLE_TREE, [node.group.id for node in nodes]
    return render_template(
        "groups/tree.html", nodes=nodes, wanted=wanted, total=total, kinds=KINDS, connectors=meanings.CONNECTORS,
        next_url=following, under=groups.by_slug(db.session(), wanted["under"]) if wanted["under"] else None,
        below=group_lists.numbers_below(ids) if many else {}, **group_bulk.beside_tree(ids if many or following else None),
    )


@pages.route("/groups/new", methods=["GET", "POST"])
@guard(Action.MANAGE_GROUPS)
def new() -> ResponseReturnValue:
    """Open a group: active when its charter says enough and it has a steward, in preparation until then."""
    if request.method == "GET":
        return _new_page(request.args.to_dict(), {})
    person_id, typed = person_now().id, request.form.to_dict()
    words = {name: typed.get(name, "") for name in ("name", "slug", "kind", "parent", "steward", "deputy")}
    try:
        with deciding() as scoped:
            session = scoped()
            by = people.get(session, person_id)
            added = groups.add(session, **words, by=by)
            charters_pages.keep(session, added, typed, by=by)
            charters.settle(session, added)
            slug = added.slug
    except Invalid as error:
        return _new_page(typed, field_errors(error)), 422
    flash(_("The group is there. Say now how it can be reached."))
    return redirect(url_for("groups.group", slug=slug, _anchor="connector"), 303)


@pages.get("/groups/<slug>")
@guard(Action.SEE_GROUPS)
def group(slug: str) -> ResponseReturnValue:
    """One group: who looks after it, how it is reached, what came from it and what went back."""
    return group_page(slug, {}, {})


@pages.post("/groups/<slug>")
@guard(Action.MANAGE_GROUPS)
def change(slug: str) -> ResponseReturnValue:
    """Change steward, deputy and place in the tree."""
    person_id, typed = person_now().id, request.form.to_dict()
    try:
        with deciding() as session:
            words = {name: typed.get(name, "") for name in ("steward", "deputy", "parent")}
            groups.change(session(), get(slug), **words, by=people.get(session(), person_id))
    except EditorialError as error:
        return group_page(slug, typed, field_errors(error)), 422
    flash(_("The group is saved."))
    return redirect(url_for("groups.group", slug=slug), 303)


@pages.post("/groups/<slug>/closing")
@guard(Action.MANAGE_GROUPS)
def close(slug: str) -> ResponseReturnValue:
    """Nothing is collected from it or sent to it any more."""
    person_id = person_now().id
    with deciding() as session:
        groups.close(session(), get(slug), by=people.get(session(), person_id))
    flash(_("The group is closed. Its history stays."))
    return redirect(url_for("groups.group", slug=slug), 303)


def _page(wanted: dict[str, str], cursor: str) -> Sequence[Any]:
    """One page of rows and one more; without a question only the main groups."""
    chosen = group_lists.narrowed(group_lists.query(), wanted)
    if not any(wanted.values()):
        chosen = chosen.where(Group.parent_id.is_(None))
    if is_id(cursor):
        chosen = chosen.where(Group.id > int(cursor))
    return db.session.execute(chosen.order_by(Group.id).limit(PAGE + 1)).all()


def _new_page(typed: dict[str, str], errors: dict[str, str]) -> str:
    return render_template("groups/new.html", typed=typed, errors=errors, kinds=KINDS, **_choices())


def group_page(slug: str, typed: dict[str, str], errors: dict[str, str]) -> str:
    """The page of a group, with what was typed and what is wrong with it."""
    chosen = get(slug)
    stories = select(Article).where(Article.group_id == chosen.id).order_by(Article.id.desc()).limit(8)
    back = select(Delivery).where(Delivery.target_kind == "group", Delivery.target_id == chosen.id)
    below = select(Group).where(Group.parent_id == chosen.id).order_by(Group.name).limit(PAGE)
    manages = can(Action.MANAGE_GROUPS)
    return render_template(
        "groups/group.html", group=chosen, habit=group_habits.row_of(db.session(), chosen),
        common=group_habits.at_hand(db.session(), []).of(0), typed=typed, errors=errors, kinds=KINDS,
        connectors=meanings.CONNECTORS,
        stories=db.session.scalars(stories).all() if can(Action.SEE_ARTICLE) else [], standing_of=meanings.standing,
        shares=db.session.scalars(back.order_by(Delivery.id.desc()).limit(8)).all() if can(Action.SEE_DELIVERIES) else [],
        below=db.session.scalars(below).all(), hold=holds.holding(db.session(), f"group:{chosen.id}"),
        **columns.on_group(chosen.id), **charters_pages.on_group(chosen), **group_health.on_group(chosen),
        **playbook.on_group(chosen), **_flash(chosen), **group_templates.on_group(chosen), **members.on_group(chosen),
        **role_sheets.on_group(chosen),
        fields=connecting.PLAIN_FIELDS, connector_hints=meanings.CONNECTOR_HINTS, able=ABLE,
        manages=manages, marks=members.keeps(db.session(), chosen),
        holds=holds.standing(db.session(), *(one.hold_target for one in chosen.connectors)), **(_choices() if manages else {}),
        keyword=chosen.connector.settings.get("keyword", "") if manages and chosen.connector else "",
        **(_through_application(chosen) if manages else {}),
    )


def _flash(chosen: Group) -> dict[str, Any]:
    """The group's present or last occasion, and whether this person may plan the next one."""
    run = flash_groups.latest(db.session(), chosen)
    may_plan = members.keeps(db.session(), chosen) and (run is None or run.closed_at is not None)
    is_stewards = run is not None and chosen.steward_id == person_now().id
    return {
        "flash_run": run, "flash_hours": house.setting(db.session(), "flash_hours"),
        "may_plan_flash": may_plan and (chosen.state != GroupState.CLOSED or is_stewards),
    }


def _through_application(chosen: Group) -> dict[str, Any]:
    """What the form offers of ways through applications; their settings hold no secret."""
    known: dict[str, list[tuple[str, str]]] = {}
    for one in platform_applications.everyone(db.session(), active_only=True):
        known.setdefault(one.platform, []).append((str(one.id), one.name))
    return {
        "ways": application_ways.FIELDS, "applications": known, "platform_of": application_ways.PLATFORM,
        "stored": {one.kind: one.settings for one in reversed(chosen.connectors) if one.kind in application_ways.FIELDS},
        "as_choices": _as_choices(chosen),
    }


def _as_choices(chosen: Group) -> list[tuple[str, str]]:
    """What a form for a connector may set: the preferred one, another one, or one more."""
    named = {one.id: f"{meanings.connector_words(one.kind)} {one.hint}".strip() for one in chosen.connectors}
    return [
        *(("", _("change of the preferred one: %(name)s", name=named[one.id])) if one.preferred
          else (str(one.id), _("change of another one: %(name)s", name=named[one.id])) for one in chosen.connectors),
        ("new", _("one more way into the group")),
    ]


def _choices() -> dict[str, Any]:
    """What the select boxes of a form offer: groups to stand under, people to look after one."""
    active = select(Person.email, Person.name).where(Person.active).order_by(Person.name)
    open_ones = select(Group.slug, Group.name).where(Group.state != GroupState.CLOSED).order_by(Group.name)
    return {"persons": db.session.execute(active).all(), "parents": db.session.execute(open_ones).all()}


def get(slug: str) -> Group:
    """The group of this slug. Raises NotFound."""
    chosen = groups.by_slug(db.session(), slug)
    if chosen is None:
        raise NotFound()
    return chosen
