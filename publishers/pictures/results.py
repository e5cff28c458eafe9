"""What comes of a picture, in plain words and bytes: light enough for every process."""

from __future__ import annotations

from dataclasses import dataclass

BODY_BYTES = 1_000_000
"""WeChat takes body pictures under 1 MB (api_uploadimage.html); all we keep stays below it."""

Point = tuple[float, float]
"""Fractions of width and height from the top left."""


class Unusable(ValueError):
    """The file cannot be used; the text is a sentence for people."""


@dataclass(frozen=True)
class Encoded:
    """A picture as a file: its bytes, type and size in pixels."""

    content: bytes
    content_type: str
    width: int
    height: int


@dataclass(frozen=True)
class Fitted:
    """A picture that every platform takes, its variants, and what it says of itself.

    `still` stands in where a platform refuses moving pictures; `thumb` is None when the picture is small enough itself.
    """

    picture: Encoded
    still: Encoded | None = None
    thumb: Encoded | None = None
    focus: Point = (0.5, 0.5)
    ai_generated: bool = False
    licence: str = ""
    codes: tuple[str, ...] = ()
    """What the QR codes in it say."""
