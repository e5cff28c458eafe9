"""Pictures and files that people sent to the company's applications, fetched from the platform that holds them."""

from __future__ import annotations

import time
from urllib.parse import parse_qsl, urlsplit

from sqlalchemy.orm import Session

from app.config import Platforms
from app.wiring import Wiring
from editorial import platform_applications
from editorial.platform_applications import Platform, PlatformApplication
from publishers.connector import Failure, Refused, TryLater
from publishers.dingtalk import media as dingtalk
from publishers.feishu import media as feishu
from publishers.importing.fetching import Fetcher
from publishers.importing.limits import PICTURE_BYTES
from publishers.importing.results import Refused as NotFetched
from publishers.wecom import media as wecom

N_ = str
SPARE_SECONDS = 300.0
"""How long before its end a token is not used any more."""


class HandedMedia:
    """The way to the media of every application. Tokens are kept for this process alone: few are needed."""

    def __init__(self, wiring: Wiring, fetcher: Fetcher | None = None) -> None:
        self._wiring, self._fetcher = wiring, fetcher or Fetcher()
        self._tokens: dict[int, tuple[str, float]] = {}

    def fetch(self, session: Session, way: str, message_id: str, kind: str, value: str) -> bytes:
        """The bytes of one picture or file; the session's transaction ends before the platform is asked. Raises Failure."""
        application = platform_applications.get(session, int(way.partition(":")[2]))
        if not application.active:
            raise TryLater(N_("The application rests."), after=SPARE_SECONDS)
        session.expunge(application)
        session.commit()
        token = self._token(application)
        try:
            return self._asked(application, token, message_id, kind, value)
        except Failure:
            # A token that somebody else's use has ended looks like any other refusal on some platforms.
            self._tokens.pop(application.id, None)
            raise

    def answer(self, session: Session, way: str, answer_at: str, words: str, key: str) -> None:
        """Say something where a message came from, on the platforms that take no answer at once. Raises Failure."""
        application = platform_applications.get(session, int(way.partition(":")[2]))
        session.expunge(application)
        session.commit()
        if application.platform == Platform.FEISHU:
            feishu.answer(self._wiring.line(self._platforms.feishu), self._token(application), answer_at, words, key)
        elif application.platform == Platform.DINGTALK:
            parts = urlsplit(answer_at)
            bases = (self._platforms.dingtalk, self._platforms.dingtalk_new)
            base = next((one for one in bases if urlsplit(one.url).netloc == parts.netloc), None)
            if base is not None:
                dingtalk.answer(self._wiring.line(base), parts.path, dict(parse_qsl(parts.query)), words)

    @property
    def _platforms(self) -> Platforms:
        return self._wiring.settings.platforms

    def _asked(self, application: PlatformApplication, token: str, message_id: str, kind: str, value: str) -> bytes:
        if application.platform == Platform.WECOM:
            return wecom.fetch(self._wiring.line(self._platforms.wecom), token, value)
        if application.platform == Platform.FEISHU:
            held = "image" if kind == "picture" else "file"
            return feishu.fetch(self._wiring.line(self._platforms.feishu), token, message_id, held, value)
        address = dingtalk.address(self._wiring.line(self._platforms.dingtalk_new), token, application.robot, value)
        try:
            return self._fetcher.fetch(address, PICTURE_BYTES).content
        except NotFetched:
            raise TryLater("The platform does not give out what was sent at the moment.") from None

    def _token(self, application: PlatformApplication) -> str:
        kept = self._tokens.get(application.id)
        if kept is None or kept[1] <= time.monotonic():
            token, lives = self._asked_token(application)
            kept = self._tokens[application.id] = (token, time.monotonic() + max(lives - SPARE_SECONDS, 1.0))
        return kept[0]

    def _asked_token(self, application: PlatformApplication) -> tuple[str, float]:
        secret = str(application.secrets.get("secret") or "")
        if not secret:
            raise Refused(N_("The application has no secret."))
        if application.platform == Platform.WECOM:
            return wecom.access_token(self._wiring.line(self._platforms.wecom), application.corp_id, secret)
        if application.platform == Platform.FEISHU:
            return feishu.access_token(self._wiring.line(self._platforms.feishu), application.app_id, secret)
        return dingtalk.access_token(self._wiring.line(self._platforms.dingtalk_new), application.app_id, secret)
