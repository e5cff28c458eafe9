"""An official account over the API: another secret tried at once, tested anew, paused and let go on."""

from __future__ import annotations

import pytest

from tests import factories
from tests.app.api.conftest import fields_of
from tests.conftest import make_settings

APP_ID = "wx0123456789abcdef"


@pytest.fixture
def settings(sqlite_url, tmp_path, sandbox):
    """An instance whose platforms are the simulated ones."""
    return make_settings(tmp_path, database_url=sqlite_url, platform=sandbox.url)


@pytest.fixture
def address(session) -> str:
    made = factories.account(session)
    session.commit()
    return f"/accounts/{made.id}"


def test_a_dead_secret_pauses_the_account_until_another_works(programs, sandbox, address):
    admin = programs["admin"]
    sandbox.account(APP_ID, secret="another one")
    said = admin.post(f"{address}/probe").get_json()
    assert said["paused"]["cause"] == "40125" and said["paused"]["reason"] == said["probe_reason"]
    assert said["level"] == "automatic" and said["rights"]["release"], "what was known still counts"
    assert fields_of(admin("PATCH", address, {"app_secret": " "})) == ["app_secret"]
    assert admin("PATCH", address, {"app_secret": "wrong again"}).get_json()["paused"]["cause"] == "40125"
    healed = admin("PATCH", address, {"app_secret": "another one"}, key="once").get_json()
    assert healed["paused"] is None and healed["probe_reason"] == ""
    assert admin("PATCH", address, {"app_secret": "another one"}, key="once").get_json() == healed


def test_a_person_pauses_an_account_and_lets_it_go_on(programs, address):
    admin = programs["admin"]
    assert admin.post(f"{address}/pause").get_json()["paused"]["cause"] == "person"
    assert programs["publisher"].get(address).get_json()["paused"]["cause"] == "person"
    assert admin("DELETE", f"{address}/pause").get_json()["paused"] is None


def test_keys_for_callbacks_change_one_by_one(programs, address):
    admin = programs["admin"]
    assert fields_of(admin("PATCH", address, {"encoding_aes_key": "short", "callback_token": "?"})) == [
        "callback_token", "encoding_aes_key"]
    assert admin("PATCH", address, {"callback_token": "AAAAA"}).status_code == 200
    answer = admin("PATCH", address, {"encoding_aes_key": "k" * 43})
    assert answer.status_code == 200 and "kkkk" not in answer.text and "AAAAA" not in answer.text
