"""Planning an edition, giving it a time, moving and taking it back; and what the calendar shows of it."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select

from editorial import clock
from editorial.articles.articles import Article
from editorial.articles.workflow import State as ArticleState
from editorial.calendar.editions import Edition, EditionState
from editorial.outbox.deliveries import Delivery, State
from tests import factories
from tests.app.browser import Browser


@pytest.fixture
def signed(session, people):
    """Two signed-off articles and one in review, with an account."""
    factories.account(session)
    made = [
        factories.signed_off(session, people, title="江边的第一台水泵"), factories.signed_off(session, people, title="夜班日记"),
        factories.in_review(session, people, title="还在审的稿子"),
    ]
    session.commit()
    return [str(one.id) for one in made]


@pytest.fixture
def at(app, people):
    """The browser of a role."""
    return lambda role: Browser(app, people[role])


def plan(browser, articles, mode="release", **more):
    answer = browser.send("/editions/new", account="1", mode=mode, articles=articles, share="all", **more)
    assert answer.status_code == 303, answer.text
    return int(answer.location.rpartition("/")[2])


def tomorrow():
    return clock.to_wall(clock.now() + timedelta(days=1)).strftime("%Y-%m-%d")


def test_planning_shows_what_each_mode_will_do(at, signed):
    page = at("publisher").look("/editions/new")
    assert page.index("江边的第一台水泵") < page.index("还在审的稿子")
    assert "不通知关注者" in page and "人数未知" in page and "不能撤回" in page


def test_an_edition_is_planned_arranged_scheduled_and_taken_back(at, signed, session):
    publisher = at("publisher")
    edition_id = plan(publisher, signed[:2])
    page = publisher.look(f"/editions/{edition_id}")
    assert page.index("江边的第一台水泵") < page.index("夜班日记")
    publisher.send(f"/editions/{edition_id}/articles", articles=signed[:2], move=f"{signed[1]}:up")
    assert [str(place.article_id) for place in session.get(Edition, edition_id).places] == [signed[1], signed[0]]
    session.rollback()

    assert publisher.send(f"/editions/{edition_id}/slot", day=tomorrow(), time="09:00").status_code == 303
    page = publisher.look(f"/editions/{edition_id}")
    assert f"{tomorrow()}" in page and "09:00" in page and "已排期" in page
    assert "夜班日记" in publisher.look(f"/calendar?month={tomorrow()[:7]}")
    assert "夜班日记" in publisher.look(f"/calendar/week?day={tomorrow()}")
    assert session.get(Edition, edition_id, populate_existing=True).wall_time == f"{tomorrow()}T09:00:00"
    session.rollback()

    assert publisher.send(f"/editions/{edition_id}/slot/removal").status_code == 303
    assert session.get(Edition, edition_id, populate_existing=True).state == EditionState.PLANNED
    assert session.get(Article, int(signed[0]), populate_existing=True).state == ArticleState.SIGNED_OFF


def test_what_is_not_signed_off_gets_no_time(at, signed, session):
    publisher = at("publisher")
    edition_id = plan(publisher, [signed[0], signed[2]])
    answer = publisher.send(f"/editions/{edition_id}/slot", day=tomorrow(), time="09:00")
    assert answer.status_code == 409 and "尚未签发" in answer.text
    assert session.get(Edition, edition_id).state == EditionState.PLANNED


def test_a_time_that_has_passed_is_refused_and_kept_in_the_form(at, signed):
    publisher = at("publisher")
    edition_id = plan(publisher, signed[:1])
    answer = publisher.send(f"/editions/{edition_id}/slot", day="2026-01-05", time="09:30")
    assert answer.status_code == 422 and "已经过了" in answer.text and 'value="2026-01-05"' in answer.text


def test_publishing_now_promises_it_at_once(at, signed, session):
    publisher = at("publisher")
    edition_id = plan(publisher, signed[:1])
    assert publisher.send(f"/editions/{edition_id}/slot", act="now").status_code == 303
    due = session.scalars(select(Delivery.due_at).where(Delivery.edition_id == edition_id)).all()
    assert due and all(at <= clock.now() for at in due)


def test_a_desk_editor_plans_but_sets_no_time(at, signed):
    editor = at("desk_editor")
    edition_id = plan(editor, signed[:1])
    assert 'id="slot"' not in editor.look(f"/editions/{edition_id}")
    assert editor.send(f"/editions/{edition_id}/slot", day=tomorrow(), time="09:00").status_code == 403


def test_contributors_see_no_calendar(at, signed):
    assert at("contributor").status("/calendar") == 403


def test_giving_up_a_refused_edition_frees_its_articles(at, signed, session):
    publisher = at("publisher")
    edition_id = plan(publisher, signed[:1])
    publisher.send(f"/editions/{edition_id}/slot", act="now")
    for delivery in session.scalars(select(Delivery).where(Delivery.edition_id == edition_id)):
        delivery.state = State.REFUSED
    session.commit()
    assert "被拒绝" in publisher.look(f"/editions/{edition_id}")
    assert publisher.send(f"/editions/{edition_id}/cancellation").status_code == 303
    assert session.get(Article, int(signed[0]), populate_existing=True).state == ArticleState.SIGNED_OFF
    session.rollback()
    plan(publisher, signed[:1])


def test_wrong_choices_come_back_with_what_was_typed(at, signed):
    answer = at("publisher").send("/editions/new", account="1", mode="mass_send", articles=[], share="all")
    assert answer.status_code == 422 and "1" in answer.text
    assert 'value="mass_send" checked' in answer.text


@pytest.mark.parametrize("address", ["/calendar", "/calendar/week", "/calendar/list", "/calendar?month=nonsense", "/editions/new"])
def test_empty_pages_say_what_to_do_next(at, address):
    assert "<h1>" in at("publisher").look(address)
