"""Which links stay links: decided by taking the address apart."""

from __future__ import annotations

import re
from urllib.parse import urlsplit

from publishers.importing.results import Losses
from publishers.importing.sources import web_address

_MAIL = re.compile(r"mailto:[\w.+-]+@[\w-]+(?:\.[\w-]+)+", re.ASCII | re.IGNORECASE)


def link(address: str, losses: Losses, *, base: str = "", where: str = "") -> str:
    """The address a link may have: http(s) or a mail address; a place within the document is no link, others are noted."""
    bare = address.strip()
    if not bare or bare.startswith("#"):
        return ""
    if _MAIL.fullmatch(bare.partition("?")[0]):
        return bare.partition("?")[0]
    found = web_address(bare.replace(" ", "%20"), base)
    if not found:
        if _has_scheme(bare):
            losses.note("link_refused", where or bare)
        return ""
    return "" if base and "#" in found and found.partition("#")[0] == base.partition("#")[0] else found


def _has_scheme(address: str) -> bool:
    try:
        return bool(urlsplit(re.sub(r"[\x00-\x20]", "", address)).scheme)
    except ValueError:
        return True
