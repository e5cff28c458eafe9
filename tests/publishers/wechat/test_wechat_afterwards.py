"""Taking down by the right number, knowing it when the answer is lost; a draft of before is brought up to date."""

from __future__ import annotations

from dataclasses import replace

import pytest

from publishers.connector import Absent, CannotTell, Found, OutcomeUnknown, Receipt, WithdrawalParcel
from publishers.sandbox.running import Running
from publishers.wechat.afterwards import TakeDown
from publishers.wechat.client import Client
from publishers.wechat.draft import DraftBox
from publishers.wechat.mass import MassSend
from publishers.wechat.release import Release
from tests.publishers.wechat.deliveries import LEAD, SECOND, Delivery

DELETE = "/cgi-bin/freepublish/delete"
GONE = Receipt(final=True)


@pytest.fixture
def article_id(drafted: Delivery, client: Client) -> str:
    """The number of a publication of two articles."""
    drafted.send(Release(client))
    return drafted.confirmed(Release(client)).remote_id


def wish(remote_id: str, position: int, way: str = "release") -> WithdrawalParcel:
    return WithdrawalParcel("a1b2c3d4e5f60718293a4b5c6d7e8f90", way, remote_id, position)


def remember(name: str, value: str) -> None:
    raise AssertionError("a take-down leaves nothing behind")


@pytest.mark.parametrize(("position", "gone"), [(1, [1]), (2, [2]), (0, [1, 2])])
def test_positions_count_from_one_and_nought_is_all(
    client: Client, sandbox: Running, article_id: str, position: int, gone: list[int]
) -> None:
    assert TakeDown(client).send(wish(article_id, position), remember) == GONE
    assert [effect["positions"] for effect in sandbox.effects("article_deleted")] == [gone]
    there = client.published_articles(article_id)
    assert [number for number, one in enumerate(there, start=1) if one["is_deleted"]] == gone
    assert TakeDown(client).find_out(wish(article_id, position)) == Found(GONE)


@pytest.mark.parametrize(("act", "reading"), [("drop_before", Absent()), ("drop_after", Found(GONE))])
def test_a_lost_answer_is_found_out_by_reading(
    client: Client, sandbox: Running, article_id: str, act: str, reading: object
) -> None:
    sandbox.fault(DELETE, act)
    with pytest.raises(OutcomeUnknown):
        TakeDown(client).send(wish(article_id, 1), remember)
    assert TakeDown(client).find_out(wish(article_id, 1)) == reading


def test_a_publication_that_nobody_knows_is_for_a_person(client: Client, article_id: str) -> None:
    with pytest.raises(OutcomeUnknown):
        TakeDown(client).send(wish("nobody-knows-this", 1), remember)
    reading = TakeDown(client).find_out(wish("nobody-knows-this", 1))
    assert isinstance(reading, CannotTell) and reading.final


def test_a_mass_send_goes_as_a_whole_or_by_article(client: Client, sandbox: Running, drafted: Delivery) -> None:
    drafted.send(MassSend(client))
    sandbox.wait_for("mass_sent", 1)
    msg_id = drafted.memory["msg_id"]
    assert TakeDown(client).send(wish(msg_id, 2, "mass_send"), remember) == GONE
    reading = TakeDown(client).find_out(wish(msg_id, 2, "mass_send"))
    assert isinstance(reading, CannotTell) and reading.final
    assert TakeDown(client).find_out(wish(msg_id, 0, "mass_send")) == Absent()
    TakeDown(client).send(wish(msg_id, 0, "mass_send"), remember)
    assert [effect["positions"] for effect in sandbox.effects("mass_deleted")] == [[2], [1, 2]]
    assert TakeDown(client).find_out(wish(msg_id, 0, "mass_send")) == Found(GONE)


@pytest.fixture
def again(drafted: Delivery) -> Delivery:
    """The same edition, promised anew with other words."""
    changed = replace(SECOND, html="<p>下周五截止，各班组可报三队。</p>")
    return Delivery(articles=(LEAD, changed), memory={"replaces": drafted.memory["media_id"]})


def test_a_draft_of_before_is_brought_up_to_date(client: Client, sandbox: Running, again: Delivery) -> None:
    receipt = again.send(DraftBox(client))
    assert receipt.remote_id == again.memory["replaces"] and again.memory["readback"] == ""
    assert len(sandbox.effects("draft_added")) == 1
    assert [effect["index"] for effect in sandbox.effects("draft_updated")] == [0, 1]
    assert "下周五" in client.draft(receipt.remote_id)[1]["content"]


def test_half_an_update_is_done_again_as_a_whole(client: Client, sandbox: Running, again: Delivery) -> None:
    # What a death in the middle leaves: the first article is new, the second is not, and nobody remembers it.
    again.memory["draft_asked_at"] = "1"
    assert again.find_out(DraftBox(client)) == Absent()
    again.send(DraftBox(client))
    assert "下周五" in client.draft(again.memory["media_id"])[1]["content"]


def test_another_number_of_articles_makes_a_new_draft_and_removes_the_old(
    client: Client, sandbox: Running, again: Delivery
) -> None:
    again.articles = (LEAD,)
    receipt = again.send(DraftBox(client))
    assert receipt.remote_id != again.memory["replaces"]
    assert [effect["media_id"] for effect in sandbox.effects("draft_deleted")] == [again.memory["replaces"]]


def test_a_draft_that_somebody_used_is_for_a_person(client: Client, sandbox: Running, again: Delivery) -> None:
    client.delete_draft(again.memory["replaces"])
    with pytest.raises(OutcomeUnknown):
        again.send(DraftBox(client))
    reading = again.find_out(DraftBox(client))
    assert isinstance(reading, CannotTell) and reading.final
    assert again.send(DraftBox(client)).remote_id, "after a person said that it did not go out, a new one is made"
