"""Deployment settings: built once from the environment, frozen, checked at the door."""

from __future__ import annotations

import os
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from app import environment
from publishers.net import Base, StreamBase


class BadSetting(Exception):
    """A setting cannot be used; the text names it and says what it takes."""


@dataclass(frozen=True)
class Platforms:
    """Base addresses of the platforms."""

    wechat: Base
    wecom: Base
    dingtalk: Base
    dingtalk_new: Base
    feishu: Base
    wecom_stream: Base
    """Where WeCom's smart robots are connected to."""


@dataclass(frozen=True)
class Settings:
    """Everything the environment decides. Times are seconds."""

    instance: Path
    database_url: str
    redis_url: str
    media_url: str
    public_url: str
    zone: str
    platforms: Platforms
    secret_key: str = field(repr=False)
    call_seconds: float = 30.0
    settle_seconds: float = 60.0
    poll_seconds: float = 10.0
    upload_bytes: int = 20 * 1024 * 1024
    sandbox_url: str = ""
    crash_at: str = ""

    @property
    def on_sqlite(self) -> bool:
        return self.database_url.startswith("sqlite")

    @property
    def hits(self) -> Path:
        """Where visits of tracked links are written down before they are counted."""
        return self.instance / "hits"

    @property
    def uploads(self) -> Path:
        """Where files lie that have not arrived whole yet."""
        return self.instance / "uploads"

    @property
    def public_is_reachable(self) -> bool:
        """Whether the world outside this machine could open our links."""
        return bool(self.public_url) and not Base.is_loopback_url(self.public_url)


DEFAULT_ADDRESS = "http://127.0.0.1:8000"
"""How we are reached when nobody has said how the world does."""
DEFAULT_BASES = {
    "QUNSHENG_WECHAT_API": "https://api.weixin.qq.com",
    "QUNSHENG_WECOM_API": "https://qyapi.weixin.qq.com",
    "QUNSHENG_DINGTALK_API": "https://oapi.dingtalk.com",
    "QUNSHENG_DINGTALK_NEW_API": "https://api.dingtalk.com",
    "QUNSHENG_FEISHU_API": "https://open.feishu.cn",
    "QUNSHENG_WECOM_STREAM": "wss://openws.work.weixin.qq.com",
}


def from_env(environ: Mapping[str, str] | None = None) -> Settings:
    """The settings in force. Raises BadSetting."""
    env = _Environment(environment.read() if environ is None else dict(environ))
    instance = Path(env.text("QUNSHENG_INSTANCE", "instance")).resolve()
    return Settings(
        instance=instance,
        database_url=_database_url(env.text("QUNSHENG_DATABASE_URL", ""), instance),
        redis_url=env.text("QUNSHENG_REDIS_URL", ""),
        media_url=env.text("QUNSHENG_MEDIA_URL", ""),
        public_url=env.text("QUNSHENG_PUBLIC_URL", "").rstrip("/"),
        zone=env.zone("QUNSHENG_TIMEZONE", "Asia/Shanghai"),
        platforms=Platforms(*(env.base(name) for name in DEFAULT_BASES)),
        secret_key=env.text("QUNSHENG_SECRET_KEY", "") or _kept_secret(instance),
        call_seconds=env.seconds("QUNSHENG_CALL_SECONDS", 30),
        settle_seconds=env.seconds("QUNSHENG_SETTLE_SECONDS", 60),
        poll_seconds=env.seconds("QUNSHENG_POLL_SECONDS", 10),
        upload_bytes=int(env.seconds("QUNSHENG_UPLOAD_MB", 20) * 1024 * 1024),
        sandbox_url=env.text("QUNSHENG_SANDBOX_URL", "").rstrip("/"),
        crash_at=env.text("QUNSHENG_CRASH_AT", ""),
    )


class _Environment:
    """Variables by name; `X_FILE` names a file that holds `X`."""

    def __init__(self, values: dict[str, str]) -> None:
        self._values = values

    def text(self, name: str, default: str) -> str:
        file = self._values.get(f"{name}_FILE")
        if file:
            try:
                return Path(file).read_text(encoding="utf-8").strip()
            except OSError as error:
                raise BadSetting(f"{name}_FILE: {file} cannot be read ({error.strerror})") from None
        return self._values.get(name, "").strip() or default

    def seconds(self, name: str, default: float) -> float:
        value = self.text(name, str(default))
        try:
            number = float(value)
        except ValueError:
            raise BadSetting(f"{name}: {value!r} is not a number") from None
        if not number > 0:
            raise BadSetting(f"{name}: must be more than 0")
        return number

    def zone(self, name: str, default: str) -> str:
        value = self.text(name, default)
        try:
            ZoneInfo(value)
        except (ZoneInfoNotFoundError, ValueError):
            raise BadSetting(f"{name}: there is no time zone {value!r}; write it like Asia/Shanghai") from None
        return value

    def base(self, name: str) -> Base:
        try:
            kind = StreamBase if DEFAULT_BASES[name].startswith("wss:") else Base
            return kind(self.text(name, DEFAULT_BASES[name]))
        except ValueError as error:
            raise BadSetting(f"{name}: {error}") from None


def _database_url(url: str, instance: Path) -> str:
    if not url:
        return f"sqlite:///{instance / 'qunsheng.sqlite'}"
    for prefix in ("postgres://", "postgresql://"):
        if url.startswith(prefix):
            return "postgresql+psycopg://" + url.removeprefix(prefix)
    if url.startswith(("sqlite:///", "postgresql+psycopg://")):
        return url
    raise BadSetting("QUNSHENG_DATABASE_URL: takes sqlite:///… or postgresql://…")


def _kept_secret(instance: Path) -> str:
    """The key in the instance folder, made on first use; two processes that start together get the same one."""
    instance.mkdir(parents=True, exist_ok=True)
    path = instance / "secret_key"
    fresh = path.with_name(f".secret_key.{secrets.token_hex(4)}")
    if not path.exists():
        fresh.touch(mode=0o600)
        fresh.write_text(secrets.token_urlsafe(48), encoding="utf-8")
        try:
            os.link(fresh, path)
        except FileExistsError:
            pass
        finally:
            fresh.unlink()
    return path.read_text(encoding="utf-8").strip()
