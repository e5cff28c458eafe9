"""The themes of the house: one set of measures, and per theme what differs from it."""

from __future__ import annotations

from collections.abc import Mapping

from publishers.rendering.theme import Theme

_TEXT = "font-size:16px;line-height:1.75"
_BASE: dict[str, str] = {
    "p": f"margin:0 0 1em;{_TEXT}",
    "h1": "margin:1.6em 0 .8em;font-size:22px;line-height:1.5;font-weight:bold",
    "h2": "margin:1.6em 0 .8em;font-size:19px;line-height:1.5;font-weight:bold",
    "h3": "margin:1.4em 0 .6em;font-size:17px;line-height:1.5;font-weight:bold",
    "h4": "margin:1.2em 0 .5em;font-size:16px;line-height:1.5;font-weight:bold",
    "ul": "margin:0 0 1em;padding-left:1.4em;list-style:disc",
    "ol": "margin:0 0 1em;padding-left:1.6em;list-style:decimal",
    "li": f"margin:0 0 .3em;{_TEXT}",
    "item": f"margin:0 0 .3em;{_TEXT}",
    "items": "margin:0 0 1em",
    "blockquote": "margin:0 0 1em;padding:10px 14px;border-left:3px solid #c8c8c8;background:#f7f7f7",
    "quote_p": "margin:0;font-size:15px;line-height:1.75;color:#595959",
    "alert": "margin:0 0 1em;padding:10px 14px;border-left:3px solid #576b95;background:#f4f6fa",
    "alert_title": "margin:0 0 4px;font-size:15px;line-height:1.6;font-weight:bold;color:#576b95",
    "alert_p": "margin:0;font-size:15px;line-height:1.75",
    "table_box": "margin:0 0 1em;overflow-x:auto",
    "table": "width:100%;border-collapse:collapse;font-size:14px;line-height:1.6",
    "th": "padding:6px 10px;border:1px solid #ddd;background:#f5f5f5",
    "td": "padding:6px 10px;border:1px solid #ddd",
    "pre": "margin:0 0 1em;padding:12px;overflow-x:auto;background:#f6f8fa;border-radius:4px",
    "pre_code": "display:block;white-space:nowrap;font-size:13px;line-height:1.6;font-family:Menlo,Consolas,monospace",
    "code": "padding:2px 4px;font-size:90%;background:#f2f2f2;border-radius:3px;color:#b5304a",
    "hr": "margin:2em 0;border:0;border-top:1px solid #e0e0e0",
    "figure": "margin:0 0 1em;text-align:center",
    "img": "max-width:100%",
    "figcaption": "margin:6px 0 0;font-size:13px;line-height:1.6;color:#888",
    "a": "color:#576b95",
    "link": "color:#576b95",
    "sup": "font-size:12px",
    "notes": "margin:2em 0 0;padding:12px 0 0;border-top:1px solid #e0e0e0",
    "note": "margin:0 0 4px;font-size:13px;line-height:1.6;color:#888;word-break:break-all",
    "notes_title": "margin:0 0 6px;font-size:14px;line-height:1.6;font-weight:bold;color:#888",
}


def _theme(name: str, label: str, differences: Mapping[str, str]) -> Theme:
    return Theme(name, label, {**_BASE, **differences})


def _accented(accent: str, soft: str, line: str) -> dict[str, str]:
    """What an accent colour, a soft ground and a line colour make of quotes, boxes, tables and links."""
    return {
        "strong": f"color:{accent}",
        "blockquote": f"margin:0 0 1em;padding:10px 14px;border-left:3px solid {accent};background:{soft}",
        "alert": f"margin:0 0 1em;padding:10px 14px;border:1px solid {line};background:{soft}",
        "alert_title": f"margin:0 0 4px;font-size:15px;line-height:1.6;font-weight:bold;color:{accent}",
        "th": f"padding:6px 10px;border:1px solid {line};background:{soft};color:{accent}",
        "td": f"padding:6px 10px;border:1px solid {line}",
        "hr": f"margin:2em 0;border:0;border-top:1px solid {line}",
        "a": f"color:{accent}",
        "link": f"color:{accent}",
    }


