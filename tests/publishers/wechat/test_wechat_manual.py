"""Links that a person gives back."""

from __future__ import annotations

import pytest

from publishers.connector import Refused
from publishers.net import Base
from publishers.wechat.manual import permalink

OFFICIAL = Base("https://api.weixin.qq.com")
LOCAL = Base("http://127.0.0.1:8123")


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("https://mp.weixin.qq.com/s/AbC-d_123", "https://mp.weixin.qq.com/s/AbC-d_123"),
        (" http://mp.weixin.qq.com/s/AbC#rd ", "https://mp.weixin.qq.com/s/AbC"),
        ("https://mp.weixin.qq.com/s?__biz=MzA=&mid=1&idx=1&sn=a#rd", "https://mp.weixin.qq.com/s?__biz=MzA=&mid=1&idx=1&sn=a"),
        ("https://MP.weixin.qq.com/s/AbC", "https://mp.weixin.qq.com/s/AbC"),
    ],
)
def test_permanent_links_are_kept_as_https(given: str, kept: str) -> None:
    assert permalink(given, OFFICIAL) == kept


@pytest.mark.parametrize(
    "given",
    [
        "", "abc", "https://mp.weixin.qq.com/", "https://mp.weixin.qq.com/s", "https://mp.weixin.qq.com/s/",
        "https://mp.weixin.qq.com.evil.example/s/AbC", "https://evil.example/s/AbC", "http://[bad/s/x",
        "https://mp.weixin.qq.com@evil.example/s/AbC", "https://evil@mp.weixin.qq.com/s/AbC",
        "https://mp.weixin.qq.com:8443/s/AbC", "javascript:alert(1)", "ftp://mp.weixin.qq.com/s/AbC",
        "https://mp.weixin.qq.com/cgi-bin/home", "http://127.0.0.1:8123/s/AbC",
    ],
)
def test_anything_else_is_refused(given: str) -> None:
    with pytest.raises(Refused) as refusal:
        permalink(given, OFFICIAL)
    assert refusal.value.field == "permalink"


def test_the_simulated_platforms_own_links_are_taken_only_beside_it() -> None:
    assert permalink("http://127.0.0.1:8123/s/slug", LOCAL) == "http://127.0.0.1:8123/s/slug"
    for other in ("http://127.0.0.1:9999/s/slug", "http://127.0.0.1:8123/other", "https://127.0.0.1:8123/s/slug"):
        with pytest.raises(Refused):
            permalink(other, LOCAL)
