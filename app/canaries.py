"""The canary sings: once a day one fixed article becomes a draft, is read back, compared with the last time, and goes."""

from __future__ import annotations

from functools import lru_cache
from hashlib import sha256

from sqlalchemy import Engine
from sqlalchemy.orm import Session

from app.engine import WRITES
from app.outfit import drawn
from app.wiring import Wiring
from editorial import accounts, canaries, clock
from editorial.canaries import Canary
from publishers.connector import Article, Failure, Picture
from publishers.rendering import render
from publishers.rendering.sample import EVERY_FORM, PICTURE
from publishers.wechat import canary as birds
from publishers.wechat.client import Client

PREFIX = "canary:"
TITLE = "群声自动检查草稿，稍后自行删除"


def lanes_with_work(session: Session) -> list[str]:
    """A lane for every canary that should sing now."""
    return [f"{PREFIX}{account_id}" for account_id in canaries.due(session)]


def sing_due(session: Session, engine: Engine, wiring: Wiring, lane: str) -> int:
    """Let the canary of a lane sing, if it still should. The caller holds the lane's lock.

    The next time is set before the first call, so that a run that is killed does not come at once again.
    """
    bird = session.get_one(Canary, int(lane.removeprefix(PREFIX)))
    if bird.next_at is None or bird.next_at > clock.now():
        return 0
    account = accounts.get(session, bird.account_id)
    bird.next_at = clock.now() + canaries.AFTER_FAILURE if bird.sings else None
    session.flush()
    # Read once more, they would open a transaction that stays open while we speak to the platform.
    session.expunge(bird)
    session.expunge(account)
    session.commit()
    client = wiring.client(engine, account)
    if bird.sings:
        _sing(engine, client, bird)
    else:
        _clear(client, bird)
    return 1


@lru_cache(maxsize=1)
def article() -> Article:
    """The fixed article: every form that the renderer knows, with one picture of ours."""
    content = drawn("canary", TITLE, "default")
    picture = Picture(sha256(content).hexdigest(), content, "image/png", PICTURE)
    html = render(EVERY_FORM, "default").html
    return Article(title=TITLE, html=html, cover=picture, author="群声", digest="自动检查，读者看不到。", pictures=(picture,))


def _sing(engine: Engine, client: Client, bird: Canary) -> None:
    def remember(name: str, value: str) -> None:
        with Session(engine.execution_options(**WRITES)) as session:
            canaries.remember(session, bird.account_id, name, value)
            session.commit()

    try:
        song = birds.sing(client, article(), bird.mark, bird.memory, remember)
    except Failure as failure:
        with Session(engine.execution_options(**WRITES)) as session:
            canaries.record_failure(
                session.get_one(Canary, bird.account_id), failure.reason, code=failure.code, rid=failure.rid)
            session.commit()
        return
    with Session(engine.execution_options(**WRITES)) as session:
        kept = session.get_one(Canary, bird.account_id)
        changes = birds.difference(kept.lines, song.lines) if kept.lines else []
        canaries.record(session, kept, song.fingerprint, list(song.lines), changes)
        session.commit()


def _clear(client: Client, bird: Canary) -> None:
    """Switched off: nothing of it stays in the draft box. What cannot be reached now is found when it is switched on."""
    try:
        birds.clear(client, TITLE, bird.mark)
    except Failure:
        return
