"""What WeCom's smart robot (智能机器人) hears in groups and single chats, and how it answers. group-channels.md 3.12 to 3.14.

Sources: developer.work.weixin.qq.com/document/path/100719 (messages), 101027 (events), 101031 (replies), 101033 (sealing).
"""

from __future__ import annotations

import json
import re
import time
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

from publishers.inbound import ID_CHARACTERS, PIECES, TEXT_CHARACTERS, Message, Piece
from publishers.sealing import NotGenuine, seal, signature
from publishers.wecom.callback import Keys, proved

CHAT_CHARACTERS = 200
ADDRESS_CHARACTERS = 2000
WORDS_BYTES = 20_480
READ = ("text", "voice", "image", "file", "mixed")
"""The kinds that are taken in; of voice the platform gives the words."""
MENTION = re.compile(r"^@\S+(?:\s+|$)")
"""What stands before the words in a group; WeCom puts a space of quarter width (U+2005) behind a name."""


def open_push(keys: Keys, query: Mapping[str, str], body: bytes, now: float | None = None) -> dict[str, Any]:
    """The fields of a push to our address; a robot of the own company names no receiver. Raises NotGenuine."""
    return _fields(proved(keys, query, _text(_fields(body), "encrypt"), now))


def message(said: Mapping[str, Any], name: str = "") -> Message | None:
    """What somebody said to the robot called `name`; None for events, polls, and what names no sender or carries no id."""
    sender, key = _text(_mapping(said.get("from")), "userid"), _text(said, "msgid")
    if _text(said, "msgtype") in ("event", "stream", ""):
        return None
    if not 0 < len(sender) <= ID_CHARACTERS or not 0 < len(key) <= ID_CHARACTERS:
        return None
    chat = _text(said, "chatid") if _text(said, "chattype") == "group" else ""
    quote = _mapping(said.get("quote"))
    quoted = (replace(piece, quoted=True) for piece in _pieces(quote))
    own = (_without_mention(piece, name) if chat else piece for piece in _pieces(said))
    pieces = [piece for piece in (*quoted, *own) if piece.text or piece.value]
    unread = any(_text(part, "msgtype") not in READ for part in (said, quote) if part)
    return Message(sender, key, tuple(pieces[:PIECES]), unread=unread, chat=chat[:CHAT_CHARACTERS])


def entry(said: Mapping[str, Any]) -> Message | None:
    """Somebody opens the chat with the robot for the first time that day: a message that says nothing; None for all else."""
    sender, key = _text(_mapping(said.get("from")), "userid"), _text(said, "msgid")
    if _event(said) != "enter_chat" or not 0 < len(sender) <= ID_CHARACTERS:
        return None
    return Message(sender, key[:ID_CHARACTERS], ())


def was_replaced(said: Mapping[str, Any]) -> bool:
    """Whether somebody else listens with this robot now."""
    return _event(said) == "disconnected_event"


def polled(said: Mapping[str, Any]) -> str:
    """The answer that the platform asks for again; empty when it asks for none."""
    return _text(_mapping(said.get("stream")), "id")[:ID_CHARACTERS] if _text(said, "msgtype") == "stream" else ""


def words(content: str, stream: str) -> dict[str, Any]:
    """An answer that is finished at once, under an id of ours."""
    return {"msgtype": "stream", "stream": {"id": stream, "finish": True, "content": _cut(content)}}


def welcome(content: str) -> dict[str, Any]:
    """The answer to somebody who enters."""
    return {"msgtype": "text", "text": {"content": _cut(content)}}


def sealed(keys: Keys, answer: Mapping[str, Any], nonce: str, now: float | None = None) -> dict[str, Any]:
    """An answer as the body of our response to a push."""
    stamp = int(time.time() if now is None else now)
    cipher = seal(json.dumps(answer, ensure_ascii=False), keys.aes_key, keys.corp_id)
    return {
        "encrypt": cipher, "msgsignature": signature(keys.token, str(stamp), nonce, cipher), "timestamp": stamp, "nonce": nonce,
    }


def _pieces(said: Mapping[str, Any]) -> Iterator[Piece]:
    """The pieces of a message or of a quoted one."""
    kind = _text(said, "msgtype")
    held = _mapping(said.get(kind))
    if kind in ("text", "voice"):
        yield Piece("text", _text(held, "content")[:TEXT_CHARACTERS])
    elif kind == "image":
        yield from _media("picture", held)
    elif kind == "file":
        yield from _media("file", held)
    elif kind == "mixed":
        parts = held.get("msg_item")
        for part in parts if isinstance(parts, list) else ():
            one = _mapping(part)
            if _text(one, "msgtype") in ("text", "image"):
                yield from _pieces(one)


def _media(kind: Any, held: Mapping[str, Any]) -> Iterator[Piece]:
    address = _text(held, "url")
    if 0 < len(address) <= ADDRESS_CHARACTERS:
        yield Piece(kind, value=address, key=_text(held, "aeskey")[:ID_CHARACTERS])


def _without_mention(piece: Piece, name: str) -> Piece:
    """In a group the words hold the robot's name, mostly in front."""
    if piece.kind != "text":
        return piece
    called = f"@{name}"
    words = piece.text.replace(called, "", 1) if name and called in piece.text else MENTION.sub("", piece.text, count=1)
    return Piece("text", words.strip())


def _event(said: Mapping[str, Any]) -> str:
    return _text(_mapping(said.get("event")), "eventtype") if _text(said, "msgtype") == "event" else ""


def _fields(body: bytes) -> dict[str, Any]:
    try:
        said = json.loads(body.decode("utf-8-sig"), strict=False)
    except (ValueError, RecursionError):
        raise NotGenuine("the body cannot be read") from None
    if not isinstance(said, dict):
        raise NotGenuine("the body holds no fields")
    return said


def _cut(content: str) -> str:
    return content.encode(errors="replace")[:WORDS_BYTES].decode(errors="ignore")


def _mapping(value: Any) -> Mapping[str, Any]:
    return value if isinstance(value, dict) else {}


def _text(said: Mapping[str, Any], name: str) -> str:
    value = said.get(name)
    # Neither a lone surrogate nor a zero can be stored everywhere.
    return value.encode(errors="ignore").decode().replace("\0", "").strip() if isinstance(value, str) else ""
