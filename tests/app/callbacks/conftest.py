"""An account whose callback is set up, and whatever a follower or the platform may send it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import Engine
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from app import incoming
from app.config import Settings
from app.engine import WRITES
from app.media import Store
from app.wiring import Wiring
from editorial.accounts import OfficialAccount
from editorial.intake import letter_boxes
from editorial.people.people import Person
from tests import factories
from tests.publishers.wechat import pushes

Push = Callable[..., TestResponse]


@pytest.fixture
def account(session: Session, people: dict[str, Person]) -> OfficialAccount:
    """An account whose callback is set up."""
    made = factories.account(session, pushes.APP_ID)
    made.secrets = {**made.secrets, "callback_token": pushes.TOKEN, "encoding_aes_key": pushes.AES_KEY}
    factories.group(session, "readers")
    session.expire_on_commit = False
    session.commit()
    return made


@pytest.fixture
def box(session: Session, account: OfficialAccount, people: dict[str, Person]) -> int:
    """The account takes followers' messages as submissions of the readers' group. The account's id."""
    change_box(session, account, people["admin"])
    session.commit()
    return account.id


def change_box(session: Session, account: OfficialAccount, by: Person, **words: Any) -> None:
    """Open the letter box unless `words` say otherwise."""
    letter_boxes.change(session, account, by=by, **{
        "is_open": True, "origin_group": "readers", "opening_word": "", "only_sealed": False,
        "stand_in": f"{account.name} 的关注者", **words,
    })


@pytest.fixture
def look(engine: Engine) -> Iterator[Callable[[], Session]]:
    """A session that sees what stands now and keeps nobody from writing."""
    with Session(engine) as session:

        def fresh() -> Session:
            session.rollback()
            return session

        yield fresh


@pytest.fixture
def push(client: FlaskClient, account: OfficialAccount) -> Push:
    """Push fields to the account's callback address as the platform does."""

    def pushed(said: Mapping[str, Any], mode: str = pushes.PLAIN, **how: Any) -> TestResponse:
        query, body = pushes.pushed(said, mode, **how)
        return client.post(f"/callbacks/wechat/{account.id}", query_string=query, data=body)

    return pushed


@pytest.fixture
def take_in(engine: Engine, settings: Settings) -> Callable[[], int]:
    """Let a worker take in what came."""

    def taken() -> int:
        with Session(engine.execution_options(**WRITES)) as session:
            wiring = Wiring(settings)
            return incoming.take_in(
                session, lambda account: wiring.client(engine, account), Store(settings), lambda: False
            )

    return taken
