"""The form in which a house makes a theme: its words, what it begins with, and the theme it makes or why it cannot."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from typing import Any

from flask_babel import gettext, lazy_gettext

from editorial.articles.themes import HouseTheme
from editorial.errors import Invalid, Problem
from publishers.rendering import Theme, ThemeUnusable, render
from publishers.rendering.contrast import Reading, weak_readings
from publishers.rendering.declarations import tidy
from publishers.rendering.recipe import COLOURS, MEASURES, Recipe, RecipeUnusable, recipe_of, styles_of
from publishers.rendering.sample import SAMPLE
from publishers.rendering.themes import DESIGNS

_ = lazy_gettext

Choices = list[tuple[str, Any]]

_HEADINGS: Choices = [
    ("plain", _("Coloured words")), ("underline", _("A line below")), ("bar", _("A bar at the left")), ("corner", _("A corner")),
    ("over", _("A line above")), ("band", _("A band of soft colour")), ("label", _("A solid label")),
    ("pill", _("A round label in the middle")), ("centre", _("In the middle, spaced")),
    ("short", _("In the middle, a short line below")), ("rules", _("In the middle, between two lines")),
    ("frame", _("In the middle, framed")),
]
_PLATFORMS_OWN = ("0", _("As the phone has it"))
# Each group of the form: its heading, and its fields as (name, words, choices); a colour has no choices.
GROUPS: list[tuple[Any, list[tuple[str, Any, Choices]]]] = [
    (_("Colours"), [("accent", _("Accent"), []), ("soft", _("Soft ground"), []), ("line", _("Lines"), [])]),
    (_("Text"), [
        ("size", _("Text size"), [_PLATFORMS_OWN, *((size, f"{size} px") for size in MEASURES["size"][1:])]),
        ("leading", _("Line height"), [_PLATFORMS_OWN, *((height, height) for height in MEASURES["leading"][1:])]),
        ("gap", _("Space between paragraphs"), [
            (".5", _("half a character")), (".8", _("0.8 of a character")), ("1", _("one character")),
            ("1.2", _("1.2 characters")), ("1.5", _("one and a half characters")),
        ]),
        ("tracking", _("Space between characters"), [("0", _("none")), (".3", "0.3 px"), (".5", "0.5 px"), ("1", "1 px")]),
        ("indent", _("First lines"), [("0", _("begin at the left")), ("2", _("move in by two characters"))]),
    ]),
    (_("Shapes"), [
        ("heading", _("Headings"), _HEADINGS),
        ("subheading", _("Small headings"), [
            ("plain", _("Coloured words")), ("ink", _("In the colour of the text")), ("bar", _("A bar at the left")),
            ("dotted", _("A dotted line below")), ("centre", _("In the middle")),
        ]),
        ("quote", _("Quotes"), [
            ("bar", _("A bar at the left")), ("side", _("A bar and a soft ground")), ("card", _("A round card")),
            ("rules", _("Between two lines")), ("indent", _("Moved in")), ("large", _("Large and coloured")),
            ("dashed", _("A dashed frame")),
        ]),
        ("divider", _("Dividers"), [
            ("line", _("A fine line")), ("short", _("A short line")), ("dots", _("Dots")), ("double", _("A double line")),
            ("dashed", _("A dashed line")), ("block", _("A short block")),
        ]),
        ("box", _("Boxes"), [
            ("side", _("A bar and a soft ground")), ("frame", _("A frame")), ("card", _("A round card")),
            ("top", _("A line above")), ("dashed", _("A dashed frame")),
        ]),
        ("table", _("Tables"), [
            ("grid", _("A grid")), ("lines", _("Lines between the rows")), ("head", _("A solid head")),
        ]),
        ("emphasis", _("Bold words"), [
            ("bold", _("Bold only")), ("accent", _("Bold and coloured")), ("marked", _("Bold over a line")),
        ]),
        ("lead", _("First paragraph"), [
            ("none", _("Like the others")), ("larger", _("Larger")), ("card", _("On a soft ground")),
            ("bar", _("A bar at the left")), ("ruled", _("Quiet, over a line")),
        ]),
        ("ending", _("Last paragraph"), [
            ("none", _("Like the others")), ("line", _("Over a fine line")), ("thick", _("Over a thick line")),
        ]),
    ]),
]
ELEMENTS: dict[str, Any] = {
    "p": _("Paragraph"), "lead": _("First paragraph"), "last": _("Last paragraph"), "h1": _("Heading 1"), "h2": _("Heading 2"),
    "h3": _("Heading 3"), "h4": _("Heading 4"), "strong": _("Bold words"), "blockquote": _("Quote"),
    "quote_p": _("Paragraph in a quote"), "ul": _("List"), "ol": _("Numbered list"), "li": _("List item"),
    "item": _("Nested list item"), "alert": _("Box"), "alert_title": _("Title of a box"), "alert_p": _("Paragraph in a box"),
    "table": _("Table"), "th": _("Head of a table"), "td": _("Cell of a table"), "hr": _("Divider"), "img": _("Picture"),
    "figure": _("Frame of a picture"), "figcaption": _("Caption"), "pre": _("Block of code"), "code": _("Code in a line"),
    "a": _("Link to WeChat"), "link": _("Link elsewhere"), "notes": _("References"),
}
"""The elements whose declarations may be written by hand. The others keep code and tables within the screen."""


@dataclass(frozen=True)
class Made:
    """A theme as the form describes it."""

    label: str
    recipe: Recipe
    own: dict[str, str]
    theme: Theme

    @property
    def html(self) -> str:
        """The sample in it."""
        return render(SAMPLE, self.theme).html

    @property
    def generated(self) -> dict[str, str]:
        """What the decisions alone say of the elements."""
        styles = styles_of(self.recipe)
        return {element: styles.get(element, "") for element in ELEMENTS}

    def words(self) -> dict[str, Any]:
        """What is kept of it."""
        return {"label": self.label, "recipe": asdict(self.recipe), "own": self.own, "styles": dict(self.theme.styles)}


def begun(origin: HouseTheme | str) -> dict[str, str]:
    """The form's fields when one begins with a theme: ours by name, or one of the house."""
    if isinstance(origin, HouseTheme):
        recipe, own, label = origin.recipe, origin.own, origin.label
    else:
        design = DESIGNS[origin]
        recipe, own, label = asdict(design.recipe), dict(design.own), ""
    return {**recipe, **{f"own-{element}": style or "none" for element, style in own.items()}, "label": label}


