"""The ledger on the pages and in the API: licences, consents and their withdrawal, AI labels, objections of outsiders."""

from __future__ import annotations

import hashlib
import io
import re

import pytest
from flask import Flask
from PIL import Image
from sqlalchemy import select
from sqlalchemy.orm import Session

from editorial.articles import assets, picture_rights, picture_uses
from editorial.articles.articles import Article
from editorial.articles.assets import Asset
from editorial.conduct.cases import Case
from editorial.outbox.deliveries import State
from editorial.people import credentials
from editorial.people.people import Person
from editorial.release import releases
from editorial.release.corrections import Correction
from editorial.review import sign_offs
from editorial.share_back import freezes, shares
from publishers.dispatch import gate
from publishers.pictures.fitting import fit
from tests import factories
from tests.app.browser import Browser


def _drawn() -> bytes:
    content = io.BytesIO()
    Image.effect_noise((90, 60), 80).convert("RGB").save(content, "JPEG")
    return content.getvalue()


BODY = "昨夜下了雨，泵房没有停。\n\n![雨](/assets/{}.jpg)\n\n天亮时水退了。\n"
PICTURE = fit(_drawn()).picture.content
HASH = hashlib.sha256(PICTURE).hexdigest()
LINK = "https://mp.weixin.qq.com/s/abc"


@pytest.fixture
def picture(app: Flask, session: Session, people: dict[str, Person]) -> int:
    made = assets.keep(
        session, sha256=app.extensions["media"].keep(PICTURE), content_type="image/jpeg", width=90, height=60, size=9,
        alt_text="雨中的厂区",
        by=people["contributor"],
    )
    number = made.id
    session.commit()
    return number


@pytest.fixture
def article(session: Session, people: dict[str, Person], picture: int) -> int:
    made = factories.article(session, people["contributor"], body=BODY.format(HASH))
    number = made.id
    session.commit()
    return number


def _publish(session: Session, people: dict[str, Person]) -> tuple[int, int]:
    """An edition that is out, with one share that waits; the ids of its article and edition."""
    factories.group(session, "safety", connector="share_kit")
    edition = factories.scheduled(session, people)
    for delivery in releases.deliveries_of(session, edition):
        delivery.state = State.SENT
    releases.record_published(session, edition, (LINK,))
    shares.promise_all(session, edition)
    found = (edition.places[0].article_id, edition.id)
    session.commit()
    return found


def test_a_licence_and_a_consent_are_kept_and_shown(app: Flask, session: Session, people: dict[str, Person], picture: int) -> None:
    editor, author = Browser(app, people["desk_editor"]), Browser(app, people["contributor"])
    assert "未知" in editor.look("/rights")
    said = {"licence_status": "licensed", "licence_source": "图库", "licensed_until": "2030-01-31"}
    assert editor.send(f"/rights/{picture}", **said, shows_minor="1").status_code == 303
    assert "2030-01-31" in editor.look("/rights?standing=minors")
    assert editor.send(f"/rights/{picture}", **{**said, "licensed_until": "昨天"}).status_code == 422
    consent = {"name": "小雨", "is_minor": "1", "scopes": "official_account", "given_on": "2026-01-02"}
    assert author.send(f"/rights/{picture}/consents", **consent).status_code == 422
    assert author.send(f"/rights/{picture}/consents", **consent, guardian="雨妈妈").status_code == 303
    assert "雨妈妈" in editor.look(f"/rights/{picture}") and "小雨" in editor.look("/rights?person=小雨")
    assert Browser(app, people["other"]).status(f"/rights/{picture}") == 404


def test_a_minor_without_consent_blocks_the_submission(
    app: Flask, session: Session, people: dict[str, Person], picture: int, article: int
) -> None:
    picture_rights.note(session, session.get_one(Asset, picture), by=people["desk_editor"], shows_minor=True)
    token = credentials.create_token(session, people["contributor"])
    session.commit()
    client, headers = app.test_client(), {"Authorization": f"Bearer {token}"}
    refused = client.post(f"/api/v1/articles/{article}/submission", json={}, headers=headers)
    assert refused.status_code == 422 and "监护人" in refused.get_json()["errors"][0]["message"]
    found = client.get(f"/api/v1/articles/{article}/rendering", headers=headers).get_json()["findings"]
    severities = {one["rule"]: one["severity"] for one in found}
    assert (severities["picture_rights"], severities["licence_unknown"]) == ("blocker", "advice")
    patched = client.patch(f"/api/v1/assets/{picture}", json={"shows_minor": False, "licence_status": "own"}, headers=headers)
    assert patched.status_code == 200 and patched.get_json()["licence_status"] == "own"
    assert client.post(f"/api/v1/articles/{article}/submission", json={}, headers=headers).status_code == 200


