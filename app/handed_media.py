"""Pictures and files that people sent to the company's applications, fetched from the platform that holds them."""

from __future__ import annotations

from urllib.parse import parse_qsl, urlsplit

from sqlalchemy import Engine
from sqlalchemy.orm import Session

from app.config import Platforms
from app.wiring import Wiring, engine_of
from editorial import platform_applications
from editorial.platform_applications import Platform, PlatformApplication
from publishers.connector import OutcomeUnknown, SwitchedOff, TryLater
from publishers.dingtalk import media as dingtalk
from publishers.feishu import media as feishu
from publishers.importing.fetching import Fetcher
from publishers.importing.limits import PICTURE_BYTES
from publishers.importing.results import Refused as NotFetched
from publishers.net import Base
from publishers.wecom import media as wecom

N_ = str
REST_SECONDS = 300.0
NOT_NOW = "The platform does not give out what was sent at the moment."


class HandedMedia:
    """The way to the media of every application, under the token that all processes share."""

    def __init__(self, wiring: Wiring, fetcher: Fetcher | None = None) -> None:
        self._wiring, self._fetcher = wiring, fetcher or Fetcher()

    def fetch(self, session: Session, way: str, message_id: str, kind: str, value: str) -> bytes:
        """The bytes of one picture or file; the session's transaction ends before the platform is asked.

        Raises Refused for what is gone, and TryLater for everything that somebody or time can mend: asking changes nothing.
        """
        application, engine = _taken_out(session, way), engine_of(session)
        if not application.active:
            raise TryLater(N_("The application rests."), after=REST_SECONDS)
        try:
            return self._asked(engine, application, message_id, kind, value)
        except (OutcomeUnknown, SwitchedOff) as failure:
            raise TryLater(failure.reason, after=REST_SECONDS, code=failure.code) from None

    def answer(self, session: Session, way: str, answer_at: str, words: str, key: str) -> None:
        """Say something where a message came from, on the platforms that take no answer at once. Raises Failure."""
        application, engine = _taken_out(session, way), engine_of(session)
        if application.platform == Platform.FEISHU:
            feishu.answer(self._wiring.applications.feishu(engine, application), answer_at, words, key)
        elif application.platform == Platform.DINGTALK:
            parts = urlsplit(answer_at)
            bases = (self._platforms.dingtalk, self._platforms.dingtalk_new)
            base = next((one for one in bases if urlsplit(one.url).netloc == parts.netloc), None)
            if base is not None:
                dingtalk.answer(self._wiring.line(base), parts.path, dict(parse_qsl(parts.query)), words)

    @property
    def _platforms(self) -> Platforms:
        return self._wiring.settings.platforms

    def _asked(self, engine: Engine, application: PlatformApplication, message_id: str, kind: str, value: str) -> bytes:
        ways = self._wiring.applications
        if application.platform == Platform.WECOM:
            return wecom.fetch(ways.wecom(engine, application), value)
        if application.platform == Platform.FEISHU:
            held = "image" if kind == "picture" else "file"
            return feishu.fetch(ways.feishu(engine, application), message_id, held, value)
        return self._from(dingtalk.address(ways.dingtalk(engine, application), value))

    def _from(self, address: str) -> bytes:
        """A file from DingTalk's store: a public address, unless the platform itself is a stand-in on this machine."""
        parts = urlsplit(address)
        if self._platforms.dingtalk_new.is_local and parts.netloc == urlsplit(self._platforms.dingtalk_new.url).netloc:
            line = self._wiring.line(Base(f"{parts.scheme}://{parts.netloc}"))
            answer = line.get(parts.path, dict(parse_qsl(parts.query, keep_blank_values=True)))
            if answer.status != 200:
                raise TryLater(NOT_NOW)
            return answer.content
        try:
            return self._fetcher.fetch(address, PICTURE_BYTES).content
        except NotFetched:
            raise TryLater(NOT_NOW) from None


def _taken_out(session: Session, way: str) -> PlatformApplication:
    """The application a message came to, readable after the transaction's end."""
    application = platform_applications.get(session, int(way.partition(":")[2]))
    session.expunge(application)
    session.commit()
    return application
