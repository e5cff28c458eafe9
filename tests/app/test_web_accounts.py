"""An official account set up on its page: tried at once, said in words, paused and resumed, its calls of the day counted."""

from __future__ import annotations

import hashlib
import time

import pytest
from sqlalchemy.orm import Session

from editorial import accounts, calls, pauses
from editorial.accounts import Level, OfficialAccount
from editorial.notices import Notice, latest
from editorial.outbox import holds
from editorial.people.people import Person
from tests import factories
from tests.app.browser import Browser
from tests.conftest import make_settings

APP_ID = "wx0123456789abcdef"
WORDS = {"name": "澄江机电", "account_type": "subscription", "app_id": APP_ID, "app_secret": "right"}


@pytest.fixture
def settings(sqlite_url, tmp_path, sandbox):
    """An instance whose platforms are the simulated ones."""
    return make_settings(tmp_path, database_url=sqlite_url, platform=sandbox.url)


@pytest.fixture
def admin(app, people):
    return Browser(app, people["admin"])


@pytest.fixture
def account_id(session) -> int:
    made_id = factories.account(session).id
    session.commit()
    return made_id


def read(session: Session, account_id: int) -> OfficialAccount:
    """The account as it is kept now; no transaction stays open, since on SQLite only one can write."""
    session.rollback()
    kept = accounts.get(session, account_id)
    session.expunge(kept)
    session.rollback()
    return kept


def cause_of_pause(session: Session, account_id: int) -> str | None:
    """Why the account is paused, None when it is not."""
    standing = pauses.of(session, accounts.get(session, account_id))
    cause = standing.cause if standing else None
    session.rollback()
    return cause


def newest_notice(session: Session, person: Person) -> Notice:
    """What the person was told last."""
    notice = latest(session, person)[0]
    session.expunge(notice)
    session.rollback()
    return notice


def test_an_account_is_added_and_its_rights_are_asked(admin, session):
    answer = admin.send("/settings/accounts", **WORDS)
    assert answer.status_code == 303
    kept = read(session, int(answer.location.rpartition("/")[2]))
    assert kept.rights["draft"] and kept.rights["followers"] and kept.rights["comments"] and kept.probed_at is not None
    assert [tag["name"] for tag in kept.tags] and kept.check_at > kept.probed_at
    page = admin.look(f"/settings/accounts/{kept.id}")
    assert "自动" in page and f"/callbacks/wechat/{kept.id}" in page and "right" not in page.replace("rights", "")
    assert "自动" in admin.look("/settings/accounts")
    again = admin.send("/settings/accounts", **WORDS)
    assert again.status_code == 422 and "澄江机电" in again.text


def test_the_address_that_wechat_saw_is_named_and_the_account_goes_on_when_it_is_let_in(admin, session, sandbox, account_id):
    sandbox.account(APP_ID, ips=["203.0.113.9"])
    assert admin.send(f"/settings/accounts/{account_id}/probe").status_code == 303
    page = admin.look(f"/settings/accounts/{account_id}")
    assert "微信不接受来自 127.0.0.1 的调用" in page and "已暂停" in page
    assert read(session, account_id).level == Level.AUTOMATIC, "what was known of its rights still counts"
    sandbox.account(APP_ID, ips=["127.0.0.1"])
    assert admin.send(f"/settings/accounts/{account_id}/pause/removal").status_code == 303
    assert cause_of_pause(session, account_id) is None


def test_a_new_secret_is_tried_at_once(admin, people, session, sandbox, account_id):
    sandbox.account(APP_ID, secret="the new one")
    admin.send(f"/settings/accounts/{account_id}/probe")
    assert cause_of_pause(session, account_id) == "40125"
    told = newest_notice(session, people["publisher"])
    assert told.urgent and told.thing == "account" and told.params["account"].startswith("澄江机电")
    assert "澄江机电" in admin.look("/notices")
    mine = newest_notice(session, people["admin"]).id
    assert admin.client.get(f"/notices/{mine}").headers["Location"].endswith(f"/settings/accounts/{account_id}")
    asked = len(sandbox.calls("/cgi-bin/stable_token"))
    assert admin.send(f"/settings/accounts/{account_id}/secret", app_secret="").status_code == 422
    assert len(sandbox.calls("/cgi-bin/stable_token")) == asked
    assert admin.send(f"/settings/accounts/{account_id}/secret", app_secret=" the new one ").status_code == 303
    assert cause_of_pause(session, account_id) is None
    assert len(sandbox.calls("/cgi-bin/stable_token")) == asked + 1


