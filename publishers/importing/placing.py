"""The Markdown of an import with its pictures' real addresses in the place of `asset:N` and `outside:N`."""

from __future__ import annotations

import re
from collections.abc import Mapping

_MARKDOWN = re.compile(r"!\[((?:[^\[\]\\]|\\.)*+)\]\(((?:asset|outside):\d{1,4})((?:[ \t]+\"(?:[^\"\\]|\\.)*+\")?[^()\n]{0,20})\)")
_HTML = re.compile(r"<img\b[^<>]*?\ssrc=\"((?:asset|outside):\d{1,4})\"[^<>]*>", re.IGNORECASE)
_EMPTY_LINES = re.compile(r"(?:^[ \t]*\ue000[ \t]*\n?\n?)|\ue000", re.MULTILINE)


def placed(markdown: str, addresses: Mapping[str, str]) -> str:
    """`markdown` with each placeholder replaced by its address; one without an address goes, with its empty line."""
    markdown = _MARKDOWN.sub(lambda found: _picture(found, addresses), markdown)
    if "<img" in markdown:
        markdown = _HTML.sub(lambda found: _element(found, addresses), markdown)
    return _EMPTY_LINES.sub("", markdown).rstrip() + "\n"


def placeholders(markdown: str) -> list[str]:
    """Every placeholder in the order of the text, each once."""
    found = sorted([*_MARKDOWN.finditer(markdown), *_HTML.finditer(markdown)], key=lambda one: one.start())
    return list(dict.fromkeys(one[2] if one.re is _MARKDOWN else one[1] for one in found))


def _picture(found: re.Match[str], addresses: Mapping[str, str]) -> str:
    address = addresses.get(found[2])
    return f"![{found[1]}]({address}{found[3]})" if address else "\ue000"


def _element(found: re.Match[str], addresses: Mapping[str, str]) -> str:
    address = addresses.get(found[1])
    return found[0].replace(f'"{found[1]}"', f'"{address}"', 1) if address else "\ue000"
