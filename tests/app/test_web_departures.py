"""The departure page: one page shows what a person holds, one press hands it over, what is left is ticked off."""

from __future__ import annotations

import re

import pytest

from editorial.departures import departures
from editorial.groups import groups
from tests import factories
from tests.app.browser import Browser


@pytest.fixture
def steward(session, people):
    one = factories.person(session, "contributor", "白若兰", email="leaver@chengjiang.example")
    for slug, deputy in (("first", people["operator"]), ("second", None)):
        group = factories.group(session, slug, connector="share_kit")
        group.steward, group.deputy = one, deputy
    session.commit()
    return one


@pytest.fixture
def admin(app, people, steward):
    return Browser(app, people["admin"])


def test_one_page_ends_the_access_and_hands_everything_over(admin, session, steward):
    address = f"/settings/people/{steward.id}/departure"
    session.rollback()
    page = admin.look(address)
    assert "first 群" in page and 'value="operator@chengjiang.example"' in page
    assert admin.send(address, everything="contributor@chengjiang.example").status_code == 303
    session.expire_all()
    assert not steward.active
    assert [groups.by_slug(session, slug).steward.name for slug in ("first", "second")] == ["罗杰", "周小满"]
    session.rollback()
    for tick in re.findall(r'action="([^"]+/items/\d+)"', admin.look(address)):
        assert admin.send(tick, note="群主已转交").status_code == 303
    assert "全部交接完毕" in admin.look(address) and "群主已转交" in admin.look(address)


def test_an_unknown_successor_is_named_and_access_goes_on(admin, session, steward):
    address = f"/settings/people/{steward.id}/departure"
    session.rollback()
    answer = admin.send(address, everything="nobody@chengjiang.example")
    assert answer.status_code == 422 and "nobody@chengjiang.example" in answer.text
    session.expire_all()
    assert steward.active


def test_ending_access_the_short_way_begins_the_list_too(admin, session, steward):
    address = f"/settings/people/{steward.id}/activity"
    session.rollback()
    assert admin.send(address, active="0").status_code == 303
    departure = departures.of(session, steward)
    assert departure is not None and groups.by_slug(session, "first").steward.name == "罗杰"
    session.rollback()
    assert "second 群" in admin.look("/groups?without=steward") and "first 群" not in admin.look("/groups?without=steward")
