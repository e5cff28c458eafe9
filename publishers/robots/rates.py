"""How often we speak to one robot or chat. Two groups of ours with one robot share what its platform allows it."""

from __future__ import annotations

import hashlib

from publishers.connector import Connector, Rate


def rates_of(connector: Connector, name: str, per_second: int | None = None) -> tuple[Rate, ...]:
    """The connector's sends a minute, and a second where that is limited, to what `name` names.

    The name may be a secret; it cannot be read from the key.
    """
    key = f"{connector.kind}:{hashlib.sha256(name.encode()).hexdigest()[:24]}"
    limits = ((connector.abilities.per_minute, 60.0), (per_second, 1.0))
    return tuple(Rate(key, most, seconds) for most, seconds in limits if most is not None)
