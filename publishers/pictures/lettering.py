"""Chinese words on pictures: the system's font, and lines that break where a reader would.

The fonts are those the machine has (Noto CJK and WenQuanYi are free to use, also in print); none is shipped with us.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path

from PIL import ImageFont

RULER = 100
_FONTS = (
    ("/usr/share/fonts/opentype/noto/NotoSerifCJK-Bold.ttc", 2), ("/usr/share/fonts/noto-cjk/NotoSerifCJK-Bold.ttc", 2),
    ("/usr/share/fonts/opentype/noto/NotoSansCJK-Bold.ttc", 2), ("/usr/share/fonts/noto-cjk/NotoSansCJK-Bold.ttc", 2),
    ("/usr/share/fonts/google-noto-cjk/NotoSansCJK-Bold.ttc", 2), ("/usr/share/fonts/truetype/wqy/wqy-zenhei.ttc", 0),
    ("/usr/share/fonts/truetype/wqy/wqy-microhei.ttc", 0), ("/System/Library/Fonts/PingFang.ttc", 0),
)
_PLAIN = (
    ("/usr/share/fonts/opentype/noto/NotoSansCJK-Regular.ttc", 2), ("/usr/share/fonts/noto-cjk/NotoSansCJK-Regular.ttc", 2),
    ("/usr/share/fonts/google-noto-cjk/NotoSansCJK-Regular.ttc", 2), *_FONTS,
)
_WORD = re.compile(r"[A-Za-z0-9][A-Za-z0-9.,:/%+&’'-]*|\s+|.", re.DOTALL)
_NOT_FIRST = "，。、；：？！）》」』】〉…—”’·,.;:?!)]}%"
_NOT_LAST = "（《「『【〈“‘([{"


def font_file(*, plain: bool = False) -> tuple[str, int] | None:
    """Path and index of a Chinese font of this machine: bold for titles, `plain` for text."""
    return next(((path, index) for path, index in (_PLAIN if plain else _FONTS) if Path(path).is_file()), None)


def font(size: int, *, plain: bool = False) -> ImageFont.FreeTypeFont:
    """The font in a size. Only to be asked for where there is one."""
    path, index = font_file(plain=plain) or _FONTS[0]
    return ImageFont.truetype(path, size, index=index)


def width_of(text: str, size: int) -> float:
    """Pixels that a line of the title's font takes."""
    return _ruler().getlength(text) * size / RULER


def lines(text: str, size: int, width: int) -> Iterator[str]:
    """The text broken between any two Chinese characters and between words, never before a closing sign."""
    line = ""
    for word in _WORD.findall(text):
        if line and width_of((line + word).rstrip(), size) > width and word not in _NOT_FIRST:
            held = line[-1] if line[-1] in _NOT_LAST and len(line) > 1 else ""
            yield line[: len(line) - len(held)].rstrip()
            line = held
        line = (line + word).lstrip()
    if line:
        yield line


def cut_lines(text: str, size: int, width: int, most: int) -> list[str]:
    """At most so many lines; what is cut ends with `…`."""
    found = list(lines(text, size, width))
    return found if len(found) <= most else [*found[: most - 1], found[most - 1].rstrip(_NOT_FIRST)[:-1] + "…"]


@lru_cache(maxsize=1)
def _ruler() -> ImageFont.FreeTypeFont:
    """One font measures for all sizes: a Chinese font takes 5 MB for each size that is kept open."""
    return font(RULER)
