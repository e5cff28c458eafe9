"""Rules against spam (防骚扰): words and links that WeCom itself stops or warns of; nothing is read from chats by us.

The platform's rule binds what the named members send to customers and in customer groups. What outsiders send, only
WeCom's own setting of each group can stop: for that a rule keeps a suggestion, which a person follows by hand.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from enum import StrEnum
from urllib.parse import urlsplit

from sqlalchemy import String, UniqueConstraint, func, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from editorial import audit
from editorial.base import Base
from editorial.errors import Invalid, NotFound, Problem, WrongState
from editorial.groups import kept_outside
from editorial.groups.connectors import GroupConnector
from editorial.groups.groups import Group, Kind
from editorial.groups.kept_outside import KeptOutside, Standing
from editorial.people.people import Person
from editorial.platform_applications import PlatformApplication

MOST_RULES, MOST_WORDS, MOST_MEMBERS = 100, 300, 1000
NAME_CHARACTERS, WORD_CHARACTERS = 20, 32
"""https://developer.work.weixin.qq.com/document/path/95130"""


class Suggestion(StrEnum):
    """What a moderator is advised to do about an outsider who breaks the rule; nobody is removed by us."""

    WARN = "warn"
    REMOVE = "remove"


class Sort(StrEnum):
    """What WeCom knows by itself, without a word."""

    PHONE = "phone"
    EMAIL = "email"
    RED_PACKET = "red_packet"


@dataclass(frozen=True)
class Wanted:
    """A rule as people write it. `kind`: the kind of group it is made for, "" for all. `links` are domains.

    `stops`: WeCom stops the message; else it only warns. `users`, `departments`: whose messages WeCom looks at.
    """

    name: str = ""
    kind: str = ""
    words: tuple[str, ...] = ()
    links: tuple[str, ...] = ()
    sorts: tuple[str, ...] = ()
    stops: bool = True
    suggestion: str = Suggestion.WARN
    users: tuple[str, ...] = ()
    departments: tuple[str, ...] = ()

    def tidied(self) -> Wanted:
        """The same without spaces, repeats, and what of a link is not its domain."""
        return Wanted(
            self.name.strip(), self.kind, _once(self.words), _once(domain(link) for link in self.links), _once(self.sorts),
            self.stops, self.suggestion, _once(self.users), _once(self.departments),
        )


class AntiHarassmentRule(KeptOutside, Base):
    """One rule. Its fields are those of Wanted."""

    __tablename__ = "anti_harassment_rule"

    name: Mapped[str] = mapped_column(String(NAME_CHARACTERS))
    kind: Mapped[str] = mapped_column(String(16), default="")
    words: Mapped[list[str]]
    links: Mapped[list[str]]
    sorts: Mapped[list[str]]
    stops: Mapped[bool]
    suggestion: Mapped[Suggestion] = mapped_column(String(8))
    users: Mapped[list[str]]
    departments: Mapped[list[str]]

    __table_args__ = (UniqueConstraint("application_id", "name"),)

    @property
    def wanted(self) -> Wanted:
        """As it was written last."""
        return Wanted(
            self.name, self.kind, tuple(self.words), tuple(self.links), tuple(self.sorts), self.stops, self.suggestion,
            tuple(self.users), tuple(self.departments),
        )


def domain(link: str) -> str:
    """The domain of a link as somebody pasted it: what a rule can look for."""
    link = link.strip().lower()
    return (urlsplit(link if "//" in link else f"//{link}").hostname or link) if not re.search(r"[\[\]\s]", link) else link


def of(session: Session, application_id: int) -> list[AntiHarassmentRule]:
    """The rules of an application, the first made first."""
    table = AntiHarassmentRule
    return list(session.scalars(select(table).where(table.application_id == application_id).order_by(table.id)))


def get(session: Session, rule_id: int) -> AntiHarassmentRule:
    """The rule with this id. Raises NotFound."""
    found = session.get(AntiHarassmentRule, rule_id)
    if found is None:
        raise NotFound()
    return found


def owners(session: Session, application_id: int, kind: str = "") -> list[str]:
    """User ids of the owners of customer groups that the application reaches, of one kind of group or of all."""
    query = select(GroupConnector).join(Group, Group.id == GroupConnector.group_id)
    query = query.where(GroupConnector.kind == "wecom_customer_group")
    if kind:
        query = query.where(Group.kind == kind)
    reached = (way.settings for way in session.scalars(query) if way.settings.get("application") == str(application_id))
    return sorted({str(said.get("sender") or "") for said in reached} - {""})


