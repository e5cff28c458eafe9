"""The platform's flat XML as a dictionary. No document types and no entities of its own: a push needs neither."""

from __future__ import annotations

from typing import Any
from xml.parsers import expat

DEPTH = 12


class NotXml(Exception):
    """The text is not XML of the platform's kind."""


def parse(text: str) -> dict[str, Any]:
    """The root's children: text as str, nested elements as dict, repeated ones as list. Raises NotXml."""
    reader = _Reader()
    parser = expat.ParserCreate(encoding="utf-8")
    parser.StartDoctypeDeclHandler = _no_document_type
    parser.StartElementHandler = reader.start
    parser.EndElementHandler = reader.end
    parser.CharacterDataHandler = reader.words
    try:
        parser.Parse(text.encode(), True)
    except expat.ExpatError:
        raise NotXml("not well-formed") from None
    root = reader.root
    if not isinstance(root, dict):
        raise NotXml("no elements")
    return root


def _no_document_type(*_: object) -> None:
    raise NotXml("a document type is not allowed")


class _Reader:
    """Builds the dictionary while the parser reads; the root is what `end` has closed last."""

    def __init__(self) -> None:
        self.root: dict[str, Any] | str = {}
        self._children: list[dict[str, Any]] = []
        self._pieces: list[list[str]] = []

    def start(self, name: str, attributes: dict[str, str]) -> None:
        if len(self._children) >= DEPTH:
            raise NotXml("too deep")
        self._children.append({})
        self._pieces.append([])

    def words(self, data: str) -> None:
        self._pieces[-1].append(data)

    def end(self, name: str) -> None:
        children, text = self._children.pop(), "".join(self._pieces.pop())
        value = children or text
        if not self._children:
            self.root = value
            return
        parent = self._children[-1]
        if name not in parent:
            parent[name] = value
        elif isinstance(parent[name], list):
            parent[name].append(value)
        else:
            parent[name] = [parent[name], value]
