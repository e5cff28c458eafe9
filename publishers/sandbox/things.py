"""The things a simulated platform remembers."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

RIGHTS = ("draft", "release", "mass_send", "statistics", "comment")
RIGHT_ALIASES = {"freepublish": "release", "mass": "mass_send", "datacube": "statistics"}


@dataclass
class Settings:
    """Switches of the whole sandbox; times in seconds."""

    publish_delay: float = 1.5
    token_seconds: float = 7200.0
    rate_limits: bool = True
    quotas: bool = False
    fsync: bool = True
    clientmsgid_seconds: float = 60.0
    dingtalk_block_seconds: float = 600.0
    title_characters: int = 64
    event_seconds: float = 5.0
    source_characters: int = 0
    """Refuse article HTML of this many characters, tags included; 0 counts only visible ones (facts differ)."""


@dataclass
class Account:
    """An official account. No `secret` means that any but "wrong" is right."""

    app_id: str
    name: str = ""
    secret: str = ""
    rights: dict[str, bool] = field(default_factory=lambda: dict.fromkeys(RIGHTS, True))
    callback_url: str = ""
    token: str = ""
    encoding_aes_key: str = ""
    ips: list[str] = field(default_factory=list)
    mass_per_day: int = 0
    """Mass sends a day before 45028; 0 means no limit."""


@dataclass
class Token:
    value: str
    app_id: str
    stable: bool
    expires_at: float
    made_at: float
    killed: bool = False


@dataclass(frozen=True)
class Material:
    """A permanent material or a body picture; `slug` names its picture address, `sha256` its bytes."""

    app_id: str
    media_id: str
    type: str
    name: str
    slug: str
    sha256: str
    content_type: str
    at: float


@dataclass
class Draft:
    app_id: str
    media_id: str
    articles: list[dict[str, Any]]
    at: float


@dataclass
class Page:
    """One published article of a job; `position` counts from 1."""

    slug: str
    position: int
    fields: dict[str, Any]
    deleted: bool = False


@dataclass
class Job:
    """A publish (`mass` False) or mass-send task; `status` as freepublish knows it: 0 done, 1 under way, 2 to 6 not."""

    id: str
    app_id: str
    media_id: str
    msg_data_id: str
    mass: bool
    at: float
    due: float
    events: int
    result: int
    articles: list[dict[str, Any]]
    clientmsgid: str = ""
    text: str = ""
    status: int = 1
    article_id: str = ""
    finished_at: float = 0.0
    pages: list[Page] = field(default_factory=list)

    @property
    def visible(self) -> bool:
        return self.status == 0


@dataclass
class Bubble:
    """One thing seen in a chat: `style` is text, markdown, cards, card, feed or file; `cards` lead somewhere."""

    style: str
    at: float
    text: str = ""
    title: str = ""
    cards: list[dict[str, str]] = field(default_factory=list)


@dataclass
class Chat:
    """A group chat with one robot. `state`: active, stopped, removed or dissolved."""

    platform: str
    key: str
    name: str
    secret: str = ""
    keyword: str = ""
    ips: list[str] = field(default_factory=list)
    state: str = "active"
    bubbles: list[Bubble] = field(default_factory=list)
