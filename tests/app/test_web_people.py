"""Doors: who gets in, what is said to those who do not, one's own account."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from editorial.people import credentials
from editorial.people.people import Person
from tests.app.browser import Browser

PASSWORD = "long enough"


@pytest.fixture
def door(app: Flask, session: Session, people: dict[str, Person]) -> Callable[..., object]:
    """Try to sign in with a new browser."""
    credentials.set_password(session, people["contributor"], PASSWORD, by=None)
    session.commit()

    def knock(email: str = people["contributor"].email, password: str = PASSWORD, following: str = "") -> object:
        return Browser(app).send("/sign-in", email=email, password=password, next=following)

    return knock


def test_sign_in_leads_to_the_start_of_the_role(door):
    answer = door()
    assert answer.status_code == 303
    assert answer.location == "/"


def test_a_wrong_password_and_a_wrong_address_get_the_same_answer(door):
    wrong, nobody = door(password="wrong"), door(email="nobody@chengjiang.example")
    assert (wrong.status_code, nobody.status_code) == (422, 422)
    assert "邮箱或密码不对" in wrong.text and "邮箱或密码不对" in nobody.text


@pytest.mark.parametrize("elsewhere", ["https://evil.example/", "//evil.example", "/\\evil.example", "javascript:alert(1)"])
def test_sign_in_never_leads_out_of_the_house(door, elsewhere):
    assert door(following=elsewhere).location == "/"


def test_sign_in_goes_on_where_one_wanted_to_go(door):
    assert door(following="/my-submissions?before=3").location == "/my-submissions?before=3"


def test_too_many_wrong_tries_are_slowed_down(door):
    tries = [door(password="wrong").status_code for _ in range(12)]
    assert tries[:10] == [422] * 10
    assert tries[-1] == 429


def test_a_stranger_is_sent_to_the_door(app):
    answer = app.test_client().get("/today")
    assert answer.status_code == 302 and answer.location.startswith("/sign-in?next=/today")


def test_a_new_password_ends_the_other_sessions(app, door, people):
    here, there = Browser(app, people["contributor"]), Browser(app, people["contributor"])
    with here.client.session_transaction() as kept, there.client.session_transaction() as other:
        kept["epoch"] = other["epoch"] = 1
    answer = here.send("/me", current=PASSWORD, password="another one", again="another one")
    assert answer.status_code == 303
    assert here.status("/me") == 200
    assert there.status("/me") == 302


def test_a_token_is_shown_once_and_can_be_revoked(app, session, people):
    browser = Browser(app, people["contributor"])
    answer = browser.send("/me/tokens", name="周报脚本")
    assert answer.status_code == 201 and "qs_" in answer.text
    page = browser.look("/me")
    assert "周报脚本" in page and "qs_" not in page
    assert browser.send("/me/tokens/1/revocation").status_code == 303
    assert "周报脚本" not in browser.look("/me")


def test_nobody_revokes_the_token_of_another(app, people):
    Browser(app, people["contributor"]).send("/me/tokens", name="周报脚本")
    assert Browser(app, people["other"]).send("/me/tokens/1/revocation").status_code == 404


def test_the_language_is_kept_in_this_browser(app, people):
    browser = Browser(app, people["contributor"])
    assert browser.send("/language", locale="en").status_code == 303
    assert "My account" in browser.look("/me")


@pytest.mark.parametrize(("role", "start"), [
    ("contributor", "/my-submissions"), ("desk_editor", "/today"), ("publisher", "/today"), ("admin", "/settings"),
])
def test_everybody_starts_where_their_work_is(app, people, role, start):
    assert Browser(app, people[role]).client.get("/").location == start
