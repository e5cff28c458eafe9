"""What one person handed in through one group, packed to take along: a list as JSON, each story as Markdown, its pictures."""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Sequence
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.media import Store
from editorial import clock
from editorial.articles.assets import Asset
from editorial.groups.groups import Group
from editorial.intake.submissions import Submission
from editorial.members import memberships
from editorial.people.people import Person


def count(session: Session, person: Person, group: Group) -> int:
    """How many stories the copy would hold."""
    return len(_stories(session, person, group))


def packed(session: Session, store: Store, person: Person, group: Group, zone: str) -> bytes:
    """The copy as a zip. Pictures whose files are gone are left out; the list says which."""
    stories, file = _stories(session, person, group), io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        lost = [sha256 for sha256, name in _pictures(session, stories).items() if not _add(archive, store, sha256, name)]
        for story in stories:
            archive.writestr(f"{story.number}.md", _as_markdown(session, story))
        listed = {
            "group": group.name, "person": person.name, "made_at": clock.to_wall(clock.now(), zone).isoformat(),
            "memberships": [_stay(one, zone) for one in memberships.of_person(session, person) if one.group_id == group.id],
            "stories": [_listed(story, zone) for story in stories], "lost_pictures": lost,
        }
        archive.writestr("stories.json", json.dumps(listed, ensure_ascii=False, indent=2))
    return file.getvalue()


def _stories(session: Session, person: Person, group: Group) -> Sequence[Submission]:
    mine = Submission.contributor_id == person.id, Submission.group_id == group.id
    return session.scalars(select(Submission).where(*mine).order_by(Submission.id)).all()


def _pictures(session: Session, stories: Sequence[Submission]) -> dict[str, str]:
    """Names in the zip by hash."""
    wanted = {sha256 for story in stories for sha256 in story.pictures}
    return {asset.sha256: asset.url.removeprefix("/") for asset in session.scalars(select(Asset).where(Asset.sha256.in_(wanted)))}


def _add(archive: zipfile.ZipFile, store: Store, sha256: str, name: str) -> bool:
    try:
        archive.writestr(name, store.read(sha256))
    except FileNotFoundError:
        return False
    return True


def _as_markdown(session: Session, story: Submission) -> str:
    names = _pictures(session, [story])
    shown = [f"![]({names[sha256]})" for sha256 in story.pictures if sha256 in names and sha256 not in story.body]
    body = story.body.replace("](/assets/", "](assets/")
    return "\n\n".join([f"# {story.title}", f"*{story.signature}*", body, *shown]) + "\n"


def _listed(story: Submission, zone: str) -> dict[str, Any]:
    return {
        "number": story.number, "title": story.title, "byline": story.signature, "state": story.state,
        "handed_in_at": clock.to_wall(story.created_at, zone).isoformat(), "reason": story.reason,
        "file": f"{story.number}.md", "pictures": list(story.pictures), "answers": list(story.answers),
    }


def _stay(one: memberships.Membership, zone: str) -> dict[str, Any]:
    ended = clock.to_wall(one.ended_at, zone).isoformat() if one.ended_at else None
    return {"joined_at": clock.to_wall(one.joined_at, zone).isoformat(), "ended_at": ended, "way": one.way, "end": one.end}
