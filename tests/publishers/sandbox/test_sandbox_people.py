"""What people do beside the interface: comment, press 发表, take down; and what the interface says of it."""

from __future__ import annotations

import pytest

from publishers.sandbox.running import Running

JPEG = b"\xff\xd8\xff\xe0" + b"\0" * 400
APP_ID = "wx00000000000000a1"
OTHER = "wx00000000000000b2"


def published(client, sandbox: Running, **more: object) -> tuple[str, str]:
    """The link and the `msg_data_id` of a new article."""
    said = client.ask("freepublish/submit", {"media_id": client.draft(client.article(need_open_comment=1, **more))})
    sandbox.wait_for("published")
    done = client.ask("freepublish/get", {"publish_id": said["publish_id"]})
    return done["article_detail"]["item"][0]["article_url"], said["msg_data_id"]


def listed(client, msg_data_id: str, kind: int = 0, begin: int = 0, count: int = 20) -> dict[str, object]:
    body = {"msg_data_id": msg_data_id, "index": 0, "begin": begin, "count": count, "type": kind}
    return client.ask("comment/list", body)


def test_comments_are_listed_elected_answered_and_deleted(client, sandbox: Running):
    link, msg_data_id = published(client, sandbox)
    for words in ("一线的同事辛苦了。", "能写写焊装车间吗？", "转给了班组。"):
        sandbox.control("POST", "comments", {"link": link, "content": words})
    sandbox.control("POST", "comments", {"link": link, "content": "来自视频号", "openid": ""})
    found = listed(client, msg_data_id)
    assert (found["total"], [one["content"] for one in found["comment"]][:2]) == (4, ["来自视频号", "转给了班组。"])
    assert "openid" not in found["comment"][0] and found["comment"][1]["openid"]
    number = found["comment"][2]["user_comment_id"]
    at = {"msg_data_id": msg_data_id, "index": 0, "user_comment_id": number}
    assert client.ask("comment/markelect", at)["errcode"] == 0
    assert [one["user_comment_id"] for one in listed(client, msg_data_id, 2)["comment"]] == [number]
    assert client.ask("comment/unmarkelect", at)["errcode"] == 0
    assert listed(client, msg_data_id, 2)["total"] == 0
    assert client.ask("comment/reply/add", {**at, "content": " "})["errcode"] == 88007
    assert client.ask("comment/reply/add", {**at, "content": "下个月就写。"})["errcode"] == 0
    assert client.ask("comment/reply/add", {**at, "content": "下个月就写。"})["errcode"] == 88005
    assert listed(client, msg_data_id)["comment"][2]["reply"]["content"] == "下个月就写。"
    assert client.ask("comment/reply/delete", at)["errcode"] == 0
    assert client.ask("comment/delete", at)["errcode"] == 0
    assert client.ask("comment/delete", at)["errcode"] == 88008
    assert len(listed(client, msg_data_id, begin=2)["comment"]) == 1


def test_comments_refuse_what_makes_no_sense(client, sandbox: Running):
    link, msg_data_id = published(client, sandbox)
    assert listed(client, msg_data_id, count=50)["errcode"] == 88010
    assert listed(client, "1")["errcode"] == 88001
    number = sandbox.control("POST", "comments", {"link": link})["id"]
    sandbox.control("POST", "comments", {"withdraw": number})
    at = {"msg_data_id": msg_data_id, "index": 0, "user_comment_id": number}
    assert client.ask("comment/markelect", at)["errcode"] == 88004
    sandbox.settings(comments_on_releases=False)
    assert listed(client, msg_data_id)["errcode"] == 88001


def test_comments_can_be_closed(client, sandbox: Running):
    link, msg_data_id = published(client, sandbox)
    assert client.ask("comment/close", {"msg_data_id": msg_data_id, "index": 0})["errcode"] == 0
    with pytest.raises(ValueError, match="closed"):
        sandbox.control("POST", "comments", {"link": link})
    assert client.ask("comment/open", {"msg_data_id": msg_data_id, "index": 0})["errcode"] == 0
    sandbox.control("POST", "comments", {"link": link})
    said = sandbox.control("GET", f"comments?link={link}")
    assert (said["open"], len(said["comments"])) == (True, 1)


def test_somebody_elses_article_has_no_comments_for_us(client, sandbox: Running):
    _, msg_data_id = published(client, sandbox)
    client.token = client.stable(OTHER)["access_token"]
    assert listed(client, msg_data_id)["errcode"] == 88001


@pytest.mark.parametrize(("notify", "kind"), [(False, "published"), (True, "mass_sent")])
def test_a_person_presses_publish(client, sandbox: Running, notify: bool, kind: str):
    sandbox.account(APP_ID, kind="unverified", name="江岸制造")
    media_id = client.draft()
    said = sandbox.control("POST", "press", {"app_id": APP_ID, "media_id": media_id, "notify": notify})
    assert len(sandbox.effects(kind)) == 1
    page = client.session.get(said["links"][0], timeout=10)
    assert "检修班的灯" in page.text and "江岸制造" in page.text
    assert client.ask("draft/get", {"media_id": media_id})["errcode"] == 40007
    with pytest.raises(ValueError, match="40007"):
        sandbox.control("POST", "press", {"app_id": APP_ID, "media_id": media_id})


@pytest.mark.parametrize(("banned", "status"), [(False, 5), (True, 6)])
def test_an_article_is_taken_down_elsewhere(client, sandbox: Running, banned: bool, status: int):
    said = client.ask("freepublish/submit", {"media_id": client.draft()})
    sandbox.wait_for("published")
    link = client.ask("freepublish/get", said)["article_detail"]["item"][0]["article_url"]
    sandbox.control("POST", "takedown", {"link": link, "banned": banned})
    assert client.ask("freepublish/get", said)["publish_status"] == status
    assert client.ask("freepublish/batchget", {"offset": 0, "count": 20})["total_count"] == 0


