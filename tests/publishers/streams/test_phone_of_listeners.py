"""The rehearsal phone: a newcomer writes to an application that listens, and reads what it answers."""

from __future__ import annotations

import re

import pytest
import requests

from publishers.dingtalk.media import answer as answer_dingtalk
from publishers.net import Base, Line
from publishers.sandbox.running import Running
from publishers.streams.stream import Stream
from tests.publishers.streams import test_dingtalk_stream, test_feishu_stream
from tests.publishers.streams.listeners import hurry, listening

STREAMS = {"dingtalk": test_dingtalk_stream.stream, "feishu": test_feishu_stream.stream}


@pytest.mark.parametrize("platform", STREAMS)
def test_what_is_typed_on_the_phone_arrives_and_so_does_the_answer(
    sandbox: Running, platform: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    hurry(monkeypatch)
    stream: Stream = STREAMS[platform](sandbox.url)
    with listening(stream) as listener:
        page = _opened(sandbox)
        [at] = re.findall(r'name="at" value="(\w+)"', page)
        form = {name: (None, value) for name, value in {"at": at, "lang": "zh", "words": "钟楼上的钟 <b>"}.items()}
        said = requests.post(f"{sandbox.url}/phone/application", files=form, allow_redirects=False, timeout=9)
        assert (said.status_code, said.headers["Location"], listener.texts) == (303, f"/?at={at}", ["钟楼上的钟 <b>"])
        [message] = [one for one in listener.taken if one is not None]
        _answer(sandbox, platform, message.message_id)
        page = _opened(sandbox, at)
        assert "钟楼上的钟 &lt;b&gt;" in page and "收到，编号" in page and "林书瑶" in page
        lost = requests.post(f"{sandbox.url}/phone/application", files={**form, "at": (None, "x")}, timeout=5)
        assert lost.status_code == 404
    sandbox.wait_for("stream_closed")
    assert "/phone/application" not in _opened(sandbox, at) and "没有连着" in _opened(sandbox, at)


def _answer(sandbox: Running, platform: str, message_id: str) -> None:
    if platform == "dingtalk":
        session = {"session": f"{test_dingtalk_stream.KEY}:linsy"}
        answer_dingtalk(Line(Base(sandbox.url)), "/robot/sendBySession", session, "收到，编号 1")
        return
    keys = {"app_id": test_feishu_stream.APP, "app_secret": "right"}
    token = requests.post(f"{sandbox.url}/open-apis/auth/v3/tenant_access_token/internal", json=keys, timeout=5).json()
    body = {"content": '{"text": "收到，编号 1"}', "msg_type": "text", "uuid": "u1"}
    headers = {"Authorization": f"Bearer {token['tenant_access_token']}"}
    requests.post(f"{sandbox.url}/open-apis/im/v1/messages/{message_id}/reply", json=body, headers=headers, timeout=5)


def _opened(sandbox: Running, at: str = "") -> str:
    return requests.get(f"{sandbox.url}/", params={"at": at} if at else {}, timeout=5).text
