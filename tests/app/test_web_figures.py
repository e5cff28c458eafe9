"""The pages of WeChat's figures: unknown is shown as unknown, clicks stand beside, and spreadsheets get empty cells."""

from __future__ import annotations

import re
from datetime import date, timedelta

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from app.web import charts
from editorial import clock
from editorial.calendar.editions import EditionState
from editorial.measuring import figures, messages, questions
from editorial.measuring.figures import Kind
from editorial.measuring.questions import Interface, Question, QuestionState
from editorial.people import credentials
from editorial.people.people import Person
from tests import factories
from tests.app.browser import Browser


@pytest.fixture
def yesterday() -> date:
    return messages.platform_day(clock.now()) - timedelta(days=1)


@pytest.fixture
def published(session: Session, people: dict[str, Person], yesterday: date) -> tuple[int, int]:
    """An article that went out three days ago, and its account: figures of two days, one day a gap."""
    edition = factories.scheduled(session, people)
    edition.state, edition.published_at = EditionState.PUBLISHED, clock.now() - timedelta(days=3)
    message = messages.of_place(session, edition.places[0])
    message.msg_data_id, message.published_on = "2247503051", yesterday - timedelta(days=2)
    first = {"readers": 400.0, "shares": 20.0}
    figures.note(session, edition.account_id, Kind.DAY, message.published_on, first, msgid=message.msgid)
    figures.note(session, edition.account_id, Kind.DAY, yesterday, {"readers": 31.0}, msgid=message.msgid)
    figures.note(
        session, edition.account_id, Kind.TOTAL, yesterday, {"readers": 1431.0, "likes": 9.0, "completion_rate": 0.61},
        msgid=message.msgid, sources={"聊天会话": 900, "朋友圈": 531},
    )
    figures.note(session, edition.account_id, Kind.DAY, yesterday, {"readers": 88.0, "followers": 12345.0})
    session.add(Question(
        account_id=edition.account_id, interface=Interface.ACCOUNT, day=yesterday - timedelta(days=1), state=QuestionState.GAP))
    made = edition.places[0].article_id, edition.account_id
    session.commit()
    return made


def test_an_article_shows_what_is_known_and_says_what_is_not(
    app: Flask, people: dict[str, Person], published: tuple[int, int]
) -> None:
    page = Browser(app, people["contributor"]).look(f"/articles/{published[0]}/figures")
    assert "1\u202f431" in page and "61.0%" in page and "朋友圈" in page
    tiles = re.findall(r'tile-label">([^<]+)</span>\s*<span class="tile-value( tile-unknown)?">([^<]+)<', page)
    assert {(label, value) for label, unknown, value in tiles if unknown} == {
        ("分享人数", "未知"), ("在看", "未知"), ("读者留言", "未知"), ("收藏", "未知")}
    assert page.count('class="chart-gap"') == 1


def test_the_trail_leads_to_it(app: Flask, people: dict[str, Person], published: tuple[int, int]) -> None:
    page = Browser(app, people["contributor"]).look(f"/articles/{published[0]}/trail")
    assert f'href="/articles/{published[0]}/figures"' in page and "1\u202f431" in page


def test_a_gap_of_the_account_is_named(
    app: Flask, people: dict[str, Person], published: tuple[int, int], yesterday: date
) -> None:
    page = Browser(app, people["operator"]).look(f"/figures/{published[1]}?days=7")
    assert "12\u202f345" in page and "7 天中 1 天有数据" in page
    assert page.count("微信没有给出这一天的数据。") == 1
    assert page.count('class="chart-gap"') == 6 + 7 + 7


def test_spreadsheets_get_empty_cells_for_what_is_unknown(
    app: Flask, people: dict[str, Person], published: tuple[int, int], yesterday: date
) -> None:
    lines = Browser(app, people["operator"]).look(f"/figures/{published[1]}/csv?days=7").lstrip("\ufeff").splitlines()
    assert lines[0].split(",")[:3] == ["day", "followers", "new_followers"]
    assert lines[-1].split(",")[:5] == [f"{yesterday}", "12345", "", "", "88"]
    assert set(lines[-2].split(",")[1:]) == {""}
    article = Browser(app, people["contributor"]).look(f"/articles/{published[0]}/figures/csv").splitlines()
    assert len(article) == 4 and article[-1].split(",")[2:4] == ["31", ""]


def test_without_an_account_the_page_says_what_to_do(app: Flask, people: dict[str, Person]) -> None:
    assert "还没有" in Browser(app, people["operator"]).look("/figures")


def test_the_api_tells_the_same_in_the_trail(
    app: Flask, session: Session, people: dict[str, Person], published: tuple[int, int]
) -> None:
    token = credentials.create_token(session, people["contributor"])
    session.commit()
    said = app.test_client().get(f"/api/v1/articles/{published[0]}/trail", headers={"Authorization": f"Bearer {token}"}).json
    assert said["figures"] == {"readers": 1431, "likes": 9}
    assert said["clicks"] == [] and said["all_clicks"]["people"] == 0
    assert said["figures_as_of"] == f"{messages.platform_day(clock.now()) - timedelta(days=1)}"


@pytest.mark.parametrize(("most", "top"), [(0, 2), (1, 2), (2, 2), (5, 5), (9, 10), (11, 15), (24, 30), (488, 500), (1001, 1500)])
def test_the_uppermost_line_is_round_and_just_above(most: int, top: int) -> None:
    drawn = charts.bars("x", [(date(2026, 3, 10), float(most))])
    assert f'class="chart-words" x="0" y="12">{top:,}'.replace(",", "\u202f") in drawn


def test_a_chart_is_told_in_words_and_escapes_its_label(app: Flask) -> None:
    with app.test_request_context():
        drawn = charts.bars("<b>", [(date(2026, 3, 10), 7.0), (date(2026, 3, 11), None), (date(2026, 3, 12), 0.0)])
        assert "<b>" not in drawn and "2 " in drawn and "2026-03-12" in drawn
        assert drawn.count("chart-gap") == 1 and drawn.count('class="chart-bar"') == 2
        assert charts.bars("x", [(date(2026, 3, 10), None)]).count("chart-bar") == 0


@pytest.mark.parametrize(
    ("age", "moved", "still", "wait"),
    [(1, True, 0, 1), (5, False, 3, 1), (8, True, 0, 1), (8, False, 1, 3), (12, False, 3, 7), (29, False, 9, 2),
     (30, False, 9, 1), (31, True, 0, None)],
)
def test_totals_are_asked_for_less_and_less_often(age: int, moved: bool, still: int, wait: int | None) -> None:
    today = date(2026, 4, 20)
    now = questions.morning(today) + timedelta(hours=2)
    found = questions.following(Interface.ARTICLE_TOTAL, today - timedelta(days=age), now, moved=moved, still=still)
    assert found == (None if wait is None else questions.morning(today + timedelta(days=wait)))


def test_programs_get_the_same_days(
    app: Flask, session: Session, people: dict[str, Person], published: tuple[int, int], yesterday: date
) -> None:
    article_id, account_id = published
    token = credentials.create_token(session, people["desk_editor"])
    session.commit()
    client, header = app.test_client(), {"Authorization": f"Bearer {token}"}
    [publication] = client.get(f"/api/v1/articles/{article_id}/figures", headers=header).get_json()["publications"]
    before, gap, last = publication["days"]
    assert before["figures"] == {"readers": 400.0, "shares": 20.0} and gap["figures"] == {} and last["figures"] == {"readers": 31.0}
    assert publication["as_of"] == last["day"] == yesterday.isoformat() and publication["total"]["readers"] == 1431.0
    days = client.get(f"/api/v1/accounts/{account_id}/figures?days=7", headers=header).get_json()["days"]
    assert [day["day"] for day in days] == [(yesterday - timedelta(days=back)).isoformat() for back in range(6, -1, -1)]
    assert client.get(f"/api/v1/accounts/{account_id}/figures?days=0", headers=header).status_code == 422
