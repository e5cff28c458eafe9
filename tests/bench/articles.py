"""Articles of four sizes out of the demo's, with what else articles hold: tables, code, boxes, links, footnotes."""

from __future__ import annotations

import random
import re
from functools import cache
from pathlib import Path

from publishers.rendering.front_matter import front_matter

_FOLDER = Path(__file__).resolve().parents[2] / "app/demo/articles"
_TABLE = "| 班组 | 人数 | 产量 |\n|---|---:|---:|\n| 甲班 | 12 | 1,284 |\n| 乙班 | 14 | 1,302 |\n| 丙班 | 11 | 1,199 |"
_CODE = "```python\ndef walked(steps, days=250):\n    return steps * days  # 一年走的路\n\nprint(walked(800))\n```"
_BOX = "> [!TIP]\n> 带上雨衣。\n>\n> 以及**点检表**，一条也不能少。"
_LINKED = "按照[改善提案办法](https://intra.example.com/k/{0})，每一条都在**十个工作日**内得到答复[^n{0}]，见 `make test {0}`。"
_NESTED = "- 准备\n  - 备料\n  - 点检，见**点检表**\n- 换型\n  1. 拆\n  2. 装\n- [x] 试运行"
SIZES = {
    "under 4 KB": (1_900, 2_300, 2_700, 3_000, 3_300, 3_600, 3_900),
    "4 to 16 KB": (4_600, 6_000, 7_500, 9_000, 11_000, 13_000, 15_500),
    "16 to 48 KB": (17_000, 21_000, 26_000, 32_000, 38_000, 43_000, 47_500),
    "over 48 KB": (49_500, 56_000, 64_000, 80_000),
}
"""Bytes of source by class."""


@cache
def real() -> tuple[str, ...]:
    """The bodies of the demo's articles as they are, with pictures at addresses as the platform gives them."""
    bodies = (front_matter(path.read_text(encoding="utf-8")).body for path in sorted(_FOLDER.glob("*.md")))
    return tuple(re.sub(r"\]\(picture:([^)]+)\)", r"](/assets/8f3a/\1)", body).strip() for body in bodies)


def of_size(size: int, seed: int) -> str:
    """An article of about so many bytes, whole paragraphs only; the same seed gives the same article."""
    dice, blocks, left = random.Random(seed), list[str](), size
    while True:
        for block in _blocks(dice):
            left -= len(block.encode()) + 2
            if left < 0:
                return "\n\n".join(blocks)
            blocks.append(block)


def classes() -> dict[str, list[str]]:
    """Several articles of each class."""
    return {name: [of_size(size, seed) for seed, size in enumerate(sizes)] for name, sizes in SIZES.items()}


def _blocks(dice: random.Random) -> list[str]:
    blocks = dice.choice(real()).split("\n\n")
    number = dice.randrange(1_000_000)
    extras = (_TABLE, _CODE, _BOX, _NESTED, _LINKED.format(number))
    for extra in dice.sample(extras, 2):
        blocks.insert(dice.randrange(1, len(blocks)), extra)
    return [*blocks, f"[^n{number}]: 数据截至十月。"]
