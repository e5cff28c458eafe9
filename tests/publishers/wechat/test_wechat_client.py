"""What wechatpy does badly and we must not: empty files on a repeat, pages taken for answers, secrets in logs."""

from __future__ import annotations

import logging

import pytest

from publishers.connector import Failure, OutcomeUnknown, TryLater
from publishers.net import Base, Line
from publishers.sandbox.running import Running
from publishers.tokens import Token, TokensInMemory
from publishers.wechat.client import Client, effect_of
from publishers.wechat.errors import Effect
from publishers.wechat.tokens import Credentials
from tests.publishers.wechat.deliveries import APP_ID, COVER, LEAD, SECRET


def article(client: Client, **changes: str) -> dict[str, object]:
    return {"title": LEAD.title, "content": "<p>正文</p>", "thumb_media_id": client.add_cover(COVER), **changes}


def test_a_file_is_whole_when_the_call_is_repeated(client: Client, sandbox: Running) -> None:
    client.count_drafts()
    sandbox.control("POST", "tokens/expire", {"app_id": APP_ID})
    assert client.upload_body_picture(COVER).startswith(sandbox.url)
    assert len(sandbox.effects("image_uploaded")) == 1


def test_characters_are_sent_as_they_are(client: Client) -> None:
    media_id = client.add_draft([article(client, title="“群声”第1期：你好，𠮷野！👍")])
    assert client.draft(media_id)[0]["title"] == "“群声”第1期：你好，𠮷野！👍"


@pytest.mark.parametrize("act", ["html", "truncate", "drop_after"])
def test_a_page_or_half_an_answer_is_no_answer(client: Client, sandbox: Running, act: str) -> None:
    sandbox.fault("/cgi-bin/draft/count", act)
    with pytest.raises(TryLater):
        client.count_drafts()
    sandbox.fault("/cgi-bin/draft/add", act)
    with pytest.raises(OutcomeUnknown):
        client.add_draft([article(client)])


def test_a_server_that_is_not_there_certainly_took_nothing(store: TokensInMemory) -> None:
    store.save(APP_ID, Token("a token", 2e9, 1e9))
    nobody = Client(Credentials(APP_ID, SECRET), Line(Base("http://127.0.0.1:1")), store)
    with pytest.raises(TryLater):
        nobody.submit("a draft")


def test_a_connection_that_breaks_may_have_taken_it(client: Client, sandbox: Running) -> None:
    sandbox.fault("/cgi-bin/freepublish/submit", "drop_before")
    with pytest.raises(OutcomeUnknown):
        client.submit("a draft")


@pytest.mark.parametrize(
    ("path", "effect"),
    [("/cgi-bin/freepublish/submit", Effect.VISIBLE), ("/cgi-bin/message/mass/sendall", Effect.VISIBLE),
     ("/cgi-bin/draft/add", Effect.HIDDEN), ("/cgi-bin/draft/get", Effect.NONE),
     ("/cgi-bin/media/uploadimg", Effect.NONE), ("/datacube/getbizsummary", Effect.NONE)],
)
def test_each_call_is_read_by_what_it_leaves_behind(path: str, effect: Effect) -> None:
    assert effect_of(path) is effect


def test_nothing_secret_is_logged(
    client: Client, sandbox: Running, store: TokensInMemory, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.DEBUG):
        client.add_draft([article(client)])
        sandbox.fault("/cgi-bin/draft/count", "drop_before")
        with pytest.raises(Failure):
            client.count_drafts()
    token = store.get(APP_ID)
    assert token is not None
    assert token.value not in caplog.text
    assert SECRET not in caplog.text
