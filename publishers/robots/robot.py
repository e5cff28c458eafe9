"""What everyone who writes into a group does: make and check the body; and the steps of a robot: send it once, read the answer."""

from __future__ import annotations

from abc import ABC, abstractmethod
from urllib.parse import urlsplit

from publishers.connector import (
    Abilities,
    CannotTell,
    Card,
    LinkParcel,
    NoteParcel,
    Parcel,
    Rate,
    Reading,
    Receipt,
    Refused,
    Remember,
)
from publishers.robots.words import Body, encoded, one_line

LONGEST_URL_BYTES = 2048
MOST_CARDS = 8


class GroupWriter(ABC):
    """Makes a platform's messages out of parcels; whatever no platform would take is refused before a call."""

    kind: str
    abilities: Abilities
    rates: tuple[Rate, ...] = ()
    body_bytes: int

    @abstractmethod
    def _cards(self, parcel: LinkParcel) -> Body:
        """The platform's card message. The parcel has 1 to 8 cards with a title and an http address each."""

    @abstractmethod
    def _note(self, parcel: NoteParcel) -> Body:
        """The platform's text message."""

    def _body(self, parcel: Parcel) -> Body:
        if isinstance(parcel, LinkParcel):
            _check_cards(parcel)
            return self._cards(parcel)
        if isinstance(parcel, NoteParcel):
            return self._note(parcel)
        raise Refused("A group takes links and notices only.")

    def _checked(self, body: Body) -> Body:
        if len(encoded(body)) > self.body_bytes:
            raise Refused("The message is too large for this platform.")
        return body


class GroupRobot(GroupWriter):
    """A robot that can only speak: no message id, no idempotency key, no reading back, no recall."""

    def send(self, parcel: Parcel, remember: Remember) -> Receipt:
        """Put the parcel into the group with exactly one call. Raises one of the four words."""
        self._deliver(self._checked(self._body(parcel)))
        return Receipt(final=True)

    def confirm(self, parcel: Parcel) -> Receipt:
        """A robot's answer is final at once."""
        return Receipt(final=True)

    def find_out(self, parcel: Parcel) -> Reading:
        """A webhook cannot be read: whether the message stands in the group, only a person can see."""
        return CannotTell("A group robot cannot look into the group. Somebody has to.", final=True)

    @abstractmethod
    def _deliver(self, body: Body) -> None:
        """Make the call; return only when the platform certainly took it."""


def note_words(parcel: NoteParcel) -> str:
    """Subject and text of a notice; its address is added by `with_address`, so that cutting never touches it."""
    return "\n".join(part for part in (one_line(parcel.subject), parcel.text.strip()) if part)


def with_address(words: str, url: str) -> str:
    return f"{words}\n{url}".strip() if url else words


def _check_cards(parcel: LinkParcel) -> None:
    if not 1 <= len(parcel.cards) <= MOST_CARDS:
        raise Refused("A group message carries one to eight articles.", field="cards")
    for card in parcel.cards:
        _check_card(card)


def _check_card(card: Card) -> None:
    if not one_line(card.title):
        raise Refused("The article has no headline.", field="title")
    if not _is_web_address(card.url) or len(card.url.encode("utf-8")) > LONGEST_URL_BYTES:
        raise Refused("The link is not a web address that this platform accepts.", field="url")


def _is_web_address(url: str) -> bool:
    try:
        parts = urlsplit(url)
    except ValueError:
        return False
    return parts.scheme in {"http", "https"} and bool(parts.hostname) and url == "".join(url.split())
