"""Signing in by WeCom, DingTalk and Feishu, and reading their directories, against the simulated platforms."""

from __future__ import annotations

import re
from datetime import timedelta
from urllib.parse import parse_qs, urlencode, urlsplit

import pytest
import requests
from sqlalchemy import select

from app import claiming, watching
from app.wiring import Wiring
from editorial import clock, notices, platform_applications
from editorial.joining import identities, ways
from editorial.people.people import Person
from publishers.asking import Tokens
from tests.app.browser import Browser
from tests.conftest import make_settings

PLATFORMS = {
    "wecom": {"corp_id": "ww1234567890abcdef", "agent_id": "1000002"}, "dingtalk": {"app_id": "dingabc"},
    "feishu": {"app_id": "cli_abc"},
}
LISTS = {
    "wecom": "/cgi-bin/user/list", "dingtalk": "/topapi/v2/user/list", "feishu": "/open-apis/contact/v3/users/find_by_department",
}
SUBJECTS = {"wecom": "zhou", "dingtalk": "zhou", "feishu": "ou_zhou"}
PEOPLE = [
    {"id": "zhou", "name": "周小满", "email": "contributor@chengjiang.example", "department": 3},
    *({"id": f"c{n}", "name": f"同事{n}", "department": 4} for n in range(5)),
    {"id": "guest", "name": "外单位的人", "department": 1, "outside": True},
]


@pytest.fixture
def settings(sqlite_url, tmp_path, sandbox):
    """An instance whose platforms are the simulated ones."""
    return make_settings(tmp_path, database_url=sqlite_url, platform=sandbox.url)


@pytest.fixture(autouse=True)
def company(sandbox, monkeypatch):
    """The simulated company, on pages of two, and no token left over from another test."""
    monkeypatch.setattr(claiming, "TOKENS", Tokens())
    sandbox.settings(company_people=PEOPLE, company_page=2)


@pytest.fixture(params=PLATFORMS)
def platform(request) -> str:
    """One of the three."""
    return request.param


@pytest.fixture
def application(platform, session, people) -> int:
    """The company's application on the platform."""
    said = {**PLATFORMS[platform], "secret": "right"}
    application_id = platform_applications.add(session, platform=platform, name="群声", said=said, by=people["admin"]).id
    session.commit()
    return application_id


@pytest.fixture
def way(session, platform, application, people) -> int:
    """Signing in by it."""
    said = {"kind": platform, "name": "公司平台", "application": str(application)}
    way_id = ways.add(session, said, by=people["admin"]).id
    session.commit()
    return way_id


def choose(address: str, name: str) -> str:
    """Choose a person on the platform's page; the way back as path and query."""
    page = requests.get(address, timeout=5)
    link = re.search(rf'href="([^"]+)">{name}<', page.text)
    assert page.status_code == 200 and link, page.text
    base = "{0.scheme}://{0.netloc}".format(urlsplit(address))
    answer = requests.get(base + link[1].replace("&amp;", "&"), timeout=5, allow_redirects=False)
    back = urlsplit(answer.headers["Location"])
    return f"{back.path}?{back.query}"


def out(browser: Browser, way: int, **query: object) -> str:
    """The address of the platform's page."""
    return browser.client.get(f"/sign-in/via/{way}", query_string=query).location


def test_who_has_joined_gets_in(app, way, session, people):
    here = Browser(app, people["contributor"])
    here.client.get(choose(out(here, way, join=1), "周小满"))
    assert here.send("/me/identities/joining").status_code == 303
    later = Browser(app)
    assert later.client.get(choose(out(later, way), "周小满")).status_code == 303
    assert later.status("/me") == 200
    row = identities.of(session, people["contributor"])[0]
    assert row.subject == SUBJECTS[row.way.kind]


def test_a_colleague_who_is_unknown_here_is_told_whom_to_ask(app, way):
    browser = Browser(app)
    answer = browser.client.get(choose(out(browser, way), "同事1"))
    assert answer.status_code == 403 and browser.status("/me") == 302


