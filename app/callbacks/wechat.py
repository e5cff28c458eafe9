"""The official account's message push: check the address, take events in, answer at once."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from flask import Blueprint, Response, abort, current_app, request
from sqlalchemy.orm import Session

from app.auth import everybody
from app.confirming import publish
from app.extensions import db, deciding
from editorial import accounts
from editorial.accounts import OfficialAccount
from editorial.calendar.editions import Edition
from editorial.outbox.deliveries import Purpose, State
from editorial.release import events
from publishers.wechat import inbound
from publishers.wechat.inbound import CallbackKeys, MassSendFinished, NotGenuine, PublishFinished, Push

bp = Blueprint("wechat_callbacks", __name__, url_prefix="/callbacks/wechat")

MOST_BYTES = 256 * 1024


@bp.get("/<id:account_id>")
@everybody
def check(account_id: int) -> Response:
    """The platform asks whether this address is ours."""
    try:
        echo = inbound.check_address(_keys(_account(account_id)), request.args)
    except NotGenuine:
        abort(403)
    return Response(echo, mimetype="text/plain")


@bp.post("/<id:account_id>")
@everybody
def take(account_id: int) -> Response:
    """The platform tells us something; what it says about a publication makes us read at once."""
    keys = _keys(_account(account_id))
    request.max_content_length = MOST_BYTES
    try:
        push = inbound.read_push(keys, request.args, request.get_data())
    except NotGenuine:
        current_app.logger.warning("a push was not genuine", extra={"action": "push_refused", "account": account_id})
        abort(403)
    _keep(account_id, push)
    return Response(inbound.TAKEN, mimetype="text/plain")


def _keep(account_id: int, push: Push) -> None:
    key, kind, fields = _told(push)
    if not key:
        return
    with deciding() as scoped:
        session = scoped()
        account = accounts.get(session, account_id)
        if not events.receive(session, account, key=key, kind=kind, fields=fields):
            return
        if isinstance(push, PublishFinished):
            events.hint(session, account, Purpose.RELEASE, push.publish_id)
        elif isinstance(push, MassSendFinished):
            _take_links(session, account, push)
            events.hint(session, account, Purpose.MASS_SEND, push.msg_id)


def _take_links(session: Session, account: OfficialAccount, push: MassSendFinished) -> None:
    """No call gives the links of a mass send, only this event; it may come after the send was known to be done."""
    delivery = events.mass_send_of(session, account, push.msg_id)
    if delivery is not None and delivery.state == State.SENT and push.permalinks:
        publish(session, session.get_one(Edition, delivery.edition_id), push.permalinks)


def _told(push: Push) -> tuple[str, str, dict[str, Any]]:
    """The key of an event, its kind and what to keep. Followers' messages are not ours to keep."""
    if isinstance(push, PublishFinished):
        return f"publish:{push.publish_id}:{push.status}", "publish_finished", _plain(push)
    if isinstance(push, MassSendFinished):
        return f"mass_send:{push.msg_id}:{push.status}"[:200], "mass_send_finished", _plain(push)
    return "", "", {}


def _plain(push: PublishFinished | MassSendFinished) -> dict[str, Any]:
    return {name: list(value) if isinstance(value, tuple) else value for name, value in asdict(push).items()}


def _account(account_id: int) -> OfficialAccount:
    return accounts.get(db.session(), account_id)


def _keys(account: OfficialAccount) -> CallbackKeys:
    secrets = account.secrets
    return CallbackKeys(
        app_id=account.app_id, token=secrets.get("callback_token", ""), aes_key=secrets.get("encoding_aes_key", ""),
    )
