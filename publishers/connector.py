"""What dispatch and a connector say to each other: frozen parcels down, a receipt or one of four words up.

A connector knows its platform and nothing of an article's life. It never repeats a call that people
would see: when it cannot know the outcome it raises `OutcomeUnknown`, and dispatch finds out by `find_out`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Literal, NamedTuple, Protocol

Memory = Mapping[str, str]
"""Remote ids that earlier steps and attempts of one delivery have left behind, by name."""

Remember = Callable[[str, str], None]
"""`remember(name, value)` saves one remote id at once, durably, before the next call is made."""


REMOTE_ID = "remote_id"
"""Stands in the memory of a delivery that the platform took: its number there."""
ASKED = "asked"
"""Stands in the memory of a delivery whose platform knows a repeat: when it was sent first, and with which body."""
ASKED_BEFORE = "asked_before"
"""Stands in the memory of a delivery that is sent again: an earlier answer was lost, and reading found no effect."""


@dataclass(frozen=True)
class Picture:
    """A picture as bytes. `src` is the address by which an article's HTML names it."""

    sha256: str
    content: bytes
    content_type: str
    src: str = ""
    still: Picture | None = None
    """The same without motion, for a platform that refuses moving pictures."""

    @property
    def file_name(self) -> str:
        """A name with the extension the platforms insist on."""
        return f"{self.sha256[:16]}.{self.content_type.rpartition('/')[2].replace('jpeg', 'jpg')}"


Crop = tuple[float, float, float, float]
"""Left, top, right, bottom of a part of a picture, as fractions from its top left."""


@dataclass(frozen=True)
class Article:
    """One article exactly as signed off: what a reader will see, and nothing else.

    A picture post (`newspic`) is its `pictures` in order, the first of which is the cover, and the words of its `html`.
    """

    title: str
    html: str
    cover: Picture
    author: str = ""
    digest: str = ""
    source_url: str = ""
    pictures: tuple[Picture, ...] = ()
    comments_open: bool = False
    comments_fans_only: bool = False
    cover_wide: Crop | None = None
    """The part of the cover that large cards show (2.35 : 1); the platform's choice when none."""
    cover_square: Crop | None = None
    kind: Literal["news", "newspic"] = "news"


@dataclass(frozen=True)
class EditionParcel:
    """What goes to an official account. `marker` (at most 32 ASCII characters) is unique to the edition's delivery.

    Of a mass send: `tag_id` names the followers it goes to, all when none; `despite_reprint` goes on with a reprint.
    """

    marker: str
    articles: tuple[Article, ...]
    memory: Memory = field(default_factory=dict)
    tag_id: int | None = None
    despite_reprint: bool = False


@dataclass(frozen=True)
class Card:
    """One article as a group sees it: headline, digest, tracked link, cover."""

    title: str
    url: str
    digest: str = ""
    picture_url: str = ""


@dataclass(frozen=True)
class LinkParcel:
    """What goes to one group: the lead article's card first, then the others of the edition, and a line of words."""

    marker: str
    cards: tuple[Card, ...]
    words: str = ""
    memory: Memory = field(default_factory=dict)


@dataclass(frozen=True)
class NoteParcel:
    """A notice for one person: subject, plain text, and where to go.

    Of a mail: `html` says the same with a layout, and `unsubscribe_url` ends mails of its kind without signing in.
    """

    marker: str
    subject: str
    text: str
    url: str = ""
    memory: Memory = field(default_factory=dict)
    html: str = ""
    unsubscribe_url: str = ""
    answers: str = ""
    """Of a mail: the Message-ID of the one it answers."""


@dataclass(frozen=True)
class WithdrawalParcel:
    """What shall be gone from an official account: one article of a publication (`position` from 1), or all of it (0).

    `way` is `release` or `mass_send`, `remote_id` the platform's number of it; `alone`: it holds no other article.
    """

    marker: str
    way: str
    remote_id: str
    position: int
    alone: bool = False
    memory: Memory = field(default_factory=dict)


Parcel = EditionParcel | LinkParcel | NoteParcel | WithdrawalParcel


ONE_BY_ONE = "results"
"""Stands in the memory of a delivery that reaches several: what became of each, as last read (JSON: task, at, results)."""
Results = tuple[tuple[str, str], ...]
"""Whom a task reaches, by their ids there, and what became of each: `sent`, `waiting`, `gone` or `beyond_limit`."""


