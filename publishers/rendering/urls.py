"""Which addresses may stand in an article: decided by taking them apart, never by searching for bad words."""

from __future__ import annotations

import re
from urllib.parse import quote

_HIDDEN = re.compile(r"[\x00-\x20\x7f-\xa0\u200b-\u200f\u2028-\u202f\u2060\ufeff]")
_SCHEME = re.compile(r"([a-zA-Z][a-zA-Z0-9+.-]*):")
_WEB = re.compile(r"https?://[^/?#\\]", re.IGNORECASE)
_PLAIN_HOST = re.compile(r"https?://[a-z0-9-]+(?:\.[a-z0-9-]+)*(?::\d{1,5})?(?:[/?#]|$)", re.IGNORECASE)
_WECHAT = re.compile(r"https?://mp\.weixin\.qq\.com(?:[/?#][^\\]*)?", re.IGNORECASE)
_ACCOUNT_HOME = re.compile(r"https?://mp\.weixin\.qq\.com/mp/profile_ext\b", re.IGNORECASE)
_WECHAT_PICTURE = re.compile(r"https?://(?:[a-z0-9-]+\.)?(?:qpic|qlogo)\.cn/[^\\\s]*", re.IGNORECASE)
_VIDEO_PLAYER = re.compile(r"https://v\.qq\.com/iframe/preview\.html\?vid=[A-Za-z0-9]{6,24}")
_URL_SIGNS = "%/:=&?~#+!$,;'@()*[]"


def link_address(raw: str) -> str | None:
    """The address as it may be shown, or None for one that is no web or mail address."""
    url = _HIDDEN.sub("", raw) if _HIDDEN.search(raw) else raw
    scheme = _SCHEME.match(url)
    if scheme:
        return url if _WEB.match(url) or scheme[1].lower() in ("mailto", "tel") else None
    return _without_scheme(url)


def picture_address(raw: str) -> str | None:
    """The address percent-encoded (quirk 20), or None unless it is http(s) at a plainly written host, or a path here."""
    url = raw.strip()
    if re.search(r"[\x00-\x1f\x7f\\]", url):
        return None
    url = "https:" + url if url.startswith("//") else url
    return _encoded(url) if _PLAIN_HOST.match(url) or (url[:1] == "/" and url != "/") else None


def is_wechat_article(url: str) -> bool:
    """Whether WeChat lets this link stand in an article (quirk 16); host tricks with @ and backslashes do not pass."""
    return bool(_WECHAT.fullmatch(url))


def is_account_home(url: str) -> bool:
    """Whether the link leads to an account's home page, which drafts may not hold (error 40155)."""
    return bool(_ACCOUNT_HOME.match(url))


def is_wechat_picture(url: str) -> bool:
    """Whether a picture lies on WeChat's own picture hosts, so that showing it tells nobody else."""
    return bool(_WECHAT_PICTURE.fullmatch(url))


def is_video_player(url: str) -> bool:
    """Whether this is the player of a Tencent video, the one frame that WeChat keeps."""
    return bool(_VIDEO_PLAYER.fullmatch(url))


def _without_scheme(url: str) -> str | None:
    if url.startswith("//"):
        return "https:" + url
    head = re.split(r"[/?#]", url, maxsplit=1)[0]
    return url if url and ":" not in head and "\\" not in url else None


def _encoded(url: str) -> str:
    return url if url.isascii() and " " not in url else quote(url, safe=_URL_SIGNS)
