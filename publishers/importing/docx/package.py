"""The parts of an Office file. What a relation calls external is never opened; only the words of a link are read."""

from __future__ import annotations

import posixpath
import xml.etree.ElementTree as etree
from dataclasses import dataclass

from publishers.importing import limits, xmlparts
from publishers.importing.archives import Archive
from publishers.importing.results import Refused


@dataclass(frozen=True)
class Relation:
    """What one part says of another: the last word of its type, the other's name or address."""

    kind: str
    target: str
    external: bool


class Package:
    """An Office file, part by part."""

    def __init__(self, content: bytes) -> None:
        """Find the main document. Raises Refused when there is none."""
        self._archive = Archive(content)
        self._by_lower = {name.lower(): name for name in self._archive.names}
        told = [one.target for one in self.relations("").values() if one.kind == "officeDocument" and not one.external]
        self.main = told[0] if told else "word/document.xml"
        if not self.has(self.main):
            raise Refused("This file is damaged and cannot be opened.")

    def has(self, name: str) -> bool:
        """Whether there is such a part."""
        return name.lower() in self._by_lower

    def read(self, name: str, most: int = limits.UNPACKED_BYTES) -> bytes:
        """The bytes of a part, none when it is not there. Raises Refused beyond the limits."""
        return self._archive.read(self._by_lower.get(name.lower(), ""), most)

    def xml(self, name: str) -> etree.Element | None:
        """A part as a tree. Raises Refused for what is no clean XML."""
        content = self.read(name, limits.XML_BYTES)
        return xmlparts.parse(content) if content else None

    def relations(self, part: str) -> dict[str, Relation]:
        """What a part refers to, by id."""
        folder, name = posixpath.split(part)
        root = self.xml(posixpath.join(folder, "_rels", f"{name}.rels"))
        return {} if root is None else {one.get("Id", ""): _relation(one, folder) for one in root.iter("Relationship")}

    def related(self, kind: str) -> etree.Element | None:
        """The part of this kind that the main document names."""
        for one in self.relations(self.main).values():
            if one.kind == kind and not one.external:
                return self.xml(one.target)
        return None


def _relation(element: etree.Element, folder: str) -> Relation:
    kind, target = posixpath.basename(element.get("Type", "")), element.get("Target", "")
    external = element.get("TargetMode", "").lower() == "external"
    if not external:
        target = posixpath.normpath(posixpath.join("/" + folder, target)).lstrip("/")
    return Relation(kind, target, external)
