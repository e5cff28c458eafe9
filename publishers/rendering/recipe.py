"""A theme in a dozen decisions: colours, measures and the shape of each kind of element, and the styles that follow.

In the shapes `{a}` is the accent, `{s}` the soft ground, `{l}` the colour of lines and `{m}` that of quiet text.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields

from publishers.rendering.colours import colour
from publishers.rendering.declarations import parts_of

QUIET = "#555"
"""Quiet text; the lightest grey that WeChat's dark mode turns into one that can still be read."""

_HEAD = "font-size:19px;font-weight:700"
_RULED = "border:solid {a}"

SHAPES: dict[str, dict[str, dict[str, str]]] = {
    "heading": {
        "plain": {"h2": f"margin:2em 0 1em;{_HEAD};color:{{a}}"},
        "underline": {"h2": f"margin:2em 0 1em;padding-bottom:6px;border-bottom:2px solid {{a}};{_HEAD};color:{{a}}"},
        "bar": {"h2": f"margin:2em 0 1em;padding-left:10px;border-left:5px solid {{a}};{_HEAD};color:{{a}}"},
        "corner": {"h2": f"margin:2em 0 1em;padding:0 0 6px 10px;{_RULED};border-width:0 0 1px 8px;{_HEAD};color:{{a}}"},
        "over": {"h2": f"margin:2.2em 0 1em;padding-top:12px;border-top:3px solid {{a}};{_HEAD}"},
        "band": {"h2": f"margin:2em 0 1em;padding:8px 12px;border-left:4px solid {{a}};background:{{s}};{_HEAD};color:{{a}}"},
        "label": {"h2": f"display:table;margin:2em 0 1em;padding:4px 14px;background:{{a}};{_HEAD};color:#fff"},
        "pill": {
            "h2": f"display:table;margin:2em auto 1em;padding:4px 20px;border-radius:20px;background:{{a}};{_HEAD};color:#fff",
        },
        "centre": {"h2": f"margin:2.4em 0 1.2em;{_HEAD};letter-spacing:3px;text-align:center;color:{{a}}"},
        "short": {
            "h2": f"display:table;margin:2.4em auto 1.2em;padding:0 8px 8px;border-bottom:2px solid {{a}};{_HEAD};color:{{a}}",
        },
        "rules": {
            "h2": f"margin:2em 0 1em;padding:8px 0;border:solid {{l}};border-width:1px 0;{_HEAD};text-align:center;color:{{a}}",
        },
        "frame": {"h2": f"display:table;margin:2em auto 1em;padding:6px 20px;border:3px double {{a}};{_HEAD};color:{{a}}"},
    },
    "subheading": {
        "plain": {"h3": "margin:1.6em 0 .8em;font-size:17px;font-weight:700;color:{a}"},
        "ink": {"h3": "margin:1.6em 0 .8em;font-size:17px;font-weight:700"},
        "bar": {"h3": "margin:1.6em 0 .8em;padding-left:8px;border-left:3px solid {a};font-size:17px;font-weight:700"},
        "dotted": {
            "h3": "display:table;margin:1.6em 0 .8em;border-bottom:2px dotted {a};font-size:17px;font-weight:700;color:{a}",
        },
        "centre": {"h3": "margin:1.8em 0 .8em;font-size:17px;font-weight:700;text-align:center;color:{a}"},
    },
    "quote": {
        "bar": {"blockquote": "padding-left:1em;border-left:3px solid {a};color:{m}"},
        "card": {"blockquote": "padding:12px 16px;border:1px solid {l};border-radius:8px;background:{s}"},
        "side": {"blockquote": "padding:10px 16px;border-left:3px solid {a};background:{s}"},
        "rules": {"blockquote": "padding:14px 8px;border:solid {l};border-width:1px 0;color:{a}"},
        "indent": {"blockquote": "padding:0 2em;color:{m}"},
        "large": {"blockquote": "padding-left:14px;border-left:4px solid {a};font-size:19px;font-weight:700;color:{a}"},
        "dashed": {"blockquote": "padding:12px 16px;border:1px dashed {a};border-radius:8px"},
    },
    "divider": {
        "line": {"hr": "margin:2em 0;border:0;border-top:1px solid {l}"},
        "short": {"hr": "width:30%;margin:2.4em auto;border:0;border-top:1px solid {a}"},
        "dots": {"hr": "width:44px;margin:2.4em auto;border:0;border-top:5px dotted {a}"},
        "double": {"hr": "margin:2.2em 0;border:0;border-top:3px double {l}"},
        "dashed": {"hr": "margin:2em 0;border:0;border-top:1px dashed {a}"},
        "block": {"hr": "width:36px;margin:2.4em 0;border:0;border-top:4px solid {a}"},
    },
    "box": {
        "side": {"alert": "padding:12px 16px;border-left:3px solid {a};background:{s}"},
        "frame": {"alert": "padding:12px 16px;border:1px solid {a}"},
        "card": {"alert": "padding:12px 16px;border:1px solid {l};border-radius:8px;background:{s}"},
        "top": {"alert": "padding:12px 16px;border:1px solid {l};border-top:3px solid {a}"},
        "dashed": {"alert": "padding:12px 16px;border:1px dashed {a};border-radius:8px"},
    },
    "table": {
        "grid": {
            "th": "padding:6px;border:1px solid {l};background:{s};color:{a}", "td": "padding:6px;border:1px solid {l}",
        },
        "lines": {
            "th": "padding:8px 4px;border:0;border-bottom:2px solid {a};text-align:left",
            "td": "padding:8px 4px;border:0;border-bottom:1px solid {l}",
        },
        "head": {
            "th": "padding:8px 6px;border:0;background:{a};color:#fff",
            "td": "padding:8px 6px;border:0;border-bottom:1px solid {l}",
        },
    },
    "emphasis": {
        "bold": {}, "accent": {"strong": "color:{a}"}, "marked": {"strong": "border-bottom:2px solid {l}"},
    },
    "lead": {
        "none": {}, "larger": {"lead": "font-size:18px"}, "card": {"lead": "padding:14px 16px;background:{s}"},
        "bar": {"lead": "padding-left:14px;border-left:4px solid {a}"},
        "ruled": {"lead": "padding-bottom:1.2em;border-bottom:1px solid {l};color:{m}"},
    },
    "ending": {
        "none": {}, "line": {"last": "padding-bottom:2em;border-bottom:1px solid {l}"},
        "thick": {"last": "padding-bottom:2em;border-bottom:4px solid {a}"},
    },
}
"""The shapes by decision, and what each says of its elements beside the measures of the text."""

