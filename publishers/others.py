"""Other services through apprise, which tells us nothing but yes or no: handed over, not confirmed.

Yes means little (an error page with status 200 is a yes), and no may follow a message that arrived: nothing is sent twice.
https://github.com/caronc/apprise
"""

from __future__ import annotations

import importlib
import importlib.util
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

from publishers.connector import (
    Abilities,
    CannotTell,
    LinkParcel,
    NoteParcel,
    OutcomeUnknown,
    Parcel,
    Reading,
    Receipt,
    Refused,
    Remember,
    SwitchedOff,
)
from publishers.robots.rates import rates_of
from publishers.robots.robot import note_words, with_address
from publishers.robots.settings import SettingError, text
from publishers.robots.words import harmless, one_line

UNCONFIRMED = "unconfirmed"
"""In the memory of a delivery: it was handed over, and nobody says more."""
OWN_CONNECTORS = frozenset({"wecombot", "wechat", "dingtalk", "feishu", "lark", "mailto", "mailtos"})
"""Services for which there are better connectors here: apprise takes their refusals for success."""


@dataclass(frozen=True)
class Settings:
    """One address of apprise; tokens stand in it."""

    url: str = field(repr=False)

    @classmethod
    def from_settings(cls, settings: Mapping[str, str]) -> Settings:
        """From `{"url"}`. Raises SettingError; whether its service is allowed, `check_allowed` says."""
        url = text(settings, "url")
        if not is_installed():
            raise SettingError("url", "The package apprise is not installed on this machine.")
        schema = urlsplit(url).scheme
        if schema in OWN_CONNECTORS:
            raise SettingError("url", "This service has a connector of its own here; choose that one.")
        if not schema or _service(url) is None:
            raise SettingError("url", "This is not an address of a service that apprise knows.")
        return cls(url)


class Other:
    """One target of one service."""

    kind = "apprise"
    abilities = Abilities(several_cards=True, confirms=False, per_minute=10)

    def __init__(self, settings: Settings, allowed: Collection[str]) -> None:
        self._settings, self._allowed = settings, allowed
        self.rates = rates_of(self, settings.url)

    def send(self, parcel: Parcel, remember: Remember) -> Receipt:
        """Hand the words over with exactly one call."""
        title, body = _words(parcel)
        service = _service(self._settings.url)
        if service is None:
            raise SwitchedOff("The package apprise is not installed here, or does not know this service.")
        check_allowed(self._settings.url, self._allowed)
        # Whatever a redirect leads to has not been allowed.
        service.redirects = False
        remember(UNCONFIRMED, "1")
        if not service.notify(title=title, body=body):
            raise OutcomeUnknown("The service did not say that it took the message; it may have arrived all the same.")
        return Receipt(final=True)

    def confirm(self, parcel: Parcel) -> Receipt:
        """There is nothing more to learn."""
        return Receipt(final=True)

    def find_out(self, parcel: Parcel) -> Reading:
        """Only a person can look."""
        return CannotTell("This service cannot be asked whether the message arrived. Somebody has to look.", final=True)


def is_installed() -> bool:
    """Whether the extra is there."""
    return importlib.util.find_spec("apprise") is not None


def check_allowed(url: str, allowed: Collection[str]) -> None:
    """Raise Refused unless an administrator has allowed the service.

    A service with one fixed host is allowed by its name (`tgram`), one whose host is free by name and host (`ntfys://ntfy.sh`).
    """
    parts = urlsplit(url)
    if _names_its_host(url):
        wanted = f"{parts.scheme}://{parts.hostname or ''}"
        if wanted in allowed:
            return
    elif parts.scheme in allowed:
        return
    raise Refused("An administrator has not allowed this service yet. It can be allowed under Settings.")


def _names_its_host(url: str) -> bool:
    service = _service(url)
    return service is None or any("{host}" in template for template in service.templates)


def _service(url: str) -> Any:
    """apprise's object for an address, none when the package is absent or does not know it."""
    if not is_installed():
        return None
    return importlib.import_module("apprise").Apprise.instantiate(url, suppress_exceptions=True)


def _words(parcel: Parcel) -> tuple[str, str]:
    if isinstance(parcel, LinkParcel) and parcel.cards:
        lead = parcel.cards[0]
        lines = [harmless(parcel.words), one_line(lead.digest), lead.url]
        lines += [f"《{one_line(card.title)}》\n{card.url}" for card in parcel.cards[1:]]
        return one_line(lead.title), "\n\n".join(line for line in lines if line)
    if isinstance(parcel, NoteParcel):
        return one_line(parcel.subject), with_address(note_words(NoteParcel(parcel.marker, "", parcel.text)), parcel.url)
    raise Refused("A group takes links and notices only.")
