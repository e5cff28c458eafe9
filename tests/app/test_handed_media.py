"""What people sent to the company's applications is fetched from their platforms; nothing that can be mended loses it."""

from __future__ import annotations

import base64

import pytest
from sqlalchemy import Engine
from sqlalchemy.orm import Session

from app.engine import WRITES
from app.handed_media import HandedMedia
from app.wiring import Wiring
from editorial import platform_applications
from editorial.platform_applications import PlatformApplication
from publishers.connector import Refused, TryLater
from tests import factories
from tests.conftest import make_settings

PATHS = {
    "wecom": "/cgi-bin/media/get", "dingtalk": "/v1.0/robot/messageFiles/download",
    "feishu": "/open-apis/im/v1/messages/om_1/resources/",
}
TOKENS = {
    "wecom": "/cgi-bin/gettoken", "dingtalk": "/v1.0/oauth2/accessToken",
    "feishu": "/open-apis/auth/v3/tenant_access_token/internal",
}
CONTENT = b"\xff\xd8\xff" + bytes(range(256)) * 40


@pytest.fixture
def settings(sqlite_url, tmp_path, sandbox):
    """An instance whose platforms are the simulated ones."""
    return make_settings(tmp_path, database_url=sqlite_url, platform=sandbox.url)


@pytest.fixture(params=PATHS)
def application(request, session) -> PlatformApplication:
    """The company's application on one of the three platforms."""
    made = factories.application(session, request.param)
    session.expire_on_commit = False
    session.commit()
    return made


@pytest.fixture
def media(settings) -> HandedMedia:
    return HandedMedia(Wiring(settings))


@pytest.fixture
def handle(sandbox, application) -> str:
    said = {"platform": application.platform, "content": base64.b64encode(CONTENT).decode()}
    return sandbox.control("POST", "handed", said)["handle"]


def fetched(engine: Engine, media: HandedMedia, application: PlatformApplication, handle: str) -> bytes:
    with Session(engine.execution_options(**WRITES)) as session:
        return media.fetch(session, f"{application.platform}:{application.id}", "om_1", "picture", handle)


def test_the_bytes_arrive_under_one_token_for_all(engine, media, settings, application, handle, sandbox):
    others = HandedMedia(Wiring(settings))
    assert [fetched(engine, one, application, handle) for one in (media, others, media)] == [CONTENT] * 3
    assert len(sandbox.calls(TOKENS[application.platform])) == 1


def test_a_token_that_ran_out_is_renewed_once(engine, media, application, handle, sandbox):
    fetched(engine, media, application, handle)
    sandbox.clock(forward=8000)
    assert fetched(engine, media, application, handle) == CONTENT
    assert len(sandbox.calls(TOKENS[application.platform])) == 2


def test_what_is_gone_is_gone(engine, media, application, sandbox):
    with pytest.raises(Refused):
        fetched(engine, media, application, "nothing")


@pytest.mark.parametrize(("act", "more"), [("drop_after", {}), ("html", {}), ("status", {"code": 502}), ("truncate", {})])
def test_doubt_means_later_and_loses_nothing(engine, media, application, handle, sandbox, act, more):
    sandbox.fault(PATHS[application.platform], act, **more)
    with pytest.raises(TryLater):
        fetched(engine, media, application, handle)
    assert fetched(engine, media, application, handle) == CONTENT


def test_a_wrong_secret_waits_for_somebody_to_mend_it(engine, media, session, application, handle):
    platform_applications.change(session, application, {"secret": "wrong"})
    session.commit()
    with pytest.raises(TryLater):
        fetched(engine, media, application, handle)
    session.refresh(application)
    assert application.trouble
    platform_applications.change(session, application, {"secret": "right"})
    session.commit()
    assert fetched(engine, media, application, handle) == CONTENT


def test_an_answer_that_is_repeated_is_shown_once(engine, media, session, sandbox):
    application = factories.application(session, "feishu")
    session.commit()
    way = f"feishu:{application.id}"
    session.rollback()
    for _again in range(2):
        with Session(engine.execution_options(**WRITES)) as own:
            media.answer(own, way, "om_1", "已收到", "key-1")
    assert [effect["content"] for effect in sandbox.effects("reply")] == [{"text": "已收到"}]
