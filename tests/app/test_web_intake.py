"""From the phone to the desk: handing in, the receipt, the answer."""

from __future__ import annotations

import io

import pytest
from PIL import Image
from sqlalchemy import func, select

from editorial.intake import submissions
from editorial.intake.drafts import HandInDraft
from editorial.intake.submissions import Submission
from tests import factories
from tests.app.browser import Browser

BODY = "十月十二日，试车台第一次连续运转满七十二小时。\n班长陈立带着三名新人守在台前。"


@pytest.fixture
def group(session, people):
    made = factories.group(session)
    session.commit()
    return made


@pytest.fixture
def contributor(app, people, group):
    return Browser(app, people["contributor"])


@pytest.fixture
def editor(app, people, group):
    return Browser(app, people["desk_editor"])


def hand_in(browser: Browser, **changes: object):
    fields = {"origin_group": "assembly", "title": "七十二小时的试车台", "body": BODY, "byline": "real_name", "nonce": "n1"}
    return browser.send("/hand-in", **{**fields, **changes})


def picture() -> io.BytesIO:
    content = io.BytesIO()
    Image.new("RGB", (60, 40), (120, 160, 200)).save(content, "JPEG")
    content.seek(0)
    return content


def upload(browser: Browser):
    return browser.client.post(
        "/assets", data={"file": (picture(), "trial.jpg")}, headers={"X-CSRFToken": browser.token()},
        content_type="multipart/form-data",
    )


def test_the_receipt_names_the_number(contributor):
    answer = hand_in(contributor)
    assert answer.status_code == 303
    number = answer.location.split("/")[2]
    assert number in contributor.look(answer.location)


def test_the_original_is_kept_as_it_came(contributor, session):
    body = "　　照着手机上写的 \u200b 样子。\r\n\r\n第二段"
    hand_in(contributor, body=body)
    assert session.scalar(select(Submission.body)) == body


def test_a_second_press_gives_the_first_receipt(contributor, session):
    assert hand_in(contributor).location == hand_in(contributor).location
    assert session.scalar(select(func.count()).select_from(Submission)) == 1


@pytest.mark.parametrize(("field", "value", "said"), [
    ("title", " ", "请填写标题"), ("body", "", "正文还是空的"), ("origin_group", "nowhere", "请选择稿件来自哪个群"),
])
def test_what_is_missing_is_named_and_the_rest_stays(contributor, field, value, said):
    answer = hand_in(contributor, **{field: value})
    assert answer.status_code == 422
    assert said in answer.text
    kept = BODY.splitlines()[0] if field != "body" else "七十二小时的试车台"
    assert kept in answer.text


def test_the_byline_is_what_was_chosen(contributor, session):
    assert hand_in(contributor, byline="pen_name", pen_name="").status_code == 422
    hand_in(contributor, byline="pen_name", pen_name="江边客", nonce="n2")
    hand_in(contributor, byline="department", nonce="n3")
    assert list(session.scalars(select(Submission.byline).order_by(Submission.id))) == ["江边客", "制造部"]


def test_the_draft_waits_on_the_server_until_it_is_handed_in(contributor, session):
    kept = contributor.client.put(
        "/hand-in/draft", json={"title": "写到一半", "body": "先记两句", "origin_group": "assembly"},
        headers={"X-CSRFToken": contributor.token()},
    )
    assert kept.status_code == 204
    assert "写到一半" in contributor.look("/hand-in")
    assert "写到一半" in contributor.look("/my-submissions")
    hand_in(contributor)
    assert session.scalar(select(func.count()).select_from(HandInDraft)) == 0


@pytest.mark.parametrize("sent", ["[]", "nonsense", ""])
def test_a_draft_that_is_none_is_refused(contributor, sent):
    answer = contributor.client.put(
        "/hand-in/draft", data=sent, content_type="application/json", headers={"X-CSRFToken": contributor.token()}
    )
    assert answer.status_code == 400


def test_pictures_go_up_one_by_one_and_stand_in_the_article(contributor, editor, session):
    asset = upload(contributor).get_json()
    assert (asset["width"], asset["height"]) == (60, 40)
    number = hand_in(contributor, assets=[asset["id"]]).location.split("/")[2]
    assert asset["url"] in editor.look(f"/submissions/{number}")
    article = editor.send(f"/submissions/{number}/acceptance")
    assert f"![]({asset['url']})" in editor.look(article.location)


def test_what_is_no_picture_is_refused_in_words(contributor):
    answer = contributor.client.post(
        "/assets", data={"file": (io.BytesIO(b"not a picture"), "trial.jpg")}, headers={"X-CSRFToken": contributor.token()},
        content_type="multipart/form-data",
    )
    assert answer.status_code == 422
    assert "图片" in answer.get_json()["detail"]


def test_the_inbox_shows_the_oldest_first(contributor, editor):
    for number, title in enumerate(("先来的稿子", "后来的稿子")):
        hand_in(contributor, title=title, nonce=f"n{number}")
    page = editor.look("/inbox")
    assert page.index("先来的稿子") < page.index("后来的稿子")


def test_adopting_makes_an_article_of_the_cleaned_text(contributor, editor):
    number = hand_in(contributor).location.split("/")[2]
    answer = editor.send(f"/submissions/{number}/acceptance")
    assert answer.location == "/articles/1"
    assert "七十二小时。\n\n班长" in editor.look(answer.location).replace("\r\n", "\n")


@pytest.mark.parametrize(("act", "state"), [("return", "returned"), ("decline", "declined")])
def test_a_no_needs_a_reason_that_the_contributor_reads(contributor, editor, session, act, state):
    number = hand_in(contributor).location.split("/")[2]
    assert editor.send(f"/submissions/{number}/{act}", reason=" ").status_code == 422
    assert editor.send(f"/submissions/{number}/{act}", reason="人数与报名表不一致，请核对。").status_code == 303
    assert session.scalar(select(Submission.state)) == state
    assert "人数与报名表不一致，请核对。" in contributor.look("/my-submissions")


def test_a_returned_story_is_changed_and_handed_in_again(contributor, editor):
    number = hand_in(contributor).location.split("/")[2]
    editor.send(f"/submissions/{number}/return", reason="请补一张照片。")
    assert "班长陈立" in contributor.look(f"/hand-in?again={number}")


def test_a_contributor_takes_back_only_their_own(app, people, contributor, session):
    number = hand_in(contributor).location.split("/")[2]
    other = Browser(app, people["other"])
    assert other.send(f"/submissions/{number}/withdrawal").status_code == 404
    assert other.status(f"/submissions/{number}") == 404
    assert contributor.send(f"/submissions/{number}/withdrawal").status_code == 303
    assert session.scalar(select(Submission.state)) == submissions.SubmissionState.WITHDRAWN


def test_an_answered_story_is_not_answered_again(contributor, editor):
    number = hand_in(contributor).location.split("/")[2]
    editor.send(f"/submissions/{number}/acceptance")
    assert editor.send(f"/submissions/{number}/acceptance").status_code == 409
    assert editor.send(f"/submissions/{number}/decline", reason="晚了").status_code == 409


def test_my_submissions_say_where_each_one_is(contributor, editor):
    number = hand_in(contributor).location.split("/")[2]
    assert "编辑会阅稿" in contributor.look("/my-submissions")
    editor.send(f"/submissions/{number}/acceptance")
    page = contributor.look("/my-submissions")
    assert "林晓雯" in page and "责编正在编辑" in page
