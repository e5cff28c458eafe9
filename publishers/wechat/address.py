"""The address of this server as WeChat sees it, known only from WeChat's own refusal. No third service is asked.

Source: developers.weixin.qq.com/doc/oplatform/developers/errCode/errCode.html (40164: "invalid ip … not in whitelist")
"""

from __future__ import annotations

import ipaddress
import re


def refused_address(message: str) -> str:
    """The address that an `errmsg` names, without its IPv6 dress, or "" when it names none."""
    found = re.search(r"invalid ip (\S+)", message)
    try:
        address = ipaddress.ip_address(found.group(1).strip(",")) if found else None
    except ValueError:
        return ""
    mapped = address.ipv4_mapped if isinstance(address, ipaddress.IPv6Address) else None
    return str(mapped or address or "")
