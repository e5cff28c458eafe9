"""Every deed that the audit log may hold has its words in both languages, and so has every thing it is done to."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from enum import Enum
from importlib import import_module
from itertools import product
from pathlib import Path

from tests.rules.house import FLOORS, ROOT, dotted, name, sources, tree
from tests.rules.test_words import catalogue

DOINGS = ROOT / "app/web/doings.py"


def test_every_deed_has_its_words_in_both_languages() -> None:
    assert _without_words("VERBS", 1) == {}


def test_every_thing_has_its_words_in_both_languages() -> None:
    assert _without_words("THINGS", 2) == {}


def test_no_deed_is_named_twice() -> None:
    keys = [key.value for key in _table("VERBS").keys if isinstance(key, ast.Constant)]
    assert [key for key in set(keys) if keys.count(key) > 1] == []


def _without_words(table: str, place: int) -> dict[str, str]:
    """What is recorded at this place of the call and has no English or no Chinese word, with a place where it stands."""
    chinese, english = catalogue(), _words(table)
    recorded = {word: where for where, words in _recorded(place) for word in words}
    assert recorded
    return {word: where for word, where in sorted(recorded.items()) if not chinese.get(english.get(word, ""))}


def _words(table: str) -> dict[str, str]:
    found = _table(table)
    return {
        key.value: value.args[0].value for key, value in zip(found.keys, found.values, strict=True)
        if isinstance(key, ast.Constant) and isinstance(value, ast.Call) and isinstance(value.args[0], ast.Constant)
    }


def _table(wanted: str) -> ast.Dict:
    for node in tree(DOINGS).body:
        if isinstance(node, ast.AnnAssign) and dotted(node.target) == wanted and isinstance(node.value, ast.Dict):
            return node.value
    raise AssertionError(f"{name(DOINGS)} has no table {wanted}")


def _recorded(place: int) -> Iterator[tuple[str, set[str]]]:
    for path in sources(*FLOORS):
        for function in (node for node in ast.walk(tree(path)) if isinstance(node, ast.FunctionDef)):
            for call in ast.walk(function):
                if isinstance(call, ast.Call) and dotted(call.func) == "audit.record":
                    where = f"{name(path)}:{call.lineno}"
                    words = _read(call.args[place], function, path)
                    assert words, f"{where}: a test cannot read which deed this is: {ast.unparse(call.args[place])}"
                    yield where, words


def _read(node: ast.expr, function: ast.FunctionDef, path: Path) -> set[str]:
    """All words that an expression may stand for; none when it cannot be told from the source."""
    if isinstance(node, ast.Constant):
        return {str(node.value)}
    if isinstance(node, ast.IfExp):
        return _read(node.body, function, path) | _read(node.orelse, function, path)
    if isinstance(node, ast.JoinedStr):
        parts = [_read(part, function, path) for part in node.values]
        return {"".join(chosen) for chosen in product(*parts)}
    if isinstance(node, ast.FormattedValue):
        return _read(node.value, function, path)
    if isinstance(node, ast.Attribute) and node.attr == "value":
        return _read(node.value, function, path)
    if isinstance(node, ast.Name):
        return _named(node.id, function, path)
    return set()


def _named(wanted: str, function: ast.FunctionDef, path: Path) -> set[str]:
    """What a name may stand for: what is assigned to it, the members of its enumeration, or what callers nearby hand over."""
    assigned = [
        node.value for node in ast.walk(function)
        if isinstance(node, ast.Assign) and any(dotted(target) == wanted for target in node.targets)
    ]
    if assigned:
        return set().union(*(_read(value, function, path) for value in assigned))
    for place, parameter in enumerate(function.args.args):
        if parameter.arg == wanted and parameter.annotation is not None:
            return _members(dotted(parameter.annotation), path) or _handed(function.name, place, path)
    return set()


def _members(annotation: str, path: Path) -> set[str]:
    module = import_module(name(path).removesuffix(".py").replace("/", "."))
    kind = getattr(module, annotation, None)
    return {str(member.value) for member in kind} if isinstance(kind, type) and issubclass(kind, Enum) else set()


def _handed(called: str, place: int, path: Path) -> set[str]:
    words: set[str] = set()
    for function in (node for node in ast.walk(tree(path)) if isinstance(node, ast.FunctionDef)):
        for call in ast.walk(function):
            if isinstance(call, ast.Call) and dotted(call.func) == called and len(call.args) > place:
                words |= _read(call.args[place], function, path)
    return words
