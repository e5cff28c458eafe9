"""What codes of planning, publishing and sharing mean to people, and honest words for what is being waited for."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from flask_babel import gettext, lazy_gettext

from app.filters import house_time, thousands
from app.web.signs import STATES
from editorial.accounts import Level, OfficialAccount
from editorial.calendar.editions import EVERYBODY, Audience, Edition, Mode
from editorial.outbox.deliveries import TO_GROUPS, Attempt, Delivery, State
from publishers.dispatch.gate import LEFT_OUT
from publishers.others import UNCONFIRMED

_ = lazy_gettext

MODES: dict[str, Any] = {
    Mode.RELEASE: _("Release"),
    Mode.MASS_SEND: _("Mass send"),
    Mode.DRAFT: _("Draft box only"),
    Mode.MANUAL: _("By hand"),
}
PURPOSES: dict[str, Any] = {
    "draft": _("Into the draft box"),
    "release": _("Release"),
    "mass_send": _("Mass send"),
    "manual": _("Publishing by hand"),
    "take_down": _("Taking down"),
    "share": _("Back to the group"),
    "story_call": _("Call for stories"),
    "spotlight": _("Spotlight"),
    "closing": _("End of a flash group"),
    "notice": _("Notice"),
}
CONNECTORS: dict[str, Any] = {
    "wecom_robot": _("WeCom group robot"),
    "dingtalk_robot": _("DingTalk group robot"),
    "feishu_robot": _("Feishu group robot"),
    "email": _("E-mail"),
    "webhook": _("Webhook of an own system"),
    "apprise": _("Another service (apprise)"),
    "wecom_app": _("WeCom message to people (application)"),
    "wecom_chat": _("WeCom chat of the application"),
    "wecom_customer_group": _("WeCom customer groups, sent by their owner"),
    "dingtalk_app": _("DingTalk group (application)"),
    "feishu_app": _("Feishu group (application)"),
    "share_kit": _("Posted by hand (share kit)"),
}
CONNECTOR_HINTS: dict[str, Any] = {
    "email": _("To a mailing list or a mailbox that the group reads."),
    "webhook": _("For a system of your own, in the form of Standard Webhooks: signed, with a number that tells a repeat."),
    "apprise": _("Sent, not confirmed: the service says nothing more than yes. For what has no connector of its own here."),
    "share_kit": _("For ordinary WeChat groups: the steward gets words, link and code, posts them and says so."),
}


def connector_words(kind: str) -> str:
    """The name of a kind of connector."""
    return str(CONNECTORS.get(kind, kind))


VERDICTS: dict[str, Any] = {
    "under_way": _("under way"),
    "sent": _("confirmed"),
    "accepted": _("taken by the platform"),
    "try_later": _("no effect, tried again later"),
    "refused": _("refused"),
    "switched_off": _("the target does not answer to us"),
    "hand_over": _("a person is needed"),
    "outcome_unknown": _("no clear answer"),
    "abandoned": _("the sending process ended before the answer"),
    "given_back": _("stopped before the first byte"),
    "found": _("found: it is there"),
    "absent": _("found: it is not there"),
    "cannot_tell": _("reading could not tell"),
    "still_waiting": _("no result yet"),
    "not_sent": _("not asked"),
    "overtaken": _("overtaken by another answer"),
}
ACTS: dict[str, Any] = {"send": _("Sending"), "poll": _("Asked for the result"), "read": _("Looked whether it is there")}
DELIVERY_STATES: tuple[tuple[str, Any], ...] = tuple((code, word) for code, (_tone, _icon, word) in STATES["delivery"].items())


def word_of(table: dict[str, Any], code: str) -> str:
    """The word of a code; a code nobody named shows itself."""
    return str(table.get(code, code))


def way_of(account: OfficialAccount, mode: str) -> Mode:
    """How an edition of this mode really goes out of this account, by what the account may do."""
    if mode == Mode.MANUAL or account.level == Level.COPY_ONLY:
        return Mode.MANUAL
    if mode == Mode.DRAFT or not account.rights.get(mode):
        return Mode.DRAFT
    return Mode(mode)


def consequence(account: OfficialAccount, mode: str, at: datetime | None, audience: Audience = EVERYBODY) -> str:
    """What will happen, in one plain sentence. An unknown number of followers is said to be unknown."""
    when = day_and_time(at) if at else gettext("At the time that is set")
    way = way_of(account, mode)
    if way == Mode.MANUAL:
        return gettext(
            "%(when)s: somebody publishes it on %(account)s by hand and brings the link; nothing goes out by itself.",
            when=when, account=account.name)
    if way == Mode.DRAFT:
        return gettext(
            "%(when)s: laid into the draft box of %(account)s; somebody presses publish there and brings the link.",
            when=when, account=account.name)
    if way == Mode.RELEASE:
        return gettext(
            "%(when)s: released on %(account)s without notice to the followers.", when=when, account=account.name)
    if audience.tag_id is not None:
        return gettext(
            "%(when)s: mass-sent to the %(count)s followers of %(account)s tagged “%(tag)s”; once out it cannot be taken back.",
            when=when, account=account.name, count=thousands(audience.followers), tag=audience.name or audience.tag_id)
    if account.followers is None:
        return gettext(
            "%(when)s: mass-sent to all followers of %(account)s (how many is not known); once out it cannot be taken back.",
            when=when, account=account.name)
    return gettext(
        "%(when)s: mass-sent to all %(count)s followers of %(account)s; once out it cannot be taken back.",
        when=when, account=account.name, count=thousands(account.followers))


def deed(account: OfficialAccount, mode: str, audience: Audience) -> str:
    """What pressing the button for a time will do, without the time; nothing where nothing leaves by itself for readers."""
    if way_of(account, mode) != Mode.MASS_SEND:
        return ""
    if audience.tag_id is not None:
        return gettext(
            "mass-send to the %(count)s followers with the tag “%(tag)s”; it cannot be taken back",
            count=thousands(audience.followers), tag=audience.name or audience.tag_id)
    if account.followers is None:
        return gettext("mass-send to all followers; it cannot be taken back")
    return gettext("mass-send to all %(count)s followers; it cannot be taken back", count=thousands(account.followers))


def limits_of(account: OfficialAccount, mode: str) -> str:
    """Why an account does not go as far as the mode asks; nothing when it does."""
    way = way_of(account, mode)
    if way == mode:
        return ""
    if way == Mode.MANUAL:
        return gettext("This account has no interface we may use, so everything is done by hand.")
    return gettext("This account may not do this by itself, so it stops at the draft box.")


def day_and_time(at: datetime) -> str:
    """An instant with its weekday, as the house reads it off the wall."""
    weekday = weekdays()[int(house_time(at, "%u")) - 1]
    return f"{house_time(at, '%Y-%m-%d')} {weekday} {house_time(at, '%H:%M')}"


def weekdays() -> list[str]:
    """The days of the week, Monday first."""
    return [gettext("Mon"), gettext("Tue"), gettext("Wed"), gettext("Thu"), gettext("Fri"), gettext("Sat"), gettext("Sun")]


def heading(edition: Edition) -> str:
    """An edition by its lead headline and how many more it holds."""
    return headed(edition.lead.title, len(edition.places)) if edition.places else gettext("An edition without articles")


def headed(title: str, articles: int) -> str:
    """A lead headline and how many more articles there are."""
    more = articles - 1
    if more < 1:
        return title
    return gettext("%(title)s and %(number)s more", title=title, number=more)


def standing(delivery: Delivery) -> str:
    """Where a delivery stands, honestly: what is awaited, since when, and what happens next."""
    if delivery.state == State.WAITING:
        return _waiting(delivery)
    if delivery.state == State.IN_FLIGHT:
        return gettext("The call is under way.")
    if delivery.state == State.ACCEPTED:
        return _accepted(delivery)
    if delivery.state == State.OUTCOME_UNKNOWN:
        return gettext("The answer is missing. We find out by reading, next at %(at)s.", at=house_time(delivery.read_at))
    if delivery.state == State.NEEDS_PERSON and delivery.reason == LEFT_OUT:
        return gettext("It has not gone out. Somebody has to look first.")
    if delivery.state == State.NEEDS_PERSON:
        return gettext("Nobody can tell from here. Please look and decide.")
    if delivery.state == State.SENT and delivery.memory.get(UNCONFIRMED):
        return gettext("Sent at %(at)s; this service confirms nothing.", at=house_time(delivery.settled_at))
    if delivery.state == State.SENT:
        return gettext("Confirmed at %(at)s.", at=house_time(delivery.settled_at))
    return ""


def tried(attempt: Attempt) -> str:
    """How an attempt ended, in a word."""
    return word_of(VERDICTS, attempt.verdict)


def _waiting(delivery: Delivery) -> str:
    if delivery.tries:
        return gettext(
            "Tried %(count)s times without effect, next at %(at)s.", count=delivery.tries, at=house_time(delivery.due_at))
    if delivery.after_id and delivery.purpose in TO_GROUPS:
        return gettext("Goes out in the group’s next message, together with others.")
    if delivery.after_id:
        return gettext("Follows as soon as the step before it is done, not before %(at)s.", at=house_time(delivery.due_at))
    return gettext("Goes out at %(at)s.", at=house_time(delivery.due_at))


def _accepted(delivery: Delivery) -> str:
    if delivery.awaiting == "admin":
        return gettext("WeChat waits for the account administrator to confirm on the phone.")
    if delivery.awaiting == "owner":
        return gettext("Waits for the owner of the customer groups, who sends it in WeCom. It is not sent before that.")
    if delivery.awaiting == "person":
        if delivery.purpose in TO_GROUPS:
            return gettext("Waits to be posted in the group by hand.")
        if delivery.purpose == "take_down":
            return gettext("Waits for somebody who deletes it in WeChat's console.")
        return gettext("Waits for somebody who publishes it in WeChat and brings the link.")
    asked = delivery.attempts[-1].at if delivery.attempts else None
    return gettext(
        "The platform took the task; asked at %(asked)s, next at %(next)s.",
        asked=house_time(asked, "%H:%M"), next=house_time(delivery.read_at, "%H:%M"))
