"""Any string to a tree of elements, as forgiving as a browser and in one pass."""

from __future__ import annotations

import re
import xml.etree.ElementTree as etree
from html import unescape

from publishers.importing import limits
from publishers.importing.results import Losses, Refused

VOID = frozenset(["area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "param", "source", "track", "wbr"])
RAW = frozenset(["script", "style", "textarea", "title", "xmp", "noembed", "noframes", "template", "svg", "math"])
"""Elements whose inside is no text of ours; all but a title are dropped with it."""

_DECLARATION = re.compile(r"<!--.*?(?:-->|\Z)|<[!?][^>]*(?:>|\Z)", re.DOTALL)
_TAG_NAME = re.compile(r"<(/?)([a-zA-Z][^\s/>]*)")
_ATTRIBUTE = re.compile(r"[\s/]*(?:([^\s/>=][^\s/>=]*)(?:\s*=\s*(?:\"([^\"]*)\"|'([^']*)'|([^\s>]*)))?)")
_TAG_END = re.compile(r"[\s/]*>")
_BLOCKS = frozenset(
    "address article aside blockquote center dd details div dl dt fieldset figcaption figure footer form h1 h2 h3 h4 h5 h6"
    " header hr li main nav ol p pre section table ul".split()
)
_CLOSES = {
    "li": ("li",), "tr": ("tr", "td", "th"), "td": ("td", "th"), "th": ("td", "th"), "dt": ("dt", "dd"), "dd": ("dt", "dd"),
    "tbody": ("tr", "td", "th", "thead", "tbody", "tfoot"), "tfoot": ("tr", "td", "th", "thead", "tbody"), "option": ("option",),
}
_WITHIN = {
    "li": ("ul", "ol", "table"), "tr": ("table",), "td": ("table",), "th": ("table",), "dt": ("dl",), "dd": ("dl",),
    "tbody": ("table",), "tfoot": ("table",), "option": ("select",),
}
_WALLS = frozenset(["table", "td", "th"])
"""A closing tag does not reach through these."""


def parse(html: str, losses: Losses) -> etree.Element:
    """The tree under one `html` element; tags and attribute names in lower case."""
    reader = _Reader(_DECLARATION.sub("", html), losses)
    reader.read()
    return reader.root


class _Reader:
    def __init__(self, source: str, losses: Losses) -> None:
        self.source, self.losses = source, losses
        self.root = etree.Element("html")
        self.open = [self.root]
        self.pending: list[str] = []
        self.elements = 0

    def read(self) -> None:
        """Read to the end; a tag that never ends swallows the rest, as in browsers."""
        source, at = self.source, 0
        while (start := source.find("<", at)) >= 0:
            self.pending.append(source[at:start])
            name = _TAG_NAME.match(source, start)
            if not name:
                self.pending.append("<")
                at = start + 1
                continue
            self._flush()
            attributes, at = _attributes(source, name.end())
            if at < 0:
                return
            tag = name[2].lower()
            if name[1]:
                self._end(tag)
            else:
                at = self._start(tag, attributes, at)
        self.pending.append(source[at:])
        self._flush()

    def _start(self, tag: str, attributes: dict[str, str], at: int) -> int:
        if tag in ("html", "body") and len(self.open) == 1:
            self.root.attrib.update(attributes)
            return at
        self.elements += 1
        if self.elements > limits.ELEMENTS:
            most = f"{limits.ELEMENTS:,}"
            raise Refused("The text is divided into more than {limit} pieces. Import it in parts.", {"limit": most})
        if tag in RAW:
            return self._raw(tag, attributes, at)
        if len(self.open) >= limits.DEPTH and tag not in VOID:
            self.losses.note("flattened")
            return at
        self._close_implied(tag)
        element = etree.SubElement(self.open[-1], tag, attributes)
        if tag not in VOID:
            self.open.append(element)
        return at

    def _end(self, tag: str) -> None:
        if tag == "p" and not any(element.tag == "p" for element in self.open):
            return
        for back in range(len(self.open) - 1, 0, -1):
            if self.open[back].tag == tag:
                del self.open[back:]
                return
            if self.open[back].tag in _WALLS:
                return

    def _close_implied(self, tag: str) -> None:
        if tag in _BLOCKS and self.open[-1].tag == "p":
            self.open.pop()
        elif tag in _BLOCKS and tag != "p" and len(self.open) > 2 and self.open[-2].tag == "p":
            del self.open[-2:]
        closed, within = _CLOSES.get(tag), _WITHIN.get(tag, ())
        if closed is None:
            return
        for back in range(len(self.open) - 1, 0, -1):
            if self.open[back].tag in within:
                return
            if self.open[back].tag in closed:
                del self.open[back:]
                # A new body of rows ends the row and the body before it.
                if tag not in ("tbody", "tfoot"):
                    return

    def _raw(self, tag: str, attributes: dict[str, str], at: int) -> int:
        """Step over what the element holds; only a title's words are kept."""
        found = re.compile(f"</{tag}", re.IGNORECASE).search(self.source, at)
        end = found.start() if found else -1
        inside = self.source[at : end if found else len(self.source)]
        if tag == "title":
            etree.SubElement(self.open[-1], "title").text = unescape(inside).strip()
        elif tag in ("svg", "math", "script"):
            etree.SubElement(self.open[-1], tag, attributes)
        if end < 0:
            return len(self.source)
        close = self.source.find(">", end)
        return close + 1 if close >= 0 else len(self.source)

    def _flush(self) -> None:
        text = "".join(self.pending)
        self.pending.clear()
        if not text:
            return
        text = unescape(text) if "&" in text else text
        parent = self.open[-1]
        if len(parent):
            parent[-1].tail = (parent[-1].tail or "") + text
        else:
            parent.text = (parent.text or "") + text


def _attributes(source: str, at: int) -> tuple[dict[str, str], int]:
    """The attributes of a tag and where it ends; -1 when it never does. Of two of one name the first counts."""
    given: dict[str, str] = {}
    while not (end := _TAG_END.match(source, at)):
        match = _ATTRIBUTE.match(source, at)
        if not match or match.end() == at:
            return given, -1
        value = match[2] if match[2] is not None else match[3] if match[3] is not None else match[4] or ""
        given.setdefault(match[1].lower(), unescape(value) if "&" in value else value)
        at = match.end()
    return given, end.end()
