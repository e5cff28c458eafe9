"""The second proof on the pages: set up, asked for, required by the house, given up; and sessions that end when nobody is there."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from click.testing import CliRunner
from sqlalchemy.orm import object_session

from app.cli import main
from editorial import clock, house
from editorial.people import credentials, second_factor
from editorial.people import people as persons
from tests.app.browser import Browser

PASSWORD = "long enough"


@pytest.fixture
def editor(session, people):
    """The desk editor, with a password."""
    credentials.set_password(session, people["desk_editor"], PASSWORD, by=None)
    session.commit()
    return people["desk_editor"]


def sign_in(app, person, **more) -> Browser:
    browser, email = Browser(app), person.email
    # Reading the person began a transaction of the test's own, and on SQLite only one can write.
    object_session(person).rollback()
    answer = browser.send("/sign-in", email=email, password=PASSWORD, **more)
    assert answer.status_code == 303
    return browser


def set_up(browser: Browser) -> tuple[str, list[str]]:
    """Set it up as a person does; the secret and the recovery codes."""
    assert browser.send("/me/second-factor").status_code == 303
    page = browser.look("/me/second-factor")
    assert "data:image/svg+xml" in page
    secret = re.search(r'set-up-key">(\w+)<', page)[1]
    shown = browser.send("/me/second-factor/confirmation", code=second_factor.code_at(secret, second_factor.step_now()))
    assert shown.status_code == 200
    codes = re.findall(r"<li><code>([\w-]+)</code>", shown.text)
    assert len(codes) == 10
    return secret, codes


def test_it_is_set_up_and_asked_for(app, editor):
    here, there = sign_in(app, editor), sign_in(app, editor)
    _secret, codes = set_up(here)
    assert here.status("/me") == 200 and there.status("/me") == 302, "the other sessions have ended"
    page = here.look("/me/second-factor")
    assert codes[0] not in page and "还剩 10 个恢复码" in page
    later = sign_in(app, editor, next="/inbox")
    assert later.status("/me") == 302
    assert later.send("/sign-in/code", code="000000").status_code == 422
    assert later.status("/me") == 302
    assert later.send("/sign-in/code", code=codes[0]).location == "/inbox"
    assert later.status("/me") == 200


def test_the_code_of_the_phone_lets_in_once(app, editor):
    secret, _codes = set_up(sign_in(app, editor))
    with clock.at(clock.now() + timedelta(minutes=2)):
        code = second_factor.code_at(secret, second_factor.step_now())
        first, second = sign_in(app, editor), sign_in(app, editor)
        assert first.send("/sign-in/code", code=code).status_code == 303
        assert second.send("/sign-in/code", code=code).status_code == 422


def test_five_wrong_codes_shut_the_door_in_every_window(app, editor):
    _secret, codes = set_up(sign_in(app, editor))
    one, other = sign_in(app, editor), sign_in(app, editor)
    assert [one.send("/sign-in/code", code="x").status_code for _ in range(5)] == [422] * 5
    assert other.send("/sign-in/code", code=codes[0]).status_code == 429
    assert other.status("/me") == 302


def test_half_a_sign_in_runs_out_and_ends_with_the_password(app, editor, session):
    _secret, codes = set_up(sign_in(app, editor))
    late, changed = sign_in(app, editor), sign_in(app, editor)
    with clock.at(clock.now() + timedelta(minutes=11)):
        assert late.send("/sign-in/code", code=codes[0]).location == "/sign-in"
    credentials.set_password(session, persons.get(session, editor.id), "another one", by=None)
    session.commit()
    assert changed.send("/sign-in/code", code=codes[0]).location == "/sign-in"


def test_without_the_first_step_there_is_no_second(app):
    assert Browser(app).client.get("/sign-in/code").location == "/sign-in"


def test_giving_it_up_needs_the_password(app, editor):
    browser = sign_in(app, editor)
    set_up(browser)
    assert browser.send("/me/second-factor/removal", password="wrong").status_code == 422
    assert browser.send("/me/second-factor/codes", password="wrong").status_code == 422
    renewed = browser.send("/me/second-factor/codes", password=PASSWORD)
    assert len(re.findall(r"<li><code>", renewed.text)) == 10
    assert browser.send("/me/second-factor/removal", password=PASSWORD).status_code == 303
    assert sign_in(app, editor).status("/me") == 200


def test_an_administrator_helps_who_lost_the_phone(app, editor, people):
    set_up(sign_in(app, editor))
    admin = Browser(app, people["admin"])
    place = f"/settings/people/{editor.id}"
    object_session(editor).rollback()
    assert "关闭二次验证" in admin.look(place)
    assert admin.send(f"{place}/second-factor/removal").status_code == 303
    assert sign_in(app, editor).status("/me") == 200
    own = people["admin"].id
    object_session(editor).rollback()
    assert admin.send(f"/settings/people/{own}/second-factor/removal").status_code == 403


def test_the_command_line_helps_the_last_administrator(app, editor, settings, session):
    set_up(sign_in(app, editor))
    email = editor.email
    session.rollback()
    env = {
        "QUNSHENG_INSTANCE": str(settings.instance), "QUNSHENG_DATABASE_URL": settings.database_url,
        "QUNSHENG_SECRET_KEY": settings.secret_key,
    }
    nobody = CliRunner().invoke(main, ["person", "forget-phone", "--email", "nobody@chengjiang.example"], env=env)
    assert nobody.exit_code == 1 and "Nobody" in nobody.output
    done = CliRunner().invoke(main, ["person", "forget-phone", "--email", email], env=env)
    assert done.exit_code == 0, done.output
    assert sign_in(app, editor).status("/me") == 200


def test_the_house_asks_it_of_editors_and_leaves_contributors_free(app, editor, people, session):
    house.change(session, "second_factor", "staff", by=people["admin"])
    session.commit()
    browser, contributor = sign_in(app, editor), Browser(app, people["contributor"])
    for address in ("/inbox", "/me", "/"):
        assert browser.client.get(address).location == "/me/second-factor"
    assert browser.send("/me/tokens", name="x").location == "/me/second-factor"
    assert contributor.status("/my-submissions") == 200
    set_up(browser)
    assert browser.status("/inbox") == 200


def test_the_api_goes_on_by_its_tokens(app, editor, people, session):
    house.change(session, "second_factor", "staff", by=people["admin"])
    token = credentials.create_token(session, persons.get(session, editor.id))
    session.commit()
    answer = app.test_client().get("/api/v1/articles", headers={"Authorization": f"Bearer {token}"})
    assert answer.status_code == 200


def test_nobody_locks_themselves_out_by_the_rule(app, people, session):
    credentials.set_password(session, people["admin"], PASSWORD, by=None)
    session.commit()
    admin = sign_in(app, people["admin"])
    refused = admin.send("/settings/access", second_factor="staff", idle_hours="24")
    assert refused.status_code == 422 and "先给自己设置" in refused.text
    set_up(admin)
    assert admin.send("/settings/access", second_factor="staff", idle_hours="24").status_code == 303
    assert house.setting(session, "second_factor") == "staff" and house.setting(session, "idle_hours") == 24


@pytest.mark.parametrize("hours", ["0", "169", "x", "", "-1"])
def test_the_hours_are_a_week_at_most(app, people, hours):
    assert Browser(app, people["admin"]).send("/settings/access", second_factor="off", idle_hours=hours).status_code == 422


def test_a_session_without_a_sign_of_life_ends(app, editor, people, session):
    house.change(session, "idle_hours", 2, by=people["admin"])
    session.commit()
    start = clock.now()
    with clock.at(start):
        busy, idle = sign_in(app, editor), sign_in(app, editor)
    with clock.at(start + timedelta(minutes=90)):
        assert busy.status("/me") == 200
    with clock.at(start + timedelta(minutes=150)):
        assert busy.status("/me") == 200
        assert idle.status("/me") == 302
