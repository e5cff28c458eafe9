"""Every sentence for people has its Chinese, and both have the same places to fill in."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from babel.messages.extract import extract
from babel.messages.pofile import read_po

from tests.rules.house import ROOT, name, project_files, sources, tree

KEYWORDS = {
    "_": None, "_l": None, "N_": None, "gettext": None, "lazy_gettext": None,
    "ngettext": (1, 2), "lazy_ngettext": (1, 2), "pgettext": ((1, "c"), 2), "lazy_pgettext": ((1, "c"), 2),
}
JINJA = {"extensions": "jinja2.ext.do,jinja2.ext.loopcontrols", "silent": "false"}
PLACES = re.compile(r"%\((\w+)\)[a-z]|\{(\w+)\}")
# Outside app there is no gettext: what stands in the code as a whole sentence is for people.
SENTENCE = re.compile(r"[A-Z“][^\n]*\s\S[^\n]*[.?!]”?$")


def test_every_sentence_has_its_chinese() -> None:
    chinese = catalogue()
    missing = {msgid: where for msgid, where in _sentences().items() if not chinese.get(msgid)}
    assert not missing, "\n".join(f"{where}: {msgid}" for msgid, where in sorted(missing.items(), key=lambda m: m[1]))


def test_translations_fill_in_the_same_places() -> None:
    wrong = [
        f"{msgid} → {text}"
        for msgid, texts in catalogue().items()
        for text in texts
        if not _places(text) <= _places(msgid) or (_places(msgid) - {"num"}) - _places(text)
    ]
    assert wrong == []


def test_areas_do_not_translate_one_sentence_differently() -> None:
    seen: dict[tuple[object, object], tuple[str, object]] = {}
    quarrels = []
    for path in _areas():
        for message in _read(path):
            if not message.id or not message.string:
                continue
            area, said = seen.setdefault((message.id, message.context), (path.name, message.string))
            if said != message.string:
                quarrels.append(f"{area} and {path.name}: {message.id}")
    assert quarrels == []


@cache
def catalogue() -> dict[str, tuple[str, ...]]:
    """Each English sentence (of a plural, the singular too) with its Chinese texts."""
    found: dict[str, tuple[str, ...]] = {}
    for path in _areas():
        for message in _read(path):
            ids = message.id if isinstance(message.id, (list, tuple)) else (message.id,)
            texts = message.string if isinstance(message.string, (list, tuple)) else (message.string,)
            filled = tuple(text for text in texts if text)
            found.update({msgid: filled for msgid in ids if msgid and filled and not message.fuzzy})
    return found


def _areas() -> list[Path]:
    return sorted((ROOT / "app/translations/zh/LC_MESSAGES").glob("*.po"))


def _read(path: Path) -> Iterator:
    with path.open("rb") as stream:
        yield from read_po(stream, locale="zh")


def _places(text: str) -> set[str]:
    return {first or second for first, second in PLACES.findall(text)}


def _sentences() -> dict[str, str]:
    """Every sentence of the code and the templates that people may read, with a place where it stands."""
    found: dict[str, str] = {}
    for where, msgid in [*_marked(), *_errors(), *_bare()]:
        found.setdefault(msgid, where)
    return found


def _marked() -> Iterator[tuple[str, str]]:
    for path in project_files():
        kind = {".py": "python", ".html": "jinja2", ".txt": "jinja2"}.get(path.suffix)
        top = path.relative_to(ROOT).parts[0]
        if kind is None or not (top == "templates" or (top == "app" and kind == "python")):
            continue
        with path.open("rb") as stream:
            options = JINJA if kind == "jinja2" else {}
            for line, message, _comments, _context in extract(kind, stream, KEYWORDS, (), options):
                msgid = message[0] if isinstance(message, tuple) else message
                if msgid:
                    yield f"{name(path)}:{line}", msgid


def _errors() -> Iterator[tuple[str, str]]:
    """The docstring of an error is its message."""
    path = ROOT / "editorial/errors.py"
    for node in tree(path).body if path.exists() else []:
        if isinstance(node, ast.ClassDef) and any(isinstance(base, ast.Name) for base in node.bases):
            docstring = ast.get_docstring(node)
            if docstring and node.name not in {"EditorialError"}:
                yield f"{name(path)}:{node.lineno}", docstring.strip()


def _bare() -> Iterator[tuple[str, str]]:
    for path in sources("editorial", "publishers", without=("publishers/sandbox",)):
        docstrings = _docstrings(tree(path))
        for node in ast.walk(tree(path)):
            if not isinstance(node, ast.Constant) or not isinstance(node.value, str) or id(node) in docstrings:
                continue
            if SENTENCE.fullmatch(node.value):
                yield f"{name(path)}:{node.lineno}", node.value


def _docstrings(module: ast.Module) -> set[int]:
    """Strings that stand alone as a statement, and pieces of f-strings: no sentences to translate."""
    alone = {id(node.value) for node in ast.walk(module) if isinstance(node, ast.Expr)}
    pieces = {id(value) for node in ast.walk(module) if isinstance(node, ast.JoinedStr) for value in node.values}
    return alone | pieces
