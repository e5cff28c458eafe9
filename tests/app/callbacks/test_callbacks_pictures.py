"""Pictures of followers over the wire: the simulated platform pushes, we answer, a worker fetches before they are gone."""

from __future__ import annotations

import base64
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import Engine, select
from sqlalchemy.orm import Session
from werkzeug.serving import make_server

from app.config import Settings
from app.engine import WRITES, open_engine
from app.factory import create_app
from app.jobs import Works
from app.media import Store
from editorial import clock
from editorial.articles.assets import Asset
from editorial.intake.letters import LetterPart
from editorial.intake.submissions import Submission
from editorial.notices import Notice
from editorial.outbox import holds
from editorial.vault import vault
from publishers.sandbox.running import Running
from tests import factories
from tests.app.callbacks.conftest import change_box
from tests.conftest import SECRET, make_settings
from tests.pictures import photo
from tests.publishers.wechat import pushes

ROOT = Path(__file__).resolve().parents[3]
PICTURE = base64.b64encode(photo()).decode()
FORMS = [(mode, form) for mode in pushes.MODES for form in ("xml", "json")]


class House:
    """A served instance whose platform is the simulated one, with an account whose letter box is open."""

    def __init__(self, settings: Settings, sandbox: Running, app: Flask) -> None:
        self.settings, self.sandbox = settings, sandbox
        self.engine: Engine = open_engine(settings)
        self._server = make_server("127.0.0.1", 0, app, threaded=True)
        threading.Thread(target=self._server.serve_forever, daemon=True).start()
        with Session(self.engine.execution_options(**WRITES)) as session:
            people = factories.one_of_each(session)
            account = factories.account(session, pushes.APP_ID)
            account.secrets = {**account.secrets, "callback_token": pushes.TOKEN, "encoding_aes_key": pushes.AES_KEY}
            factories.group(session, "readers")
            change_box(session, account, people["admin"])
            session.commit()
            self.lane, self.editor = account.lane, people["desk_editor"].id
            url = f"http://127.0.0.1:{self._server.server_port}/callbacks/wechat/{account.id}"
        sandbox.account(pushes.APP_ID, callback_url=url, token=pushes.TOKEN, encoding_aes_key=pushes.AES_KEY, secret="right")

    def write(self, kind: str, **said: Any) -> str:
        """A follower writes; what they are answered."""
        told = self.sandbox.control("POST", "messages", {"app_id": pushes.APP_ID, "type": kind, **said})
        assert told["ok"], told
        return str(told["reply"].get("Content", ""))

    def work(self) -> int:
        """Let a worker take in what came."""
        works = Works(self.settings)
        done = sum(works.drain(lane) for lane in works.lanes_with_work() if lane == "letters")
        works.engine.dispose()
        return done

    def read(self) -> Session:
        return Session(self.engine)

    def stop(self) -> None:
        self._server.shutdown()
        self.engine.dispose()


@pytest.fixture
def house(request: pytest.FixtureRequest, sandbox: Running, tmp_path: Path) -> Iterator[House]:
    """A house on SQLite, or on the kind of database that the test names."""
    vault.open_with(SECRET)
    url = request.getfixturevalue("database_url" if "database_url" in request.fixturenames else "sqlite_url")
    settings = make_settings(tmp_path, database_url=url, platform=sandbox.url)
    made = House(settings, sandbox, create_app(settings))
    yield made
    made.stop()


def test_a_story_with_pictures_arrives_in_every_mode_and_format(database_url: str, house: House) -> None:
    for mode, form in FORMS:
        house.sandbox.account(pushes.APP_ID, push_mode=mode, push_format=form)
        who = f"o_{mode}_{form}"
        assert "编号" in house.write("text", Content=f"钟楼修好了\n{mode} {form}", **{"from": who})
        assert house.write("image", picture=PICTURE, **{"from": who}) == ""
        assert "已收到" in house.write("text", Content="状态", **{"from": who})
    assert house.work() == 2 * len(FORMS)
    with house.read() as session:
        made = session.scalars(select(Submission).order_by(Submission.id)).all()
        asset = session.scalars(select(Asset)).one()
        assert len(made) == len(FORMS) and asset.brought_by_id == made[0].contributor_id
        for submission, (mode, form) in zip(made, FORMS, strict=True):
            assert submission.body == f"钟楼修好了\n{mode} {form}"
            assert submission.pictures == [asset.sha256]
        assert Store(house.settings).read(asset.sha256)


def test_a_picture_alone_is_a_submission(house: House) -> None:
    house.write("image", picture=PICTURE)
    house.work()
    with house.read() as session:
        made = session.scalars(select(Submission)).one()
        assert (made.title, made.body, len(made.pictures)) == ("关注者发来的图片", "关注者发来的图片", 1)


