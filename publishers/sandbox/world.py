"""Everything the simulated platforms know. It changes only by records, so the log of records is the whole truth."""

from __future__ import annotations

import hashlib
import secrets
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import asdict, fields
from pathlib import Path
from typing import Any

from publishers.sandbox.log import Log, Record
from publishers.sandbox.things import (
    RIGHT_ALIASES,
    Account,
    Bubble,
    Chat,
    Draft,
    Job,
    Material,
    Page,
    Settings,
    Token,
)

HIDDEN = frozenset({"settings", "account", "chat", "token", "token_killed"})
"""Records that are no effect on the outside world."""

PLATFORM_NAMES = {"wecom": "企业微信群", "dingtalk": "钉钉群", "feishu": "飞书群"}


class World:
    """State under one lock. Handlers hold `lock`, read the tables, and change them through `record` alone."""

    version: int
    """The number of the newest record."""
    settings: Settings
    accounts: dict[str, Account]
    tokens: dict[str, Token]
    materials: dict[str, Material]
    """Permanent materials by media_id."""
    pictures: dict[str, Material]
    """Every picture by the name in its address."""
    drafts: dict[str, Draft]
    jobs: dict[str, Job]
    """Publish and mass-send tasks by id."""
    slugs: dict[str, tuple[Job, Page]]
    chats: dict[tuple[str, str], Chat]

    def __init__(self, state: Path) -> None:
        self.lock = threading.RLock()
        self.changed = threading.Condition(self.lock)
        self.blobs = state / "blobs"
        self.blobs.mkdir(parents=True, exist_ok=True)
        self._forget()
        self.log = Log(state / "effects.jsonl")
        for record in self.log.replay():
            self._apply(record)

    def record(self, kind: str, at: float, **values: Any) -> Record:
        """Append a record of what happens now (the call came in at `at`), apply it, and return it."""
        with self.lock:
            record: Record = {"n": self.version + 1, "kind": kind, "at": at, "written": time.time(), **values}
            self.log.append(record)
            self._apply(record)
            if kind.endswith("_submitted"):
                self.changed.notify_all()
            return record

    def effects(self, kind: str = "", since: int = 0) -> list[Record]:
        """The effects after number `since`, oldest first."""
        with self.lock:
            return [e for e in self._effects if e["n"] > since and kind in ("", e["kind"])]

    def reset(self, *, keep: bool) -> None:
        """Forget everything; with `keep` only what happened, not settings, accounts and chats."""
        with self.lock:
            settings, accounts, chats = self.settings, self.accounts, self.chats
            version = self.version
            self.log.clear()
            self._forget()
            # The number goes on, so that an open phone page notices.
            self.version = version + 1
            if not keep:
                return
            self.record("settings", time.time(), values=asdict(settings))
            for account in accounts.values():
                self.record("account", time.time(), values=asdict(account))
            for chat in chats.values():
                self.record("chat", time.time(), values={k: v for k, v in asdict(chat).items() if k != "bubbles"})

    def keep_blob(self, content: bytes) -> str:
        """Store bytes and return their SHA-256."""
        sha256 = hashlib.sha256(content).hexdigest()
        path = self.blobs / sha256
        if not path.exists():
            path.write_bytes(content)
        return sha256

    def account(self, app_id: str) -> Account | None:
        """The account of an AppID; one that begins with `wx` exists without being registered."""
        if app_id not in self.accounts and app_id.startswith("wx"):
            return Account(app_id, name=f"演练公众号 {app_id[-4:]}")
        return self.accounts.get(app_id)

    def chat(self, platform: str, key: str, at: float) -> Chat:
        """The chat of a robot, made on first use."""
        if (platform, key) not in self.chats:
            name = f"{PLATFORM_NAMES[platform]} {key[-4:]}"
            self.record("chat", at, values={"platform": platform, "key": key, "name": name})
        return self.chats[platform, key]

    def pages(self) -> Iterator[tuple[Job, Page]]:
        """Every published page, newest job first."""
        done = [job for job in self.jobs.values() if job.visible]
        for job in sorted(done, key=lambda job: job.finished_at, reverse=True):
            for page in job.pages:
                yield job, page

    def page(self, slug: str) -> tuple[Job, Page] | None:
        return self.slugs.get(slug)

    def _forget(self) -> None:
        self.version, self.settings = 0, Settings()
        self.accounts, self.tokens, self.materials, self.pictures = {}, {}, {}, {}
        self.drafts, self.jobs, self.slugs, self.chats = {}, {}, {}, {}
        self._effects: list[Record] = []

    def _apply(self, record: Record) -> None:
        self.version = record["n"]
        if record["kind"] not in HIDDEN:
            self._effects.append(record)
        apply = _APPLY.get(record["kind"])
        if apply is not None:
            apply(self, record)


