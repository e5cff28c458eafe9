"""What the callbacks have stored, taken in by a worker: events handed on, followers' messages made submissions.

Whatever was not finished when a worker died is still stored, and the next one takes it in.
"""

from __future__ import annotations

import html
import io
import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

from sqlalchemy.orm import Session

from app.media import Store
from app.uploads.darkroom import darkroom
from app.uploads.storing import store_fitted
from editorial import accounts, clock
from editorial.accounts import OfficialAccount
from editorial.articles import assets
from editorial.crash import crash_point
from editorial.errors import Invalid
from editorial.intake import letters
from editorial.intake.letters import LANE, LetterPart
from editorial.outbox import holds
from editorial.people import people
from editorial.release import events
from editorial.review.checks import codes
from editorial.share_back import told
from publishers.connector import Failure, HandOver, Refused, SwitchedOff, TryLater
from publishers.pictures.results import Unusable
from publishers.wechat.client import Client

ClientOf = Callable[[OfficialAccount], Client]
REST_SECONDS = 600.0
"""How long nothing is fetched of an account that cannot be spoken to."""
NO_GROUP = "The group of this account's letter box is closed."
MARKS = re.compile(r"([\\\[\]<>`*_#])")


def waiting(session: Session) -> list[str]:
    """The lane of what came in, when something can be taken in now."""
    return letters.waiting(session) or ([LANE] if events.due(session, 1) else [])


def take_in(session: Session, client_of: ClientOf, store: Store, stop: Callable[[], bool]) -> int:
    """Take in all that waits. The caller holds the lane's lock. Returns how many events and messages were worked."""
    worked = 0
    for event in events.due(session):
        told.take_over(session, event)
        session.commit()
        worked += 1
    while not stop() and (parts := letters.due(session)):
        for part in parts:
            _take_part(session, part, client_of, store)
            crash_point("record.before_commit")
            session.commit()
            crash_point("record.after_commit")
            worked += 1
    return worked


def forget_old(session: Session) -> None:
    """Forget of followers what is no longer needed. Commits."""
    letters.forget_old(session)
    events.forget_old(session)
    session.commit()


def _take_part(session: Session, part: LetterPart, client_of: ClientOf, store: Store) -> None:
    """One message. Every way out leaves it settled or due later."""
    try:
        if part.kind == "image":
            _take_picture(session, part, client_of, store)
        elif piece := _written(part.kind, part.content):
            letters.join(session, part, piece, [])
        else:
            letters.skip(part)
    except Invalid:
        session.rollback()
        letters.postpone(session, part, NO_GROUP, REST_SECONDS)


def _take_picture(session: Session, part: LetterPart, client_of: ClientOf, store: Store) -> None:
    """Fetch it before the platform throws it away; no transaction is open while we wait for it."""
    account = accounts.get(session, part.account_id)
    if (pause := holds.holding(session, account.lane, holds.EVERYTHING)) is not None:
        letters.postpone(session, part, pause.reason, REST_SECONDS)
        return
    client, media_id = client_of(account), str(part.content["media_id"])
    session.commit()
    try:
        content = client.temporary_picture(media_id)
        fitted = darkroom.fit(io.BytesIO(content), len(content))
        noted = store_fitted(store, fitted)
    except (Refused, HandOver) as failure:
        letters.lose(session, part, failure.reason)
    except Failure as failure:
        if isinstance(failure, SwitchedOff):
            holds.hold(session, account.lane, failure.reason, until=clock.now() + timedelta(seconds=REST_SECONDS))
        letters.postpone(session, part, failure.reason, failure.after if isinstance(failure, TryLater) else None)
    except Unusable as reason:
        letters.lose(session, part, str(reason))
    else:
        asset = assets.keep(session, **noted, by=people.get(session, part.letter.contributor_id))
        codes.keep(session, asset.sha256, fitted.codes)
        letters.join(session, part, "", [asset.sha256])


def _written(kind: str, content: dict[str, Any]) -> str:
    """A message as Markdown: a text as it is, a link by its title with its description under it."""
    text, url = str(content.get("text") or ""), str(content.get("url") or "")
    if kind != "link":
        return text
    return "\n\n".join(filter(None, (link_line(text, url), MARKS.sub(r"\\\1", str(content.get("description") or "")))))


def link_line(text: str, url: str) -> str:
    """A link that somebody sent, as Markdown; only its title when its address is missing."""
    title = MARKS.sub(r"\\\1", html.unescape(text) or url)
    target = url.replace("(", "%28").replace(")", "%29").replace("<", "%3C").replace(">", "%3E")
    return f"[{title}]({target})" if url else title
