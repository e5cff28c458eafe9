"""ID tokens: signature by one of the provider's keys, then issuer, audience, times and nonce. Anything else is refused."""

from __future__ import annotations

import base64
import binascii
import hmac
import json
from collections.abc import Mapping
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature

from publishers.claims import UNREADABLE, ClaimRefused

LEEWAY_SECONDS = 60
"""How far the provider's clock may be off."""
LONGEST_TOKEN, LONGEST_SUBJECT = 16 * 1024, 255
RSA_BITS = 2048
KEY_TYPES = {"RS256": "RSA", "PS256": "RSA", "ES256": "EC"}
"""The algorithms that are taken. A token cannot choose `none` or a shared secret (RFC 8725, section 3.1)."""


def check(token: str, keys: list[Mapping[str, Any]], *, issuer: str, client_id: str, nonce: str, now: float) -> dict[str, Any]:
    """The claims of a token that holds (OpenID Connect Core 1.0, section 3.1.3.7). Raises ClaimRefused."""
    header, claims, signed, signature = _parts(token)
    if not any(_signed_by(key, header, signed, signature) for key in keys):
        raise ClaimRefused("The provider's answer is not signed with one of its keys.")
    audience = claims.get("aud")
    audiences = audience if isinstance(audience, list) else [audience]
    if claims.get("iss") != issuer:
        raise ClaimRefused("The answer comes from another provider.")
    if client_id not in audiences or claims.get("azp", client_id) != client_id or (len(audiences) > 1 and "azp" not in claims):
        raise ClaimRefused("The answer was meant for another application.")
    if not _is_timely(claims, now):
        raise ClaimRefused("The answer has run out, or one of the clocks is wrong.")
    if not hmac.compare_digest(str(claims.get("nonce", "")).encode(), nonce.encode()):
        raise ClaimRefused("The answer belongs to another sign-in.")
    subject = claims.get("sub")
    if not isinstance(subject, str) or not 0 < len(subject) <= LONGEST_SUBJECT:
        raise ClaimRefused(UNREADABLE)
    return claims


def _is_timely(claims: Mapping[str, Any], now: float) -> bool:
    times = [claims.get("exp"), claims.get("iat"), claims.get("nbf", 0)]
    if any(isinstance(at, bool) or not isinstance(at, (int, float)) for at in times):
        return False
    expires, issued, begins = (float(str(at)) for at in times)
    return expires > now - LEEWAY_SECONDS and max(issued, begins) < now + LEEWAY_SECONDS


def _parts(token: str) -> tuple[dict[str, Any], dict[str, Any], bytes, bytes]:
    try:
        head, body, signature = token.split(".")
        header, claims = json.loads(_decoded(head)), json.loads(_decoded(body))
        if len(token) > LONGEST_TOKEN or not isinstance(header, dict) or not isinstance(claims, dict):
            raise ValueError
        return header, claims, f"{head}.{body}".encode(), _decoded(signature)
    except (ValueError, binascii.Error):
        raise ClaimRefused(UNREADABLE) from None


def _signed_by(key: Mapping[str, Any], header: Mapping[str, Any], signed: bytes, signature: bytes) -> bool:
    """Whether this key of the provider fits the token's header and made its signature."""
    algorithm = str(header.get("alg"))
    if algorithm not in KEY_TYPES or key.get("kty") != KEY_TYPES[algorithm] or "crit" in header:
        return False
    if key.get("use", "sig") != "sig" or key.get("alg", algorithm) != algorithm:
        return False
    if "kid" in header and "kid" in key and header["kid"] != key["kid"]:
        return False
    try:
        _verify(key, algorithm, signed, signature)
    except (InvalidSignature, ValueError, KeyError, TypeError):
        return False
    return True


def _verify(key: Mapping[str, Any], algorithm: str, signed: bytes, signature: bytes) -> None:
    if algorithm == "ES256":
        if key["crv"] != "P-256" or len(signature) != 64:
            raise ValueError
        point = ec.EllipticCurvePublicNumbers(_number(key["x"]), _number(key["y"]), ec.SECP256R1()).public_key()
        pair = int.from_bytes(signature[:32], "big"), int.from_bytes(signature[32:], "big")
        point.verify(encode_dss_signature(*pair), signed, ec.ECDSA(hashes.SHA256()))
        return
    public = rsa.RSAPublicNumbers(_number(key["e"]), _number(key["n"])).public_key()
    if public.key_size < RSA_BITS:
        raise ValueError
    digest = hashes.SHA256()
    pads: padding.AsymmetricPadding = padding.PKCS1v15()
    if algorithm == "PS256":
        pads = padding.PSS(padding.MGF1(digest), digest.digest_size)
    public.verify(signature, signed, pads, digest)


def _number(text: str) -> int:
    return int.from_bytes(_decoded(text), "big")


def _decoded(text: str) -> bytes:
    """Base64url without padding (RFC 7515, section 2). Raises ValueError for any other sign."""
    if not isinstance(text, str) or "=" in text:
        raise ValueError
    return base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
