"""Two versions as pieces that a page can show: what was taken out, what was put in, and little of what stayed."""

from __future__ import annotations

import re
from dataclasses import dataclass

from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.typesetting import theme_choices
from editorial.articles import assets, crops, revisions
from editorial.articles.assets import Asset
from editorial.articles.revisions import Change, Content

Piece = tuple[str, str | int]
CONTEXT = 2
ALIKE = 0.4


@dataclass(frozen=True)
class Shown:
    """A part of a picture, as a page draws it: the picture, and the part in its pixels (left, top, width, height)."""

    picture: Asset
    part: tuple[float, float, float, float]


Side = str | Shown


def fields_changed(session: Session, before: Content, after: Content) -> list[tuple[str, Side, Side]]:
    """Everything but the body that differs: what it is called, before, after; covers as what readers see of them."""
    names = {
        "title": _("Headline"), "author": _("Author"), "digest": _("Digest"), "cover": _("Cover"),
        "cover_wide": _("Wide crop of the cover"), "cover_square": _("Square crop of the cover"),
        "source_url": _("Read-more link"), "theme": _("Theme"), "comments_open": _("Readers may comment"),
        "comments_fans_only": _("Only followers may comment"),
    }
    return [
        (word, _side(session, before, name), _side(session, after, name))
        for name, word in names.items() if getattr(before, name) != getattr(after, name)
    ]


def _side(session: Session, content: Content, name: str) -> Side:
    value = getattr(content, name)
    if name.startswith("cover"):
        return _shown(session, content, "" if name == "cover" else value) or "–"
    if name == "theme":
        return dict(theme_choices(session, value))[value]
    if isinstance(value, bool):
        return _("Yes") if value else _("No")
    return value or "–"


def _shown(session: Session, content: Content, crop: str) -> Shown | None:
    picture = assets.by_hash(session, content.cover) if content.cover else None
    if picture is None:
        return None
    left, top, right, bottom = crops.read(crop) or (0.0, 0.0, 1.0, 1.0)
    wide, high = picture.width, picture.height
    return Shown(picture, (left * wide, top * high, (right - left) * wide, (bottom - top) * high))


def pictures_changed(session: Session, before: str, after: str) -> list[tuple[str, Asset]]:
    """Pictures of the text that came (add), went (drop) or have other words (words): each once, as they stand in the later text."""
    old, new = assets.shown_in(before), assets.shown_in(after)
    marks = [("drop", one) for one in old if one not in new]
    marks += [
        ("add" if one not in old else "words", one) for one in new
        if one not in old or _lines_of(before, one) != _lines_of(after, one)
    ]
    found = {asset.sha256: asset for asset in session.scalars(select(Asset).where(Asset.sha256.in_([one for _, one in marks])))}
    return [(mark, found[one]) for mark, one in marks if one in found]


def _lines_of(body: str, sha256: str) -> list[str]:
    """How a text shows a picture: with which description and caption."""
    return re.findall(rf"!\[[^\]]*\]\([^)\n]*{sha256}[^)\n]*\)", body)


def pieces(before: str, after: str) -> list[Piece]:
    """The difference of two texts for the `diff` macro."""
    found: list[Piece] = []
    same: list[str] = []
    changes = revisions.compare(before, after)
    position = 0
    while position < len(changes):
        change = changes[position]
        if change.kind == "same":
            same.append(change.pieces[0][0])
            position += 1
            continue
        _flush(found, same, last=False)
        following = changes[position + 1] if position + 1 < len(changes) else None
        if change.kind == "removed" and following is not None and following.kind == "added" and _alike(change):
            found.extend(_woven(change, following))
            position += 2
        else:
            found.append(("drop" if change.kind == "removed" else "add", _text(change) + "\n"))
            position += 1
    _flush(found, same, last=True)
    return found


def _flush(found: list[Piece], same: list[str], *, last: bool) -> None:
    """Of a long run of unchanged lines only those beside a change are shown."""
    lead = CONTEXT if found else 0
    tail = 0 if last else CONTEXT
    if len(same) > lead + tail + 1:
        hidden = len(same) - lead - tail
        if lead:
            found.append(("same", "\n".join(same[:lead]) + "\n"))
        found.append(("gap", hidden))
        if tail:
            found.append(("same", "\n".join(same[-tail:]) + "\n"))
    elif same:
        found.append(("same", "\n".join(same) + "\n"))
    same.clear()


def _alike(change: Change) -> bool:
    kept = sum(len(text) for text, marked in change.pieces if not marked)
    return kept >= ALIKE * max(len(_text(change)), 1)


def _woven(removed: Change, added: Change) -> list[Piece]:
    woven: list[Piece] = []
    left, right = list(removed.pieces), list(added.pieces)
    while left or right:
        if left and left[0][1]:
            woven.append(("drop", left.pop(0)[0]))
        elif right and right[0][1]:
            woven.append(("add", right.pop(0)[0]))
        else:
            shared = (left or right)[0][0]
            left, right = left[1:], right[1:]
            woven.append(("same", shared))
    return [*woven, ("same", "\n")]


def _text(change: Change) -> str:
    return "".join(text for text, _ in change.pieces)
