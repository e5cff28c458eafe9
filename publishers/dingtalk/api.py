"""Calls of DingTalk's applications: the new interface, and the old one for what only it has.

https://open.dingtalk.com/document/orgapp/obtain-the-access_token-of-an-internal-app
"""

from __future__ import annotations

from collections.abc import Mapping

from publishers.applications.api import Api as AnyApi
from publishers.applications.api import TokenRefused, given
from publishers.connector import OutcomeUnknown, TryLater
from publishers.dingtalk.errors import NEW_TOKEN, NEW_VERDICTS, REFUSED_APPLICATION, VERDICTS
from publishers.net import Answer
from publishers.robots.answers import BUSY, UNKNOWN_CODE, check_status, code_in, settle

TOKEN_PATH, OLD_TOKEN_PATH = "/v1.0/oauth2/accessToken", "/gettoken"
DENIED = "denied"
OLD_TOKENS = (40014, 42001, 41001)
OLD_DENIED = (40001, 40089, 60011, 60020)


class Api(AnyApi):
    """The calls of one application at api.dingtalk.com; codes are words, and come with HTTP 4xx."""

    credential_codes = frozenset({DENIED})

    def _ask(self) -> tuple[str, float]:
        keys = {"appKey": self.application.app_id, "appSecret": self.application.secret}
        answer = self._line.post(TOKEN_PATH, {}, keys)
        try:
            self._judge(answer)
        except TokenRefused:
            raise REFUSED_APPLICATION.failure(code=DENIED, http_status=answer.status) from None
        return given(answer, answer.json(), "accessToken", "expireIn")

    def _sent(self, token: str, method: str, path: str, params: Mapping[str, str], body: object | None) -> Answer:
        return self._line.ask(method, path, params, {"x-acs-dingtalk-access-token": token}, body)

    def _judge(self, answer: Answer) -> None:
        judge(answer)


class OldApi(AnyApi):
    """The calls of the same application at oapi.dingtalk.com, with a token of its own."""

    credential_codes = frozenset(map(str, OLD_DENIED))

    def _ask(self) -> tuple[str, float]:
        answer = self._line.get(OLD_TOKEN_PATH, {"appkey": self.application.app_id, "appsecret": self.application.secret})
        self._judge(answer)
        return given(answer, answer.json(), "access_token", "expires_in")

    def _sent(self, token: str, method: str, path: str, params: Mapping[str, str], body: object | None) -> Answer:
        query = {"access_token": token, **params}
        return self._line.get(path, query) if method == "GET" else self._line.post(path, query, body)

    def _judge(self, answer: Answer) -> None:
        check_status(answer)
        code = code_in(answer.json(), "errcode")
        if code in OLD_TOKENS:
            raise TokenRefused()
        if code in OLD_DENIED:
            raise REFUSED_APPLICATION.failure(code=str(code), http_status=answer.status)
        if code in (-1, 15):
            raise BUSY.failure(code=str(code), http_status=answer.status)
        if code == 88:
            raise TryLater("DingTalk found us too fast or was busy.", after=60.0, whole_channel=True, code="88")
        settle(code, VERDICTS, http_status=answer.status)


def judge(answer: Answer) -> None:
    """Return for success. Raises TokenRefused or one of the four words."""
    check_status(answer)
    said = answer.json()
    if 200 <= answer.status < 300:
        return
    code = str(said.get("code") or "")
    if NEW_TOKEN.search(code):
        raise TokenRefused()
    verdict = next((verdict for pattern, verdict in NEW_VERDICTS if pattern.search(code)), None)
    if verdict is None and answer.status in (401, 403):
        verdict = REFUSED_APPLICATION
    if not code and verdict is None:
        raise OutcomeUnknown("The platform's answer could not be read.", http_status=answer.status)
    shown = DENIED if verdict is REFUSED_APPLICATION else code[:40]
    raise (verdict or UNKNOWN_CODE).failure(code=shown, rid=str(said.get("requestid") or ""), http_status=answer.status)
