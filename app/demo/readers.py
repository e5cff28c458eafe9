"""What WeChat tells of the demo's past: readers' comments under its articles, and figures since the first of them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from itertools import groupby
from typing import Any

from sqlalchemy import delete
from sqlalchemy.orm import Session

from app import collecting
from app.demo.stories import Stories
from editorial import accounts, clock
from editorial.accounts import OfficialAccount
from editorial.calendar import editions
from editorial.measuring import messages, questions
from editorial.measuring.messages import ArticleMessage, platform_day
from editorial.measuring.questions import Question
from editorial.measuring.rounds import Round
from publishers.sandbox.running import Running
from publishers.wechat.client import Client

Said = dict[str, Any]
ClientOf = Callable[[OfficialAccount], Client]
LOOKED_BACK = (timedelta(days=62), timedelta(days=31), timedelta(0))
"""Figures are there for a month back: so long ago, and now, they were asked for."""
ANSWER = "谢谢提问，已经转给作者，会在下一期里回答。"


def write_comments(session: Session, sandbox: Running, said: Sequence[Said], stories: Stories, client_of: ClientOf) -> None:
    """Readers comment on the published articles; the account features what they say and answers their questions."""
    for key, group in groupby(said, key=lambda one: one["article"]):
        message = _message(session, stories.articles[key])
        if message is None:
            continue
        section = collecting.section_of(client_of(message.place.edition.account), message)
        published_at, link = message.place.edition.published_at, message.place.permalink
        message.comments_open = True
        session.commit()
        section.open()
        kinds = {}
        for number, one in enumerate(group):
            sandbox.clock(at=(published_at + timedelta(hours=one["hours_after"])).timestamp())
            sandbox.control("POST", "comments", {"link": link, "content": one["text"], "openid": f"o_{key}_{number}"})
            kinds[one["text"]] = one["kind"]
        for comment in section.read().comments:
            section.elect(comment.id)
            if kinds[comment.text] == "question":
                section.reply(comment.id, ANSWER)
    sandbox.clock(at=clock.now().timestamp())


def collect(session: Session, client_of: ClientOf) -> None:
    """Ask for figures and comments as the worker would have done, at the latest morning and twice a month before it."""
    lanes = [lane_of(account.id) for account in accounts.everyone(session)]
    # A worker that was there from the start has asked already, when nothing was published.
    for table in (Question, Round):
        session.execute(delete(table))
    session.commit()
    for before in LOOKED_BACK:
        with clock.at(_asked_at() - before):
            for lane in lanes:
                collecting.collect(session, lane, client_of, lambda: False)


def lane_of(account_id: int) -> str:
    """The lane that a worker would take to collect for this account."""
    return f"{collecting.PREFIX}{account_id}"


def _asked_at() -> datetime:
    """Now, or yesterday after eight when today's figures are not there yet."""
    now = clock.now()
    return now if now >= questions.morning(platform_day(now)) else now - timedelta(hours=12)


def _message(session: Session, article_id: int) -> ArticleMessage | None:
    place = next((one for one in editions.standing_of(session, article_id) if one.permalink), None)
    return messages.of_place(session, place) if place and place.edition.published_at else None
