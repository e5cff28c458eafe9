"""Signing in by an OpenID provider, against the simulated one: who gets in, and every forged or mixed-up return that does not."""

from __future__ import annotations

import re
from urllib.parse import parse_qs, urlencode, urlsplit

import pytest
import requests
from flask import Flask
from werkzeug.test import TestResponse

from editorial.joining import identities, ways
from editorial.people import credentials, second_factor
from editorial.people import people as persons
from tests.app.browser import Browser
from tests.conftest import make_settings

PASSWORD = "long enough"


@pytest.fixture
def settings(sqlite_url, tmp_path, sandbox):
    """An instance whose platforms are the simulated ones."""
    return make_settings(tmp_path, database_url=sqlite_url, platform=sandbox.url)


@pytest.fixture
def provider(sandbox):
    """Change what the simulated provider knows, or spoil its tokens."""
    def change(**values: object) -> None:
        requests.post(f"{sandbox.url}/_sandbox/settings", json=values, timeout=5).raise_for_status()

    change(oidc_people=[
        {"sub": "10024", "name": "周小满", "email": "contributor@chengjiang.example"},
        {"sub": "10377", "name": "新同事", "email": "new@chengjiang.example"},
        {"sub": "x-1", "name": "访客", "email": "visitor@elsewhere.example"},
        {"sub": "x-2", "name": "冒名者", "email": "admin@chengjiang.example", "verified": False},
    ])
    return change


@pytest.fixture
def add_way(session, sandbox, people):
    """Set up the provider as a way to sign in; its id."""
    def add(**said: object) -> int:
        usual = {"kind": "oidc", "name": "统一登录", "issuer": f"{sandbox.url}/oidc", "client_id": "qunsheng", "client_secret": "s"}
        way_id = ways.add(session, usual | said, by=people["admin"]).id
        session.commit()
        return way_id

    return add


@pytest.fixture
def way(add_way, provider) -> int:
    return add_way()


@pytest.fixture
def joined(session, people, way) -> int:
    """The contributor has joined their account at the provider."""
    row = ways.get(session, way)
    identities.join(session, people["contributor"], row, subject="10024", label="", by=people["contributor"])
    session.commit()
    return way


class Traveller:
    """A browser that goes out to the provider, chooses a person there and comes back."""

    def __init__(self, app: Flask, person=None) -> None:
        self.browser = Browser(app, person)

    def out(self, way: int, **query: object):
        """The answer to "sign in this way"."""
        return self.browser.client.get(f"/sign-in/via/{way}", query_string=query)

    def choose(self, sent_out: TestResponse, sub: str) -> str:
        """Choose a person on the provider's page; the way back as path and query."""
        address = sent_out.location
        assert sent_out.status_code == 302 and address, sent_out.text
        page = requests.get(address, timeout=5)
        assert page.status_code == 200, page.text
        links = [link.replace("&amp;", "&") for link in re.findall(r'href="([^"]+)"', page.text)]
        link = next(link for link in links if parse_qs(urlsplit(link).query)["sub"] == [sub])
        base = "{0.scheme}://{0.netloc}".format(urlsplit(address))
        back = urlsplit(requests.get(base + link, timeout=5, allow_redirects=False).headers["Location"])
        return f"{back.path}?{back.query}"

    def travel(self, way: int, sub: str, **query: object):
        """There and back; the last answer."""
        return self.browser.client.get(self.choose(self.out(way, **query), sub))

    @property
    def is_in(self) -> bool:
        return self.browser.status("/me") == 200


def test_who_is_joined_gets_in_and_on(app, joined):
    one = Traveller(app)
    answer = one.travel(joined, "10024", next="/my-submissions")
    assert (answer.status_code, answer.location) == (303, "/my-submissions")
    assert one.is_in and "周小满" in one.browser.look("/me")


def test_the_door_shows_the_way(app, way):
    assert "用统一登录登录" in Browser(app).look("/sign-in")


def test_it_never_leads_out_of_the_house(app, joined):
    assert Traveller(app).travel(joined, "10024", next="//evil.example").location == "/"


def test_the_address_of_somebody_is_no_proof(app, way):
    """Verified or not: without the administrator's rule nobody becomes the person whose address they bring."""
    for sub in ("10024", "x-2"):
        one = Traveller(app)
        answer = one.travel(way, sub)
        assert answer.status_code == 403 and "这里还没有您的账号" in answer.text
        assert not one.is_in