def test_the_first_words_after_a_picture_are_its_headline(house: House) -> None:
    house.write("image", picture=PICTURE)
    house.work()
    for words in ("钟楼修好了", "修钟的是门卫老周。"):
        house.write("text", Content=words)
        house.work()
    with house.read() as session:
        made = session.scalars(select(Submission)).one()
        assert (made.title, made.body, len(made.pictures)) == ("钟楼修好了", "钟楼修好了\n\n修钟的是门卫老周。", 1)


def test_a_picture_is_tried_again_while_the_text_is_there_already(house: House) -> None:
    house.write("text", Content="钟楼修好了")
    house.write("image", picture=PICTURE)
    faults = ("busy", "drop_before", "drop_after", "truncate", "html", "status")
    for act in faults:
        house.sandbox.fault("/cgi-bin/media/get", act)
    start = clock.now()
    for tries, act in enumerate(faults, 1):
        with clock.at(start + timedelta(minutes=20 * tries)):
            house.work()
            with house.read() as session:
                assert session.scalars(select(Submission)).one().pictures == []
                part = session.scalars(select(LetterPart).where(LetterPart.due_at.is_not(None))).one()
                assert part.tries == tries and part.due_at is not None and part.due_at > clock.now(), act
    with clock.at(start + timedelta(hours=3)):
        assert house.work() == 1
    with house.read() as session:
        assert len(session.scalars(select(Submission)).one().pictures) == 1


@pytest.mark.parametrize("gone", ["expired", "no_picture"])
def test_a_picture_that_cannot_be_had_is_told_and_the_story_stands(house: House, gone: str) -> None:
    house.write("text", Content="钟楼修好了")
    if gone == "expired":
        house.write("image", MediaId="media-of-last-week", PicUrl="http://mmbiz.qpic.cn/x")
    else:
        house.write("image", picture=base64.b64encode(b"GIF89a and nothing more").decode())
    house.work()
    with house.read() as session:
        submission = session.scalars(select(Submission)).one()
        assert (submission.body, submission.pictures) == ("钟楼修好了", [])
        told = session.scalars(select(Notice).where(Notice.cause.startswith("lost_part:"))).one()
        assert (told.person_id, told.params["number"]) == (house.editor, submission.number)
        assert session.scalars(select(LetterPart.due_at)).all() == [None, None]


def test_an_account_that_is_paused_is_not_spoken_to(house: House) -> None:
    with Session(house.engine.execution_options(**WRITES)) as session:
        holds.hold(session, house.lane, "The AppSecret is wrong.")
        session.commit()
    house.write("image", picture=PICTURE)
    house.work()
    assert house.sandbox.calls("/cgi-bin/media/get") == []
    with house.read() as session:
        assert session.scalars(select(LetterPart.reason)).one() == "The AppSecret is wrong."


DEATHS = ("record.before_commit:1", "media.before_rename:1", "media.after_rename:1", "record.after_commit:1")
WORK = """
import sys
from app.config import from_env
from app.jobs import Works
works = Works(from_env())
while "letters" in works.lanes_with_work():
    works.drain("letters")
"""


@pytest.mark.slow
def test_p5_a_worker_that_dies_anywhere_loses_nothing_and_doubles_nothing(house: House) -> None:
    house.write("text", Content="钟楼修好了")
    house.write("image", picture=PICTURE)
    house.write("text", Content="修钟的是门卫老周。")
    ended = [
        subprocess.run([sys.executable, "-c", WORK], cwd=ROOT, env=_environment(house.settings, point), check=False, timeout=120)
        for point in (*DEATHS, "")
    ]
    assert [one.returncode for one in ended] == [-signal.SIGKILL] * len(DEATHS) + [0]
    with house.read() as session:
        submission, asset = session.scalars(select(Submission)).one(), session.scalars(select(Asset)).one()
        assert submission.body == "钟楼修好了\n\n修钟的是门卫老周。"
        assert submission.pictures == [asset.sha256]


def _environment(settings: Settings, crash_at: str) -> dict[str, str]:
    platform = settings.platforms.wechat.url
    bases = {f"QUNSHENG_{name}_API": platform for name in ("WECHAT", "WECOM", "DINGTALK", "DINGTALK_NEW", "FEISHU")}
    return {
        "PATH": os.environ["PATH"], "QUNSHENG_INSTANCE": str(settings.instance), "QUNSHENG_SECRET_KEY": SECRET,
        "QUNSHENG_DATABASE_URL": settings.database_url, "QUNSHENG_CRASH_AT": crash_at, **bases,
    }
