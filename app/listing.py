"""A platform's directory as something that can be read: built while the row is there, used with no transaction open."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from app.claiming import asker
from app.wiring import Wiring
from editorial.joining.directories import Directory, DirectoryKind
from publishers.claims import Api
from publishers.dingtalk import people as dingtalk
from publishers.feishu import people as feishu
from publishers.wecom import people as wecom

LISTINGS: dict[DirectoryKind, Callable[[Api], list[dict[str, str]]]] = {
    DirectoryKind.WECOM: wecom.listing, DirectoryKind.DINGTALK: dingtalk.listing, DirectoryKind.FEISHU: feishu.listing,
}


def source(wiring: Wiring, row: Directory) -> Callable[[], list[dict[str, str]]]:
    """Who the platform lists: subject, name, email, department. The returned call raises publishers.claims.ClaimRefused."""
    if row.application is None:
        raise LookupError("a directory of a platform has an application")
    return partial(LISTINGS[row.kind], asker(wiring, row.application))
