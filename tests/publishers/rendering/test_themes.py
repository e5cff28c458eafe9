"""Themes: each renders the sample into what survives, can be read by day and in WeChat's dark, and looks like no other."""

from __future__ import annotations

import re

import pytest

from publishers.rendering import THEMES, Theme, ThemeUnusable, allowed, render
from publishers.rendering.checker import check
from publishers.rendering.contrast import readings, weak_readings
from publishers.rendering.declarations import PROPERTIES, unusable
from publishers.rendering.recipe import MEASURES, SHAPES, Recipe, RecipeUnusable, recipe_of, styles_of
from publishers.rendering.sample import SAMPLE
from publishers.rendering.themes import DESIGNS

HOSTILE = """\
background:url(https://evil.example/x.png)
background:URL(x)
box-shadow:0 0 0 999px #f00
width:expression(alert(1))
position:fixed
POSITION : absolute
color:red!important
color:#fff !important
color:var(--x)
width:calc(100% + 9px)
color:#fff}body{color:#000
color:#fff{
color:#fff"onclick="x
color:#fff'
color:#fff<
color:&#35;fff
color:#fff/**/
c\\6flor:#fff
@import 'x'
--own:1
font-family:SimSun
font:16px SimSun
behavior:url(x.htc)
-moz-binding:url(x)
filter:blur(9px)
opacity:0
z-index:9
transform:scale(9)
margin:-9px
margin-left:-9999px
text-indent:-999px
text-align:start
line-height:0
line-height:1
font-size:0
font-size:1px
font-size:99px
height:0
color:transparent
color:rgba(0,0,0,0)
color:currentcolor
display:none
visibility:hidden
float:left
content:'x'
animation:x 1s
transition:all 1s
width:100vw
top:0
background:linear-gradient(#fff,#000)
background-image:none
cursor:none
caret-color:#fff
color
:#fff
color:#ff
color:#12345
mask:url(x)
clip-path:none
columns:2
border-image:url(x) 1
list-style:url(x)
src:url(x)
width:9999px
padding:1e9px
letter-spacing:99px
letter-spacing:-9px
word-break:keep-all
overflow:hidden
direction:rtl
""".splitlines() + ["color:#fff\n;position:fixed"]
FIRST = [
    "> 引用", "- 一\n- 二", "![图](/a.png)", "|甲|\n|-|\n|乙|", "```\ncode\n```", "## 题", "> [!NOTE]\n> 说明", "---\n\n文",
]
USABLE = """\
margin:2em 0 1em;font-size:19px;font-weight:700;color:#264
display:table;margin:0 auto;border:3px double #A0B1C2;border-radius:8px
border:0;border-top:1px solid #ddd
border:solid #222;border-width:0 0 1px 8px
text-indent:2em;letter-spacing:.5px;line-height:2
background:#fffaf0;box-shadow:0 2px 6px #ddd
width:30%;height:4px
text-align:justify;word-break:break-all
""".splitlines()


@pytest.mark.parametrize("name", THEMES)
def test_the_sample_survives_and_can_be_read(name: str) -> None:
    rendered = render(SAMPLE, name)
    assert check(rendered.html) == []
    assert rendered.findings == ()
    assert weak_readings(rendered.html) == []


@pytest.mark.parametrize("name", THEMES)
def test_each_text_is_judged_in_light_and_dark(name: str) -> None:
    html = render(SAMPLE, name).html
    light, dark = readings(html), readings(html, dark=True)
    assert [one.words for one in light] == [one.words for one in dark]
    assert min(one.ratio for one in light) >= 3 and min(one.ratio for one in dark) >= 3
    assert {one.element for one in light} >= {"p", "h2", "h3", "blockquote", "th"}


