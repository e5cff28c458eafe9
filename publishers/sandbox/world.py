"""Everything the simulated platforms know. It changes only by records, so the log of records is the whole truth."""

from __future__ import annotations

import hashlib
import secrets
import threading
import time
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path
from typing import Any

from publishers.sandbox.log import Log, Record
from publishers.sandbox.records import HIDDEN, apply
from publishers.sandbox.streams.lines import Lines
from publishers.sandbox.things import (
    Account,
    Chat,
    Comment,
    Draft,
    Job,
    Letter,
    Mail,
    Material,
    Page,
    Settings,
    Token,
)

PLATFORM_NAMES = {"wecom": "企业微信群", "dingtalk": "钉钉群", "feishu": "飞书群", "webhook": "自有系统"}


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
    temporary: dict[str, Material]
    """Temporary media by media_id; they live for three days."""
    drafts: dict[str, Draft]
    jobs: dict[str, Job]
    """Publish and mass-send tasks by id."""
    comments: dict[int, Comment]
    rids: dict[str, dict[str, Any]]
    """What can be said about failed calls, by their rid; not durable."""
    slugs: dict[str, tuple[Job, Page]]
    chats: dict[tuple[str, str], Chat]
    letters: dict[str, list[Letter]]
    """Mails by recipient, oldest first."""
    mail_port: int
    """Where the mail server listens; 0: nowhere."""
    mails: list[Mail]
    """What lies in the mailbox that is read over IMAP, the oldest first."""
    imap_port: int
    """Where that mailbox is read; 0: nowhere."""
    lines: Lines
    """Long connections that are open; not durable."""

    def __init__(self, state: Path) -> None:
        self.lock = threading.RLock()
        self.changed = threading.Condition(self.lock)
        self.mail_port = self.imap_port = 0
        self.lines = Lines()
        self.blobs = state / "blobs"
        self.blobs.mkdir(parents=True, exist_ok=True)
        self._forget()
        self.log = Log(state / "effects.jsonl")
        for record in self.log.replay():
            self._apply(record)

    def now(self) -> float:
        """The present instant (epoch seconds) by our clock, which can be moved."""
        return time.time() + self.settings.clock_offset

    def machine_time(self, at: float) -> float:
        """The machine's own time at an instant of our clock: whoever signs reads that one."""
        return at - self.settings.clock_offset

    def record(self, kind: str, at: float, **values: Any) -> Record:
        """Append a record of what happens now (the call came in at `at`), apply it, and return it."""
        with self.lock:
            record: Record = {"n": self.version + 1, "kind": kind, "at": at, "written": time.time(), **values}
            self.log.append(record)
            self._apply(record)
            if kind.endswith("_submitted") or kind in ("mass_confirmed", "settings"):
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
            self.record("settings", self.now(), values=asdict(settings))
            for account in accounts.values():
                self.record("account", self.now(), values=asdict(account))
            for chat in chats.values():
                self.record("chat", self.now(), values={k: v for k, v in asdict(chat).items() if k != "bubbles"})

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
        self.temporary, self.comments, self.rids, self.letters = {}, {}, {}, {}
        self.mails = []
        self._effects: list[Record] = []

    def _apply(self, record: Record) -> None:
        self.version = record["n"]
        if record["kind"] not in HIDDEN:
            self._effects.append(record)
        apply(self, record)


def new_id(characters: int = 22) -> str:
    """A fresh name of letters and digits."""
    return secrets.token_hex(characters)[:characters]


def new_number() -> str:
    """A fresh decimal id as the platform gives to jobs."""
    return str(2247480000 + secrets.randbelow(10**9))
