"""Telling an account: signed, plain, compatible or encrypted, XML or JSON, three attempts; and reading its reply."""

from __future__ import annotations

import base64
import hashlib
import http.client
import json
import secrets
import struct
import time
import urllib.error
import urllib.request
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode
from xml.etree import ElementTree

from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

from publishers.sandbox.things import Account
from publishers.sandbox.wechat.messages import MPHELPER
from publishers.sandbox.world import World

ATTEMPTS = 3
BLOCK = 32
PUSH_MODES = ("plain", "compatible", "secure")
PUSH_FORMATS = ("xml", "json")
_LISTS = {"item", "fail_idx"}
"""Elements that are lists in JSON even when there is one."""
_NUMBERS = {
    "CreateTime", "MsgId", "MsgID", "publish_id", "publish_status", "count", "Count", "idx", "fail_idx", "ArticleIdx",
    "TotalCount", "FilterCount", "SentCount", "ErrorCount", "CheckState", "Scale",
}


@dataclass(frozen=True)
class Told:
    """How a push ended: the status of the callback's answer (0: none came) and its text."""

    status: int
    text: str = ""

    @property
    def taken(self) -> bool:
        """Whether the platform is content: an empty answer or `success`."""
        return self.status == 200 and self.text.strip() in ("", "success")

    @property
    def replies(self) -> bool:
        """Whether it is a reply for the follower."""
        return self.status == 200 and self.text.lstrip().startswith(("<xml", "{"))


def push(world: World, account: Account, name: str, xml: str) -> bool:
    """Deliver one event; True when the callback took it."""
    return tell(world, account, name, xml).taken


def tell(world: World, account: Account, name: str, xml: str, sender: str = "") -> Told:
    """Deliver one event or message of `sender`, three times at most, until it is taken or replied to."""
    told = Told(0)
    for attempt in range(1, ATTEMPTS + 1):
        told = _post(world, account, xml, sender)
        done = told.taken or told.replies
        world.record("event_sent", world.now(), app_id=account.app_id, event=name, attempt=attempt, answered=done)
        if done:
            break
    return told


def check_address(world: World, account: Account) -> bool:
    """What the console does when a callback address is saved: GET with `echostr`, which must come back as it is."""
    echo = str(secrets.randbelow(10**18))
    query = signed(account.token, echo)
    try:
        with opener().open(with_query(account.callback_url, query), timeout=world.settings.event_seconds) as answer:
            return bool(answer.read(200).decode("utf-8", "replace") == echo)
    except (OSError, http.client.HTTPException, ValueError):
        return False


def encrypt(account: Account, message: str) -> str:
    """AES-256-CBC with PKCS#7 on 32 bytes over 16 random bytes, length, message and AppID."""
    key, said = _key(account), message.encode("utf-8")
    plain = secrets.token_bytes(16) + struct.pack(">I", len(said)) + said + account.app_id.encode()
    fill = BLOCK - len(plain) % BLOCK
    encryptor = Cipher(algorithms.AES(key), modes.CBC(key[:16])).encryptor()
    return base64.b64encode(encryptor.update(plain + bytes([fill]) * fill) + encryptor.finalize()).decode()


def decrypt(account: Account, secret: str) -> str:
    """What the account has encrypted for us. Raises ValueError."""
    key = _key(account)
    decryptor = Cipher(algorithms.AES(key), modes.CBC(key[:16])).decryptor()
    plain = decryptor.update(base64.b64decode(secret)) + decryptor.finalize()
    (length,) = struct.unpack(">I", plain[16:20])
    if plain[20 + length : -plain[-1]] != account.app_id.encode():
        raise ValueError("the reply is encrypted for another account")
    return plain[20 : 20 + length].decode()


def reply_of(account: Account, told: Told) -> dict[str, Any]:
    """What the follower would see: the fields of the reply, decrypted. Raises ValueError when it is malformed."""
    if not told.replies:
        return {}
    fields = _fields(told.text)
    if "Encrypt" not in fields:
        return fields
    parts = account.token, str(fields.get("TimeStamp", "")), str(fields.get("Nonce", "")), str(fields["Encrypt"])
    if fields.get("MsgSignature") != signature(*parts):
        raise ValueError("the signature of the reply does not fit")
    return _fields(decrypt(account, str(fields["Encrypt"])))


