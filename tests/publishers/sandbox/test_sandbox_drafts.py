"""Drafts and materials: limits with their codes, rewriting, and answers without errcode."""

from __future__ import annotations

import pytest

from publishers.sandbox.running import Running
from publishers.sandbox.wechat.html import rewrite, visible_text

JPEG = b"\xff\xd8\xff\xe0" + b"\0" * 400
APP_ID = "wx00000000000000a1"


def test_success_bodies_carry_no_errcode(client):
    said = client.ask("draft/add", {"articles": [client.article()]})
    assert "errcode" not in said
    assert "errcode" not in client.ask("draft/get", {"media_id": said["media_id"]})
    assert "errcode" not in client.ask("material/get_materialcount")


def test_escaped_characters_are_refused(client):
    body = b'{"articles":[{"title":"\\u6625\\u8fd0"}]}'
    answer = client.session.post(
        f"{client.url}/cgi-bin/draft/add", params={"access_token": client.token}, data=body, timeout=10
    )
    assert answer.status_code == 200
    assert answer.json()["errcode"] == 40033


def test_a_backslash_u_in_the_text_is_no_escape(client):
    assert client.draft(client.article(content="<p>写作 \\u4e2d 即可</p>"))


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"title": ""}, 45003),
        ({"title": "题" * 65}, 45003),
        ({"author": "名" * 17}, 45110),
        ({"digest": "摘" * 129}, 45004),
        ({"content": ""}, 44004),
        ({"content": f"<p>{'字' * 20_000}</p>"}, 45002),
        ({"content": f"<p style='{'x' * 1_050_000}'>字</p>"}, 45002),
        ({"content_source_url": "https://news.example.cn/" + "a" * 1024}, 45005),
        ({"content_source_url": "http://127.0.0.1:8000/a"}, 41039),
        ({"content_source_url": "http://localhost/a"}, 41039),
        ({"thumb_media_id": "temporary"}, 40007),
    ],
)
def test_limits(client, change: dict[str, str], code: int):
    said = client.ask("draft/add", {"articles": [client.article(**change)]})
    assert said["errcode"] == code


def test_the_number_of_articles(client):
    article = client.article()
    assert client.ask("draft/add", {"articles": []})["errcode"] == 44003
    assert client.ask("draft/add", {"articles": [article] * 9})["errcode"] == 45008
    assert len(client.ask("draft/get", {"media_id": client.draft(*[article] * 8)})["news_item"]) == 8


def test_comments_need_the_right(client, sandbox: Running):
    sandbox.account(APP_ID, rights={"comment": False})
    assert client.ask("draft/add", {"articles": [client.article(need_open_comment=1)]})["errcode"] == 88000


def test_pictures_read_back_as_data_src_and_foreign_ones_vanish(client):
    url = client.upload("media/uploadimg", "a.jpg", JPEG)["url"]
    content = f'<p><img src="{url}" style="width:100%"><img src="https://elsewhere.example.cn/x.png"></p>'
    media_id = client.draft(client.article(content=content))
    back = client.ask("draft/get", {"media_id": media_id})["news_item"][0]["content"]
    assert back.count("<img") == 1
    assert f'data-src="{url.removesuffix("/0")}/640?from=appmsg"' in back


@pytest.mark.parametrize(
    ("sent", "kept"),
    [
        ("<p>一<br>二</p>", "<p>一<br  />二</p>"),
        ('<div id="a" class="b" onclick="x()">字</div>', "<section>字</section>"),
        ("<p>前<script>alert('</p>')</script>后</p>", "<p>前后</p>"),
        ('<a href="https://example.cn/">字</a>', "字"),
        ('<p style="color:red;position:fixed;top:0">字</p>', '<p style="color:red;">字</p>'),
        ("<p>a &lt; b &amp;&nbsp;c</p>", "<p>a &lt; b &amp;&nbsp;c</p>"),
        ("<form><input>隐</form>显", "显"),
        ('<svg><path d="M0 0"/><rect/></svg>', '<svg><path d="M0 0"></path><rect></rect></svg>'),
    ],
)
def test_rewriting(sent: str, kept: str):
    assert rewrite(sent, ()) == kept


def test_visible_text():
    assert visible_text("<p>一\n 二</p><p>三</p>") == "一 二三"


def test_an_empty_digest_is_taken_from_the_body(client):
    media_id = client.draft(client.article(digest="", content=f"<p>{'春' * 80}</p>"))
    assert client.ask("draft/get", {"media_id": media_id})["news_item"][0]["digest"] == "春" * 54


def test_update_counts_from_zero_and_wants_the_whole_article(client):
    media_id, article = client.draft(), client.article(title="改过的标题")
    for index, sent, code in ((1, article, 40114), (0, {"title": "半"}, 40007), (0, article, 0)):
        said = client.ask("draft/update", {"media_id": media_id, "index": index, "articles": sent})
        assert said["errcode"] == code
    assert client.ask("draft/get", {"media_id": media_id})["news_item"][0]["title"] == "改过的标题"


def test_list_count_and_delete(client):
    first, second = client.draft(), client.draft()
    assert client.ask("draft/count") == {"total_count": 2}
    listed = client.ask("draft/batchget", {"offset": 0, "count": 20, "no_content": 1})
    assert [item["media_id"] for item in listed["item"]] == [second, first]
    assert listed["item"][0]["content"]["news_item"][0]["content"] == ""
    assert client.ask("draft/batchget", {"offset": 0, "count": 21})["errcode"] == 40039
    assert client.ask("draft/delete", {"media_id": first})["errcode"] == 0
    assert client.ask("draft/get", {"media_id": first})["errcode"] == 40007


def test_a_withdrawn_right(client, sandbox: Running):
    sandbox.account(APP_ID, rights={"draft": False})
    assert client.ask("draft/count")["errcode"] == 48001


@pytest.mark.parametrize(
    ("name", "content", "code"),
    [("a.jpg", JPEG + b"\0" * 1024 * 1024, 40009), ("a.webp", b"RIFF0000WEBP", 40005), ("a.jpg", b"", 44001)],
)
def test_body_pictures(client, name: str, content: bytes, code: int):
    assert client.upload("media/uploadimg", name, content)["errcode"] == code


def test_materials(client):
    media_id = client.upload("material/add_material", "封面.jpg", JPEG, type="image")["media_id"]
    assert client.upload("material/add_material", "a.jpg", JPEG, type="poem")["errcode"] == 40004
    listed = client.ask("material/batchget_material", {"type": "image", "offset": 0, "count": 20})
    assert [(item["media_id"], item["name"]) for item in listed["item"]] == [(media_id, "封面.jpg")]
    assert client.ask("material/get_materialcount")["image_count"] == 1
    assert client.session.get(listed["item"][0]["url"], timeout=10).content == JPEG
    assert client.ask("material/del_material", {"media_id": media_id})["errcode"] == 0
    assert client.ask("material/del_material", {"media_id": media_id})["errcode"] == 40007
