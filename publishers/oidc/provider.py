"""One OpenID provider: what it says of itself, where to send people, and what a returned code is worth."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import urlencode, urlsplit

from publishers.claims import NOT_TAKEN, UNREACHABLE, UNREADABLE, Claim, ClaimRefused, Trip
from publishers.connector import OutcomeUnknown, TryLater
from publishers.net import Answer, Base, Line
from publishers.oidc import id_tokens

SCOPES = "openid profile email"
WELL_KNOWN = "/.well-known/openid-configuration"


@dataclass(frozen=True)
class Client:
    """What we are at a provider. A public client has no secret; PKCE protects the code either way."""

    issuer: str
    client_id: str
    client_secret: str


@dataclass(frozen=True)
class Document:
    """What the provider says of itself (OpenID Connect Discovery 1.0, section 3)."""

    authorization: str
    token: str
    keys: str
    by_post: bool
    """Whether it wants the secret in the body only; the standard's own way is the header."""


class Provider:
    """A provider at the other end of `line`s. It is asked anew at each sign-in, so that its keys may change."""

    def __init__(self, client: Client, line: Callable[[Base], Line], now: Callable[[], datetime]) -> None:
        self._client, self._line, self._now = client, line, now

    def document(self) -> Document:
        """Ask what the provider says of itself. Raises ClaimRefused when that cannot be used."""
        said = self._read(self._client.issuer.rstrip("/") + WELL_KNOWN)
        if said.get("issuer") != self._client.issuer:
            raise ClaimRefused("The provider calls itself by another name than the issuer that is set here.")
        ways = said.get("token_endpoint_auth_methods_supported") or ["client_secret_basic"]
        return Document(
            self._address(said, "authorization_endpoint"), self._address(said, "token_endpoint"), self._address(said, "jwks_uri"),
            by_post="client_secret_basic" not in ways,
        )

    def address(self, trip: Trip, *, in_app: bool = False) -> str:
        """Where the person's browser goes, in a platform's client as anywhere. Raises ClaimRefused."""
        challenge = base64.urlsafe_b64encode(hashlib.sha256(trip.verifier.encode()).digest()).decode().rstrip("=")
        asked = {
            "response_type": "code", "client_id": self._client.client_id, "redirect_uri": trip.redirect_uri, "scope": SCOPES,
            "state": trip.state, "nonce": trip.nonce, "code_challenge": challenge, "code_challenge_method": "S256",
        }
        address = self.document().authorization
        return address + ("&" if urlsplit(address).query else "?") + urlencode(asked)

    def claim(self, trip: Trip, returned: Mapping[str, str]) -> Claim:
        """Who came back with this query. Raises ClaimRefused; each code is worth something once, and to the provider's say."""
        if returned.get("iss", self._client.issuer) != self._client.issuer:
            # RFC 9207: a code of one provider must not be handed to another.
            raise ClaimRefused("The answer comes from another provider.")
        document = self.document()
        token = self._exchange(document, trip, returned.get("code", ""))
        keys = self._read(document.keys).get("keys")
        claims = id_tokens.check(
            token, [key for key in keys if isinstance(key, dict)] if isinstance(keys, list) else [],
            issuer=self._client.issuer, client_id=self._client.client_id, nonce=trip.nonce, now=self._now().timestamp(),
        )
        name = claims.get("name") or claims.get("preferred_username") or ""
        return Claim(
            claims["sub"], str(name)[:80], str(claims.get("email") or "").strip().lower()[:254],
            email_verified=claims.get("email_verified") is True,
        )

    def _address(self, said: Mapping[str, Any], name: str) -> str:
        """An address of the document: https, and this machine only when the provider itself is a rehearsal's."""
        address = said.get(name)
        if not isinstance(address, str):
            raise ClaimRefused(UNREADABLE)
        if _split(address)[0].is_local and not _split(self._client.issuer)[0].is_local:
            raise ClaimRefused("The provider names an address that is not https.")
        return address

    def _exchange(self, document: Document, trip: Trip, code: str) -> str:
        """The ID token for a code (OpenID Connect Core 1.0, section 3.1.3)."""
        client = self._client
        form = {
            "grant_type": "authorization_code", "code": code, "redirect_uri": trip.redirect_uri, "code_verifier": trip.verifier,
            "client_id": client.client_id,
        }
        headers = {"Content-Type": "application/x-www-form-urlencoded", "Accept": "application/json"}
        if client.client_secret and document.by_post:
            form["client_secret"] = client.client_secret
        elif client.client_secret:
            headers["Authorization"] = _basic(client)
        base, path = _split(document.token)
        answer = self._asked(lambda: self._line(base).post_bytes(path, headers, urlencode(form).encode()))
        said = _object(answer)
        if answer.status != 200 or not isinstance(said.get("id_token"), str):
            if said.get("error") == "invalid_client":
                raise ClaimRefused("The provider does not take our client id or secret; tell the administrator.")
            raise ClaimRefused(NOT_TAKEN)
        token: str = said["id_token"]
        return token

    def _read(self, address: str) -> dict[str, Any]:
        base, path = _split(address)
        answer = self._asked(lambda: self._line(base).get(path, {}))
        if answer.status != 200:
            raise ClaimRefused(UNREACHABLE)
        return _object(answer)

    def _asked(self, call: Callable[[], Answer]) -> Answer:
        try:
            return call()
        except (TryLater, OutcomeUnknown):
            raise ClaimRefused(UNREACHABLE) from None


def _basic(client: Client) -> str:
    """RFC 6749, section 2.3.1: both parts are form-encoded first."""
    id_, secret = (urlencode({"": part})[1:] for part in (client.client_id, client.client_secret))
    return "Basic " + base64.b64encode(f"{id_}:{secret}".encode()).decode()


def _object(answer: Answer) -> dict[str, Any]:
    try:
        return answer.json()
    except OutcomeUnknown:
        raise ClaimRefused(UNREADABLE) from None


def _split(address: str) -> tuple[Base, str]:
    """Host and path of an address that may be used: https, or this machine in a rehearsal. Raises ClaimRefused."""
    parts = urlsplit(address)
    try:
        base = Base(f"{parts.scheme}://{parts.netloc}")
    except ValueError:
        raise ClaimRefused("The provider names an address that is not https.") from None
    return base, parts.path + (f"?{parts.query}" if parts.query else "")
