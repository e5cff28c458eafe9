"""The chats of two, between a member of the company and an application that listens, as the phone shows them."""

from __future__ import annotations

from publishers.sandbox.calls import Json
from publishers.sandbox.world import World


def open_chat(world: World, platform: str, app_id: str, sender: str = "") -> str:
    """The chat of this member, or of the first one, with an application; made on first use. Its key."""
    people = {str(one["id"]): str(one["name"]) for one in world.settings.company_people if not one.get("outside")}
    sender = sender or next(iter(people), "linsy")
    key = f"{app_id}:{sender}"
    if (platform, key) not in world.chats:
        name = f"应用 {app_id[-4:]}（{people.get(sender, sender)}）"
        world.record("chat", world.now(), values={"platform": platform, "key": key, "name": name})
    return key


def parties(key: str) -> tuple[str, str]:
    """Application and member of such a chat; empty for a group's."""
    app_id, mark, sender = key.partition(":")
    return (app_id, sender) if mark else ("", "")


def show_member(world: World, platform: str, key: str, words: str, number: str) -> None:
    """What a member has written."""
    sender = parties(key)[1]
    name = next((str(one["name"]) for one in world.settings.company_people if one["id"] == sender), sender)
    bubble = {"style": "text", "text": words, "who": name}
    _show(world, "member_message", platform, key, bubble, id=number)


def show_answer(world: World, platform: str, key: str, words: str) -> None:
    """What the application has answered."""
    _show(world, "robot_message", platform, key, {"style": "text", "text": words})


def _show(world: World, kind: str, platform: str, key: str, bubble: Json, **more: str) -> None:
    chat = world.chats[platform, key]
    world.record(kind, world.now(), platform=platform, key=key, chat=chat.name, msgtype="text", bubble=bubble, body={}, **more)
