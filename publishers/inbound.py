"""What a person says to one of the company's applications, the same for every platform: pieces in their order."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

PIECES = 60
TEXT_CHARACTERS = 20_000
ID_CHARACTERS = 512
NAME_CHARACTERS = 80

PieceKind = Literal["text", "picture", "file", "link"]


@dataclass(frozen=True)
class Piece:
    """One piece. Of a picture or file `value` is the platform's handle; of a link its address, `text` its title."""

    kind: PieceKind
    text: str = field(default="", repr=False)
    value: str = ""


@dataclass(frozen=True)
class Message:
    """One message. `key` is the same in every repetition. `answer_at`: where the platform takes an answer, while it does.

    `unread`: it holds something we cannot take, such as a voice message.
    """

    sender: str = field(repr=False)
    key: str
    pieces: tuple[Piece, ...]
    name: str = field(default="", repr=False)
    message_id: str = ""
    answer_at: str = field(default="", repr=False)
    unread: bool = False

    @property
    def text(self) -> str:
        """All its words."""
        return "\n".join(piece.text for piece in self.pieces if piece.kind == "text" and piece.text)