THEMES: dict[str, Theme] = {
    theme.name: theme
    for theme in (
        _theme("default", "Default", {
            "h2": "margin:1.6em 0 .8em;padding-left:10px;border-left:4px solid #07c160;font-size:19px;line-height:1.4;font-weight:bold",
        }),
        _theme("plain", "Plain", {
            "p": "margin:0 0 1em;line-height:1.75", "li": "line-height:1.75", "item": "margin:0;line-height:1.75",
            "ul": "margin:0 0 1em", "ol": "margin:0 0 1em",
            "h1": "margin:1.5em 0 .8em", "h2": "margin:1.5em 0 .8em", "h3": "margin:1.3em 0 .6em", "h4": "margin:1em 0 .5em",
            "blockquote": "margin:0 0 1em;padding-left:1em;border-left:3px solid #ccc", "quote_p": "margin:0;line-height:1.75",
            "alert": "margin:0 0 1em;padding-left:1em;border-left:3px solid #999", "alert_p": "margin:0;line-height:1.75",
            "alert_title": "margin:0;font-weight:bold", "link": "", "a": "", "sup": "",
            "table": "width:100%;border-collapse:collapse", "th": "padding:4px 8px;border:1px solid #ccc",
            "td": "padding:4px 8px;border:1px solid #ccc", "code": "background:#f2f2f2",
            "figcaption": "margin:4px 0 0;font-size:13px", "note": "margin:0;font-size:13px;word-break:break-all",
            "notes": "margin:2em 0 0", "notes_title": "margin:0;font-weight:bold", "hr": "margin:2em 0",
        }),
        _theme("business", "Business", {
            **_accented("#1f4e8c", "#f3f6fb", "#c9d6e8"),
            "h2": "margin:1.8em 0 .9em;padding-bottom:6px;border-bottom:2px solid #1f4e8c;font-size:19px;line-height:1.5;"
                  "font-weight:bold;color:#1f4e8c",
            "h3": "margin:1.4em 0 .6em;font-size:17px;line-height:1.5;font-weight:bold;color:#1f4e8c",
        }),
        _theme("culture", "Culture", {
            **_accented("#9c3b2e", "#fbf6f0", "#e6d5c3"),
            "p": "margin:0 0 1.2em;font-size:16px;line-height:1.9;letter-spacing:.5px",
            "h2": "margin:2em 0 1.2em;font-size:20px;line-height:1.5;font-weight:bold;text-align:center;color:#9c3b2e",
            "h3": "margin:1.6em 0 .8em;font-size:17px;line-height:1.5;font-weight:bold;color:#9c3b2e",
        }),
        _theme("technology", "Technology", {
            **_accented("#0b6bcb", "#eef6ff", "#bcd8f5"),
            "h2": "margin:1.8em 0 .9em;padding:4px 12px;border-radius:4px;background:#0b6bcb;font-size:18px;line-height:1.6;"
                  "font-weight:bold;color:#fff",
            "h3": "margin:1.4em 0 .6em;padding-left:8px;border-left:3px solid #0b6bcb;font-size:17px;line-height:1.5;font-weight:bold",
        }),
        _theme("festival", "Festival", {
            **_accented("#c8161d", "#fff5ee", "#f3c9a8"),
            "h2": "margin:1.8em 0 1em;padding:6px 0;border-top:1px solid #d9a441;border-bottom:1px solid #d9a441;font-size:19px;"
                  "line-height:1.6;font-weight:bold;text-align:center;color:#c8161d",
            "h3": "margin:1.4em 0 .6em;font-size:17px;line-height:1.5;font-weight:bold;color:#c8161d",
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
