"""XML without entities, document types or depth: read in one pass into elements with local names."""

from __future__ import annotations

import xml.etree.ElementTree as etree
from xml.parsers import expat

from publishers.importing import limits
from publishers.importing.results import Refused


class _Forbidden(Exception):
    """The parser met what no office writes."""


def parse(content: bytes) -> etree.Element:
    """The root element; tags and attributes stand without their namespaces. Raises Refused."""
    builder, depth = etree.TreeBuilder(), 0
    parser = expat.ParserCreate(namespace_separator="}")

    def start(tag: str, attributes: dict[str, str]) -> None:
        nonlocal depth
        depth += 1
        if depth > limits.DEPTH:
            raise _Forbidden
        builder.start(_local(tag), {_local(name): value for name, value in attributes.items()})

    def end(tag: str) -> None:
        nonlocal depth
        depth -= 1
        builder.end(_local(tag))

    def forbid(name: str, system: str | None, public: str | None, has_subset: bool) -> None:
        raise _Forbidden

    parser.StartElementHandler, parser.EndElementHandler, parser.CharacterDataHandler = start, end, builder.data
    # A document type is where every entity would have to be declared.
    parser.StartDoctypeDeclHandler = forbid
    parser.buffer_text = True
    try:
        parser.Parse(content, True)
    except _Forbidden:
        raise Refused("This file holds things that no word processor writes. Save it anew in Word or WPS.") from None
    except (expat.ExpatError, ValueError, LookupError):
        raise Refused("This file is damaged and cannot be opened.") from None
    return builder.close()


def _local(name: str) -> str:
    return name.rpartition("}")[2]
