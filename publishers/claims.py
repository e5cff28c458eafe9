"""Who somebody is in the words of the other side, and its no. Whether we know them is not decided here."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Protocol

NOT_TAKEN = "The provider does not take this code: it was used already, has run out, or was not meant for us."
UNREACHABLE = "The provider does not answer. Please try again in a moment."
UNREADABLE = "The provider's answer could not be read."
STRANGER = "This account does not belong to the company on that platform."


@dataclass(frozen=True)
class Claim:
    """What a provider vouches for. `subject` is its own name for a person and never changes; an address counts when verified."""

    subject: str
    name: str = ""
    email: str = ""
    email_verified: bool = False

    @property
    def label(self) -> str:
        """What the person recognizes their account by."""
        return " · ".join(part for part in (self.name, self.email) if part) or self.subject


@dataclass(frozen=True)
class Trip:
    """One going to the provider and coming back. All but `redirect_uri` are random and used once."""

    state: str
    nonce: str
    verifier: str
    redirect_uri: str


class Api(Protocol):
    """A platform as one of our applications speaks to it: its own token goes along, and what is no success is raised.

    Both raise ClaimRefused.
    """

    def get(self, path: str, params: Mapping[str, str]) -> dict[str, Any]:
        """The platform's answer as an object."""

    def post(self, path: str, body: object) -> dict[str, Any]:
        """The platform's answer as an object."""


class ClaimRefused(Exception):
    """Nothing was proved. `reason` is a sentence for people; nothing of what was sent stands in it."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason
