"""Would this HTML survive in WeChat as it is? The ten rules every rendering has to pass, by number.

Independent of the renderer: it parses what came out and knows nothing of how it was made.
"""

from __future__ import annotations

import re
from html.parser import HTMLParser

from publishers.rendering import allowed, limits
from publishers.rendering.findings import Finding

_VOID = frozenset(["br", "hr", "img"])
_BLOCKS = frozenset(["section", "p", "ul", "ol", "li", "table", "blockquote", "pre", "hr", "h1", "h2", "h3", "h4"])
_TYPED = ("•", "◦", "▪")
_BAD_STYLE = re.compile(
    r"var\(|calc\(|color-mix\(|env\(|url\(|expression|position\s*:|!important|text-align\s*:\s*(?:start|end)"
    r"|line-height\s*:\s*0(?![.\d])|caret-color|opacity|[<>@\\]",
    re.IGNORECASE,
)
_FONT = re.compile(r"font-family|(?<![\w-])font\s*:", re.IGNORECASE)
_WECHAT = re.compile(r"https?://mp\.weixin\.qq\.com(?:[/?#]|$)", re.IGNORECASE)
_VIDEO = re.compile(r"https://v\.qq\.com/iframe/preview\.html\?vid=[A-Za-z0-9]{6,24}")
_PICTURE = re.compile(r"https?://[^\s]+$|/[^/\\\s]", re.IGNORECASE)
_LEFT = re.compile(r"\*\*\S[^*]*\*\*|\[\^[^\]]+\]|^\s*(?:```|~~~|:::)|\$\$[^$]+\$\$|\ue000", re.MULTILINE)
_NUMBERS = re.compile(r"[\d., -]+")
_DRAWING = {
    "xmlns": re.compile(r"http://www\.w3\.org/2000/svg"), "d": re.compile(r"[MmLlHhVvCcQqZz\d. -]*"),
    "fill": allowed.COLOUR, "stroke": allowed.COLOUR, "font-weight": re.compile(r"bold|[1-9]00"),
    "transform": re.compile(r"(?:(?:translate|scale|rotate|matrix)\([\d., -]+\) ?)+"), "style": re.compile(r".*"),
}
"""What the attributes of a drawing hold: numbers and plain colours, nothing that refers to anything (quirks 21 to 25)."""
_SIZED = re.compile(r"width:[\d.]+(?:ex|px);height:[\d.]+(?:ex|px)(?:;|$)")
_COMMENT = re.compile(r"<!|<\?")

_MESSAGES = {
    "survival_1": "There is an element or attribute that WeChat removes.",
    "survival_2": "There is a link that leads outside WeChat.",
    "survival_3": "There is a style that WeChat or older phones do not understand.",
    "survival_4": "There is a picture without a width rule, a description or a usable address.",
    "survival_5": "There is a list that WeChat would take apart.",
    "survival_6": "There is code whose white space WeChat would collapse.",
    "survival_7": "There is a drawing that WeChat would change.",
    "survival_8": "There is Markdown left in the text.",
    "survival_9": "The article is too long or nested too deeply.",
    "survival_10": "There is something active in the article.",
}


def check(html: str) -> list[Finding]:
    """What in the HTML would not survive; empty when all is well."""
    reader = _Reader()
    reader.feed(html)
    reader.close()
    if _COMMENT.search(html):
        reader.flaw(1, "<!")
    if reader.open:
        reader.flaw(1, f"<{reader.open[-1]}>")
    if len(html.encode()) >= limits.BYTES or sum(map(len, "".join(reader.words).split())) >= limits.VISIBLE_CHARACTERS:
        reader.flaw(9, "")
    if match := _LEFT.search("".join(reader.prose)):
        reader.flaw(8, match[0])
    return reader.flaws


def lasting_flaws(html: str) -> list[Finding]:
    """The flaws that stop a sign-off. Words that look like Markdown may be meant, and of length the findings speak."""
    return [flaw for flaw in check(html) if flaw.rule not in ("survival_8", "survival_9")]


