"""Messages to the company's applications and smart robots: prove them, store them, answer at once."""

from __future__ import annotations

from typing import Any, NoReturn
from urllib.parse import urlsplit

from flask import Blueprint, Response, abort, current_app, jsonify, request
from flask.typing import ResponseReturnValue

from app import receiving
from app.auth import everybody
from app.extensions import db, deciding
from app.receiving import Said
from editorial import platform_applications
from editorial.errors import NotFound
from editorial.intake import receptions
from editorial.platform_applications import Platform, PlatformApplication
from publishers.dingtalk import callback as dingtalk
from publishers.feishu import callback as feishu
from publishers.inbound import Message
from publishers.sealing import NotGenuine
from publishers.wecom import callback as wecom
from publishers.wecom import smart_robot

bp = Blueprint("application_callbacks", __name__, url_prefix="/callbacks")

MOST_BYTES = 512 * 1024


@bp.get("/wecom/<id:application_id>", defaults={"platform": Platform.WECOM})
@bp.get("/aibot/<id:application_id>", defaults={"platform": Platform.AIBOT})
@everybody
def check_wecom(application_id: int, platform: Platform) -> ResponseReturnValue:
    """The console asks whether this address is ours."""
    application = _application(application_id, platform)
    try:
        echo = wecom.check_address(_wecom_keys(application), request.args)
    except NotGenuine as reason:
        _refuse(application_id, str(reason))
    _note(application_id)
    return Response(echo, mimetype="text/plain")


@bp.post("/wecom/<id:application_id>")
@everybody
def take_wecom(application_id: int) -> ResponseReturnValue:
    """A member writes; the answer goes back inside ours."""
    application = _application(application_id, Platform.WECOM)
    keys = _wecom_keys(application)
    try:
        pushed = wecom.open_push(keys, request.args, _body())
    except NotGenuine as reason:
        _refuse(application_id, str(reason))
    said = _received(application_id, wecom.message(pushed))
    if not said.words:
        return Response("success", mimetype="text/plain")
    sealed = wecom.reply(keys, pushed, said.words, request.args.get("nonce", ""))
    return Response(sealed, mimetype="application/xml")


@bp.post("/aibot/<id:application_id>")
@everybody
def take_robot(application_id: int) -> ResponseReturnValue:
    """Somebody calls the smart robot in a group, or writes to it; the answer goes back inside ours."""
    robot = _application(application_id, Platform.AIBOT)
    keys, name = _wecom_keys(robot), robot.name
    try:
        pushed = smart_robot.open_push(keys, request.args, _body())
    except NotGenuine as reason:
        _refuse(application_id, str(reason))
    answer = _answered_by_robot(application_id, pushed, name)
    if not answer:
        return Response("", mimetype="text/plain")
    return jsonify(smart_robot.sealed(keys, answer, request.args.get("nonce", "")))


@bp.post("/dingtalk/<id:application_id>")
@everybody
def take_dingtalk(application_id: int) -> ResponseReturnValue:
    """A colleague writes to the robot; it answers through the conversation's own address, by the worker."""
    application = _application(application_id, Platform.DINGTALK)
    try:
        called = dingtalk.open_call(application.secrets.get("secret", ""), _headers(), _body())
    except NotGenuine as reason:
        _refuse(application_id, str(reason))
    base = current_app.extensions["settings"].platforms.dingtalk
    _received(application_id, dingtalk.message(called, urlsplit(base.url).netloc if base.is_local else ""))
    return jsonify({})


@bp.post("/feishu/<id:application_id>")
@everybody
def take_feishu(application_id: int) -> ResponseReturnValue:
    """An event, or the check of the address."""
    application = _application(application_id, Platform.FEISHU)
    secrets = application.secrets
    keys = feishu.Keys(application.app_id, secrets.get("verification_token", ""), secrets.get("encrypt_key", ""))
    try:
        called = feishu.open_call(keys, _headers(), _body())
    except NotGenuine as reason:
        _refuse(application_id, str(reason))
    if challenge := feishu.challenge(called):
        _note(application_id)
        return jsonify({"challenge": challenge})
    _received(application_id, feishu.message(called))
    return jsonify({})


def _answered_by_robot(application_id: int, pushed: dict[str, Any], name: str) -> dict[str, Any]:
    """What a smart robot says to a message, an arrival in its chat, or a poll; empty for nothing."""
    message = smart_robot.message(pushed, name)
    told = _received(application_id, message or smart_robot.entry(pushed)).words
    session = db.session()
    robot, reception = platform_applications.get(session, application_id), receptions.of(session, application_id)
    if (polled := smart_robot.polled(pushed)) and reception.takes:
        return smart_robot.words(receiving.told_again(session, robot, reception, polled), polled)
    if not told:
        return {}
    return smart_robot.words(told, receiving.key_of(robot, message)) if message is not None else smart_robot.welcome(told)


def _received(application_id: int, message: Message | None) -> Said:
    """Stored before it is answered."""
    with deciding() as scoped:
        return receiving.take(scoped(), application_id, message)


def _application(application_id: int, platform: Platform) -> PlatformApplication:
    application = platform_applications.get(db.session(), application_id)
    if application.platform != platform or not application.active:
        raise NotFound()
    return application


def _wecom_keys(application: PlatformApplication) -> wecom.Keys:
    secrets = application.secrets
    return wecom.Keys(application.corp_id, secrets.get("callback_token", ""), secrets.get("encoding_aes_key", ""))


def _body() -> bytes:
    request.max_content_length = MOST_BYTES
    return request.get_data()


def _headers() -> dict[str, str]:
    return {name.lower(): value for name, value in request.headers.items()}


def _note(application_id: int) -> None:
    with deciding() as session:
        receptions.note(session(), application_id)


def _refuse(application_id: int, reason: str) -> NoReturn:
    current_app.logger.warning(
        "a call was not genuine", extra={"action": "call_refused", "application": application_id, "reason": reason}
    )
    with deciding() as session:
        receptions.note(session(), application_id, refusal=reason)
    abort(403)
