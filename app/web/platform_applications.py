"""The company's applications on WeCom, DingTalk and Feishu, and its smart robots: added, changed, switched."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext

from app import application_tests
from app.auth import guard, person_now
from app.extensions import db, deciding
from app.web.words import field_errors
from editorial import platform_applications
from editorial.errors import Invalid
from editorial.intake import receptions, silences
from editorial.people import people
from editorial.people.permissions import Action
from editorial.platform_applications import OPEN, SECRETS, Platform

pages = Blueprint("applications", __name__, url_prefix="/settings/applications")

PLATFORMS: dict[str, Any] = {
    "wecom": lazy_gettext("WeCom"), "dingtalk": lazy_gettext("DingTalk"), "feishu": lazy_gettext("Feishu"),
    "aibot": lazy_gettext("WeCom smart robot"),
}
FIELDS: dict[str, tuple[tuple[str, Any], ...]] = {
    "wecom": (
        ("corp_id", lazy_gettext("Corp ID")), ("agent_id", lazy_gettext("AgentId")), ("secret", lazy_gettext("Secret")),
        ("callback_token", lazy_gettext("Token")), ("encoding_aes_key", lazy_gettext("EncodingAESKey")),
    ),
    "dingtalk": (
        ("app_id", lazy_gettext("AppKey (Client ID)")), ("secret", lazy_gettext("AppSecret (Client Secret)")),
        ("robot_code", lazy_gettext("Robot code")), ("corp_id", lazy_gettext("Corp ID")), ("agent_id", lazy_gettext("AgentId")),
    ),
    "feishu": (
        ("app_id", lazy_gettext("App ID")), ("secret", lazy_gettext("App Secret")),
        ("verification_token", lazy_gettext("Verification Token")), ("encrypt_key", lazy_gettext("Encrypt Key")),
    ),
    "aibot": (
        ("app_id", lazy_gettext("Bot ID")), ("callback_token", lazy_gettext("Token")),
        ("encoding_aes_key", lazy_gettext("EncodingAESKey")), ("secret", lazy_gettext("Secret of the long connection")),
    ),
}
"""What the console of each platform shows, in its words and its order."""
NEEDED = {"wecom": {"corp_id", "secret"}, "dingtalk": {"app_id", "secret"}, "feishu": {"app_id", "secret"}, "aibot": {"app_id"}}


@pages.route("", methods=["GET", "POST"])
@guard(Action.MANAGE_ACCOUNTS)
def index() -> ResponseReturnValue:
    """The applications; POST adds one."""
    if request.method == "GET":
        return _index_page(request.args.to_dict(), {})
    person_id, typed = person_now().id, request.form.to_dict()
    try:
        with deciding() as session:
            added = platform_applications.add(
                session(), platform=typed.get("platform", ""), name=typed.get("name", ""), said=typed,
                by=people.get(session(), person_id),
            ).id
    except Invalid as error:
        return _index_page(typed, field_errors(error)), 422
    flash(_("The application is kept. Groups can be reached through it now."))
    return redirect(url_for("applications.application", application_id=added), 303)


@pages.route("/<id:application_id>", methods=["GET", "POST"])
@guard(Action.MANAGE_ACCOUNTS)
def application(application_id: int) -> ResponseReturnValue:
    """One application; POST changes it. Secrets left empty stay as they are."""
    if request.method == "GET":
        return _application_page(application_id, {})
    person_id = person_now().id
    shown = ("name", "companion", *OPEN)
    given = {name: words for name, words in request.form.items() if name in shown or (name in SECRETS and words.strip())}
    try:
        with deciding() as session:
            chosen = platform_applications.get(session(), application_id)
            platform_applications.change(session(), chosen, given, by=people.get(session(), person_id))
            receptions.listen_anew(session(), chosen)
    except Invalid as error:
        return _application_page(application_id, field_errors(error)), 422
    flash(_("Saved."))
    return redirect(url_for("applications.application", application_id=application_id), 303)


@pages.post("/<id:application_id>/test")
@guard(Action.MANAGE_ACCOUNTS)
def test(application_id: int) -> ResponseReturnValue:
    """Ask the platform for a token. When it gives one, groups that waited for the application go on."""
    found = application_tests.test(application_id, by=person_now())
    if found:
        flash(_("It does not work yet: %(reason)s", reason=_(found)), "error")
    else:
        flash(_("It works. The platform gave a token."))
    return redirect(url_for("applications.application", application_id=application_id), 303)


@pages.post("/<id:application_id>/activity")
@guard(Action.MANAGE_ACCOUNTS)
def activity(application_id: int) -> ResponseReturnValue:
    """Use the application, or let it rest."""
    person_id, on = person_now().id, request.form.get("active") == "1"
    with deciding() as session:
        chosen = platform_applications.get(session(), application_id)
        platform_applications.switch(session(), chosen, on=on, by=people.get(session(), person_id))
    flash(_("The application is in use again.") if on else _("The application rests: nothing goes out or comes in through it."))
    return redirect(url_for("applications.application", application_id=application_id), 303)


def _index_page(typed: dict[str, str], errors: dict[str, str]) -> str:
    platform = typed.get("platform", "") if typed.get("platform") in PLATFORMS else Platform.WECOM.value
    return render_template(
        "applications/index.html", applications=platform_applications.everyone(db.session()), platforms=PLATFORMS,
        platform=platform, fields=FIELDS[platform], needed=NEEDED[platform], secret=SECRETS, typed=typed, errors=errors,
        companions=_companions(),
    )


def _application_page(application_id: int, errors: dict[str, str]) -> str:
    chosen = platform_applications.get(db.session(), application_id)
    row, silence = silences.standing(db.session(), chosen)
    return render_template(
        "applications/application.html", application=chosen, platforms=PLATFORMS, fields=FIELDS[chosen.platform],
        needed=NEEDED[chosen.platform], secret=SECRETS, errors=errors, companions=_companions(), listening=row, silence=silence,
    )


def _companions() -> list[tuple[str, str]]:
    """The applications that may tell who a smart robot's senders are."""
    rows = platform_applications.everyone(db.session(), Platform.WECOM)
    return [("", _("None: they stay unknown")), *((str(row.id), row.name) for row in rows)]