def test_an_account_that_loses_its_verification_goes_on_by_hand_and_says_so(admin, people, session, sandbox, account_id):
    sandbox.account(APP_ID, rights={"release": False, "mass_send": False, "statistics": False})
    admin.send(f"/settings/accounts/{account_id}/probe")
    assert read(session, account_id).level == Level.DRAFT_ONLY
    for role in ("admin", "publisher"):
        assert "no longer lets" in newest_notice(session, people[role]).sentence
    assert "只到草稿" in admin.look(f"/settings/accounts/{account_id}")


def test_a_platform_that_does_not_answer_takes_no_right_away(admin, session, sandbox, account_id):
    sandbox.fault("/cgi-bin/stable_token", "status", code=502, times=-1)
    admin.send(f"/settings/accounts/{account_id}/probe")
    kept = read(session, account_id)
    assert kept.level == Level.AUTOMATIC and kept.probe_reason and cause_of_pause(session, account_id) is None


def test_what_comes_in_from_wechat_is_shown_as_it_comes(admin, session, app, account_id):
    page = f"/settings/accounts/{account_id}"
    assert admin.send(f"{page}/callback", callback_token="ab", encoding_aes_key="too short").status_code == 422
    assert admin.send(f"{page}/callback", callback_token="AAAAA", encoding_aes_key="").status_code == 303
    assert "正在等微信来验证" in admin.look(f"{page}/contact")
    wechat = app.test_client()
    assert wechat.get(f"/callbacks/wechat/{account_id}", query_string=signed("wrong") | {"echostr": "1"}).status_code == 403
    assert "签名不符" in admin.look(f"{page}/contact") and "签名不符" in admin.look(page)
    assert wechat.get(f"/callbacks/wechat/{account_id}", query_string=signed("AAAAA") | {"echostr": "42"}).text == "42"
    assert "微信已验证地址" in admin.look(f"{page}/contact")
    body = "<xml><FromUserName>o1</FromUserName><CreateTime>1</CreateTime><MsgType>event</MsgType><Event>VIEW</Event></xml>"
    assert wechat.post(f"/callbacks/wechat/{account_id}", query_string=signed("AAAAA"), data=body).text == "success"
    assert "明文模式" in admin.look(f"{page}/contact")


def test_new_keys_are_shown_once_and_the_key_before_is_kept(admin, session, account_id):
    page = f"/settings/accounts/{account_id}"
    first = admin.send(f"{page}/callback", make="1")
    made = read(session, account_id).secrets
    assert first.status_code == 201 and made["callback_token"] in first.text and made["encoding_aes_key"] in first.text
    later = admin.look(page)
    assert made["callback_token"] not in later and made["encoding_aes_key"] not in later
    admin.send(f"{page}/callback", make="1")
    assert read(session, account_id).secrets["previous_aes_key"] == made["encoding_aes_key"]


def test_a_person_pauses_an_account_and_lets_it_go_on(admin, session, account_id):
    page = f"/settings/accounts/{account_id}"
    assert admin.send(f"{page}/pause").status_code == 303
    assert cause_of_pause(session, account_id) == holds.BY_PERSON
    assert "继续" in admin.look(page)
    assert admin.send(f"{page}/probe").status_code == 303
    assert cause_of_pause(session, account_id) == holds.BY_PERSON, "a test does not end what a person decided"
    assert admin.send(f"{page}/pause/removal").status_code == 303
    assert cause_of_pause(session, account_id) is None


def test_the_calls_of_today_stand_beside_their_limits(admin, session, sandbox, account_id):
    admin.send(f"/settings/accounts/{account_id}/probe")
    made = {path: row.calls for path, row in calls.of_today(session, APP_ID).items()}
    session.rollback()
    assert made["/cgi-bin/stable_token"] == 1 and made["/cgi-bin/freepublish/batchget"] == 1
    page = f"/settings/accounts/{account_id}/calls"
    assert "没有去问" in admin.look(page)
    assert admin.send(page).status_code == 303
    told = calls.of_today(session, APP_ID)["/cgi-bin/freepublish/batchget"]
    assert (told.limit, told.used) == (100, 1)
    session.rollback()
    assert "100" in admin.look(page)


@pytest.mark.parametrize("place", ["", "/contact", "/calls"])
def test_it_is_not_open_to_others(app, people, account_id, place):
    assert Browser(app, people["publisher"]).status(f"/settings/accounts/{account_id}{place}") == 403


def signed(token: str) -> dict[str, str]:
    """The signature of a push in the clear, made with `token`."""
    stamp, nonce = str(int(time.time())), "7"
    text = "".join(sorted((token, stamp, nonce)))
    return {"timestamp": stamp, "nonce": nonce, "signature": hashlib.sha1(text.encode()).hexdigest()}  # noqa: S324