def messages() -> list[str]:
    """Every msgid of this module."""
    return list(_MESSAGES.values())


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.open: list[str] = []
        self.words: list[str] = []
        self.prose: list[str] = []
        self.flaws: list[Finding] = []
        self.scrolls = False

    def flaw(self, number: int, where: str) -> None:
        """Note a flaw of one of the ten rules."""
        rule = f"survival_{number}"
        self.flaws.append(Finding(rule, "blocker", where[:60], _MESSAGES[rule]))

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Look at an element's name, attributes and place."""
        given = {name: value or "" for name, value in attrs}
        if tag not in allowed.ARTICLE:
            self.flaw(7 if "svg" in self.open else 1, f"<{tag}>")
        self._attributes(tag, given)
        self._place(tag)
        self.scrolls = "overflow-x:auto" in given.get("style", "") if tag == "pre" else self.scrolls
        if tag not in _VOID:
            self.open.append(tag)
        if len(self.open) >= 15:
            self.flaw(9, f"<{tag}>")

    def handle_endtag(self, tag: str) -> None:
        """Take an element off the stack; crossing elements are parsed differently by every browser."""
        if tag in _VOID:
            return
        if self.open and self.open[-1] == tag:
            self.open.pop()
            if tag in _BLOCKS:
                self.prose.append("\n")
        else:
            self.flaw(1, f"</{tag}>")

    def handle_data(self, data: str) -> None:
        """Look at words."""
        self.words.append(data)
        if "code" in self.open or "pre" in self.open:
            if re.search(r"[\n\t]|  ", data) or ("pre" in self.open and " " in data):
                self.flaw(6, data)
        else:
            self.prose.append(data)
            if "\n" in data:
                self.flaw(8, data)
        if self.open[-2:] == ["li", "section"] and data.lstrip()[:1] in _TYPED:
            self.flaw(5, data)
        if self.open and self.open[-1] in ("ul", "ol", "table", "thead", "tbody", "tr"):
            self.flaw(5, data)

    def _attributes(self, tag: str, given: dict[str, str]) -> None:
        for name, value in given.items():
            if name in ("class", "id") or (name not in allowed.ARTICLE.get(tag, ()) and name != "style"):
                self.flaw(10 if name.startswith("on") or name == "srcdoc" else 1, f"{tag} {name}")
            if name == "style" and (_BAD_STYLE.search(value) or (_FONT.search(value) and tag != "code")):
                self.flaw(3, value)
        if tag == "a" and not _WECHAT.match(given.get("href", "")):
            self.flaw(2, given.get("href", ""))
        if tag == "iframe" and not _VIDEO.fullmatch(given.get("data-src", "")):
            self.flaw(10, f"<{tag}>")
        if tag in allowed.DRAWN:
            self._drawing(tag, given)
        if tag == "img":
            usable = _PICTURE.match(given.get("src", "")) and given["src"].isascii()
            if not usable or "alt" not in given or "max-width:100%" not in given.get("style", ""):
                self.flaw(4, given.get("src", ""))

    def _drawing(self, tag: str, given: dict[str, str]) -> None:
        if tag == "svg" and not ("viewbox" in given and _SIZED.match(given.get("style", ""))):
            self.flaw(7, "<svg>")
        if tag != "svg" and "svg" not in self.open:
            self.flaw(7, f"<{tag}>")
        for name, value in given.items():
            if not _DRAWING.get(name, _NUMBERS).fullmatch(value):
                self.flaw(7, f"{tag} {name}")

    def _place(self, tag: str) -> None:
        parent = self.open[-1] if self.open else ""
        if tag == "li" and parent not in ("ul", "ol") or parent in ("ul", "ol") and tag != "li":
            self.flaw(5, f"<{parent}><{tag}>")
        if parent == "li" and tag != "section" or tag == "p" and "li" in self.open:
            self.flaw(5, f"<{parent}><{tag}>")
        if tag in ("ul", "ol") and sum(opened in ("ul", "ol") for opened in self.open) > 1:
            self.flaw(5, f"<{tag}>")
        if tag == "table" and parent != "section" or tag == "code" and parent == "pre" and not self.scrolls:
            self.flaw(6 if tag == "code" else 1, f"<{parent}><{tag}>")
        if tag in _BLOCKS and parent in ("p", "span", "strong", "em", "a", "h1", "h2", "h3", "h4"):
            self.flaw(1, f"<{parent}><{tag}>")
