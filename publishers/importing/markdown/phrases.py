"""The pieces of a line as Markdown, and as HTML where Markdown has no way to say it."""

from __future__ import annotations

import html
import itertools
import re
import unicodedata
from collections.abc import Callable, Iterator, Sequence

from publishers.importing.markdown.escaping import escaped, first, pairs_in
from publishers.importing.pieces import Break, Mark, NoteMark, Paragraph, Picture, Piece, Ruby, Run, words

NoteNumber = Callable[[str], str]
"""Gives a note's mark in the text, `[^1]`, by its key; empty when there is no such note."""

_ORDER: tuple[Mark, ...] = ("strong", "em", "s", "u", "sup", "sub", "code")
_SIGNS: dict[Mark, tuple[str, str]] = {
    "strong": ("**", "**"), "em": ("*", "*"), "s": ("~~", "~~"), "u": ("<u>", "</u>"), "sup": ("<sup>", "</sup>"),
    "sub": ("<sub>", "</sub>"),
}
_TAGS: dict[Mark, str] = {"strong": "strong", "em": "em", "s": "s", "u": "u", "sup": "sup", "sub": "sub", "code": "code"}
_NO_RUBY = re.compile(r"[{}|\n<>]")


def line(pieces: Sequence[Piece], note: NoteNumber, *, in_cell: bool = False, one_line: bool = False) -> str:
    """A paragraph's source. In a cell of a table it holds no line break and no bar."""
    writer = _Line(note, pairs_in(words(pieces)))
    for link, group in itertools.groupby(pieces, lambda piece: piece.link if isinstance(piece, Run) else ""):
        writer.group(list(group), link)
    written = "".join(writer.written)
    if in_cell:
        return written.replace("|", "\\|").replace("\n", "<br>")
    if one_line:
        return " ".join(written.split("\n"))
    return "\\\n".join(first(part) for part in written.split("\n"))


def as_html(pieces: Sequence[Piece], note: Callable[[str], str]) -> str:
    """A paragraph as HTML without its own element; `note` gives the words of a note."""
    return "".join(_html(piece, note) for piece in pieces)


class _Line:
    def __init__(self, note: NoteNumber, pairs: str) -> None:
        self.note, self.pairs = note, pairs
        self.written: list[str] = []

    def group(self, pieces: list[Piece], link: str) -> None:
        """Write pieces that share a link, or have none."""
        if not link:
            self.marked(pieces, 0)
            return
        inside = _Line(self.note, self.pairs)
        inside.marked(pieces, 0)
        shown = "".join(inside.written)
        if words(pieces) == link and not re.search(r"[\u2e80-\uffef()*_~'!,]", link):
            self.written.append(link)
        elif shown.strip():
            self.written.append(f"[{_bracketed(shown)}]({_address(link)})")

    def marked(self, pieces: list[Piece], depth: int) -> None:
        """Write pieces by the marks from `depth` on, outer ones first."""
        marks = frozenset().union(*(piece.marks for piece in pieces if isinstance(piece, Run)))
        while depth < len(_ORDER) and _ORDER[depth] not in marks:
            depth += 1
        if depth == len(_ORDER):
            self.written += [self.bare(piece) for piece in pieces]
            return
        mark = _ORDER[depth]
        groups = itertools.groupby(pieces, lambda piece: isinstance(piece, Run) and mark in piece.marks)
        gathered = [(has, list(group)) for has, group in groups]
        for number, (has, group) in enumerate(gathered):
            if not has:
                self.marked(group, depth + 1)
                continue
            following = gathered[number + 1][1][0] if number + 1 < len(gathered) else None
            self.wrapped(mark, group, depth, following)

    def wrapped(self, mark: Mark, group: list[Piece], depth: int, following: Piece | None) -> None:
        """Write a group under one mark; white space stays outside of it."""
        shown = words_of(group)
        bare = shown.strip()
        if not bare:
            self.written.append(shown)
            return
        before, after = shown[: len(shown) - len(shown.lstrip())], shown[len(shown.rstrip()) :]
        self.written.append(before)
        if mark == "code":
            self.written.append(_code(bare))
        else:
            inside = _Line(self.note, self.pairs)
            inside.marked(_stripped(group), depth + 1)
            outer = next((piece[-1] for piece in reversed(self.written) if piece), " ")
            behind = after[:1] or (following.text[:1] if isinstance(following, Run) else "") or " "
            signs = _signs(mark, bare, outer, behind)
            self.written += [signs[0], *inside.written, signs[1]]
        self.written.append(after)

    def bare(self, piece: Piece) -> str:
        """A piece without its marks."""
        if isinstance(piece, Run):
            return escaped(piece.text, self.pairs)
        if isinstance(piece, Break):
            return "\n"
        if isinstance(piece, NoteMark):
            return self.note(piece.name)
        if isinstance(piece, Ruby):
            return _ruby(piece)
        return _picture(piece)


