"""Picture posts and previews against the simulated platform."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest

from publishers.connector import Article, Found, HandOver, OutcomeUnknown, Refused
from publishers.rendering.posts import post_text, put_together, render_post, taken_apart
from publishers.sandbox.running import Running
from publishers.wechat import preview
from publishers.wechat.client import Client
from publishers.wechat.draft import DraftBox
from publishers.wechat.limits import excesses
from tests.publishers.wechat.deliveries import APP_ID, LEAD, Delivery, picture

WORDS = "清晨七点半，二车间。\n\n# 不是标题 & <b>也不是粗体</b>\n1. 不是列表"


def post(words: str = WORDS, count: int = 3) -> Article:
    pictures = tuple(picture(10 + number, f"/assets/{number}.png") for number in range(count))
    html = render_post(put_together(words, [(one.src, "照片") for one in pictures])).html
    return Article("班前会的照片", html, pictures[0] if pictures else LEAD.cover, pictures=pictures, kind="newspic")


def test_words_and_pictures_come_apart_as_they_were_put_together() -> None:
    source = put_together(WORDS, [("/assets/a.png", "一 [二]"), ("/assets/b.png", "")])
    parts = taken_apart(source)
    assert (parts.words, parts.pictures) == (WORDS, (("/assets/a.png", "一 二"), ("/assets/b.png", "")))
    assert put_together(parts.words, parts.pictures) == source
    assert post_text(render_post(source).html) == WORDS
    assert render_post(source).images == ("/assets/a.png", "/assets/b.png")


def test_a_post_goes_into_the_draft_box_with_its_pictures_in_order(client: Client, sandbox: Running) -> None:
    delivery = Delivery((post(),))
    media_id = delivery.send(DraftBox(client)).remote_id
    (kept,) = client.draft(media_id)
    shown = [one["image_media_id"] for one in kept["image_info"]["image_list"]]
    assert shown == [delivery.memory[f"cover:{one.sha256}"] for one in delivery.articles[0].pictures]
    assert kept["content"] == WORDS and kept["article_type"] == "newspic"
    assert len(sandbox.effects("material_added")) == 3 and not sandbox.effects("image_uploaded")


def test_a_post_whose_answer_was_lost_is_known_by_its_first_picture(
    make_client: Callable[..., Client], sandbox: Running
) -> None:
    box = DraftBox(make_client())
    sandbox.fault("/cgi-bin/draft/add", "drop_after")
    delivery = Delivery((post(),))
    with pytest.raises(OutcomeUnknown):
        delivery.send(box)
    assert isinstance(delivery.find_out(box), Found)


@pytest.mark.parametrize(("made", "found"), [
    (post(count=1), []), (post(count=20), []), (post(count=0), [("body", 0)]), (post(count=21), [("body", 20)]),
    (replace(post(), title="字" * 32), []), (replace(post(), title="字" * 33), [("title", 32)]),
    (post(words="字" * 682), []), (post(words="字" * 683), [("body", 2048)]),
])
def test_the_limits_of_a_post(made: Article, found: list[tuple[str, int]]) -> None:
    assert [(one.limit.field, one.limit.most) for one in excesses([made])] == found


def test_a_link_that_readers_cannot_open_is_refused_in_words() -> None:
    for link in ("http://localhost/a", "http://10.1.2.3/a", "http://intranet/a", "https://news.lan/a"):
        (excess,) = excesses([replace(LEAD, source_url=link, pictures=())])
        assert excess.limit.field == "source_url" and excess.limit.blocking and "public" in excess.limit.message
    assert excesses([replace(LEAD, source_url="https://example.com/a", pictures=())]) == []


def test_a_preview_reaches_one_phone_and_leaves_no_draft(client: Client, sandbox: Running) -> None:
    assert preview.show(client, [LEAD, post()], "lin_xw") is False
    (shown,) = sandbox.effects("mass_preview")
    assert shown["titles"] == [LEAD.title, "班前会的照片"]
    assert client.count_drafts() == 0
    assert not sandbox.effects("mass_submitted") and not sandbox.effects("publish_submitted")


def test_a_preview_that_fails_leaves_no_draft_either(client: Client, sandbox: Running) -> None:
    sandbox.account(APP_ID, rights={"mass_send": False})
    with pytest.raises(HandOver):
        preview.show(client, [LEAD], "lin_xw")
    assert client.count_drafts() == 0
    sandbox.account(APP_ID, rights={"mass_send": True})
    sandbox.fault("/cgi-bin/message/mass/preview", "refuse", errcode=43004)
    with pytest.raises(Refused):
        preview.show(client, [LEAD], "nobody")
    assert client.count_drafts() == 0


def test_a_preview_says_when_its_draft_is_left_behind(client: Client, sandbox: Running) -> None:
    sandbox.fault("/cgi-bin/draft/delete", "refuse", errcode=45009)
    assert preview.show(client, [LEAD], "lin_xw") is True
    assert client.count_drafts() == 1
