"""The house's rules for groups: changed on a page, kept to at once."""

from __future__ import annotations

import pytest

from editorial import house
from editorial.groups import groups
from editorial.groups.groups import GroupState
from editorial.people import credentials
from tests.app.browser import Browser

RULES = {
    "flash_hours": "6", "handover_hours": "12", "roles_within_days": "7", "most_shares_in_week": "3", "evidence_days": "14",
}


@pytest.fixture
def admin(app, people):
    return Browser(app, people["admin"])


def test_the_rules_are_changed_and_a_group_of_the_api_waits_for_its_charter(admin, app, session, people):
    token = credentials.create_token(session, people["operator"])
    session.commit()
    assert admin.send("/settings/groups", charter_required="1", **RULES).status_code == 303
    assert house.settings(session, *RULES) == {name: int(value) for name, value in RULES.items()}
    session.rollback()
    group, bearer = {"name": "安全员群", "slug": "safety", "kind": "training"}, {"Authorization": f"Bearer {token}"}
    answer = app.test_client().post("/api/v1/groups", json=group, headers=bearer)
    assert answer.status_code == 201 and answer.get_json()["state"] == "preparing"
    session.rollback()
    assert groups.by_slug(session, "safety").state == GroupState.PREPARING


@pytest.mark.parametrize("wrong", ["", "0", "24", "zwölf", "١٢"])
def test_a_group_never_waits_a_day(admin, session, wrong):
    answer = admin.send("/settings/groups", **{**RULES, "handover_hours": wrong})
    assert answer.status_code == 422 and "1 到 23" in answer.text
    assert house.setting(session, "handover_hours") == 20
