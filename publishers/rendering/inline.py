"""Inline Markdown to WeChat HTML in one pass from left to right, in linear time.

Python-Markdown's inline patterns each search the whole text and leave an element per match; this reads it once
and writes strings. Emphasis is CommonMark's, with Chinese punctuation taken for letters (quirk 40).
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from html import unescape

from publishers.rendering import elements, emphasis, tags
from publishers.rendering.cjk import join_soft_breaks
from publishers.rendering.draft import Draft
from publishers.rendering.elements import text as escaped

_SIGNS = r"\\`*_~\[\]<>&{}\n$!=^/"
_COMPLETE = (
    rf"\*\*(?P<strong>[^{_SIGNS}]++)\*\*(?!\*)|`(?P<code>[^`\n]++)`(?!`)"
    rf"|\[(?P<words>[^{_SIGNS}]++)\]\((?P<address>https?://[^\s()<>\\&]++)\)"
)
"""What needs no looking around: bold between letters, code between single ticks, a link with nothing special in it."""

# Each alternative begins with a character of its own, so that the engine skips plain text without trying them.
_TOKEN = re.compile(
    _COMPLETE + r"|\\[!-/:-@\[-`{-~]|``*|\*\**|__*|~~*|!\[|\[|\]|<|>|&|\{|\n|\$\$*|===*|\^|https?://"
)
_LINK_TAIL = re.compile(
    r"\([ \t]*(?:<([^<>\n]*+)>|((?:[^\s()\\<]|\\.|\((?:[^\s()\\]|\\.)*+\))*+))"
    r"(?:[ \t]+(?:\"((?:[^\"\\]|\\.)*+)\"|'((?:[^'\\]|\\.)*+)'))?(?:[ \t]+=(\d{1,4}%?x?\d{0,4}))?[ \t]*\)"
)
_SIZE_TAIL = re.compile(r"\{[ \t]*width=\"?(\d{1,4}(?:%|px)?)\"?[ \t]*\}")
_NAME_TAIL = re.compile(r"\[([^\[\]]{0,200}+)\]")
_FOOTNOTE = re.compile(r"\[\^([^\]\s]{1,60})\]")
_AUTOLINK = re.compile(r"<([a-zA-Z][a-zA-Z0-9+.-]{1,31}:[^\s<>]*|[\w.+-]+@[\w-]+(?:\.[\w-]+)+)>")
_BARE_URL = re.compile(r"https?://[A-Za-z0-9\-._~:/?#@!$&'()*+,;=%]+")
_ENTITY = re.compile(r"&(?:#\d{1,7}|#[xX][0-9a-fA-F]{1,6}|[a-zA-Z][a-zA-Z0-9]{1,31});")
_RUBY = re.compile(r"\{([^{}|\n<>]{1,40})\|([^{}|\n<>]{1,80})\}")
_RAISED = {
    "sub": re.compile(r"(?<=[A-Za-z)\]])~([A-Za-z0-9+-]{1,8})~(?!~)"),
    "sup": re.compile(r"(?<=[\w)\]])\^([A-Za-z0-9+-]{1,8})\^"),
}
_ESCAPED = re.compile(r"\\([!-/:-@\[-`{-~])")


@dataclass(slots=True)
class _Bracket:
    """An opening `[` or `![` that waits for its `]`."""

    at: int
    position: int
    picture: bool
    runs: int
    active: bool = True


def inline(draft: Draft, source: str) -> str:
    """The HTML of one paragraph's text."""
    source = join_soft_breaks(source)
    first = _TOKEN.search(source)
    return Reader(draft, source).read(first) if first else source


