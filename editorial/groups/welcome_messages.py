"""Welcome messages: what newcomers of customer groups read first, one for each kind of group and application.

WeCom keeps them as material (入群欢迎语素材): nothing is sent before the owner of a group chooses one for it by hand.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict, dataclass
from enum import StrEnum

from sqlalchemy import ForeignKey, String, Text, UniqueConstraint, func, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from editorial import audit
from editorial.base import Base
from editorial.errors import Invalid, NotFound, Problem
from editorial.groups import kept_outside
from editorial.groups.groups import Group, GroupState, Kind
from editorial.groups.kept_outside import KeptOutside
from editorial.people.people import Person
from editorial.platform_applications import PlatformApplication

MOST = 100
"""Templates of one company, whoever made them: https://developer.work.weixin.qq.com/document/path/92366"""
TEXT_BYTES, TITLE_BYTES, DESCRIPTION_BYTES = 3000, 128, 512
NICKNAME = "%NICKNAME%"
"""WeCom puts the newcomer's name in its place."""


class Page(StrEnum):
    """Where the card below the text leads: every one of them asks a newcomer to sign in, and then goes on."""

    NONE = ""
    HAND_IN = "hand_in"
    DOOR = "joining"


@dataclass(frozen=True)
class Words:
    """A welcome message as people write it. `group`: the id of the group that the page is about, 0 for none."""

    text: str
    page: str = Page.NONE
    title: str = ""
    description: str = ""
    group: int = 0
    notify: bool = False


class WelcomeMessage(KeptOutside, Base):
    """One message. Its words are what people want; whether WeCom has them so, `standing` says."""

    __tablename__ = "welcome_message"

    kind: Mapped[Kind] = mapped_column(String(16))
    text: Mapped[str] = mapped_column(Text)
    page: Mapped[Page] = mapped_column(String(16), default=Page.NONE)
    title: Mapped[str] = mapped_column(Text, default="")
    description: Mapped[str] = mapped_column(Text, default="")
    group_id: Mapped[int | None] = mapped_column(ForeignKey("community_group.id"))
    notify: Mapped[bool] = mapped_column(default=False)
    """Whether WeCom tells the members that there is a new message to choose."""

    __table_args__ = (UniqueConstraint("application_id", "kind"),)

    @property
    def words(self) -> Words:
        """As it was written last."""
        return Words(self.text, self.page, self.title, self.description, self.group_id or 0, self.notify)


def of(session: Session, application_id: int) -> dict[str, WelcomeMessage]:
    """The messages of an application by kind of group."""
    found = session.scalars(select(WelcomeMessage).where(WelcomeMessage.application_id == application_id))
    return {one.kind: one for one in found}


def one(session: Session, application_id: int, kind: str) -> WelcomeMessage:
    """One of them. Raises NotFound."""
    found = of(session, application_id).get(kind)
    if found is None:
        raise NotFound()
    return found


def count(session: Session, corp_id: str) -> int:
    """How many of ours the company has at WeCom; those whose making is unknown count."""
    query = (
        select(func.count()).select_from(WelcomeMessage)
        .join(PlatformApplication, PlatformApplication.id == WelcomeMessage.application_id)
        .where(PlatformApplication.corp_id == corp_id, WelcomeMessage.standing != kept_outside.Standing.REFUSED)
    )
    return session.scalar(query) or 0


def write(session: Session, application_id: int, kind: Kind, words: Words, *, by: Person) -> WelcomeMessage:
    """Write it; the platform is to be asked for it now. Raises Invalid naming the field, NotFound, WrongState."""
    application = kept_outside.application_of(session, application_id)
    row = of(session, application_id).get(kind)
    problems = [*_problems(session, kind, words)]
    if not problems and (row is None or not row.remote_id) and count(session, application.corp_id) - _counts(row) >= MOST:
        problems = [Problem("form", "The company already has {limit} welcome messages. Take one away first.", {"limit": MOST})]
    if problems:
        raise Invalid(*problems)
    before = asdict(row.words) if row else {}
    if row is None:
        row = WelcomeMessage(application_id=application_id, kind=kind, remote_id="", fence=0)
        session.add(row)
    kept_outside.begin(row)
    row.text, row.page, row.title = words.text.strip(), Page(words.page), words.title.strip()
    row.description, row.group_id, row.notify = words.description.strip(), words.group or None, words.notify
    session.flush()
    _record(session, "write_welcome", application, row, by, before=before, after=asdict(row.words))
    return row


def remove(session: Session, application_id: int, kind: str, *, by: Person) -> WelcomeMessage | None:
    """Take it away there too. None: WeCom never had it. Raises NotFound, WrongState."""
    application = kept_outside.application_of(session, application_id)
    row = one(session, application_id, kind)
    _record(session, "remove_welcome", application, row, by, before=asdict(row.words), after={})
    return row if kept_outside.begin_removal(session, row) else None


def decide(session: Session, application_id: int, kind: str, *, there: bool, by: Person) -> WelcomeMessage:
    """A person has looked in WeCom. Raises NotFound, WrongState."""
    application = kept_outside.application_of(session, application_id)
    row = one(session, application_id, kind)
    kept_outside.decide(row, there)
    _record(session, "settle_welcome", application, row, by, before={}, after={"there": there})
    return row


def _counts(row: WelcomeMessage | None) -> int:
    return int(row is not None and row.standing != kept_outside.Standing.REFUSED)


def _record(
    session: Session, verb: str, application: PlatformApplication, row: WelcomeMessage, by: Person, **what: dict[str, object]
) -> None:
    details = {"name": application.name, "kind": str(row.kind), **what}
    audit.record(session, verb, "application", application.id, by=by, details=details)


def _problems(session: Session, kind: Kind, words: Words) -> Iterator[Problem]:
    if not words.text.strip():
        yield Problem("text", "Write what newcomers shall read.")
    yield from _too_long("text", words.text, TEXT_BYTES)
    if words.page not in set(Page):
        yield Problem("page", "Choose one of: {choices}.", {"choices": ", ".join(one for one in Page if one)})
        return
    group = session.get(Group, words.group) if words.group else None
    if words.group and (group is None or group.kind != kind or group.state == GroupState.CLOSED):
        yield Problem("group", "Choose an open group of this kind.")
    elif words.page == Page.DOOR and group is None:
        yield Problem("group", "Choose the group whose door the card leads to.")
    if words.page:
        if not words.title.strip():
            yield Problem("title", "The card needs a headline.")
        yield from _too_long("title", words.title, TITLE_BYTES)
        yield from _too_long("description", words.description, DESCRIPTION_BYTES)


def _too_long(field: str, text: str, limit: int) -> Iterator[Problem]:
    size = len(text.strip().encode("utf-8"))
    if size > limit:
        words: dict[str, object] = {"limit": limit, "count": size}
        yield Problem(field, "At most {limit} bytes, now {count}; a Chinese character takes three.", words)
