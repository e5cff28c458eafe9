"""Templates, compiled once for each language: words without gaps are put in then, and cost nothing when a page is drawn."""

from __future__ import annotations

from collections.abc import MutableMapping
from typing import Any

from flask import g
from flask.templating import Environment
from flask_babel import get_locale, get_translations
from jinja2 import Template, nodes
from jinja2.utils import LRUCache
from jinja2.visitor import NodeTransformer
from markupsafe import Markup

KEPT = 400
"""Compiled templates kept per language; there are fewer."""


class TemplatesByLanguage(Environment):
    """Jinja's environment with one cache of templates for each language."""

    def __init__(self, *args: Any, **options: Any) -> None:
        self._caches: dict[str, MutableMapping[Any, Template]] = {}
        super().__init__(*args, **options)
        self.add_extension("jinja2.ext.i18n")
        self.install_gettext_callables(  # type: ignore[attr-defined]
            gettext=lambda text: _words().ugettext(text),
            ngettext=lambda one, many, n: _words().ungettext(one, many, n), newstyle=True,
        )

    @property
    def cache(self) -> MutableMapping[Any, Template]:
        """The templates of the language spoken now."""
        language = get_locale().language
        if language not in self._caches:
            self._caches[language] = LRUCache(KEPT)
        return self._caches[language]

    @cache.setter
    def cache(self, made: Any) -> None:
        """Jinja sets one cache for all; there is one for each language instead."""

    def _parse(self, source: str, name: str | None, filename: str | None) -> nodes.Template:
        parsed: nodes.Template = _Translation().visit(super()._parse(source, name, filename))
        return parsed


class _Translation(NodeTransformer):
    """Puts the translation where a sentence without gaps stands."""

    def visit_Call(self, node: nodes.Call) -> nodes.Node:
        """`_("…")` and nothing else."""
        fixed = isinstance(node.node, nodes.Name) and node.node.name == "_" and len(node.args) == 1
        if not fixed or node.kwargs or not isinstance(node.args[0], nodes.Const):
            return self.generic_visit(node)
        words = Markup(_words().ugettext(node.args[0].value)) % {}
        return nodes.MarkSafe(nodes.Const(str(words)), lineno=node.lineno)


def _words() -> Any:
    """The catalogue of the language spoken now; Flask-Babel would look for it anew for each word."""
    if "words" not in g:
        g.words = get_translations()
    return g.words