def test_there_are_enough_and_they_differ_in_shape() -> None:
    assert len(THEMES) >= 10
    colourless = [re.sub(r"#[0-9a-f]{3,6}", "", str(sorted(theme.styles.items()))) for theme in THEMES.values()]
    assert len(set(colourless)) == len(THEMES)
    for decision in ("heading", "quote", "divider"):
        assert len({getattr(design.recipe, decision) for design in DESIGNS.values()}) >= 6, decision


@pytest.mark.parametrize("style", HOSTILE)
def test_hostile_styles_are_refused(style: str) -> None:
    with pytest.raises(ThemeUnusable) as refused:
        Theme("own", "Own", {"p": style})
    assert list(refused.value.flaws) == ["p"]
    assert unusable("h2", f"color:#222;{style}")


@pytest.mark.parametrize("style", USABLE)
def test_plain_styles_are_taken(style: str) -> None:
    assert unusable("h2", style) == []
    assert list(allowed.bad_declarations(style)) == []
    assert Theme("own", "Own", {"h2": style}).attrs["h2"] == f' style="{style}"'


def test_a_theme_may_say_nothing_that_may_not_stand_in_an_article() -> None:
    assert PROPERTIES <= allowed.PROPERTIES
    styles = [style for theme in THEMES.values() for style in theme.styles.values()]
    assert [found for style in styles for found in allowed.bad_declarations(style)] == []


def test_only_code_names_a_font() -> None:
    assert unusable("code", "font-family:Menlo, monospace") == [] == unusable("pre_code", "font:13px/1.6 Menlo,monospace")
    assert unusable("p", "font-family:Menlo")


def test_styles_that_go_on_and_on_are_refused() -> None:
    with pytest.raises(ThemeUnusable):
        Theme("own", "Own", {"p": ";".join(["margin:0"] * 60)})


@pytest.mark.parametrize(("decision", "shape"), [(decision, shape) for decision, shapes in SHAPES.items() for shape in shapes])
def test_every_shape_gives_a_theme_that_survives(decision: str, shape: str) -> None:
    theme = Theme("own", "Own", styles_of(Recipe(**{decision: shape})))
    html = render(SAMPLE, theme).html
    assert check(html) == [] == weak_readings(html)


@pytest.mark.parametrize(("measure", "value"), [(measure, value) for measure, values in MEASURES.items() for value in values])
def test_every_measure_gives_a_theme_that_survives(measure: str, value: str) -> None:
    assert check(render(SAMPLE, Theme("own", "Own", styles_of(Recipe(**{measure: value})))).html) == []


def test_a_recipe_names_what_cannot_be_carried_out() -> None:
    with pytest.raises(RecipeUnusable) as refused:
        recipe_of({"accent": "url(x)", "heading": "spiral", "size": "99", "quote": "bar"})
    assert refused.value.fields == ("accent", "heading", "size")


def test_first_and_last_paragraphs_have_styles_of_their_own() -> None:
    theme = Theme("own", "Own", {"p": "margin:1em 0", "lead": "margin:1em 0;color:#222", "last": "margin:2em 0"})
    first, middle, last, _ = render("首段。\n\n中段。\n\n末段。", theme).html.split("</p>")
    assert first == '<p style="margin:0 0 1em;color:#222">首段。'
    assert middle == '<p style="margin:1em 0">中段。'
    assert last == '<p style="margin:2em 0">末段。'


@pytest.mark.parametrize("first", FIRST)
@pytest.mark.parametrize("name", THEMES)
def test_quirk_28_nothing_stands_above_the_first_block(name: str, first: str) -> None:
    opening = re.match(r"<[^>]*>", render(first, name).html)
    assert opening is not None
    margin = re.search(r"(?<![\w-])margin:(\S+?)(?=[ ;\"])", opening[0])
    assert margin is None or margin[1] == "0", opening[0]


def test_the_same_styles_are_the_same_theme() -> None:
    one, other = (Theme("own", "Own", {"p": "margin:0"}) for _ in range(2))
    assert one == other and hash(one) == hash(other) and one != Theme("own", "Own", {"p": "margin:1em"})
    assert render("文", one) is render("文", other)
