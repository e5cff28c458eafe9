"""The mass send against the simulated platform: one mark, one send."""

from __future__ import annotations

import time

import pytest

from publishers.connector import Absent, CannotTell, Found, HandOver, OutcomeUnknown, Receipt, Refused
from publishers.sandbox.running import Running
from publishers.wechat.client import Client
from publishers.wechat.mass import MassSend
from tests.publishers.wechat.deliveries import APP_ID, Delivery

SEND_ALL = "/cgi-bin/message/mass/sendall"


@pytest.fixture
def mass(client: Client) -> MassSend:
    return MassSend(client, link_wait=0)


def sent(sandbox: Running) -> int:
    return len(sandbox.effects("mass_submitted"))


def test_a_draft_is_sent_to_everybody_under_the_deliverys_mark(
    mass: MassSend, drafted: Delivery, sandbox: Running
) -> None:
    receipt = drafted.send(mass)
    assert receipt == Receipt(final=False, remote_id=drafted.memory["msg_id"], awaiting="platform")
    assert sandbox.effects("mass_submitted")[0]["clientmsgid"] == drafted.marker
    assert drafted.confirmed(mass) == Receipt(final=True, remote_id=drafted.memory["msg_id"])
    drafted.send(mass)
    assert sent(sandbox) == 1


def test_the_links_that_the_event_brought_are_handed_on(mass: MassSend, drafted: Delivery) -> None:
    drafted.send(mass)
    drafted.memory["permalinks"] = '["https://mp.weixin.qq.com/s/one", "https://mp.weixin.qq.com/s/two"]'
    assert drafted.confirmed(mass).permalinks == ("https://mp.weixin.qq.com/s/one", "https://mp.weixin.qq.com/s/two")


def test_without_links_the_send_counts_as_done_only_after_a_while(
    client: Client, drafted: Delivery, sandbox: Running
) -> None:
    drafted.send(MassSend(client))
    sandbox.wait_for("mass_sent")
    assert not MassSend(client, now=lambda: time.time() + 5).confirm(drafted.parcel).final
    assert MassSend(client, now=lambda: time.time() + 25).confirm(drafted.parcel).final


@pytest.mark.parametrize("act", ["drop_after", "truncate", "html"])
def test_an_unclear_answer_is_found_by_naming_the_mark_again(
    mass: MassSend, drafted: Delivery, sandbox: Running, act: str
) -> None:
    sandbox.fault(SEND_ALL, act)
    with pytest.raises(OutcomeUnknown):
        drafted.send(mass)
    msg_id = sandbox.wait_for("mass_submitted")[0]["id"]
    assert drafted.find_out(mass) == Found(Receipt(final=False, remote_id=msg_id, awaiting="platform"))
    assert drafted.confirmed(mass) == Receipt(final=True, remote_id=msg_id)
    assert sent(sandbox) == 1


@pytest.mark.parametrize("act", ["drop_before", "status", "busy"])
def test_an_unclear_answer_without_effect_is_found_absent(
    mass: MassSend, drafted: Delivery, sandbox: Running, act: str
) -> None:
    sandbox.fault(SEND_ALL, act)
    with pytest.raises(OutcomeUnknown):
        drafted.send(mass)
    assert drafted.find_out(mass) == Absent()
    drafted.send(mass)
    assert sent(sandbox) == 1


def test_a_repeat_by_mistake_is_adopted(mass: MassSend, drafted: Delivery, sandbox: Running) -> None:
    restored = drafted.following()
    first = drafted.send(mass)
    assert restored.send(mass) == first
    assert sent(sandbox) == 1


def test_too_early_a_question_is_asked_again_later(client: Client, drafted: Delivery, sandbox: Running) -> None:
    sandbox.fault(SEND_ALL, "drop_after")
    with pytest.raises(OutcomeUnknown):
        drafted.send(MassSend(client))
    sandbox.settings(clientmsgid_seconds=60.0)
    reading = drafted.find_out(MassSend(client))
    assert isinstance(reading, CannotTell)
    assert not reading.final


def test_when_the_platform_has_forgotten_the_mark_a_person_must_look(
    client: Client, drafted: Delivery, sandbox: Running
) -> None:
    sandbox.fault(SEND_ALL, "drop_before")
    with pytest.raises(OutcomeUnknown):
        drafted.send(MassSend(client))
    reading = drafted.find_out(MassSend(client, now=lambda: time.time() + 24 * 3600))
    assert isinstance(reading, CannotTell)
    assert reading.final


def test_a_used_up_quota_is_refused_with_words(mass: MassSend, drafted: Delivery, sandbox: Running) -> None:
    sandbox.fault(SEND_ALL, "refuse", errcode=45028)
    with pytest.raises(Refused) as failure:
        drafted.send(mass)
    assert "later day" in failure.value.reason


def test_a_missing_right_hands_over(mass: MassSend, drafted: Delivery, sandbox: Running) -> None:
    sandbox.account(APP_ID, rights={"mass_send": False})
    with pytest.raises(HandOver):
        drafted.send(mass)


def test_a_failed_send_says_why_when_the_event_told(mass: MassSend, drafted: Delivery, sandbox: Running) -> None:
    sandbox.fault(SEND_ALL, "result", code=4)
    drafted.send(mass)
    sandbox.wait_for("mass_failed")
    with pytest.raises(Refused) as failure:
        mass.confirm(drafted.parcel)
    assert "gave no reason" in failure.value.reason
    drafted.memory["mass_result"] = "err(20008)"
    with pytest.raises(Refused) as failure:
        mass.confirm(drafted.parcel)
    assert "fraud" in failure.value.reason
