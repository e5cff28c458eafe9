"""The contract of every connector that speaks through an application: what was seen, what was said, never twice."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from publishers.connector import (
    Absent,
    CannotTell,
    Card,
    Failure,
    Found,
    LinkParcel,
    NoteParcel,
    OutcomeUnknown,
    Receipt,
    SwitchedOff,
    TryLater,
)
from publishers.tokens import TokensInMemory
from publishers.wecom import chat, message
from tests.publishers.applications.conftest import CARDS, KINDS, NOTE, ONE, SECRET, SEVERAL, Clock

GROUPS = ("wecom_chat", "dingtalk_app", "feishu_app")
REPEATING = ("wecom_app", "feishu_app")


def send(connector, parcel=ONE, memory=None):
    """What the connector says, and what it remembered; whatever it is, no secret stands in it."""
    kept = dict(parcel.memory if memory is None else memory)
    try:
        said = connector.send(replace(parcel, memory=dict(kept)), kept.__setitem__)
    except Failure as failure:
        said = failure
        assert said.reason
    assert SECRET not in f"{said!r} {said}" and "127.0.0.1" not in str(said)
    return said, kept


@pytest.mark.parametrize("parcel", [ONE, SEVERAL, NOTE])
def test_every_parcel_arrives_whole(sandbox, kind, parcel):
    send(kind.make(sandbox), parcel)
    [effect] = sandbox.effects(kind.effect)
    shown = str(effect.get("bubble") or effect["body"])
    if isinstance(parcel, LinkParcel):
        assert all(card.url in shown and card.title in shown for card in parcel.cards)
        assert parcel.words in shown + str(effect["body"])
    else:
        assert NOTE.subject in shown and NOTE.url in shown


@pytest.mark.parametrize(("act", "more", "effects"), [
    ("drop_before", {}, 0), ("drop_after", {}, 1), ("drop_after", {"reset": True}, 1), ("truncate", {}, 1), ("html", {}, 1),
    ("html", {"effect": False}, 0), ("status", {"code": 502}, 0), ("status", {"code": 502, "effect": True}, 1),
])
def test_doubt_is_an_unknown_outcome_after_a_single_call(sandbox, kind, act, more, effects):
    if kind is KINDS["wecom_chat"]:
        send(kind.make(sandbox), NOTE)
        effects += 1
    sandbox.fault(kind.path, act, **more)
    assert type(send(kind.make(sandbox))[0]) is OutcomeUnknown
    assert len(sandbox.effects(kind.effect)) == effects
    assert sandbox.faults() == []


@pytest.mark.parametrize("act", ["drop_before", "drop_after"])
def test_a_lost_answer_ends_in_one_message(sandbox, name, kind, act):
    """Where a repeat is known or tasks can be read, it is found out by itself; elsewhere a person is asked."""
    connector = kind.make(sandbox)
    if name == "wecom_chat":
        send(connector, NOTE)
    before = len(sandbox.effects(kind.effect))
    sandbox.fault(kind.path, act)
    said, kept = send(connector)
    assert type(said) is OutcomeUnknown
    found = connector.find_out(replace(ONE, memory=kept))
    if not connector.abilities.reads_back:
        assert isinstance(found, CannotTell) and found.final
        return
    if isinstance(found, Absent):
        assert isinstance(send(connector, memory=kept)[0], Receipt)
    else:
        assert isinstance(found, Found) and act == "drop_after"
    assert len(sandbox.effects(kind.effect)) == before + 1


@pytest.mark.parametrize("name", REPEATING)
def test_a_repeat_that_the_platform_no_longer_knows_is_never_sent(sandbox, name, kind):
    clock = Clock()
    connector = kind.make(sandbox, now=clock)
    sandbox.fault(kind.path, "drop_after")
    _said, kept = send(connector)
    clock.ahead = timedelta(hours=5)
    assert isinstance(connector.find_out(replace(ONE, memory=kept)), CannotTell)
    assert type(send(connector, memory=kept)[0]) is OutcomeUnknown
    assert len(sandbox.effects("robot_message")) == 1


@pytest.mark.parametrize("name", REPEATING)
def test_a_clear_no_to_the_first_call_leaves_nothing_to_doubt(sandbox, name, kind):
    clock = Clock()
    connector = kind.make(sandbox, now=clock)
    sandbox.fault(kind.path, "refuse", errcode=kind.refusal)
    _said, kept = send(connector)
    clock.ahead = timedelta(hours=5)
    assert isinstance(send(connector, memory=kept)[0], Receipt)


@pytest.mark.parametrize("name", GROUPS)
@pytest.mark.parametrize("state", ["removed", "dissolved"])
def test_a_robot_that_is_gone_is_switched_off(sandbox, name, kind, state):
    keys = {"wecom_chat": ("wecom", "qs7"), "dingtalk_app": ("dingtalk", "cidA1b2"), "feishu_app": ("feishu", "oc_1f2e")}
    platform, key = keys[name]
    sandbox.chat(platform, key, state=state)
    assert type(send(kind.make(sandbox))[0]) is SwitchedOff
    assert sandbox.effects("robot_message") == []


def test_a_wrong_secret_is_asked_about_once(sandbox, kind):
    store = TokensInMemory()
    for _ in range(3):
        assert type(send(kind.make(sandbox, secret="wrong", store=store))[0]) is SwitchedOff
    assert len(sandbox.calls()) == 1
    assert store.rejection("trial") is not None


@pytest.mark.parametrize(("name", "code"), [
    ("wecom_app", 40014), ("wecom_chat", 42001), ("wecom_customer_group", 42001), ("dingtalk_app", 40014), ("feishu_app", 99991663),
])
def test_a_refused_token_is_renewed_once(sandbox, name, code):
    kind, store = KINDS[name], TokensInMemory()
    connector = kind.make(sandbox, store=store)
    send(connector, NOTE)
    old = store.get("trial").value
    sandbox.settings(token_seconds=7000)
    sandbox.fault(kind.path, "refuse", errcode=code)
    said, _kept = send(connector)
    # The platform gives the very token that it has just refused: nobody asks for ever.
    assert type(said) is SwitchedOff and store.rejection("trial") is not None
    assert old


@pytest.mark.parametrize("name", ["wecom_app", "dingtalk_app", "feishu_app"])
def test_a_token_of_another_process_is_taken(sandbox, name):
    kind, store = KINDS[name], TokensInMemory()
    send(kind.make(sandbox, store=store), NOTE)
    good = store.get("trial")
    store.save("trial", replace(good, value="stale"))
    connector = kind.make(sandbox, store=store)
    assert isinstance(send(connector)[0], Receipt)
    assert store.get("trial").value == good.value


@pytest.mark.parametrize(("name", "code", "after"), [
    ("wecom_app", 45009, 60.0), ("wecom_chat", 45033, 5.0), ("wecom_customer_group", 41063, 30.0), ("dingtalk_app", 88, 60.0),
    ("feishu_app", 230020, 3.0), ("feishu_app", 99991400, 60.0),
])
def test_too_fast_holds_the_whole_connector(sandbox, name, code, after):
    sandbox.fault(KINDS[name].path, "refuse", errcode=code)
    said, _kept = send(KINDS[name].make(sandbox))
    assert isinstance(said, TryLater)
    assert (said.after, said.whole_channel) == (after, True)


def test_too_many_requests(sandbox, kind):
    sandbox.fault(kind.path, "status", code=429)
    said, _kept = send(kind.make(sandbox))
    assert isinstance(said, TryLater) and said.whole_channel


@pytest.mark.parametrize(("name", "code"), [
    ("wecom_app", 60020), ("wecom_chat", 48002), ("dingtalk_app", 60020), ("feishu_app", 99991672),
])
def test_what_concerns_the_application_stops_all_that_goes_through_it(sandbox, name, code):
    store = TokensInMemory()
    sandbox.fault(KINDS[name].path, "refuse", errcode=code)
    assert type(send(KINDS[name].make(sandbox, store=store))[0]) is SwitchedOff
    assert store.rejection("trial") is not None
    assert type(send(KINDS[name].make(sandbox, store=store))[0]) is SwitchedOff
    assert sandbox.effects("robot_message") == []


def test_nobody_is_called_by_a_headline(sandbox, kind):
    evil = '@所有人 <@all> <at id=all></at><at user_id="all">所有人</at>\x00'
    card = Card(evil, CARDS[0].url, evil)
    for parcel in (LinkParcel("a", (card,), evil), LinkParcel("b", (card, card), evil), NoteParcel("c", evil, evil)):
        send(kind.make(sandbox), parcel)
    found = sandbox.effects(kind.effect)
    assert len(found) == 3
    assert not any(call in str(effect["body"]) for effect in found for call in ("@所有人", "@all", "<at", "<@"))


def test_people_whom_wecom_does_not_know_are_named_and_nobody_is_told_twice(sandbox):
    connector = KINDS["wecom_app"].make(sandbox)
    connector._settings = message.Settings(users=("zhang", "gone1", "gone2"))
    said, kept = send(connector)
    assert isinstance(said, Receipt) and kept["missed"] == "gone1|gone2"
    connector._settings = message.Settings(users=("gone1",))
    assert send(connector, replace(ONE, marker="other"))[0].code == "81013"


def test_a_chat_is_made_with_its_first_message_and_only_once(sandbox):
    for _ in range(2):
        assert isinstance(send(KINDS["wecom_chat"].make(sandbox))[0], Receipt)
    assert len(sandbox.effects("chat_made")) == 1
    assert len(sandbox.effects("robot_message")) == 2
    alone = KINDS["wecom_chat"].make(sandbox)
    alone._settings = chat.Settings("unknown7")
    assert type(send(alone)[0]) is SwitchedOff


def test_a_card_that_cannot_be_built_becomes_a_post(sandbox):
    sandbox.fault(KINDS["feishu_app"].path, "refuse", errcode=230099)
    assert isinstance(send(KINDS["feishu_app"].make(sandbox))[0], Receipt)
    assert [effect["msgtype"] for effect in sandbox.effects("robot_message")] == ["post"]


@pytest.mark.parametrize("name", ["dingtalk_app", "feishu_app"])
def test_readers_are_counted_and_a_message_is_taken_back(sandbox, name, kind):
    connector = kind.make(sandbox)
    said, _kept = send(connector)
    assert len(connector.readers(said.remote_id)) == 3
    connector.recall(said.remote_id)
    assert connector.readers(said.remote_id) == []
    assert len(sandbox.effects("message_recalled")) == 1


def test_a_message_to_people_is_taken_back(sandbox):
    connector = KINDS["wecom_app"].make(sandbox)
    said, _kept = send(connector)
    connector.recall(said.remote_id)
    assert len(sandbox.effects("message_recalled")) == 1


def test_the_abilities_are_what_the_connectors_can_do(kind, sandbox):
    connector = kind.make(sandbox)
    assert connector.abilities.recalls == hasattr(connector, "recall")
    assert connector.abilities.counts_reads == hasattr(connector, "readers")
    assert connector.abilities.needs_person == hasattr(connector, "remind")
