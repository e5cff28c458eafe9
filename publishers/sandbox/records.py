"""What each kind of record changes in the world."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import fields
from typing import TYPE_CHECKING

from publishers.sandbox import chinatime
from publishers.sandbox.log import Record
from publishers.sandbox.things import (
    KINDS,
    RIGHT_ALIASES,
    RIGHTS,
    Account,
    Bubble,
    Chat,
    Comment,
    Draft,
    Job,
    Letter,
    Mail,
    Material,
    Page,
    Settings,
    Token,
)

if TYPE_CHECKING:
    from publishers.sandbox.world import World

HIDDEN = frozenset({"settings", "account", "chat", "token", "token_killed"})
"""Records that are no effect on the outside world."""


def apply(world: World, record: Record) -> None:
    """Change the tables as `record` says; kinds without a table are effects to be read and no more."""
    change = _CHANGES.get(record["kind"])
    if change is not None:
        change(world, record)


def _settings(world: World, record: Record) -> None:
    known = {item.name for item in fields(Settings)}
    for name, value in record["values"].items():
        if name in known:
            setattr(world.settings, name, value)
    world.log.fsync = world.settings.fsync


def _account(world: World, record: Record) -> None:
    values = dict(record["values"])
    account = world.account(values["app_id"]) or Account(values["app_id"])
    if kind := KINDS.get(values.get("kind", "")):
        account.rights = {right: right in kind.rights for right in RIGHTS}
        account.mass_per_day, account.mass_per_month = kind.mass_per_day, kind.mass_per_month
    if "followers" in values or not account.counted_on:
        account.counted_on = chinatime.day(record["at"]).isoformat()
    rights = {RIGHT_ALIASES.get(name, name): bool(held) for name, held in values.pop("rights", {}).items()}
    account.rights.update(rights)
    for name, value in values.items():
        setattr(account, name, value)
    account.name = account.name or f"演练公众号 {account.app_id[-4:]}"
    world.accounts[account.app_id] = account


def _chat(world: World, record: Record) -> None:
    values = record["values"]
    place = values["platform"], values["key"]
    chat = world.chats.get(place)
    if chat is None:
        world.chats[place] = Chat(**values)
        return
    for name, value in values.items():
        setattr(chat, name, value)


def _token(world: World, record: Record) -> None:
    world.tokens[record["value"]] = Token(
        record["value"], record["app_id"], record["stable"], record["expires_at"], record["at"]
    )


def _token_killed(world: World, record: Record) -> None:
    for token in world.tokens.values():
        if token.app_id == record["app_id"] and token.value in record["values"]:
            token.expires_at, token.killed = record["dies_at"], record["killed"]


def _picture(world: World, record: Record) -> None:
    material = Material(**{name: record[name] for name in Material.__dataclass_fields__})
    world.pictures[material.slug] = material
    if record["kind"] == "material_added":
        world.materials[material.media_id] = material
    if record["kind"] == "temporary_added":
        world.temporary[material.media_id] = material


def _material_deleted(world: World, record: Record) -> None:
    world.materials.pop(record["media_id"], None)


def _draft_added(world: World, record: Record) -> None:
    world.drafts[record["media_id"]] = Draft(record["app_id"], record["media_id"], record["articles"], record["at"])


def _draft_updated(world: World, record: Record) -> None:
    draft = world.drafts[record["media_id"]]
    draft.articles[record["index"]], draft.at = record["article"], record["at"]


def _draft_deleted(world: World, record: Record) -> None:
    world.drafts.pop(record["media_id"], None)


def _job(world: World, record: Record) -> None:
    draft = world.drafts.get(record["media_id"])
    if not world.settings.keeps_draft:
        world.drafts.pop(record["media_id"], None)
    names = {item.name for item in fields(Job)} & set(record)
    world.jobs[record["id"]] = Job(
        **{name: record[name] for name in names}, articles=draft.articles if draft else []
    )


def _job_confirmed(world: World, record: Record) -> None:
    job = world.jobs[record["id"]]
    job.admin_until, job.due, job.result = 0.0, record["due"], record["result"]


def _job_done(world: World, record: Record) -> None:
    job = world.jobs[record["id"]]
    job.status, job.finished_at, job.article_id = record["status"], record["at"], record["article_id"]
    job.counts = record.get("counts", {})
    job.pages = [
        Page(slug, n, job.articles[n - 1], comments_open=bool(job.articles[n - 1]["need_open_comment"]))
        for n, slug in enumerate(record["slugs"], 1)
    ]
    for page in job.pages:
        world.slugs[page.slug] = job, page
    if job.status == 0:
        world.drafts.pop(job.media_id, None)
    elif job.articles and not record.get("used_up"):
        # A refused task leaves the draft where it was.
        world.drafts[job.media_id] = Draft(job.app_id, job.media_id, job.articles, record["at"])


def _article_deleted(world: World, record: Record) -> None:
    job = world.jobs[record["id"]]
    for page in job.pages:
        page.deleted = page.deleted or page.position in record["positions"]
    if all(page.deleted for page in job.pages):
        job.status = record.get("status", 5)


def _comments_switched(world: World, record: Record) -> None:
    world.jobs[record["id"]].pages[record["index"]].comments_open = record["open"]


def _comment(world: World, record: Record) -> None:
    comment = Comment(**record["comment"])
    world.comments[comment.id] = comment


def _comment_changed(world: World, record: Record) -> None:
    comment = world.comments[record["id"]]
    for name, value in record["changes"].items():
        setattr(comment, name, value)


def _comment_deleted(world: World, record: Record) -> None:
    world.comments.pop(record["id"], None)


def _robot_message(world: World, record: Record) -> None:
    chat = world.chats[record["platform"], record["key"]]
    chat.bubbles.append(Bubble(at=record["at"], **record["bubble"]))


def _letter(world: World, record: Record) -> None:
    letter = Letter(at=record["at"], **record["letter"])
    world.letters.setdefault(letter.recipient, []).append(letter)


def _mail_arrived(world: World, record: Record) -> None:
    world.mails.append(Mail(record["blob"]))


def _mail_seen(world: World, record: Record) -> None:
    if 0 < record["number"] <= len(world.mails):
        world.mails[record["number"] - 1].seen = True


def _message_recalled(world: World, record: Record) -> None:
    for bubble in world.chats[record["platform"], record["key"]].bubbles:
        if bubble.at == record["message_at"]:
            bubble.style, bubble.text, bubble.title, bubble.cards = "text", "编辑部撤回了一条消息", "", []


_CHANGES: dict[str, Callable[[World, Record], None]] = {
    "settings": _settings,
    "account": _account,
    "chat": _chat,
    "token": _token,
    "token_killed": _token_killed,
    "image_uploaded": _picture,
    "material_added": _picture,
    "material_deleted": _material_deleted,
    "draft_added": _draft_added,
    "draft_updated": _draft_updated,
    "draft_deleted": _draft_deleted,
    "publish_submitted": _job,
    "mass_submitted": _job,
    "published": _job_done,
    "publish_failed": _job_done,
    "mass_sent": _job_done,
    "mass_failed": _job_done,
    "article_deleted": _article_deleted,
    "mass_deleted": _article_deleted,
    "article_banned": _article_deleted,
    "mass_confirmed": _job_confirmed,
    "comments_switched": _comments_switched,
    "comment_written": _comment,
    "comment_changed": _comment_changed,
    "comment_deleted": _comment_deleted,
    "temporary_added": _picture,
    "robot_message": _robot_message,
    "member_message": _robot_message,
    "message_recalled": _message_recalled,
    "letter": _letter,
    "mail_arrived": _mail_arrived,
    "mail_seen": _mail_seen,
}
