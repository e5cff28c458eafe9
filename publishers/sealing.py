"""How WeChat and WeCom seal what they push and store (AES-256-CBC under a key of 43 characters), and sign it.

Sources: developers.weixin.qq.com/doc/oplatform/en/Third-party_Platforms/Message_Encryption/Technical_Plan.html,
developer.work.weixin.qq.com/document/path/90968
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import secrets

from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

_BLOCK = 32
_RANDOM_BYTES = 16


class NotGenuine(Exception):
    """The push does not prove that it comes from the platform, or cannot be read. Answer 403 and store nothing."""


def seal(message: str, aes_key: str, owner: str) -> str:
    """Encrypt a message as the platform does: 16 random bytes, length, message, AppID or CorpID, padding to blocks of 32."""
    key = base64.b64decode(aes_key + "=")
    words = message.encode()
    plain = secrets.token_bytes(_RANDOM_BYTES) + len(words).to_bytes(4, "big") + words + owner.encode()
    pad = _BLOCK - len(plain) % _BLOCK
    encryptor = Cipher(algorithms.AES256(key), modes.CBC(key[:16])).encryptor()
    return base64.b64encode(encryptor.update(plain + bytes([pad]) * pad) + encryptor.finalize()).decode()


def signature(*parts: str) -> str:
    """The platform's signature over `parts`, in whatever order they are given."""
    return hashlib.sha1("".join(sorted(parts)).encode(errors="replace"), usedforsecurity=False).hexdigest()


def opened(aes_key: str, cipher: str, owner: str) -> bytes | None:
    """The message that `owner`'s key opens: after 16 random bytes and its length, before the owner's id; None for any other."""
    try:
        plain = unsealed(aes_key, base64.b64decode(cipher, validate=True))
    except ValueError:
        return None
    if plain is None or len(plain) < _RANDOM_BYTES + 4:
        return None
    length = int.from_bytes(plain[16:20], "big")
    message, named = plain[20 : 20 + length], plain[20 + length :]
    return message if hmac.compare_digest(named, owner.encode()) else None


def unsealed(aes_key: str, data: bytes) -> bytes | None:
    """What a key opens, without its padding; None when it does not. The vector is the key's first half."""
    try:
        key = base64.b64decode(aes_key.rstrip("=") + "=", validate=True)
        decryptor = Cipher(algorithms.AES256(key), modes.CBC(key[:16])).decryptor()
        plain = decryptor.update(data) + decryptor.finalize()
    except ValueError:
        return None
    pad = plain[-1] if plain else 0
    return plain[:-pad] if 1 <= pad <= _BLOCK and plain[-pad:] == bytes([pad]) * pad else None
