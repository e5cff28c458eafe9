"""Pictures and files that were said to a smart robot: sealed, at an address that lives for five minutes. group-channels.md 3.13.

https://developer.work.weixin.qq.com/document/path/100719
"""

from __future__ import annotations

import re
from urllib.parse import urlsplit

from publishers.connector import Refused
from publishers.sealing import unsealed

LIVES_SECONDS = 300
STORE = re.compile(r"ww-aibot[a-z0-9-]*(\.cos)?\.[a-z0-9-]+\.(myqcloud\.com|tencentcos\.cn)|([a-z0-9-]+\.)+qq\.com")
"""Where WeCom keeps them: buckets of its own in Tencent's cloud. UNCERTAIN: observed, not promised."""
GONE = "The platform has thrown this away; what is sent to a smart robot lives for five minutes."
ELSEWHERE = "This does not lie where the platform keeps what was sent."
CLOSED = "What was sent cannot be opened with the robot's key."


def is_at_home(address: str) -> bool:
    """Whether an address leads to the platform's own store."""
    try:
        parts = urlsplit(address)
        return parts.scheme == "https" and parts.port in (None, 443) and STORE.fullmatch(parts.hostname or "") is not None
    except ValueError:
        return False


def unlock(content: bytes, key: str) -> bytes:
    """The picture or file itself. Raises Refused when the key is another one."""
    plain = unsealed(key, content)
    if plain is None:
        raise Refused(CLOSED)
    return plain
