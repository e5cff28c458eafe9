"""Words of the rules in a text, disguised ones included: one automaton for all lists, however long."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import ahocorasick  # type: ignore[import-not-found]

from editorial.review.checks.folding import BREAK, ORDINARY, Folded, fold, sound_of, spelled, tight
from editorial.review.checks.rule import Rule

SHORTEST_SOUND = 5
"""Fewer letters stand in too many other words."""


@dataclass(frozen=True)
class Word:
    """A word of a rule: `right` is how it is rightly written; an exception takes away what lies inside it."""

    rule: Rule
    word: str
    right: str = ""
    exception: bool = False


@dataclass(frozen=True)
class Hit:
    """A word at `[begin, end)` of the source."""

    word: Word
    begin: int
    end: int


class Lexicon:
    """All words of all rules that are lists."""

    def __init__(self, rules: Iterable[Rule]) -> None:
        self._words: dict[str, list[Word]] = {}
        sounds: dict[str, list[Word]] = {}
        for rule in rules:
            for wrong, right in rule.pairs:
                word, key = Word(rule, wrong, right), _key(wrong)
                self._words.setdefault(key, []).append(word)
                sound = sound_of(key) if rule.severity == "blocker" else ""
                if len(sound) >= SHORTEST_SOUND:
                    sounds.setdefault(sound, []).append(word)
            for phrase in rule.listed("exceptions"):
                self._words.setdefault(_key(phrase), []).append(Word(rule, phrase, exception=True))
        self._words.pop("", None)
        self._automaton = _automaton(self._words)
        self._sounds = _automaton(sounds)

    def hits(self, source: str, folded: Folded) -> Iterator[Hit]:
        """Where the words stand; those inside an exception of their own rule are left out."""
        found = [*self._written(source, tight(folded)), *self._spelled(folded)]
        excused = [hit for hit in found if hit.word.exception]
        for hit in found:
            if not hit.word.exception and not any(_covers(one, hit) for one in excused):
                yield hit

    def _written(self, source: str, text: Folded) -> Iterator[Hit]:
        if not self._automaton:
            return
        for last, words in self._automaton.iter(text.text):
            for word, length in words:
                begin = last - length + 1
                if _stands_alone(text, begin, last) and _is_one_word(source, text, begin, last):
                    yield Hit(word, text.at[begin], text.at[last] + 1)

    def _spelled(self, folded: Folded) -> Iterator[Hit]:
        if not self._sounds or not re.search(r"[a-z]", folded.text):
            return
        text, written = spelled(folded)
        for last, words in self._sounds.iter(text.text):
            for word, length in words:
                begin = last - length + 1
                if any(written[begin:last + 1]) and _whole_syllables(text, written, begin, last):
                    yield Hit(word, text.at[begin], text.at[last] + 1)


def _automaton(words: dict[str, list[Word]]) -> ahocorasick.Automaton | None:
    automaton = ahocorasick.Automaton()
    for key, meant in words.items():
        automaton.add_word(key, [(word, len(key)) for word in meant])
    automaton.make_automaton()
    return automaton if words else None


def _key(word: str) -> str:
    return tight(fold(word)).text


def _stands_alone(text: Folded, begin: int, last: int) -> bool:
    """Latin letters and figures are words only as a whole; beside Chinese characters any place will do."""
    before = text.text[begin - 1] if begin and text.at[begin] == text.at[begin - 1] + 1 else ""
    after = text.text[last + 1] if last + 1 < len(text.text) and text.at[last + 1] == text.at[last] + 1 else ""
    return not (_is_latin(text.text[begin]) and _is_latin(before)) and not (_is_latin(text.text[last]) and _is_latin(after))


def _is_latin(char: str) -> bool:
    return char.isascii() and char.isalnum()


def _is_one_word(source: str, text: Folded, begin: int, last: int) -> bool:
    """Whether what stands between its characters hides the word, or only parts two others."""
    between = [fold(source[text.at[i] + 1:text.at[i + 1]]).text for i in range(begin, last) if text.at[i + 1] > text.at[i] + 1]
    gaps = [gap for gap in between if gap]
    if not gaps:
        return True
    if any(len(gap) > 3 or "\n" in gap for gap in gaps):
        return False
    odd = all(not ORDINARY.intersection(gap) for gap in gaps)
    return len(gaps) == last - begin or (odd and any(not gap.isspace() for gap in gaps))


def _whole_syllables(text: Folded, written: tuple[bool, ...], begin: int, last: int) -> bool:
    """Whether the match begins and ends where a sound does: not inside a Latin word, not inside a character."""
    return not _runs_on(text, written, begin - 1, begin) and not _runs_on(text, written, last, last + 1)


def _runs_on(text: Folded, written: tuple[bool, ...], left: int, right: int) -> bool:
    if left < 0 or right >= len(text.text) or BREAK in (text.text[left], text.text[right]):
        return False
    if text.at[left] == text.at[right]:
        return True
    return written[left] and written[right] and text.at[right] == text.at[left] + 1


def _covers(exception: Hit, hit: Hit) -> bool:
    return exception.word.rule is hit.word.rule and exception.begin <= hit.begin and hit.end <= exception.end
