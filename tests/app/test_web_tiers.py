"""Rules for tiers on their page: looked at first, put in force, ended."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select

from editorial import clock
from editorial.incentives.tiers import TierMove
from editorial.intake import submissions
from editorial.people import people as persons
from editorial.people.people import Role
from tests import factories
from tests.app.browser import Browser

RULE = {"role": "correspondent", "fact": ["adopted", "tenure"], "least": ["2", "1"], "days": ["90", ""]}


@pytest.fixture
def author(session, people):
    """A contributor with two adopted stories."""
    factories.group(session, "assembly")
    who = people["contributor"]
    who.created_at = clock.now() - timedelta(days=30)
    for number in range(2):
        came = submissions.receive(session, title=f"稿 {number}", body="文", origin_group="assembly", by=who)
        came.state, came.decided_at = "accepted", clock.now()
    session.commit()
    return who


def test_a_rule_is_looked_at_before_it_is_in_force(app, people, session, author):
    admin = Browser(app, people["admin"])
    looked = admin.send("/settings/tiers", act="look", **RULE)
    assert looked.status_code == 200 and "会有 1 人进一步" in looked.text and author.name in looked.text
    session.expire_all()
    assert Role.CORRESPONDENT not in author.roles and session.scalar(select(TierMove)) is None
    session.rollback()
    seen = "correspondent adopted:2:90 tenure:1:0"
    other = admin.send("/settings/tiers", act="begin", seen=seen, **{**RULE, "least": ["1", "1"]})
    assert other.status_code == 200 and "会有 1 人进一步" in other.text
    assert f'value="{seen}"' in looked.text
    assert admin.send("/settings/tiers", act="begin", seen=seen, **RULE).status_code == 303
    page = admin.look("/settings/tiers")
    assert "现在变动了 1 人" in page and "被采用的稿件：90 天内至少 2 篇" in page and "加入满 1 天" in page
    session.expire_all()
    assert Role.CORRESPONDENT in persons.get(session, author.id).roles
    rule_id = session.scalars(select(TierMove.rule_id)).one()
    session.rollback()
    assert admin.send(f"/settings/tiers/{rule_id}/end").status_code == 303
    assert "停用这条规则" not in admin.look("/settings/tiers")


def test_what_was_typed_stays_when_something_is_wrong(app, people):
    admin = Browser(app, people["admin"])
    wrong = admin.send("/settings/tiers", act="look", role="correspondent", fact=["adopted"], least=["viele"], days=["45"])
    assert wrong.status_code == 422 and 'value="viele"' in wrong.text and 'value="45"' in wrong.text
