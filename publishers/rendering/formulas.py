"""Formulas in an article: what counts as one, and how it stands in a line or by itself.

A formula is complete or its TeX is shown as code beside a blocker; there is never a placeholder (quirk 43).
"""

from __future__ import annotations

import re

from publishers.mathjax.engine import EngineAbsent, Formula
from publishers.rendering import limits
from publishers.rendering.cjk import CJK
from publishers.rendering.draft import Draft
from publishers.rendering.elements import text
from publishers.rendering.fences import LOOKS_LIKE_TEX
from publishers.rendering.listing import code_html
from publishers.rendering.math import typeset

_CJK = re.compile(f"[{CJK}]")
_TEX_SIGN = re.compile(r"[\\^_=]")
_TAG = re.compile(r"\\tag(\*?)\{([^{}]*)\}")
_LABEL = re.compile(r"\\(?:label\{[^{}]*\}|nonumber|notag)")
_INLINE = re.compile(r"\$((?:[^$\\]|\\.)+?)\$(?!\d)", re.DOTALL)
_ROUND = re.compile(r"\\\(((?:[^\\]|\\(?!\)).)+?)\\\)", re.DOTALL)
_SQUARE = re.compile(r"\\\[((?:[^\\]|\\(?!\]).)+?)\\\](?!\()", re.DOTALL)
_DOUBLE = re.compile(r"\$\$((?:[^$\\]|\\.)+?)\$\$", re.DOTALL)
_LONGEST_LOOK = 4_100
_BLOCK = ' style="margin:0 0 1em;overflow-x:auto;text-align:center"'
_BLOCK_IN_LINE = ' style="display:block;margin:.5em 0;overflow-x:auto;text-align:center"'


def formula_at(draft: Draft, source: str, start: int) -> tuple[str, int] | None:
    """The HTML of a formula that begins at a `$`, `\\(` or `\\[`, and where it ends; None when it is none (quirk 42)."""
    opening = source[start : start + 2]
    if opening == "$$":
        match = _DOUBLE.match(source, start, start + _LONGEST_LOOK)
        return (_block_in_line(draft, match[1]), match.end()) if match and _is_tex(match[1]) else None
    if opening[0] == "$":
        match = _INLINE.match(source, start, start + _LONGEST_LOOK)
        return (_in_line(draft, match[1]), match.end()) if match and _is_dollar_formula(match[1]) else None
    end = source.find(r"\)" if opening == r"\(" else r"\]", start, start + _LONGEST_LOOK)
    match = (_ROUND if opening == r"\(" else _SQUARE).match(source, start, end + 2) if end > 0 else None
    if not match or not LOOKS_LIKE_TEX.search(match[1]):
        return None
    return (_in_line if opening == r"\(" else _block_in_line)(draft, match[1]), match.end()


def formula_block(draft: Draft, tex: str) -> str:
    """A formula that stands by itself; one too wide for the phone can be scrolled."""
    formula, number = _typeset(draft, tex, display=True)
    if formula.error:
        return f"<pre{draft.attr('pre')}><code{draft.attr('pre_code')}>{code_html(tex.strip())}</code></pre>"
    return f"<section{_BLOCK}>{formula.svg}{number}</section>"


def _is_dollar_formula(tex: str) -> bool:
    return not (tex[0].isspace() or tex[-1].isspace()) and _is_tex(tex)


def _is_tex(tex: str) -> bool:
    return bool(tex.strip()) and (not _CJK.search(tex) or bool(_TEX_SIGN.search(tex)))


def _in_line(draft: Draft, tex: str) -> str:
    formula, number = _typeset(draft, tex, display=False)
    return formula.svg + number if formula.svg else _as_code(draft, tex)


def _block_in_line(draft: Draft, tex: str) -> str:
    formula, number = _typeset(draft, tex, display=True)
    return f"<span{_BLOCK_IN_LINE}>{formula.svg}{number}</span>" if formula.svg else _as_code(draft, tex)


def _as_code(draft: Draft, tex: str) -> str:
    return f"<code{draft.attr('code')}>{code_html(' '.join(tex.split()))}</code>"


def _typeset(draft: Draft, tex: str, *, display: bool) -> tuple[Formula, str]:
    """The formula, and its number: text, since MathJax's own layout of numbers does not survive (quirk 27)."""
    tex, number = _without_number(tex)
    if draft.formulas_stopped or (len(draft.formulas) >= limits.FORMULAS and tex not in draft.formulas):
        draft.remark("formulas_too_many", limit=limits.FORMULAS)
        return Formula(error="-"), ""
    draft.formulas[tex] = draft.formulas.get(tex, 0) + 1
    try:
        formula = typeset(tex, display=display)
    except EngineAbsent:
        draft.remark("formula_engine")
        return Formula(error="-"), ""
    if formula.error:
        draft.remark("formula_wrong", tex.strip(), reason=formula.error)
    draft.formulas_stopped = formula.ran_over
    return formula, number


def _without_number(tex: str) -> tuple[str, str]:
    tex = _LABEL.sub("", tex)
    tags = _TAG.findall(tex)
    if not tags:
        return tex, ""
    if len(tags) > 1:
        return _TAG.sub(lambda tag: rf"\qquad\text{{{_written(tag[1], tag[2])}}}", tex), ""
    return _TAG.sub("", tex), "&nbsp;&nbsp;" + text(_written(*tags[0]))


def _written(star: str, words: str) -> str:
    return words if star else f"({words})"
