"""Cards of the platform: an account to follow, a mini-program, a Tencent video; their attributes are a fixed list."""

from __future__ import annotations

import re
from collections.abc import Mapping

from publishers.rendering.draft import Draft
from publishers.rendering.elements import attribute
from publishers.rendering.urls import is_wechat_picture

_ACCOUNT = re.compile(r"[A-Za-z0-9_=-]{4,64}")
_APP = re.compile(r"wx[0-9a-f]{6,32}")
_PATH = re.compile(r"[\w./?&=%-]{0,300}", re.ASCII)
_VIDEO = re.compile(r"[A-Za-z0-9]{6,24}")
_VIDEO_ADDRESS = re.compile(
    r"https://v\.qq\.com/(?:(?:txp/)?iframe/(?:player|preview)\.html\?(?:[\w=]+&)*vid=|x/(?:page|cover/\w+)/)([A-Za-z0-9]{6,24})(?:[&?.].*)?$"
)
_FRAME = re.compile(
    r"\s*<iframe\b[^<>]*?\s(?:data-)?src\s*=\s*[\"']([^\"'<>]+)[\"'][^<>]*>\s*</iframe\s*>\s*", re.IGNORECASE
)
_PLAYER = "https://v.qq.com/iframe/preview.html?vid="


def card_html(draft: Draft, kind: str, given: Mapping[str, str]) -> str:
    """The card that a `::` line asks for; one that lacks what the platform needs is left out with a finding."""
    html = _WRITERS[kind](given)
    if not html:
        draft.remark("card_incomplete", given.get("title", "") or kind, kind=kind)
        return ""
    return f"<section>{html}</section>"


def video_in(html: str) -> str:
    """The id of the Tencent video that an author's frame shows, or nothing for every other HTML."""
    frame = _FRAME.fullmatch(html)
    found = _VIDEO_ADDRESS.match(frame[1].replace("&amp;", "&")) if frame else None
    return found[1] if found else ""


def _account(given: Mapping[str, str]) -> str:
    if not _ACCOUNT.fullmatch(given.get("id", "")) or not given.get("title"):
        return ""
    parts = {
        "data-pluginname": "mpprofile", "data-id": given["id"], "data-nickname": given["title"],
        "data-alias": given.get("alias", ""), "data-headimg": _picture(given),
        "data-signature": given.get("signature", ""),
    }
    return _written("mp-common-profile", parts)


def _miniprogram(given: Mapping[str, str]) -> str:
    if not _APP.fullmatch(given.get("appid", "")) or not _PATH.fullmatch(given.get("path", "")) or not given.get("title"):
        return ""
    parts = {
        "data-miniprogram-appid": given["appid"], "data-miniprogram-path": given.get("path", ""),
        "data-miniprogram-title": given["title"], "data-miniprogram-imageurl": _picture(given),
        "data-miniprogram-type": "card",
    }
    return _written("mp-common-miniprogram", parts)


def _video(given: Mapping[str, str]) -> str:
    """The address stands in `data-src`, as the platform's editor writes it: WeChat loads it, and nobody before."""
    vid = given.get("vid", "")
    found = _VIDEO_ADDRESS.match(given.get("url", ""))
    vid = found[1] if found else vid
    return f'<iframe data-vidtype="1" data-src="{_PLAYER}{vid}"></iframe>' if _VIDEO.fullmatch(vid) else ""


def _picture(given: Mapping[str, str]) -> str:
    url = given.get("image", "")
    return url if is_wechat_picture(url) else ""


def _written(tag: str, parts: Mapping[str, str]) -> str:
    attributes = "".join(f' {name}="{attribute(value)}"' for name, value in parts.items() if value)
    return f"<{tag}{attributes}></{tag}>"


_WRITERS = {"account": _account, "miniprogram": _miniprogram, "video": _video}
