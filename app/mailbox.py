"""The house's mail server as typed by a person: what is checked, what is kept, and a trial that says why it failed."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from typing import Any

from sqlalchemy.orm import Session

from app.wiring import Wiring
from editorial.errors import Invalid, Problem
from editorial.notices import channels
from editorial.notices.kinds import Channel
from publishers.connector import Failure, NoteParcel
from publishers.mail.outgoing import Settings
from publishers.robots.settings import SettingError

FIELDS = ("host", "port", "security", "username", "password", "sender", "sender_name")


def settings_of(session: Session, typed: Mapping[str, str]) -> dict[str, Any]:
    """The settings to keep; an empty password keeps the one that is there for the same server and user.

    Raises Invalid naming the field.
    """
    said: dict[str, Any] = {name: typed.get(name, "").strip() for name in FIELDS}
    said["password"] = typed.get("password", "") or _kept_password(session, said)
    port = said["port"]
    if port and not (port.isascii() and port.isdecimal() and 0 < int(port) < 65536):
        raise Invalid(Problem("port", "A port is a number from 1 to 65535."))
    said["port"] = int(port or 0)
    try:
        Settings(**said)
    except ValueError as error:
        field, _, message = str(error).partition(": ")
        raise Invalid(Problem(field, message)) from None
    return said


def try_out(
    wiring: Wiring, channel: Channel, kind: str, said: Mapping[str, Any], address: str, name: str, words: str
) -> str:
    """Send one line now; why it failed, or nothing when it was taken."""
    parcel = NoteParcel(secrets.token_hex(16), words, words) if channel == Channel.MAIL else (
        NoteParcel(secrets.token_hex(16), "", f"@{name} {words}")
    )
    try:
        connector = wiring.mailer(said, address) if channel == Channel.MAIL else wiring.robot(kind, said)
        connector.send(parcel, lambda _name, _value: None)
    except Failure as failure:
        return failure.reason
    except SettingError as error:
        return error.message
    except ValueError:
        return "This is not a mail address."
    return ""


def _kept_password(session: Session, said: Mapping[str, Any]) -> str:
    row = channels.of(session, Channel.MAIL)
    same = row is not None and all(row.settings[name] == said[name] for name in ("host", "username"))
    return str(row.settings["password"]) if row is not None and same else ""