class Reader:
    """One paragraph on its way: how far it is read, the pieces written, what is still open."""

    __slots__ = ("brackets", "draft", "has_tags", "pieces", "position", "runs", "source", "ticks")

    def __init__(self, draft: Draft, source: str) -> None:
        self.draft, self.source = draft, source
        self.position = 0
        self.pieces: list[str] = []
        self.runs: list[emphasis.Run] = []
        self.brackets: list[_Bracket] = []
        self.has_tags = False
        self.ticks: dict[int, list[int]] | None = None

    def read(self, match: re.Match[str] | None) -> str:
        """Read from the first token to the end."""
        source, pieces = self.source, self.pieces
        while match:
            start = match.start()
            if start > self.position:
                pieces.append(source[self.position : start])
            self.position = match.end()
            if complete := match.lastgroup:
                _COMPLETES[complete](self, match, start)
            else:
                token = match[0]
                _HANDLERS[token[0]](self, token, start)
            match = _TOKEN.search(source, self.position)
        pieces.append(source[self.position :])
        if self.runs:
            self._emphasise(0)
        return tags.balanced("".join(pieces)) if self.has_tags else "".join(pieces)

    def _whole_strong(self, match: re.Match[str], start: int) -> None:
        words = match[1]
        if self.runs or not (emphasis.is_letter(words[0]) and emphasis.is_letter(words[-1])):
            self.position = start + 2
            self._signs("**", start)
        else:
            self.pieces.append(f"<strong{self.draft.attr('strong')}>{words}</strong>")

    def _whole_code(self, match: re.Match[str], start: int) -> None:
        self._write_code(match[2])

    def _whole_link(self, match: re.Match[str], start: int) -> None:
        if self.brackets:
            self.position = start + 1
            self._open("[", start)
        else:
            words = match[3]
            before, after = elements.link(self.draft, match[4], words)
            self.pieces.append(f"{before}{words}{after}")

    def _backslash(self, token: str, start: int) -> None:
        if token[1] not in "([" or not self._formula(start):
            self.pieces.append(escaped(token[1]))

    def _plain(self, token: str, start: int) -> None:
        self.pieces.append(escaped(token))

    def _line_break(self, token: str, start: int) -> None:
        self.pieces.append("<br>")

    def _dollars(self, token: str, start: int) -> None:
        if len(token) > 2 or not self._formula(start):
            self.pieces.append(token)

    def _formula(self, start: int) -> bool:
        """Write the formula that begins here, if one does; WeChat drops a plain space beside it (quirk 26)."""
        from publishers.rendering.formulas import formula_at

        found = formula_at(self.draft, self.source, start)
        if found is None:
            return False
        html, self.position = found
        if self.pieces and self.pieces[-1].endswith(" "):
            self.pieces[-1] = self.pieces[-1][:-1] + "&nbsp;"
        if self.source.startswith(" ", self.position):
            self.position += 1
            html += "&nbsp;"
        self.pieces.append(html)
        return True

    def _code(self, token: str, start: int) -> None:
        if self.ticks is None:
            self.ticks = {}
            for run in re.finditer("`+", self.source):
                self.ticks.setdefault(len(run[0]), []).append(run.start())
            for places in self.ticks.values():
                places.reverse()
        places = self.ticks.get(len(token), [])
        while places and places[-1] < self.position:
            places.pop()
        if not places:
            self.pieces.append(token)
            return
        inside = self.source[self.position : places[-1]].replace("\n", " ")
        self.position = places[-1] + len(token)
        self._write_code(inside)

    def _write_code(self, inside: str) -> None:
        if len(inside) > 2 and inside[0] == inside[-1] == " " and inside.strip():
            inside = inside[1:-1]
        self.pieces.append(f"<code{self.draft.attr('code')}>{_kept_spaces(inside)}</code>")

    def _entity(self, token: str, start: int) -> None:
        match = _ENTITY.match(self.source, start)
        char = unescape(match[0]) if match else ""
        if match and char != match[0] and (char.isprintable() or char == "\xa0"):
            self.pieces.append("&nbsp;" if char == "\xa0" else escaped(char))
            self.position = match.end()
        else:
            self.pieces.append("&amp;")

    def _ruby(self, token: str, start: int) -> None:
        match = _RUBY.match(self.source, start)
        if not match:
            self.pieces.append("{")
            return
        self.pieces.append(f"<ruby>{escaped(match[1])}<rt>{escaped(match[2])}</rt></ruby>")
        self.position = match.end()

    def _bare_url(self, token: str, start: int) -> None:
        match = _BARE_URL.match(self.source, start)
        if not match or (start and self.source[start - 1].isalnum() and self.source[start - 1].isascii()):
            self.pieces.append(token)
            return
        url = _without_tail(match[0])
        if any(bracket.active and not bracket.picture for bracket in self.brackets[-3:]):
            self.pieces.append(escaped(url))
        else:
            self.self_naming(url, url)
        self.position = start + len(url)

    def self_naming(self, url: str, words: str) -> None:
        """Write a link whose words say where it leads."""
        before, after = elements.link(self.draft, url, escaped(words))
        self.pieces.append(f"{before}{escaped(words)}{after}")

    def _angle(self, token: str, start: int) -> None:
        source = self.source
        if match := _AUTOLINK.match(source, start):
            address = match[1] if ":" in match[1] else "mailto:" + match[1]
            self.self_naming(address, match[1])
            self.position = match.end()
        elif source.startswith("<!--", start):
            end = source.find("-->", start)
            self.position = end + 3 if end > 0 else len(source)
        elif match := tags.TAG.match(source, start):
            self.position = match.end()
            tags.write_tag(self, match[1] == "/", match[2].lower(), match[3])
        else:
            self.pieces.append("&lt;")

    def _open(self, token: str, start: int) -> None:
        if footnote := _FOOTNOTE.match(self.source, start if token == "[" else start + 1):
            self._footnote(footnote, "!" if token == "![" else "")
            return
        self.brackets.append(_Bracket(len(self.pieces), self.position, token == "![", len(self.runs)))
        self.pieces.append(token)

    def _footnote(self, match: re.Match[str], before: str) -> None:
        name = match[1]
        if name in self.draft.lifted.footnotes:
            number = self.draft.references.footnote(name, self.draft.lifted.footnotes[name])
            self.pieces.append(before + elements.mark(self.draft, number))
        else:
            self.draft.remark("footnote_missing", match[0], name=name)
            self.pieces.append(before + escaped(name.join("[]")))
        self.position = match.end()

    def _close(self, token: str, start: int) -> None:
        bracket = self.brackets.pop() if self.brackets else None
        target = self._target(bracket, start) if bracket and bracket.active else None
        if bracket is None or target is None:
            self.pieces.append("]")
            return
        address, title, size = target
        if bracket.picture:
            del self.pieces[bracket.at :]
            del self.runs[bracket.runs :]
            alt, _, inner_size = _unescaped(self.source[bracket.position : start]).partition("|")
            self.pieces.append(elements.picture(self.draft, address, alt.strip(), title, size or inner_size.strip()))
            return
        if len(self.runs) > bracket.runs:
            self._emphasise(bracket.runs)
        inner = "".join(self.pieces[bracket.at + 1 :])
        self.pieces[bracket.at], after = elements.link(self.draft, address, inner)
        self.pieces.append(after)
        for other in self.brackets:
            other.active = other.active and other.picture

    def _target(self, bracket: _Bracket, start: int) -> tuple[str, str, str] | None:
        if match := _LINK_TAIL.match(self.source, self.position):
            self.position = match.end()
            size = match[5] or ""
            if bracket.picture and (wide := _SIZE_TAIL.match(self.source, self.position)):
                self.position, size = wide.end(), wide[1]
            return _unescaped(match[1] or match[2] or ""), _unescaped(match[3] or match[4] or ""), size
        if not self.draft.addresses:
            return None
        words = self.source[bracket.position : start]
        named = _NAME_TAIL.match(self.source, self.position)
        found = self.draft.addresses.get(((named[1] if named else "") or words).lower())
        if found is None:
            return None
        self.position = named.end() if named else self.position
        return found[0], found[1] or "", ""

    def _tilde(self, token: str, start: int) -> None:
        if len(token) > 1 or not self._raised("sub", start):
            self._signs(token, start)

    def _caret(self, token: str, start: int) -> None:
        if not self._raised("sup", start):
            self.pieces.append(token)

    def _raised(self, tag: str, start: int) -> bool:
        """Write `H~2~O` and `10^-3^`: short, right behind a letter, so that 3~5 days stay days."""
        match = _RAISED[tag].match(self.source, start)
        if match is None or not start:
            return False
        self.pieces.append(f"<{tag}{self.draft.attr(tag)}>{match[1]}</{tag}>")
        self.position = match.end()
        return True

    def _signs(self, token: str, start: int) -> None:
        before = self.source[start - 1] if start else " "
        after = self.source[self.position] if self.position < len(self.source) else " "
        if run := emphasis.run_of(token, before, after, len(self.pieces)):
            self.runs.append(run)
        self.pieces.append(token)

    def _emphasise(self, bottom: int) -> None:
        emphasis.write(self.draft, self.runs[bottom:], self.pieces, self.source)
        del self.runs[bottom:]