def test_somebody_of_another_company_is_refused(app, way, session):
    browser = Browser(app)
    answer = browser.client.get(choose(out(browser, way), "外单位的人"))
    assert answer.status_code == 403 and browser.status("/me") == 302
    assert session.scalar(select(identities.Identity)) is None


def test_forged_and_replayed_returns_are_refused(app, way, platform, session, people):
    subject = SUBJECTS[platform]
    identities.join(session, people["contributor"], ways.get(session, way), subject=subject, label="", by=None)
    session.commit()
    one, thief = Browser(app), Browser(app)
    back = choose(out(one, way), "周小满")
    assert thief.client.get(back).status_code == 403
    assert one.client.get(back).status_code == 303
    code = next(values[0] for name, values in parse_qs(urlsplit(back).query).items() if name in ("code", "authCode"))
    fresh = parse_qs(urlsplit(out(thief, way)).query)["state"][0]
    replayed = f"/sign-in/via/{way}/return?{urlencode({'code': code, 'state': fresh})}"
    assert thief.client.get(replayed).status_code == 403 and thief.status("/me") == 302


def test_inside_the_wecom_client_nothing_is_scanned(app, session, people):
    said = {**PLATFORMS["wecom"], "secret": "right"}
    row = platform_applications.add(session, platform="wecom", name="群声", said=said, by=people["admin"])
    way_id = ways.add(session, {"kind": "wecom", "name": "企业微信", "application": str(row.id)}, by=people["admin"]).id
    session.commit()
    agent = {"User-Agent": "Mozilla/5.0 (iPhone) MicroMessenger/8.0 wxwork/4.1.30"}
    asked = app.test_client().get(f"/sign-in/via/{way_id}", headers=agent).location
    assert "/connect/oauth2/authorize" in asked and "scope=snsapi_base" in asked and asked.endswith("#wechat_redirect")
    assert re.fullmatch("[a-zA-Z0-9]{1,128}", parse_qs(urlsplit(asked).query)["state"][0])
    assert "/wwlogin/sso/login" in app.test_client().get(f"/sign-in/via/{way_id}").location


def test_a_wrong_secret_is_told(app, way, application, session, people):
    platform_applications.change(session, platform_applications.get(session, application), {"secret": "wrong"}, by=people["admin"])
    session.commit()
    browser = Browser(app)
    assert browser.client.get(choose(out(browser, way), "周小满")).status_code == 403
    admin = Browser(app, people["admin"])
    assert admin.send(f"/settings/access/ways/{way}/trial").status_code == 303
    assert "平台不认这个应用" in admin.look(f"/settings/access/ways/{way}")


def test_an_application_that_rests_lets_nobody_in(app, way, application, session, people):
    platform_applications.switch(session, platform_applications.get(session, application), on=False, by=people["admin"])
    session.commit()
    assert Browser(app).status(f"/sign-in/via/{way}") == 404


@pytest.fixture
def place(app, platform, application, people) -> str:
    """The address of the platform's directory."""
    admin = Browser(app, people["admin"])
    return admin.send("/settings/directories", name="平台通讯录", source=f"{platform}:{application}").location


def apply(admin: Browser, place: str):
    plan = re.search(r'name="plan" value="(\w+)"', admin.look(place))
    assert plan
    return admin.send(f"{place}/changes", plan=plan[1])


def test_departments_and_people_are_read_whole(app, place, people, session):
    admin = Browser(app, people["admin"])
    assert admin.send(f"{place}/look").status_code == 303
    page = admin.look(place)
    assert "名单上有 6 人" in page and "外单位的人" not in page
    assert apply(admin, place).status_code == 303
    joined = session.scalars(select(Person).where(Person.name.like("同事%"))).all()
    assert len(joined) == 5 and all(one.department.name == "质量部" and one.email.endswith(".invalid") for one in joined)
    assert people["contributor"].department.name == "装配车间"
    session.rollback()
    assert admin.send(f"{place}/look").status_code == 303
    assert "与名单完全一致" in admin.look(place)