def made(typed: Mapping[str, str]) -> Made:
    """The theme of the form. Raises Invalid naming each field."""
    problems: list[Problem] = []
    recipe = Recipe()
    try:
        recipe = recipe_of(typed)
    except RecipeUnusable as error:
        problems += [_recipe_problem(field) for field in error.fields]
    own = {element: "" if style == "none" else tidy(style) for element, style in _own(typed)}
    try:
        theme = Theme("own", "own", {**styles_of(recipe), **own})
    except ThemeUnusable as error:
        problems += [_style_problem(element, flaw) for element, flaws in error.flaws.items() for flaw in flaws[:1]]
    if "img" in own and "max-width:100%" not in own["img"]:
        problems.append(Problem("own-img", "Pictures need max-width:100%, or they stick out of the screen."))
    if problems:
        raise Invalid(*problems)
    return Made(typed.get("label", ""), recipe, own, theme)


def usable(typed: Mapping[str, str]) -> Made:
    """The theme of the form, or the usual one while the form cannot be carried out."""
    try:
        return made(typed)
    except Invalid:
        return made({})


def warnings(html: str) -> list[str]:
    """What of a rendering is hard to read, in words."""
    return [_warning(reading) for reading in weak_readings(html)]


def _warning(reading: Reading) -> str:
    told = {"words": reading.words, "ratio": f"{reading.ratio:.1f}", "needed": f"{reading.needed:g}"}
    if reading.dark:
        return gettext("In the dark, “%(words)s” has a contrast of %(ratio)s; %(needed)s is needed.", **told)
    return gettext("By day, “%(words)s” has a contrast of %(ratio)s; %(needed)s is needed.", **told)


def _own(typed: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    for element in ELEMENTS:
        style = typed.get(f"own-{element}", "").strip()
        if style:
            yield element, style


def _recipe_problem(field: str) -> Problem:
    if field in COLOURS:
        return Problem(field, "A colour is written as # and three or six digits, like #1f4e8c.")
    return Problem(field, "Choose one of the offered values.")


def _style_problem(element: str, flaw: str) -> Problem:
    return Problem(f"own-{element}", "“{declaration}” cannot be used in an article for WeChat.", {"declaration": flaw})
