"""Somebody saved while another was writing: both texts, put together as far as that goes, and a choice where it does not."""

from __future__ import annotations

from flask import render_template
from sqlalchemy.orm import Session

from app.web import comparing
from editorial.articles import articles, merging, revisions
from editorial.articles.articles import Article
from editorial.articles.merging import Merged, Part
from editorial.articles.revisions import Content, Revision
from editorial.articles.workflow import Move, State, after

OPEN_TO_CHANGE = tuple(state for state in State if after(state, Move.SAVE) or after(state, Move.REOPEN))


def page(session: Session, shown: Article, mine: Content, base: int) -> str:
    """What I typed over version `base`, what they saved, and both together."""
    theirs = articles.newest(session, shown)
    before = revisions.numbered(session, shown.id, base) if 0 < base <= shown.revision else theirs
    merged = merging.merge(before.content, mine, theirs.content)
    return render_template(
        "articles/stale.html", article=shown, mine=mine, theirs=theirs, base=base, merged=merged,
        asked=[(name, *_asked(session, merged, mine, theirs, name)) for name in merged.fields],
        rows=[(part, comparing.pieces(part.base, part.text)) for part in merged.parts],
        choices=[_choice(part) for part in merged.parts], may_edit=shown.state in OPEN_TO_CHANGE,
    )


def is_saved_already(newest: Revision, mine: Content, person_id: int) -> bool:
    """Whether the newest version is this very content, saved by this very person: the answer was lost, not the save."""
    return newest.saved_by_id == person_id and mine.changed(theme=newest.theme) == newest.content


def _asked(
    session: Session, merged: Merged, mine: Content, theirs: Revision, name: str
) -> tuple[str, comparing.Side, comparing.Side]:
    return comparing.fields_changed(session, theirs.content, theirs.content.changed(**{name: getattr(mine, name)}))[0]


def _choice(part: Part) -> dict[str, str]:
    both = part.mine if part.mine.endswith("\n") or not part.theirs else part.mine + ("" if "\n" not in part.mine else "\n\n")
    return {"kind": part.kind, "text": part.text, "mine": part.mine, "theirs": part.theirs, "both": both + part.theirs}