def test_who_is_in_the_directory_signs_in_without_more(app, place, way, people):
    admin, browser = Browser(app, people["admin"]), Browser(app)
    admin.send(f"{place}/look")
    apply(admin, place)
    assert browser.client.get(choose(out(browser, way), "同事3")).status_code == 303
    assert "同事3" in browser.look("/me")


def test_who_leaves_the_platform_leaves_the_house(app, place, way, people, sandbox, session):
    admin, browser = Browser(app, people["admin"]), Browser(app)
    admin.send(f"{place}/look")
    apply(admin, place)
    browser.client.get(choose(out(browser, way), "同事3"))
    back = choose(out(Browser(app), way), "同事3")
    sandbox.settings(company_people=[one for one in PEOPLE if one["id"] != "c3"])
    admin.send(f"{place}/look")
    assert apply(admin, place).status_code == 303
    assert browser.status("/me") == 302
    gone = session.scalar(select(Person).where(Person.name == "同事3"))
    assert gone is not None and not gone.active
    assert Browser(app).client.get(back).status_code == 403


def test_half_a_list_is_no_list(app, place, platform, people, sandbox, session):
    """A page that the platform refuses in the middle must not look like everybody on it has left."""
    admin = Browser(app, people["admin"])
    admin.send(f"{place}/look")
    apply(admin, place)
    sandbox.fault(LISTS[platform], "html", skip=1)
    answer = admin.send(f"{place}/look")
    assert answer.status_code == 422 and "读取失败" in answer.text
    assert 'name="plan"' not in admin.look(place)
    assert session.scalar(select(Person).where(Person.active.is_(False))) is None


def test_once_a_day_somebody_looks_and_administrators_are_told(app, place, people, sandbox, session, engine, settings):
    admin = Browser(app, people["admin"])
    admin.send(f"{place}/look")
    apply(admin, place)
    wiring, tomorrow = Wiring(settings), clock.now() + timedelta(hours=25)
    assert watching.lanes_with_work(session) == []
    with clock.at(tomorrow):
        lane = watching.lanes_with_work(session)[0]
        assert watching.look_due(session, engine, wiring, lane) == 1
        assert watching.lanes_with_work(session) == [] and notices.unseen(session, people["admin"]) == 0
        session.rollback()
    sandbox.settings(company_people=[one for one in PEOPLE if one["id"] != "c3"])
    with clock.at(tomorrow + timedelta(hours=25)):
        assert watching.look_due(session, engine, wiring, lane) == 1
        assert watching.look_due(session, engine, wiring, lane) == 0, "the look waits for a yes"
        told = notices.latest(session, people["admin"])[0]
        assert told.sentence == "The directory {name} has changed. Look at what would follow from it."
        session.rollback()
    assert "停用" in admin.look(place)
    assert session.scalar(select(Person).where(Person.active.is_(False))) is None, "nobody leaves without a yes"


def test_a_platform_that_refuses_is_asked_again_tomorrow(app, place, platform, people, sandbox, session, engine, settings):
    admin = Browser(app, people["admin"])
    admin.send(f"{place}/look")
    apply(admin, place)
    sandbox.fault(LISTS[platform], "refuse", errcode=60011)
    with clock.at(clock.now() + timedelta(hours=25)):
        lane = watching.lanes_with_work(session)[0]
        assert watching.look_due(session, engine, Wiring(settings), lane) == 1
        assert watching.lanes_with_work(session) == []
        assert "could not be read" in notices.latest(session, people["admin"])[0].sentence


def test_a_token_that_has_run_out_is_fetched_anew_once(app, place, platform, people, sandbox):
    path = LISTS[platform]
    admin = Browser(app, people["admin"])
    sandbox.fault(path, "refuse", errcode=42001)
    assert admin.send(f"{place}/look").status_code == 303
    sandbox.fault(path, "refuse", errcode=42001, times=2)
    assert admin.send(f"{place}/look").status_code == 422