MEASURES: dict[str, tuple[str, ...]] = {
    "size": ("0", "15", "16", "17", "18"),
    "leading": ("0", "1.6", "1.7", "1.75", "1.8", "1.9", "2"),
    "gap": (".5", ".8", "1", "1.2", "1.5"),
    "tracking": ("0", ".3", ".5", "1"),
    "indent": ("0", "2"),
}
"""Text size in px, line height, space between paragraphs in em, between characters in px, before a first line in em.
0 says nothing, and the platform's own holds: 17 px, 1.6, none, none."""
COLOURS = ("accent", "soft", "line")


class RecipeUnusable(ValueError):
    """Decisions that cannot be carried out; `fields` names them."""

    def __init__(self, fields: tuple[str, ...]) -> None:
        self.fields = fields
        super().__init__(f"these decisions cannot be carried out: {', '.join(fields)}")


@dataclass(frozen=True)
class Recipe:
    """The decisions. Colours as `#rrggbb`; shapes by their names in SHAPES; measures as in MEASURES."""

    accent: str = "#264"
    soft: str = "#f7f7f7"
    line: str = "#ccc"
    heading: str = "plain"
    subheading: str = "plain"
    quote: str = "bar"
    divider: str = "line"
    box: str = "side"
    table: str = "grid"
    emphasis: str = "bold"
    lead: str = "none"
    ending: str = "none"
    size: str = "0"
    leading: str = "0"
    gap: str = "1"
    tracking: str = "0"
    indent: str = "0"

    def __post_init__(self) -> None:
        wrong = [name for name in COLOURS if not _is_colour(getattr(self, name))]
        wrong += [name for name, shapes in SHAPES.items() if getattr(self, name) not in shapes]
        wrong += [name for name, choices in MEASURES.items() if getattr(self, name) not in choices]
        if wrong:
            raise RecipeUnusable(tuple(wrong))

    @property
    def text(self) -> str:
        """What every text of the body carries, repeated on each element since inheritance is not kept (quirk 1)."""
        size, leading, tracking = (
            f";{name}:{value}{unit}" if value != "0" else "" for name, value, unit in (
                ("font-size", self.size, "px"), ("line-height", self.leading, ""), ("letter-spacing", self.tracking, "px"),
            )
        )
        return size + leading + tracking


