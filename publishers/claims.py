"""Who somebody is in the words of the other side, and its no. Whether we know them is not decided here."""

from __future__ import annotations

from dataclasses import dataclass


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


class ClaimRefused(Exception):
    """Nothing was proved. `reason` is a sentence for people; nothing of what was sent stands in it."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason
