"""Labelled passages against the shipped rules: recall and precision of every blocker, disguises, titles.

`python -m tests.trials.checks` prints the table and everything that was missed or found wrongly. What stands in the
`held_out` files was written after the rules had been mended with the others; of the rules only the threshold of titles was
set with it in view.
"""

from __future__ import annotations

import random
import re
import sys
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from editorial.review.checks import rulebook
from editorial.review.checks.engine import Engine, Text
from editorial.review.checks.rule import Rule
from editorial.review.checks.rulebook import Rulebook

PASSAGES = Path(__file__).with_name("passages")
ARTICLES = Path(__file__).resolve().parents[2] / "app/demo/articles"
WITH_BLOCKERS = ("26-best-pump.md",)
"""The demo's one article that was returned for its absolute claims."""
TOTAL = 1000
NEUTRAL = "车间的一天"
TITLES = ("titles.txt", "held_out_titles.txt")
_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_BINS = ("622202", "622848", "621700", "622588", "622262", "621098", "622760", "621661")


@dataclass(frozen=True)
class Passage:
    """A piece of text and the blocker it must raise, "" for none. `code` is what a QR code in its picture says."""

    label: str
    text: str
    held_out: bool = False
    code: str = ""


@dataclass(frozen=True)
class Score:
    """Of one class: right, missed, wrongly found."""

    right: int
    missed: int
    wrong: int

    @property
    def recall(self) -> float:
        return self.right / (self.right + self.missed) if self.right + self.missed else 1.0

    @property
    def precision(self) -> float:
        return self.right / (self.right + self.wrong) if self.right + self.wrong else 1.0


def passages() -> list[Passage]:
    """The thousand: those that must be stopped, near misses, and sentences of ordinary articles."""
    dice = random.Random(5)
    labelled: list[tuple[str, str]] = []
    for file in ("blockers_1.txt", "blockers_2.txt"):
        label = ""
        for line in _lines(file):
            if line.startswith("# "):
                label = line[2:]
            else:
                labelled.append((label, line))
    labelled += [("", line) for line in _lines("left_alone.txt")]
    apart = [line.split("\t") for line in _lines("held_out.txt")]
    found = [Passage(label, _filled(line, dice)) for label, line in labelled]
    found += [Passage(label.strip("-"), _filled(line, dice), held_out=True) for label, line in apart]
    return found + [Passage("", sentence) for sentence in _ordinary()][:TOTAL - len(found)]


def disguised() -> list[Passage]:
    """Blocked words in disguise."""
    found = []
    for line in _lines("disguised.txt"):
        label, _, text = line.partition("\t")
        in_picture = re.fullmatch(r"\{qr:(.*)\}", text)
        found.append(Passage(label, "看图。", code=in_picture[1]) if in_picture else Passage(label, text))
    return found


def titles(*files: str) -> list[tuple[bool, str]]:
    """Titles, and whether they are clickbait."""
    return [(line[0] == "+", line[2:]) for file in files or TITLES for line in _lines(file)]


def scores(of: Iterable[Passage], engine: Engine) -> tuple[dict[str, Score], list[str]]:
    """Right, missed and wrong by blocker, and each mistake in words."""
    counts: dict[str, list[int]] = {rule.code: [0, 0, 0] for rule in _blockers()}
    mistakes = []
    for one in of:
        found = blockers_in(one, engine)
        if one.label:
            counts[one.label][0 if one.label in found else 1] += 1
            if one.label not in found:
                mistakes.append(f"missed {one.label}: {one.text}")
        for code in found - {one.label}:
            counts[code][2] += 1
            mistakes.append(f"wrong {code}: {one.text}")
    return {code: Score(*three) for code, three in counts.items() if any(three)}, mistakes


def blockers_in(one: Passage, engine: Engine) -> set[str]:
    """The blockers that a passage raises in an article about something else."""
    found = engine.findings(Text(NEUTRAL, one.text, codes=(one.code,) if one.code else ()))
    return {finding.rule.code for finding in found if finding.rule.severity == "blocker"}


def title_score(engine: Engine, *files: str) -> tuple[Score, list[str]]:
    """How well clickbait is told from titles."""
    right = missed = wrong = 0
    mistakes = []
    for lures, title in titles(*files):
        found = any(one.rule.code == "clickbait" for one in engine.findings(Text(title, "")))
        right, missed, wrong = right + (lures and found), missed + (lures and not found), wrong + (found and not lures)
        if lures != found:
            mistakes.append(f"{'missed' if lures else 'wrong'} title: {title}")
    return Score(right, missed, wrong), mistakes


def shipped_engine() -> Engine:
    """The rules as they are shipped."""
    return Engine(Rulebook(tuple(rulebook.shipped().values()), "shipped"))


def total_of(several: Iterable[Score]) -> Score:
    """Several classes as one."""
    rows = list(several)
    return Score(sum(row.right for row in rows), sum(row.missed for row in rows), sum(row.wrong for row in rows))


def main() -> int:
    """Print the report."""
    engine, everything = shipped_engine(), passages()
    for name, part in (("all", everything), ("held out", [one for one in everything if one.held_out])):
        found, mistakes = scores(part, engine)
        print(f"\n{name}: {len(part)} passages, {sum(bool(one.label) for one in part)} to be stopped")
        for code, score in [*sorted(found.items()), ("together", total_of(found.values()))]:
            print(f"  {code:20} recall {score.recall:.3f}  precision {score.precision:.3f}  "
                  f"({score.right} right, {score.missed} missed, {score.wrong} wrong)")
        print("\n".join(f"    {mistake}" for mistake in mistakes))
    hidden = disguised()
    missed = [one for one in hidden if one.label not in blockers_in(one, engine)]
    print(f"\ndisguises: {len(hidden) - len(missed)} of {len(hidden)} found")
    print("\n".join(f"    missed {one.label}: {one.text or one.code}" for one in missed))
    for name, files in (("all", TITLES), ("held out", TITLES[1:])):
        score, mistakes = title_score(engine, *files)
        print(f"\n{len(titles(*files))} titles, {name}: recall {score.recall:.3f}  precision {score.precision:.3f}")
        print("\n".join(f"    {mistake}" for mistake in mistakes))
    return 0


def _lines(file: str) -> list[str]:
    return [line for line in (PASSAGES / file).read_text(encoding="utf-8").splitlines() if line.strip()]


def _ordinary() -> Iterator[str]:
    for file in sorted(ARTICLES.glob("*.md")):
        if file.name in WITH_BLOCKERS:
            continue
        body = file.read_text(encoding="utf-8").split("---", 2)[2]
        yield from (one.strip() for one in re.split(r"(?<=[。！？])|\n", body) if len(one.strip()) >= 16)


def _filled(text: str, dice: random.Random) -> str:
    """The passage with numbers in its places: made up, but with the right check digits (or, for `not_…`, wrong ones)."""
    def number(found: re.Match[str]) -> str:
        return _NUMBERS[found[1]](dice) if found[1] in _NUMBERS else found.group()
    return re.sub(r"\{(\w+)\}", number, text)


def _id(dice: random.Random) -> str:
    figures = (f"{dice.choice((110105, 320583, 330106, 440305, 510107, 610113))}{dice.randint(1955, 2005)}"
               f"{dice.randint(1, 12):02}{dice.randint(1, 28):02}{dice.randint(1, 999):03}")
    return figures + "10x98765432"[sum(int(a) * b for a, b in zip(figures, _WEIGHTS, strict=True)) % 11].upper()


def _card(dice: random.Random, begin: str = "", length: int = 19) -> str:
    figures = (begin or dice.choice(_BINS)) + "".join(str(dice.randint(0, 9)) for _ in range(length))
    figures = figures[:length - 1]
    doubled = (int(one) * 2 if place % 2 == 0 else int(one) for place, one in enumerate(reversed(figures)))
    return figures + str(-sum(one - 9 if one > 9 else one for one in doubled) % 10)


def _mobile(dice: random.Random) -> str:
    return f"1{dice.choice('35789')}{dice.randint(0, 999_999_999):09}"


def _one_off(figures: str) -> str:
    """The same number with a wrong check digit."""
    return figures[:-1] + str((int(figures[-1].replace("X", "0")) + 1) % 10)


def _grouped(figures: str, sign: str, *cuts: int) -> str:
    begins, ends = (0, *cuts), (*cuts, len(figures))
    return sign.join(figures[begin:end] for begin, end in zip(begins, ends, strict=True))


_FULL = str.maketrans("0123456789X", "０１２３４５６７８９Ｘ")
_CHINESE = str.maketrans("0123456789", "零一二三四五六七八九")
_NUMBERS = {
    "id": _id, "id2": _id, "id_spaced": lambda dice: _grouped(_id(dice), " ", 6, 14),
    "id_dash": lambda dice: _grouped(_id(dice), "-", 6, 14),
    "id_full": lambda dice: _id(dice).translate(_FULL), "id_chinese": lambda dice: _id(dice).translate(_CHINESE),
    "not_id": lambda dice: _one_off(_id(dice)), "card": _card,
    "card_spaced": lambda dice: _grouped(_card(dice), " ", 4, 8, 12, 16),
    "card_dash": lambda dice: _grouped(_card(dice), "-", 4, 8, 12, 16), "visa": lambda dice: _card(dice, "4", 16),
    "not_card": lambda dice: _one_off(_card(dice)), "m": _mobile, "m2": _mobile,
    "m_dash": lambda dice: _grouped(_mobile(dice), "-", 3, 7), "m_spaced": lambda dice: _grouped(_mobile(dice), " ", 3, 7),
    "long_number": lambda dice: f"2026{dice.randint(10 ** 13, 10 ** 14 - 1)}",
    "landline": lambda dice: f"0512-6{dice.randint(1_000_000, 9_999_999)}",
}


def _blockers() -> list[Rule]:
    return [rule for rule in rulebook.shipped().values() if rule.severity == "blocker"]


if __name__ == "__main__":
    sys.exit(main())