NAMES = tuple(field.name for field in fields(Recipe))


def styles_of(recipe: Recipe) -> dict[str, str]:
    """The styles of every element that follow from the decisions."""
    styles = _measured(recipe)
    words = {"a": recipe.accent, "s": recipe.soft, "l": recipe.line, "m": QUIET}
    for decision, shapes in SHAPES.items():
        for element, shape in shapes[getattr(recipe, decision)].items():
            own = shape.format(**words)
            before = styles.get(element, "")
            styles[element] = f"{before};{own}" if before else own
    for element in ("lead", "last"):
        if element in styles:
            styles[element] = merged(styles["p"], styles[element])
    return styles


def merged(*styles: str) -> str:
    """Styles one after the other; of a property said twice the last stands, in the first one's place."""
    said: dict[str, str] = {}
    for style in styles:
        said.update(parts_of(style))
    return ";".join(f"{name}:{value}" for name, value in said.items())


def _measured(recipe: Recipe) -> dict[str, str]:
    """What the measures alone say: every element has its own margin, and every text its size and height."""
    text, gap = recipe.text, f"{recipe.gap}em"
    apart = f"margin:{gap} 0"
    return {
        "p": apart + text + (f";text-indent:{recipe.indent}em" if recipe.indent != "0" else ""),
        "h1": f"margin:2em 0 1em;font-size:22px;font-weight:700;color:{recipe.accent}",
        "h4": "margin:1.4em 0 .6em;font-size:16px;font-weight:700",
        "ul": apart, "ol": apart, "li": f"margin:.3em 0{text}", "items": apart, "item": f"margin:.3em 0{text}",
        "blockquote": apart + text, "quote_p": f"margin:.4em 0{text}",
        "alert": apart, "alert_title": f"margin:0 0 4px;font-weight:700;color:{recipe.accent}", "alert_p": f"margin:.3em 0{text}",
        "table_box": f"{apart};overflow-x:auto", "table": "width:100%;border-collapse:collapse;font-size:15px",
        "pre": f"{apart};padding:12px;overflow-x:auto;background:#f6f6f6",
        "pre_code": "display:block;white-space:nowrap;font:13px/1.6 Menlo,monospace",
        "code": "padding:1px 4px;background:#f2f2f2",
        "figure": f"{apart};text-align:center", "img": "max-width:100%",
        "figcaption": f"margin:6px 0 0;font-size:14px;color:{QUIET}",
        "a": f"color:{recipe.accent}", "link": f"color:{recipe.accent}",
        "notes": f"margin:2em 0 0;font-size:13px;color:{QUIET};word-break:break-all",
    }


def _is_colour(text: str) -> bool:
    try:
        return bool(colour(text))
    except ValueError:
        return False


def recipe_of(given: Mapping[str, str]) -> Recipe:
    """The recipe of a form's or a row's words; what is not said is as usual. Raises RecipeUnusable."""
    return Recipe(**{name: given[name].strip().lower() for name in NAMES if name in given})
