"""Rules against spam in WeCom customer groups: written here, kept by WeCom, followed by hand where WeCom has no interface."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext

from app import outside
from app.auth import guard, person_now
from app.extensions import db, deciding
from app.web.words import KINDS, field_errors
from editorial import platform_applications
from editorial.errors import Invalid, NotFound, WrongState
from editorial.groups import anti_harassment
from editorial.groups.anti_harassment import AntiHarassmentRule, Suggestion, Wanted
from editorial.groups.kept_outside import Standing
from editorial.people import people
from editorial.people.permissions import Action
from editorial.platform_applications import Platform, PlatformApplication
from editorial.review.checks import rulebook

pages = Blueprint("chat_rules", __name__, url_prefix="/chat-rules")

SORTS: tuple[tuple[str, Any], ...] = (
    ("phone", lazy_gettext("phone numbers")), ("email", lazy_gettext("mail addresses")),
    ("red_packet", lazy_gettext("red packets")),
)
STOPS: tuple[tuple[str, Any], ...] = (
    ("1", lazy_gettext("WeCom warns the sender and stops the message")), ("", lazy_gettext("WeCom only warns the sender")),
)
SUGGESTIONS: dict[str, Any] = {
    Suggestion.WARN: lazy_gettext("warn the member"), Suggestion.REMOVE: lazy_gettext("remove the member from the group"),
}
STANDINGS: dict[str, Any] = {
    Standing.KEPT: lazy_gettext("WeCom has it"), Standing.REFUSED: lazy_gettext("not sent to WeCom as it stands"),
    Standing.UNKNOWN: lazy_gettext("unknown whether WeCom has it"),
}
LISTS = ("words", "links", "users", "departments")


@pages.get("")
@guard(Action.MANAGE_GROUPS)
def index() -> ResponseReturnValue:
    """The rules of each WeCom application."""
    found = platform_applications.everyone(db.session(), Platform.WECOM)
    return render_template(
        "groups/chat_rules.html", applications=[(one, anti_harassment.of(db.session(), one.id)) for one in found],
        kinds=KINDS, standings=STANDINGS, suggestions=SUGGESTIONS,
    )


@pages.post("/<id:application_id>/switch")
@guard(Action.MANAGE_ACCOUNTS)
def switch(application_id: int) -> ResponseReturnValue:
    """Allow rules through an application, or no new ones; those that WeCom has stay."""
    person_id, on = person_now().id, request.form.get("on") == "1"
    with deciding() as session:
        application = platform_applications.get(session(), application_id)
        platform_applications.switch_chat_rules(session(), application, on=on, by=people.get(session(), person_id))
    ended = _("No rules are made or changed any more. WeCom keeps what it has.")
    flash(_("Rules can be made through this application.") if on else ended)
    return redirect(url_for("chat_rules.index"), 303)


@pages.route("/<id:application_id>/new", methods=["GET", "POST"])
@guard(Action.MANAGE_GROUPS)
def new(application_id: int) -> ResponseReturnValue:
    """A new rule; it begins with the owners of the customer groups that the application reaches."""
    application = _wecom(application_id)
    if request.method == "GET":
        return _page(application, None, Wanted(users=tuple(anti_harassment.owners(db.session(), application_id))))
    return _written(application, None)


@pages.route("/rules/<id:rule_id>", methods=["GET", "POST"])
@guard(Action.MANAGE_GROUPS)
def rule(rule_id: int) -> ResponseReturnValue:
    """One rule; POST writes another version of it and gives that to WeCom."""
    row = anti_harassment.get(db.session(), rule_id)
    application = platform_applications.get(db.session(), row.application_id)
    return _page(application, row, row.wanted) if request.method == "GET" else _written(application, row)


@pages.post("/rules/<id:rule_id>/removal")
@guard(Action.MANAGE_GROUPS)
def remove(rule_id: int) -> ResponseReturnValue:
    """Take it away, in WeCom too."""
    person_id = person_now().id
    with deciding() as session:
        row = anti_harassment.remove(session(), rule_id, by=people.get(session(), person_id))
    if row is not None:
        outside.ask(row)
        left = db.session.get(AntiHarassmentRule, rule_id)
        if left is not None:
            flash(_("It could not be done: %(reason)s", reason=_(left.reason)), "error")
            return redirect(url_for("chat_rules.rule", rule_id=rule_id), 303)
    flash(_("The rule is gone."))
    return redirect(url_for("chat_rules.index"), 303)


@pages.post("/rules/<id:rule_id>/resolution")
@guard(Action.MANAGE_GROUPS)
def resolve(rule_id: int) -> ResponseReturnValue:
    """Find out about an unknown outcome: WeCom's list is read, or a person who has looked there says."""
    person_id, outcome = person_now().id, request.form.get("outcome", "")
    if outcome == "ask":
        if not outside.look(anti_harassment.get(db.session(), rule_id)):
            flash(_("WeCom does not say. Look there yourself, or ask again later."), "error")
    elif outcome in ("there", "not_there"):
        with deciding() as session:
            anti_harassment.decide(session(), rule_id, there=outcome == "there", by=people.get(session(), person_id))
        flash(_("Noted."))
    else:
        raise WrongState()
    if db.session.get(AntiHarassmentRule, rule_id) is None:
        return redirect(url_for("chat_rules.index"), 303)
    return redirect(url_for("chat_rules.rule", rule_id=rule_id), 303)


