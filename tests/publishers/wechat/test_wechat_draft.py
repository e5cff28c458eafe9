"""Drafts against the simulated platform: complete, once, and known again after an unclear answer."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest

from publishers.connector import Absent, CannotTell, Found, OutcomeUnknown, Receipt, Refused, SwitchedOff, TryLater
from publishers.sandbox.running import Running
from publishers.wechat.client import Client
from publishers.wechat.draft import DraftBox
from publishers.wechat.release import Release
from tests.publishers.wechat.deliveries import APP_ID, LEAD, SECOND, Delivery, picture

ADD = "/cgi-bin/draft/add"


@pytest.fixture
def box(client: Client) -> DraftBox:
    return DraftBox(client)


def drafts(sandbox: Running) -> int:
    return len(sandbox.effects("draft_added"))


def test_an_edition_becomes_a_draft_with_every_field(box: DraftBox, client: Client, sandbox: Running) -> None:
    delivery = Delivery()
    receipt = delivery.send(box)
    assert receipt == Receipt(final=True, remote_id=delivery.memory["media_id"])
    lead, second = client.draft(receipt.remote_id)
    assert {name: lead[name] for name in ("title", "author", "digest", "content_source_url")} == {
        "title": LEAD.title, "author": LEAD.author, "digest": LEAD.digest, "content_source_url": LEAD.source_url,
    }
    assert lead["thumb_media_id"] == second["thumb_media_id"] == delivery.memory[f"cover:{LEAD.cover.sha256}"]
    assert lead["content"].count("data-src=") == 2
    assert "/media/" not in lead["content"]
    assert (second["title"], second["content_source_url"]) == (SECOND.title, "")
    assert delivery.memory["readback"] == ""


def test_a_private_source_link_is_left_out(box: DraftBox, client: Client) -> None:
    delivery = Delivery((replace(LEAD, source_url="http://10.0.0.7/news/1"),))
    assert client.draft(delivery.send(box).remote_id)[0]["content_source_url"] == ""


def test_a_picture_used_twice_is_uploaded_once(box: DraftBox, sandbox: Running) -> None:
    Delivery((LEAD, replace(LEAD, title="同一张照片的另一篇"))).send(box)
    assert len(sandbox.effects("image_uploaded")) == 2
    assert len(sandbox.effects("material_added")) == 1


def test_a_second_attempt_uploads_nothing_again(box: DraftBox, sandbox: Running) -> None:
    delivery = Delivery()
    sandbox.fault(ADD, "refuse", errcode=45011)
    with pytest.raises(TryLater):
        delivery.send(box)
    delivery.send(box)
    assert (len(sandbox.effects("image_uploaded")), len(sandbox.effects("material_added"))) == (2, 1)
    assert drafts(sandbox) == 1


def test_a_delivery_that_has_its_draft_makes_no_other(box: DraftBox, sandbox: Running) -> None:
    delivery = Delivery()
    assert delivery.send(box) == delivery.send(box) == box.confirm(delivery.parcel)
    assert drafts(sandbox) == 1


def test_a_picture_without_a_file_is_refused_before_anything_is_made(box: DraftBox, sandbox: Running) -> None:
    delivery = Delivery((replace(LEAD, pictures=LEAD.pictures[:1]),))
    with pytest.raises(Refused) as refusal:
        delivery.send(box)
    assert refusal.value.field == "body"
    assert drafts(sandbox) == 0


@pytest.mark.parametrize(
    ("change", "field"),
    [({"title": "长" * 65}, "title"), ({"author": "长" * 17}, "author"), ({"digest": "长" * 129}, "digest"),
     ({"html": "<p>" + "长" * 20_001 + "</p>", "pictures": ()}, "body")],
)
def test_a_refusal_names_the_field(box: DraftBox, change: dict[str, str], field: str) -> None:
    with pytest.raises(Refused) as refusal:
        Delivery((replace(LEAD, **change),)).send(box)
    assert refusal.value.field == field


def test_a_refusal_of_the_platform_carries_its_number(box: DraftBox, sandbox: Running) -> None:
    sandbox.fault(ADD, "refuse", errcode=45166)
    with pytest.raises(Refused) as refusal:
        Delivery().send(box)
    assert (refusal.value.field, refusal.value.code) == ("body", "45166")
    assert refusal.value.rid


def test_comments_that_the_account_may_not_open_are_closed_and_told(
    box: DraftBox, client: Client, sandbox: Running
) -> None:
    sandbox.account(APP_ID, rights={"comment": False})
    delivery = Delivery((replace(LEAD, comments_open=True),))
    assert client.draft(delivery.send(box).remote_id)[0]["need_open_comment"] == 0
    assert delivery.memory["comments"] == "closed"
    assert drafts(sandbox) == 1


def test_a_difference_between_sent_and_kept_is_remembered(box: DraftBox) -> None:
    delivery = Delivery((replace(LEAD, html=LEAD.html + "<style>p{color:red}</style><button>报名</button>"),))
    delivery.send(box)
    assert delivery.memory["readback"] == "article 1: text"


def test_a_draft_that_cannot_be_read_back_is_a_draft(box: DraftBox, sandbox: Running) -> None:
    sandbox.fault("/cgi-bin/draft/get", "refuse", errcode=45009)
    delivery = Delivery()
    assert delivery.send(box).final
    assert delivery.memory["readback"] == "not read"


@pytest.mark.parametrize("act", ["drop_after", "truncate", "html", "timeout_after"])
def test_an_unclear_answer_is_found_out_to_have_worked(
    make_client: Callable[..., Client], sandbox: Running, act: str
) -> None:
    box = DraftBox(make_client(seconds=0.4 if act == "timeout_after" else 5.0))
    sandbox.fault(ADD, act, **({"seconds": 1.0} if act == "timeout_after" else {}))
    delivery = Delivery()
    with pytest.raises(OutcomeUnknown):
        delivery.send(box)
    made = sandbox.wait_for("draft_added")[0]["media_id"]
    assert delivery.find_out(box) == Found(Receipt(final=True, remote_id=made))


@pytest.mark.parametrize("act", ["drop_before", "status"])
def test_an_unclear_answer_is_found_out_to_have_failed(box: DraftBox, sandbox: Running, act: str) -> None:
    sandbox.fault(ADD, act)
    delivery = Delivery()
    with pytest.raises(OutcomeUnknown):
        delivery.send(box)
    assert delivery.find_out(box) == Absent()
    assert delivery.send(box).final
    assert drafts(sandbox) == 1


def test_busy_is_tried_again_for_a_draft(box: DraftBox, sandbox: Running) -> None:
    sandbox.fault(ADD, "busy")
    with pytest.raises(TryLater):
        Delivery().send(box)


@pytest.mark.parametrize(
    "path", ["/cgi-bin/media/uploadimg", "/cgi-bin/material/add_material", "/cgi-bin/stable_token"]
)
@pytest.mark.parametrize("act", ["drop_after", "html", "status", "busy", "truncate"])
def test_steps_nobody_sees_are_simply_tried_again(box: DraftBox, sandbox: Running, path: str, act: str) -> None:
    sandbox.fault(path, act)
    delivery = Delivery()
    with pytest.raises(TryLater):
        delivery.send(box)
    assert delivery.send(box).final
    assert drafts(sandbox) == 1


def test_another_deliverys_draft_with_the_same_words_is_not_taken_for_ours(box: DraftBox, sandbox: Running) -> None:
    Delivery().send(box)
    ours = Delivery(tuple(replace(article, cover=picture(9)) for article in (LEAD, SECOND)))
    sandbox.fault(ADD, "drop_before")
    with pytest.raises(OutcomeUnknown):
        ours.send(box)
    assert ours.find_out(box) == Absent()


def test_ours_is_found_among_many(box: DraftBox, sandbox: Running) -> None:
    sandbox.fault(ADD, "drop_after")
    ours = Delivery()
    with pytest.raises(OutcomeUnknown):
        ours.send(box)
    made = sandbox.effects("draft_added")[0]["media_id"]
    for number in range(25):
        Delivery((replace(SECOND, title=f"第 {number} 期简报"),)).send(box)
    assert ours.find_out(box) == Found(Receipt(final=True, remote_id=made))


def test_after_a_restored_backup_a_published_article_is_not_drafted_again(
    box: DraftBox, client: Client, sandbox: Running
) -> None:
    delivery = Delivery()
    delivery.send(box)
    release = delivery.following()
    release.send(Release(client))
    release.confirmed(Release(client))
    reading = Delivery().find_out(box)
    assert isinstance(reading, CannotTell)
    assert reading.final


def test_a_wrong_secret_switches_off_without_showing_it(make_client: Callable[..., Client], sandbox: Running) -> None:
    with pytest.raises(SwitchedOff) as failure:
        Delivery().send(DraftBox(make_client(secret="not-the-secret")))
    assert failure.value.code == "40125"
    assert "not-the-secret" not in repr(failure.value)
    assert failure.value.__cause__ is None


def test_an_address_that_is_not_listed_switches_off(box: DraftBox, sandbox: Running) -> None:
    sandbox.account(APP_ID, ips=["203.0.113.7"])
    with pytest.raises(SwitchedOff) as failure:
        Delivery().send(box)
    assert failure.value.code == "40164"
