"""Calls for stories on pages: opened at the desk, answered from a phone, posted by hand where no robot is, summed up."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from editorial import clock
from editorial.intake.submissions import Submission
from editorial.outbox.deliveries import Delivery, Purpose, State
from editorial.people.people import Person
from editorial.story_calls import answers, calls
from editorial.story_calls.rows import CallState, StoryCall
from tests import factories
from tests.app.browser import Browser

BODY = "凌晨一点，二号窗口的师傅记得谁不吃葱。"
DAY = timedelta(days=1)


@pytest.fixture
def desk(app: Flask, session: Session, people: dict[str, Person]) -> dict[str, Browser]:
    """A browser of each role; three groups are there, one without a robot that the second contributor looks after."""
    for slug, kind in (("assembly", "wecom_robot"), ("lean", "feishu_robot"), ("reading", None)):
        factories.group(session, slug, kind, {"key": slug}).steward = people["other"] if kind is None else None
    session.commit()
    return {role: Browser(app, person) for role, person in people.items()}


def read(session: Session, ask: Callable[[], Any]) -> Any:
    """What the database says now, without staying in a transaction: on SQLite only one can write."""
    session.rollback()
    session.expire_all()
    found = ask()
    session.rollback()
    return found


def begin(desk: dict[str, Browser], **changes: Any) -> str:
    """Open a call; where it stands."""
    due_on = clock.to_wall(clock.now() + 5 * DAY).strftime("%Y-%m-%d")
    fields = {
        "title": "夜班食堂的一碗面", "prompt": "写一个人。", "due_on": due_on, "due_time": "18:00",
        "groups": ["assembly", "lean", "reading"], "nonce": "n1",
    }
    answer = desk["desk_editor"].send("/story-calls/new", **{**fields, **changes})
    assert answer.status_code == 303, answer.text
    return str(answer.headers["Location"])


def link_of(desk: dict[str, Browser], page: str) -> str:
    """The hand-in link of the first group, as the call's page has it."""
    found = re.search(r'data-copy="https?://[^/]+(/hand-in\?call=\w+)"', desk["desk_editor"].look(page))
    assert found is not None
    return found[1]


def hand_in(browser: Browser, code: str, title: str = "给焊工留的那碗", **changes: Any) -> str:
    fields = {"origin_group": "assembly", "title": title, "body": BODY, "byline": "real_name", "nonce": title, "call": code}
    answer = browser.send("/hand-in", **{**fields, **changes})
    assert answer.status_code == 303, answer.text
    return str(answer.headers["Location"])


def test_from_the_desk_into_the_group_and_back(desk: dict[str, Browser], session: Session) -> None:
    page = begin(desk)
    assert begin(desk) == page, "a second press"
    link = link_of(desk, page)
    code = link.partition("=")[2]
    form = desk["contributor"].look(link)
    assert "应征“夜班食堂的一碗面”" in form and "写一个人。" in form and f'name="call" value="{code}"' in form
    assert re.search(r'<option value="assembly"[^>]* selected', form)
    hand_in(desk["contributor"], code)
    assert "给焊工留的那碗" in desk["desk_editor"].look(page)
    group = desk["other"].look(f"/story-calls/through/{code}")
    assert "给焊工留的那碗" in group and "周小满" in group and "已收稿" in group
    number = read(session, lambda: session.scalars(select(Submission.number)).one())
    assert page in desk["desk_editor"].look(f"/submissions/{number}")
    assert desk["desk_editor"].send(f"{page}/closing").status_code == 303
    assert "共收到 1 篇来稿，谢谢周小满。" in desk["desk_editor"].look(page)
    answer = desk["desk_editor"].send(f"{page}/summary", summary="只有一篇，写得真好。")
    assert answer.status_code == 303
    assert "只有一篇，写得真好。" in desk["contributor"].look(f"/story-calls/through/{code}")
    assert desk["desk_editor"].send(f"{page}/summary", summary="再来一次。").status_code == 409
    kinds = read(session, lambda: len(session.scalars(select(Delivery.id).where(Delivery.purpose == Purpose.STORY_CALL)).all()))
    assert kinds == 6, "three groups, a call and a summary each"


def test_what_was_typed_stays_after_an_error(desk: dict[str, Browser]) -> None:
    answer = desk["desk_editor"].send(
        "/story-calls/new", title=" ", prompt="凌晨一点的食堂。", due_on="2020-01-01", groups=["lean"], reminds="1", nonce="n",
    )
    assert answer.status_code == 422 and "凌晨一点的食堂。" in answer.text and "2020-01-01" in answer.text
    assert 'value="lean" checked' in answer.text and 'id="f-title-error"' in answer.text and 'id="f-due_at-error"' in answer.text
    page = begin(desk)
    desk["desk_editor"].send(f"{page}/closing")
    answer = desk["desk_editor"].send(f"{page}/summary", summary=" ")
    assert answer.status_code == 422 and 'id="f-summary-error"' in answer.text


