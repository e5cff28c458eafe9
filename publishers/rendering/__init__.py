"""Markdown to WeChat HTML, pure: no network, no files; of ours outside this folder only ..mathjax for formulas.

article.py     `render`: the way through, and what comes out
fences.py      lifts code fences, footnotes and front matter out of the source
markup.py      the block parser (Python-Markdown), with headings.py, lists.py, tables.py and quotes.py; boxes.py for `:::`
inline.py      links, pictures, code within a line; emphasis.py for bold and the like, tags.py for authors' HTML
serialize.py   blocks to HTML with the theme's styles; items.py for lists, listing.py for code, toc.py for `[TOC]`
sanitize.py    authors' HTML, with rewriting.py; cards.py for accounts, mini-programs and videos
formulas.py    what counts as a formula; math.py has it set by ..mathjax
front_matter.py  what a text says of itself; reading.py how long it takes; spacing.py
allowed.py     what may stand in an article: the one list of elements, attributes and styles
elements.py    every picture and link is written here; urls.py says which addresses may pass
references.py  the one numbering of links and footnotes
theme.py       what a theme is; declarations.py what it may say; recipe.py decisions into styles; themes.py ours; sample.py
darkmode.py    how WeChat recolours in the dark; contrast.py whether every text can be read; colours.py
plain.py       the words without layout, the digest
posts.py       picture posts: pictures above a plain text
findings.py    what the renderer has to say; limits.py the numbers
checker.py     would the HTML survive in WeChat?
proof.py       the full pass before a sign-off: is there nothing in it but what may stand in an article?
"""

from publishers.rendering.article import Rendered, render
from publishers.rendering.findings import Finding
from publishers.rendering.limits import Limits
from publishers.rendering.theme import Theme, ThemeUnusable
from publishers.rendering.themes import THEMES, ThemeUnknown

__all__ = ["THEMES", "Finding", "Limits", "Rendered", "Theme", "ThemeUnknown", "ThemeUnusable", "render"]
