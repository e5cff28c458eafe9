"""The phone page: what followers of the account and members of the groups see, and the published articles."""

from __future__ import annotations

import base64
import re
from pathlib import Path
from urllib.parse import urlencode

from publishers.sandbox.applications import robot_talk
from publishers.sandbox.calls import Call, Json, Part, Reply
from publishers.sandbox.faults import Faults
from publishers.sandbox.streams import aibot, chats, talk
from publishers.sandbox.views import articles, home
from publishers.sandbox.views.words import WORDS, Words
from publishers.sandbox.wechat.drafts import preview_slug
from publishers.sandbox.world import World

_PAGES = Path(__file__).parent / "pages"
_FILES = {"/phone.css": "text/css; charset=utf-8", "/phone.js": "text/javascript; charset=utf-8"}
_PICTURE = re.compile(r"/mmbiz_\w+/([0-9a-f]+)/")
# Covers in group cards come from the publisher's own server, which in a rehearsal runs on this machine.
_PICTURES = "img-src 'self' data: http://127.0.0.1:* http://localhost:*"
_PHONE_POLICY = (
    f"default-src 'none'; style-src 'self'; script-src 'self'; connect-src 'self'; {_PICTURES}; base-uri 'none'"
)
_ARTICLE_POLICY = (
    f"default-src 'none'; style-src 'self' 'unsafe-inline'; {_PICTURES}; base-uri 'none'; form-action 'none'; "
    "sandbox allow-popups allow-top-navigation-by-user-activation"
)


def answer(world: World, call: Call) -> Reply:
    """A page, a file of it, a picture, or 404."""
    if call.path in _FILES:
        return Reply((_PAGES / call.path[1:]).read_bytes(), _FILES[call.path])
    if call.path == "/phone/version":
        return Reply(str(world.version).encode(), "text/plain; charset=utf-8")
    if call.path == "/phone/robot" and call.method == "POST":
        return _call_robot(world, call)
    if call.path == "/phone/application" and call.method == "POST":
        return _write_to_application(world, call)
    picture = _PICTURE.match(call.path)
    with world.lock:
        if picture:
            return _picture(world, picture[1])
        words = WORDS["en" if call.query.get("lang") == "en" else "zh"]
        if call.path == "/":
            return _page(home.page(world, words, call.query.get("at", ""), call.at), _PHONE_POLICY)
        if call.path.startswith("/s/"):
            return _article(world, words, call.path.removeprefix("/s/"))
    return _page(articles.gone(WORDS["zh"]), _ARTICLE_POLICY, 404)


def _call_robot(world: World, call: Call) -> Reply:
    """A member calls the smart robot in a group, perhaps quoting a picture or file; then the group is seen again."""
    form = call.form()
    said = {name: _typed(form.get(name)) for name in ("at", "lang", "from", "words")}
    chat = home.chat_at(world, said["at"])
    if chat is None or chat.platform != "wecom" or not world.settings.smart_robots:
        return Reply(b"", "text/plain", 404)
    robot = world.settings.smart_robots[0]
    words = f"@{robot.get('name') or robot['bot_id']}\u2005{said['words']}"
    more: Json = {"quote": quote} if (quote := _quoted(form.get("quote"))) else {}
    between = chat.key.startswith(f"{robot['bot_id']}:")
    robot_talk.say(world, {
        "bot_id": robot["bot_id"], "chatid": "" if between else robot_talk.chat_id(chat.key), "from": said["from"],
        "msgtype": "text", "text": {"content": said["words"] if between else words}, **more,
    }, call.base, aibot.telling(world, Faults()))
    return _back(said)


def _write_to_application(world: World, call: Call) -> Reply:
    """A member writes to an application that listens over a long connection; then the chat is seen again."""
    form = call.form()
    said = {name: _typed(form.get(name)) for name in ("at", "lang", "words")}
    chat = home.chat_at(world, said["at"])
    app_id, sender = chats.parties(chat.key) if chat is not None else ("", "")
    if chat is None or not app_id:
        return Reply(b"", "text/plain", 404)
    talk.say(world, Faults(), {
        "platform": chat.platform, "app_id": app_id, "from": sender, "again": 1, "msgtype": "text",
        "text": {"content": said["words"]},
    }, call.base)
    return _back(said)


def _back(said: dict[str, str]) -> Reply:
    back = urlencode({"at": said["at"]} | ({"lang": "en"} if said["lang"] == "en" else {}))
    return Reply(b"", status=303, headers={"Location": f"/?{back}"})


def _typed(part: Part | None) -> str:
    return part.content.decode("utf-8", "replace").strip() if part is not None else ""


def _quoted(part: Part | None) -> Json:
    if part is None or not part.content:
        return {}
    kind = "image" if part.content_type.startswith("image/") else "file"
    return {"msgtype": kind, kind: {"base64": base64.b64encode(part.content).decode()}}


def _article(world: World, words: Words, slug: str) -> Reply:
    found = world.page(slug)
    if found is not None:
        job, page = found
        if page.deleted:
            return _page(articles.gone(words), _ARTICLE_POLICY)
        return _page(articles.page(world, words, job.app_id, page.fields, job.finished_at), _ARTICLE_POLICY)
    for draft in world.drafts.values():
        for index, fields in enumerate(draft.articles):
            if preview_slug(draft.media_id, index) == slug:
                return _page(articles.page(world, words, draft.app_id, fields, draft.at, draft=True), _ARTICLE_POLICY)
    return _page(articles.gone(words), _ARTICLE_POLICY, 404)


def _picture(world: World, slug: str) -> Reply:
    material = world.pictures.get(slug)
    if material is None or not material.content_type.startswith("image/"):
        return Reply(b"", "text/plain", 404)
    headers = {"Cache-Control": "max-age=86400", "X-Content-Type-Options": "nosniff"}
    return Reply((world.blobs / material.sha256).read_bytes(), material.content_type, headers=headers)


def _page(html: str, policy: str, status: int = 200) -> Reply:
    headers = {
        "Content-Security-Policy": policy, "Referrer-Policy": "no-referrer", "Cache-Control": "no-store",
        "X-Content-Type-Options": "nosniff",
    }
    return Reply(html.encode("utf-8"), status=status, headers=headers)
