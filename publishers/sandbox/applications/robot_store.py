"""What people say to WeCom's smart robots: pictures and files sealed for five minutes, and ids that stand for people."""

from __future__ import annotations

import base64
import hashlib
import secrets
from typing import Any

from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

from publishers.sandbox.calls import Call, Json, Refusal, Reply
from publishers.sandbox.world import World, new_id

PATH = "/wecom-robot-store"
"""WeCom gives an address in a store outside its own; this one stands for it."""
IDS = "/cgi-bin/batch/openuserid_to_userid"
LIVES_SECONDS = 300.0
BLOCK = 32
MOST_IDS = 1000
_DENIED = b"<?xml version='1.0' encoding='utf-8' ?><Error><Code>AccessDenied</Code><Message>Request has expired</Message></Error>"


def put(world: World, robot: Json, content: bytes, at: float, base: str) -> Json:
    """Keep a picture or file; how the message names it. Over a connection each has a key of its own."""
    own = base64.b64encode(secrets.token_bytes(32)).decode() if robot.get("secret") else ""
    key, handle = base64.b64decode(own or f"{robot['encoding_aes_key']}="), new_id(48)
    world.record(
        "temporary_added", at, app_id="aibot", media_id=handle, type="file", name=handle, slug=new_id(86),
        sha256=world.keep_blob(_sealed(content, key)), content_type="application/octet-stream",
    )
    return {"url": f"{base}{PATH}?sign={handle}"} | ({"aeskey": own} if own else {})


def given(world: World, call: Call) -> Reply:
    """The sealed bytes, for five minutes; the address is the key."""
    held = world.temporary.get(call.query.get("sign", ""))
    if held is None or held.app_id != "aibot" or call.at - held.at > LIVES_SECONDS:
        return Reply(_DENIED, "application/xml", 403)
    return Reply((world.blobs / held.sha256).read_bytes(), held.content_type)


def open_user_id(user_id: str) -> str:
    """What a robot is told in place of a user id."""
    return f"woAJ2GCAAA{hashlib.sha256(user_id.encode()).hexdigest()[:22]}"


def user_ids(world: World, call: Call) -> Json:
    """`batch/openuserid_to_userid`: members whom the company has; ids that are plain already are invalid."""
    listed = (call.json() or {}).get("open_userid_list")
    if not isinstance(listed, list) or not 0 < len(listed) <= MOST_IDS:
        raise Refusal(40058, "open_userid_list invalid")
    people = [str(one["id"]) for one in world.settings.company_people if not one.get("outside")]
    plain: dict[Any, str] = {open_user_id(one): one for one in people}
    return {
        "userid_list": [{"open_userid": one, "userid": plain[one]} for one in listed if one in plain],
        "invalid_open_userid_list": [one for one in listed if one not in plain],
    }


def _sealed(content: bytes, key: bytes) -> bytes:
    fill = BLOCK - len(content) % BLOCK
    encryptor = Cipher(algorithms.AES(key), modes.CBC(key[:16])).encryptor()
    return encryptor.update(content + bytes([fill]) * fill) + encryptor.finalize()
