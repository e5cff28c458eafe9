"""Reading what a person pastes: a robot's token, or the whole webhook address in which it stands."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import SplitResult, parse_qs, urlsplit

_TOKEN = re.compile(r"[A-Za-z0-9_-]{1,200}")
LONGEST_SETTING = 500


class SettingError(ValueError):
    """A setting that cannot be used. `field` is the setting's name, `message` a constant sentence without its value."""

    def __init__(self, field: str, message: str) -> None:
        super().__init__(f"{field}: {message}")
        self.field, self.message = field, message


@dataclass(frozen=True)
class Address:
    """Where a platform keeps a robot: its hosts, its path, and the query name of the token ("" = end of the path)."""

    hosts: Collection[str]
    path: str
    query_name: str = ""

    def token(self, pasted: str, field: str) -> str:
        """The token in `pasted`, which is the token itself or the whole address. Raises SettingError."""
        pasted = pasted.strip()
        if not pasted:
            raise SettingError(field, "Paste the robot's token or its whole webhook address.")
        token = self._token_of(pasted, field) if "/" in pasted or ":" in pasted else pasted
        if not _TOKEN.fullmatch(token):
            raise SettingError(field, "This is neither a robot's token nor its webhook address.")
        return token

    def _token_of(self, pasted: str, field: str) -> str:
        parts = _split(pasted, field)
        if parts.scheme != "https" or parts.hostname not in self.hosts:
            raise SettingError(field, "This address does not belong to the platform.")
        if self.query_name:
            return _only(parse_qs(parts.query).get(self.query_name, [])) if parts.path == self.path else ""
        return parts.path.removeprefix(self.path) if parts.path.startswith(self.path) else ""


def text(settings: Mapping[str, str], field: str) -> str:
    """An optional setting, without surrounding spaces. Raises SettingError when it is too long or has line breaks."""
    value = (settings.get(field) or "").strip()
    if len(value) > LONGEST_SETTING or "\n" in value or "\r" in value:
        raise SettingError(field, "This must be one short line.")
    return value


def choice(settings: Mapping[str, str], field: str, choices: Sequence[str]) -> str:
    """One of `choices`, the first when nothing is said. Raises SettingError."""
    said = text(settings, field) or choices[0]
    if said not in choices:
        raise SettingError(field, "This is none of the choices.")
    return said


def host_of(pasted: str) -> str:
    """The host of a pasted address, "" for a bare token."""
    return (urlsplit(pasted.strip()).hostname or "") if "://" in pasted else ""


def _split(pasted: str, field: str) -> SplitResult:
    try:
        parts = urlsplit(pasted)
        if parts.port not in (None, 443) or parts.username is not None:
            raise SettingError(field, "This address does not belong to the platform.")
        return parts
    except SettingError:
        raise
    except ValueError:
        raise SettingError(field, "This address does not belong to the platform.") from None


def _only(values: list[str]) -> str:
    return values[0].strip() if len(values) == 1 else ""
