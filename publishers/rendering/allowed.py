"""What may stand in an article: elements with their attributes, and style declarations. The one list.

Authors' own HTML is cleaned by it (sanitize.py), the checker judges by it, and the full pass before a sign-off (proof.py)
parses the whole article by it. Elements: chapter 2 of the facts on WeChat's HTML, without those that could move or load.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

_SPANS = ("colspan", "rowspan")
_PROFILE = tuple(
    f"data-{name}"
    for name in (
        "id nickname alias headimg signature pluginname from index is_biz_ban service_type origin_num biz_account_status"
    ).split()
)
_PAINT = ("fill", "stroke", "stroke-width", "stroke-dasharray", "transform")
_MINIPROGRAM = tuple(f"data-miniprogram-{name}" for name in ("appid", "path", "title", "imageurl", "type"))

_WRITTEN: Mapping[str, tuple[str, ...]] = {
    **dict.fromkeys(
        (
            "section p span h1 h2 h3 h4 h5 h6 strong b em i u s sub sup br hr blockquote pre code ul li "
            "table thead tbody tr figure figcaption ruby rt rp"
        ).split(),
        (),
    ),
    "ol": ("start",), "td": _SPANS, "th": _SPANS, "a": ("href",), "img": ("src", "alt", "data-w", "data-ratio", "data-type"),
    "mp-common-profile": _PROFILE, "mp-common-miniprogram": _MINIPROGRAM,
}

DRAWN: Mapping[str, tuple[str, ...]] = {
    "svg": ("xmlns", "viewbox", *_PAINT), "g": _PAINT, "path": ("d", *_PAINT),
    "text": ("x", "y", "dy", "font-size", "font-weight", *_PAINT), "tspan": ("x", "y", "dy", *_PAINT),
    "rect": ("x", "y", "width", "height", "rx", "ry", *_PAINT), "line": ("x1", "y1", "x2", "y2", *_PAINT),
    "circle": ("cx", "cy", "r", *_PAINT), "ellipse": ("cx", "cy", "rx", "ry", *_PAINT),
    "polyline": ("points", *_PAINT), "polygon": ("points", *_PAINT),
}
"""The elements of drawings, of which our formulas need three; authors cannot write them."""

PLAYED: Mapping[str, tuple[str, ...]] = {"iframe": ("data-vidtype", "data-src")}
"""The frame of a Tencent video. Without `src` nobody but WeChat loads it."""

ARTICLE: Mapping[str, tuple[str, ...]] = {**_WRITTEN, **DRAWN, **PLAYED}
"""Every element that may come out, with its attributes beside `style`, as a parser of HTML names them."""

AUTHORS: Mapping[str, tuple[str, ...]] = {
    **_WRITTEN, "div": (), "center": (), "del": (), "img": ("src", "alt", "title", "width"),
}
"""What authors may write as HTML; it is written anew as elements of ARTICLE, and of their styles nothing is kept."""

COLOUR = re.compile(r"none|currentColor|#[0-9a-fA-F]{3,8}|[a-zA-Z]{3,24}|rgba?\([0-9,.% ]+\)")
"""What a drawing may be painted with: a plain colour, nothing that refers to anything."""

PROPERTIES = frozenset(
    (
        "color background background-color border border-top border-right border-bottom border-left border-color border-style "
        "border-width border-radius border-collapse border-spacing border-top-color border-bottom-color border-left-color "
        "border-right-color border-top-width border-bottom-width border-left-width border-right-width box-shadow box-sizing "
        "display float clear font font-family font-size font-style font-weight height letter-spacing line-height list-style "
        "list-style-type margin margin-top margin-right margin-bottom margin-left max-width max-height min-width min-height "
        "overflow overflow-x overflow-y overflow-wrap padding padding-top padding-right padding-bottom padding-left "
        "table-layout text-align text-decoration text-indent text-emphasis vertical-align white-space width word-break "
        "word-wrap fill stroke stroke-width"
    ).split()
)
"""Properties that can neither take an element out of its place nor load anything."""

_BELOW_ZERO = ("text-indent", "vertical-align", "letter-spacing")
_VALUE = re.compile(r"(?:[A-Za-z0-9#%.,+/ -]|'[A-Za-z -]+')*")
_COLOUR = re.compile(r"\brgba?\([0-9., %]{1,30}\)")
_LENGTH = re.compile(r"(?<![\w#.])(-?)([0-9]*\.?[0-9]+)([\w.%]*)")
_WORST = {"px": 1000.0, "em": 60.0, "ex": 120.0, "rem": 60.0, "%": 100.0, "": 1000.0}
_PAINTED_OUTSIDE = ("box-shadow",)
_FARTHEST = 24.0


def bad_declarations(style: str) -> Iterator[str]:
    """The declarations of a `style` that may not stand in an article, each as it was written."""
    for declaration in style.split(";"):
        name, colon, value = declaration.partition(":")
        if declaration.strip() and not (colon and name.strip().lower() in PROPERTIES and _is_plain(name.strip().lower(), value)):
            yield declaration


def _is_plain(name: str, value: str) -> bool:
    bare = _COLOUR.sub("", value).strip()
    return _VALUE.fullmatch(bare) is not None and all(_is_bounded(name, match) for match in _LENGTH.finditer(bare))


def _is_bounded(name: str, length: re.Match[str]) -> bool:
    sign, size, unit = length[1], float(length[2]), length[3].lower()
    if unit not in _WORST or (sign and size and name not in (*_BELOW_ZERO, *_PAINTED_OUTSIDE)):
        return False
    return size <= (_FARTHEST if name in _PAINTED_OUTSIDE else _WORST[unit])
