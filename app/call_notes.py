"""What a call for stories says to a group, in the words of the groups' own language, and the first draft of its summary."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy.orm import Session

from editorial import clock
from editorial.outbox.deliveries import Delivery
from editorial.share_back import group_habits
from editorial.story_calls import answers, messages
from editorial.story_calls.answers import Fate, Told
from editorial.story_calls.calls import MOST_SUMMARY
from editorial.story_calls.rows import CallTarget, Message, StoryCall
from publishers.connector import REMOTE_ID, NoteParcel

MOST_NAMES = 20
HEADS = {Message.OPENING: "征稿", Message.REMINDER: "征稿快截止了", Message.MORE_TIME: "征稿延期", Message.SUMMARY: "征稿小结"}
UNNAMED = "暂不公开"
NOBODY_CAME = "这次征稿没有收到来稿。想到什么，随时都可以投稿。"


def note_of(session: Session, delivery: Delivery, public: str, zone: str) -> NoteParcel:
    """The parcel of a delivery of purpose `story_call`. `public`: how the world reaches us; the deadline is told in `zone`."""
    message = messages.of_delivery(session, delivery)
    target, kind = message.target, message.kind
    opening = group_habits.at_hand(session, [target.group_id]).of(target.group_id).opening_words
    text = "\n".join(part for part in (opening, *_lines(session, target.call, kind, zone)) if part)
    memory = {**delivery.memory, REMOTE_ID: delivery.remote_id} if delivery.remote_id else dict(delivery.memory)
    url = f"{public}{answers_path(target) if kind == Message.SUMMARY else hand_in_path(target)}"
    return NoteParcel(delivery.marker, f"{HEADS[kind]}：{target.call.title}", text, url, memory=memory)


def hand_in_path(target: CallTarget) -> str:
    """Where somebody of this group hands in for the call."""
    return f"/hand-in?call={target.code}"


def answers_path(target: CallTarget) -> str:
    """Where somebody of this group sees what came in."""
    return f"/story-calls/through/{target.code}"


def summary_of(session: Session, call: StoryCall) -> str:
    """What the groups were told, without what has come under embargo since it was written."""
    return answers.veiled(session, call, call.summary, UNNAMED)


def draft_summary(session: Session, call: StoryCall) -> str:
    """What may be told to the groups: how many stories, from whom, which were adopted and which are out."""
    told = answers.of_call(session, call)
    if not told:
        return NOBODY_CAME
    names = list(dict.fromkeys(one.submission.signature for one in told))
    thanks = "、".join(names[:MOST_NAMES]) + (f" 等 {len(names)} 位" if len(names) > MOST_NAMES else "")
    lines = [f"共收到 {len(told)} 篇来稿，谢谢{thanks}。", *_outcomes(told)]
    while len("\n".join(lines)) > MOST_SUMMARY and len(lines) > 1:
        lines.pop()
    return "\n".join(lines)[:MOST_SUMMARY]


def _outcomes(told: Sequence[Told]) -> list[str]:
    adopted = [f"《{one.title}》" for one in told if one.fate == Fate.ADOPTED and one.title]
    out = [f"《{one.title}》{one.permalink}" for one in told if one.fate == Fate.PUBLISHED]
    return [*([f"已采用：{''.join(adopted)}。"] if adopted else []), *(["已发布：", *out] if out else [])]


def _lines(session: Session, call: StoryCall, kind: Message, zone: str) -> list[str]:
    if kind == Message.SUMMARY:
        return [summary_of(session, call)]
    until = f"截稿：{_wall(call.due_at, zone)}"
    if kind == Message.REMINDER:
        return [until, "写好的稿子点这里交："]
    if kind == Message.MORE_TIME:
        return [f"截稿延到 {_wall(call.due_at, zone)}，还想写的来得及，点这里交："]
    return [call.prompt, until, "点开就能投稿，登录后自动归入这次征稿："]


def _wall(at: datetime, zone: str) -> str:
    wall = clock.to_wall(at, zone)
    return f"{wall.month} 月 {wall.day} 日 {wall:%H:%M}"
