"""What can still be done about a message that went through an application: who read it, take it back, remind the owner."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, current_app, flash, redirect, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext, ngettext

from app import application_ways, one_by_one
from app.auth import allow, guard, person_now
from app.extensions import db, deciding
from app.wiring import Wiring
from editorial import audit, clock
from editorial.errors import NotFound, WrongState
from editorial.groups import customer_groups, groups
from editorial.groups.connectors import GroupConnector
from editorial.outbox import deliveries
from editorial.outbox.deliveries import TO_GROUPS, Delivery, State
from editorial.people import people
from editorial.people.permissions import Action
from publishers.applications.sender import MISSED
from publishers.connector import Failure
from publishers.robots.settings import SettingError

pages = Blueprint("application_messages", __name__, url_prefix="/deliveries/<id:delivery_id>")

RESULTS: dict[str, Any] = {
    "sent": lazy_gettext("sent"), "waiting": lazy_gettext("not sent yet"),
    "beyond_limit": lazy_gettext("beyond its limit of mass sends"), "gone": lazy_gettext("no longer there"),
}
RECALLED, READ = "recalled_at", "read_by"
CANCELLED = "The mass send was cancelled."


@pages.post("/readers")
@guard(Action.SEE_DELIVERIES)
def readers(delivery_id: int) -> ResponseReturnValue:
    """Ask the platform how many have read the message by now; nobody's name is kept."""
    found, remote_id = _sent(delivery_id)
    count = _asked(found, lambda connector: len(connector.readers(remote_id)))
    if count is not None:
        with deciding():
            kept = _get(delivery_id)
            kept.memory = {**kept.memory, READ: str(count)}
        flash(ngettext("%(num)s person has read it by now.", "%(num)s people have read it by now.", count))
    return _back(delivery_id)


@pages.post("/recall")
@guard(Action.CONFIRM_SHARE)
def recall(delivery_id: int) -> ResponseReturnValue:
    """Take the message back in the chat. The delivery stays sent: it was seen."""
    allow(Action.CONFIRM_SHARE)
    found, remote_id = _sent(delivery_id)
    if found.memory.get(RECALLED):
        raise WrongState()
    if _asked(found, lambda connector: connector.recall(remote_id) or True):
        person_id = person_now().id
        with deciding() as session:
            kept = _get(delivery_id)
            kept.memory = {**kept.memory, RECALLED: clock.now().isoformat()}
            audit.record(session(), "recall_message", "delivery", delivery_id, by=people.get(session(), person_id))
        flash(_("The message is taken back. Links that were copied before still work."))
    return _back(delivery_id)


@pages.post("/reminder")
@guard(Action.CONFIRM_SHARE)
def reminder(delivery_id: int) -> ResponseReturnValue:
    """Remind the owner of the customer groups in WeCom, at most three times a day."""
    allow(Action.CONFIRM_SHARE)
    found, task = _waiting(delivery_id)
    if _asked(found, lambda connector: connector.remind(task) or True):
        person_id = person_now().id
        with deciding() as session:
            audit.record(session(), "remind_owner", "delivery", delivery_id, by=people.get(session(), person_id))
        flash(_("WeCom reminds the owner. It allows three reminders a day."))
    return _back(delivery_id)


@pages.post("/cancellation")
@guard(Action.CONFIRM_SHARE)
def cancellation(delivery_id: int) -> ResponseReturnValue:
    """Cancel the task: the owner can no longer send it."""
    allow(Action.CONFIRM_SHARE)
    found, task = _waiting(delivery_id)
    if _asked(found, lambda connector: connector.cancel(task) or True):
        person_id = person_now().id
        with deciding() as session:
            kept = _get(delivery_id)
            deliveries.shift(session(), kept, State.ACCEPTED, State.REFUSED, awaiting="", reason=CANCELLED, read_at=None,
                             settled_at=clock.now())
            audit.record(session(), "cancel_mass_send", "delivery", delivery_id, by=people.get(session(), person_id))
        flash(_("The mass send is cancelled. Nobody can send it any more."))
    return _back(delivery_id)


def on_delivery(found: Delivery) -> dict[str, Any]:
    """For the page of a delivery: what its connector can still do."""
    kind = _kind(found)
    abilities = application_ways.ABILITIES.get(kind)
    reached = one_by_one.of(found)
    is_sent = found.state == State.SENT and bool(found.remote_id)
    return {
        "can_recall": bool(abilities and abilities.recalls and is_sent and not found.memory.get(RECALLED)),
        "can_ask_readers": bool(abilities and abilities.counts_reads and is_sent),
        "waits_for_owner": found.state == State.ACCEPTED and found.awaiting == "owner",
        "recalled_at": found.memory.get(RECALLED, ""), "read_by": found.memory.get(READ, ""),
        "missed": found.memory.get(MISSED, ""), "one_by_one": reached, "result_words": RESULTS,
        "chat_names": customer_groups.names(db.session(), [chat for chat, _status in reached.results]),
    }


def _asked(found: Delivery, act: Any) -> Any:
    """What the connector says; a failure is told and gives None."""
    wiring: Wiring = current_app.extensions["wiring"]
    try:
        connector = wiring.connector_of(db.session(), found)
        db.session.rollback()
        return act(connector)
    except Failure as failure:
        flash(_("It could not be done: %(reason)s", reason=_(failure.reason)), "error")
    except SettingError as error:
        flash(_("It could not be done: %(reason)s", reason=_(error.message)), "error")
    return None


def _sent(delivery_id: int) -> tuple[Delivery, str]:
    found = _get(delivery_id)
    if found.state != State.SENT or not found.remote_id or _kind(found) not in application_ways.CHECKS:
        raise WrongState()
    return found, found.remote_id


def _waiting(delivery_id: int) -> tuple[Delivery, str]:
    found = _get(delivery_id)
    if found.state != State.ACCEPTED or found.awaiting != "owner":
        raise WrongState()
    return found, found.remote_id


def _kind(found: Delivery) -> str:
    if found.purpose not in TO_GROUPS:
        return ""
    own = db.session.get(GroupConnector, found.connector_id) if found.connector_id else None
    connector = own or groups.get(db.session(), found.target_id).connector
    return connector.kind if connector else ""


def _get(delivery_id: int) -> Delivery:
    found = db.session.get(Delivery, delivery_id)
    if found is None:
        raise NotFound()
    return found


def _back(delivery_id: int) -> ResponseReturnValue:
    return redirect(url_for("deliveries.delivery", delivery_id=delivery_id), 303)
