"""Calls of WeCom's applications. https://developer.work.weixin.qq.com/document/path/91039"""

from __future__ import annotations

from collections.abc import Mapping

from publishers.applications.api import Api as AnyApi
from publishers.applications.api import TokenRefused, given
from publishers.net import Answer
from publishers.robots.answers import check_status, code_in, settle
from publishers.wecom.errors import API_VERDICTS, CREDENTIAL_CODES, RIGHT_CODES, TOKEN_CODES, hint_of

TOKEN_PATH = "/cgi-bin/gettoken"


class Api(AnyApi):
    """The calls of one WeCom application; each application of a company has a token of its own."""

    credential_codes = CREDENTIAL_CODES
    # 10 000 a minute of each call: https://developer.work.weixin.qq.com/document/path/90312
    per_second = 100

    def _ask(self) -> tuple[str, float]:
        params = {"corpid": self.application.corp_id, "corpsecret": self.application.secret}
        answer = self._line.get(TOKEN_PATH, params)
        self._judge(answer)
        return given(answer, answer.json(), "access_token", "expires_in")

    def _sent(self, token: str, method: str, path: str, params: Mapping[str, str], body: object | None) -> Answer:
        query = {"access_token": token, **params}
        return self._line.get(path, query) if method == "GET" else self._line.post(path, query, body)

    def _judge(self, answer: Answer) -> None:
        check_status(answer)
        said = answer.json()
        code = code_in(said, "errcode")
        if code in TOKEN_CODES:
            raise TokenRefused()
        settle(code, API_VERDICTS, http_status=answer.status, rid=hint_of(said))


class CustomerContact(Api):
    """The same for customer contact. Lacking that permission an application still writes to its groups, so only the call fails."""

    credential_codes = CREDENTIAL_CODES - RIGHT_CODES
