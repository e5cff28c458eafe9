"""ID tokens: three algorithms that hold, and every token that must not."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable
from typing import Any

import pytest
from cryptography.hazmat.primitives import hashes, hmac
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature

from publishers.claims import ClaimRefused
from publishers.oidc import id_tokens

NOW = 1_792_000_000
CLAIMS = {"iss": "https://sso.example", "aud": "qunsheng", "sub": "10024", "nonce": "n1", "iat": NOW - 5, "exp": NOW + 300}
RSA_KEY = rsa.generate_private_key(65537, 2048)
EC_KEY = ec.generate_private_key(ec.SECP256R1())
OTHER_KEY = ec.generate_private_key(ec.SECP256R1())


def encoded(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).decode().rstrip("=")


def number(value: int) -> str:
    return encoded(value.to_bytes((value.bit_length() + 7) // 8, "big"))


def public(key: Any, **more: str) -> dict[str, str]:
    """The key as a provider publishes it."""
    if isinstance(key, rsa.RSAPrivateKey):
        numbers = key.public_key().public_numbers()
        return {"kty": "RSA", "n": number(numbers.n), "e": number(numbers.e), **more}
    point = key.public_key().public_numbers()
    x, y = (encoded(value.to_bytes(32, "big")) for value in (point.x, point.y))
    return {"kty": "EC", "crv": "P-256", "x": x, "y": y, **more}


def es256(said: bytes, key: ec.EllipticCurvePrivateKey = EC_KEY) -> bytes:
    r, s = decode_dss_signature(key.sign(said, ec.ECDSA(hashes.SHA256())))
    return r.to_bytes(32, "big") + s.to_bytes(32, "big")


def rs256(said: bytes) -> bytes:
    return RSA_KEY.sign(said, padding.PKCS1v15(), hashes.SHA256())


def ps256(said: bytes) -> bytes:
    return RSA_KEY.sign(said, padding.PSS(padding.MGF1(hashes.SHA256()), 32), hashes.SHA256())


def token(claims: dict[str, Any], sign: Callable[[bytes], bytes] = es256, **header: Any) -> str:
    said = ".".join(encoded(json.dumps(part).encode()) for part in ({"alg": "ES256", **header}, claims))
    return f"{said}.{encoded(sign(said.encode()))}"


def check(text: str, *keys: dict[str, str]) -> dict[str, Any]:
    return id_tokens.check(
        text, list(keys) or [public(EC_KEY)], issuer="https://sso.example", client_id="qunsheng", nonce="n1", now=NOW)


@pytest.mark.parametrize(("algorithm", "sign", "key"), [
    ("RS256", rs256, RSA_KEY), ("PS256", ps256, RSA_KEY), ("ES256", es256, EC_KEY),
])
def test_what_holds_is_taken(algorithm, sign, key):
    assert check(token(CLAIMS, sign, alg=algorithm), public(key, use="sig"))["sub"] == "10024"


def test_the_right_one_of_several_keys_is_found():
    keys = public(OTHER_KEY, kid="old"), public(RSA_KEY), public(EC_KEY, kid="new")
    assert check(token(CLAIMS, kid="new"), *keys)
    assert check(token(CLAIMS), *keys)


@pytest.mark.parametrize("changed", [
    {"iss": "https://sso.example/"}, {"iss": "https://evil.example"}, {"aud": "another"}, {"aud": ["another"]}, {"aud": None},
    {"aud": ["qunsheng", "another"]}, {"azp": "another"}, {"aud": ["qunsheng", "another"], "azp": "another"},
    {"nonce": "n2"}, {"nonce": ""}, {"nonce": None}, {"exp": NOW - 61}, {"exp": "never"}, {"exp": None}, {"exp": True},
    {"iat": NOW + 61}, {"nbf": NOW + 61}, {"sub": ""}, {"sub": None}, {"sub": 7}, {"sub": "x" * 256},
], ids=str)
def test_a_wrong_claim_is_refused(changed):
    assert check(token(CLAIMS))
    with pytest.raises(ClaimRefused):
        check(token({**CLAIMS, **changed}))


@pytest.mark.parametrize("name", ["iss", "aud", "exp", "iat", "sub", "nonce"])
def test_a_missing_claim_is_refused(name):
    with pytest.raises(ClaimRefused):
        check(token({key: value for key, value in CLAIMS.items() if key != name}))


def test_several_audiences_hold_when_it_says_whose_it_is():
    assert check(token({**CLAIMS, "aud": ["qunsheng", "another"], "azp": "qunsheng"}))


@pytest.mark.parametrize("header", [
    {"alg": "none"}, {"alg": "HS256"}, {"alg": "RS256"}, {"alg": "ES384"}, {"alg": None}, {"crit": ["exp"]}, {"kid": "another"},
], ids=str)
def test_a_header_cannot_choose_how_it_is_checked(header):
    with pytest.raises(ClaimRefused):
        check(token(CLAIMS, **header), public(EC_KEY, kid="ours"))


def test_an_unsigned_token_is_refused():
    head, body, _signature = token(CLAIMS, alg="none").split(".")
    for text in (f"{head}.{body}.", f"{head}.{body}"):
        with pytest.raises(ClaimRefused):
            check(text)


def test_the_public_key_is_no_shared_secret():
    key = public(RSA_KEY)

    def hs256(said: bytes) -> bytes:
        mac = hmac.HMAC(json.dumps(key).encode(), hashes.SHA256())
        mac.update(said)
        return mac.finalize()

    with pytest.raises(ClaimRefused):
        check(token(CLAIMS, hs256, alg="HS256"), key)


@pytest.mark.parametrize("keys", [
    [public(OTHER_KEY)], [public(EC_KEY, use="enc")], [public(EC_KEY, alg="RS256")], [{"kty": "EC", "crv": "P-256"}],
    [public(EC_KEY) | {"crv": "P-384"}], [public(EC_KEY) | {"x": "!"}], [public(RSA_KEY)],
], ids=["another", "encryption", "algorithm", "empty", "curve", "broken", "kind"])
def test_another_key_is_refused(keys):
    with pytest.raises(ClaimRefused):
        check(token(CLAIMS), *keys)


def test_a_short_key_is_refused():
    short = rsa.generate_private_key(65537, 1024)

    def sign(said: bytes) -> bytes:
        return short.sign(said, padding.PKCS1v15(), hashes.SHA256())

    with pytest.raises(ClaimRefused):
        check(token(CLAIMS, sign, alg="RS256"), public(short))


def test_a_changed_body_is_refused():
    head, _body, signature = token(CLAIMS).split(".")
    with pytest.raises(ClaimRefused):
        check(f"{head}.{encoded(json.dumps({**CLAIMS, 'sub': '1'}).encode())}.{signature}")


@pytest.mark.parametrize("text", ["", ".", "..", "a.b.c", "a.b.c.d", "e30.W10.AA", "x" * 20_000])
def test_what_is_no_token_is_refused(text):
    with pytest.raises(ClaimRefused):
        check(text)