def write(
    session: Session, application_id: int, wanted: Wanted, *, rule_id: int | None = None, by: Person
) -> AntiHarassmentRule:
    """Write a rule, or another version of one; the platform is to be asked for it now.

    Raises Invalid naming the field, NotFound, WrongState while rules are not switched on or an outcome is unknown.
    """
    application = kept_outside.application_of(session, application_id)
    if not application.chat_rules:
        raise WrongState()
    row = get(session, rule_id) if rule_id is not None else None
    if row is not None and row.application_id != application_id:
        raise NotFound()
    wanted = wanted.tidied()
    problems = [*_problems(wanted), *_house_problems(session, application, wanted, row)]
    if problems:
        raise Invalid(*problems)
    before = _said(row.wanted) if row else {}
    if row is None:
        row = AntiHarassmentRule(application_id=application_id, remote_id="", fence=0)
        session.add(row)
    kept_outside.begin(row)
    for name, value in asdict(wanted).items():
        setattr(row, name, list(value) if isinstance(value, tuple) else value)
    session.flush()
    _record(session, "write_chat_rule", row, by, before=before, after=_said(wanted))
    return row


def remove(session: Session, rule_id: int, *, by: Person) -> AntiHarassmentRule | None:
    """Take it away there too. None: the platform never had it. Raises NotFound, WrongState."""
    row = get(session, rule_id)
    kept_outside.application_of(session, row.application_id)
    _record(session, "remove_chat_rule", row, by, before=_said(row.wanted), after={})
    return row if kept_outside.begin_removal(session, row) else None


def decide(session: Session, rule_id: int, *, there: bool, by: Person) -> AntiHarassmentRule:
    """A person has looked in WeCom. Raises NotFound, WrongState."""
    row = get(session, rule_id)
    kept_outside.decide(row, there)
    _record(session, "settle_chat_rule", row, by, before={}, after={"there": there})
    return row


def _record(session: Session, verb: str, row: AntiHarassmentRule, by: Person, **what: dict[str, object]) -> None:
    audit.record(session, verb, "application", row.application_id, by=by, details={"name": row.name, **what})


def _said(wanted: Wanted) -> dict[str, object]:
    return {name: list(value) if isinstance(value, tuple) else value for name, value in asdict(wanted).items()}


def _house_problems(
    session: Session, application: PlatformApplication, wanted: Wanted, row: AntiHarassmentRule | None
) -> Iterator[Problem]:
    others = [one for one in of(session, application.id) if row is None or one.id != row.id]
    if any(one.name == wanted.name for one in others):
        yield Problem("name", "This name is already used.")
    query = (
        select(func.count()).select_from(AntiHarassmentRule)
        .join(PlatformApplication, PlatformApplication.id == AntiHarassmentRule.application_id)
        .where(PlatformApplication.corp_id == application.corp_id, AntiHarassmentRule.standing != Standing.REFUSED)
    )
    if (row is None or not row.remote_id) and (session.scalar(query) or 0) >= MOST_RULES:
        yield Problem("form", "The company already has {limit} rules. Take one away first.", {"limit": MOST_RULES})


def _problems(wanted: Wanted) -> Iterator[Problem]:
    if not wanted.name:
        yield Problem("name", "A name is needed.")
    yield from _too_many("name", "At most {limit} characters, now {count}.", NAME_CHARACTERS, len(wanted.name))
    if wanted.kind and wanted.kind not in set(Kind):
        yield Problem("kind", "Choose one of: {choices}.", {"choices": ", ".join(Kind)})
    if not (wanted.words or wanted.links or wanted.sorts):
        yield Problem("words", "Name a word, a link, or something that WeCom knows by itself.")
    for field, listed in (("words", wanted.words), ("links", wanted.links)):
        long = next((word for word in listed if len(word) > WORD_CHARACTERS), "")
        if long:
            yield Problem(field, "“{word}” is longer than {limit} characters.", {"word": long, "limit": WORD_CHARACTERS})
    if any("." not in link or re.search(r"[/\s]", link) for link in wanted.links):
        yield Problem("links", "Give addresses or their domains, such as spam.example.com.")
    count = len(wanted.words) + len(wanted.links)
    yield from _too_many("words", "At most {limit} words and links in one rule, now {count}.", MOST_WORDS, count)
    if set(wanted.sorts) - set(Sort):
        yield Problem("sorts", "Choose one of: {choices}.", {"choices": ", ".join(Sort)})
    if wanted.suggestion not in set(Suggestion):
        yield Problem("suggestion", "Choose one of: {choices}.", {"choices": ", ".join(Suggestion)})
    if not (wanted.users or wanted.departments):
        yield Problem("users", "Name members or departments: WeCom looks at what they send.")
    if any(not re.fullmatch(r"[A-Za-z0-9@._-]{1,64}", user) for user in wanted.users):
        yield Problem("users", "Give user ids as WeCom has them.")
    if any(not re.fullmatch(r"[0-9]{1,10}", one) for one in wanted.departments):
        yield Problem("departments", "Give the numbers of departments in WeCom.")
    for field, listed in (("users", wanted.users), ("departments", wanted.departments)):
        yield from _too_many(field, "At most {limit}, now {count}.", MOST_MEMBERS, len(listed))


def _too_many(field: str, message: str, limit: int, count: int) -> Iterator[Problem]:
    if count > limit:
        yield Problem(field, message, {"limit": limit, "count": count})


def _once(words: Iterator[str] | Sequence[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(word.strip() for word in words if word.strip()))
