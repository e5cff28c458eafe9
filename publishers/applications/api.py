"""Calls in the name of an application: the token goes along, and is renewed once when the platform refuses it."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping
from typing import Any, TypeVar

from publishers.applications.application import Application
from publishers.applications.holder import Holder
from publishers.connector import OutcomeUnknown, Rate, SwitchedOff
from publishers.net import Answer, Line
from publishers.robots.answers import check_status
from publishers.tokens import TokenStore

Said = dict[str, Any]
Got = TypeVar("Got")
REFUSED_TWICE = "The platform refuses the application's access token."


class TokenRefused(Exception):
    """The platform wants another token; nothing came of the call."""


class Api(ABC):
    """The calls of one application on one platform."""

    credential_codes: frozenset[str] = frozenset()
    """Codes with which the platform refuses the application itself, not one message or one group."""
    per_second: int | None = None
    """Messages that we allow ourselves in any second through one application, whatever the group; none: no limit is known."""

    def __init__(self, application: Application, line: Line, store: TokenStore, *, testing: bool = False) -> None:
        self.application, self._line = application, line
        self._holder = Holder(application.key, self._ask, store, testing=testing)

    @property
    def rates(self) -> tuple[Rate, ...]:
        """What all groups behind this application share."""
        return (Rate(self.application.key, self.per_second, 1.0),) if self.per_second else ()

    def call(self, method: str, path: str, body: object | None = None, params: Mapping[str, str] | None = None) -> Said:
        """Make one call and give what the platform said of success. Raises one of the four words."""
        return self._with_token(lambda token: self._once(token, method, path, params or {}, body))

    def file(self, path: str, params: Mapping[str, str]) -> bytes:
        """The bytes that lie there; only refusals come as words. Raises one of the four words."""
        return self._with_token(lambda token: self._bytes(token, path, params))

    def token(self) -> str:
        """The present token, for whoever wants to know whether the platform gives one. Raises one of the four words."""
        return self._holder.current()

    def _with_token(self, once: Callable[[str], Got]) -> Got:
        token = self._holder.current()
        try:
            try:
                return once(token)
            except TokenRefused:
                token = self._holder.renewed(token)
            return once(token)
        except TokenRefused:
            failure = SwitchedOff(REFUSED_TWICE)
        except SwitchedOff as refused:
            if refused.code not in self.credential_codes:
                raise
            failure = refused
        self._holder.give_up(failure)
        raise failure

    def _once(self, token: str, method: str, path: str, params: Mapping[str, str], body: object | None) -> Said:
        answer = self._sent(token, method, path, params, body)
        self._judge(answer)
        return answer.json()

    def _bytes(self, token: str, path: str, params: Mapping[str, str]) -> bytes:
        answer = self._sent(token, "GET", path, params, None)
        if 200 <= answer.status < 300 and not _speaks(answer):
            return answer.content
        self._judge(answer)
        raise OutcomeUnknown("The platform's answer could not be read.", http_status=answer.status)

    @abstractmethod
    def _ask(self) -> tuple[str, float]:
        """Ask for a token; how many seconds it lives."""

    @abstractmethod
    def _sent(self, token: str, method: str, path: str, params: Mapping[str, str], body: object | None) -> Answer:
        """Make the call, with the token where the platform wants it."""

    @abstractmethod
    def _judge(self, answer: Answer) -> None:
        """Return for success. Raises TokenRefused or one of the four words."""


def _speaks(answer: Answer) -> bool:
    """Whether this is a refusal, or a proxy's page, where a file was expected. WeCom's refusals may come as plain text."""
    if answer.content_type.startswith("application/json"):
        return True
    return answer.content_type.startswith("text/") and answer.content.lstrip()[:1] in (b"{", b"<")


def given(answer: Answer, said: Mapping[str, object], name: str, lives: str) -> tuple[str, float]:
    """The token in an answer that was judged a success. Raises OutcomeUnknown when there is none."""
    check_status(answer)
    value, seconds = said.get(name), said.get(lives)
    if not isinstance(value, str) or not value or not isinstance(seconds, int | float):
        raise OutcomeUnknown("The platform's answer could not be read.", http_status=answer.status)
    return value, float(seconds)
