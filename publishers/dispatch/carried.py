"""A share whose link stands in another share's message: there is nothing more to send."""

from __future__ import annotations

from publishers.connector import Abilities, Absent, Parcel, Rate, Reading, Receipt, Remember


class Carried:
    """Settles a share without a call, once the message that holds its link is sent."""

    kind = "carried"
    abilities = Abilities(several_cards=True)
    rates: tuple[Rate, ...] = ()

    def __init__(self, remote_id: str) -> None:
        self._remote_id = remote_id

    def send(self, parcel: Parcel, remember: Remember) -> Receipt:
        """It stands there already."""
        return Receipt(final=True, remote_id=self._remote_id)

    def confirm(self, parcel: Parcel) -> Receipt:
        """It stands there already."""
        return Receipt(final=True, remote_id=self._remote_id)

    def find_out(self, parcel: Parcel) -> Reading:
        """Settling it again shows nothing to anybody."""
        return Absent()