def words_of(pieces: Sequence[Piece]) -> str:
    """The words with the white space around them."""
    return "".join(piece.text for piece in pieces if isinstance(piece, Run))


def _stripped(group: list[Piece]) -> list[Piece]:
    """Runs without white space at the edges of the group."""
    runs = [piece for piece in group if isinstance(piece, Run)]
    while runs and not runs[0].text.strip():
        runs.pop(0)
    while runs and not runs[-1].text.strip():
        runs.pop()
    if runs:
        runs[0] = Run(runs[0].text.lstrip(), runs[0].marks, runs[0].link)
        runs[-1] = Run(runs[-1].text.rstrip(), runs[-1].marks, runs[-1].link)
    return list(runs)


def _signs(mark: Mark, text: str, outer: str, behind: str) -> tuple[str, str]:
    """The signs around a group; tags where signs would not open or close at this place."""
    opens = not _is_sign(text[0]) or outer.isspace() or _is_sign(outer)
    closes = not _is_sign(text[-1]) or behind.isspace() or _is_sign(behind)
    if mark in ("strong", "em", "s") and not (opens and closes and outer not in "*~\\" and behind not in "*~"):
        return f"<{_TAGS[mark]}>", f"</{_TAGS[mark]}>"
    return _SIGNS[mark]


def _is_sign(char: str) -> bool:
    """Punctuation as emphasis looks at it: that of Chinese counts as letters."""
    chinese = char >= "\u2e80" or char in "\u2014\u2018\u2019\u201c\u201d\u2026\u00b7"
    return not chinese and unicodedata.category(char)[0] in "PS"


def _code(text: str) -> str:
    longest = max((len(run) for run in re.findall("`+", text)), default=0)
    fence, gap = "`" * (longest + 1), " " if "`" in (text[0], text[-1]) else ""
    return f"{fence}{gap}{text}{gap}{fence}"


def _ruby(piece: Ruby) -> str:
    base, reading = _NO_RUBY.sub("", piece.base), _NO_RUBY.sub("", piece.reading)
    return f"{{{base}|{reading}}}" if 0 < len(base) <= 40 and len(reading) <= 80 else f"{base}（{reading}）"


def _picture(piece: Picture) -> str:
    alt = _bracketed(escaped(piece.alt)).replace("|", "｜")
    caption = re.sub(r"([\\\"])", r"\\\1", " ".join(piece.caption.split()))
    return f'![{alt}]({piece.ref} "{caption}")' if caption else f"![{alt}]({piece.ref})"


def _bracketed(text: str) -> str:
    """Words between brackets hold none that is left alone."""
    return re.sub(r"(?<!\\)([\[\]])", r"\\\1", text) if _loose(text) else text


def _loose(text: str) -> bool:
    return bool(re.search(r"(?<!\\)[\[\]]", re.sub(r"!\[[^\[\]]*\]\([^()]*\)|\[\^\d+\]", "", text)))


def _address(url: str) -> str:
    return url.replace("(", "%28").replace(")", "%29").replace("\\", "%5C")


def _html(piece: Piece, note: Callable[[str], str]) -> str:
    if isinstance(piece, Break):
        return "<br>"
    if isinstance(piece, NoteMark):
        said = note(piece.name)
        return html.escape(f"（{said}）", quote=False) if said else ""
    if isinstance(piece, Ruby):
        return f"<ruby>{html.escape(piece.base, quote=False)}<rt>{html.escape(piece.reading, quote=False)}</rt></ruby>"
    if isinstance(piece, Picture):
        return f'<img src="{html.escape(piece.ref)}" alt="{html.escape(piece.alt)}">'
    shown = html.escape(piece.text, quote=False)
    for mark in reversed(_ORDER):
        if mark in piece.marks:
            shown = f"<{_TAGS[mark]}>{shown}</{_TAGS[mark]}>"
    return f'<a href="{html.escape(piece.link)}">{shown}</a>' if piece.link else shown


def paragraphs(blocks: Sequence[object]) -> Iterator[Paragraph]:
    """The paragraphs among some blocks."""
    return (block for block in blocks if isinstance(block, Paragraph))