def test_a_rid_explains_a_failed_call(client, sandbox: Running):
    words = client.ask("draft/get", {"media_id": "没有"})["errmsg"]
    rid = words.rpartition("rid: ")[2]
    said = client.ask("openapi/rid/get", {"rid": rid})["request"]
    assert said["request_url"] == "/cgi-bin/draft/get" and "没有" in said["request_body"] and "40007" in said["response_body"]
    assert client.token not in str(said)
    client.token = client.stable(OTHER)["access_token"]
    assert client.ask("openapi/rid/get", {"rid": rid})["errcode"] == 76001
    sandbox.fault("/cgi-bin/draft/count", "refuse", errcode=45009)
    assert "rid: " in client.ask("draft/count")["errmsg"]


def test_the_rid_of_a_wrong_secret_holds_no_secret(client, sandbox: Running):
    rid = client.stable(secret="wrong")["errmsg"].rpartition("rid: ")[2]
    assert "wrong" not in str(client.ask("openapi/rid/get", {"rid": rid}))


def picture_post(client, number: int = 3, **more: object) -> dict[str, object]:
    pictures = [
        {"image_media_id": client.upload("material/add_material", "a.jpg", JPEG + bytes([n]), type="image")["media_id"]}
        for n in range(number)
    ]
    return {
        "article_type": "newspic", "title": "检修班的一天", "content": "凌晨四点半，灯亮了。",
        "image_info": {"image_list": pictures}, **more,
    }


def test_a_picture_post(client, sandbox: Running):
    crops = {"crop_percent_list": [{"ratio": "1_1", "x1": "0", "y1": "0", "x2": "0.5", "y2": "1"}]}
    post = picture_post(client, cover_info=crops)
    media_id = client.draft(post)
    (item,) = client.ask("draft/get", {"media_id": media_id})["news_item"]
    assert (item["article_type"], item["image_info"], item["cover_info"]) == ("newspic", post["image_info"], crops)
    assert item["thumb_url"]
    assert client.ask("draft/update", {"media_id": media_id, "index": 0, "articles": {**post, "title": "改"}})["errcode"] == 0
    client.ask("freepublish/submit", {"media_id": media_id})
    sandbox.wait_for("published")


@pytest.mark.parametrize(("pictures", "code"), [(0, 40007), (21, 45166), (20, 0)])
def test_picture_posts_have_one_to_twenty_pictures(client, pictures: int, code: int):
    said = client.ask("draft/add", {"articles": [picture_post(client, pictures)]})
    assert said.get("errcode", 0) == code


def test_picture_posts_want_permanent_pictures(client, sandbox: Running):
    said = client.ask("draft/add", {"articles": [picture_post(client, image_info={"image_list": [{"image_media_id": "x"}]})]})
    assert said["errcode"] == 40007
    sandbox.settings(newspic_bytes=2048)
    assert client.ask("draft/add", {"articles": [picture_post(client, content="字" * 683)]})["errcode"] == 45166


def test_temporary_media_live_for_three_days(client, sandbox: Running):
    said = client.upload("media/upload", "a.jpg", JPEG, type="image")
    assert said["type"] == "image"
    answer = client.raw("/cgi-bin/media/get", access_token=client.token, media_id=said["media_id"])
    assert (answer.content, answer.headers["Content-Type"]) == (JPEG, "image/jpeg")
    sandbox.clock(forward=3 * 86400 + 60)
    client.token = client.stable()["access_token"]
    assert client.said("/cgi-bin/media/get", access_token=client.token, media_id=said["media_id"])["errcode"] == 40007


def test_the_speed_of_mass_sends(client):
    assert client.ask("message/mass/speed/set", {})["errcode"] == 45084
    assert client.ask("message/mass/speed/set", {"speed": 5})["errcode"] == 45083
    assert client.ask("message/mass/speed/set", {"speed": 4})["errcode"] == 0
    assert client.ask("message/mass/speed/get") == {"speed": 4, "realspeed": 10}


def test_a_mass_send_is_deleted_by_its_link(client, sandbox: Running):
    body = {"filter": {"is_to_all": True}, "msgtype": "mpnews", "mpnews": {"media_id": client.draft()}}
    msg_id = client.ask("message/mass/sendall", body)["msg_id"]
    slug = sandbox.wait_for("mass_sent")[0]["slugs"][0]
    assert client.ask("message/mass/delete", {"url": f"{sandbox.url}/s/{slug}"})["errcode"] == 0
    assert client.ask("message/mass/get", {"msg_id": msg_id})["msg_status"] == "DELETE"
    assert client.ask("message/mass/delete", {"msg_id": msg_id})["errcode"] == 40065


def test_originality_stops_a_mass_send_unless_told_to_go_on(client, sandbox: Running):
    title = client.article()["title"]
    body = {"filter": {"is_to_all": True}, "msgtype": "mpnews"}
    for state, ignore, ends in ((3, 1, 30002), (2, 0, 30003), (2, 1, 0)):
        sandbox.account(APP_ID, reprints={title: state})
        client.ask("message/mass/sendall", {**body, "mpnews": {"media_id": client.draft()}, "send_ignore_reprint": ignore})
        done = sandbox.wait_for("mass_sent" if ends == 0 else "mass_failed", 1 if ends in (0, 30002) else 2)
        assert done[-1]["status"] == ends
