"""A house with one edition of each mode and size, built once with the real verbs and put back for every run."""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from flask import Flask
from sqlalchemy.orm import Session

from app import schema
from app.config import Settings, from_env
from app.engine import WRITES, open_engine
from app.factory import create_app
from app.jobs import Works
from editorial import accounts
from editorial.people.people import Person
from editorial.vault import vault
from tests import factories
from tests.trials.wechat.wire import BASE
from tests.trials.world import CALLBACK_TOKEN, SECRET, keep_picture, signed_edition

APP_ID = "wx00000000000trial"
FOUNDED = datetime(2026, 12, 1, 1, tzinfo=UTC)
CALL_SECONDS, SETTLE_SECONDS, POLL_SECONDS = 30.0, 60.0, 10.0
EDITIONS = {
    "release": ("七十二小时的试车台", "release", 1), "releases": ("食堂里的桂花", "release", 2),
    "mass_send": ("夜班的灯", "mass_send", 1), "mass_sends": ("换了新工装", "mass_send", 2),
}
"""Title, mode and number of articles of each edition."""
MARKS = ("generation",)


@dataclass
class House:
    """An instance in `folder`: its settings, its worker and its pages. Built at FOUNDED, under a moved clock."""

    settings: Settings
    works: Works
    app: Flask
    account_id: int
    lane: str
    editions: dict[str, int]
    publisher_id: int
    model: Path

    def put_back(self) -> None:
        """Everything as it was founded."""
        target = sqlite3.connect(self.settings.instance / "qunsheng.sqlite")
        with sqlite3.connect(self.model) as source:
            source.backup(target)
        source.close()
        target.close()
        for name in MARKS:
            (self.settings.instance / name).unlink(missing_ok=True)

    def publisher(self, session: Session) -> Person:
        return session.get_one(Person, self.publisher_id)

    def close(self) -> None:
        self.works.engine.dispose()


def build(folder: Path) -> House:
    """Found the house in an empty folder. The clock must stand at FOUNDED."""
    vault.open_with(SECRET)
    settings = from_env(_env(folder))
    engine = open_engine(settings)
    schema.migrate(engine)
    with Session(engine.execution_options(**WRITES)) as session:
        everyone = factories.one_of_each(session)
        account = accounts.add(
            session, name="澄江机电", account_type="subscription", app_id=APP_ID, app_secret="right", callback_token=CALLBACK_TOKEN,
        )
        accounts.record_rights(session, account, {"draft": True, "release": True, "mass_send": True, "statistics": True})
        picture = keep_picture(session, settings)
        made = {
            name: signed_edition(session, everyone, account, title, mode, count, picture).id
            for name, (title, mode, count) in EDITIONS.items()
        }
        session.commit()
        account_id, lane, publisher_id = account.id, account.lane, everyone["publisher"].id
    engine.dispose()
    model = folder / "model.sqlite"
    with sqlite3.connect(folder / "qunsheng.sqlite") as source, sqlite3.connect(model) as target:
        source.backup(target)
    app = create_app(settings)
    return House(settings, Works(settings), app, account_id, lane, made, publisher_id, model)


def begins_at(hours: float) -> datetime:
    """When a run begins: some hours after the house was founded, a new day in China among them."""
    return FOUNDED + timedelta(hours=hours)


def _env(folder: Path) -> dict[str, str]:
    bases = {f"QUNSHENG_{name}_API": BASE for name in ("WECHAT", "WECOM", "DINGTALK", "DINGTALK_NEW", "FEISHU")}
    return {
        "QUNSHENG_INSTANCE": str(folder), "QUNSHENG_DATABASE_URL": f"sqlite:///{folder / 'qunsheng.sqlite'}",
        "QUNSHENG_SECRET_KEY": SECRET, "QUNSHENG_PUBLIC_URL": "http://127.0.0.1:8000",
        "QUNSHENG_CALL_SECONDS": str(CALL_SECONDS), "QUNSHENG_SETTLE_SECONDS": str(SETTLE_SECONDS),
        "QUNSHENG_POLL_SECONDS": str(POLL_SECONDS), **bases,
    }
