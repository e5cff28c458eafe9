"""Every vector in every place of a text: what comes out is inert, survives in WeChat, and stays as it is when cleaned again."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as some

from publishers.rendering import THEMES, allowed, proof, render
from publishers.rendering.checker import check
from publishers.rendering.darkmode import darkened
from publishers.rendering.sanitize import clean
from tests import vectors

PLACES = ("{}", "- {}", "> {}", "<div>{}</div>", "文字 {} 文字", "**{}**", "| {} | b |\n|---|---|\n| {} | c |", "# {}", "[{}](https://a.cn)")
# Markdown that its author left open is no danger and has a finding of its own.
LEFT_OVER = "survival_8"
PIECES = [
    "<script>", "</script>", '<img alt="', '">', "'", "<", "/", ">", "<!--", "-->", "<![CDATA[", "]]>", "&lt;", "&quot;",
    "&#60;", "&amp;lt;", "<svg>", "<style>", "</style>", "<math>", "<p>", "</p>", '<a href="', "javascript:", "https://a.cn/x",
    "&#x6a;", "\x00", "\n", " ", "x", "<noscript>", "</noscript>", "<table>", "<tr>", "<td>", "</table>", "<li>", "<ul>",
    "</ul>", "<title>", "onerror=1", "<iframe srcdoc='", "`", "*", "_", "[", "](", ")", "{", "|", "}", "<br/>",
    "<mp-common-profile data-id='", "\ue000", "0", "<template>", "<select>", "<option>", "<b>", "</b>", "<pre>", "</pre>", "=",
    'title="', 'src="', "&colon;", "--!>", "<?x", "?>", "<h2>", "</h2>", "<section>", "</section>", "<div>", "</div>", "~~~\n",
    "```\n", "> ", "- ", "# ", "\n\n", "$$", "<ruby>", "<rt>", "<figure>", "<figcaption>", "<caption>", "<hr>", "<sup>",
    "<code>", "</code>", "<blockquote>", 'style="position:fixed"',
]
fragments = some.lists(some.sampled_from(PIECES), min_size=1, max_size=16).map("".join)
often = settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.too_slow])


def flaws(source: str, theme: str = "default") -> list[str]:
    """What the checker finds in the rendering of a source."""
    found = check(render.__wrapped__(source, theme).html)
    return [f"{flaw.rule} {flaw.where}" for flaw in found if flaw.rule != LEFT_OVER]


def test_there_are_enough_of_them() -> None:
    assert len(set(vectors.everything())) >= 1_200


@pytest.mark.parametrize("name", vectors.CLASSES)
def test_nothing_active_comes_out_of_any_place(name: str) -> None:
    found = {place.replace("{}", vector): flaws(place.replace("{}", vector)) for vector in vectors.of(name) for place in PLACES}
    assert {source: said for source, said in found.items() if said} == {}


@pytest.mark.parametrize("theme", THEMES)
def test_nothing_active_comes_out_in_any_theme(theme: str) -> None:
    chosen = vectors.everything()[list(THEMES).index(theme) :: len(THEMES)]
    found = {vector: flaws(vector, theme) for vector in chosen}
    assert {source: said for source, said in found.items() if said} == {}


@pytest.mark.parametrize("name", vectors.CLASSES)
def test_cleaning_twice_changes_nothing(name: str) -> None:
    assert [vector for vector in vectors.of(name) if clean(clean(vector)) != clean(vector)] == []


@pytest.mark.parametrize("name", vectors.CLASSES)
def test_the_full_pass_leaves_every_rendering_as_it_is(name: str) -> None:
    """By day and as a phone in the dark shows it."""
    found = {}
    for vector in vectors.of(name):
        html = render.__wrapped__(vector).html
        found[vector] = [*proof.flaws(html), *proof.flaws(darkened(html))]
    assert {source: said for source, said in found.items() if said} == {}


@pytest.mark.parametrize("style", [
    "position:fixed", "POSITION:absolute", "position :sticky", "pos\\69tion:fixed", "margin-top:-9px", "margin:0 -1px", "z-index:9",
    "transform:scale(9)", "width:100vw", "width:99999px", "height:1e9px", "width:calc(1px)", "background:url(//foreign.example)",
    "background:u\\72l(x)", "background:image-set('x' 1x)", "list-style:url(x)", "color:var(--x)", "--x:1", "color:red!important",
    "width:expression(hit())", "behavior:url(x)", "box-shadow:0 0 0 999px red", "outline:999px solid", "filter:blur(9px)", "color",
    "top:0", "inset:0", "animation:x 1s", "content:'x'", "cursor:url(x),auto", "color:red}*{color:blue", "color:/**/red",
    "color:<b>",
    "opacity:0", "display:none;position:fixed", "-moz-binding:url(x)", "text-shadow:0 999px red", "clip-path:circle()", "zoom:9",
])
def test_what_could_move_load_or_cover_is_no_declaration(style: str) -> None:
    assert list(allowed.bad_declarations(style)) != []


@pytest.mark.parametrize("theme", THEMES)
def test_all_of_every_theme_may_stand(theme: str) -> None:
    assert {key: bad for key, style in THEMES[theme].styles.items() if (bad := list(allowed.bad_declarations(style)))} == {}


@often
@given(fragments)
def test_cleaning_any_html_twice_changes_nothing(html: str) -> None:
    assert clean(clean(html)) == clean(html)


@often
@given(fragments)
def test_nothing_active_comes_out_of_any_html(html: str) -> None:
    assert flaws(html) == []
    assert flaws(f"<div>{html}") == []


@pytest.mark.parametrize("name", vectors.CLASSES)
def test_words_rendered_again_stay_words(name: str) -> None:
    """What a reader sees of a vector holds no markup that rendering it once more would bring to life."""
    again = {vector: flaws(render.__wrapped__(vector).plain) for vector in vectors.of(name)}
    assert {source: said for source, said in again.items() if said} == {}
