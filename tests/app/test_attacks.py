"""At every door: forged forms, foreign pages, stolen cookies and tokens, headers, redirects, fields nobody asked for."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.factory import KEYED
from editorial.articles.articles import Article
from editorial.articles.revisions import Revision
from editorial.people import credentials
from editorial.people import people as registry
from editorial.people.people import Person
from editorial.share_back.links import TrackedLink
from tests import factories
from tests.app import test_matrix
from tests.app.browser import Browser
from tests.app.test_matrix import EXPECTED, World

world = test_matrix.world
PASSWORD = "long enough"
ELSEWHERE = [
    {"Origin": "https://evil.example"},
    {"Sec-Fetch-Site": "cross-site"},
    {"Sec-Fetch-Site": "same-site"},
    {"Origin": "null"},
]
FORMS = sorted(door for door in EXPECTED if not door.startswith("GET ") and " /api/" not in door and " /callbacks/" not in door)
# One press in a mail program says so without a page of ours (RFC 8058); the address itself is signed.
WITH_TOKEN = [door for door in FORMS if not door.startswith("POST /unsubscribe/")]
# Whoever holds these addresses may use them, from whatever mail or chat they were opened.
OF_OUR_PAGES = [door for door in FORMS if not door.partition(" ")[2].startswith(KEYED)]
READ = sorted(door for door in EXPECTED if door.startswith("GET ") and "/callbacks/" not in door)
ABROAD = [
    "https://evil.example/",
    "//evil.example",
    "/\\evil.example",
    "\\\\evil.example",
    "javascript:alert(1)",
    "///evil.example",
    "/\t/evil.example",
    "/\r\nLocation: https://evil.example",
    "https:evil.example",
    "http:///evil.example",
    " //evil.example",
    "data:text/html,x",
    "//evil.example/%2f..",
    "/\x0b/evil.example",
    "https://127.0.0.1:8000@evil.example",
]
# One form's fields in all others: what only the house decides.
STRAY = {
    "roles": "admin",
    "role": "admin",
    "is_admin": "1",
    "active": "1",
    "state": "signed_off",
    "stage": "review_3",
    "content_hash": "0" * 64,
    "approved_by": "1",
    "decided_by_id": "1",
    "contributor_id": "1",
    "editor_id": "1",
    "person_id": "1",
    "id": "1",
    "number": "2026-0001",
    "revision_id": "9",
    "session_epoch": "0",
    "password_hash": "x",
    "sign_off": "1",
    "permalink": "https://evil.example/",
    "publish_at": "2026-01-01T00:00:00+08:00",
    "waiting_since": "2020-01-01",
    "round": "9",
}


@pytest.fixture
def guarded(world: World) -> World:
    """The house with its forms' tokens asked for."""
    world.app.config.update(WTF_CSRF_ENABLED=True)
    yield world
    world.app.config.update(WTF_CSRF_ENABLED=False)


def address_of(world: World, door: str) -> tuple[str, str]:
    """Method and address of a door, about the things of this world."""
    method, _, address = door.partition(" ")
    for name, value in world.values.items():
        address = address.replace(name, value)
    return method, address


def signed_in(world: World, role: str) -> FlaskClient:
    """A browser of this person."""
    client = world.app.test_client()
    with client.session_transaction() as kept:
        kept["person"], kept["epoch"] = world.persons[role]
    return client


@pytest.mark.parametrize("door", WITH_TOKEN)
def test_a_form_without_its_token_is_refused(guarded: World, door: str) -> None:
    method, address = address_of(guarded, door)
    for role in [role for role in EXPECTED[door] if role != "n"] or ["a"]:
        assert signed_in(guarded, role).open(address, method=method).status_code == 400
        assert signed_in(guarded, role).open(address, method=method, data={"csrf_token": "x"}).status_code == 400


@pytest.mark.parametrize("door", OF_OUR_PAGES)
def test_a_foreign_page_is_refused_whatever_it_brings(world: World, door: str) -> None:
    method, address = address_of(world, door)
    for role in EXPECTED[door].replace("n", ""):
        for headers in ELSEWHERE:
            assert signed_in(world, role).open(address, method=method, headers=headers).status_code == 403, headers


