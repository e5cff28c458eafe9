"""Posters that lead into a group: its name, its purpose and a code, under a drawn cover. The words are Chinese."""

from __future__ import annotations

from sqlalchemy.orm import Session

from app.outfit import drawn
from editorial import house
from editorial.errors import Invalid, Problem
from editorial.groups import kinds
from editorial.groups.groups import Group
from publishers.pictures.posters import NoFont, Poster, Shape, drawn_poster

NO_FONT = "This machine has no Chinese font, so no poster can be drawn. Install Noto Sans CJK and try again."


def hand_in_poster(session: Session, group: Group, code: bytes, shape: Shape) -> bytes:
    """A poster (JPEG) that asks for stories; `code` is the picture of the group's hand-in code. Raises Invalid without a font."""
    return poster_of(session, group, code, shape, asks=("扫码投稿", "用公司账号登录，群已选好"))


def join_poster(session: Session, group: Group, code: bytes, shape: Shape) -> bytes:
    """A poster (JPEG) that leads into the group's customer group; `code` is the picture of a join code. Raises Invalid."""
    return poster_of(session, group, code, shape, asks=("微信扫码进群", "群满后自动换下一个群"))


def poster_of(session: Session, group: Group, code: bytes, shape: Shape, *, asks: tuple[str, ...]) -> bytes:
    """A poster (JPEG) for a group; `asks` say beside the code what scanning it does. Raises Invalid without a Chinese font."""
    # A title on the cover would be cut off where the cover is.
    cover = drawn(f"group:{group.slug}", "", kinds.of(session, group.kind).theme)
    notes = (*asks, str(house.setting(session, "name")))
    try:
        return drawn_poster(Poster(cover=cover, code=code, title=group.name, digest=group.purpose, notes=notes), shape)
    except NoFont:
        raise Invalid(Problem("shape", NO_FONT)) from None
