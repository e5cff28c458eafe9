"""What members send to a WeCom application, fetched within its three days.

https://developer.work.weixin.qq.com/document/path/90254
"""

from __future__ import annotations

from publishers.connector import Refused, TryLater
from publishers.wecom.api import Api

_GONE = ("40007", "40004", "40009")


def fetch(api: Api, media_id: str) -> bytes:
    """The bytes of a picture or file. Raises Failure."""
    try:
        return api.file("/cgi-bin/media/get", {"media_id": media_id})
    except Refused as refused:
        if refused.code in _GONE:
            raise Refused("The platform has thrown this away; media live for three days.", code=refused.code) from None
        raise TryLater("The platform does not give out what was sent at the moment.", code=refused.code) from None
