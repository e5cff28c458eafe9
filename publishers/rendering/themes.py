"""The themes of the house: one set of measures, and per theme what differs from it."""

from __future__ import annotations

from collections.abc import Mapping

from publishers.rendering.theme import Theme

_BASE: dict[str, str] = {
    "p": "margin:0 0 1em;line-height:1.75",
    "h1": "margin:1.6em 0 .8em;font-size:22px;font-weight:700",
    "h2": "margin:1.6em 0 .8em;font-size:19px;font-weight:700",
    "h3": "margin:1.4em 0 .6em;font-size:17px;font-weight:700",
    "h4": "margin:1.2em 0 .5em;font-weight:700",
    "ul": "margin:0 0 1em",
    "ol": "margin:0 0 1em",
    "li": "line-height:1.75",
    "item": "line-height:1.75",
    "items": "margin:0 0 1em",
    "blockquote": "margin:0 0 1em;padding:0 1em;border-left:3px solid #bbb;line-height:1.75;color:#666",
    "quote_p": "margin:0;line-height:1.75",
    "alert": "margin:0 0 1em;padding:10px 14px;border-left:3px solid #576b95;background:#f4f6fa",
    "alert_title": "margin:0 0 4px;font-weight:700;color:#576b95",
    "alert_p": "margin:0;line-height:1.75",
    "table_box": "margin:0 0 1em;overflow-x:auto",
    "table": "width:100%;border-collapse:collapse;font-size:14px",
    "th": "padding:6px;border:1px solid #ddd;background:#f5f5f5",
    "td": "padding:6px;border:1px solid #ddd",
    "pre": "margin:0 0 1em;padding:12px;overflow-x:auto;background:#f6f8fa",
    "pre_code": "display:block;white-space:nowrap;font:13px/1.6 Menlo,monospace",
    "code": "padding:2px 4px;background:#f2f2f2",
    "hr": "margin:2em 0;border:0;border-top:1px solid #ddd",
    "figure": "margin:0 0 1em;text-align:center",
    "img": "max-width:100%",
    "figcaption": "font-size:13px;color:#888",
    "a": "color:#576b95",
    "link": "color:#576b95",
    "notes": "margin:2em 0 0;font-size:13px;color:#888;word-break:break-all",
}


def _theme(name: str, label: str, differences: Mapping[str, str]) -> Theme:
    return Theme(name, label, {**_BASE, **differences})


def _accented(accent: str, soft: str, line: str) -> dict[str, str]:
    """What an accent colour, a soft ground and a line colour make of quotes, boxes, tables and links."""
    return {
        "strong": f"color:{accent}",
        "blockquote": f"margin:0 0 1em;padding:10px;border-left:3px solid {accent};background:{soft};line-height:1.75",
        "alert": f"margin:0 0 1em;padding:10px 14px;border:1px solid {line};background:{soft}",
        "alert_title": f"margin:0 0 4px;font-weight:700;color:{accent}",
        "th": f"padding:6px;border:1px solid {line};background:{soft};color:{accent}",
        "td": f"padding:6px;border:1px solid {line}",
        "hr": f"margin:2em 0;border:0;border-top:1px solid {line}",
        "a": f"color:{accent}",
        "link": f"color:{accent}",
    }


THEMES: dict[str, Theme] = {
    theme.name: theme
    for theme in (
        _theme("default", "Default", {"h2": f"{_BASE['h2']};color:#0a7d45", "h3": f"{_BASE['h3']};color:#0a7d45"}),
        _theme("plain", "Plain", {
            "p": "margin:0 0 1em", "h1": "margin:1em 0;font-weight:700", "h2": "margin:1em 0;font-weight:700",
            "h3": "margin:1em 0;font-weight:700", "h4": "margin:1em 0;font-weight:700",
            "ul": "margin:0 0 1em", "ol": "margin:0 0 1em", "li": "", "item": "margin:0",
            "blockquote": "margin:0 0 1em;padding-left:1em;border-left:3px solid #ccc", "quote_p": "margin:0",
            "alert": "margin:0 0 1em;padding-left:1em;border-left:3px solid #999", "alert_title": "font-weight:700",
            "alert_p": "margin:0", "table": "border-collapse:collapse", "th": "padding:4px;border:1px solid",
            "td": "padding:4px;border:1px solid",
            "code": "", "figure": "margin:0 0 1em", "figcaption": "font-size:13px", "hr": "margin:2em 0",
            "notes": "margin:2em 0 0;word-break:break-all", "link": "", "a": "",
        }),
        _theme("business", "Business", {
            **_accented("#1f4e8c", "#f3f6fb", "#c9d6e8"),
            "h2": f"{_BASE['h2']};padding:0 0 6px;border-bottom:2px solid #1f4e8c;color:#1f4e8c",
            "h3": f"{_BASE['h3']};color:#1f4e8c",
        }),
        _theme("culture", "Culture", {
            **_accented("#9c3b2e", "#fbf6f0", "#e6d5c3"),
            "p": "margin:0 0 1.2em;line-height:1.9;letter-spacing:.5px",
            "h2": "margin:2em 0 1.2em;font-size:20px;font-weight:700;text-align:center;color:#9c3b2e",
            "h3": f"{_BASE['h3']};color:#9c3b2e",
        }),
        _theme("technology", "Technology", {
            **_accented("#0b6bcb", "#eef6ff", "#bcd8f5"),
            "h2": "margin:1.8em 0 .9em;padding:4px 12px;background:#0b6bcb;font-size:18px;font-weight:700;color:#fff",
            "h3": f"{_BASE['h3']};padding-left:8px;border-left:3px solid #0b6bcb",
        }),
        _theme("festival", "Festival", {
            **_accented("#c8161d", "#fff5ee", "#f3c9a8"),
            "h2": "margin:1.8em 0 1em;padding:6px 0;border:solid #d9a441;border-width:1px 0;font-size:19px;"
            "font-weight:700;text-align:center;color:#c8161d",
            "h3": f"{_BASE['h3']};color:#c8161d",
        }),
        _theme("nature", "Nature", {
            **_accented("#2f6b3f", "#f2f7f0", "#cfe0cb"),
            "h2": f"{_BASE['h2']};padding-left:10px;border-left:4px solid #6aa84f;color:#2f6b3f",
            "h3": f"{_BASE['h3']};color:#2f6b3f",
        }),
        _theme("ink", "Ink", {
            **_accented("#333", "#f6f6f4", "#d8d8d4"), "strong": "",
            "p": "margin:0 0 1.2em;line-height:1.9",
            "h2": "margin:2em 0 1em;font-size:20px;font-weight:700;text-align:center;letter-spacing:2px",
        }),
        _theme("training", "Training", {
            **_accented("#b45309", "#fff8ec", "#f1dcb8"),
            "h2": f"{_BASE['h2']};padding:6px 10px;background:#fff3dc;color:#8a4207",
            "h3": f"{_BASE['h3']};color:#8a4207",
        }),
        _theme("rose", "Rose", {
            **_accented("#b03060", "#fdf3f6", "#f0cfda"),
            "h2": f"{_BASE['h2']};text-align:center;color:#b03060", "h3": f"{_BASE['h3']};color:#b03060",
        }),
    )
}


class ThemeUnknown(KeyError):
    """There is no theme of this name."""


def theme_named(name: str) -> Theme:
    """The theme of a name; `ThemeUnknown` when there is none."""
    try:
        return THEMES[name]
    except KeyError:
        raise ThemeUnknown(name) from None
