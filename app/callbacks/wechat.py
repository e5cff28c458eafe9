"""The official account's message push: prove it, store it, answer at once. What follows from it is the worker's."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from flask import Blueprint, Response, abort, current_app, request
from sqlalchemy.orm import Session

from app.auth import everybody
from app.callbacks import answers
from app.extensions import db, deciding
from app.wiring import Wiring
from editorial import accounts, contacts
from editorial.accounts import OfficialAccount
from editorial.intake import letter_boxes, letters
from editorial.measuring import followings
from editorial.outbox.deliveries import Purpose
from editorial.release import events
from editorial.vault import vault
from publishers.connector import Refused
from publishers.wechat import inbound, manual, messages, replies
from publishers.wechat.envelope import CallbackKeys, NotGenuine, Opened, check_address, open_push
from publishers.wechat.inbound import MassSendFinished, OtherPush, PublishFinished
from publishers.wechat.messages import Following

bp = Blueprint("wechat_callbacks", __name__, url_prefix="/callbacks/wechat")

MOST_BYTES = 256 * 1024
KEY_CHARACTERS = 200


@bp.get("/<id:account_id>")
@everybody
def check(account_id: int) -> Response:
    """The platform asks whether this address is ours."""
    try:
        echo = check_address(_keys(_account(account_id)), request.args)
    except NotGenuine as reason:
        _note_refusal(account_id, str(reason))
        abort(403)
    with deciding() as session:
        contacts.checked(session(), account_id)
    return Response(echo, mimetype="text/plain")


@bp.post("/<id:account_id>")
@everybody
def take(account_id: int) -> Response:
    """The platform tells us something: a result, which makes us read at once, or what a follower does."""
    keys = _keys(_account(account_id))
    request.max_content_length = MOST_BYTES
    try:
        opened = open_push(keys, request.args, request.get_data())
    except NotGenuine as reason:
        current_app.logger.warning(
            "a push was not genuine", extra={"action": "push_refused", "account": account_id, "reason": str(reason)}
        )
        _note_refusal(account_id, str(reason))
        abort(403)
    _note_contact(account_id, opened)
    return _answered(keys, opened, account_id)


def _note_contact(account_id: int, opened: Opened) -> None:
    if contacts.is_worth_noting(db.session(), account_id, genuine=True):
        with deciding() as session:
            contacts.received(session(), account_id, "sealed" if opened.aes_key else "plain")


def _note_refusal(account_id: int, reason: str) -> None:
    """For the live test of whoever sets the account up; a crowd of forgeries writes one row now and then."""
    if contacts.is_worth_noting(db.session(), account_id, genuine=False):
        with deciding() as session:
            contacts.refused(session(), account_id, reason)


def _answered(keys: CallbackKeys, opened: Opened, account_id: int) -> Response:
    push = inbound.understood(opened)
    if not isinstance(push, OtherPush):
        _keep_result(account_id, push)
    elif (going := messages.following(push)) is not None:
        _count(account_id, going)
    elif (message := messages.message(push)) is not None:
        with deciding() as session:
            words = answers.answer(session(), accounts.get(session(), account_id), message)
        if words:
            reply = replies.text_reply(keys, opened, push, words)
            return Response(reply.body, mimetype=reply.content_type)
    return Response(inbound.TAKEN, mimetype="text/plain")


def _keep_result(account_id: int, push: PublishFinished | MassSendFinished) -> None:
    """An event is a hint: kept once, it makes us read. The links that it alone knows are taken over by the worker."""
    if isinstance(push, PublishFinished):
        kind, purpose, remote_id = events.PUBLISH_FINISHED, Purpose.RELEASE, push.publish_id
    else:
        kind, purpose, remote_id = events.MASS_SEND_FINISHED, Purpose.MASS_SEND, push.msg_id
    if not remote_id:
        return
    key = f"{'publish' if purpose == Purpose.RELEASE else 'mass_send'}:{remote_id}:{push.status}"
    with deciding() as scoped:
        session: Session = scoped()
        account = accounts.get(session, account_id)
        stored = key if len(key) <= KEY_CHARACTERS else vault.pseudonym(key)
        if events.receive(session, account, key=stored, kind=kind, fields=_plain(push)):
            events.hint(session, account, purpose, remote_id)


def _plain(push: PublishFinished | MassSendFinished) -> dict[str, Any]:
    """The event as stored: without links that lead elsewhere than to the platform."""
    kept = {name: list(value) if isinstance(value, tuple) else value for name, value in asdict(push).items()}
    return {**kept, "permalinks": [link for link in map(_permalink, push.permalinks) if link]}


def _permalink(url: str) -> str:
    wiring: Wiring = current_app.extensions["wiring"]
    try:
        return manual.permalink(url, wiring.settings.platforms.wechat)
    except Refused:
        return ""


def _count(account_id: int, going: Following) -> None:
    """Counted for the figures; of somebody who leaves nothing is remembered."""
    follower = answers.pseudonym_of(account_id, going.sender)
    kind = events.FOLLOWED if going.began else events.UNFOLLOWED
    with deciding() as scoped:
        session: Session = scoped()
        account = accounts.get(session, account_id)
        if not events.receive(session, account, key=vault.pseudonym("push", str(account_id), going.key), kind=kind, fields={}):
            return
        followings.count(session, account_id, began=going.began)
        if not going.began:
            letters.forget(session, account_id, follower)


def _account(account_id: int) -> OfficialAccount:
    return accounts.get(db.session(), account_id)


def _keys(account: OfficialAccount) -> CallbackKeys:
    secrets = account.secrets
    return CallbackKeys(
        app_id=account.app_id, token=secrets.get("callback_token", ""), aes_key=secrets.get("encoding_aes_key", ""),
        previous_aes_key=secrets.get("previous_aes_key", ""),
        only_sealed=letter_boxes.of(db.session(), account.id).only_sealed,
    )