def test_a_label_comes_into_the_text_and_is_put_back(
    app: Flask, session: Session, people: dict[str, Person], article: int
) -> None:
    author, address = Browser(app, people["contributor"]), f"/articles/{article}/ai-uses"
    assert author.send(address, part="passage", degree="assisted", passage="没有这句话的").status_code == 422
    assert author.send(address, part="picture", degree="generated", picture=HASH, tool="画图").status_code == 303
    assert "本图由 AI 生成" in author.look(f"/articles/{article}/preview")
    twin = session.scalar(select(Asset.marked))
    with Image.open(io.BytesIO(app.extensions["media"].read(twin))) as sent:
        assert "TC260" in str(sent.info["xmp"])
    session.rollback()
    fields = {"title": "雨夜", "body": BODY.format(HASH), "base": "2", "theme": "default"}
    assert author.send(f"/articles/{article}", **fields).status_code == 303
    assert "缺少标识" in author.look(f"/articles/{article}/rights")
    assert author.send(f"/articles/{article}/submission").status_code == 422
    assert author.send(f"{address}/labels").status_code == 303
    assert author.send(f"/articles/{article}/submission").status_code == 303


def test_an_outsiders_objection_is_a_case_and_holds_the_links(app: Flask, session: Session, people: dict[str, Person]) -> None:
    article, edition = _publish(session, people)
    stranger = Browser(app)
    page = stranger.look(f"/objections?article={LINK}")
    token = re.search(r'name="csrf-token" content="([^"]+)"', page)
    assert token is not None
    fields = {"csrf_token": token[1], "article": LINK, "text": "图是我拍的", "name": "马女士", "contact": "ma@example.com"}
    assert stranger.client.post("/objections", data={**fields, "article": "https://mp.weixin.qq.com/s/zzz"}).status_code == 422
    answer = stranger.client.post("/objections", data={**fields, "wants_freeze": "1"})
    assert answer.status_code == 201 and re.search(r"J\d{5}", answer.text)
    assert freezes.frozen(session, [article]) == {article}
    raw = session.connection().exec_driver_sql("select outsider from conduct_report").scalar_one()
    assert "example.com" not in raw
    share = shares.of_edition(session, edition)[0].delivery
    assert share is not None
    assert not gate.may_leave(session, share, lambda *_: pytest.fail("nobody is asked"), gate.desk_for(session, [share], 1))
    assert share.state == State.WAITING and "objection" in share.reason
    case = session.scalars(select(Case.id)).one()
    session.rollback()
    moderator = Browser(app, people["operator"])
    assert "ma@example.com" in moderator.look(f"/cases/{case}")
    assert moderator.send(f"/cases/{case}/decision", outcome="refused", reason="图出自本单位相机").status_code == 303
    session.expire_all()
    assert freezes.frozen(session, [article]) == set()


def test_a_withdrawal_leads_to_a_decision(app: Flask, session: Session, people: dict[str, Person], picture: int) -> None:

    article, _edition = _publish(session, people)
    shown = session.get_one(Asset, picture)
    made = session.get_one(Article, article)
    picture_uses.note(session, article, made.revision, body="", cover=shown.sha256)
    signed = sign_offs.latest(session, article)
    assert signed is not None
    signed.html = f'<img src="{shown.url}">'
    consent = picture_rights.add_consent(
        session, shown, name="陈立", scopes=["official_account"], given_on=picture_rights.today(), by=people["publisher"],
    )
    number = consent.id
    session.commit()
    publisher = Browser(app, people["publisher"])
    assert publisher.send(f"/rights/consents/{number}/withdrawal", reason="离职").location.endswith("/rights/tasks")
    page = publisher.look("/rights/tasks")
    address = re.search(r'action="(/rights/tasks/\d+/decision)"', page)
    assert address is not None and "陈立" in page
    assert publisher.send(address[1], outcome="taken_down", reason="").status_code == 422
    assert publisher.send(address[1], outcome="taken_down", reason="本人要求").status_code == 303
    assert "take_down" in session.connection().exec_driver_sql("select group_concat(purpose) from delivery").scalar_one()


def test_a_correction_that_lost_a_right_is_not_carried_over(app: Flask, session: Session, people: dict[str, Person]) -> None:
    number, _edition = _publish(session, people)
    desk, chief = Browser(app, people["desk_editor"]), Browser(app, people["editor_in_chief"])
    page = f"/articles/{number}/corrections"
    changed = {"body": factories.BODY + "\n更正：四名。", "reason": "人数写错", "base": 1}
    assert desk.send(page, **changed).status_code == 303
    correction = session.scalars(select(Correction.id)).one()
    session.rollback()
    minor = {"originality": "original", "reprint": "on_request", "tells_of_minor": "1"}
    assert desk.send(f"/articles/{number}/rights", **minor).status_code == 303
    answer = chief.send(f"/corrections/{correction}/signature")
    assert answer.status_code == 422 and "监护人" in answer.text
    consented = {**minor, "guardian": "雨妈妈", "consent_on": "2026-01-05"}
    assert desk.send(f"/articles/{number}/rights", **consented).status_code == 303
    assert chief.send(f"/corrections/{correction}/signature").status_code == 303
    assert "corrected-html" in desk.look(page)
    assert desk.send(f"/articles/{number}/rights", **minor).status_code == 303
    assert "corrected-html" not in (shown := desk.look(page)) and "先不要照改" in shown
