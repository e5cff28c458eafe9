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
    """One piece. Of a picture or file `value` is the platform's handle; of a link its address, `text` its title.

    `key` opens a picture or file that the platform has sealed by itself; `quoted`: somebody said it before.
    """

    kind: PieceKind
    text: str = field(default="", repr=False)
    value: str = ""
    key: str = field(default="", repr=False)
    quoted: bool = False


@dataclass(frozen=True)
class Message:
    """One message. `key` is the same in every repetition. `answer_at`: where the platform takes an answer, while it does.

    `unread`: it holds something we cannot take, such as a voice message. `chat`: the group chat it was said in, if the
    platform tells; empty between two.
    """

    sender: str = field(repr=False)
    key: str
    pieces: tuple[Piece, ...]
    name: str = field(default="", repr=False)
    message_id: str = ""
    answer_at: str = field(default="", repr=False)
    unread: bool = False
    chat: str = ""

    @property
    def text(self) -> str:
        """All its words."""
        return "\n".join(piece.text for piece in self.pieces if piece.kind == "text" and piece.text)

    @property
    def own_text(self) -> str:
        """Its words without those that are quoted."""
        return "\n".join(piece.text for piece in self.pieces if piece.kind == "text" and piece.text and not piece.quoted)