def test_a_group_sees_its_own_stories_and_how_many_others_came(desk: dict[str, Browser], session: Session) -> None:
    page = begin(desk)
    codes = read(session, lambda: [one.code for one in session.scalars(select(StoryCall)).unique().one().targets])
    hand_in(desk["contributor"], codes[0])
    hand_in(desk["other"], codes[1], "车间的灯", origin_group="lean")
    shown = desk["other"].look(f"/story-calls/through/{codes[1]}")
    assert "车间的灯" in shown and "给焊工留的那碗" not in shown and "其他群还来了 1 篇" in shown
    assert "给焊工留的那碗" in desk["publisher"].look(page) and desk["contributor"].status(page) == 403
    assert desk["contributor"].status("/story-calls/through/nosuchcode22") == 404


def test_a_story_that_comes_too_late_is_kept_and_its_author_told(desk: dict[str, Browser], session: Session) -> None:
    page = begin(desk)
    link = link_of(desk, page)
    desk["desk_editor"].send(f"{page}/closing")
    assert "征稿“夜班食堂的一碗面”已经结束" in desk["contributor"].look(link)
    receipt = hand_in(desk["contributor"], link.partition("=")[2])
    assert "征稿已经结束" in desk["contributor"].look(receipt)
    call = session.scalars(select(StoryCall)).unique().one()
    assert answers.of_call(session, call) == [] and session.scalars(select(Submission.title)).one() == "给焊工留的那碗"


def test_open_calls_stand_where_contributors_begin(desk: dict[str, Browser], session: Session) -> None:
    begin(desk)
    assert "夜班食堂的一碗面" in desk["other"].look("/my-submissions"), "looks after one of the groups"
    assert "夜班食堂的一碗面" not in desk["contributor"].look("/my-submissions")
    hand_in(desk["contributor"], "", "别的事", origin_group="lean")
    for address in ("/my-submissions", "/hand-in"):
        assert "夜班食堂的一碗面" in desk["contributor"].look(address)
    call = session.scalars(select(StoryCall)).unique().one()
    calls.close(session, call, by=None)
    session.commit()
    assert "夜班食堂的一碗面" not in desk["contributor"].look("/my-submissions")


def test_a_draft_remembers_its_call(desk: dict[str, Browser]) -> None:
    code = link_of(desk, begin(desk)).partition("=")[2]
    browser = desk["contributor"]
    answer = browser.client.put(
        "/hand-in/draft", json={"origin_group": "assembly", "title": "写到一半", "body": "一", "call": code},
        headers={"X-CSRFToken": browser.token()},
    )
    assert answer.status_code == 204
    assert f'name="call" value="{code}"' in browser.look("/hand-in")


def test_whoever_looks_after_a_group_posts_the_call_by_hand(desk: dict[str, Browser], session: Session) -> None:
    begin(desk)
    delivery = session.scalars(select(Delivery).where(Delivery.target_name == "reading 群")).one()
    delivery.state, delivery.awaiting, delivery_id = State.ACCEPTED, "person", delivery.id
    session.commit()
    assert f"/story-calls/messages/{delivery_id}" in desk["other"].look("/share-back")
    kit = desk["other"].look(f"/story-calls/messages/{delivery_id}")
    assert "征稿：夜班食堂的一碗面" in kit and "/hand-in?call=" in kit and "<svg" in kit
    assert f"/story-calls/messages/{delivery_id}" in desk["publisher"].look(f"/deliveries/{delivery_id}")
    assert desk["contributor"].status(f"/story-calls/messages/{delivery_id}") == 404
    assert desk["other"].send(f"/deliveries/{delivery_id}/confirmation", step=["words"]).status_code == 303
    session.rollback()
    assert session.get_one(Delivery, delivery_id, populate_existing=True).state == State.SENT


def test_a_robot_that_refuses_is_seen_where_deliveries_are(desk: dict[str, Browser], session: Session) -> None:
    page = begin(desk)
    delivery = session.scalars(select(Delivery).where(Delivery.purpose == Purpose.STORY_CALL)).first()
    assert delivery is not None
    delivery.state, delivery.reason, delivery_id = State.REFUSED, "The robot is gone.", delivery.id
    session.commit()
    assert "征稿" in desk["publisher"].look("/deliveries")
    assert "夜班食堂的一碗面" in desk["publisher"].look(f"/deliveries/{delivery_id}")
    assert f"/deliveries/{delivery_id}" in desk["desk_editor"].look(page)
    assert desk["publisher"].send(f"/deliveries/{delivery_id}/retry").status_code == 303
    session.rollback()
    assert session.get_one(Delivery, delivery_id, populate_existing=True).state == State.WAITING
    assert read(session, lambda: session.scalars(select(StoryCall.state)).one()) == CallState.OPEN


def test_a_deadline_is_moved_from_the_page_of_the_call(desk: dict[str, Browser], session: Session) -> None:
    page = begin(desk)
    due_on = clock.to_wall(clock.now() + 9 * DAY).strftime("%Y-%m-%d")
    wrong = desk["desk_editor"].send(f"{page}/deadline", due_on="2020-01-01", due_time="09:30")
    assert wrong.status_code == 422 and 'id="f-due_at-error"' in wrong.text and "2020-01-01" in wrong.text
    assert desk["desk_editor"].send(f"{page}/deadline", due_on=due_on, due_time="09:30").status_code == 303
    until = read(session, lambda: session.scalars(select(StoryCall.due_at)).one())
    assert clock.to_wall(until).strftime("%Y-%m-%d %H:%M") == f"{due_on} 09:30"
    assert desk["contributor"].send(f"{page}/deadline", due_on=due_on, due_time="10:30").status_code == 403
