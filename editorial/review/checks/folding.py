"""A text as it is meant: full width, look-alikes, zero-width signs and traditional characters folded away, places kept."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from functools import cache

from editorial.review.checks.tables import DIGITS, LOOK_ALIKES, SPLIT_CHARACTERS, SYLLABLES, TRADITIONAL

BREAK = "\n"
MASK = "\x00"
"""Stands for what is no prose: addresses, code. It parts words and is never part of one."""
STOPS = frozenset("。！？；!?;\n\x00")
ORDINARY = frozenset("，、：,:“”‘’\"'《》〈〉（）()【】[]—…")
"""Between words that merely stand side by side; signs beyond these between the characters of a word are there to hide it."""
SENTENCE_END = re.compile(r"[。！？!?；;\n]")
_NO_PROSE = re.compile(
    r"```.*?(?:```|\Z)|~~~.*?(?:~~~|\Z)|`[^`\n]+`|\]\([^)\s]*(?:\s+\"[^\"]*\")?\)|<!--.*?-->|https?://[^\s)）>」]+", re.DOTALL
)


@dataclass(frozen=True)
class Folded:
    """`text` for searching; `at[i]` is the place in the source that `text[i]` came from."""

    text: str
    at: tuple[int, ...]

    def span(self, begin: int, end: int) -> tuple[int, int]:
        """The half-open span of the source behind `text[begin:end]`."""
        return self.at[begin], self.at[end - 1] + 1


def masked(source: str) -> str:
    """The source with addresses, code and remarks blanked out; of the same length."""
    return _NO_PROSE.sub(lambda found: MASK * len(found.group()), source)


def fold(source: str) -> Folded:
    """Every character as it is meant; what cannot be seen is left out."""
    pieces: list[str] = []
    places: list[int] = []
    for place, char in enumerate(source):
        meant = _folded(char)
        if len(meant) == 1:
            pieces.append(meant)
            places.append(place)
        else:
            pieces.extend(meant)
            places.extend([place] * len(meant))
    return Folded("".join(pieces), tuple(places))


def tight(folded: Folded) -> Folded:
    """The same without signs and spaces inside sentences, so that a split word stands together again."""
    kept = [index for index, char in enumerate(folded.text) if char in STOPS or char.isalnum()]
    joined = Folded("".join(folded.text[index] for index in kept), tuple(folded.at[index] for index in kept))
    return _rejoined(joined)


def spelled(folded: Folded) -> tuple[Folded, tuple[bool, ...]]:
    """The text by its sounds as far as they are known, and for each letter whether it was written as a letter.

    Signs between letters are left out: `liu-he cai` and `六he彩` read alike.
    """
    text: list[str] = []
    places: list[int] = []
    written: list[bool] = []
    for char, place in zip(folded.text, folded.at, strict=True):
        latin = "a" <= char <= "z"
        sound = char if latin else SYLLABLES.get(char, "")
        if not sound and not char.isalnum() and char not in STOPS and char not in ORDINARY:
            continue
        said = sound or BREAK
        text.extend(said)
        places.extend([place] * len(said))
        written.extend([latin] * len(said))
    return Folded("".join(text), tuple(places)), tuple(written)


def digits(folded: Folded) -> Folded:
    """The same with Chinese digits as figures."""
    return Folded(folded.text.translate(DIGITS), folded.at)


def sound_of(term: str) -> str:
    """The syllables of a term, or "" when one of its characters is not known."""
    sounds = [char if "a" <= char <= "z" else SYLLABLES.get(char, "") for char in term]
    return "".join(sounds) if all(sounds) else ""


def sentence_at(source: str, begin: int, end: int, most: int = 160) -> tuple[int, int]:
    """The span of the sentence around a place, at most `most` characters to each side."""
    left, right = max(0, begin - most), min(len(source), end + most)
    before = [found.end() for found in SENTENCE_END.finditer(source, left, begin)]
    after = SENTENCE_END.search(source, end, right)
    return (before[-1] if before else left), (after.end() if after else right)


@cache
def _folded(char: str) -> str:
    if char in LOOK_ALIKES:
        return LOOK_ALIKES[char]
    if char in "\n\x00" or "\u4e00" <= char <= "\u9fff":
        return TRADITIONAL.get(char, char)
    if unicodedata.category(char) in ("Cf", "Mn", "Me", "Cc", "Co", "Cs"):
        return " " if char == "\t" else ""
    plain = unicodedata.normalize("NFKD", char)
    said = "".join(one for one in plain if unicodedata.category(one) not in ("Mn", "Me", "Cf"))
    return "".join(LOOK_ALIKES.get(one, TRADITIONAL.get(one, one)) for one in said.lower())


def _rejoined(folded: Folded) -> Folded:
    """Characters written as their two halves, put together again."""
    if not any(halves in folded.text for halves in SPLIT_CHARACTERS):
        return folded
    text, places = [], []
    index = 0
    while index < len(folded.text):
        whole = SPLIT_CHARACTERS.get(folded.text[index:index + 2])
        text.append(whole or folded.text[index])
        places.append(folded.at[index + 1] if whole else folded.at[index])
        index += 2 if whole else 1
    return Folded("".join(text), tuple(places))