def test_our_own_pages_are_not_refused(world: World) -> None:
    for headers in ({"Origin": "http://localhost"}, {"Origin": "http://127.0.0.1:8000"}, {"Sec-Fetch-Site": "same-origin"}, {}):
        assert signed_in(world, "c").post("/notices/seen", headers=headers).status_code == 303, headers


def test_the_api_takes_no_cookies_and_pages_no_tokens(world: World) -> None:
    for door, roles in EXPECTED.items():
        method, address = address_of(world, door)
        if roles in ("", "n" + test_matrix.STAFF):
            continue
        if address.startswith("/api/"):
            answers = {role: signed_in(world, role).open(address, method=method).status_code for role in roles}
            assert set(answers.values()) == {401}, door
        else:
            for role in roles.replace("n", ""):
                bearer = {"Authorization": f"Bearer {world.tokens[role]}"}
                answer = world.app.test_client().open(address, method=method, headers=bearer)
                assert answer.status_code in (401, 403) or "/sign-in" in answer.headers.get("Location", ""), door


@pytest.mark.parametrize("door", READ)
def test_every_answer_says_what_browsers_must_not_do(world: World, door: str) -> None:
    _method, address = address_of(world, door)
    role = next(iter(EXPECTED[door].replace("n", "")), "c")
    token = {"Authorization": f"Bearer {world.tokens[role]}"} if address.startswith("/api/v1") else {}
    answer = signed_in(world, role).get(address, headers=token)
    policy, caching = answer.headers.get("Content-Security-Policy", ""), answer.headers.get("Cache-Control", "")
    if answer.status_code == 302 and address.startswith("/s/"):
        assert answer.headers["Referrer-Policy"] == "no-referrer" and "no-store" in caching
        return
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Referrer-Policy"] in ("same-origin", "no-referrer")
    assert answer.headers["X-Frame-Options"] == "SAMEORIGIN"
    scripts = next((part for part in policy.split(";") if "script-src" in part), policy)
    assert "unsafe-inline" not in scripts.split("style-src")[0] and "unsafe-eval" not in policy and "*" not in policy
    assert "default-src 'self'" in policy or "default-src 'none'" in policy
    assert "frame-ancestors" in policy or "sandbox" in policy
    if not address.startswith(("/static/", "/assets/", "/s/")):
        assert "private" in caching and "no-store" in caching
    if address.startswith("/assets/"):
        assert "private" in caching and "sandbox" in policy


def test_scripts_in_pages_carry_the_nonce_of_their_answer(world: World) -> None:
    nonces = set()
    for address in ("/me", "/hand-in", "/inbox", "/articles", "/calendar"):
        answer = signed_in(world, "d").get(address)
        nonce = re.search(r"script-src[^;]*'nonce-([\w-]{16,})'", answer.headers["Content-Security-Policy"])
        assert nonce is not None
        nonces.add(nonce[1])
        assert all(f'nonce="{nonce[1]}"' in tag or "src=" in tag for tag in re.findall(r"<script[^>]*>", answer.text)), address
        assert not re.search(r"<[^>]+\son\w+\s*=", answer.text), address
    assert len(nonces) == 5


@pytest.fixture
def known(app: Flask, session: Session, people: dict[str, Person]) -> Callable[[], FlaskClient]:
    """Sign the contributor in with a new browser."""
    credentials.set_password(session, people["contributor"], PASSWORD, by=None)
    email = people["contributor"].email
    session.commit()

    def enter() -> FlaskClient:
        browser = Browser(app)
        assert browser.send("/sign-in", email=email, password=PASSWORD).status_code == 303
        return browser.client

    return enter


def test_a_session_is_new_after_signing_in_and_its_cookie_is_out_of_reach(app: Flask, known: Callable[[], FlaskClient]) -> None:
    client = known()
    cookie = client.get_cookie("session")
    assert cookie is not None and cookie.http_only and cookie.same_site == "Lax"
    planted = app.test_client()
    with planted.session_transaction() as kept:
        kept["planted"] = "by somebody else"
    browser = Browser(app)
    browser.client = planted
    browser.send("/sign-in", email="contributor@chengjiang.example", password=PASSWORD)
    with planted.session_transaction() as kept:
        assert "planted" not in kept and kept["person"]