def signature(*parts: str) -> str:
    return hashlib.sha1("".join(sorted(parts)).encode(), usedforsecurity=False).hexdigest()


def as_json(xml: str) -> str:
    """The same message as the platform words it in JSON."""
    return json.dumps(_value(ElementTree.fromstring(xml)), ensure_ascii=False)  # noqa: S314


def packed(account: Account, xml: str, sender: str = "") -> tuple[dict[str, str], str, bytes]:
    """A push as it leaves: query, content type, body."""
    query = signed(account.token) | {"openid": sender or MPHELPER}
    message = as_json(xml) if account.push_format == "json" else xml
    mode = account.push_mode or ("secure" if account.encoding_aes_key else "plain")
    if mode != "plain":
        secret = encrypt(account, message)
        message = _sealed(account, message, secret, whole=mode == "compatible")
        parts = account.token, query["timestamp"], query["nonce"], secret
        query |= {"encrypt_type": "aes", "msg_signature": signature(*parts)}
    return query, "application/json" if account.push_format == "json" else "text/xml", message.encode("utf-8")


def _post(world: World, account: Account, xml: str, sender: str) -> Told:
    query, content_type, body = packed(account, xml, sender)
    address = with_query(account.callback_url, query)
    request = urllib.request.Request(address, body, {"Content-Type": content_type}, method="POST")
    try:
        with opener().open(request, timeout=world.settings.event_seconds) as answer:
            return Told(answer.status, answer.read(20_000).decode("utf-8", "replace"))
    except urllib.error.HTTPError as error:
        return Told(error.code)
    except (OSError, http.client.HTTPException, ValueError):
        return Told(0)


def _sealed(account: Account, message: str, secret: str, *, whole: bool) -> str:
    """The envelope of an encrypted message; with `whole` the readable message stands beside it."""
    if account.push_format == "json":
        outer = json.loads(message) if whole else {"ToUserName": account.original_id}
        return json.dumps({**outer, "Encrypt": secret}, ensure_ascii=False)
    inner = message.removeprefix("<xml>").removesuffix("</xml>") if whole else (
        f"<ToUserName><![CDATA[{account.original_id}]]></ToUserName>"
    )
    return f"<xml>{inner}<Encrypt><![CDATA[{secret}]]></Encrypt></xml>"


def _key(account: Account) -> bytes:
    # Keys of 43 characters need not be canonical base64; Python is lenient with the last one.
    return base64.b64decode(account.encoding_aes_key + "=")


def _fields(text: str) -> dict[str, Any]:
    try:
        fields = json.loads(text) if text.lstrip().startswith("{") else _value(ElementTree.fromstring(text))  # noqa: S314
    except (ElementTree.ParseError, ValueError):
        raise ValueError("the reply cannot be read") from None
    return fields if isinstance(fields, dict) else {}


def _value(element: ElementTree.Element) -> Any:
    """Text, number, or the fields of an element; repeated ones are lists."""
    if not len(element):
        text = element.text or ""
        return int(text) if element.tag in _NUMBERS and text.lstrip("-").isdigit() else text
    fields: dict[str, Any] = {}
    for child in element:
        value = _value(child)
        if child.tag in fields and isinstance(fields[child.tag], list):
            fields[child.tag].append(value)
        elif child.tag in fields:
            fields[child.tag] = [fields[child.tag], value]
        else:
            fields[child.tag] = [value] if child.tag in _LISTS else value
    return fields


def signed(token: str, echo: str = "") -> dict[str, str]:
    """The signed query. Its time is the machine's own even when our clock is moved: the receiver's clock is not."""
    timestamp, nonce = str(int(time.time())), str(secrets.randbelow(10**10))
    query = {"signature": signature(token, timestamp, nonce), "timestamp": timestamp, "nonce": nonce}
    return query | ({"echostr": echo} if echo else {})


def with_query(url: str, query: dict[str, str]) -> str:
    """An address with these further parameters."""
    return f"{url}{'&' if '?' in url else '?'}{urlencode(query)}"


def opener() -> urllib.request.OpenerDirector:
    """Callbacks stay on this machine: no proxy from the environment, no redirects."""
    handlers: Iterable[urllib.request.BaseHandler] = [urllib.request.ProxyHandler({}), _NoRedirects()]
    return urllib.request.build_opener(*handlers)


class _NoRedirects(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *args: object, **kwargs: object) -> None:
        return None
