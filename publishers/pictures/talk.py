"""What the child process and its parent say to each other.

A job is one byte (`F` fit, `T` thumbnail), eight bytes of length and the file. The answer is four bytes of length, a JSON
object, and the files that it lists.
"""

from __future__ import annotations

import json
import struct
from typing import Any

from publishers.pictures.results import Encoded, Fitted, Unusable

JOB = struct.Struct(">cQ")
HEAD = struct.Struct(">I")
FIT, THUMBNAIL = b"F", b"T"

Said = tuple[dict[str, Any], list[bytes]]
"""The object of an answer, and the files it lists."""


def fitted(result: Fitted) -> bytes:
    """The answer to a fit."""
    about = {"focus": result.focus, "ai_generated": result.ai_generated, "licence": result.licence, "codes": result.codes}
    return _answer(about, {"picture": result.picture, "still": result.still, "thumb": result.thumb})


def thumbnail(result: Encoded | None) -> bytes:
    """The answer to a thumbnail."""
    return _answer({}, {"thumb": result})


def unusable(reason: str) -> bytes:
    """The answer to what cannot be used."""
    return _answer({"unusable": reason}, {})


def heard_fitted(said: Said) -> Fitted:
    """What `fitted` has said. Raises Unusable."""
    about, files = said[0], _heard(said)
    return Fitted(
        picture=files["picture"], still=files.get("still"), thumb=files.get("thumb"),
        focus=(about["focus"][0], about["focus"][1]), ai_generated=about["ai_generated"], licence=about["licence"],
        codes=tuple(about["codes"]),
    )


def heard_thumbnail(said: Said) -> Encoded | None:
    """What `thumbnail` has said. Raises Unusable."""
    return _heard(said).get("thumb")


def _answer(about: dict[str, Any], files: dict[str, Encoded | None]) -> bytes:
    listed = [(name, one) for name, one in files.items() if one is not None]
    about["files"] = [[name, len(one.content), one.content_type, one.width, one.height] for name, one in listed]
    head = json.dumps(about).encode()
    return b"".join([HEAD.pack(len(head)), head, *(one.content for _, one in listed)])


def _heard(said: Said) -> dict[str, Encoded]:
    about, files = said
    if "unusable" in about:
        raise Unusable(about["unusable"])
    return {one[0]: Encoded(content, *one[2:]) for one, content in zip(about["files"], files, strict=True)}
