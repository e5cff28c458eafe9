"""Taking in files and pasted words, on pages and by programs: what comes back, and what is refused."""

from __future__ import annotations

import base64
import io

import docx
import pytest
from sqlalchemy import select

from editorial import house
from editorial.articles.revisions import Revision
from editorial.intake.submissions import Submission
from editorial.people import credentials
from tests import factories
from tests.app.browser import Browser
from tests.pictures import photo


@pytest.fixture
def contributor(app, people, session):
    factories.group(session)
    session.commit()
    return Browser(app, people["contributor"])


def story() -> bytes:
    """A Word document with two pictures and a caption."""
    document = docx.Document()
    document.add_heading("试车台的七十二小时", 0)
    document.add_paragraph("十月十二日，试车台第一次连续运转满七十二小时。")
    document.add_picture(io.BytesIO(photo(300, 200)))
    document.add_paragraph("图 1 班长陈立", style="Caption")
    document.add_paragraph("三名新人守在台前。")
    document.add_picture(io.BytesIO(photo(200, 300, "PNG")))
    file = io.BytesIO()
    document.save(file)
    return file.getvalue()


def bring(browser: Browser, content: bytes, name: str):
    return browser.client.post(
        "/imports", data={"file": (io.BytesIO(content), name)}, headers={"X-CSRFToken": browser.token()},
        content_type="multipart/form-data",
    )


def paste(browser: Browser, html: object):
    return browser.client.post("/imports/paste", json={"html": html}, headers={"X-CSRFToken": browser.token()})


def test_a_word_document_becomes_markdown_with_its_pictures(contributor):
    answer = bring(contributor, story(), "试车台.docx")
    assert answer.status_code == 201
    given = answer.get_json()
    first, second = given["assets"]
    assert given["title"] == "试车台的七十二小时"
    assert given["markdown"] == (
        "十月十二日，试车台第一次连续运转满七十二小时。\n\n"
        f'![]({first["url"]} "图 1 班长陈立")\n\n三名新人守在台前。\n\n![]({second["url"]})\n'
    )
    assert [first["width"], second["height"]] == [300, 300]
    assert contributor.client.get(first["url"]).status_code == 200


def test_a_paste_becomes_markdown_and_says_what_is_lost(contributor):
    picture = base64.b64encode(photo(50, 40)).decode()
    answer = paste(contributor, f"<h2>现场</h2><p><b>三人</b>到场<img src='data:image/jpeg;base64,{picture}' alt='三人在台前'></p>"
                                "<p><img src='https://example.com/a.png'></p><script>alert(1)</script>")
    assert answer.status_code == 200
    given = answer.get_json()
    assert given["markdown"] == f"## 现场\n\n**三人**到场![三人在台前]({given['assets'][0]['url']})\n"
    assert given["assets"][0]["alt"] == "三人在台前"
    assert {one["rule"]: one["count"] for one in given["lost"]} == {"picture_outside": 1, "script": 1}
    assert all("{" not in one["message"] for one in given["lost"])


def test_a_picture_that_cannot_be_decoded_is_named_and_leaves_no_gap(contributor):
    broken = base64.b64encode(b"\x89PNG\r\n\x1a\n" + b"\x00" * 40).decode()
    given = paste(contributor, f"<p>前</p><p><img src='data:image/png;base64,{broken}'></p><p>后</p>").get_json()
    assert given["markdown"] == "前\n\n后\n"
    assert [one["rule"] for one in given["lost"]] == ["picture_unreadable"]


@pytest.mark.parametrize(("content", "name", "says"), [
    (b"", "a.docx", "空"), (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\x00" * 600, "a.doc", ".docx"), (b"%PDF-1.7\n", "a.pdf", "PDF"),
    (b"{\\rtf1 hello}", "a.rtf", "RTF"), (b"PK\x03\x04garbage", "a.docx", "损坏"), (b"\x00\x01\x02\x03" * 300, "a.bin", "不能导入"),
])
def test_what_cannot_be_read_is_refused_in_a_sentence_that_names_the_field(contributor, content, name, says):
    answer = bring(contributor, content, name)
    assert answer.status_code == 422
    problem = answer.get_json()
    assert [error["field"] for error in problem["errors"]] == ["file"]
    assert says in problem["detail"]


def test_a_paste_that_is_none_is_refused(contributor):
    assert paste(contributor, None).status_code == 400
    assert paste(contributor, "<p> </p>").get_json()["errors"][0]["field"] == "html"


def test_who_may_not_hand_in_may_not_import(app, people):
    assert bring(Browser(app, people["publisher"]), story(), "a.docx").status_code == 403


def test_a_conversion_that_does_not_end_is_stopped_and_its_place_is_free_again(contributor, monkeypatch):
    from app import importing

    monkeypatch.setattr(importing, "SECONDS", 0.05)
    assert "停止" in bring(contributor, story(), "a.docx").get_json()["detail"]
    monkeypatch.undo()
    assert bring(contributor, story(), "a.docx").status_code == 201


def test_too_many_at_once_are_asked_to_come_again(contributor):
    from app import importing

    taken = [importing.QUEUE.acquire() for _ in range(2 * importing.AT_ONCE)]
    try:
        assert "一分钟后" in bring(contributor, story(), "a.docx").get_json()["detail"]
    finally:
        for _ in taken:
            importing.QUEUE.release()


def test_a_program_imports_the_same_way(app, people, session):
    session.expire_on_commit = False
    token = credentials.create_token(session, people["contributor"])
    session.commit()
    client, headers = app.test_client(), {"Authorization": f"Bearer {token}"}
    answer = client.post("/api/v1/imports", data={"file": (io.BytesIO(story()), "a.docx")}, headers=headers)
    assert answer.status_code == 201
    given = answer.get_json()
    assert set(given) == {"title", "markdown", "assets", "lost"} and given["title"] == "试车台的七十二小时"
    assert [one["url"] in given["markdown"] for one in given["assets"]] == [True, True]
    refused = client.post("/api/v1/imports", json={"url": "https://example.com/"}, headers=headers)
    assert refused.status_code == 422 and refused.get_json()["errors"][0]["field"] == "url"
    assert client.post("/api/v1/imports", json={"address": "x"}, headers=headers).status_code == 422


def test_an_address_is_fetched_only_when_the_house_allows_it_and_never_inside(contributor, session, people):
    def fetch(url: str):
        token = contributor.token()
        return contributor.client.post("/imports", data={"url": url}, headers={"X-CSRFToken": token}).get_json()["detail"]

    assert "管理员" in fetch("http://127.0.0.1/")
    house.change(session, "import_url", True, by=people["admin"])
    session.commit()
    assert "公开网页" in fetch("http://127.0.0.1/")
    assert "公开网页" in fetch("http://169.254.169.254/latest/meta-data/")


def test_imported_pictures_stand_once_in_the_article_made_of_the_story(app, people, contributor, session):
    given = bring(contributor, story(), "a.docx").get_json()
    body = given["markdown"]
    contributor.send("/hand-in", origin_group="assembly", title=given["title"], body=body, byline="real_name", nonce="n1")
    made = session.scalars(select(Submission)).one()
    assert len(made.pictures) == 2
    number = made.number
    answer = Browser(app, people["desk_editor"]).send(f"/submissions/{number}/acceptance")
    assert answer.status_code == 303
    session.expire_all()
    kept = session.scalars(select(Revision)).one().body
    assert kept.strip() == body.strip()
