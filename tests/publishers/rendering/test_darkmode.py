"""WeChat's dark mode as its makers describe it: what is kept, what is turned over, and never a byte of what is sent."""

from __future__ import annotations

import pytest

from publishers.rendering.colours import brightness, colour, contrast, lightness, with_lightness, written
from publishers.rendering.darkmode import PAGE, dark_ground, dark_ink, darkened


@pytest.mark.parametrize(
    ("ground", "dark"),
    [("#fff", "#191919"), ("#f6f6f6", "#222"), ("#fffaf0", "#212121"), ("#666", "#666"), ("#777", "#a1a1a1")],
)
def test_grounds(ground: str, dark: str) -> None:
    assert written(dark_ground(colour(ground))) == dark


def test_bright_colours_are_dimmed_to_one_brightness_and_black_is_raised() -> None:
    assert brightness(dark_ground(colour("#d7eaff"))) == pytest.approx(190, abs=1)
    assert lightness(dark_ground(colour("#101018"))) == pytest.approx(22, abs=0.5)


def test_text_far_enough_from_its_ground_is_kept() -> None:
    assert dark_ink(colour("#fff"), colour("#eee")) == (255, 255, 255)
    assert dark_ink(colour("#c0c0c0"), PAGE) == (192, 192, 192)
    assert dark_ink(colour("#191919"), colour("#d0d0d0")) == (25, 25, 25)


@pytest.mark.parametrize("ink", ["#000", "#191919", "#264", "#1c447a", "#860c13", "#555", "#a33", "#b00"])
def test_text_too_near_is_moved_away(ink: str) -> None:
    assert abs(brightness(dark_ink(colour(ink), PAGE)) - brightness(PAGE)) >= 64


@pytest.mark.parametrize("ink", ["#fefefe", "#ddd", "#999", "#2a5"])
def test_text_on_a_bright_ground_is_darkened(ink: str) -> None:
    ground = colour("#b4b4b4")
    shade = dark_ink(colour(ink), ground)
    assert shade == colour(ink) or brightness(ground) - brightness(shade) >= 64


def test_text_without_a_colour_gets_one_on_a_ground_of_its_own() -> None:
    dark = darkened('<section style="background:#f6f6f6"><p>字</p></section>')
    assert dark == '<section style="background:#222;color:#ccc"><p>字</p></section>'


def test_text_is_judged_over_the_ground_it_stands_on() -> None:
    box = '<section style="background:#1c447a"><p style="color:#fff">字</p><p style="color:#222">字</p></section>'
    dark = darkened(f'{box}<p style="color:#222">外</p>')
    assert 'style="color:#fff"' in dark
    assert dark.count("color:#222") == 0
    assert dark.endswith('<p style="color:#c4c4c4">外</p>')


def test_lines_are_recoloured_and_drawings_are_not() -> None:
    assert darkened('<hr style="border-top:1px solid #222">') == '<hr style="border-top:1px solid #c4c4c4">'
    drawing, left = '<svg style="color:#222"><path style="fill:#222"/></svg>', '<p style="color:#222" data-no-dark>字</p>'
    for kept in (drawing, left, "<p>a &lt; b</p>"):
        assert darkened(kept) == kept


def test_after_a_drawing_colours_are_changed_again() -> None:
    assert darkened('<svg><path d="M0 0"/></svg><p style="color:#222">字</p>').endswith('<p style="color:#c4c4c4">字</p>')


def test_colours_are_read_and_written_in_short() -> None:
    assert [written(colour(text)) for text in ("#AABBCC", "#abc", "#a0b1c2")] == ["#abc", "#abc", "#a0b1c2"]
    assert with_lightness(colour("#264"), 50) == (64, 191, 128)
    assert contrast((0, 0, 0), (255, 255, 255)) == pytest.approx(21)
    for wrong in ("red", "#ab", "#abcde", "#ggg", "url(x)", ""):
        with pytest.raises(ValueError):
            colour(wrong)
