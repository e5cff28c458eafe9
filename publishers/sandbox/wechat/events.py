"""Result events: XML to the account's callback address, signed, in the clear or encrypted, three attempts."""

from __future__ import annotations

import base64
import hashlib
import http.client
import secrets
import struct
import time
import urllib.error
import urllib.request
from collections.abc import Iterable
from urllib.parse import urlencode

from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

from publishers.sandbox.things import Account, Job
from publishers.sandbox.wechat.publishing import page_url
from publishers.sandbox.world import World

ATTEMPTS = 3
BLOCK = 32
FOLLOWERS = 1286


def push(world: World, account: Account, name: str, xml: str) -> bool:
    """Deliver one event; True when the callback answered with an empty body or `success`."""
    for attempt in range(1, ATTEMPTS + 1):
        answered = _post(world, account, xml)
        world.record("event_sent", time.time(), app_id=account.app_id, event=name, attempt=attempt, answered=answered)
        if answered:
            return True
    return False


def check_address(world: World, account: Account) -> bool:
    """What the console does when a callback address is saved: GET with `echostr`, which must come back as it is."""
    echo = str(secrets.randbelow(10**18))
    query = _signed(account.token, echo)
    try:
        with _opener().open(_with_query(account.callback_url, query), timeout=world.settings.event_seconds) as answer:
            return bool(answer.read(200).decode("utf-8", "replace") == echo)
    except (OSError, http.client.HTTPException, ValueError):
        return False


def result_xml(base: str, job: Job) -> tuple[str, str]:
    """Name and XML of the event that ends `job`."""
    return ("MASSSENDJOBFINISH", _mass_xml(base, job)) if job.mass else ("PUBLISHJOBFINISH", _publish_xml(base, job))


def encrypt(account: Account, xml: str) -> str:
    """AES-256-CBC with PKCS#7 on 32 bytes over 16 random bytes, length, message and AppID."""
    # Keys of 43 characters need not be canonical base64; Python is lenient with the last one.
    key = base64.b64decode(account.encoding_aes_key + "=")
    message = xml.encode("utf-8")
    plain = secrets.token_bytes(16) + struct.pack(">I", len(message)) + message + account.app_id.encode()
    fill = BLOCK - len(plain) % BLOCK
    encryptor = Cipher(algorithms.AES(key), modes.CBC(key[:16])).encryptor()
    return base64.b64encode(encryptor.update(plain + bytes([fill]) * fill) + encryptor.finalize()).decode()


def signature(*parts: str) -> str:
    return hashlib.sha1("".join(sorted(parts)).encode(), usedforsecurity=False).hexdigest()


def envelope(account: Account, event: str, inner: str) -> str:
    """The XML around an event's own elements."""
    return (
        f"<xml><ToUserName><![CDATA[gh_{account.app_id[-12:]}]]></ToUserName>"
        "<FromUserName><![CDATA[oR5Gjjl_eiZoUpGozMo7dbBJ362A]]></FromUserName>"
        f"<CreateTime>{int(time.time())}</CreateTime><MsgType><![CDATA[event]]></MsgType>"
        f"<Event><![CDATA[{event}]]></Event>{inner}</xml>"
    )


def _publish_xml(base: str, job: Job) -> str:
    inner = f"<publish_id>{job.id}</publish_id><publish_status>{job.status}</publish_status>"
    if job.status == 0:
        items = "".join(
            f"<item><idx>{p.position}</idx><article_url><![CDATA[{page_url(base, p)}]]></article_url></item>"
            for p in job.pages
        )
        # The line break before the id is the platform's own.
        inner += f"<article_id><![CDATA[\n{job.article_id}]]></article_id>"
        inner += f"<article_detail><count>{len(job.pages)}</count>{items}</article_detail>"
    if job.status in (2, 4):
        inner += "<fail_idx>1</fail_idx>"
    return f"<PublishEventInfo>{inner}</PublishEventInfo>"


def _mass_xml(base: str, job: Job) -> str:
    status = "send success" if job.status == 0 else "send fail"
    items = "".join(
        f"<item><ArticleIdx>{p.position}</ArticleIdx><ArticleUrl><![CDATA[{page_url(base, p)}]]></ArticleUrl></item>"
        for p in job.pages
    )
    return (
        f"<MsgID>{job.id}</MsgID><Status><![CDATA[{status}]]></Status><TotalCount>{FOLLOWERS}</TotalCount>"
        f"<FilterCount>{FOLLOWERS}</FilterCount><SentCount>{FOLLOWERS - 3}</SentCount><ErrorCount>3</ErrorCount>"
        "<CopyrightCheckResult><Count>0</Count><ResultList></ResultList><CheckState>1</CheckState></CopyrightCheckResult>"
        f"<ArticleUrlResult><Count>{len(job.pages)}</Count><ResultList>{items}</ResultList></ArticleUrlResult>"
    )


def _post(world: World, account: Account, xml: str) -> bool:
    query = _signed(account.token) | {"openid": "oR5Gjjl_eiZoUpGozMo7dbBJ362A"}
    if account.encoding_aes_key:
        secret = encrypt(account, xml)
        to = f"<ToUserName><![CDATA[gh_{account.app_id[-12:]}]]></ToUserName>"
        xml = f"<xml>{to}<Encrypt><![CDATA[{secret}]]></Encrypt></xml>"
        parts = account.token, query["timestamp"], query["nonce"], secret
        query |= {"encrypt_type": "aes", "msg_signature": signature(*parts)}
    request = urllib.request.Request(
        _with_query(account.callback_url, query), xml.encode("utf-8"), {"Content-Type": "text/xml"}, method="POST"
    )
    try:
        with _opener().open(request, timeout=world.settings.event_seconds) as answer:
            return answer.status == 200 and answer.read(1000).strip() in (b"", b"success")
    except (OSError, http.client.HTTPException, ValueError):
        return False


def _signed(token: str, echo: str = "") -> dict[str, str]:
    timestamp, nonce = str(int(time.time())), str(secrets.randbelow(10**10))
    query = {"signature": signature(token, timestamp, nonce), "timestamp": timestamp, "nonce": nonce}
    return query | ({"echostr": echo} if echo else {})


def _with_query(url: str, query: dict[str, str]) -> str:
    return f"{url}{'&' if '?' in url else '?'}{urlencode(query)}"


def _opener() -> urllib.request.OpenerDirector:
    """Callbacks stay on this machine: no proxy from the environment, no redirects."""
    handlers: Iterable[urllib.request.BaseHandler] = [urllib.request.ProxyHandler({}), _NoRedirects()]
    return urllib.request.build_opener(*handlers)


class _NoRedirects(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *args: object, **kwargs: object) -> None:
        return None
