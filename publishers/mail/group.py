"""The mail address of a group: a mailing list, or one mailbox that many read."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from publishers.connector import Abilities, Absent, LinkParcel, Parcel, Reading, Receipt, Refused, Remember
from publishers.mail.letter import letter
from publishers.mail.outgoing import Mailer, is_address
from publishers.robots.rates import rates_of
from publishers.robots.settings import SettingError, text


@dataclass(frozen=True)
class Address:
    """Where the group's mails go."""

    address: str

    @classmethod
    def from_settings(cls, settings: Mapping[str, str]) -> Address:
        """From `{"address"}`. Raises SettingError."""
        address = text(settings, "address")
        if not is_address(address):
            raise SettingError("address", "This is not a mail address.")
        return cls(address)


class GroupMail:
    """Mails to one group. A repeat has the same Message-ID, by which a reader's program knows it."""

    kind = "email"
    abilities = Abilities(several_cards=True, reads_back=True, repeats_safely=True, per_minute=30)

    def __init__(self, mailer: Mailer, group: str, unsubscribe_url: str) -> None:
        self._mailer, self._group, self._unsubscribe_url = mailer, group, unsubscribe_url
        self.rates = rates_of(self, mailer.recipient)

    def send(self, parcel: Parcel, remember: Remember) -> Receipt:
        """Hand the mail to the house's server; `remote_id` is the Message-ID. Raises one of the four words."""
        if isinstance(parcel, LinkParcel):
            if not parcel.cards:
                raise Refused("A group takes links and notices only.")
            parcel = letter(parcel, self._group, self._unsubscribe_url)
        return self._mailer.send(parcel, remember)

    def confirm(self, parcel: Parcel) -> Receipt:
        """The server's acceptance is final for us."""
        return self._mailer.confirm(parcel)

    def find_out(self, parcel: Parcel) -> Reading:
        """Sending again is right: the same Message-ID makes it one mail for the reader's program."""
        return Absent()