_HANDLERS = {
    "\\": Reader._backslash, "`": Reader._code, "*": Reader._signs, "_": Reader._signs, "~": Reader._tilde,
    "=": Reader._signs, "^": Reader._caret,
    "[": Reader._open, "!": Reader._open, "]": Reader._close, "<": Reader._angle, ">": Reader._plain,
    "&": Reader._entity, "{": Reader._ruby, "\n": Reader._line_break, "$": Reader._dollars, "h": Reader._bare_url,
}
_COMPLETES = {"strong": Reader._whole_strong, "code": Reader._whole_code, "address": Reader._whole_link}


def _without_tail(url: str) -> str:
    """A bare address without the punctuation of its sentence and brackets that nothing in it opens."""
    end, spare = len(url), url.count(")") - url.count("(")
    while end and (url[end - 1] in "?!.,:*_~'" or url[end - 1] == ")" and spare > 0):
        spare -= url[end - 1] == ")"
        end -= 1
    return url[:end]


def _kept_spaces(code: str) -> str:
    return escaped(code).replace("  ", "&nbsp;&nbsp;").replace("&nbsp; ", "&nbsp;&nbsp;")


def _unescaped(words: str) -> str:
    return unescape(_ESCAPED.sub(r"\1", words)) if "\\" in words or "&" in words else words
