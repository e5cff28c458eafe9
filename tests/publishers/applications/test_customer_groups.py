"""Mass sends into customer groups: created is never sent; the owner sends, is reminded, or the task is cancelled."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from publishers.connector import REMOTE_ID, Absent, Found, NoteParcel, Refused
from publishers.wecom import customers
from tests.publishers.applications.conftest import KINDS, ONE, Clock


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture
def groups(sandbox, clock):
    return KINDS["wecom_customer_group"].make(sandbox, now=clock)


def created(groups, *chats):
    """The task's id and the parcel that asks about it."""
    if chats:
        groups._settings = customers.Settings("zhang", chats)
    kept: dict[str, str] = {}
    receipt = groups.send(ONE, kept.__setitem__)
    assert (receipt.final, receipt.awaiting) == (False, "owner")
    return receipt.remote_id, replace(ONE, memory={**kept, REMOTE_ID: receipt.remote_id})


def press(sandbox, task):
    return sandbox.control("POST", "owner", {"msgid": task})["sent"]


def test_a_task_is_not_sent_before_its_owner_sends_it(sandbox, groups):
    task, parcel = created(groups)
    assert not groups.confirm(parcel).final
    assert sandbox.effects("robot_message") == []
    assert press(sandbox, task)
    assert groups.confirm(parcel).final
    [seen] = sandbox.effects("robot_message")
    assert ONE.cards[0].url in str(seen["bubble"])


def test_each_group_has_its_result(sandbox, groups):
    task, parcel = created(groups, "wr1", "full2", "gone3")
    assert dict(groups.results(task)) == {"wr1": "waiting", "full2": "waiting", "gone3": "waiting"}
    press(sandbox, task)
    assert dict(groups.results(task)) == {"wr1": "sent", "full2": "beyond_limit", "gone3": "gone"}
    assert groups.confirm(parcel).final


@pytest.mark.parametrize(("chat", "words"), [("full1", "as many mass sends"), ("gone1", "no longer there")])
def test_a_task_that_reached_nobody_is_refused_with_its_reason(sandbox, groups, chat, words):
    task, parcel = created(groups, chat)
    press(sandbox, task)
    with pytest.raises(Refused, match=words):
        groups.confirm(parcel)


def test_the_owner_is_reminded_within_the_limit(sandbox, groups):
    task, _parcel = created(groups)
    for _ in range(3):
        groups.remind(task)
    with pytest.raises(Refused) as refused:
        groups.remind(task)
    assert refused.value.code == "41094"
    assert len(sandbox.effects("owner_reminded")) == 3


def test_a_cancelled_task_can_no_longer_be_sent(sandbox, groups):
    task, _parcel = created(groups)
    groups.cancel(task)
    assert not press(sandbox, task)
    with pytest.raises(Refused) as refused:
        groups.cancel(task)
    assert refused.value.code == "41093"


def test_a_task_that_nobody_sends_for_a_month_is_over(groups, clock):
    _task, parcel = created(groups)
    clock.ahead = timedelta(days=29)
    assert not groups.confirm(parcel).final
    clock.ahead = timedelta(days=31)
    with pytest.raises(Refused, match="month"):
        groups.confirm(parcel)


def test_groups_of_somebody_else_are_refused(groups):
    groups._settings = customers.Settings("zhang", ("foreign1",))
    with pytest.raises(Refused):
        groups.send(ONE, lambda name, value: None)


def test_a_lost_answer_about_a_call_is_found_by_its_words(sandbox, groups):
    note = NoteParcel("m2", "征稿：夜班", "写一个人。", "https://q.example.cn/hand-in?call=ab12")
    assert groups.find_out(note) == Absent()
    receipt = groups.send(note, lambda name, value: None)
    found = groups.find_out(note)
    assert isinstance(found, Found) and found.receipt.remote_id == receipt.remote_id
    assert groups.find_out(replace(note, text="写一件事。")) == Absent()
