"""What people sent to an application, as its platform gives it out: by handle, for three days."""

from __future__ import annotations

from publishers.sandbox.calls import Call, Json, Refusal, Reply
from publishers.sandbox.world import World, new_id

MEDIA = "/cgi-bin/media/get"
DOWNLOAD = "/v1.0/robot/messageFiles/download"
STORE = "/dingtalk-files"
"""DingTalk gives an address outside its own; this one stands for it."""
LIVES_SECONDS = 3 * 86_400.0
GONE = {"wecom": 40007, "dingtalk": 400404, "feishu": 234003}


def hand_in(world: World, platform: str, content: bytes, content_type: str, at: float) -> str:
    """Keep what a person sent to an application of this platform; the handle it is fetched by."""
    handle = new_id(48)
    world.record(
        "temporary_added", at, app_id=platform, media_id=handle, type="file", name=handle, slug=new_id(86),
        sha256=world.keep_blob(content), content_type=content_type,
    )
    return handle


def is_file(path: str) -> bool:
    """Whether a file and not words is answered."""
    return path == MEDIA or "/resources/" in path


def file(world: World, call: Call) -> Reply:
    """WeCom's `media/get` and Feishu's `messages/…/resources/<key>`."""
    if call.path == MEDIA:
        return _given(world, "wecom", call.query.get("media_id", ""), call.at)
    return _given(world, "feishu", call.path.rpartition("/")[2], call.at)


def address(world: World, call: Call) -> Json:
    """DingTalk's `messageFiles/download`: a short-lived address for a download code."""
    body = call.json() or {}
    code = str(body.get("downloadCode") or "")
    if not body.get("robotCode"):
        raise Refusal(40035, "robotCode missing")
    _given(world, "dingtalk", code, call.at)
    return {"downloadUrl": f"{call.base}{STORE}?code={code}"}


def from_store(world: World, call: Call) -> Reply:
    """The file behind such an address; the address is the key."""
    return _given(world, "dingtalk", call.query.get("code", ""), call.at)


def _given(world: World, platform: str, handle: str, at: float) -> Reply:
    held = world.temporary.get(handle)
    if held is None or held.app_id != platform or at - held.at > LIVES_SECONDS:
        raise Refusal(GONE[platform], "file not found or expired")
    return Reply((world.blobs / held.sha256).read_bytes(), held.content_type)
