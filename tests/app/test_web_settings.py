"""Settings: people, accounts, pauses, rules, and the audit log; only for those whose work it is."""

from __future__ import annotations

import pytest

from app.extensions import db
from app.typesetting import blockers
from editorial import house
from editorial.articles.revisions import Content
from editorial.outbox import holds
from editorial.people import people as persons
from tests import factories
from tests.app.browser import Browser
from tests.conftest import make_settings


@pytest.fixture
def settings(sqlite_url, tmp_path, sandbox):
    """An instance whose platforms are the simulated ones."""
    return make_settings(tmp_path, database_url=sqlite_url, platform=sandbox.url)


@pytest.fixture
def admin(app, people):
    return Browser(app, people["admin"])


def test_the_state_of_the_house_and_lifting_a_pause(admin, session):
    group_id = factories.group(session, "assembly").id
    holds.hold(session, f"group:{group_id}", "This address does not belong to the platform.")
    session.commit()
    page = admin.look("/settings")
    assert "assembly 群" in page and "队列没有应答" in page
    assert admin.send("/settings/holds/removal", target=f"group:{group_id}").status_code == 303
    assert holds.holding(session, f"group:{group_id}") is None


def test_a_person_is_added_changed_and_stopped(admin, session, app):
    words = {"name": "新来的", "email": "new@chengjiang.example", "department": "品质部", "password": "first-password"}
    assert admin.send("/settings/people", **words, roles=["contributor", "desk_editor"]).status_code == 303
    made_id = persons.by_email(session, "new@chengjiang.example").id
    session.rollback()
    assert admin.send(f"/settings/people/{made_id}", roles=["operator"]).status_code == 303
    assert [role.value for role in persons.get(session, made_id).roles] == ["operator"]
    session.rollback()
    newcomer = Browser(app, persons.get(session, made_id))
    assert newcomer.status("/groups") == 200
    assert admin.send(f"/settings/people/{made_id}/activity", active="0").status_code == 303
    assert newcomer.status("/groups") == 302


def test_nobody_changes_their_own_roles_or_access(admin, people, session):
    own = people["admin"].id
    session.rollback()
    assert admin.send(f"/settings/people/{own}", roles=["publisher"]).status_code == 422
    assert admin.send(f"/settings/people/{own}/activity", active="0").status_code == 422


def test_the_house_has_a_name(admin, session):
    assert admin.send("/settings/house", name="澄江编辑部").status_code == 303
    assert house.setting(session, "name") == "澄江编辑部"


def test_the_house_decides_how_strictly_limits_are_taken(admin, session, app):
    def stopped(body):
        with app.app_context():
            return {problem.message[:20] for problem in blockers(db.session(), Content(title="题", body=body))}

    long, wide = "文" * 20_000, "**文**\n\n" * 700
    assert [bool(stopped(long)), bool(stopped(wide))] == [True, False]
    assert admin.send("/settings/house", name="群声", visible_limit="warn", source_limit="block").status_code == 303
    assert house.setting(session, "visible_limit") == "warn" and 'value="warn" checked' in admin.look("/settings")
    session.rollback()
    assert stopped(wide) == stopped(long)
    assert admin.send("/settings/house", name="群声", visible_limit="no", source_limit="warn").status_code == 422
    assert admin.send("/settings/house", name="群声", source_limit="warn").status_code == 303
    assert not stopped(long) and not stopped(wide)


def test_the_audit_log_says_it_in_words(admin, people, app, session):
    factories.signed_off(session, people)
    session.commit()
    page = admin.look("/settings/audit")
    assert "签发" in page and "沈知远" in page and "sign_off" not in page
    assert "签发" not in admin.look("/settings/audit?thing=person")
    assert Browser(app, people["editor_in_chief"]).status("/settings/audit") == 200


@pytest.mark.parametrize("address", ["/settings", "/settings/people", "/settings/accounts", "/settings/audit"])
def test_it_is_not_open_to_others(app, people, address):
    assert Browser(app, people["publisher"]).status(address) == 403
