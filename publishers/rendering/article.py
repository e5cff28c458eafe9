"""From Markdown to one article of WeChat HTML with everything the desk wants to know about it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

from publishers.rendering import limits
from publishers.rendering.draft import Draft
from publishers.rendering.fences import lift
from publishers.rendering.findings import Finding
from publishers.rendering.markup import parse
from publishers.rendering.plain import digest_of, plain_text, visible_characters
from publishers.rendering.serialize import serialize
from publishers.rendering.spacing import mixed_spacing
from publishers.rendering.theme import Theme
from publishers.rendering.themes import theme_named

UNSEEN = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\u200b\u2060\ud800-\udfff\ue000\ufeff]")


@dataclass(frozen=True)
class Rendered:
    """An article as WeChat gets it.

    `images` are the pictures' addresses and `links` those of the links, each once, in order and not HTML-escaped.
    `characters` counts what a reader sees without white space, `source_characters` and `bytes` (UTF-8) the HTML.
    """

    html: str
    plain: str
    digest: str
    characters: int
    source_characters: int
    bytes: int
    images: tuple[str, ...]
    links: tuple[str, ...]
    findings: tuple[Finding, ...]

    @property
    def blockers(self) -> tuple[Finding, ...]:
        """The findings with which the article cannot go out."""
        return tuple(finding for finding in self.findings if finding.severity == "blocker")


@lru_cache(maxsize=64)
def render(markdown: str, theme: str | Theme = "default", taken: limits.Limits = limits.DOCUMENTED) -> Rendered:
    """Render an article; the same text and theme give the same result. `ThemeUnknown` for a name there is no theme of.

    `taken` says whether what goes beyond WeChat's limits is a blocker or advice; it changes nothing in the HTML.
    """
    source = UNSEEN.sub("", markdown.replace("\r\n", "\n").replace("\r", "\n")).expandtabs(4)
    kept, lifted = lift(source[: limits.MARKDOWN_CHARACTERS])
    draft = Draft(theme if isinstance(theme, Theme) else theme_named(theme), lifted)
    if len(source) > limits.MARKDOWN_CHARACTERS:
        draft.remark("source_cut", limit=limits.MARKDOWN_CHARACTERS)
    if lifted.open_fence:
        draft.remark("fence_open", lifted.open_fence)
    root, draft.addresses = parse(kept)
    html = serialize(draft, root)
    return summed_up(draft, html, taken)


def summed_up(draft: Draft, html: str, taken: limits.Limits) -> Rendered:
    """What came out of one rendering, measured against WeChat's limits."""
    plain = plain_text(html)
    characters, size = visible_characters(plain), len(html.encode())
    if not characters and not draft.images and not draft.formulas:
        draft.remark("empty_body")
    too_long = characters >= limits.VISIBLE_CHARACTERS
    if too_long:
        draft.remark("visible_too_long", severity=taken.visible, count=characters, limit=limits.VISIBLE_CHARACTERS)
    if len(html) >= limits.SOURCE_CHARACTERS and not (too_long and taken.source == "advice"):
        draft.remark("source_long", severity=taken.source, count=len(html), limit=limits.SOURCE_CHARACTERS)
    if size >= limits.BYTES and draft.formulas:
        draft.remark("formulas_too_large", severity=taken.bytes, count=sum(draft.formulas.values()))
    elif size >= limits.BYTES:
        draft.remark("too_many_bytes", severity=taken.bytes, count=size, limit=limits.BYTES)
    if place := mixed_spacing(plain):
        draft.remark("spacing_mixed", place)
    return Rendered(
        html=html, plain=plain, digest=digest_of(plain), characters=characters, source_characters=len(html), bytes=size,
        images=tuple(draft.images), links=tuple(draft.links), findings=tuple(draft.findings.values()),
    )
