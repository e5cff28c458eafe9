"""The mass send against the simulated platform: one mark, one send."""

from __future__ import annotations

import time
from dataclasses import replace

import pytest

from publishers.connector import Absent, CannotTell, Found, HandOver, OutcomeUnknown, Receipt, Refused
from publishers.sandbox.running import Running
from publishers.wechat.client import Client
from publishers.wechat.mass import ADMIN_SECONDS, MassSend
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


def test_audience_and_reprints_are_the_parcels_own(client: Client, drafted: Delivery, sandbox: Running) -> None:
    sandbox.account(APP_ID, tags=[{"id": 7, "name": "班组长", "count": 3}])
    parcel = replace(drafted.parcel, tag_id=7, despite_reprint=True)
    MassSend(client).send(parcel, drafted.memory.__setitem__)
    (job,) = sandbox.effects("mass_submitted")
    assert (job["tag"], job["ignores_reprint"]) == ("7", True)


@pytest.fixture
def protected(sandbox: Running) -> Running:
    """Everything waits for the administrator."""
    sandbox.account(APP_ID, admin_confirms=True)
    return sandbox


def test_the_administrator_is_waited_for_as_long_as_wechat_does(client: Client, drafted: Delivery, protected: Running) -> None:
    began = time.time()
    receipt = drafted.send(MassSend(client))
    assert (receipt.awaiting, receipt.final) == ("admin", False)
    assert began + ADMIN_SECONDS <= (receipt.decided_by or 0) <= time.time() + ADMIN_SECONDS
    waiting = MassSend(client).confirm(drafted.parcel)
    assert (waiting.awaiting, waiting.decided_by) == ("admin", float(drafted.memory["admin_until"]))
    later = MassSend(client, now=lambda: time.time() + ADMIN_SECONDS + 1).confirm(drafted.parcel)
    assert later.awaiting == "platform"
    protected.control("POST", "admin", {"app_id": APP_ID, "confirm": True})
    assert drafted.confirmed(MassSend(client, link_wait=0)).final
    assert sent(protected) == 1


@pytest.mark.parametrize(("seconds", "said"), [(0, "gave no reason"), (ADMIN_SECONDS + 1, "within 30 minutes")])
def test_a_silent_or_unwilling_administrator_ends_it(
    client: Client, drafted: Delivery, protected: Running, seconds: int, said: str
) -> None:
    drafted.send(MassSend(client))
    protected.control("POST", "admin", {"app_id": APP_ID, "confirm": False})
    protected.wait_for("mass_failed")
    mass = MassSend(client, now=lambda: time.time() + seconds)
    with pytest.raises(Refused) as failure:
        mass.confirm(drafted.parcel)
    assert said in failure.value.reason
    drafted.memory["mass_result"] = "err(40001)"
    with pytest.raises(Refused) as failure:
        mass.confirm(drafted.parcel)
    assert "refused the mass send" in failure.value.reason
    assert sent(protected) == 1


def test_a_send_to_all_is_asked_about_when_the_half_hour_ends_even_if_nothing_was_said_of_an_administrator(
    client: Client, drafted: Delivery, protected: Running
) -> None:
    protected.account(APP_ID, admin_answer=0)
    receipt = drafted.send(MassSend(client))
    assert receipt.awaiting == "platform" and receipt.decided_by is not None
    assert MassSend(client).confirm(drafted.parcel).decided_by == float(drafted.memory["mass_asked_at"]) + ADMIN_SECONDS


def test_what_was_sent_can_be_deleted(client: Client, drafted: Delivery, sandbox: Running) -> None:
    mass = MassSend(client, link_wait=0)
    drafted.send(mass)
    drafted.confirmed(mass)
    client.delete_mass_send(drafted.memory["msg_id"], 2)
    client.delete_mass_send(drafted.memory["msg_id"])
    assert [one["positions"] for one in sandbox.effects("mass_deleted")] == [[2], [1, 2]]
    with pytest.raises(Refused):
        client.delete_mass_send("999999")


def test_after_a_silent_administrator_a_person_may_ask_once_more(
    client: Client, drafted: Delivery, protected: Running
) -> None:
    mass = MassSend(client, link_wait=0)
    drafted.send(mass)
    failed = drafted.memory["msg_id"]
    assert drafted.send(mass).remote_id == failed and sent(protected) == 1
    protected.control("POST", "admin", {"app_id": APP_ID, "confirm": False})
    protected.wait_for("mass_failed")
    again = drafted.send(mass)
    assert again.remote_id != failed and sent(protected) == 2
    marks = [job["clientmsgid"] for job in protected.effects("mass_submitted")]
    assert marks[0] == drafted.marker and marks[1] != marks[0] and len(marks[1]) == 32
    assert drafted.send(mass).remote_id == again.remote_id and sent(protected) == 2
    protected.control("POST", "admin", {"app_id": APP_ID, "confirm": True})
    assert drafted.confirmed(mass).remote_id == again.remote_id
    assert len(protected.effects("mass_sent")) == 1


def test_what_the_review_stopped_is_not_asked_for_again(mass: MassSend, drafted: Delivery, sandbox: Running) -> None:
    sandbox.fault(SEND_ALL, "result", code=4)
    drafted.send(mass)
    sandbox.wait_for("mass_failed")
    drafted.memory["mass_result"] = "err(20008)"
    drafted.send(mass)
    assert sent(sandbox) == 1
