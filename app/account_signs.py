"""What is known of an official account's set-up, as signs: the account's page and `qunsheng doctor` say the same."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

from sqlalchemy.orm import Session

from app.config import Settings
from editorial import contacts, pauses
from editorial.accounts import Level, OfficialAccount
from editorial.contacts import CallbackContact

Subject = Literal["secret", "address", "rights", "callback", "pause"]
Tone = Literal["good", "wait", "bad"]

WRONG_ADDRESS = frozenset({"40164"})
ADDRESS_AWAITS = frozenset({"89503", "89506", "89507"})

LEVELS: dict[Level, str] = {
    Level.AUTOMATIC: "Automatic: what is scheduled goes out by itself, to the link at the end.",
    Level.DRAFT_ONLY: "Draft only: the draft is laid by itself; a person presses publish in WeChat and gives the link back.",
    Level.COPY_ONLY: "Copy only: a person copies the finished article into WeChat's console and gives the link back.",
}


@dataclass(frozen=True)
class Sign:
    """One thing that works, is awaited, or is broken. Sentences are keys of the catalogue; `remedy` says what to do."""

    subject: Subject
    tone: Tone
    found: str
    remedy: str = ""
    params: dict[str, object] = field(default_factory=dict)


def signs(session: Session, settings: Settings, account: OfficialAccount) -> list[Sign]:
    """Every sign of an account, in the order in which it is set up. Asks nobody: it tells what was found last."""
    told = [_secret(account), _address(account), _rights(account), _callback(settings, account, contacts.of(session, account.id))]
    paused = pauses.of(session, account)
    if paused is not None:
        told.append(Sign(
            "pause", "bad", "Paused since {since}: {reason}",
            "Mend the cause, then test on the account's page; what was held back goes on from there.",
            {"since": paused.since, "reason": paused.reason},
        ))
    return told


def is_reachable(settings: Settings) -> bool:
    """Whether WeChat, real or simulated, can reach this service at its public address."""
    return settings.public_is_reachable or bool(settings.sandbox_url)


def _secret(account: OfficialAccount) -> Sign:
    if account.probed_at is None and not account.probe_code:
        return Sign("secret", "wait", "WeChat was not asked yet.", "Press “Test now”.")
    if not account.probe_reason:
        return Sign("secret", "good", "WeChat takes AppID and AppSecret.")
    if account.probe_code in WRONG_ADDRESS | ADDRESS_AWAITS:
        return Sign("secret", "wait", "It cannot be tried before WeChat accepts this server's address.")
    params: dict[str, object] = {"reason": account.probe_reason, "code": account.probe_code or "–"}
    if account.probe_code:
        remedy = "Compare AppID and AppSecret with WeChat's console, then test again."
        return Sign("secret", "bad", "{reason} (code {code})", remedy, params)
    return Sign("secret", "wait", "{reason}", "Look whether this machine reaches the platform, then test again.", params)


def _address(account: OfficialAccount) -> Sign:
    address = account.outgoing_address
    if account.probe_code in WRONG_ADDRESS and address:
        return Sign(
            "address", "bad", "WeChat does not accept calls from {address}.",
            "Add {address} to the IP white list in WeChat's console (设置与开发 → 基本配置). It counts after half a minute.",
            {"address": address},
        )
    if account.probe_code in WRONG_ADDRESS | ADDRESS_AWAITS:
        remedy = "Confirm it in WeChat's console, then test again."
        return Sign("address", "bad", "{reason}", remedy, {"reason": account.probe_reason})
    if account.probed_at is not None and not account.probe_reason:
        return Sign("address", "good", "WeChat accepts the address that this server calls from.")
    return Sign("address", "wait", "Not known yet: WeChat names this server's address when it refuses it.")


def _rights(account: OfficialAccount) -> Sign:
    if not account.rights:
        return Sign("rights", "wait", "What the account may do is not known yet, so everything goes by hand.")
    return Sign("rights", "good" if account.level == Level.AUTOMATIC else "wait", LEVELS[account.level])


def _callback(settings: Settings, account: OfficialAccount, contact: CallbackContact | None) -> Sign:
    if not account.secrets.get("callback_token"):
        return Sign("callback", "wait", "No token is set: WeChat tells us nothing by itself, results are asked for instead.")
    if not is_reachable(settings):
        return Sign("callback", "wait", "WeChat cannot reach this machine: its public address works here only.",
                    "Set QUNSHENG_PUBLIC_URL to an address that WeChat can reach.")
    came_at = max((at for at in (contact.received_at, contact.checked_at) if at), default=None) if contact else None
    if contact and contact.refused_at and (came_at is None or contact.refused_at > came_at):
        return Sign("callback", "bad", "Something came in at {at} that did not prove to be WeChat: {reason}",
                    "Compare token and EncodingAESKey with WeChat's console.",
                    {"at": contact.refused_at, "reason": contact.refused_reason})
    if came_at is None:
        return Sign("callback", "wait", "Nothing has come in from WeChat yet.",
                    "Enter address, token and key in WeChat's console and press submit there.")
    return Sign("callback", "good", "WeChat reached us last at {at}.", "", {"at": came_at})
