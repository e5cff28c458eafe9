"""A way of signing in, as somebody who can be asked: built while the row is there, used with no transaction open."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Protocol

from app.wiring import Wiring
from editorial import clock
from editorial.joining.ways import SignInWay, WayKind
from publishers.claims import Claim, Trip
from publishers.oidc.provider import Client, Provider


class Voucher(Protocol):
    """Who vouches for people on one way. Both raise publishers.claims.ClaimRefused."""

    def address(self, trip: Trip, *, in_app: bool = False) -> str:
        """Where the browser goes."""

    def claim(self, trip: Trip, returned: Mapping[str, str]) -> Claim:
        """Who came back with this query."""


def voucher(wiring: Wiring, way: SignInWay) -> Voucher:
    """Who is asked on this way."""
    if way.kind == WayKind.OIDC:
        client = Client(way.issuer, way.client_id, way.secrets.get("client_secret", ""))
        return Provider(client, wiring.line, clock.now)
    raise NotImplementedError(way.kind)
