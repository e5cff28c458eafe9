"""Calls of Feishu's applications. https://open.feishu.cn/document/server-docs/authentication-management/access-token/tenant_access_token_internal"""

from __future__ import annotations

from collections.abc import Mapping

from publishers.applications.api import Api as AnyApi
from publishers.applications.api import TokenRefused, given
from publishers.connector import TryLater
from publishers.feishu.errors import API_VERDICTS, CREDENTIAL_CODES, TOKEN_CODES
from publishers.net import Answer
from publishers.robots.answers import TOO_FAST, check_status, code_in, settle, wait_of

TOKEN_PATH = "/open-apis/auth/v3/tenant_access_token/internal"
FREQUENCY = 99991400


class Api(AnyApi):
    """The calls of one Feishu application. Most refusals come with HTTP 400 and a code in the body."""

    credential_codes = CREDENTIAL_CODES
    # 1000 a minute and 50 a second: https://open.feishu.cn/document/uAjLw4CM/ukTMukTMukTM/reference/im-v1/message/create
    per_second = 15

    def _ask(self) -> tuple[str, float]:
        keys = {"app_id": self.application.app_id, "app_secret": self.application.secret}
        answer = self._line.post(TOKEN_PATH, {}, keys)
        self._judge(answer)
        return given(answer, answer.json(), "tenant_access_token", "expire")

    def _sent(self, token: str, method: str, path: str, params: Mapping[str, str], body: object | None) -> Answer:
        return self._line.ask(method, path, params, {"Authorization": f"Bearer {token}"}, body)

    def _judge(self, answer: Answer) -> None:
        check_status(answer)
        code = code_in(answer.json(), "code")
        if code in TOKEN_CODES:
            raise TokenRefused()
        if code == FREQUENCY:
            raise TryLater(TOO_FAST, after=wait_of(answer), whole_channel=True, code=str(code), http_status=answer.status)
        settle(code, API_VERDICTS, http_status=answer.status, rid=answer.headers.get("x-tt-logid", ""))
