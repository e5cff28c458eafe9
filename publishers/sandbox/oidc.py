"""The simulated OpenID provider under /oidc: a page to choose a person from, codes that count once, tokens signed with a fresh key.

Client secret "wrong" is wrong; any other is right. The settings `oidc_people` and `oidc_spoils` say who is known and what is
wrong with the tokens: issuer, audience, nonce, signature, expired, none (unsigned), unverified.
"""

from __future__ import annotations

import base64
import hashlib
import html
import json
import secrets
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qsl, unquote_plus, urlencode

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature

from publishers.sandbox.calls import Call, Reply, json_reply
from publishers.sandbox.things import Settings

PREFIX = "/oidc/"
CODE_SECONDS, TOKEN_SECONDS = 300, 600
NEEDED = ("client_id", "redirect_uri", "state", "nonce", "code_challenge")
POLICY = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'"


@dataclass(frozen=True)
class Grant:
    """What a code stands for."""

    asked: dict[str, str]
    sub: str
    at: float


class Provider:
    """Codes and key live in memory: a restart ends every sign-in under way."""

    def __init__(self) -> None:
        self._grants: dict[str, Grant] = {}
        self._key: ec.EllipticCurvePrivateKey | None = None

    def answer(self, settings: Settings, call: Call) -> Reply:
        """Answer one call of a browser or of a client."""
        doors = {
            ".well-known/openid-configuration": self._document, "authorize": self._authorize, "choice": self._choice,
            "token": self._token, "keys": self._keys,
        }
        door = doors.get(call.path.removeprefix(PREFIX))
        return door(settings, call) if door else json_reply({"error": "not_found"}, status=404)

    def _document(self, settings: Settings, call: Call) -> Reply:
        base = call.base + "/oidc"
        return json_reply({
            "issuer": base, "authorization_endpoint": f"{base}/authorize", "token_endpoint": f"{base}/token",
            "jwks_uri": f"{base}/keys", "response_types_supported": ["code"], "subject_types_supported": ["public"],
            "id_token_signing_alg_values_supported": ["ES256"], "code_challenge_methods_supported": ["S256"],
            "authorization_response_iss_parameter_supported": True,
        })

    def _authorize(self, settings: Settings, call: Call) -> Reply:
        if any(not call.query.get(name) for name in NEEDED) or call.query.get("code_challenge_method") != "S256":
            return json_reply({"error": "invalid_request"}, status=400)
        rows = "".join(_row(call.query, person) for person in settings.oidc_people)
        return Reply(_PAGE.format(rows=rows).encode(), headers={"Content-Security-Policy": POLICY, "Cache-Control": "no-store"})

    def _choice(self, settings: Settings, call: Call) -> Reply:
        """Somebody chose who they are: back with a code."""
        asked = dict(call.query)
        code = secrets.token_urlsafe(24)
        self._grants[code] = Grant(asked, asked.pop("sub", ""), call.at)
        back = {"code": code, "state": asked.get("state", ""), "iss": call.base + "/oidc"}
        mark = "&" if "?" in asked.get("redirect_uri", "") else "?"
        return Reply(b"", status=302, headers={"Location": asked.get("redirect_uri", "/") + mark + urlencode(back)})

    def _token(self, settings: Settings, call: Call) -> Reply:
        form = dict(parse_qsl(call.body.decode("utf-8", "replace")))
        client_id, secret = _client(call, form)
        if secret == "wrong":
            return json_reply({"error": "invalid_client"}, status=401)
        grant = self._grants.pop(form.get("code", ""), None)
        if grant is None or call.at - grant.at > CODE_SECONDS or not _fits(grant, form, client_id):
            return json_reply({"error": "invalid_grant"}, status=400)
        person = next((one for one in settings.oidc_people if one["sub"] == grant.sub), None)
        if person is None:
            return json_reply({"error": "invalid_grant"}, status=400)
        token = self._signed(_claims(settings, grant, person, call), settings.oidc_spoils)
        return json_reply({"access_token": secrets.token_urlsafe(24), "token_type": "Bearer", "expires_in": 300, "id_token": token})

    def _keys(self, settings: Settings, call: Call) -> Reply:
        numbers = self._own_key().public_key().public_numbers()
        return json_reply({"keys": [{
            "kty": "EC", "crv": "P-256", "use": "sig", "alg": "ES256", "kid": "sandbox",
            "x": _encoded(numbers.x.to_bytes(32, "big")), "y": _encoded(numbers.y.to_bytes(32, "big")),
        }]})

    def _own_key(self) -> ec.EllipticCurvePrivateKey:
        if self._key is None:
            self._key = ec.generate_private_key(ec.SECP256R1())
        return self._key

    def _signed(self, claims: dict[str, Any], spoils: str) -> str:
        head = {"typ": "JWT", "alg": "none"} if spoils == "none" else {"typ": "JWT", "alg": "ES256", "kid": "sandbox"}
        said = ".".join(_encoded(json.dumps(part).encode()) for part in (head, claims))
        if spoils == "none":
            return said + "."
        key = ec.generate_private_key(ec.SECP256R1()) if spoils == "signature" else self._own_key()
        r, s = decode_dss_signature(key.sign(said.encode(), ec.ECDSA(hashes.SHA256())))
        return f"{said}.{_encoded(r.to_bytes(32, 'big') + s.to_bytes(32, 'big'))}"


