"""Reading the JSON bodies of calls."""

from __future__ import annotations

from publishers.sandbox.calls import Call, Json, Refusal


def body_of(call: Call) -> Json:
    """The body of a POST. Raises the platform's codes for another method, escapes and bad JSON."""
    if call.method != "POST":
        raise Refusal(43002, "require POST method")
    if not call.body:
        raise Refusal(44002, "empty post data")
    if call.has_escapes:
        raise Refusal(40033, "invalid charset. please check your request, if include \\uxxxx will create fail!")
    body = call.json()
    if body is None:
        raise Refusal(47001, "data format error")
    return body


def text_of(body: Json, name: str) -> str:
    """A field as text; ids come as numbers too."""
    value = body.get(name)
    return str(value) if isinstance(value, str | int) else ""


def paging(body: Json) -> tuple[int, int]:
    """`offset` and `count` (1 to 20)."""
    offset, count = body.get("offset", 0), body.get("count", 0)
    if not isinstance(offset, int) or not isinstance(count, int) or offset < 0 or not 1 <= count <= 20:
        raise Refusal(40039, "invalid offset or count")
    return offset, count
