"""The connector of a delivery, as whoever wires the house together hands it to us."""

from __future__ import annotations

import logging
from collections.abc import Callable

from sqlalchemy.orm import Session

from editorial.outbox.deliveries import TO_GROUPS, Delivery
from publishers.connector import Connector, Failure
from publishers.dispatch.carried import Carried
from publishers.dispatch.parcels import NothingToSend

ConnectorOf = Callable[[Session, Delivery], Connector]
log = logging.getLogger("qunsheng.dispatch")


def connector_for(session: Session, delivery: Delivery, connector_of: ConnectorOf) -> Connector:
    """The delivery's connector. Raises NothingToSend when it cannot be made: one bad setting must not stop the lane."""
    if delivery.purpose in TO_GROUPS and delivery.after_id is not None:
        return Carried(session.get_one(Delivery, delivery.after_id).remote_id)
    try:
        return connector_of(session, delivery)
    except Failure as failure:
        raise NothingToSend(failure.reason) from None
    except Exception as error:
        log.error("a connector could not be made", extra={"action": "connector_unusable", "kind": type(error).__name__})
        raise NothingToSend("The connection to this target cannot be used as it is set up.") from None
