"""Pictures and files that people sent to the company's applications, and who they are, asked of the platform that knows."""

from __future__ import annotations

from urllib.parse import parse_qsl, urlsplit

from sqlalchemy import Engine
from sqlalchemy.orm import Session

from app.config import Platforms
from app.wiring import Wiring, engine_of
from editorial import platform_applications
from editorial.platform_applications import Platform, PlatformApplication
from publishers.connector import OutcomeUnknown, Refused, SwitchedOff, TryLater
from publishers.dingtalk import media as dingtalk
from publishers.feishu import media as feishu
from publishers.importing.fetching import Fetcher
from publishers.importing.limits import PICTURE_BYTES
from publishers.importing.results import Refused as NotFetched
from publishers.net import Base
from publishers.wecom import media as wecom
from publishers.wecom import robot_media, user_ids

N_ = str
REST_SECONDS = 300.0
NOT_NOW = "The platform does not give out what was sent at the moment."
GONE_STATUSES = (403, 404, 410)
"""A store's answers to an address that has lived."""


class HandedMedia:
    """The way to the media of every application, under the token that all processes share."""

    def __init__(self, wiring: Wiring, fetcher: Fetcher | None = None) -> None:
        self._wiring, self._fetcher = wiring, fetcher or Fetcher()

    def fetch(self, session: Session, way: str, message_id: str, kind: str, value: str, key: str = "") -> bytes:
        """The bytes of one picture or file; the session's transaction ends before the platform is asked.

        `key` opens what a smart robot was sent over a connection of ours; what it sent to our address is opened by its own.
        Raises Refused for what is gone, and TryLater for everything that somebody or time can mend: asking changes nothing.
        """
        application, engine = _taken_out(session, way), engine_of(session)
        if not application.active:
            raise TryLater(N_("The application rests."), after=REST_SECONDS)
        try:
            if application.platform == Platform.AIBOT:
                sealed = self._from_robot(value)
                return robot_media.unlock(sealed, key or str(application.secrets.get("encoding_aes_key") or ""))
            return self._asked(engine, application, message_id, kind, value)
        except (OutcomeUnknown, SwitchedOff) as failure:
            raise TryLater(failure.reason, after=REST_SECONDS, code=failure.code) from None

    def member(self, session: Session, way: str, told: str) -> str:
        """The company's user id behind what a smart robot was told, "" for nobody of ours. Raises Failure.

        The session's transaction ends before the platform is asked.
        """
        robot, engine = _taken_out(session, way), engine_of(session)
        companion = platform_applications.get(session, robot.companion_id or 0)
        session.expunge(companion)
        session.commit()
        return user_ids.plain(self._wiring.applications.wecom(engine, companion), told)

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
        content, _status = self._from(dingtalk.address(ways.dingtalk(engine, application), value), self._platforms.dingtalk_new)
        if content is None:
            raise TryLater(NOT_NOW)
        return content

    def _from_robot(self, address: str) -> bytes:
        """What a smart robot was sent, sealed as it lies there."""
        base = self._platforms.wecom
        if not base.is_local and not robot_media.is_at_home(address):
            raise Refused(robot_media.ELSEWHERE)
        content, status = self._from(address, base)
        if content is None:
            raise Refused(robot_media.GONE) if status in GONE_STATUSES else TryLater(NOT_NOW)
        return content

    def _from(self, address: str, base: Base) -> tuple[bytes | None, int]:
        """A file from a platform's store, or None with the status that it answered, 0 for no answer.

        The address must be a public one, unless the platform itself is a stand-in on this machine.
        """
        if base.is_local and address.startswith(f"{base.url.rstrip('/')}/"):
            parts = urlsplit(address)
            line = self._wiring.line(Base(f"{parts.scheme}://{parts.netloc}"))
            answer = line.get(parts.path, dict(parse_qsl(parts.query, keep_blank_values=True)))
            return (answer.content if answer.status == 200 else None), answer.status
        try:
            return self._fetcher.fetch(address, PICTURE_BYTES).content, 200
        except NotFetched as refused:
            return None, int(str(refused.params.get("status", 0)))


def _taken_out(session: Session, way: str) -> PlatformApplication:
    """The application a message came to, readable after the transaction's end."""
    application = platform_applications.get(session, int(way.partition(":")[2]))
    session.expunge(application)
    session.commit()
    return application