@pytest.mark.parametrize("deed", ["roles", "deactivation", "password"])
def test_a_session_ends_with_what_it_stood_on(
    known: Callable[[], FlaskClient], session: Session, people: dict[str, Person], deed: str
) -> None:
    client = known()
    assert client.get("/my-submissions").status_code == 200
    person, admin = people["contributor"], people["admin"]
    if deed == "roles":
        registry.set_roles(session, person, ["operator"], by=admin)
    elif deed == "deactivation":
        registry.deactivate(session, person, by=admin)
    else:
        credentials.set_password(session, person, "another long one", by=admin)
    session.commit()
    assert "/sign-in" in client.get("/my-submissions").headers["Location"]


def test_one_s_present_password_cannot_be_tried_without_end(app: Flask, people: dict[str, Person]) -> None:
    browser = Browser(app, people["contributor"])
    tries = [browser.send("/me", current=f"guess {number}", password=PASSWORD, again=PASSWORD).status_code for number in range(12)]
    assert tries[-1] == 429


@pytest.mark.parametrize("target", ABROAD)
def test_no_address_leads_abroad(app: Flask, people: dict[str, Person], target: str) -> None:
    browser = Browser(app, people["contributor"])
    answers = [
        browser.client.get("/sign-in", query_string={"next": target}),
        browser.client.get(f"/s/{target}"),
        browser.client.get("/s/x", query_string={"next": target, "url": target, "target": target}),
        browser.client.post(
            "/language", data={"locale": "zh", "csrf_token": browser.token()}, headers={"Referer": "http://localhost//evil.example"}
        ),
    ]
    for answer in answers:
        location = answer.headers.get("Location", "/")
        assert location.removeprefix("http://localhost").startswith("/"), location
        assert not location.startswith(("//", "/\\")), location
        assert "evil" not in location.removeprefix("http://localhost").split("/")[0], location


def test_tracked_links_lead_only_to_what_was_stored(world: World) -> None:
    client = world.app.test_client()
    code = world.values["<code>"]
    for query in ("", "?to=https://evil.example", "?target=//evil.example", "?article=1"):
        assert client.get(f"/s/{code}{query}").headers["Location"].startswith("https://mp.weixin.qq.com/s/")
    for broken in (code + "/", code.swapcase() + "x", code + "%00", "..%2f..", "%0d%0aLocation:%20//evil", code + "?" * 3 + "/.."):
        assert "evil" not in client.get(f"/s/{broken}").headers.get("Location", "")


def test_fields_nobody_asked_for_change_nothing(app: Flask, session: Session, people: dict[str, Person]) -> None:
    article = factories.article(session, people["contributor"])
    session.commit()
    article_id, before = article.id, _kept(session, article.id)
    browser = Browser(app, people["contributor"])
    text = {"title": "七十二小时的试车台", "body": factories.BODY}
    for address, fields in (
        (f"/articles/{article_id}", {**text, "base": "1"}),
        (f"/articles/{article_id}/cover", {"base": "1"}),
        ("/me", {}),
        ("/notices/seen", {}),
        ("/me/tokens", {"name": "一"}),
        ("/hand-in/draft/removal", {}),
        ("/hand-in", {**text, "origin_group": "assembly", "byline": "real_name", "nonce": "n"}),
    ):
        browser.send(address, **{**STRAY, **fields})
    assert _kept(session, article_id) == before
    fresh = session.scalars(select(Article)).all()
    assert {(one.state, one.stage, one.contributor_id) for one in fresh} == {("drafting", "", people["contributor"].id)}
    assert people["contributor"].roles == {"contributor"} and people["contributor"].active
    assert session.scalar(select(TrackedLink)) is None


def _kept(session: Session, article_id: int) -> tuple[object, ...]:
    session.expire_all()
    article = session.get_one(Article, article_id)
    hashes = session.scalars(select(Revision.content_hash).where(Revision.article_id == article_id)).all()
    kept = (
        article.state,
        article.stage,
        article.contributor_id,
        article.editor_id,
        article.number,
        article.revision,
        article.round,
    )
    session.rollback()
    return (*kept, *hashes)