def test_with_the_rule_a_verified_address_is_proof_and_an_unverified_one_never(app, add_way, provider, session, people):
    way = add_way(joins_by_mail="1")
    one, thief = Traveller(app), Traveller(app)
    assert thief.travel(way, "x-2").status_code == 403 and not thief.is_in
    provider(oidc_spoils="unverified")
    assert one.travel(way, "10024").status_code == 403 and not one.is_in
    provider(oidc_spoils="")
    assert one.travel(way, "10024").status_code == 303 and one.is_in
    assert [row.subject for row in identities.of(session, people["contributor"])] == ["10024"]


def test_a_stranger_gets_an_account_only_if_the_house_says_so(app, add_way, provider, session):
    closed = add_way()
    assert Traveller(app).travel(closed, "10377").status_code == 403
    assert persons.by_email(session, "new@chengjiang.example") is None
    session.rollback()
    way = add_way(name="开放", admits="1", domains="chengjiang.example")
    one, visitor = Traveller(app), Traveller(app)
    assert one.travel(way, "10377").status_code == 303 and one.is_in
    made = persons.by_email(session, "new@chengjiang.example")
    assert [role.value for role in made.roles] == ["contributor"] and made.name == "新同事"
    session.rollback()
    assert visitor.travel(way, "x-1").status_code == 403 and not visitor.is_in


def test_admitting_strangers_gives_nobody_the_account_of_another(app, add_way, provider):
    way = add_way(admits="1", domains="chengjiang.example")
    one = Traveller(app)
    assert one.travel(way, "10024").status_code == 403 and not one.is_in


@pytest.mark.parametrize("change", [
    {"state": "0" * 48}, {"state": ""}, {"code": ""}, {"code": "forged"}, {"error": "access_denied"}, {"iss": "https://evil.example"},
], ids=str)
def test_a_forged_return_is_refused(app, joined, change):
    one = Traveller(app)
    path, _, query = one.choose(one.out(joined), "10024").partition("?")
    said = {name: values[0] for name, values in parse_qs(query).items()} | change
    assert one.browser.client.get(f"{path}?{urlencode(said)}").status_code == 403
    assert not one.is_in


def test_a_return_is_worth_something_once_and_only_in_its_own_window(app, joined):
    one, thief = Traveller(app), Traveller(app)
    back = one.choose(one.out(joined), "10024")
    assert thief.browser.client.get(back).status_code == 403 and not thief.is_in
    assert one.browser.client.get(back).status_code == 303
    one.browser.send("/sign-out")
    assert one.browser.client.get(back).status_code == 403 and not one.is_in


def test_a_replayed_code_is_refused_even_with_a_fresh_state(app, joined):
    one, thief = Traveller(app), Traveller(app)
    used = parse_qs(urlsplit(one.choose(one.out(joined), "10024")).query)
    fresh = parse_qs(urlsplit(thief.out(joined).location).query)["state"][0]
    path = f"/sign-in/via/{joined}/return?"
    assert thief.browser.client.get(path + urlencode({"code": used["code"][0], "state": fresh})).status_code == 403
    assert not thief.is_in


def test_the_return_of_one_way_is_nothing_on_another(app, joined, add_way, sandbox):
    other = add_way(name="另一家", client_id="other")
    one = Traveller(app)
    back = one.choose(one.out(joined), "10024")
    assert one.browser.client.get(back.replace(f"/via/{joined}/", f"/via/{other}/")).status_code == 403
    assert one.browser.client.get(back).status_code == 403, "the trip has ended"
    assert not one.is_in


def test_the_same_subject_of_another_provider_is_somebody_else(app, joined, add_way):
    other = add_way(name="另一家")
    one = Traveller(app)
    assert one.travel(other, "10024").status_code == 403 and not one.is_in


@pytest.mark.parametrize("spoils", ["issuer", "audience", "nonce", "signature", "expired", "none"])
def test_a_token_that_does_not_hold_is_refused(app, joined, provider, spoils):
    provider(oidc_spoils=spoils)
    one = Traveller(app)
    assert one.travel(joined, "10024").status_code == 403 and not one.is_in


def test_a_wrong_secret_and_a_silent_provider_are_told(app, add_way, provider, session):
    wrong = add_way(client_secret="wrong")
    assert "不认我们的 Client ID" in Traveller(app).travel(wrong, "10024").text
    silent = add_way(name="没有应答", issuer="http://127.0.0.1:9")
    assert "没有应答" in Traveller(app).out(silent).text


