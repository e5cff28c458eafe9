"""A way of signing in, as somebody who can be asked: built while the row is there, used with no transaction open."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from typing import Protocol

from app.wiring import Wiring
from editorial import clock
from editorial.joining.ways import SignInWay
from editorial.platform_applications import Platform, PlatformApplication
from publishers.asking import Application, Asker, Tokens
from publishers.claims import UNREACHABLE, Claim, ClaimRefused, Trip
from publishers.connector import OutcomeUnknown, TryLater
from publishers.dingtalk import people as dingtalk
from publishers.feishu import people as feishu
from publishers.net import Base
from publishers.oidc.provider import Client, Provider
from publishers.wecom import people as wecom

TOKENS = Tokens()
"""The tokens of this process."""


class Voucher(Protocol):
    """Who vouches for people on one way. Both raise publishers.claims.ClaimRefused."""

    def address(self, trip: Trip, *, in_app: bool = False) -> str:
        """Where the browser goes."""

    def claim(self, trip: Trip, returned: Mapping[str, str]) -> Claim:
        """Who came back with this query."""


def voucher(wiring: Wiring, way: SignInWay) -> Voucher:
    """Who is asked on this way."""
    if way.application is None:
        return Provider(Client(way.issuer, way.client_id, way.secrets.get("client_secret", "")), wiring.line, clock.now)
    return _Patient(_of_platform(wiring, way.application))


def trial(wiring: Wiring, way: SignInWay) -> Callable[[], object]:
    """A harmless question to whoever vouches: the provider's own document, or a token for the application."""
    if way.application is None:
        return Provider(Client(way.issuer, way.client_id, ""), wiring.line, clock.now).document
    asked = asker(wiring, way.application)
    return partial(asked.tokens.get, asked.application, asked.line, anew=True)


def asker(wiring: Wiring, application: PlatformApplication) -> Asker:
    """An application asking about people."""
    said = Application(application.platform, application.corp_id or application.app_id, application.secrets["secret"])
    return Asker(said, wiring.line(_base(wiring, application.platform)), TOKENS)


class _Patient:
    """A voucher whose platform may not answer: that is a refusal, too."""

    def __init__(self, asked: Voucher) -> None:
        self._asked = asked

    def address(self, trip: Trip, *, in_app: bool = False) -> str:
        return self._asked.address(trip, in_app=in_app)

    def claim(self, trip: Trip, returned: Mapping[str, str]) -> Claim:
        try:
            return self._asked.claim(trip, returned)
        except (TryLater, OutcomeUnknown):
            raise ClaimRefused(UNREACHABLE) from None


def _of_platform(wiring: Wiring, application: PlatformApplication) -> Voucher:
    platforms, base = wiring.settings.platforms, _base(wiring, application.platform)
    rehearsal, secret = base.url if base.is_local else "", application.secrets["secret"]
    if application.platform == Platform.WECOM:
        return wecom.SignIn(application.corp_id, application.agent_id, asker(wiring, application), rehearsal)
    if application.platform == Platform.DINGTALK:
        line = wiring.line(platforms.dingtalk_new)
        return dingtalk.SignIn(application.app_id, secret, line, asker(wiring, application), rehearsal)
    return feishu.SignIn(application.app_id, secret, wiring.line(base), rehearsal)


def _base(wiring: Wiring, platform: str) -> Base:
    platforms = wiring.settings.platforms
    bases = {Platform.WECOM: platforms.wecom, Platform.DINGTALK: platforms.dingtalk, Platform.FEISHU: platforms.feishu}
    return bases[Platform(platform)]
