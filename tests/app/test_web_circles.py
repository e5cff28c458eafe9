"""Writing circles on pages and over the API: joining under the rule, handing in, commenting, leaving in one press."""

from __future__ import annotations

from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from editorial import clock
from editorial.circles import circles, hand_ins, members, watch
from editorial.circles.circles import CirclePause, Rule, WritingCircle
from editorial.circles.comments import PeerComment
from editorial.circles.members import Ending
from editorial.intake import submissions
from editorial.people import credentials
from editorial.people.people import Person
from tests import factories
from tests.app.browser import Browser

RULE = {
    "days": "7", "due_time": "20:00", "grace_days": "2", "comments": "1", "remind_hours": "24", "off_after": "2", "out_after": "3",
}


@pytest.fixture
def desk(app: Flask, session: Session, people: dict[str, Person]) -> dict[str, Browser]:
    """A browser of each role; one group is there."""
    factories.group(session)
    session.commit()
    return {role: Browser(app, person) for role, person in people.items()}


@pytest.fixture
def circle_id(session: Session, people: dict[str, Person], desk: dict[str, Browser]) -> int:
    """A circle that began yesterday, with two who write; the operator looks after it."""
    yesterday = clock.now() - timedelta(days=1)
    with clock.at(yesterday - timedelta(days=1)):
        said = {"name": "七日写作圈", "steward": people["publisher"].email}
        starts_on = clock.to_wall(yesterday).date()
        circle = circles.begin(session, said, Rule(comments=1), starts_on=starts_on, by=people["operator"])
        for role in ("contributor", "other"):
            members.join(session, circle, circles.rhythm_of(session, circle), by=people[role])
    watch.watch(session)
    circle_id = circle.id
    session.commit()
    return circle_id


def day(after: int) -> str:
    return (clock.to_wall(clock.now()).date() + timedelta(days=after)).isoformat()


def test_a_circle_is_opened_and_joined_under_its_written_rule(
    desk: dict[str, Browser], session: Session, people: dict[str, Person]
) -> None:
    answer = desk["operator"].send("/circles/new", name="七日写作圈", kind="writing", starts_on=day(1), group="assembly", **RULE)
    assert answer.status_code == 303, answer.text
    address = answer.headers["Location"]
    shown = desk["desk_editor"].look(address)
    assert "每 7 天一轮" in shown and "连续缺交 3 轮，出局" in shown and "不涉及钱，也不涉及积分" in shown
    assert "七日写作圈" in desk["contributor"].look("/circles")
    assert desk["contributor"].send(f"{address}/members").status_code == 303
    assert "周小满" in desk["contributor"].look(address)
    assert desk["contributor"].send(f"{address}/leaving").status_code == 303
    assert "我接受圈规，加入" in desk["contributor"].look(address)


def test_what_was_typed_stays_after_an_error(desk: dict[str, Browser]) -> None:
    wrong = {**RULE, "grace_days": "99", "days": "七"}
    answer = desk["operator"].send("/circles/new", name="晨读圈", about="每天一页", starts_on=day(-1), **wrong)
    assert answer.status_code == 422 and "每天一页" in answer.text
    assert all(f'id="f-{field}-error"' in answer.text for field in ("days", "grace_days", "starts_on"))


def test_a_piece_is_handed_in_and_commented_on(desk: dict[str, Browser], session: Session, circle_id: int) -> None:
    page = f"/circles/{circle_id}/rounds/1/piece"
    assert "截止" in desk["contributor"].look("/circles/mine")
    answer = desk["contributor"].send(page, title="夜班的灯", url="ftp://x")
    assert answer.status_code == 422 and "夜班的灯" in answer.text and 'id="f-url-error"' in answer.text
    assert desk["contributor"].send(page, title="夜班的灯", url="https://wiki.example.com/1").status_code == 303
    assert "夜班的灯" in desk["other"].look(f"/circles/{circle_id}/rounds/1") and "夜班的灯" in desk["other"].look("/circles/mine")
    piece_id = read_piece(session)
    empty = desk["other"].send(f"/circle-pieces/{piece_id}/comments", text=" ")
    assert empty.status_code == 422 and 'id="f-text-error"' in empty.text
    assert desk["other"].send(f"/circle-pieces/{piece_id}/comments", text="写得真。").status_code == 303
    assert "写得真。" in desk["contributor"].look(f"/circles/{circle_id}/rounds/1")
    assert desk["contributor"].send(f"/circle-pieces/{piece_id}/comments", text="谢谢").status_code == 403
    session.rollback()
    assert [one.text for one in session.scalars(select(PeerComment))] == ["写得真。"]


def read_piece(session: Session) -> int:
    session.rollback()
    found = session.scalars(select(hand_ins.HandIn.id)).one()
    session.rollback()
    return found


def test_a_story_of_ones_own_is_read_in_the_circle_only(
    desk: dict[str, Browser], session: Session, people: dict[str, Person], circle_id: int
) -> None:
    story = submissions.receive(session, title="试车台", body="连转七十二小时。", origin_group="assembly", by=people["contributor"])
    number = story.number
    session.commit()
    assert number in desk["contributor"].look(f"/circles/{circle_id}/rounds/1/piece")
    assert desk["contributor"].send(f"/circles/{circle_id}/rounds/1/piece", submission=number).status_code == 303
    address = f"/circles/{circle_id}/rounds/1"
    assert "连转七十二小时。" in desk["other"].look(address) and "连转七十二小时。" in desk["publisher"].look(address)
    assert desk["desk_editor"].status(address) == 403 and "试车台" not in desk["desk_editor"].look(f"/circles/{circle_id}")
    assert desk["other"].status(f"/circles/{circle_id}/rounds/2") == 404
    assert desk["other"].status(f"/circles/{circle_id}/rounds/0") == 404