@dataclass(frozen=True)
class Receipt:
    """The platform took it. `final` False: it took the task, and the result, an administrator or a person is awaited."""

    final: bool
    remote_id: str = ""
    permalinks: tuple[str, ...] = ()
    awaiting: str = ""
    """Who is awaited when not final: `platform`, `admin` or `person`."""
    decided_by: float | None = field(default=None, compare=False)
    """When whoever is awaited has decided at the latest, in seconds since the epoch, where the platform sets a term."""
    results: Results = field(default=(), compare=False)


@dataclass(frozen=True)
class Found:
    """Reading showed that the effect is there; `receipt` is what a clear answer would have said."""

    receipt: Receipt


@dataclass(frozen=True)
class Absent:
    """Reading showed that the effect is certainly not there: sending again cannot double it."""


@dataclass(frozen=True)
class CannotTell:
    """Reading could not decide. `final` True: it never will, and a person must."""

    reason: str
    final: bool = False


Reading = Found | Absent | CannotTell


class Told(StrEnum):
    """Who can mend what a failure is about, and so hears of it beside the publishers."""

    EDITOR = "editor"
    """Whoever edited the articles."""
    OPERATOR = "operator"
    """Whoever sees to the traffic: quotas, audiences, comments, the console."""
    OWNER = "owner"
    """Whoever set the account up: secrets, addresses, rights, and faults of this program."""


class Failure(Exception):
    """Base of the four words. `reason` is a sentence for people without secrets; `code` the platform's own code."""

    told: Told | None = None
    results: Results = ()
    """What became of each whom the task reaches, where a poll that ends it knows."""

    def __init__(self, reason: str, *, code: str = "", rid: str = "", http_status: int | None = None) -> None:
        super().__init__(reason)
        self.reason, self.code, self.rid, self.http_status = reason, code, rid, http_status


class TryLater(Failure):
    """Certainly no effect, and worth another try. `after`: the platform's word in seconds, or None for our own back-off.

    `whole_channel` True: the platform found us too fast; everything for this target waits, not only this parcel.
    """

    def __init__(
        self, reason: str, *, after: float | None = None, whole_channel: bool = False,
        code: str = "", rid: str = "", http_status: int | None = None,
    ) -> None:
        super().__init__(reason, code=code, rid=rid, http_status=http_status)
        self.after, self.whole_channel = after, whole_channel


class Refused(Failure):
    """This parcel will never be taken as it is. `field` names the part of the article that is to blame, when known."""

    def __init__(self, reason: str, *, field: str = "", code: str = "", rid: str = "", http_status: int | None = None) -> None:
        super().__init__(reason, code=code, rid=rid, http_status=http_status)
        self.field = field


class SwitchedOff(Failure):
    """The target or its credentials do not work (robot gone, secret wrong, address not allowed): pause, tell the owner."""


class HandOver(Failure):
    """The platform wants a person (right withdrawn, console only): certainly no effect, the assisted way takes over."""


class OutcomeUnknown(Failure):
    """The request may have had its effect. Never repeated blindly."""


@dataclass(frozen=True)
class Abilities:
    """What a connector can do; pages offer nothing else."""

    sends_cards: bool = True
    several_cards: bool = False
    receives: bool = False
    reads_back: bool = False
    needs_person: bool = False
    confirms: bool = True
    """Whether a success is the platform's own word; without it we only know that it was handed over."""
    repeats_safely: bool = False
    """Whether a repeat under the same key shows nothing twice."""
    recalls: bool = False
    counts_reads: bool = False
    per_minute: int | None = None
    """Sends per sliding minute and target that we allow ourselves (90 % of the platform's limit)."""


class Rate(NamedTuple):
    """At most `most` sends within any `seconds`, of all that count for `key`: one robot, one chat, or a whole application."""

    key: str
    most: int
    seconds: float = 60.0


class Connector(Protocol):
    """One target on one platform, with its credentials already inside.

    `send`      starts or carries on the effect. Steps nobody sees may be repeated; the one people see is made once.
    `confirm`   asks for the result of an accepted task; a non-final receipt means "ask again later".
    `find_out`  after `OutcomeUnknown`: reads, never writes what people would see.
    """

    kind: str
    abilities: Abilities

    @property
    def rates(self) -> tuple[Rate, ...]:
        """How often we may send; whoever counts for the same key shares it, in every process."""

    def send(self, parcel: Parcel, remember: Remember) -> Receipt: ...

    def confirm(self, parcel: Parcel) -> Receipt: ...

    def find_out(self, parcel: Parcel) -> Reading: ...