def _claims(settings: Settings, grant: Grant, person: dict[str, Any], call: Call) -> dict[str, Any]:
    spoils = settings.oidc_spoils
    at = int(call.at) - (7200 if spoils == "expired" else 0)
    claims = {
        "iss": call.base + ("/another" if spoils == "issuer" else "/oidc"), "sub": person["sub"],
        "iat": at, "exp": at + TOKEN_SECONDS,
        "aud": "another" if spoils == "audience" else grant.asked["client_id"],
        "nonce": "another" if spoils == "nonce" else grant.asked["nonce"], "name": person.get("name", ""),
    }
    if person.get("email"):
        claims |= {"email": person["email"], "email_verified": bool(person.get("verified", True)) and spoils != "unverified"}
    return claims


def _client(call: Call, form: dict[str, str]) -> tuple[str, str]:
    kind, _, said = call.headers.get("authorization", "").partition(" ")
    if kind.lower() == "basic":
        name, _, secret = base64.b64decode(said).decode().partition(":")
        return unquote_plus(name), unquote_plus(secret)
    return form.get("client_id", ""), form.get("client_secret", "")


def _fits(grant: Grant, form: dict[str, str], client_id: str) -> bool:
    challenge = _encoded(hashlib.sha256(form.get("code_verifier", "").encode()).digest())
    asked = grant.asked
    return (client_id, form.get("redirect_uri"), challenge) == (asked["client_id"], asked["redirect_uri"], asked["code_challenge"])


def _row(asked: Any, person: dict[str, Any]) -> str:
    address = PREFIX + "choice?" + urlencode({**asked, "sub": person["sub"]})
    words = " · ".join(str(person[name]) for name in ("name", "email") if person.get(name))
    return f'<li><a href="{html.escape(address)}">{html.escape(words or person["sub"])}</a></li>'


def _encoded(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).decode().rstrip("=")


_PAGE = (
    '<!doctype html><html lang="zh-CN"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">'
    "<title>统一登录（演练）</title><style>body{{font:16px/1.7 system-ui,sans-serif;max-width:24rem;"
    "margin:12vh auto;padding:0 1rem}}"
    "ul{{list-style:none;padding:0}}a{{display:block;padding:.75rem 1rem;margin:.5rem 0;border:1px solid #bbb;border-radius:.6rem;"
    "color:#175a3c;text-decoration:none}}</style></head><body><h1>统一登录（演练）</h1><p>您是谁？</p><ul>{rows}</ul></body></html>"
)
