"""How a group is reached: what a person pasted is checked by the robot itself, then sealed."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from sqlalchemy.orm import Session

from app import application_ways
from editorial import audit
from editorial.errors import Invalid, Problem
from editorial.groups import ways_in
from editorial.groups.connectors import GroupConnector
from editorial.groups.groups import Group
from editorial.outbox import deliveries, holds
from editorial.people.people import Person
from editorial.story_calls import calls
from publishers.dingtalk.robot import Settings as DingTalkSettings
from publishers.feishu.robot import Settings as FeishuSettings
from publishers.mail.group import Address as MailAddress
from publishers.others import Settings as OtherSettings
from publishers.robots.settings import SettingError
from publishers.webhook.endpoint import Settings as WebhookSettings
from publishers.wecom.robot import Settings as WeComSettings

SHARE_KIT = "share_kit"
ROBOTS = ("wecom_robot", "dingtalk_robot", "feishu_robot")
"""The kinds that can write to one person or to the desk, too."""
FIELDS: dict[str, tuple[str, ...]] = {
    "wecom_robot": ("key",),
    "dingtalk_robot": ("access_token", "secret", "keyword", "form"),
    "feishu_robot": ("hook", "secret", "keyword", "form"),
    **application_ways.FIELDS,
    "email": ("address",),
    "webhook": ("url", "secret"),
    "apprise": ("url",),
    SHARE_KIT: (),
}
"""The settings of each kind of connector; the first is the credential."""
PLAIN_FIELDS = {kind: names for kind, names in FIELDS.items() if kind not in application_ways.FIELDS}
"""... of those that need no application."""
CHECKS: dict[str, Callable[[Mapping[str, str]], object]] = {
    "wecom_robot": WeComSettings.from_settings,
    "dingtalk_robot": DingTalkSettings.from_settings,
    "feishu_robot": FeishuSettings.from_settings,
    "email": MailAddress.from_settings,
    "webhook": WebhookSettings.from_settings,
    "apprise": OtherSettings.from_settings,
    **application_ways.CHECKS,
}
HINT_CHARACTERS = 4
SHORTEST_HINTED = 12
LONGEST_HINT = 40


def set_connector(
    session: Session, group: Group, kind: str, settings: Mapping[str, str], *, by: Person | None,
    instead_of: GroupConnector | None = None,
) -> GroupConnector:
    """Reach `group` in this way from now on, in place of one of its ways, the preferred one unless said; a pause of that ends.

    Raises Invalid naming the field (`connector.kind`, `connector.key`, …); no value stands in any message.
    """
    kept = _usable(session, kind, settings)
    connector = instead_of or group.connector
    if connector is None:
        connector = group.connector = GroupConnector(kind=kind, settings={})
    connector.kind, connector.settings, connector.hint = kind, kept, hint(kind, kept)
    session.flush()
    holds.release_hold(session, connector.hold_target, by=by)
    audit.record(session, "set_connector", "group", group.id, by=by, details={"kind": kind})
    return connector


def add_connector(
    session: Session, group: Group, kind: str, settings: Mapping[str, str], *, by: Person | None
) -> GroupConnector:
    """One more way into a group. Raises Invalid as set_connector does."""
    kept = _usable(session, kind, settings)
    return ways_in.add(session, group, kind, kept, hint=hint(kind, kept), by=by)


def prefer(session: Session, group: Group, chosen: GroupConnector, *, by: Person) -> None:
    """Let links go through `chosen`. What has left through the other one, its pauses and its calls stay with it. Raises Invalid."""
    before = ways_in.prefer(session, group, chosen, by=by)
    if before is None or before is chosen:
        return
    holds.rename(session, chosen.hold_target, before.hold_target)
    holds.rename(session, f"connector:{chosen.id}", chosen.hold_target)
    deliveries.keep_way(session, group.id, before.id, chosen.id)
    calls.keep_way(session, group, before.id, chosen.id)
    session.expire_all()


def remove_connector(session: Session, group: Group, chosen: GroupConnector, *, by: Person) -> None:
    """Forget a way that is not preferred, and that it was paused. Raises Invalid."""
    target = chosen.hold_target
    ways_in.remove(session, group, chosen, by=by)
    holds.release_hold(session, target, by=by)


def _usable(session: Session, kind: str, settings: Mapping[str, str]) -> dict[str, str]:
    kept = checked(kind, settings)
    return _with_application(session, kind, kept) if kind in application_ways.CHECKS else kept


def _with_application(session: Session, kind: str, kept: Mapping[str, str]) -> dict[str, str]:
    """The same, when the application it names can be used for it. Raises Invalid naming the field."""
    try:
        application_ways.chosen(session, kind, kept)
    except SettingError as error:
        raise Invalid(Problem(f"connector.{error.field}", error.message)) from None
    return dict(kept)


def checked(kind: str, settings: Mapping[str, str]) -> dict[str, str]:
    """The settings to keep: those of this kind that are not empty. Raises Invalid naming the field."""
    if kind not in FIELDS:
        raise Invalid(Problem("connector.kind", "Choose one of: {choices}.", {"choices": ", ".join(FIELDS)}))
    unknown = [name for name in settings if name not in FIELDS[kind] and name != "kind"]
    if unknown:
        raise Invalid(Problem(f"connector.{unknown[0]}", "This kind of connector has no such setting."))
    kept = {name: text for name in FIELDS[kind] if (text := str(settings.get(name) or "").strip())}
    if kind in CHECKS:
        try:
            CHECKS[kind](kept)
        except SettingError as error:
            raise Invalid(Problem(f"connector.{error.field}", error.message)) from None
    return kept


def typed_settings(kind: str, typed: Mapping[str, str]) -> dict[str, str]:
    """The settings of a kind from a form that has one field `key` for the credential of every kind."""
    names = FIELDS.get(kind, ())
    return {name: typed.get("key" if place == 0 else name, "") for place, name in enumerate(names)}


def hint(kind: str, kept: Mapping[str, str]) -> str:
    """The last characters of the credential, so that a person knows which robot it is; none of a very short one.

    A mail address is no secret and is shown as it is.
    """
    if kind == "email":
        return kept["address"][:LONGEST_HINT]
    credential = kept.get(FIELDS[kind][0], "") if FIELDS[kind] else ""
    return credential[-HINT_CHARACTERS:] if len(credential) >= SHORTEST_HINTED else ""
