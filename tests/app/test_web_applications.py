"""Applications of the platforms on their page and by the API: added, changed, at rest; secrets are never shown again."""

from __future__ import annotations

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from editorial.people import credentials
from editorial.platform_applications import PlatformApplication
from tests import factories
from tests.app.api.conftest import Program, fields_of
from tests.app.browser import Browser

SECRET = "S-7f3e-not-to-be-shown"
WORDS = {"platform": "wecom", "name": "企业微信", "corp_id": "ww1", "agent_id": "1000002", "secret": SECRET}


@pytest.fixture
def admin(app, people):
    return Browser(app, people["admin"])


@pytest.fixture
def program(app, session, people):
    token = credentials.create_token(session, people["admin"])
    session.commit()
    return Program(app, token)


def read(session: Session) -> PlatformApplication:
    """The one application as it is kept now; no transaction stays open, since on SQLite only one can write."""
    session.rollback()
    kept = session.scalars(select(PlatformApplication)).one()
    session.expunge(kept)
    session.rollback()
    return kept


def test_an_application_is_added_on_its_page(admin, session):
    answer = admin.send("/settings/applications", **WORDS)
    assert answer.status_code == 303
    page = admin.look(answer.location)
    assert "企业微信" in page and SECRET not in page
    assert read(session).secrets["secret"] == SECRET


def test_what_is_wrong_is_said_beside_its_field(admin):
    answer = admin.send("/settings/applications", **WORDS | {"agent_id": "abc", "secret": ""})
    assert answer.status_code == 422
    assert 'id="f-agent_id-error"' in answer.text and 'id="f-secret-error"' in answer.text


@pytest.mark.parametrize(("platform", "field"), [("dingtalk", "robot_code"), ("feishu", "encrypt_key")])
def test_each_platform_has_the_fields_of_its_console(admin, platform, field):
    assert f'name="{field}"' in admin.look(f"/settings/applications?platform={platform}")


def test_a_secret_left_empty_stays(admin, session):
    place = admin.send("/settings/applications", **WORDS).location
    admin.send(place, name="企微", corp_id="ww1", agent_id="", secret="")
    kept = read(session)
    assert (kept.name, kept.agent_id, kept.secrets["secret"]) == ("企微", "", SECRET)


def test_an_application_rests_and_is_taken_up_again(admin, session):
    place = admin.send("/settings/applications", **WORDS).location
    admin.send(f"{place}/activity")
    assert not read(session).active
    admin.send(f"{place}/activity", active="1")
    assert read(session).active


def test_the_api_adds_changes_and_lists(program, session):
    made = program.post("/applications", WORDS).get_json()
    assert made["platform"] == "wecom" and SECRET not in str(made)
    changed = program("PATCH", f"/applications/{made['id']}", {"active": False, "agent_id": "1000003"})
    assert (changed.status_code, changed.get_json()["active"], changed.get_json()["agent_id"]) == (200, False, "1000003")
    assert [one["id"] for one in program.get("/applications").get_json()["items"]] == [made["id"]]
    assert program.get(f"/applications/{made['id']}").get_json() == changed.get_json()


def test_the_api_names_the_field_that_is_wrong(program):
    answer = program.post("/applications", {"platform": "feishu", "name": "飞书", "secret": "x"})
    assert (answer.status_code, fields_of(answer)) == (422, ["app_id"])


def test_a_twin_is_refused(program, session):
    factories.application(session)
    session.commit()
    answer = program.post("/applications", WORDS | {"corp_id": "ww1234567890abcdef"})
    assert (answer.status_code, fields_of(answer)) == (422, ["corp_id"])
