"""Asks a platform to keep, change or give up what a row says, and settles the row by its answer; never twice for one wish."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

from flask import current_app, url_for
from sqlalchemy.orm import Session

from app.auth import public_url
from app.extensions import db, deciding
from app.wiring import Wiring
from editorial import platform_applications
from editorial.errors import WrongState
from editorial.groups import kept_outside
from editorial.groups.anti_harassment import AntiHarassmentRule
from editorial.groups.groups import Group
from editorial.groups.join_codes import JoinCode
from editorial.groups.kept_outside import Doing, KeptOutside, Standing
from editorial.groups.welcome_messages import Page, WelcomeMessage
from publishers.connector import Failure, OutcomeUnknown, Refused
from publishers.wecom.api import Api
from publishers.wecom.errors import Gone
from publishers.wecom.intercept_rules import Kept, Rule
from publishers.wecom.join_ways import Code, Way
from publishers.wecom.welcome_templates import Template, Welcome

N_ = str
OTHER_WORDS = N_("The platform still has the words from before. Save again to send the new ones.")
RESTS = N_("The application rests. Use it again first.")


class Speaker(Protocol):
    """Says one thing to its platform. Each raises Gone when the platform has it no more, or one of the four words."""

    def add(self) -> str:
        """Make it; its number there."""

    def change(self, remote_id: str) -> None:
        """Put what is wanted in its place."""

    def remove(self, remote_id: str) -> None:
        """Take it away; what is not there counts as taken away."""

    def stands(self, remote_id: str) -> bool:
        """Whether the platform has it as it is wanted."""

    def find(self) -> str | None:
        """The number of what was asked for and never answered, "" when it is certainly not there, None: only a person can look."""


def welcome(api: Api, row: WelcomeMessage) -> Speaker:
    """What a welcome message says, its card with the whole address."""
    words = row.words
    address = _address(row) if words.page else ""
    return Template(api, Welcome(words.text, words.title, words.description, address, words.notify))


def chat_rule(api: Api, row: AntiHarassmentRule) -> Speaker:
    """A rule against spam; a link is its domain as a word."""
    said = row.wanted
    return Kept(api, Rule(said.name, (*said.words, *said.links), said.sorts, said.stops, said.users, said.departments))


def join_code(api: Api, row: JoinCode) -> Code:
    """What a join code says."""
    return Code(api, Way(row.name, tuple(row.chats), row.state, row.opens_more, row.base_name))


SPEAKERS: dict[type[KeptOutside], Callable[..., Speaker]] = {
    WelcomeMessage: welcome, AntiHarassmentRule: chat_rule, JoinCode: join_code,
}


def ask(row: KeptOutside) -> None:
    """Ask for what the row's `doing` says; the row must be committed. What came of it stands in the row afterwards."""
    table, row_id, fence, doing, remote_id = type(row), row.id, row.fence, row.doing, row.remote_id
    try:
        speaker = _speaker(row)
        given = _do(speaker, doing, remote_id)
    except OutcomeUnknown as unknown:
        return _settle(table, row_id, fence, Standing.UNKNOWN, reason=unknown.reason, code=unknown.code)
    except Gone as gone:
        return _settle(table, row_id, fence, Standing.REFUSED, reason=gone.reason, is_gone=True)
    except Failure as failure:
        return _settle(table, row_id, fence, Standing.REFUSED, reason=failure.reason, code=failure.code)
    return _settle(table, row_id, fence, Standing.KEPT, remote_id=given)


def look(row: KeptOutside) -> bool:
    """Find out about an unknown outcome by reading. False: that cannot tell. Raises WrongState when nothing is unknown."""
    if row.standing != Standing.UNKNOWN:
        raise WrongState()
    table, row_id, fence, doing, remote_id = type(row), row.id, row.fence, row.doing, row.remote_id
    try:
        speaker = _speaker(row)
        if not remote_id:
            found = speaker.find()
            if found is None:
                return False
            _settle(table, row_id, fence, Standing.KEPT if found else Standing.REFUSED, remote_id=found)
            return True
        stands = speaker.stands(remote_id)
    except Gone as gone:
        if doing == Doing.REMOVE:
            _settle(table, row_id, fence, Standing.KEPT)
        else:
            _settle(table, row_id, fence, Standing.REFUSED, reason=gone.reason, is_gone=True)
        return True
    except Failure as failure:
        _settle(table, row_id, fence, Standing.UNKNOWN, reason=failure.reason, code=failure.code)
        return False
    if doing == Doing.REMOVE:
        _still_there(table, row_id, fence)
    else:
        _settle(table, row_id, fence, Standing.KEPT if stands else Standing.REFUSED, reason="" if stands else OTHER_WORDS)
    return True


def _speaker(row: KeptOutside) -> Speaker:
    """Raises Refused while the application rests."""
    wiring: Wiring = current_app.extensions["wiring"]
    application = platform_applications.get(db.session(), row.application_id)
    if not application.active:
        raise Refused(RESTS)
    speaker = SPEAKERS[type(row)](wiring.applications.customer_contact(db.engine, application), row)
    db.session.rollback()
    return speaker


def _do(speaker: Speaker, doing: Doing, remote_id: str) -> str:
    if doing == Doing.ADD:
        return speaker.add()
    if doing == Doing.CHANGE:
        speaker.change(remote_id)
    else:
        speaker.remove(remote_id)
    return ""


def _settle(
    table: type[KeptOutside], row_id: int, fence: int, standing: Standing, *, remote_id: str = "", reason: str = "",
    code: str = "", is_gone: bool = False,
) -> None:
    with deciding() as scoped:
        session: Session = scoped()
        row = session.get(table, row_id, with_for_update=True)
        if row is None:
            return
        if is_gone and row.fence == fence:
            kept_outside.gone(row)
            fence = row.fence
        kept_outside.settle(session, row, fence, standing, remote_id=remote_id, reason=reason, code=code)


def _still_there(table: type[KeptOutside], row_id: int, fence: int) -> None:
    """Taking it away had no effect: it stands there as before."""
    with deciding() as scoped:
        row = scoped().get(table, row_id, with_for_update=True)
        if row is not None and row.fence == fence:
            row.doing = Doing.CHANGE
            kept_outside.settle(scoped(), row, fence, Standing.KEPT)


def _address(row: WelcomeMessage) -> str:
    group = db.session.get(Group, row.group_id) if row.group_id else None
    if row.page == Page.DOOR and group is not None:
        return f"{public_url()}{url_for('memberships.door', slug=group.slug)}"
    return f"{public_url()}{url_for('intake.hand_in', **({'group': group.slug} if group else {}))}"
