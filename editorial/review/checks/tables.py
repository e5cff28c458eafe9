"""What writes the same thing in other signs: look-alike letters, traditional and split characters, digits, syllables."""

from __future__ import annotations

import tomllib
from pathlib import Path

_SAID = tomllib.loads(Path(__file__).with_name("tables.toml").read_text(encoding="utf-8"))


def _paired(said: str) -> dict[str, str]:
    return dict(zip(said[::2], said[1::2], strict=True))


TRADITIONAL = _paired("".join(_SAID["traditional"]))
"""Traditional characters and their simplified ones, as far as words of rules need them."""

LOOK_ALIKES = _paired(_SAID["look_alikes"])
"""Signs that look like others, and what readers take them for."""

SPLIT_CHARACTERS: dict[str, str] = _SAID["split"]
"""One character written as its two halves, to be passed over."""

DIGITS = str.maketrans("零〇一二三四五六七八九幺壹贰叁肆伍陆柒捌玖两", "0012345678911234567892")
"""Chinese digits as figures."""

SYLLABLES = {char: sound for sound, chars in _SAID["sounds"].items() for char in chars}
"""The sound of the characters that blocked words are made of: a word spelled out is found by these."""