def _written(application: PlatformApplication, row: AntiHarassmentRule | None) -> ResponseReturnValue:
    typed, application_id, row_id, person_id = _typed(), application.id, row.id if row else None, person_now().id
    if request.form.get("act") == "take":
        return _page(application, row, *_with_words_of(typed, request.form.get("from", "")))
    try:
        with deciding() as session:
            by = people.get(session(), person_id)
            kept = anti_harassment.write(session(), application_id, typed, rule_id=row_id, by=by)
    except (Invalid, WrongState) as error:
        shown = anti_harassment.get(db.session(), row_id) if row_id else None
        status = 422 if isinstance(error, Invalid) else 409
        return _page(_wecom(application_id), shown, typed, errors=field_errors(error)), status
    kept_id = kept.id
    outside.ask(kept)
    kept = anti_harassment.get(db.session(), kept_id)
    if kept.standing == Standing.KEPT:
        flash(_("WeCom has the rule."))
    elif kept.standing == Standing.REFUSED:
        said = {"form": _("It could not be done: %(reason)s", reason=_(kept.reason))}
        return _page(_wecom(application_id), kept, kept.wanted, errors=said), 422
    return redirect(url_for("chat_rules.rule", rule_id=kept_id), 303)


def _with_words_of(typed: Wanted, code: str) -> tuple[Wanted, str]:
    """The words of one of the house's rules added, as far as WeCom takes them; what stayed behind, in words."""
    terms = [wrong for wrong, _right in rulebook.get(db.session(), code).pairs]
    short = [word for word in terms if len(word) <= anti_harassment.WORD_CHARACTERS]
    words = tuple(dict.fromkeys((*typed.words, *short)))
    taken = words[: max(anti_harassment.MOST_WORDS - len(typed.links), len(typed.words))]
    behind = len(words) - len(taken) + len(terms) - len(short)
    note = _("The words are taken over. Look at them, then save.")
    if behind:
        note = _("%(count)s words did not fit into one rule of WeCom.", count=behind)
    return replace(typed, words=taken), note


def _typed() -> Wanted:
    said, lists = request.form, {}
    for name in LISTS:
        separator = r"[\r\n]+" if name in ("words", "links") else r"[,，、;；\s]+"
        lists[name] = tuple(one.strip() for one in re.split(separator, said.get(name, "")) if one.strip())
    return Wanted(
        said.get("name", ""), said.get("kind", ""), sorts=tuple(said.getlist("sorts")), stops=bool(said.get("stops")),
        suggestion=said.get("suggestion", ""), **lists,
    )


def _wecom(application_id: int) -> PlatformApplication:
    found = platform_applications.get(db.session(), application_id)
    if found.platform != Platform.WECOM:
        raise NotFound()
    return found


def _page(
    application: PlatformApplication, row: AntiHarassmentRule | None, wanted: Wanted, note: str = "",
    errors: dict[str, str] | None = None,
) -> str:
    sources = [(one.code, _(one.name)) for one in rulebook.in_force(db.session()).enabled if one.kind == "terms" and one.pairs]
    return render_template(
        "groups/chat_rule.html", application=application, row=row, wanted=wanted, note=note, errors=errors or {}, kinds=KINDS,
        sorts=SORTS, stops=STOPS, suggestions=list(SUGGESTIONS.items()), standings=STANDINGS, sources=sources,
    )
