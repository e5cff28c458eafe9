"""The markers of lists, counted as Word counts them: by list, level, and what came before."""

from __future__ import annotations

import re
import xml.etree.ElementTree as etree
from dataclasses import dataclass

_PLACE = re.compile(r"%([1-9])")
_DIGITS = "〇一二三四五六七八九"
_LEGAL = "零壹贰叁肆伍陆柒捌玖"
_CHINESE = frozenset([
    "chineseCounting", "chineseCountingThousand", "japaneseCounting", "japaneseDigitalTenThousand", "taiwaneseCounting",
    "taiwaneseCountingThousand", "ideographTraditionalCount",
])
_LEGAL_KINDS = frozenset(["chineseLegalSimplified", "ideographLegalTraditional", "japaneseLegal"])
_CIRCLED = frozenset(["decimalEnclosedCircle", "decimalEnclosedCircleChinese"])
_ROMAN = ((1000, "M"), (900, "CM"), (500, "D"), (400, "CD"), (100, "C"), (90, "XC"), (50, "L"), (40, "XL"), (10, "X"), (9, "IX"),
          (5, "V"), (4, "IV"), (1, "I"))
_HIGHEST = 9_999


@dataclass(frozen=True)
class Level:
    """How one level of a list is counted and shown: `text` holds %1 … %9 for the counters."""

    kind: str = "bullet"
    text: str = ""
    start: int = 1


@dataclass(frozen=True)
class Marker:
    """What stands before an item."""

    text: str
    symbol: bool
    key: str


class Numbering:
    """All lists of a document with their counters."""

    def __init__(self, root: etree.Element | None) -> None:
        self._abstract: dict[str, dict[int, Level]] = {}
        self._lists: dict[str, str] = {}
        self._restarts: dict[str, dict[int, int]] = {}
        self._counters: dict[str, dict[int, int]] = {}
        for element in root if root is not None else ():
            if element.tag == "abstractNum":
                self._abstract[element.get("abstractNumId", "")] = dict(_level(one) for one in element.findall("lvl"))
            elif element.tag == "num":
                self._add(element)

    def marker(self, list_id: str, level: int) -> Marker | None:
        """Count one item and give its marker; None when the paragraph is in no list."""
        abstract = self._lists.get(list_id)
        if abstract is None:
            return None
        levels, counters = self._abstract.get(abstract, {}), self._counters.setdefault(abstract, {})
        for restarted, start in self._restarts.pop(list_id, {}).items():
            counters[restarted] = start - 1
        shape = levels.get(level, Level())
        counters[level] = min(counters.get(level, shape.start - 1) + 1, _HIGHEST)
        for deeper in [one for one in counters if one > level]:
            del counters[deeper]
        if shape.kind in ("bullet", "none") and not _PLACE.search(shape.text):
            return Marker(shape.text if shape.kind == "none" else "", shape.kind == "bullet" or not shape.text, list_id)
        text = _PLACE.sub(lambda found: self._counted(levels, counters, int(found[1]) - 1), shape.text)
        return Marker(text, False, list_id)

    def _counted(self, levels: dict[int, Level], counters: dict[int, int], level: int) -> str:
        shape = levels.get(level, Level("decimal"))
        return counted(counters.get(level, shape.start), shape.kind)

    def _add(self, element: etree.Element) -> None:
        list_id, abstract = element.get("numId", ""), element.find("abstractNumId")
        if abstract is None or list_id == "0":
            return
        self._lists[list_id] = abstract.get("val", "")
        for override in element.findall("lvlOverride"):
            start = override.find("startOverride")
            if start is not None:
                self._restarts.setdefault(list_id, {})[_number(override.get("ilvl"), 0)] = _number(start.get("val"), 1)


def counted(number: int, kind: str) -> str:
    """A number as a list of this kind shows it."""
    if kind in _CHINESE:
        return _chinese(number, _DIGITS, "十百千")
    if kind in _LEGAL_KINDS:
        return _chinese(number, _LEGAL, "拾佰仟")
    if kind in _CIRCLED and 1 <= number <= 20:
        return chr(0x2460 + number - 1)
    if kind in ("upperRoman", "lowerRoman"):
        roman = _roman(number)
        return roman if kind == "upperRoman" else roman.lower()
    if kind in ("upperLetter", "lowerLetter") and number >= 1:
        letter = chr(ord("A") + (number - 1) % 26) * min((number - 1) // 26 + 1, 5)
        return letter if kind == "upperLetter" else letter.lower()
    return f"{number:02d}" if kind == "decimalZero" else str(number)


def _level(element: etree.Element) -> tuple[int, Level]:
    kind, text, start = element.find("numFmt"), element.find("lvlText"), element.find("start")
    shape = Level(
        kind.get("val", "bullet") if kind is not None else "decimal", (text.get("val") or "")[:40] if text is not None else "",
        _number(start.get("val") if start is not None else None, 1),
    )
    return _number(element.get("ilvl"), 0), shape


def _number(text: str | None, otherwise: int) -> int:
    return int(text) if text and re.fullmatch(r"[0-9]{1,4}", text) else otherwise


def _chinese(number: int, digits: str, units: str) -> str:
    if number <= 0:
        return digits[0]
    figures = [int(figure) for figure in str(number)]
    pieces: list[str] = []
    for place, figure in enumerate(figures):
        unit = len(figures) - place - 1
        if figure:
            pieces.append(digits[figure] + (units[unit - 1] if unit else ""))
        elif pieces and pieces[-1] != "零" and any(figures[place:]):
            pieces.append("零")
    words = "".join(pieces)
    return words[1:] if words.startswith("一十") else words


def _roman(number: int) -> str:
    pieces = []
    for value, sign in _ROMAN:
        count, number = divmod(number, value)
        pieces.append(sign * count)
    return "".join(pieces)
