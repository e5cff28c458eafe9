"""The engine: every rule in force over one text. Facts go in, findings come out; it fetches nothing."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from editorial.review.checks import personal, titles
from editorial.review.checks.folding import BREAK, Folded, digits, fold, masked, sentence_at, tight
from editorial.review.checks.found import Found
from editorial.review.checks.rule import Rule
from editorial.review.checks.rulebook import Rulebook
from editorial.review.checks.terms import Lexicon

NEIGHBOURHOOD = 60
"""How many characters around a word may say what it is meant for, inside its line."""
MOST_ADVICE = 20
"""Of one rule in one text; more would not be read."""
FIELDS = ("title", "body", "digest", "author")


@dataclass(frozen=True)
class Text:
    """What the rules look at. `codes`: what QR codes in its pictures say; `unsourced`: marked facts that have no source."""

    title: str
    body: str
    digest: str = ""
    author: str = ""
    codes: tuple[str, ...] = ()
    unsourced: tuple[str, ...] = ()


@dataclass(frozen=True)
class _Field:
    """One field, read once for all rules."""

    name: str
    source: str
    plain: str
    folded: Folded
    title: str

    def neighbourhood(self, begin: int, end: int) -> str:
        """What stands around a place, folded: its line, and not too much of it."""
        left, right = self.source.rfind("\n", 0, begin) + 1, self.source.find("\n", end)
        left, right = max(left, begin - NEIGHBOURHOOD), min(len(self.source) if right < 0 else right, end + NEIGHBOURHOOD)
        at = self.folded.at
        return self.folded.text[bisect_left(at, left):bisect_left(at, right)]


class Engine:
    """The rules of one rulebook, made ready."""

    def __init__(self, book: Rulebook) -> None:
        self._lexicon = Lexicon(rule for rule in book.enabled if rule.kind == "terms")
        self._others = [rule for rule in book.enabled if rule.kind != "terms"]
        self._patterns = {rule.code: _compiled(rule) for rule in self._others if rule.kind == "patterns"}

    def findings(self, text: Text) -> list[Found]:
        """Everything found, in the order of the fields and their characters."""
        folded_title = fold(text.title).text
        found: list[Found] = []
        for name in FIELDS:
            source = getattr(text, name)
            if source:
                plain = masked(source) if name == "body" else source
                field = _Field(name, source, plain, fold(plain), folded_title)
                found.extend(_outermost(self._in_field(field, text)))
        found.extend(self._in_codes(text))
        return _not_too_many(found)

    def _in_field(self, field: _Field, text: Text) -> Iterator[Found]:
        for hit in self._lexicon.hits(field.plain, field.folded):
            rule = hit.word.rule
            if _is_meant(rule, field, hit.begin, hit.end):
                yield _found(rule, field, hit.begin, hit.end, meant=hit.word.word, right=hit.word.right)
        figures = digits(field.folded)
        for rule in self._others:
            if rule.kind == "function":
                for begin, end in personal.spans(rule, figures.text):
                    yield _found(rule, field, *figures.span(begin, end))
            elif rule.kind == "patterns":
                yield from self._patterned(rule, field)
            elif rule.kind == "title" and field.name == "title" and _is_bad_title(rule, text):
                yield _found(rule, field, 0, len(field.source))
            elif rule.kind == "facts" and field.name in ("title", "body"):
                yield from _unsourced(rule, field, text.unsourced)

    def _patterned(self, rule: Rule, field: _Field) -> Iterator[Found]:
        folded = fold(field.source) if rule.settings.get("addresses") else field.folded
        excused = [place for phrase in rule.listed("exceptions") for place in _places(folded.text, phrase)]
        for begin, end in _matches(self._patterns[rule.code], folded, hidden=rule.severity == "blocker", source=field.plain):
            if any(left <= begin < right for left, right in excused):
                continue
            left, right = folded.span(begin, end)
            if _is_meant(rule, field, left, right):
                yield _found(rule, field, left, right)

    def _in_codes(self, text: Text) -> Iterator[Found]:
        """A code is a finding by itself; what it says is read like a text, so that pictures hide nothing."""
        for code in text.codes:
            field = _Field("body", code, code, fold(code), fold(text.title).text)
            for rule in self._others:
                if rule.kind == "pictures":
                    yield Found(rule, "body", 0, 0, code[:200], code[:200])
            for one in _outermost(self._in_field(field, text)):
                if one.rule.severity == "blocker":
                    yield Found(one.rule, "body", 0, 0, code[:200], code[:200], meant=one.meant)


@lru_cache(maxsize=4)
def engine_for(book: Rulebook) -> Engine:
    """The engine of a rulebook; making one of 50,000 words takes a second or two."""
    return Engine(book)


@lru_cache(maxsize=512)
def findings_in(book: Rulebook, text: Text) -> tuple[Found, ...]:
    """What the rules in force find in this very text; looked for once."""
    return tuple(engine_for(book).findings(text))


def _compiled(rule: Rule) -> list[re.Pattern[str]]:
    return [re.compile(pattern, re.IGNORECASE) for pattern in rule.listed("patterns")]


def _matches(patterns: list[re.Pattern[str]], folded: Folded, *, hidden: bool, source: str) -> Iterator[tuple[int, int]]:
    """Places in the folded text; with `hidden` also where signs were put between the characters."""
    for pattern in patterns:
        yield from (found.span() for found in pattern.finditer(folded.text) if found.group())
    if not hidden:
        return
    close = tight(folded)
    for pattern in patterns:
        for found in pattern.finditer(close.text):
            left, right = close.span(*found.span()) if found.group() else (0, 0)
            gaps = fold(source[left:right]).text
            if len(gaps) >= 2 * len(found.group()) - 1 and BREAK not in gaps:
                yield bisect_left(folded.at, left), bisect_left(folded.at, right)


def _is_meant(rule: Rule, field: _Field, begin: int, end: int) -> bool:
    """Whether the words around say that it is meant: what the rule needs stands there, and nothing that excuses it."""
    if not rule.settings.get("needs") and not rule.settings.get("unless"):
        return True
    around = field.neighbourhood(begin, end)
    if any(re.search(pattern, around, re.IGNORECASE) for pattern in rule.listed("unless")):
        return False
    if any(re.search(pattern, field.title) for pattern in rule.listed("unless")) and field.name != "title":
        return False
    return not rule.listed("needs") or any(re.search(pattern, around, re.IGNORECASE) for pattern in rule.listed("needs"))


def _is_bad_title(rule: Rule, text: Text) -> bool:
    if "overlap" in rule.settings:
        return not titles.is_kept(rule, text.title, text.body)
    return titles.lures(rule, text.title)


def _unsourced(rule: Rule, field: _Field, quotes: tuple[str, ...]) -> Iterator[Found]:
    for quote in quotes:
        begin = field.source.find(quote)
        if begin >= 0:
            yield _found(rule, field, begin, begin + len(quote))


def _found(rule: Rule, field: _Field, begin: int, end: int, *, meant: str = "", right: str = "") -> Found:
    left, after = sentence_at(field.source, begin, end)
    return Found(
        rule, field.name, begin, end - begin, field.source[begin:end], field.source[left:after].strip(),
        line=field.source.count("\n", 0, begin) + 1, meant=meant if meant != field.source[begin:end] else "", right=right,
    )


def _places(text: str, phrase: str) -> Iterator[tuple[int, int]]:
    said = fold(phrase).text
    yield from ((found.start(), found.end()) for found in re.finditer(re.escape(said), text))


def _outermost(found: Iterator[Found]) -> list[Found]:
    """Of findings of one rule that overlap the longest, in the order of the text."""
    kept: dict[str, list[Found]] = {}
    for one in sorted(found, key=lambda one: (one.begins, -one.length)):
        of_rule = kept.setdefault(one.rule.code, [])
        if not of_rule or one.begins >= of_rule[-1].begins + of_rule[-1].length:
            of_rule.append(one)
    return sorted((one for of_rule in kept.values() for one in of_rule), key=lambda one: (one.begins, one.rule.code))


def _not_too_many(found: list[Found]) -> list[Found]:
    counts: dict[str, int] = {}
    kept = []
    for one in found:
        counts[one.rule.code] = counts.get(one.rule.code, 0) + 1
        if one.rule.severity == "blocker" or counts[one.rule.code] <= MOST_ADVICE:
            kept.append(one)
    return kept
