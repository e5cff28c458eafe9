"""The things a simulated platform remembers."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

RIGHTS = ("draft", "release", "mass_send", "statistics", "comment", "followers")
RIGHT_ALIASES = {"freepublish": "release", "mass": "mass_send", "datacube": "statistics", "user": "followers"}
TAGS = ((2, "星标组", 18), (100, "员工", 412), (101, "客户", 388), (102, "校园招聘", 96))
"""Id, name and followers of the tags that an account begins with."""


COMPANY_DEPARTMENTS: tuple[dict[str, Any], ...] = (
    {"id": 1, "name": "澄江机电", "parent": 0}, {"id": 2, "name": "制造中心", "parent": 1},
    {"id": 3, "name": "装配车间", "parent": 2}, {"id": 4, "name": "质量部", "parent": 1},
)
COMPANY_PEOPLE: tuple[dict[str, Any], ...] = (
    {"id": "linsy", "name": "林书瑶", "email": "lin.shuyao@chengjiang.example", "department": 3},
    {"id": "shenzx", "name": "沈知夏", "email": "shen.zhixia@chengjiang.example", "department": 1},
    {"id": "guxl", "name": "顾晓岚", "department": 4},
    {"id": "guest", "name": "外单位的人", "department": 1, "outside": True},
)
"""What the simulated WeCom, DingTalk and Feishu know of the company; `outside` is somebody of another one."""
OIDC_PEOPLE: tuple[dict[str, Any], ...] = (
    {"sub": "10024", "name": "林书瑶", "email": "lin.shuyao@chengjiang.example"},
    {"sub": "10007", "name": "沈知夏", "email": "shen.zhixia@chengjiang.example"},
    {"sub": "10377", "name": "新同事", "email": "new.colleague@chengjiang.example"},
    {"sub": "x-1", "name": "外来访客", "email": "visitor@elsewhere.example"},
)
"""Whom the simulated OpenID provider knows; the last two have no account here yet."""


@dataclass(frozen=True)
class Kind:
    """What an account of one kind holds: rights, mass sends a day, messages that a follower receives in a month."""

    rights: tuple[str, ...]
    mass_per_day: int = 0
    mass_per_month: int = 0


KINDS = {
    "personal": Kind(("draft",)),
    "unverified": Kind(("draft",)),
    "subscription": Kind(RIGHTS, mass_per_day=1),
    "service": Kind(RIGHTS, mass_per_month=4),
}
"""Personal, unverified company, verified subscription and verified service account."""


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
    newspic_bytes: int = 0
    """Refuse the text of a picture post above this size; 0 takes any (facts differ)."""
    also_dropped: str = ""
    """One more HTML element that drafts lose: a change of the platform's rules."""
    clock_offset: float = 0.0
    """How far our clock is ahead of the machine's; it governs tokens, quotas, figures, jobs and confirmations."""
    admin_seconds: float = 1800.0
    keeps_draft: bool = False
    """Whether a draft stays in the box until its task has succeeded, instead of leaving it when the task is taken."""
    list_seconds: float = 0.0
    """How long a published article is missing in the list of published ones."""
    figures_hour: float = 8.0
    """The hour in China before which yesterday's figures are not ready (61503)."""
    figures_delayed: bool = False
    """Whether figures say `is_delay`."""
    oidc_people: list[dict[str, Any]] = field(default_factory=lambda: [dict(person) for person in OIDC_PEOPLE])
    """Whom the simulated OpenID provider knows: sub, name, email, verified."""
    company_departments: list[dict[str, Any]] = field(default_factory=lambda: [dict(one) for one in COMPANY_DEPARTMENTS])
    company_people: list[dict[str, Any]] = field(default_factory=lambda: [dict(one) for one in COMPANY_PEOPLE])
    customer_groups: list[dict[str, Any]] = field(default_factory=list)
    """WeCom's customer groups; see applications/customer_groups.py."""
    customer_owners_needed: bool = False
    """Whether the list of customer groups wants owners named, as for a company of more than a thousand."""
    customer_gaps: list[int] = field(default_factory=list)
    """Midnights in China (epoch seconds) of days of which the figures of customer groups tell nothing."""
    company_page: int = 0
    """So many people or departments stand on one page, whatever is asked for; 0: as asked."""
    oidc_spoils: str = ""
    """What is wrong with its tokens; see oidc.py."""
    smart_robots: list[dict[str, Any]] = field(default_factory=list)
    """WeCom's smart robots: bot_id, name, url with token and encoding_aes_key or secret, encrypts."""
    ticket_seconds: float = 90.0
    """How long the ticket of a long connection counts."""
    leave_seconds: float = 10.0
    """How long after it was announced DingTalk ends a connection."""
    feishu_figures: dict[str, int] = field(default_factory=lambda: {
        "ReconnectCount": -1, "ReconnectInterval": 120, "ReconnectNonce": 30, "PingInterval": 120,
    })
    """How Feishu wants its long connections kept, in seconds."""
    again_seconds: float = 15.0
    """After how long an event that was not taken is told again."""
    comments_on_releases: bool = True
    """Whether articles that were published without a mass send have comments (facts differ)."""


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
    kind: str = ""
    """One of KINDS: sets rights and mass-send quota, which may then be changed one by one."""
    mass_per_day: int = 0
    """Mass sends a day before 45028; 0 means no limit."""
    mass_per_month: int = 0
    """Mass sends that one follower receives in a natural month; 0 means no limit."""
    followers: int = 1286
    counted_on: str = ""
    """The day on which there were so many `followers`; none: every day."""
    tags: list[dict[str, Any]] = field(
        default_factory=lambda: [{"id": tag, "name": name, "count": count} for tag, name, count in TAGS]
    )
    speed: int = 0
    admin_confirms: bool = False
    """Whether mass sends to everybody wait for the administrator ("API 群发保护")."""
    admin_answer: int = 89504
    """With which code such a send is taken; 0 says nothing of it (facts differ)."""
    reprints: dict[str, int] = field(default_factory=dict)
    """Originality check by title: 2 a reprint that is allowed, 3 one that is forbidden."""
    gaps: list[str] = field(default_factory=list)
    """Days (YYYY-MM-DD) for which there are no figures."""
    push_mode: str = ""
    """plain, compatible or secure; none: secure with a key, else plain."""
    push_format: str = "xml"
    """xml or json."""

    @property
    def original_id(self) -> str:
        """The account's own id in messages."""
        return f"gh_{self.app_id[-12:]}"


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

    @property
    def extension(self) -> str:
        return self.content_type.rpartition("/")[2].replace("jpeg", "jpg")


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
    comments_open: bool = False


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
    late: float = 0.0
    """Seconds by which the result event comes late."""
    tag: str = ""
    """The audience of a mass send: a tag's id, or everybody."""
    ignores_reprint: bool = False
    admin_until: float = 0.0
    """Until when the administrator may confirm; 0: nobody is asked."""
    by_person: bool = False
    """Whether a person did it in the console."""
    status: int = 1
    article_id: str = ""
    finished_at: float = 0.0
    counts: dict[str, int] = field(default_factory=dict)
    """Of a mass send: total, filtered, sent, error."""
    pages: list[Page] = field(default_factory=list)

    @property
    def visible(self) -> bool:
        return self.status == 0


@dataclass
class Comment:
    """A reader's comment on the article at `index` (from 0) of what `msg_data_id` names."""

    id: int
    app_id: str
    msg_data_id: str
    index: int
    openid: str
    content: str
    at: float
    elected: bool = False
    withdrawn: bool = False
    """Deleted by its writer."""
    reply: str = ""
    replied_at: float = 0.0


@dataclass(frozen=True)
class Letter:
    """A mail that the mail server took for one recipient. `unsubscribe`: the address that ends such mails."""

    sender: str
    recipient: str
    subject: str
    name: str
    message_id: str
    unsubscribe: str
    text: str
    html: str
    at: float


@dataclass
class Mail:
    """A mail in the mailbox that is read over IMAP; its bytes are a blob."""

    blob: str
    seen: bool = False


@dataclass
class Bubble:
    """One thing seen in a chat: `style` is text, markdown, cards, card, feed or file; `cards` lead somewhere.

    `who` said it; empty: a robot of ours.
    """

    style: str
    at: float
    text: str = ""
    title: str = ""
    cards: list[dict[str, str]] = field(default_factory=list)
    who: str = ""


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