def test_its_steward_pauses_it_gives_a_round_off_and_takes_back(
    desk: dict[str, Browser], session: Session, people: dict[str, Person], circle_id: int
) -> None:
    steward, page = desk["publisher"], f"/circles/{circle_id}"
    assert steward.send(f"{page}/pauses", begins_on=day(2), ends_on=day(4), pause_name="春节").status_code == 303
    assert "春节" in desk["contributor"].look(page)
    wrong = steward.send(f"{page}/pauses", begins_on=day(0), ends_on=day(1))
    assert wrong.status_code == 422 and 'id="f-begins_on-error"' in wrong.text
    session.rollback()
    pause_id = session.scalars(select(CirclePause.id)).one()
    circle = session.get_one(WritingCircle, circle_id)
    mine = members.running(session, circle, people["contributor"])
    assert mine is not None
    member_id = mine.id
    session.rollback()
    assert steward.send(f"{page}/members/{member_id}/rounds-off").status_code == 303
    assert "休息一轮" in desk["contributor"].look(page)
    assert steward.send(f"{page}/pauses/{pause_id}/removal").status_code == 303
    members.end(session.get_one(members.CircleMember, member_id), 1, Ending.LEFT_BY_RULE, watch.OUT, misses=3, round=1)
    session.commit()
    out = desk["contributor"].look(page)
    assert "按圈规出局" in out and "连续缺交 3 轮" in out and "我接受圈规" not in out
    assert desk["contributor"].send(f"{page}/members").status_code == 403
    assert steward.send(f"{page}/members/{member_id}/return").status_code == 303
    assert "我要做的" in desk["contributor"].look(page)
    assert desk["contributor"].send(f"{page}/pauses", begins_on=day(2), ends_on=day(4)).status_code in (403, 404)
    assert steward.send(page, name="九日写作圈", about="慢一点", steward="operator@chengjiang.example").status_code == 303
    assert steward.status(f"/circles/new?like={circle_id}") == 403
    assert desk["operator"].send(f"{page}/closing").status_code == 303
    assert "已关闭" in desk["contributor"].look(page)


def test_the_next_circle_takes_the_rule_over_with_nobody_in_it(desk: dict[str, Browser], session: Session, circle_id: int) -> None:
    form = desk["operator"].look(f"/circles/new?like={circle_id}")
    assert 'value="1"' in form and "沿用“七日写作圈”的圈规" in form
    answer = desk["operator"].send("/circles/new", like=str(circle_id), name="不出局晨跑圈", kind="sport", starts_on=day(1), **RULE)
    assert answer.status_code == 303
    session.rollback()
    made = session.scalars(select(WritingCircle).order_by(WritingCircle.id.desc())).first()
    assert made is not None and made.like_id == circle_id and made.kind == "sport"
    assert members.everyone(session, made) == [] and made.rule == session.get_one(WritingCircle, circle_id).rule


def test_all_of_it_over_the_api(app: Flask, session: Session, people: dict[str, Person], circle_id: int) -> None:
    tokens = {role: credentials.create_token(session, people[role]) for role in ("operator", "contributor", "other", "desk_editor")}
    session.commit()
    client = app.test_client()

    def call(role: str, method: str, path: str, status: int = 200, **body: object) -> dict:
        given = {"json": body} if method != "GET" else {}
        bearer = {"Authorization": f"Bearer {tokens[role]}"}
        answer = client.open(f"/api/v1{path}", method=method, headers=bearer, **given)
        assert answer.status_code == status, answer.text
        return answer.get_json()

    made = call("operator", "POST", "/circles", 201, name="不出局", kind="reading", starts_on=day(1), like=str(circle_id))
    assert made["rule"]["comments"] == 1 and made["members"] == 0 and made["round"]["number"] == 1
    assert len(call("contributor", "GET", "/circles")["items"]) == 2
    assert call("desk_editor", "PUT", f"/circles/{made['id']}/membership")["first_round"] == 1
    assert call("desk_editor", "GET", f"/circles/{made['id']}")["members"] == 1
    assert call("desk_editor", "DELETE", f"/circles/{made['id']}/membership")["last_round"] == 0
    call("contributor", "POST", f"/circles/{circle_id}/pieces", 422, round=1, title="", url="x")
    story = {"round": 1, "title": "夜班的灯", "url": "https://wiki.example.com/1"}
    piece = call("contributor", "POST", f"/circles/{circle_id}/pieces", 201, **story)
    call("desk_editor", "POST", f"/circle-pieces/{piece['id']}/comments", 403, text="路过")
    assert call("other", "POST", f"/circle-pieces/{piece['id']}/comments", 201, text="写得真。")["text"] == "写得真。"
    lines = call("other", "GET", f"/circles/{circle_id}/rounds/1")["lines"]
    assert [(line["person"]["name"], line["standing"], len(line["comments"])) for line in lines] == [
        ("周小满", "handed_in", 1), ("孙一鸣", "waiting", 0),
    ]
    assert [duty["standing"] for line in lines for duty in line["duties"]] == ["waiting", "written"]
    call("desk_editor", "GET", f"/circles/{circle_id}/rounds/1", 403)
    assert call("operator", "POST", f"/circles/{circle_id}/pauses", 201, begins_on=day(3), ends_on=day(5))["name"] == ""