def test_a_closed_way_leads_nowhere(app, joined, session, people):
    one = Traveller(app)
    back = one.choose(one.out(joined), "10024")
    ways.switch(session, ways.get(session, joined), on=False, by=people["admin"])
    session.commit()
    assert one.browser.client.get(back).status_code == 404 and not one.is_in
    assert one.out(joined).status_code == 404
    assert "统一登录" not in Browser(app).look("/sign-in")


def test_who_has_no_access_any_more_stays_out(app, joined, session, people):
    persons.deactivate(session, people["contributor"], by=people["admin"])
    session.commit()
    one = Traveller(app)
    assert one.travel(joined, "10024").status_code == 403 and not one.is_in


def test_the_second_factor_is_asked_for_on_this_way_too(app, joined, session, people):
    secret = second_factor.begin(session, people["contributor"]).sealed["secret"]
    codes = second_factor.confirm(session, people["contributor"], second_factor.code_at(secret, second_factor.step_now()))
    session.commit()
    one = Traveller(app)
    answer = one.travel(joined, "10024", next="/my-submissions")
    assert answer.location == "/sign-in/code" and not one.is_in
    assert one.browser.send("/sign-in/code", code=codes[0]).location == "/my-submissions"
    assert one.is_in


def test_joining_asks_once_more_and_parting_ends_it(app, way, session, people):
    one = Traveller(app, people["contributor"])
    answer = one.travel(way, "10024", join=1)
    assert answer.location == "/me/identities/joining"
    assert identities.of(session, people["contributor"]) == []
    session.rollback()
    assert "周小满" in one.browser.look("/me/identities/joining")
    assert one.browser.send("/me/identities/joining").status_code == 303
    identity_id = identities.of(session, people["contributor"])[0].id
    session.rollback()
    assert "解除绑定" in one.browser.look("/me")
    later = Traveller(app)
    assert later.travel(way, "10024").status_code == 303 and later.is_in
    assert Browser(app, people["other"]).send(f"/me/identities/{identity_id}/removal").status_code == 404
    assert one.browser.send(f"/me/identities/{identity_id}/removal").status_code == 303
    assert Traveller(app).travel(way, "10024").status_code == 403


def test_what_is_joined_to_somebody_is_not_taken_by_another(app, joined, session, people):
    one = Traveller(app, people["other"])
    one.travel(joined, "10024", join=1)
    answer = one.browser.send("/me/identities/joining")
    assert answer.status_code == 422 and "另一个人" in answer.text
    assert identities.of(session, people["other"]) == []


def test_joining_is_for_whom_it_was_begun(app, way, session, people):
    """Signed out in between, or somebody else signed in: what comes back is nobody's."""
    credentials.set_password(session, people["other"], PASSWORD, by=None)
    session.commit()
    one = Traveller(app, people["contributor"])
    back = one.choose(one.out(way, join=1), "10024")
    one.browser.send("/sign-out")
    one.browser.send("/sign-in", email=people["other"].email, password=PASSWORD)
    assert one.browser.client.get(back).status_code == 403
    assert identities.of(session, people["other"]) == []


def test_an_administrator_sets_up_tries_and_closes_a_way(app, people, provider, sandbox, session):
    admin = Browser(app, people["admin"])
    said = {"kind": "oidc", "name": "统一登录", "issuer": f"{sandbox.url}/oidc", "client_id": "q", "client_secret": "top-secret"}
    assert "https" in admin.send("/settings/access/ways/new", **said | {"issuer": "http://sso.example"}).text
    assert "域名" in admin.send("/settings/access/ways/new", **said, admits="1").text
    made = admin.send("/settings/access/ways/new", **said)
    assert made.status_code == 303
    page = admin.look(made.location)
    assert "top-secret" not in page and f"{made.location.rpartition('/')[2]}/return" in page
    assert admin.send(f"{made.location}/trial").status_code == 303
    assert "对方有应答" in admin.look(made.location)
    assert admin.send(made.location, **said | {"client_secret": "", "name": "新名字"}).status_code == 303
    kept = ways.everyone(session)[0]
    assert (kept.name, kept.secrets["client_secret"]) == ("新名字", "top-secret")
    session.rollback()
    assert admin.send(f"{made.location}/activity", active="0").status_code == 303
    assert ways.everyone(session, open_only=True) == []
