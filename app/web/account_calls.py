"""How often each interface of WeChat was called today for one account, beside its limit."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext

from app import accounts_setup
from app.auth import guard
from app.extensions import db, deciding
from editorial import accounts, calls
from editorial.accounts import OfficialAccount
from editorial.people.permissions import Action
from publishers.connector import Failure
from publishers.wechat import budgets

pages = Blueprint("account_calls", __name__, url_prefix="/settings/accounts/<id:account_id>/calls")

NEARLY = 0.8
INTERFACE_WORDS: dict[str, Any] = {
    "/cgi-bin/stable_token": lazy_gettext("Ask for the access token"),
    "/cgi-bin/draft/add": lazy_gettext("Lay a draft"), "/cgi-bin/draft/update": lazy_gettext("Change a draft"),
    "/cgi-bin/draft/delete": lazy_gettext("Delete a draft"), "/cgi-bin/draft/get": lazy_gettext("Read a draft"),
    "/cgi-bin/draft/batchget": lazy_gettext("List the drafts"), "/cgi-bin/draft/count": lazy_gettext("Count the drafts"),
    "/cgi-bin/media/uploadimg": lazy_gettext("Upload a picture of the text"),
    "/cgi-bin/material/add_material": lazy_gettext("Upload a cover"),
    "/cgi-bin/material/get_materialcount": lazy_gettext("Count the material"),
    "/cgi-bin/freepublish/submit": lazy_gettext("Release a draft"),
    "/cgi-bin/freepublish/get": lazy_gettext("Ask how a release goes"),
    "/cgi-bin/freepublish/batchget": lazy_gettext("List what was released"),
    "/cgi-bin/freepublish/getarticle": lazy_gettext("Read a released article"),
    "/cgi-bin/freepublish/delete": lazy_gettext("Take a released article down"),
    "/cgi-bin/message/mass/sendall": lazy_gettext("Mass-send"),
    "/cgi-bin/message/mass/get": lazy_gettext("Ask how a mass send goes"),
    "/cgi-bin/message/mass/preview": lazy_gettext("Show on a phone"),
    "/cgi-bin/message/mass/delete": lazy_gettext("Take a mass send back"),
    "/cgi-bin/user/get": lazy_gettext("Count the followers"), "/cgi-bin/tags/get": lazy_gettext("List the tags"),
    "/cgi-bin/comment/list": lazy_gettext("Read the comments"),
    "/cgi-bin/openapi/quota/get": lazy_gettext("Ask for the quota"),
    "/cgi-bin/media/get": lazy_gettext("Fetch a follower's picture"),
    "/datacube/getbizsummary": lazy_gettext("Figures of the account"),
    "/datacube/getarticleread": lazy_gettext("Readers of the articles"),
    "/datacube/getarticleshare": lazy_gettext("Shares of the articles"),
    "/datacube/getarticletotaldetail": lazy_gettext("Figures of the articles"),
    "/datacube/getusersummary": lazy_gettext("New and lost followers"),
    "/datacube/getusercumulate": lazy_gettext("Followers by day"),
}


@pages.get("")
@guard(Action.MANAGE_ACCOUNTS)
def today(account_id: int) -> ResponseReturnValue:
    """How often each interface was called today, beside its limit."""
    chosen = accounts.get(db.session(), account_id)
    return render_template("accounts/calls.html", account=chosen, rows=rows(chosen))


@pages.post("")
@guard(Action.MANAGE_ACCOUNTS)
def ask_quota(account_id: int) -> ResponseReturnValue:
    """Ask the platform for its own counts."""
    chosen = accounts.get(db.session(), account_id)
    app_id, client = chosen.app_id, accounts_setup.wiring().client(db.engine, chosen)
    db.session.rollback()
    try:
        counted = {path: budgets.quota(client, path) for path in budgets.DAILY if path not in budgets.NOT_ASKED}
    except Failure as failure:
        flash(_("WeChat did not give its counts: %(reason)s", reason=_(failure.reason)), "error")
        return redirect(url_for("account_calls.today", account_id=account_id), 303)
    with deciding() as session:
        for path, quota in counted.items():
            if quota is not None:
                calls.record_quota(session(), app_id, path, limit=quota.limit, used=quota.used)
    flash(_("WeChat's own counts are shown beside ours."))
    return redirect(url_for("account_calls.today", account_id=account_id), 303)


def rows(chosen: OfficialAccount) -> list[dict[str, Any]]:
    """Every interface with a daily limit and every other that was called today, the most used up first."""
    counted = calls.of_today(db.session(), chosen.app_id)
    found = []
    for path in sorted({*budgets.DAILY, *counted}):
        row = counted.get(path)
        limit = (row.limit if row else None) or budgets.DAILY.get(path)
        made, used = (row.calls, row.used) if row else (0, None)
        share = max(made, used or 0) / limit if limit else 0.0
        found.append({
            "path": path, "name": INTERFACE_WORDS.get(path, path), "calls": made, "used": used, "limit": limit,
            "asked_at": row.asked_at if row else None, "share": share,
            "tone": "bad" if share >= 1 else "wait" if share >= NEARLY else "good",
        })
    return sorted(found, key=lambda row: (-row["share"], -row["calls"], row["path"]))
