"""What parent and child say to each other: one line of JSON, then bytes."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Literal

from publishers.importing.results import SAYINGS, Asset, Imported, Lost, Refused


@dataclass(frozen=True)
class Request:
    """What to convert. `name` is a file's name, `address` a page's, `charset` what its server said."""

    what: Literal["file", "paste", "page"]
    content: bytes
    name: str = ""
    address: str = ""
    charset: str = ""


def request_bytes(request: Request) -> bytes:
    """A request on its way to the child."""
    head = {"what": request.what, "name": request.name, "address": request.address, "charset": request.charset}
    return json.dumps(head).encode() + b"\n" + request.content


def read_request(data: bytes) -> Request:
    """What the child was asked."""
    head, _, content = data.partition(b"\n")
    return Request(content=content, **json.loads(head))


def answer_bytes(answer: Imported | Refused) -> bytes:
    """An answer on its way back."""
    if isinstance(answer, Refused):
        params = {name: str(value) for name, value in answer.params.items()}
        return json.dumps({"refused": answer.message, "params": params}).encode()
    head = {
        "markdown": answer.markdown, "title": answer.title, "outside": answer.outside,
        "lost": [[one.rule, one.count, one.where] for one in answer.lost],
        "assets": [[one.name, one.alt, len(one.content)] for one in answer.assets],
    }
    return b"\n".join([json.dumps(head).encode("ascii"), b"".join(one.content for one in answer.assets)])


def read_answer(data: bytes) -> Imported:
    """What the child found. Raises Refused as the child did, ValueError for an answer that is none."""
    line, _, content = data.partition(b"\n")
    head = json.loads(line)
    if "refused" in head:
        raise Refused(head["refused"], head["params"])
    assets, at = [], 0
    for name, alt, size in head["assets"]:
        assets.append(Asset(content[at : at + size], name, alt))
        at += size
    lost = tuple(Lost(rule, count, SAYINGS[rule], where) for rule, count, where in head["lost"])
    return Imported(head["markdown"], head["title"], tuple(assets), lost, tuple(head["outside"]))
