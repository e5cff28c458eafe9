"""The address in a mail that ends mails of its kind without signing in (RFC 8058). It can do nothing else."""

from __future__ import annotations

import hmac

from editorial.notices.kinds import KINDS
from editorial.vault import vault

EVERYTHING = "all"


def address(public: str, person_id: int, kind: str) -> str:
    """The address for one kind; for mails with several kinds, of every kind that can be muted."""
    kind = kind or EVERYTHING
    return f"{public}/unsubscribe/{person_id}/{kind}/{_sign(person_id, kind)}"


def is_ours(person_id: int, kind: str, sign: str) -> bool:
    """Whether we wrote this address."""
    known = kind == EVERYTHING or kind in KINDS
    return known and hmac.compare_digest(_sign(person_id, kind).encode(), sign.encode(errors="replace"))


def group_address(public: str, group_id: int) -> str:
    """The address that ends the mails to the address of a group."""
    return f"{public}/unsubscribe/group/{group_id}/{_group_sign(group_id)}"


def is_our_group(group_id: int, sign: str) -> bool:
    """Whether we wrote this address of a group."""
    return hmac.compare_digest(_group_sign(group_id).encode(), sign.encode(errors="replace"))


def _group_sign(group_id: int) -> str:
    return vault.pseudonym("unsubscribe-group", str(group_id))[:32]


def _sign(person_id: int, kind: str) -> str:
    return vault.pseudonym("unsubscribe", str(person_id), kind)[:32]