def new_id(characters: int = 22) -> str:
    """A fresh name of letters and digits."""
    return secrets.token_hex(characters)[:characters]


def new_number() -> str:
    """A fresh decimal id as the platform gives to jobs."""
    return str(2247480000 + secrets.randbelow(10**9))


def _settings(world: World, record: Record) -> None:
    known = {item.name for item in fields(Settings)}
    for name, value in record["values"].items():
        if name in known:
            setattr(world.settings, name, value)
    world.log.fsync = world.settings.fsync


def _account(world: World, record: Record) -> None:
    values = dict(record["values"])
    account = world.account(values["app_id"]) or Account(values["app_id"])
    rights = {RIGHT_ALIASES.get(name, name): bool(held) for name, held in values.pop("rights", {}).items()}
    account.rights.update(rights)
    for name, value in values.items():
        setattr(account, name, value)
    account.name = account.name or f"演练公众号 {account.app_id[-4:]}"
    world.accounts[account.app_id] = account


def _chat(world: World, record: Record) -> None:
    values = record["values"]
    place = values["platform"], values["key"]
    chat = world.chats.get(place)
    if chat is None:
        world.chats[place] = Chat(**values)
        return
    for name, value in values.items():
        setattr(chat, name, value)


def _token(world: World, record: Record) -> None:
    world.tokens[record["value"]] = Token(
        record["value"], record["app_id"], record["stable"], record["expires_at"], record["at"]
    )


def _token_killed(world: World, record: Record) -> None:
    for token in world.tokens.values():
        if token.app_id == record["app_id"] and token.value in record["values"]:
            token.expires_at, token.killed = record["dies_at"], record["killed"]


def _picture(world: World, record: Record) -> None:
    material = Material(**{name: record[name] for name in Material.__dataclass_fields__})
    world.pictures[material.slug] = material
    if record["kind"] == "material_added":
        world.materials[material.media_id] = material


def _material_deleted(world: World, record: Record) -> None:
    world.materials.pop(record["media_id"], None)


def _draft_added(world: World, record: Record) -> None:
    world.drafts[record["media_id"]] = Draft(record["app_id"], record["media_id"], record["articles"], record["at"])


def _draft_updated(world: World, record: Record) -> None:
    draft = world.drafts[record["media_id"]]
    draft.articles[record["index"]], draft.at = record["article"], record["at"]


def _draft_deleted(world: World, record: Record) -> None:
    world.drafts.pop(record["media_id"], None)


def _job(world: World, record: Record) -> None:
    draft = world.drafts.pop(record["media_id"], None)
    names = ("id", "app_id", "media_id", "msg_data_id", "mass", "at", "due", "events", "result", "clientmsgid", "text")
    world.jobs[record["id"]] = Job(
        **{name: record[name] for name in names}, articles=draft.articles if draft else []
    )


def _job_done(world: World, record: Record) -> None:
    job = world.jobs[record["id"]]
    job.status, job.finished_at, job.article_id = record["status"], record["at"], record["article_id"]
    job.pages = [Page(slug, n, job.articles[n - 1]) for n, slug in enumerate(record["slugs"], 1)]
    for page in job.pages:
        world.slugs[page.slug] = job, page
    if job.status != 0 and job.articles:
        # A refused task leaves the draft where it was.
        world.drafts[job.media_id] = Draft(job.app_id, job.media_id, job.articles, record["at"])


def _article_deleted(world: World, record: Record) -> None:
    job = world.jobs[record["id"]]
    for page in job.pages:
        page.deleted = page.deleted or page.position in record["positions"]
    if all(page.deleted for page in job.pages):
        job.status = 5


def _robot_message(world: World, record: Record) -> None:
    chat = world.chats[record["platform"], record["key"]]
    chat.bubbles.append(Bubble(at=record["at"], **record["bubble"]))


_APPLY: dict[str, Callable[[World, Record], None]] = {
    "settings": _settings,
    "account": _account,
    "chat": _chat,
    "token": _token,
    "token_killed": _token_killed,
    "image_uploaded": _picture,
    "material_added": _picture,
    "material_deleted": _material_deleted,
    "draft_added": _draft_added,
    "draft_updated": _draft_updated,
    "draft_deleted": _draft_deleted,
    "publish_submitted": _job,
    "mass_submitted": _job,
    "published": _job_done,
    "publish_failed": _job_done,
    "mass_sent": _job_done,
    "mass_failed": _job_done,
    "article_deleted": _article_deleted,
    "mass_deleted": _article_deleted,
    "robot_message": _robot_message,
}
