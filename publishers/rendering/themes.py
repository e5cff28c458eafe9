"""The themes of the house: a recipe for each, and what it says differently of single elements."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from publishers.rendering.recipe import QUIET, Recipe, styles_of
from publishers.rendering.theme import Theme


@dataclass(frozen=True)
class Design:
    """How a theme came to be: its decisions, and the elements it says differently."""

    label: str
    about: str
    """A sentence for people who choose."""
    recipe: Recipe
    own: Mapping[str, str] = field(default_factory=dict)

    def theme(self, name: str) -> Theme:
        """The theme under a name. Raises ThemeUnusable."""
        return Theme(name, self.label, {**styles_of(self.recipe), **self.own})


DESIGNS: dict[str, Design] = {
    "default": Design(
        "Default", "For everything: calm headings, the phone's own text size, little source.",
        Recipe(),
    ),
    "plain": Design(
        "Plain", "Almost nothing but the words: for long texts near WeChat's limit.",
        Recipe(accent="#191919"),
        {
            "h1": "font-size:20px;font-weight:700", "h2": "font-size:18px;font-weight:700",
            "h3": "font-size:17px;font-weight:700", "h4": "font-weight:700", "ul": "", "ol": "",
            "li": "", "item": "margin:0", "quote_p": "margin:0",
            "blockquote": "margin:1em 0;padding-left:1em;border-left:3px solid",
            "alert": "margin:1em 0;padding-left:1em;border-left:3px solid", "alert_title": "margin:0;font-weight:700",
            "alert_p": "margin:0", "table": "border-collapse:collapse", "th": "border:1px solid",
            "td": "border:1px solid", "code": "", "figure": "margin:1em 0", "figcaption": "font-size:14px",
            "hr": "margin:2em 0", "notes": "margin:2em 0 0;word-break:break-all", "a": "", "link": "",
        },
    ),
    "business": Design(
        "Business", "Results, appointments, customers: navy, underlined headings, tables with a solid head.",
        Recipe(
            accent="#1c447a", soft="#f6fcff", line="#c3cedd", heading="underline", quote="side", divider="block", table="head",
            emphasis="accent", lead="bar", size="16", leading="1.75",
        ),
    ),
    "news": Design(
        "News", "Announcements and reports: a rule above each heading, a larger lead, big quotations.",
        Recipe(
            accent="#8f1018", soft="#f6f6f6", line="#bbb", heading="over", subheading="ink", quote="large", divider="double",
            box="top", table="lines", lead="larger", ending="thick", leading="1.7",
        ),
        {
            "figcaption": f"margin:.4em 0;padding-bottom:6px;border-bottom:1px solid #bbb;font-size:14px;"
            f"text-align:left;color:{QUIET}",
        },
    ),
    "technology": Design(
        "Technology", "Products, research, code: solid blue labels, clear tables, dense but open.",
        Recipe(
            accent="#0b4f96", soft="#f6f6f6", line="#c5ccd6", heading="label", subheading="bar", quote="side", divider="dashed",
            box="frame", table="head", emphasis="accent", size="16", leading="1.75",
        ),
        {
            "code": "padding:1px 5px;border-radius:3px;background:#f0f0f0;color:#0b4f96",
            "code_bar": "display:block;margin:0 0 8px",
        },
    ),
    "training": Design(
        "Training", "Courses, safety, instructions: headings on a band, steps and warnings that stand out.",
        Recipe(
            accent="#7a3d06", soft="#fffaf0", line="#dcc08c", heading="band", subheading="dotted", quote="dashed", divider="dashed",
            box="side", lead="card", emphasis="marked", size="16", leading="1.8",
        ),
    ),
    "culture": Design(
        "Culture", "People, places, festivals of the year: centred headings over a short rule, wide lines.",
        Recipe(
            accent="#8a2a1e", soft="#fdfaf7", line="#cdb49b", heading="short", subheading="centre", quote="rules", divider="short",
            box="top", table="lines", size="16", leading="1.9", gap="1.2", tracking=".5",
        ),
    ),
    "ink": Design(
        "Ink", "Essays and portraits: no colour at all, first lines moved in by two characters, much air.",
        Recipe(
            accent="#222", soft="#f6f6f6", line="#bbb", heading="centre", subheading="ink", quote="indent", divider="dots",
            box="top", table="lines", ending="line", leading="2", gap=".5", tracking=".5", indent="2",
        ),
        {
            "a": "border-bottom:1px solid #bbb;color:#222", "link": "",
            "hr": "width:28px;margin:2.4em auto;border:0;border-top:4px dotted #888",
        },
    ),
    "nature": Design(
        "Nature", "Outings, environment, the seasons: green corners, round cards, dots between the parts.",
        Recipe(
            accent="#28603a", soft="#f5fff2", line="#b5cfae", heading="corner", quote="card", divider="dots", box="card",
            emphasis="accent", size="16", leading="1.8",
        ),
        {"img": "max-width:100%;border-radius:8px"},
    ),
    "warm": Design(
        "Warm", "Welfare, families, thanks: round labels in brown, soft cards, friendly spacing.",
        Recipe(
            accent="#84441c", soft="#fffaf0", line="#dcc0a6", heading="pill", subheading="dotted", quote="card", divider="dots",
            box="dashed", table="lines", lead="larger", size="16", leading="1.9", gap="1.2",
        ),
        {"img": "max-width:100%;border-radius:12px"},
    ),
    "festival": Design(
        "Festival", "New Year, anniversaries, celebrations: red between golden rules, double lines between the parts.",
        Recipe(
            accent="#7b0a11", soft="#fffaf0", line="#d0a040", heading="rules", subheading="centre", quote="side",
            divider="double",
            box="frame", emphasis="accent", lead="card", size="17", leading="1.8",
        ),
        {"figcaption": "margin:6px 0 0;font-size:14px;color:#664a0e"},
    ),
    "rose": Design(
        "Rose", "Events, invitations, portraits of people: framed headings, quotations that speak up.",
        Recipe(
            accent="#7e1844", soft="#fff8fc", line="#dcaec2", heading="frame", quote="large", divider="short", box="card",
            table="lines", emphasis="marked", lead="ruled", size="16", leading="1.9",
        ),
    ),
}


class _Made(Mapping[str, Theme]):
    """The themes by name, each made when it is first asked for: one rendering needs one."""

    def __init__(self) -> None:
        self._made: dict[str, Theme] = {}

    def __getitem__(self, name: str) -> Theme:
        if name not in self._made:
            self._made[name] = DESIGNS[name].theme(name)
        return self._made[name]

    def __iter__(self) -> Iterator[str]:
        return iter(DESIGNS)

    def __len__(self) -> int:
        return len(DESIGNS)


THEMES: Mapping[str, Theme] = _Made()


class ThemeUnknown(KeyError):
    """There is no theme of this name."""


def theme_named(name: str) -> Theme:
    """The theme of a name; `ThemeUnknown` when there is none."""
    try:
        return THEMES[name]
    except KeyError:
        raise ThemeUnknown(name) from None
